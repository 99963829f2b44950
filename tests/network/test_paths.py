import networkx as nx
import numpy as np
import pytest
from hand_graph import graph_of, square
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.errors import InvalidInputError
from logistique.network.graph import RoadGraph
from logistique.network.paths import bike_arcs, fastest_paths, many_to_many


@st.composite
def random_graphs(draw: st.DrawFn) -> RoadGraph:
    n = draw(st.integers(1, 7))
    node = st.integers(0, n - 1)
    whole = st.integers(1, 9)
    links = draw(st.lists(st.tuples(node, node, whole, whole), max_size=25))
    return graph_of(links, [(float(i), 0.0) for i in range(n)])


def to_networkx(graph: RoadGraph, weight: np.ndarray) -> nx.MultiDiGraph:
    other = nx.MultiDiGraph()
    other.add_nodes_from(range(graph.n_nodes))
    for u, v, w, length in zip(graph.tail, graph.head, weight, graph.length_m, strict=True):
        other.add_edge(int(u), int(v), w=float(w), length=float(length))
    return other


def test_by_hand() -> None:
    everywhere = np.arange(4)
    found = fastest_paths(square(), everywhere, everywhere)
    assert found.time_s.tolist() == [
        [0, 100, 60, 100],
        [100, 0, 100, 200],
        [200, 100, 0, 100],
        [100, 200, 100, 0],
    ]
    assert found.length_m[0].tolist() == [0, 1000, 1500, 1000]
    assert found.length_m[1, 3] == 2000


def test_bikes_stay_off_the_motorway() -> None:
    graph = square()
    bike = fastest_paths(graph, np.array([0]), np.array([2]), allowed=bike_arcs(graph))
    assert bike.time_s.tolist() == [[200]]
    assert bike.length_m.tolist() == [[2000]]


@settings(max_examples=150, deadline=None)
@given(random_graphs(), st.data())
def test_agrees_with_networkx(graph: RoadGraph, data: st.DataObject) -> None:
    size = graph.n_arcs
    weight = np.array(data.draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)), float)
    everywhere = np.arange(graph.n_nodes)
    ours = many_to_many(graph, everywhere, everywhere, weight=weight)
    other = to_networkx(graph, weight)
    for source in everywhere:
        theirs = nx.single_source_dijkstra_path_length(other, int(source), weight="w")
        for target in everywhere:
            # Zero weights stand as the smallest positive number, far below any rounding.
            assert ours[source, target] == pytest.approx(
                theirs.get(int(target), np.inf), abs=1e-300
            )


@settings(max_examples=150, deadline=None)
@given(random_graphs())
def test_the_length_is_that_of_a_fastest_path(graph: RoadGraph) -> None:
    everywhere = np.arange(graph.n_nodes)
    found = fastest_paths(graph, everywhere, everywhere)
    other = to_networkx(graph, graph.free_time_s)
    for source in everywhere:
        for target in everywhere:
            if not np.isfinite(found.time_s[source, target]):
                assert not nx.has_path(other, source, target)
                assert found.length_m[source, target] == np.inf
                continue
            lengths = fastest_lengths(other, int(source), int(target))
            assert found.length_m[source, target] in lengths


def fastest_lengths(graph: nx.MultiDiGraph, source: int, target: int) -> set[float]:
    """Lengths of all fastest paths, by enumeration."""
    if source == target:
        return {0.0}
    best, lengths = np.inf, set()
    for path in nx.all_simple_edge_paths(graph, source, target):
        time = sum(graph.edges[edge]["w"] for edge in path)
        length = sum(graph.edges[edge]["length"] for edge in path)
        if time < best:
            best, lengths = time, set()
        if time == best:
            lengths.add(length)
    return lengths


def test_the_lightest_of_parallel_arcs_counts() -> None:
    graph = graph_of([(0, 1, 10, 9), (0, 1, 30, 4), (0, 1, 20, 6)], [(0, 0), (1, 0)])
    found = fastest_paths(graph, np.array([0]), np.array([1]))
    assert (found.time_s[0, 0], found.length_m[0, 0]) == (4, 30)


def test_zero_weights_are_arcs_not_gaps() -> None:
    graph = graph_of([(0, 1, 10, 9), (1, 2, 30, 4)], [(0, 0), (1, 0), (2, 0)])
    nothing = many_to_many(graph, np.array([0]), np.array([1, 2]), weight=np.zeros(2))
    assert nothing.max() < 1e-300
    assert np.all(np.isfinite(nothing))


def test_a_long_chain_adds_up() -> None:
    n = 300
    links = [(i, i + 1, 7.0, 3.0) for i in range(n - 1)]
    graph = graph_of(links, [(float(i), 0.0) for i in range(n)])
    found = fastest_paths(graph, np.array([0]), np.arange(n))
    assert np.allclose(found.length_m[0], 7.0 * np.arange(n))
    assert np.allclose(found.time_s[0], 3.0 * np.arange(n))


def test_repeated_and_no_sources() -> None:
    graph = square()
    rows = fastest_paths(graph, np.array([3, 0, 3]), np.array([1, 1])).time_s
    assert rows.tolist() == [[200, 200], [100, 100], [200, 200]]
    none = fastest_paths(graph, np.array([], dtype=int), np.array([1]))
    assert none.time_s.shape == none.length_m.shape == (0, 1)


def test_a_graph_without_arcs_reaches_only_itself() -> None:
    graph = graph_of([], [(0, 0), (1, 0)])
    found = fastest_paths(graph, np.array([0]), np.array([0, 1]))
    assert found.time_s.tolist() == [[0, np.inf]]
    assert found.length_m.tolist() == [[0, np.inf]]


@pytest.mark.parametrize("weight", [[-1.0] + [1.0] * 8, [np.nan] + [1.0] * 8, [1.0] * 3])
def test_bad_weights_are_refused(weight: list[float]) -> None:
    with pytest.raises(InvalidInputError):
        many_to_many(square(), np.array([0]), np.array([1]), weight=np.array(weight))


@pytest.mark.parametrize("nodes", [[4], [-1], [0.5]])
def test_bad_nodes_are_refused(nodes: list[float]) -> None:
    with pytest.raises(InvalidInputError):
        many_to_many(square(), np.array([0]), np.array(nodes))
    with pytest.raises(InvalidInputError):
        many_to_many(square(), np.array(nodes), np.array([0]))
