from dataclasses import replace

import numpy as np
import pytest
from hand_graph import graph_of, square

from logistique.errors import InvalidInputError
from logistique.network.assembly import Arcs, arcs_of, both_ways, graph_from_arcs


def checks(error: InvalidInputError) -> set[str]:
    return {finding.check for finding in error.findings}


def test_arcs_are_sorted_and_rows_start_where_indptr_says() -> None:
    graph = graph_of(
        [(2, 0, 5, 5), (0, 1, 1, 1), (1, 2, 2, 2), (0, 2, 3, 3)], [(0, 0), (1, 0), (0, 1)]
    )
    assert graph.tail.tolist() == [0, 0, 1, 2]
    assert graph.head.tolist() == [1, 2, 2, 0]
    assert graph.indptr.tolist() == [0, 2, 3, 4]
    assert graph.length_m.tolist() == [1, 3, 2, 5]
    assert (graph.n_nodes, graph.n_arcs) == (3, 4)


def test_order_of_the_arcs_given_does_not_matter() -> None:
    links = [(0, 1, 9, 7), (0, 1, 4, 2), (1, 0, 1, 1), (1, 0, 2, 1)]
    xy = [(0.0, 0.0), (1.0, 0.0)]
    one, other = graph_of(links, xy), graph_of(links[::-1], xy)
    for name in ("tail", "head", "length_m", "free_time_s"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_arrays_cannot_be_changed_and_inputs_are_copied() -> None:
    x = np.array([0.0, 1.0])
    arcs = Arcs(*(np.array([v]) for v in (0, 1, 1.0, 1.0, 1.0, 1.0, 0)))
    graph = graph_from_arcs(["a", "b"], x, x, arcs, crs="EPSG:2154", source="")
    x[0] = 99.0
    assert graph.x_m[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        graph.length_m[0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        graph.indptr[0] = 1


def test_both_ways_doubles_and_reverses() -> None:
    arcs = both_ways(arcs_of(graph_of([(0, 1, 3, 4)], [(0, 0), (1, 0)])))
    assert arcs.tail.tolist() == [0, 1]
    assert arcs.head.tolist() == [1, 0]
    assert arcs.free_time_s.tolist() == [4, 4]


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        ({"length_m": -1.0}, "not-positive", "length_m"),
        ({"free_time_s": np.nan}, "not-positive", "free_time_s"),
        ({"capacity_veh_h": np.inf}, "not-positive", "capacity_veh_h"),
        ({"lanes": 0.0}, "not-positive", "lanes"),
        ({"road_class": 17}, "unknown-class", "road_class"),
        ({"x_m": np.inf}, "not-finite", "n0"),
        ({"crs": "EPSG:4326"}, "geographic-crs", "EPSG:2154"),
        ({"crs": "EPSG:2263"}, "crs-unit", "metres"),
        ({"crs": "Lambert"}, "unknown-crs", "Lambert"),
    ],
)
def test_values_that_cannot_be_are_refused(change: dict, check: str, words: str) -> None:
    graph = square()
    name, value = next(iter(change.items()))
    if name != "crs":
        array = np.array(getattr(graph, name))
        array[0] = value
        value = array
    with pytest.raises(InvalidInputError) as caught:
        replace(graph, **{name: value})
    assert checks(caught.value) == {check}
    assert words in str(caught.value)


def test_shapes_are_checked_before_values() -> None:
    graph = square()
    with pytest.raises(InvalidInputError) as caught:
        replace(graph, length_m=graph.length_m[:-1], lanes=-graph.lanes)
    assert checks(caught.value) == {"wrong-shape"}


def test_all_problems_are_reported_together() -> None:
    graph = square()
    head = np.array(graph.head)
    head[-1] = 9
    with pytest.raises(InvalidInputError) as caught:
        replace(graph, node_id=("a", "a", "b", "c"), head=head, lanes=-graph.lanes)
    assert {"duplicate-node", "unknown-node", "not-positive"} <= checks(caught.value)


def test_unsorted_arcs_and_fractions_are_refused() -> None:
    graph = square()
    with pytest.raises(InvalidInputError) as caught:
        replace(graph, tail=graph.tail[::-1])
    assert checks(caught.value) == {"unsorted-arcs"}
    with pytest.raises(InvalidInputError) as caught:
        replace(graph, head=graph.head + 0.5)
    assert checks(caught.value) == {"wrong-type"}


def test_positions_follow_the_ids_asked_for_and_name_the_unknown() -> None:
    assert square().positions(["n2", "n0", "n2"]).tolist() == [2, 0, 2]
    with pytest.raises(InvalidInputError) as caught:
        square().positions(["n1", "75056", "?"])
    assert [finding.subject for finding in caught.value.findings] == ["75056", "?"]
