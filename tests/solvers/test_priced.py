"""The priced way of large problems against enumeration and against the exact search."""

import dataclasses

import numpy as np
import pytest
from location_oracle import brute_force
from random_problems import random_problem

import logistique as lg
from logistique.errors import InfeasibleError
from logistique.model.requirements import budget, count, coverage
from logistique.solvers import choose, exact, large, master
from logistique.solvers.highs import Status
from logistique.solvers.outcome import Outcome
from logistique.solvers.priced import priced_search
from logistique.solvers.search import Listening, Search
from logistique.solvers.staged_search import NOTHING

LIMITS = lg.Limits(time_s=60, gap=0.0)


def at_once(formulation, limits):
    """The exact search in this process."""
    search = Search(formulation, limits, Listening(lambda *_: None), live=False)
    status = exact.exact_search(search)
    return Outcome(status, search.best, search.bound)


@pytest.mark.parametrize("seed", range(40))
def test_few_arcs_and_prices_give_the_optimum(seed, monkeypatch):
    problem = random_problem(seed)
    if problem is None:
        pytest.skip("the draw is refused as input")
    monkeypatch.setattr(master, "FIRST_ARCS", 1)
    monkeypatch.setattr(master, "_MOST_NEW", 1)
    best = brute_force(problem)
    formulation, outcome = priced_search(problem, LIMITS, lambda *_: None, run=at_once)
    if not np.isfinite(best):
        assert outcome.status is Status.INFEASIBLE
        return
    cost = float(formulation.model.cost @ outcome.values) + formulation.model.offset
    assert cost == pytest.approx(best, rel=1e-6, abs=1e-5)
    assert outcome.bound <= best + 1e-6 * max(1.0, abs(best))
    assert outcome.bound >= best - 1e-4 * max(1.0, abs(best))


def city(n=40, k=10, p=3, seed=2, *, single=True):
    """Two levels with sizes, floors, a budget, a number of hubs and coverage."""
    rng = np.random.default_rng(seed)
    homes, places, zones = rng.random((n, 2)), rng.random((k, 2)), rng.random((p, 2))
    demand = rng.integers(1, 20, n).astype(float)
    apart = np.linalg.norm(homes[:, None] - places[None], axis=2)
    total = demand.sum()
    room = np.tile([total / 8, total / 4], k)
    price = np.tile([60.0, 90.0], k) * rng.uniform(0.8, 1.2, 2 * k)
    return lg.Problem.of(
        demand, 3.0 * demand[:, None] * apart, option_site=np.repeat(np.arange(k), 2),
        option_cost=price, option_capacity=room, option_floor=room / 10,
        feed_cost=0.3 * np.linalg.norm(zones[:, None] - places[None], axis=2),
        storage_cost=np.full(p, 150.0), storage_capacity=np.full(p, 0.6 * total),
        single_sourcing=single,
        requirements=[
            count("hubs", np.ones(2 * k), np.zeros(p), at_most=6),
            budget("money", price * 3, np.full(p, 100.0), 2500.0),
            coverage("near", demand, apart < 0.35, 0.8, n_options=2 * k, n_storages=p),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("single", [True, False])
def test_large_problems_take_the_priced_way(single, monkeypatch):
    problem = city(single=single)
    limits = dataclasses.replace(LIMITS, gap=0.01)
    known = choose.solve(problem, limits, method="exact")
    monkeypatch.setattr(choose, "LARGE_ARCS", 100)
    monkeypatch.setattr(large, "staged_search", lambda *_: NOTHING)
    plan = choose.solve(problem, limits)
    assert plan.method == "priced-mathopt-highs"
    assert plan.gap <= 0.0101
    assert plan.lower_bound <= known.objective * (1 + 1e-9)
    assert known.lower_bound <= plan.objective * (1 + 1e-9)


def test_rules_nobody_can_meet_are_said(monkeypatch):
    problem = city(n=20, k=8)
    rule = budget("money", np.full(16, 100.0), np.zeros(3), 50.0)
    monkeypatch.setattr(choose, "LARGE_ARCS", 10)
    with pytest.raises(InfeasibleError, match="money"):
        choose.solve(problem.replace(requirements=(rule,)), LIMITS)
