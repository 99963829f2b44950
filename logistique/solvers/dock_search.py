"""Problems whose docks saturate: a convex cost of throughput, with a bound for the true cost.

With prices of throughput at the sites (:mod:`logistique.solvers.dock_cuts`) the problem is a plain
one, and any lower bound of it is one of the problem with docks. Rounds move the prices to the slopes at
the mean loads of the plans found; small problems then keep all cuts in one model, which is exact at
the plans visited.
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.congestion_costs import Congestion
from logistique.location.watch import Interrupter
from logistique.model.limits import Limits
from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.progress import Listener, Progress
from logistique.solvers.decisions import Decisions, cost_of, decisions_of, settle
from logistique.solvers.dock_cuts import (
    dock_prices,
    first_prices,
    linearised,
    option_loads,
    plan_prices,
    with_dock_columns,
    with_dock_cuts,
)
from logistique.solvers.dock_functions import throughput_cost
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import Status, solve_model
from logistique.solvers.verdict import verdict

FloatArray = NDArray[np.float64]

LINEAR_ROUNDS = 12
MASTER_COLUMNS = 4_000
"""Decisions up to which all cuts are kept in one model."""


def solve_with_docks(
    problem: Problem,
    limits: Limits,
    *,
    method: str,
    progress: Listener | None,
    interrupter: Interrupter | None,
) -> Plan:
    """Find the best plan of a problem with docks; parameters and errors as ``solve``."""
    search = _Search(problem, limits, method, progress, interrupter)
    search.linear_rounds()
    if not search.done and search.formulation.columns.size <= MASTER_COLUMNS:
        search.master_rounds()
    return search.plan()


@dataclass
class _Search:
    problem: Problem
    limits: Limits
    method: str
    progress: Listener | None
    interrupter: Interrupter | None
    started: float = field(default_factory=time.perf_counter)
    best: Decisions | None = None
    value: float = np.inf
    bound: float = -np.inf
    interrupted: bool = False
    rounds: dict[str, int] = field(default_factory=dict)
    prices: list[FloatArray] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.problem.docks is not None
        self.plain = self.problem.replace(docks=None)
        self.cost: Congestion = throughput_cost(self.problem.docks)
        self.formulation: Formulation = formulate(self.plain)

    @property
    def left(self) -> float:
        return self.limits.time_s - (time.perf_counter() - self.started)

    @property
    def gap(self) -> float:
        return (self.value - self.bound) / max(abs(self.value), 1e-9)

    @property
    def done(self) -> bool:
        return self.interrupted or self.left <= 0 or self.gap <= self.limits.gap

    def linear_rounds(self) -> None:
        """Solve plain problems at the slopes of mean loads."""
        loads, share = np.zeros(self.problem.n_options), np.zeros(self.problem.n_options)
        price = np.zeros(self.problem.n_sites)
        before = -np.inf
        for number in range(LINEAR_ROUNDS):
            if self.done and number:
                return
            plan = self._solve(price)
            if plan is None:
                return
            self._visit(_decisions(plan))
            stuck = number > 2 and self.bound - before <= 1e-3 * self.limits.gap * abs(self.bound)
            if stuck and self.formulation.columns.size <= MASTER_COLUMNS:
                return
            before = self.bound
            step = 1.0 if number <= 1 else 2.0 / (number + 1)
            at = option_loads(self.problem, _decisions(plan))
            loads += step * (at - loads)
            share += step * (plan.open_option - share)
            price = dock_prices(self.problem, self.cost, loads, share)

    def _solve(self, price: FloatArray) -> Plan | None:
        from logistique.solvers.choose import solve

        self.prices.append(price)
        problem = linearised(self.plain, self.cost, price)
        part = dataclasses.replace(
            self.limits, time_s=max(self.left, 0.05), gap=self.limits.gap / 4
        )
        try:
            plan = solve(problem, part, method=self.method, interrupter=self.interrupter)
        except (NoSolutionError, KeyboardInterrupt):
            if self.best is None:
                raise
            self.interrupted = self.left > 0
            return None
        self._bounded(plan.lower_bound, "prices at the docks")
        return plan

    def _bounded(self, bound: float, phase: str) -> None:
        self.bound = max(self.bound, bound)
        self.rounds[phase] = self.rounds.get(phase, 0) + 1

    def _visit(self, decisions: Decisions) -> None:
        value = cost_of(self.problem, decisions)
        if value < self.value:
            self.value, self.best = value, decisions
        if self.progress is not None and np.isfinite(self.value):
            seconds = time.perf_counter() - self.started
            self.progress(Progress(seconds, self.value, min(self.bound, self.value), "docks"))

    def master_rounds(self) -> None:
        """Keep all cuts in one model and solve it until the gap is closed."""
        model = with_dock_columns(self.formulation)
        for price in [*self.prices, *first_prices(self.problem, self.cost)]:
            model = with_dock_cuts(self.formulation, self.cost, model, price)
        while not self.done:
            answer = solve_model(
                model, time_s=self.left, gap=self.limits.gap / 4, seed=self.limits.seed
            )
            if answer.status is Status.INFEASIBLE:
                raise InfeasibleError("no plan satisfies all rules", ())
            self._bounded(answer.bound, "kept cuts")
            if answer.values is None:
                return
            whole = dataclasses.replace(self.formulation, model=model)
            found = decisions_of(self.formulation, settle(whole, answer.values))
            self._visit(found)
            before = model.matrix.shape[0]
            price = plan_prices(self.problem, self.cost, found)
            model = with_dock_cuts(self.formulation, self.cost, model, price)
            if model.matrix.shape[0] == before:
                return

    def plan(self) -> Plan:
        if self.best is None:
            raise NoSolutionError(
                f"no plan found within {self.limits.time_s:g} s",
                hint="give more time (--time-limit) or fewer candidate sites",
            )
        bound = min(self.bound, self.value)
        ways = "; ".join(f"{count} × {phase}" for phase, count in self.rounds.items())
        return Plan(
            termination=verdict(self.value, bound, self.limits, interrupted=self.interrupted),
            objective=self.value,
            lower_bound=bound,
            open_option=self.best.open_option,
            open_storage=self.best.open_storage,
            assignment=self.best.assignment,
            feed=self.best.feed,
            seconds=time.perf_counter() - self.started,
            seed=self.limits.seed,
            method="docks",
            reason=f"convex cost of throughput at the docks, bound by tangents: {ways}",
        )


def _decisions(plan: Plan) -> Decisions:
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)
