import numpy as np
import pytest
from hand_graph import graph_of, square
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from logistique.errors import InvalidInputError
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.paths import fastest_paths, many_to_many
from logistique.network.snapping import attach_points

EVERYWHERE = np.arange(4)


def test_a_point_by_hand() -> None:
    graph = attach_points(square(), ["p"], np.array([0.0]), np.array([-500.0]), k=1)
    assert graph.node_id == ("n0", "n1", "n2", "n3", "p")
    found = fastest_paths(graph, graph.positions(["p"]), graph.positions(["n0", "n1", "p"]))
    # 500 m straight, 1.3 times as long by road, at the streets' 10 m/s.
    assert found.length_m[0] == pytest.approx([650, 1650, 0])
    assert found.time_s[0] == pytest.approx([65, 165, 0])
    back = fastest_paths(graph, graph.positions(["n1"]), graph.positions(["p"]))
    assert back.time_s[0, 0] == pytest.approx(165)


def test_terminal_time_is_added_at_the_point() -> None:
    options = {"k": 1, "terminal_s": 30.0}
    graph = attach_points(square(), ["p"], np.array([0.0]), np.array([-500.0]), **options)
    assert many_to_many(graph, [4], [0])[0, 0] == pytest.approx(95)


def test_a_point_on_a_node_still_has_an_access() -> None:
    graph = attach_points(square(), ["p"], np.array([0.0]), np.array([0.0]), k=1)
    assert 0 < many_to_many(graph, np.array([4]), np.array([0]))[0, 0] < 2


def test_connectors_take_the_street_class_of_the_place() -> None:
    graph = square()
    attached = attach_points(graph, ["p"], np.array([900.0]), np.array([900.0]), k=1)
    leaving = attached.tail == 4
    assert attached.road_class[leaving].tolist() == [RoadClass.STREET_INNER]


def test_motorway_nodes_without_street_are_not_joined() -> None:
    xy = [(0.0, 0.0), (1000.0, 0.0), (3000.0, 0.0)]
    links = [(0, 1, 1000, 100), (1, 0, 1000, 100), (1, 2, 2000, 80), (2, 1, 2000, 80)]
    street, motorway = int(RoadClass.STREET_OUTER), int(RoadClass.MOTORWAY)
    graph = graph_of(links, xy, [street, street, motorway, motorway])
    attached = attach_points(graph, ["p"], np.array([2900.0]), np.array([0.0]), k=3)
    assert set(attached.head[attached.tail == 3].tolist()) <= {0, 1}


def test_a_connector_does_not_cross_where_the_network_goes_round() -> None:
    """Two banks 200 m apart, the bridge 5 km away: a point on one bank stays there."""
    xy = [(0.0, 0.0), (0.0, 200.0), (5000.0, 0.0), (5000.0, 200.0)]
    links = []
    for u, v, length in ((0, 2, 5000), (2, 3, 200), (3, 1, 5000)):
        links += [(u, v, length, length / 10), (v, u, length, length / 10)]
    graph = attach_points(graph_of(links, xy), ["p"], np.array([0.0]), np.array([90.0]), k=2)
    assert graph.head[graph.tail == 4].tolist() == [0]


def test_avoided_nodes_are_not_joined() -> None:
    graph = attach_points(square(), ["p"], np.array([0.0]), np.array([0.0]), k=4, avoid=["n0"])
    assert 0 not in graph.head[graph.tail == 4].tolist()
    with pytest.raises(InvalidInputError, match="elsewhere"):
        attach_points(square(), ["p"], np.array([0.0]), np.array([0.0]), avoid=["elsewhere"])


def test_far_points_are_named_all_together() -> None:
    x, y = np.array([0.0, 9000.0, -9000.0]), np.zeros(3)
    with pytest.raises(InvalidInputError) as caught:
        attach_points(square(), ["near", "east", "west"], x, y, max_km=5)
    assert [finding.subject for finding in caught.value.findings] == ["east", "west"]
    assert "8.0 km" in str(caught.value)


def test_bad_points_are_named_all_together() -> None:
    with pytest.raises(InvalidInputError) as caught:
        attach_points(square(), ["n1", "q", "q"], np.array([0, 0, np.nan]), np.zeros(3), k=0)
    subjects = [finding.subject for finding in caught.value.findings]
    assert subjects == ["n1", "q", "q", "k"]
    with pytest.raises(InvalidInputError):
        attach_points(square(), ["p"], np.zeros(2), np.zeros(2))


def test_no_points_leave_the_graph_alone() -> None:
    graph = square()
    assert attach_points(graph, [], np.array([]), np.array([])) is graph


@st.composite
def towns(draw: st.DrawFn) -> RoadGraph:
    """Points at least 10 m apart, roads of any speed, at least one street both ways."""
    n = draw(st.integers(2, 6))
    spot = st.integers(0, 20)
    xy = draw(st.lists(st.tuples(spot, spot), min_size=n, max_size=n, unique=True))
    node = st.integers(0, n - 1)
    roads = draw(
        st.lists(st.tuples(node, node, st.integers(1, 60), st.sampled_from(list(RoadClass))))
    )
    links = [(0, 1, 100.0, 20.0), (1, 0, 100.0, 20.0)]
    links += [(u, v, 50.0 * t, float(t)) for u, v, t, _ in roads if u != v]
    classes = [3, 3, *(int(c) for u, v, _, c in roads if u != v)]
    return graph_of(links, [(10.0 * a, 10.0 * b) for a, b in xy], classes)


@settings(max_examples=150, deadline=None)
@given(
    towns(), st.lists(st.tuples(st.floats(-50, 250), st.floats(-50, 250)), min_size=1, max_size=4)
)
def test_attaching_never_changes_times_between_other_nodes(
    graph: RoadGraph, spots: list[tuple[float, float]]
) -> None:
    ids = [f"p{i}" for i in range(len(spots))]
    x, y = np.array(spots).T
    attached = attach_points(graph, ids, x, y, k=3)
    old = np.arange(graph.n_nodes)
    before, after = many_to_many(graph, old, old), many_to_many(attached, old, old)
    assume(np.all(np.isfinite(before)))
    assert np.allclose(before, after, rtol=1e-12)
    new = np.arange(graph.n_nodes, attached.n_nodes)
    assert np.all(np.isfinite(many_to_many(attached, new, old)))
    assert np.all(np.isfinite(many_to_many(attached, old, new)))
