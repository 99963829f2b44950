import networkx as nx
from hand_graph import graph_of, square
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.findings import Severity
from logistique.network.checks import graph_warnings, main_part, one_way_share


def test_a_sound_graph_passes() -> None:
    assert graph_warnings(square()) == []
    assert main_part(square()).graph is not None
    assert main_part(square()).dropped_nodes == ()


def test_a_dead_end_and_an_island_are_dropped_and_named() -> None:
    xy = [(float(1000 * i), 0.0) for i in range(5)]
    links = [(0, 1, 1000, 1), (1, 0, 1000, 1), (1, 2, 1000, 1), (3, 4, 1000, 1)]
    part = main_part(graph_of(links, xy))
    assert part.graph.node_id == ("n0", "n1")
    assert part.graph.n_arcs == 2
    assert part.dropped_nodes == ("n2", "n3", "n4")
    assert part.dropped_share == 0.6
    (finding,) = graph_warnings(graph_of(links, xy), where="roads.graphml")
    assert finding.severity is Severity.ERROR
    assert "3 of 5 nodes" in finding.message


def test_few_nodes_cut_off_are_a_warning() -> None:
    ring = [(i, (i + 1) % 30, 100.0, 1.0) for i in range(30)]
    (finding,) = graph_warnings(graph_of(ring, [(float(i), 0.0) for i in range(31)]))
    assert (finding.check, finding.severity) == ("not-connected", Severity.WARNING)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_the_main_part_is_networkx_s_largest(pairs: list[tuple[int, int]]) -> None:
    graph = graph_of([(u, v, 1.0, 1.0) for u, v in pairs], [(float(i), 0.0) for i in range(7)])
    other = nx.DiGraph(pairs)
    other.add_nodes_from(range(7))
    parts = [frozenset(part) for part in nx.strongly_connected_components(other)]
    largest = max(len(part) for part in parts)
    kept = frozenset(int(name[1:]) for name in main_part(graph).graph.node_id)
    assert kept in parts
    assert len(kept) == largest
    assert min(kept) == min(min(part) for part in parts if len(part) == largest)


def test_a_graph_without_one_way_arcs_is_suspicious() -> None:
    both = [(0, 1, 1000.0, 1.0), (1, 0, 1000.0, 1.0)]
    (finding,) = graph_warnings(graph_of(both, [(0, 0), (1000, 0)]))
    assert finding.check == "no-one-way"
    assert one_way_share(square()) == 1 / 9


def test_lengths_are_compared_with_the_straight_line() -> None:
    xy = [(0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)]
    links = [(0, 1, 1.0, 1.0), (1, 2, 9000.0, 1.0), (2, 0, 1000.0, 1.0)]
    found = {finding.check: finding for finding in graph_warnings(graph_of(links, xy))}
    assert set(found) == {"length-below-chord", "length-above-chord"}
    assert found["length-below-chord"].severity is Severity.ERROR
    assert "n0 -> n1 (1 m)" in found["length-below-chord"].message
    assert "n1 -> n2 (9000 m)" in found["length-above-chord"].message
