import gzip
import lzma

import numpy as np
import pytest
from made import SHARED, case, needs_instances

from benchmarks.costs import NetworkCosts, PointCosts, assigned_costs, nearest_costs, whole_matrix
from benchmarks.families import read


def test_last_cost_of_a_repeated_edge_counts(tmp_path):
    path = tmp_path / "g.txt.gz"
    path.write_bytes(gzip.compress(b"3 4 1\n1 2 5\n2 3 7\n2 1 9\n1 3 100\n"))
    found = read(case(family="orlib-pmed", path=str(path)))
    assert found.p == 1
    assert whole_matrix(found.costs).tolist() == [[0, 9, 16], [9, 0, 7], [16, 7, 0]]


def test_a_graph_with_edges_missing_is_refused(tmp_path):
    path = tmp_path / "g.txt"
    path.write_text("3 4 1\n1 2 5\n")
    with pytest.raises(ValueError, match="1 edges, the first line says 4"):
        read(case(family="orlib-pmed", path=str(path)))


TSP = "NAME : t\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 1 1.2\n3 3e0 4\nEOF\n"


@pytest.mark.parametrize(("rounding", "first"), [("floor", 1), ("nearest", 2)])
def test_rounding_of_points(tmp_path, rounding, first):
    path = tmp_path / "t.tsp"
    path.write_text(TSP)
    found = read(case(family="tsplib", path=str(path), parameters={"rounding": rounding}))
    matrix = whole_matrix(found.costs)
    assert (matrix[0, 1], matrix[0, 2]) == (first, 5)  # 1.562 …, and exactly 5
    assert np.array_equal(matrix, matrix.T)


def test_points_of_another_metric_are_refused(tmp_path):
    path = tmp_path / "t.tsp"
    path.write_text(TSP.replace("EUC_2D", "GEO"))
    with pytest.raises(ValueError, match="EUC_2D"):
        read(case(family="tsplib", path=str(path), parameters={"rounding": "floor"}))


def test_whole_squares_have_exact_roots():
    first = np.array([[0.0, 0.0]])
    legs = np.array([[3.0 * k, 4.0 * k] for k in range(1, 3000)])
    apart = PointCosts(first, legs, "floor").columns(np.arange(len(legs)))[0]
    assert apart.tolist() == [5.0 * k for k in range(1, 3000)]


def test_warehouses_with_the_word_capacity_and_wrapped_lines(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text(" 2 3 \n capacity 7.5\n 10 0.\n 4 \n 1. 2.\n 5\n 3.\n 4.\n 6 5 6\n")
    found = read(case("ufl", family="orlib-cap", path=str(path)))
    assert found.opening_cost.tolist() == [7.5, 0]
    assert whole_matrix(found.costs).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_upper_triangle(tmp_path):
    path = tmp_path / "k.txt.xz"
    path.write_bytes(lzma.compress(b"FILE: k, a comment 9 9\n3\n1 2\n3\n"))
    given = case("ufl", family="upper-triangle", path=str(path), parameters={"opening_cost": 8})
    found = read(given)
    assert whole_matrix(found.costs).tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
    assert found.opening_cost.tolist() == [8, 8, 8]


def test_sparse_pairs_that_are_not_listed_are_forbidden(tmp_path):
    path = tmp_path / "s.txt"
    path.write_text("FILE: s\n2 3 sparse\n1 3000 1:0 3:4\n2 3000 2:1\n")
    found = read(case("ufl", family="uflib-simple", path=str(path)))
    assert whole_matrix(found.costs).tolist() == [[0, np.inf], [np.inf, 1], [4, np.inf]]
    assert found.costs.columns(np.array([1])).tolist() == [[np.inf], [1], [np.inf]]


def test_simple_table(tmp_path):
    path = tmp_path / "s.txt"
    path.write_text("FILE: s\n2 3 0\n1 50 1 2 3\n2 60 4 5 6\n")
    found = read(case("ufl", family="uflib-simple", path=str(path)))
    assert found.opening_cost.tolist() == [50, 60]
    assert whole_matrix(found.costs).tolist() == [[1, 4], [2, 5], [3, 6]]


def test_cover_points(tmp_path):
    path = tmp_path / "m.dat"
    path.write_text("1\t2\t\nF\t0\t0.0\t0.0\t1\nC\t0\t3.0\t4.0\t17\nC\t1\t6\t8\t20\n")
    found = read(case("maximal-cover", family="mclp-grid", path=str(path)))
    assert whole_matrix(found.costs).tolist() == [[5], [10]]
    assert found.weight.tolist() == [17, 20]


def test_a_smaller_city_is_the_start_of_a_larger_one():
    made = [
        read(case(family="mclp-city", parameters={"seed": 3, "sites": 4, "customers": n}))
        for n in (10, 25)
    ]
    assert np.array_equal(made[0].costs.customers, made[1].costs.customers[:10])
    assert np.array_equal(made[0].weight, made[1].weight[:10])
    assert not np.array_equal(made[1].costs.customers[0], made[1].costs.customers[1])


GRAPHML = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d" for="edge" attr.name="length" attr.type="double"/>
<graph edgedefault="directed"><node id="a"/><node id="b"/><node id="c"/>
<edge source="a" target="b"><data key="d">100</data></edge>
<edge source="b" target="c"><data key="d">50</data></edge>
<edge source="c" target="b"><data key="d">50</data></edge>
<edge source="c" target="a"><data key="d">70</data></edge>
</graph></graphml>"""


def test_demand_along_streets_leaves_by_the_ends_it_may(tmp_path):
    path = tmp_path / "roads.graphml.gz"
    path.write_bytes(gzip.compress(GRAPHML.encode()))
    sizes = {"seed": 1, "sites": 3, "customers": 200}
    found = read(case(family="city-roads", path=str(path), parameters=sizes))
    costs = found.costs
    assert isinstance(costs, NetworkCosts)
    to_a, to_b, to_c = whole_matrix(costs).T
    # From b one goes on to c in 50 and from there to a in 70; nothing leads to a but c.
    assert np.isfinite(whole_matrix(costs)).all()
    one_way = (to_c > 50) & (to_b < 100)  # on a → b: only ahead
    assert one_way.any()
    assert np.allclose(to_c[one_way], to_b[one_way] + 50)
    on_bc = np.isclose(to_b + to_c, 50)  # between b and c: both ends, the street is 50 long
    assert on_bc.any()
    assert np.allclose(to_a[on_bc], to_c[on_bc] + 70)
    assert (to_a <= 70 + 50 + 100).all()


def test_costs_of_an_assignment_and_of_the_nearest():
    points = np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 0.0]])
    costs = PointCosts(points, points)
    assert assigned_costs(costs, np.array([1, 1, 0])).tolist() == [10, 0, 4]
    assert nearest_costs(costs, np.array([0, 1])).tolist() == [0, 0, 4]


@needs_instances
@pytest.mark.parametrize(
    ("family", "file", "shape", "parameters"),
    [
        ("orlib-pmed", "pmed-orlib/pmed1.txt.gz", (100, 100), {}),
        ("tsplib", "tsplib/rl1304.tsp.gz", (1304, 1304), {"rounding": "floor"}),
        ("orlib-cap", "ufl-orlib/cap71.txt", (50, 16), {}),
        ("orlib-cap", "ufl-mstar/Kcapmo1.txt.xz", (100, 100), {}),
        ("upper-triangle", "ufl-kmedian/kmedian-500.txt.xz", (500, 500), {"opening_cost": 224}),
        ("uflib-simple", "ufl-bildekrarup/D1.1.txt.gz", (80, 30), {}),
        ("uflib-simple", "ufl-gap-fpp/gapA_332GapAS.txt.gz", (100, 100), {}),
        ("mclp-grid", "mclp-grid/mclp_n100_m10000_s1.dat.xz", (10000, 100), {}),
    ],
)
def test_shared_files_are_read(family, file, shape, parameters):
    path = SHARED / "instances" / file
    found = read(case(family=family, path=str(path), parameters=parameters))
    assert found.costs.shape == shape
    if family == "mclp-grid":
        assert found.weight.sum() == 502399  # total demand of its table


def capacitated(path, text, **parameters):
    path.write_text(text)
    return read(case("cfl", family="orlib-capacitated", path=str(path), parameters=parameters))


def test_capacitated_warehouses_in_both_layouts(tmp_path):
    by_customer = " 2 3\n 8 7.5\n 9 0.\n 4\n 1. 2.\n 5\n 3. 4.\n 6\n 5 6\n"
    by_site = "2 3\n8 7.5\n9 0\n4 5 6\n1 3 5\n2 4 6\n"
    for number, text in enumerate((by_customer, by_site)):
        found = capacitated(tmp_path / f"{number}.txt", text)
        assert whole_matrix(found.costs).tolist() == [[1, 2], [3, 4], [5, 6]]
        assert found.demand.tolist() == [4, 5, 6]
        assert found.capacity.tolist() == [8, 9]
        assert found.opening_cost.tolist() == [7.5, 0]


def test_one_capacity_for_all_warehouses(tmp_path):
    text = " 2 2\n capacity 7.5\n capacity 0.\n 4\n 1. 2.\n 5\n 3. 4.\n"
    assert capacitated(tmp_path / "c.txt", text, capacity=50).capacity.tolist() == [50, 50]
    with pytest.raises(ValueError, match="names no capacities"):
        capacitated(tmp_path / "c.txt", text)
    with pytest.raises(ValueError, match="5 numbers after the sites, not 6"):
        capacitated(tmp_path / "c.txt", text.rsplit(maxsplit=1)[0], capacity=50)


def test_costs_per_unit_become_costs_of_whole_customers(tmp_path):
    path = tmp_path / "i.plc.xz"
    path.write_bytes(lzma.compress(b"3 2\n\n4 5 6\n10 20\n7 8\n1 2 3\n0.5 1 1.5\n"))
    found = read(case("cfl", family="tbed1", path=str(path)))
    assert whole_matrix(found.costs).tolist() == [[4, 2], [10, 5], [18, 9]]
    assert found.demand.tolist() == [4, 5, 6]
    assert found.capacity.tolist() == [10, 20]
    assert found.opening_cost.tolist() == [7, 8]


def test_single_source_layout(tmp_path):
    path = tmp_path / "s.txt"
    path.write_text("2 3\n5 6\n10 11\n1 2 3\n1 2\n3 4\n5 6\n")
    found = read(case("sscfl", family="single-source", path=str(path)))
    assert whole_matrix(found.costs).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert (found.capacity.tolist(), found.opening_cost.tolist()) == ([5, 6], [10, 11])
    assert found.demand.tolist() == [1, 2, 3]
    path.write_text("2 3\n5 6\n10 11\n1 2 3\n1 2\n3 4\n5\n")
    with pytest.raises(ValueError, match="12 numbers, not 13"):
        read(case("sscfl", family="single-source", path=str(path)))


def test_capacitated_points(tmp_path):
    path = tmp_path / "p.txt"
    path.write_text(" 1 713\n 2 1 9\n 1 0 0 4\n 2 3 3 5\n")
    found = read(case("cpmp", family="orlib-pmedcap", path=str(path)))
    assert whole_matrix(found.costs).tolist() == [[0, 4], [4, 0]]  # floor of 4.24
    assert (found.p, found.capacity.tolist(), found.demand.tolist()) == (1, [9, 9], [4, 5])


@pytest.mark.parametrize("more", ["", " 0 .000"])
def test_location_routing_with_two_or_four_numbers_for_a_depot(tmp_path, more):
    text = f"1 2\n3 4{more}\n6 8{more}\n0 0\n9\n5 6\n7\n10 11\n2\n1\n"
    path = tmp_path / "r.dat"
    path.write_text(text)
    found = read(case("location-routing", family="clrp-text", path=str(path)))
    assert found.routing.distance.tolist() == [[0, 5, 10], [5, 0, 5], [10, 5, 0]]
    assert found.routing.depot_capacity.tolist() == [5, 6]
    assert (found.routing.vehicle_capacity, found.routing.vehicle_cost) == (9, 2)
    path.write_text(text.replace("3 4 0", "3 4 1"))
    if more:
        with pytest.raises(ValueError, match="more than coordinates: 1"):
            read(case("location-routing", family="clrp-text", path=str(path)))
    path.write_text(text + "1\n")
    with pytest.raises(ValueError, match="numbers, not 16"):
        read(case("location-routing", family="clrp-text", path=str(path)))
