"""Neighbours of a plan against all sets of sites, and what they add to the search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from logistique.congestion.neighbours import neighbours
from logistique.congestion.search import _Search
from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.model.requirements import count
from logistique.solvers.decisions import cost_of
from logistique.solvers.median_form import as_uncapacitated
from tests.congestion.rings import enumerate_ring, ring_problem


@pytest.mark.parametrize("seed", range(12))
def test_neighbours_are_the_sets_near_by_in_the_order_of_their_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = 5, 6
    cost = rng.uniform(1, 9, (n, k))
    cost[rng.random((n, k)) < 0.2] = np.inf
    cost[:, 0] = rng.uniform(5, 9, n)
    least, most = (1, k) if seed % 3 else (2, 3)
    rules = [count("sites", np.ones(k, bool), np.zeros(0, bool), at_least=least, at_most=most)]
    required = np.arange(k) == (0 if seed % 2 else k)
    opening = rng.uniform(-1, 4, k)
    problem = Problem.of(
        np.ones(n), cost, option_cost=opening, requirements=rules, site_required=required
    )
    start = np.isin(np.arange(k), [0, 3])
    expected = []
    for size in range(least, most + 1):
        for sites in itertools.combinations(range(k), size):
            now = np.isin(np.arange(k), sites)
            near = (start & ~now).sum() <= 1 and (now & ~start).sum() <= 1
            value = opening[now].sum() + cost[:, now].min(axis=1).sum()
            if near and np.isfinite(value) and not (required & ~now).any():
                expected.append(value)
    found = neighbours(as_uncapacitated(problem), start, 1000)
    values = [cost_of(problem, plan) for plan in found]
    # A site that serves nobody is charged all the same.
    assert values == pytest.approx(sorted(expected))
    assert len(neighbours(as_uncapacitated(problem), start, 3)) == min(3, len(expected))


def test_the_descent_never_leaves_the_interval_of_the_optimum() -> None:
    better = 0
    for seed in range(100, 130):
        question = ring_problem(seed, consumers=3)
        search = _Search(question, Watch(Limits(gap=1e-5, time_s=60)), "auto")
        search.linear_rounds(1)
        first = search.best
        assert first is not None
        search.descend()
        least, most = enumerate_ring(question)
        best = search.best
        assert best is not None
        assert least * (1 - 1e-9) <= best.eur <= first.eur
        assert search.bound <= most * (1 + 1e-9)
        better += best.eur < first.eur * (1 - 1e-6)
    assert better > 0
