"""Île-de-France main roads: every method and metric equal scipy's Dijkstra."""

import numpy as np
import pytest
from random_digraphs import oracle

from benchmarks.roads.questions import graph
from benchmarks.suite import SHARED
from logistique.shortest_paths import ShortestPaths

pytestmark = pytest.mark.skipif(
    not (SHARED / "data" / "idf_multilayer").is_dir(), reason="needs the shared data"
)


@pytest.fixture(scope="module")
def roads():
    return graph("idf")


@pytest.mark.parametrize("method", ["dijkstra", "hierarchy"])
def test_lengths_times_and_changed_times(roads, method):
    n = len(roads.x_m)
    assert n == 14_807
    random = np.random.default_rng(3)
    sources, targets = random.choice(n, 40), random.choice(n, 300)
    times = roads.length_m / random.choice([8.0, 13.9, 25.0], len(roads.tail))
    jam = times * random.uniform(1, 4, len(times))
    jam[random.uniform(size=len(jam)) < 0.01] = np.inf
    engine = ShortestPaths(n, roads.tail, roads.head, roads.length_m, method=method)
    for cost in (roads.length_m, times, jam, np.zeros(len(times))):
        engine = engine.customise(cost)
        expected = oracle(n, roads.tail, roads.head, cost, sources)[:, targets]
        np.testing.assert_allclose(engine.distances(sources, targets), expected, rtol=1e-9, atol=0)
    fastest = engine.customise(times)
    seconds, metres = fastest.distances_along(sources, targets, roads.length_m)
    pairs = np.arange(40)
    paths = fastest.paths(sources, targets[:40])
    for pair in pairs:
        assert np.isfinite(seconds[pair, pair]) == np.isfinite(paths.distance[pair])
        if np.isfinite(seconds[pair, pair]):
            assert times[paths[pair]].sum() == pytest.approx(seconds[pair, pair], rel=1e-9)
            assert roads.length_m[paths[pair]].sum() == pytest.approx(metres[pair, pair], rel=1e-9)
