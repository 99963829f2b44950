"""Lists of bundles: complete, bounded from below, and what is settled over them is the optimum."""

import itertools

import numpy as np
import pytest

from logistique.location import bundle_search
from logistique.location.assignment_search import AssignmentSearch
from logistique.location.bundle_kernels import broken_triples, bundles
from logistique.location.bundle_pool import all_bundles, priced
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import root_node
from logistique.location.single_source_relaxation import relax
from logistique.location.single_source_residual import Residual
from logistique.location.watch import Watch
from logistique.model.limits import Limits


@pytest.mark.parametrize("seed", range(20))
def test_every_bundle_that_earns_enough_is_listed(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 9))
    profit, weight = rng.integers(-6, 15, k).astype(float), rng.integers(0, 8, k).astype(float)
    capacity, least = float(rng.integers(0, 25)), float(rng.integers(0, 30))
    expected = {
        chosen
        for size in range(1, k + 1)
        for chosen in itertools.combinations(range(k), size)
        if weight[list(chosen)].sum() <= capacity and profit[list(chosen)].sum() >= least
    }
    members, ends = np.zeros(4000, dtype=np.int64), np.zeros(600, dtype=np.int64)
    count, _ = bundles(profit, weight, capacity, least, 600, 10**6, members, ends)
    begin = [0, *ends[:count].tolist()]
    listed = [tuple(sorted(members[a:b].tolist())) for a, b in itertools.pairwise(begin)]
    assert len(listed) == len(set(listed))
    assert set(listed) == expected
    if len(expected) > 1:
        few = len(expected) - 1
        assert bundles(profit, weight, capacity, least, few, 10**6, members, ends)[0] == -1


def small(seed):
    """A question, the cost of all its answers, and those answers."""
    rng = np.random.default_rng(seed)
    n, m = 7, 4
    core = SourcingCore(
        cost=rng.integers(1, 30, (n, m)).astype(float),
        demand=rng.integers(1, 9, n).astype(float),
        opening=rng.integers(0, 20, m).astype(float),
        capacity=rng.integers(12, 26, m).astype(float),
        fixed_open=np.arange(m) == seed % 9,
        lowest=2,
        highest=3,
    )
    answers, costs = [], []
    for sites in itertools.chain(*(itertools.combinations(range(m), k) for k in (2, 3))):
        is_open = np.isin(np.arange(m), sites)
        for chosen in itertools.product(sites, repeat=n):
            if core.fits(is_open, np.array(chosen)):
                answers.append(np.array(chosen))
                costs.append(core.cost_of(is_open, np.array(chosen)))
    return rng, core, answers, np.array(costs)


def listed(pool):
    begin = pool.ends
    return {
        (int(j), tuple(sorted(pool.members[a:b].tolist()))): k
        for k, (j, a, b) in enumerate(zip(pool.site, begin[:-1], begin[1:], strict=True))
    }


@pytest.mark.parametrize("seed", range(8))
def test_bundles_of_good_answers_are_kept_whatever_the_prices(seed):
    rng, core, answers, costs = small(seed)
    limit = float(np.quantile(costs, 0.02)) + 0.5
    node = relax(core, root_node(core), target=limit, cutoff=np.inf, iterations=30).node
    pool = all_bundles(core, node, limit, 5000)
    assert pool is not None
    places = listed(pool)
    used = [
        (cost, {(int(j), tuple(np.flatnonzero(answer == j).tolist())) for j in answer})
        for answer, cost in zip(answers, costs, strict=True)
        if cost < limit
    ]
    assert used
    assert all(bundle in places for _, own in used for bundle in own)
    triples = np.array([[0, 1, 2], [2, 3, 5], [1, 4, 6]])
    for scale in (0.0, 0.1, 0.5):
        u = node.u * (1 + scale * rng.standard_normal(core.n))
        prices = priced(core, node, pool, u, triples, rng.uniform(0, 4, 3), limit)
        assert prices.bound <= costs.min() + 1e-9
        for cost, own in used:
            assert all(prices.least[places[bundle]] <= cost + 1e-9 for bundle in own)


@pytest.mark.parametrize("few", [0, 300])
@pytest.mark.parametrize("seed", range(6))
def test_a_part_is_settled_with_its_best_answer(seed, few, monkeypatch):
    _, core, answers, costs = small(seed)
    monkeypatch.setattr(bundle_search, "_FEW", few)
    monkeypatch.setattr(bundle_search, "_FIRST", 3)
    watch = Watch(Limits(gap=0.0))
    search = AssignmentSearch(core, watch)
    start = int(np.argsort(costs)[len(costs) // 50])
    used = np.unique(answers[start])
    is_open = np.isin(np.arange(core.m), used)
    spare = [j for j in range(core.m) if not is_open[j]]
    while is_open.sum() < core.lowest or (core.fixed_open & ~is_open).any():
        is_open[spare.pop()] = True
    assert search.offer(is_open, answers[start])
    relaxed = relax(core, root_node(core), target=search.value, cutoff=np.inf, iterations=30)
    outcome, _ = bundle_search.BundleSearch(core, search, watch).settled(relaxed)
    assert outcome is Residual.SOLVED
    assert search.value == pytest.approx(costs.min())


def test_triples_broken_by_halves():
    halves = np.array([0, 1, 1, 2, 0, 2])
    triples, excess = broken_triples(np.array([0, 2, 4, 6]), halves, np.full(3, 0.5), 4, 0.01, 9)
    assert [sorted(triple) for triple in triples.tolist()] == [[0, 1, 2]]
    assert excess.tolist() == [0.5]
    path = np.array([0, 1, 1, 2])
    triples, excess = broken_triples(np.array([0, 2, 4]), path, np.array([0.7, 0.6]), 3, 0.01, 9)
    assert [sorted(triple) for triple in triples.tolist()] == [[0, 1, 2]]
    assert excess.tolist() == pytest.approx([0.3])
    whole, _ = broken_triples(np.array([0, 3]), np.arange(3), np.ones(1), 3, 0.01, 9)
    assert len(whole) == 0
