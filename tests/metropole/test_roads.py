from dataclasses import fields, replace

import networkx as nx
import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.metropole import build_roads, zones
from logistique.metropole.kinds import Kind
from logistique.metropole.road_parameters import RoadParameters, published_parameters
from logistique.metropole.roads import link_classes, link_times, roads_on
from logistique.metropole.skeleton import skeleton
from logistique.network.checks import graph_warnings, main_part
from logistique.network.graph import RoadClass
from logistique.network.paths import fastest_paths, many_to_many

ARRAYS = [
    "x_m",
    "y_m",
    "tail",
    "head",
    "length_m",
    "free_time_s",
    "capacity_veh_h",
    "lanes",
    "road_class",
    "indptr",
]


@pytest.fixture(scope="module")
def bones():
    return skeleton(2024)


@pytest.fixture(scope="module")
def graph():
    return build_roads(2024)


@pytest.mark.parametrize("year", [2024, 2025])
def test_all_zones_are_nodes_and_everything_is_joined(year) -> None:
    roads = build_roads(year)
    codes = zones(year)["insee"].tolist()
    assert roads.node_id[: len(codes)] == tuple(codes)
    assert main_part(roads).dropped_nodes == ()
    assert {finding.check for finding in graph_warnings(roads)} == {"no-one-way"}


def test_the_same_bytes_at_every_build(graph) -> None:
    again = build_roads(2024)
    assert again.node_id == graph.node_id
    for name in ARRAYS:
        assert getattr(again, name).tobytes() == getattr(graph, name).tobytes()


def test_every_link_stands_once_and_goes_both_ways(bones, graph) -> None:
    pairs = np.sort(np.column_stack([bones.first, bones.second]), axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert np.all(pairs[:, 0] < pairs[:, 1])
    there = dict(zip(zip(graph.tail, graph.head, strict=True), graph.free_time_s, strict=True))
    assert all(there[v, u] == time for (u, v), time in there.items())


def test_all_classes_and_kinds_are_there(bones, graph) -> None:
    assert set(graph.road_class.tolist()) == {int(c) for c in RoadClass}
    assert set(bones.kind.tolist()) == {int(k) for k in Kind}


def test_the_ring_road_is_a_circle_of_its_own_class(bones) -> None:
    ring = bones.kind == Kind.RING
    circle = nx.Graph(list(zip(bones.first[ring], bones.second[ring], strict=True)))
    assert nx.is_connected(circle)
    assert {degree for _, degree in circle.degree} == {2}
    assert bones.length_m[ring].sum() == pytest.approx(34_500, rel=0.1)
    assert set(link_classes(bones)[ring].tolist()) == {int(RoadClass.RING_ROAD)}


def test_streets_of_paris_lie_in_paris(bones) -> None:
    paris = {f"street:{code}" for code in zones(2024)["insee"] if code.startswith("75")}
    position = [i for i, name in enumerate(bones.node_id) if name in paris]
    both = np.isin(bones.first, position) & np.isin(bones.second, position)
    classes = link_classes(bones)[both & (bones.kind == Kind.STREET)]
    assert classes.size > 5
    assert np.mean(classes == RoadClass.STREET_PARIS) > 0.9


def test_the_long_tunnel_has_no_ramps(bones) -> None:
    names = set(bones.node_id)
    beside = [number for number in range(72) if f"access:a86:{number:02d}" not in names]
    assert beside == list(range(35, 42))


def test_through_traffic_does_not_use_terminals(bones, graph) -> None:
    """Zones are left and reached by their own terminal or local streets only."""
    nodes = graph.positions([name for name in graph.node_id if name.startswith("street:")])
    whole = many_to_many(graph, nodes, nodes)
    z = len(zones(2024))
    not_through = (graph.tail >= z) & (graph.head >= z)
    without = many_to_many(graph, nodes, nodes, allowed=not_through)
    assert np.array_equal(whole, without)


def test_lengths_are_those_of_a_real_network(graph) -> None:
    """Paths are 1.1 to 1.45 times the straight line beyond 3 km, as in European cities."""
    nodes = np.arange(150)
    km = fastest_paths(graph, nodes, nodes).length_m / 1000
    x, y = graph.x_m[:150] / 1000, graph.y_m[:150] / 1000
    straight = np.hypot(x[:, None] - x, y[:, None] - y)
    far = straight > 3
    ratio = km[far] / straight[far]
    assert 1.15 < np.median(ratio) < 1.3
    assert np.percentile(ratio, 99) < 1.6
    assert ratio.min() >= 1.0


def test_the_time_of_each_kind_by_hand(bones) -> None:
    parameters = published_parameters()
    times = link_times(bones, parameters)

    def first(kind: Kind) -> int:
        return int(np.flatnonzero(bones.kind == kind)[0])

    ring = first(Kind.RING)
    assert times[ring] == pytest.approx(bones.length_m[ring] / (parameters.ring_kmh / 3.6))
    end = first(Kind.TERMINAL)
    ease = bones.density[end] ** parameters.density_exponent
    urban = (parameters.paris_kmh, parameters.inner_kmh, parameters.outer_kmh)
    crawl = 10 / (urban[bones.place[end]] / 3.6)
    assert times[end] == pytest.approx((parameters.terminal_s + crawl) / ease)
    over = int(np.flatnonzero((bones.kind == Kind.STREET) & (bones.crossings == 1))[0])
    dry = replace(bones, crossings=np.zeros_like(bones.crossings))
    assert times[over] - link_times(dry, parameters)[over] == pytest.approx(parameters.river_s)


@pytest.mark.parametrize("name", [item.name for item in fields(RoadParameters)])
def test_every_parameter_matters(bones, name) -> None:
    published = published_parameters()
    other = replace(published, **{name: 0.5 * getattr(published, name)})
    nodes = np.arange(0, 150, 10)
    change = many_to_many(roads_on(bones, other), nodes, nodes) - many_to_many(
        roads_on(bones, published), nodes, nodes
    )
    assert np.abs(change).max() > 1


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_parameters_out_of_range_are_refused(value) -> None:
    with pytest.raises(InvalidInputError, match="ring_kmh"):
        replace(published_parameters(), ring_kmh=value)
