"""Both methods against scipy, whatever the graph."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_digraphs import digraphs, lattice, random_digraph
from scipy.sparse import csr_array

from logistique.shortest_paths import ShortestPaths, dijkstra, ordering

METHODS = ["dijkstra", "hierarchy"]


@pytest.fixture(autouse=True)
def _threads_even_for_little_work(monkeypatch):
    monkeypatch.setattr(dijkstra, "WORTH_THREADS", 0)
    monkeypatch.setattr(ordering, "WORTH_THREADS", 0)


CLOSE = {"rtol": 1e-12, "atol": 0}
BIG = [
    lattice(1, 23, 31),
    lattice(2, 60, 7, kept=0.95),
    random_digraph(3, 400, 900),
    random_digraph(4, 150, 2500, closed=0.1),
    random_digraph(5, 300, 320, zeros=0.5),
]


def nodes_of(graph, seed, many):
    return np.random.default_rng(seed).integers(0, graph.n, many)


@pytest.mark.parametrize("method", METHODS)
@given(graph=digraphs(), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_distances_are_those_of_scipy(method, graph, seed):
    engine = ShortestPaths(*graph.ends, method=method, threads=1)
    expected = graph.all_distances()
    everywhere = np.arange(graph.n)
    np.testing.assert_allclose(engine.distances(everywhere, everywhere), expected, **CLOSE)
    cost = np.random.default_rng(seed).choice([0.0, 1.0, 2.5, np.inf], len(graph.cost))
    changed = graph.with_cost(cost)
    np.testing.assert_allclose(
        engine.customise(cost).distances(everywhere, everywhere), changed.all_distances(), **CLOSE
    )
    np.testing.assert_allclose(engine.distances(everywhere, everywhere), expected, **CLOSE)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("graph", BIG)
def test_larger_graphs_repeated_nodes_and_both_shapes(graph, method, threads):
    engine = ShortestPaths(*graph.ends, method=method, threads=threads)
    expected = graph.all_distances()
    for many_sources, many_targets in [(150, 9), (9, 150), (70, 70), (1, 1)]:
        sources, targets = nodes_of(graph, 1, many_sources), nodes_of(graph, 2, many_targets)
        found = engine.distances(sources, targets)
        np.testing.assert_allclose(found, expected[np.ix_(sources, targets)], **CLOSE)
        single = engine.distances(sources, targets, dtype=np.float32)
        assert single.dtype == np.float32
        np.testing.assert_array_equal(single, found.astype(np.float32))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("graph", BIG)
def test_paths_are_driven_in_order_and_sum_to_their_distance(graph, method):
    engine = ShortestPaths(*graph.ends, method=method)
    sources, targets = nodes_of(graph, 1, 200), nodes_of(graph, 2, 200)
    expected = graph.all_distances()[sources, targets]
    paths = engine.paths(sources, targets)
    assert len(paths) == 200
    np.testing.assert_allclose(paths.distance, expected, **CLOSE)
    for pair, arcs in enumerate(paths[k] for k in range(len(paths))):
        if sources[pair] == targets[pair] or np.isinf(expected[pair]):
            assert len(arcs) == 0
            continue
        stops = [*graph.tail[arcs], graph.head[arcs[-1]]]
        assert stops[0] == sources[pair]
        assert stops[-1] == targets[pair]
        np.testing.assert_array_equal(graph.head[arcs[:-1]], graph.tail[arcs[1:]])
        assert graph.cost[arcs].sum() == pytest.approx(expected[pair], rel=1e-12)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("graph", BIG)
def test_sums_along_are_those_of_a_shortest_path(graph, method, threads):
    engine = ShortestPaths(*graph.ends, method=method, threads=threads)
    sources, targets = nodes_of(graph, 1, 80), nodes_of(graph, 2, 50)
    ones = np.ones(len(graph.cost))
    thrice = np.where(np.isfinite(graph.cost), graph.cost * 3, 0)
    time, same, hops = engine.distances_along(sources, targets, thrice, ones)
    expected = graph.all_distances()[np.ix_(sources, targets)]
    np.testing.assert_allclose(time, expected, **CLOSE)
    np.testing.assert_allclose(same, 3 * expected, rtol=1e-12)
    whole = hops[np.isfinite(hops)]
    assert np.array_equal(whole, np.round(whole))
    np.testing.assert_array_equal(np.isinf(hops), np.isinf(expected))
    if (graph.cost > 0).all():  # paths are unique: the hops of an unpacked path are the sum
        pairs = np.arange(50)
        paths = engine.paths(sources[pairs], targets[pairs])
        counted = np.where(np.isinf(paths.distance), np.inf, np.diff(paths.start))
        np.testing.assert_array_equal(hops[pairs, pairs], counted)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("graph", BIG)
def test_near_targets(graph, method, threads):
    engine = ShortestPaths(*graph.ends, method=method, threads=threads)
    sources, targets = nodes_of(graph, 1, 90), nodes_of(graph, 2, 60)
    expected = graph.all_distances()[np.ix_(sources, targets)]
    limit = float(np.quantile(expected[np.isfinite(expected)], 0.3))
    inside = engine.within(sources, targets, limit)
    filled = np.full(expected.shape, np.inf)
    entries = inside.tocoo()
    filled[entries.coords] = entries.data
    assert inside.has_sorted_indices
    kept = np.where(expected <= limit * (1 + 1e-12), expected, np.inf)
    np.testing.assert_allclose(filled, kept, **CLOSE)
    for k in (1, 4, 1000):
        near = engine.nearest(sources, targets, k)
        most = min(k, 60)
        assert near.target.shape == (90, most)
        np.testing.assert_allclose(near.distance, np.sort(expected, axis=1)[:, :most], **CLOSE)
        found = near.target >= 0
        np.testing.assert_array_equal(found, np.isfinite(near.distance))
        rows = np.broadcast_to(np.arange(90)[:, None], found.shape)[found]
        np.testing.assert_allclose(
            expected[rows, near.target[found]], near.distance[found], **CLOSE
        )
        assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in near.target)


@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("graph", BIG)
def test_link_flows_are_those_of_the_paths_added(graph, method, sparse):
    """Conservation at every node and the cost of all flows; with unique paths arc by arc."""
    engine = ShortestPaths(*graph.ends, method=method, threads=1)
    sources, targets = nodes_of(graph, 1, 300), nodes_of(graph, 2, 40)
    expected = graph.all_distances()[np.ix_(sources, targets)]
    random = np.random.default_rng(7)
    flow = random.uniform(0, 5, expected.shape) * (random.uniform(size=expected.shape) < 0.3)
    flow[~np.isfinite(expected)] = 0
    loaded = engine.link_flows(sources, targets, csr_array(flow) if sparse else flow)
    moved = np.where(flow > 0, flow * np.where(flow > 0, expected, 0), 0).sum()
    used = loaded > 0
    assert (loaded[used] * graph.cost[used]).sum() == pytest.approx(moved, rel=1e-9)
    balance = np.bincount(graph.tail, loaded, graph.n) - np.bincount(graph.head, loaded, graph.n)
    out = np.bincount(sources, flow.sum(axis=1), graph.n)
    out -= np.bincount(targets, flow.sum(axis=0), graph.n)
    np.testing.assert_allclose(balance, out, atol=1e-8)
    two = ShortestPaths(*graph.ends, method=method, threads=2).link_flows(sources, targets, flow)
    np.testing.assert_array_equal(loaded, two)
    s, t = np.nonzero(flow)
    paths = ShortestPaths(*graph.ends, method="dijkstra").paths(sources[s], targets[t])
    if (graph.cost > 0).all():
        added = np.bincount(paths.arc, np.repeat(flow[s, t], np.diff(paths.start)), len(graph.cost))
        np.testing.assert_allclose(loaded, added, atol=1e-8)
