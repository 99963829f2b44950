"""Docks that saturate: the best plan by enumeration, bounds that hold, an independent judge."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.evaluation.verify import verify
from logistique.model.docks import Docks
from logistique.model.limits import Limits
from logistique.model.plan import Termination
from logistique.model.problem import Problem
from logistique.solvers.choose import solve
from logistique.solvers.dock_cuts import linearised
from logistique.solvers.dock_functions import throughput_cost

KINDS = ("quadratic", "bpr", "queue", "table")


def _by_hand(docks: Docks, option: int, load: float) -> float:
    """Cost of a load, written out a second time."""
    price, room = docks.price[option], docks.capacity[option]
    if docks.kind == "quadratic":
        return price * load**2 / room
    if docks.kind == "bpr":
        return price * load * (1 + docks.alpha * (load / room) ** docks.beta)
    if docks.kind == "queue":
        return price * room / 2 * load / (room - load)
    points = [(0.0, 0.0)] + [
        (x * room, price * x * room * p)
        for x, p in zip(docks.table_load, docks.table_price, strict=True)
    ]
    for (a, ca), (b, cb) in itertools.pairwise(points):
        if load <= b + 1e-9:
            return ca + (cb - ca) * (load - a) / (b - a)
    return np.inf


def _problem(seed: int, kind: str) -> Problem:
    """Six consumers, three sites of two sizes each, single sourcing."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(3, 12, 6).astype(float)
    site = np.repeat(np.arange(3), 2)
    room = np.tile([0.6, 1.1], 3) * demand.sum()
    docks = Docks(
        kind=kind,
        price=np.full(6, 1.0 if kind == "table" else rng.uniform(1, 6)),
        capacity=room * (1.05 if kind == "queue" else rng.uniform(0.5, 1.2)),
        alpha=2.0,
        beta=4.0,
        table_load=np.array([0.4, 0.8, 3.0]) if kind == "table" else (),
        table_price=np.array([0.5, 1.5, 9.0]) if kind == "table" else (),
    )
    return Problem.of(
        demand,
        rng.uniform(5, 60, (6, 3)),
        option_site=site,
        option_cost=np.tile([20.0, 35.0], 3) * rng.uniform(0.7, 1.4, 6),
        option_capacity=np.minimum(room, docks.most),
        docks=docks,
    )


def _enumerated(problem: Problem) -> float:
    """Least cost over all assignments and sizes."""
    docks, demand = problem.docks, problem.demand
    assert docks is not None
    best = np.inf
    for sites in itertools.product(range(3), repeat=6):
        load = np.bincount(sites, weights=demand, minlength=3)
        cost = sum(problem.service_cost[i, k] for i, k in enumerate(sites))
        for k in range(3):
            choices = [] if load[k] > 0 else [0.0]
            for option in np.flatnonzero(problem.option_site == k):
                if load[k] <= problem.option_capacity[option] + 1e-9:
                    more = _by_hand(docks, int(option), float(load[k]))
                    choices.append(problem.option_cost[option] + more)
            cost += min(choices, default=np.inf)
        best = min(best, cost)
    return best


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_the_best_plan_is_that_of_enumeration(kind: str, seed: int) -> None:
    problem = _problem(seed, kind)
    best = _enumerated(problem)
    plan = solve(problem, Limits(time_s=600, gap=1e-6))
    assert plan.termination is Termination.OPTIMAL
    assert plan.objective == pytest.approx(best, rel=2e-6)
    assert plan.lower_bound <= best * (1 + 1e-9)
    judged = verify(problem, plan)
    assert judged.ok, judged.violations
    assert judged.objective_recomputed == pytest.approx(plan.objective, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_problem_is_a_lower_bound_at_any_price(kind: str) -> None:
    problem = _problem(3, kind)
    assert problem.docks is not None
    cost, best = throughput_cost(problem.docks), _enumerated(problem)
    rng = np.random.default_rng(0)
    for _ in range(5):
        plain = problem.replace(docks=None)
        price = rng.uniform(0, 12, 3)
        found = solve(linearised(plain, cost, price), Limits(time_s=600, gap=1e-9))
        assert found.lower_bound <= best * (1 + 1e-9)


def test_free_docks_change_nothing() -> None:
    problem = _problem(1, "quadratic")
    assert problem.docks is not None
    free = problem.replace(docks=dataclasses.replace(problem.docks, price=np.zeros(6)))
    with_docks = solve(free, Limits(time_s=600, gap=1e-9))
    without = solve(problem.replace(docks=None), Limits(time_s=600, gap=1e-9))
    assert with_docks.objective == pytest.approx(without.objective, rel=1e-9)


def test_docks_share_the_load_that_one_hub_would_take() -> None:
    """Two equal hubs at 10 each; 100 parcels cost 100²/100 at one dock, 2 · 50²/100 at two."""
    docks = Docks("quadratic", np.ones(2), np.full(2, 100.0))
    problem = Problem.of(
        np.full(10, 10.0), np.zeros((10, 2)), option_cost=[10.0, 10.0], docks=docks
    )
    plan = solve(problem, Limits(time_s=600, gap=1e-6))
    assert plan.objective == pytest.approx(20.0 + 50.0)
    assert (problem.demand @ plan.assignment).tolist() == [50.0, 50.0]
    one = solve(problem.replace(docks=None), Limits(time_s=600, gap=1e-6))
    assert one.objective == pytest.approx(10.0)


def test_a_plan_that_hides_its_docks_is_caught() -> None:
    problem = _problem(2, "bpr")
    plan = solve(problem, Limits(time_s=600, gap=1e-6))
    without = verify(problem.replace(docks=None), plan)
    assert not without.ok
    assert any(violation.rule == "objective" for violation in without.violations)


BROKEN = [
    ({"kind": "linear"}, "kind"),
    ({"price": [-1.0, 1.0]}, "price"),
    ({"capacity": [0.0, 1.0]}, "capacity"),
    ({"kind": "bpr", "beta": 0.0}, "beta"),
    ({"kind": "table"}, "table"),
    ({"kind": "table", "table_load": [0.5, 1.0], "table_price": [2.0, 1.0]}, "table"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), BROKEN)
def test_docks_that_make_no_sense_are_refused(change: dict, field: str) -> None:
    given = {"kind": "quadratic", "price": [1.0, 1.0], "capacity": [5.0, 5.0]} | change
    with pytest.raises(InvalidInputError) as caught:
        Docks(**given)
    assert field in {finding.subject for finding in caught.value.findings}


def test_an_option_beyond_its_queue_is_refused() -> None:
    docks = Docks("queue", np.ones(1), np.array([10.0]))
    with pytest.raises(InvalidInputError, match="docks at most"):
        Problem.of([4.0], [[1.0]], option_cost=[1.0], option_capacity=[12.0], docks=docks)
