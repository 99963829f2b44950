"""What is refused, what is empty, and which method answers."""

import numpy as np
import pytest
from random_digraphs import lattice, random_digraph
from scipy.sparse import csr_array

from logistique.errors import InvalidInputError
from logistique.shortest_paths import ShortestPaths, choice, hierarchy

METHODS = ["dijkstra", "hierarchy", "auto"]


def triangle(**options):
    return ShortestPaths(3, [0, 1, 2], [1, 2, 0], [1.0, 2.0, 4.0], **options)


@pytest.mark.parametrize("method", METHODS)
def test_a_triangle_by_hand(method):
    roads = triangle(method=method)
    assert roads.distances([0, 1, 2], [0, 1, 2]).tolist() == [[0, 1, 3], [6, 0, 2], [4, 5, 0]]
    assert roads.paths([1], [0])[0].tolist() == [1, 2]
    assert roads.link_flows([1, 0], [0, 2], [[5.0, 0.0], [7.0, 2.0]]).tolist() == [2.0, 7.0, 5.0]
    closed = roads.customise([1.0, np.inf, 4.0])
    assert closed.distances([0], [1, 2]).tolist() == [[1, np.inf]]
    assert closed.within([0], [0, 1, 2], 1.0).toarray().tolist() == [[0, 1, 0]]
    assert roads.distances([0], [2]).tolist() == [[3]]


@pytest.mark.parametrize("method", METHODS)
def test_one_node_no_arcs_and_empty_lists(method):
    alone = ShortestPaths(1, [], [], [], method=method)
    assert alone.distances([0, 0], [0]).tolist() == [[0], [0]]
    assert alone.nearest([0], [0], 3).target.tolist() == [[0]]
    assert ShortestPaths(1, [0], [0], [2.0], method=method).distances([0], [0]).tolist() == [[0]]
    roads = triangle(method=method)
    assert roads.distances([], [1, 2]).shape == (0, 2)
    assert roads.within([0, 1], [], 5).shape == (2, 0)
    assert roads.nearest([0], [], 2).distance.shape == (1, 0)
    assert len(roads.paths([], [])) == 0
    assert roads.link_flows([0], [], np.empty((1, 0))).tolist() == [0, 0, 0]
    assert [m.shape for m in roads.distances_along([], [1], [1.0, 1.0, 1.0])] == [(0, 1)] * 2


@pytest.mark.parametrize("method", METHODS)
def test_the_cheapest_of_parallel_arcs_is_driven(method):
    roads = ShortestPaths(2, [0, 0, 0], [1, 1, 1], [3.0, 1.0, 2.0], method=method)
    assert roads.paths([0], [1])[0].tolist() == [1]
    assert roads.customise([3.0, 9.0, 4.0]).link_flows([0], [1], [[2.0]]).tolist() == [2, 0, 0]
    assert roads.distances_along([0], [1], [7.0, 8.0, 9.0])[1].tolist() == [[8.0]]


@pytest.mark.parametrize("method", METHODS)
def test_rings_of_zero_cost_and_a_long_chain(method):
    n = 3000
    tail = np.concatenate([np.arange(n - 1), [n - 1]])
    head = np.concatenate([np.arange(1, n), [0]])
    ring = ShortestPaths(n, tail, head, np.zeros(n), method=method)
    assert ring.distances([0, 5], [n - 1, 4]).tolist() == [[0, 0], [0, 0]]
    chain = ring.customise(np.where(tail == n - 1, np.inf, 0.5))
    assert chain.distances([0, 5], [n - 1, 4]).tolist() == [[1499.5, 2.0], [1497, np.inf]]
    assert chain.paths([1], [2501])[0].tolist() == list(range(1, 2501))


def test_a_star_and_a_clique():
    n = 2000
    spokes = np.arange(1, n)
    star = ShortestPaths(
        n, np.concatenate([spokes, 0 * spokes]), np.concatenate([0 * spokes, spokes]),
        np.concatenate([spokes, 2 * spokes]), method="hierarchy",
    )  # fmt: skip
    assert star.distances([7, 0], [9, 7]).tolist() == [[25, 0], [18, 14]]
    tail, head = np.nonzero(~np.eye(90, dtype=bool))
    clique = ShortestPaths(90, tail, head, 1.0 + (tail + head), method="hierarchy")
    assert clique.distances([3, 80], [80, 0]).tolist() == [[84, 4], [0, 81]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, [], [], []), "n_nodes: is 0"),
        ((2.0, [0], [1], [1.0]), "n_nodes: is 2.0"),
        ((2, [0], [2], [1.0]), "head: entry 0 is 2; allowed: a list of node positions 0 … 1"),
        ((2, [0, 1], [1], [1.0]), "head: has 1 entries, tail has 2"),
        ((2, [0.0], [1], [1.0]), "tail: has shape"),
        ((2, [0], [1], [-1.0]), "cost: arc 0 has -1.0; allowed: ≥ 0"),
        ((2, [0], [1], [np.nan]), "cost: arc 0 has nan"),
        ((2, [0], [1], [1.0, 2.0]), "cost: has shape"),
        ((2, [0], [1], ["a"]), "cost: has shape"),
    ],
)
def test_graphs_and_costs_refused(arguments, words):
    with pytest.raises(InvalidInputError, match=words.replace("(", r"\(")):
        ShortestPaths(*arguments)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (lambda r: r.distances([3], [0]), "sources: entry 0 is 3"),
        (lambda r: r.distances([0], [-1]), "targets: entry 0 is -1"),
        (lambda r: r.distances([0.5], [0]), "sources: has shape"),
        (lambda r: r.distances([0], [0], dtype=int), "dtype: is"),
        (lambda r: r.distances_along([0], [0], [1.0, np.inf, 2.0]), "metric 0: arc 1 has inf"),
        (lambda r: r.within([0], [0], -1), "limit: is -1"),
        (lambda r: r.within([0], [0], np.nan), "limit: is nan"),
        (lambda r: r.nearest([0], [0], 0), "k: is 0"),
        (lambda r: r.paths([0, 1], [0]), "pairs, one to one"),
        (lambda r: r.link_flows([0], [1], [[1.0, 2.0]]), "flow: has shape"),
        (lambda r: r.link_flows([0], [1], [[-1.0]]), "flow: holds -1.0"),
        (lambda r: r.customise([1.0, 2.0, -4.0]), "cost: arc 2 has -4.0"),
        (lambda r: triangle(method="fast"), "method: is 'fast'"),
        (lambda r: triangle(threads=0), "threads: is 0"),
    ],
)
def test_questions_refused(question, words):
    with pytest.raises(InvalidInputError, match=words):
        question(triangle())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sources", [1, 200])
def test_flow_without_a_path_names_the_pair(method, sources):
    roads = triangle(method=method).customise([1.0, np.inf, 4.0])
    flow = np.zeros((sources, 2))
    flow[-1] = [1.0, 3.0]
    with pytest.raises(InvalidInputError, match="goes from node 0 to node 2, between which"):
        roads.link_flows([0] * sources, [1, 2], csr_array(flow))


def test_auto_prepares_when_questions_pay_for_it(monkeypatch):
    few = ShortestPaths(*lattice(1, 20, 20).ends)
    few.distances(np.arange(400), np.arange(400))
    assert few.choice.startswith("dijkstra: 400 searches asked, fewer than the 7500")
    monkeypatch.setattr(choice, "SMALL", 0)
    graph = lattice(1, 20, 20, kept=1.0)
    roads = ShortestPaths(*graph.ends)
    assert roads.choice == "nothing asked yet"
    roads.distances([0], np.arange(400))
    assert roads.choice.startswith("dijkstra: 1 searches asked, fewer than")
    roads.distances(np.arange(100), np.arange(100))
    assert roads.choice.startswith("hierarchy: 101 searches asked, worth the")
    roads.distances([0], [1])
    assert roads.choice == "hierarchy, which is there already"
    other = roads.customise(graph.cost * 2)
    other.distances([0], [1])
    assert "fit the hierarchy to these costs" in other.choice
    assert triangle(method="dijkstra").prepare().distances([0], [2]).tolist() == [[3]]


def test_graphs_too_dense_to_contract(monkeypatch):
    monkeypatch.setattr(choice, "SMALL", 0)
    monkeypatch.setattr(hierarchy, "MOST_EDGES", 1000)
    graph = random_digraph(1, 100, 2000)
    roads = ShortestPaths(*graph.ends)
    everywhere = np.arange(100)
    np.testing.assert_allclose(
        roads.distances(everywhere, everywhere), graph.all_distances(), rtol=1e-12
    )
    assert roads.choice == "dijkstra: the graph is too dense to be contracted"
    with pytest.raises(InvalidInputError, match="too dense"):
        ShortestPaths(*graph.ends, method="hierarchy").prepare()


def test_answers_cannot_change_the_engine():
    cost = np.array([1.0, 2.0, 4.0])
    roads = ShortestPaths(3, [0, 1, 2], [1, 2, 0], cost)
    cost[:] = 0
    assert roads.distances([0], [2]).tolist() == [[3]]
    with pytest.raises(ValueError, match="read-only"):
        roads.cost[0] = 9


@pytest.mark.parametrize("method", METHODS)
def test_sums_along_paths_of_a_graph_without_arcs(method):
    islands = ShortestPaths(2, [], [], [], method=method)
    for found in islands.distances_along([0, 1], [0, 1], []):
        assert found.tolist() == [[0, np.inf], [np.inf, 0]]
