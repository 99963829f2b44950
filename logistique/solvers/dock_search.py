"""Problems whose docks saturate: a convex cost of throughput, with a bound for the true cost.

For a price λ_k of throughput at site k, whatever its size o and load v, ::

    g_o(v) y_o ≥ λ_k v − g*_o(λ_k) y_o            (g* the conjugate; the perspective cut at the
                                                   load whose slope is λ_k)

The right-hand side is linear in the decisions, so the problem with λ_k d_i on every service and
−g*_o(λ_k) on every opening is a plain one, and any lower bound of it is one of the problem with
docks. Rounds move λ to the slopes at the mean loads of the plans found; small problems then keep
all cuts in one model, which is exact at the plans visited. (Cuts: Elhedhli 2006; perspective:
Günlük and Linderoth 2010.)
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.congestion_costs import Congestion
from logistique.location.watch import Interrupter
from logistique.model.limits import Limits
from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.progress import Listener, Progress
from logistique.solvers.decisions import Decisions, cost_of, decisions_of, settle
from logistique.solvers.dock_functions import throughput_cost
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import Status, solve_model
from logistique.solvers.linear_model import LinearModel
from logistique.solvers.verdict import verdict

FloatArray = NDArray[np.float64]

LINEAR_ROUNDS = 12
MASTER_COLUMNS = 4_000
"""Decisions up to which all cuts are kept in one model."""

_FIRST_LOADS = (0.25, 0.5, 0.75, 0.9, 1.0)
_STEEPEST = 1e9


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
            at = self._option_loads(_decisions(plan))
            loads += step * (at - loads)
            share += step * (plan.open_option - share)
            price = self._slopes(loads, share)

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

    def _option_loads(self, decisions: Decisions) -> FloatArray:
        load = (self.problem.demand @ decisions.assignment)[self.problem.option_site]
        return np.where(decisions.open_option, load, 0.0)

    def _slopes(self, loads: FloatArray, share: FloatArray) -> FloatArray:
        """Slope at each site of its most used option, at its mean load when open."""
        used = share > 1e-9
        mean = np.where(used, loads / np.maximum(share, 1e-9), 0.0)
        mean = np.minimum(mean, self.cost.limit * (1 - 1e-9))
        slope = np.minimum(self.cost.slope(mean), _STEEPEST)
        price = np.zeros(self.problem.n_sites)
        for option in np.argsort(share, kind="stable"):
            if used[option]:
                price[self.problem.option_site[option]] = slope[option]
        return price

    def master_rounds(self) -> None:
        """Keep all cuts in one model and solve it until the gap is closed."""
        model = _with_dock_columns(self.formulation)
        for price in [*self.prices, *self._first_prices()]:
            model = _with_cuts(self.formulation, self.cost, model, price)
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
            open_ = found.open_option.astype(float)
            price = self._slopes(self._option_loads(found), open_)
            model = _with_cuts(self.formulation, self.cost, model, price)
            if model.matrix.shape[0] == before:
                return

    def _first_prices(self) -> list[FloatArray]:
        """Slopes of every option at some parts of its capacity, one price per site each time."""
        top = np.minimum(self.problem.option_capacity, self.problem.total_demand)
        top = np.minimum(top, self.cost.limit * (1 - 1e-6))
        found = []
        sizes = np.zeros(self.problem.n_options, dtype=np.int64)
        for site in range(self.problem.n_sites):
            mine = np.flatnonzero(self.problem.option_site == site)
            sizes[mine] = np.arange(mine.size)
        for size in range(int(sizes.max(initial=0)) + 1):
            for part in _FIRST_LOADS:
                slope = np.minimum(self.cost.slope(part * top), _STEEPEST)
                price = np.zeros(self.problem.n_sites)
                chosen = sizes == size
                price[self.problem.option_site[chosen]] = slope[chosen]
                found.append(price)
        return found

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


def linearised(plain: Problem, cost: Congestion, price: FloatArray) -> Problem:
    """Return the plain problem whose cost is nowhere above that with docks, at a price per site.

    Parameters
    ----------
    plain : Problem
        Without docks.
    cost : Congestion
        Of the options, (m,).
    price : (k,) float
        λ ≥ 0, EUR per demand unit.
    """
    given = np.asarray(cost.conjugate(price[plain.option_site]))
    return plain.replace(
        service_cost=plain.service_cost + plain.demand[:, None] * price[None, :],
        option_cost=plain.option_cost - given,
    )


def _decisions(plan: Plan) -> Decisions:
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)


def _with_dock_columns(formulation: Formulation) -> LinearModel:
    """One more column per site: the cost of its docks, EUR per day."""
    model, count = formulation.model, formulation.columns.k
    empty = sparse.csr_array((model.matrix.shape[0], count))
    return model.replace(
        cost=np.concatenate([model.cost, np.ones(count)]),
        matrix=sparse.csr_array(sparse.hstack([model.matrix, empty])),
        lower=np.concatenate([model.lower, np.zeros(count)]),
        upper=np.concatenate([model.upper, np.full(count, np.inf)]),
        integer=np.concatenate([model.integer, np.zeros(count, dtype=bool)]),
    )


def _with_cuts(
    formulation: Formulation, cost: Congestion, model: LinearModel, price: FloatArray
) -> LinearModel:
    """Add ``η_k − λ_k v_k + Σ_o g*_o(λ_k) y_o ≥ 0`` for every site, but for rows known already."""
    problem, columns = formulation.problem, formulation.columns
    given = np.asarray(cost.conjugate(price[problem.option_site]))
    size = model.cost.size
    rows = np.zeros((columns.k, size))
    site = np.arange(columns.k)
    rows[site, size - columns.k + site] = 1.0
    arc = columns.service + np.arange(columns.consumer.size)
    rows[columns.site, arc] = -price[columns.site] * problem.demand[columns.consumer]
    rows[problem.option_site, np.arange(columns.m)] += given
    kept = price > 0
    if model.matrix.shape[0] > formulation.model.matrix.shape[0]:
        old = model.matrix[formulation.model.matrix.shape[0] :].toarray()
        kept &= np.array(
            [
                not (np.abs(old - row).max(axis=1) <= 1e-9 * max(np.abs(row).max(), 1.0)).any()
                for row in rows
            ]
        )
    if not kept.any():
        return model
    new = sparse.csr_array(rows[kept])
    count = int(kept.sum())
    return model.replace(
        matrix=sparse.csr_array(sparse.vstack([model.matrix, new])),
        row_lower=np.append(model.row_lower, np.zeros(count)),
        row_upper=np.append(model.row_upper, np.full(count, np.inf)),
    )
