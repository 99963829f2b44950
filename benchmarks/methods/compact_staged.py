"""The textbook model of two-stage and two-level location through OR-Tools MathOpt.

``x_ij ≤ Σ_k y_jk``, loads within capacities, what leaves a site came from a storage: one variable
for each customer, product and site, and for each feed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt
from scipy import sparse

from benchmarks.instance import Answer, SolveLimits, Staged
from benchmarks.kinds.question import Question

LARGEST_PAIRS = 2_000_000


def solve(question: Question, limits: SolveLimits, solver: Any) -> Answer:
    """Build the model and solve it; status and bound are the solver's own."""
    staged = question.given_staged
    if staged.costs.size > LARGEST_PAIRS:
        reason = f"{staged.costs.size} pairs; tried up to {LARGEST_PAIRS}"
        return Answer("not applicable", reason=reason)
    model = _Model(staged)
    result = mathopt.solve(
        model.model,
        solver,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=limits.time_s),
            relative_gap_tolerance=limits.gap,
            absolute_gap_tolerance=0.0,
            random_seed=limits.seed,
        ),
    )
    return model.answer(result, solver.name)


class _Model:
    """The model with its variables."""

    def __init__(self, staged: Staged) -> None:
        self.staged = staged
        self.model = mathopt.Model(name="two-stage")
        m, sizes = staged.opening_cost.shape
        self.y = [[self._whole(staged.opening_cost[j, k]) for k in range(sizes)] for j in range(m)]
        self.z = [self._whole(cost) for cost in staged.storage_cost]
        self.x: list[dict[tuple[int, int], Any]] = []
        self.w: list[dict[tuple[int, int], Any]] = []
        for sizes_of_site in self.y:
            row = self.model.add_linear_constraint(ub=1.0)
            for variable in sizes_of_site:
                row.set_coefficient(variable, 1.0)
        for product in range(staged.demand.shape[1]):
            self._product(product)

    def _whole(self, cost: float) -> Any:
        return self._variable(float(cost), self.model.add_binary_variable())

    def _variable(self, cost: float, variable: Any) -> Any:
        self.model.objective.set_linear_coefficient(variable, cost)
        return variable

    def _product(self, product: int) -> None:
        staged = self.staged
        cost, feed = staged.costs[product], staged.feed_cost[product]
        x = {
            (int(i), int(j)): self._variable(float(cost[i, j]), self.model.add_variable(lb=0, ub=1))
            for i, j in np.argwhere(np.isfinite(cost))
        }
        w = {
            (int(s), int(j)): self._variable(float(feed[s, j]), self.model.add_variable(lb=0))
            for s, j in np.argwhere(np.isfinite(feed))
        }
        self.x.append(x)
        self.w.append(w)
        served = [self.model.add_linear_constraint(lb=1, ub=1) for _ in range(cost.shape[0])]
        loads = [self.model.add_linear_constraint(ub=0) for _ in self.y]
        balance = [self.model.add_linear_constraint(lb=0, ub=0) for _ in self.y]
        stores = [self.model.add_linear_constraint(ub=0) for _ in self.z]
        for j, sizes in enumerate(self.y):
            for k, variable in enumerate(sizes):
                loads[j].set_coefficient(variable, -float(staged.capacity[j, k, product]))
        for s, variable in enumerate(self.z):
            stores[s].set_coefficient(variable, -float(staged.storage_capacity[s, product]))
        for (i, j), variable in x.items():
            demand = float(staged.demand[i, product])
            served[i].set_coefficient(variable, 1.0)
            loads[j].set_coefficient(variable, demand)
            balance[j].set_coefficient(variable, -demand)
            link = self.model.add_linear_constraint(ub=0)
            link.set_coefficient(variable, 1.0)
            for size in self.y[j]:
                link.set_coefficient(size, -1.0)
        for (s, j), variable in w.items():
            balance[j].set_coefficient(variable, 1.0)
            stores[s].set_coefficient(variable, 1.0)

    def answer(self, result: Any, solver: str) -> Answer:
        """Say what the solver found, in the words of the benchmarks."""
        reasons = mathopt.TerminationReason
        names = {reasons.OPTIMAL: "optimal", reasons.INFEASIBLE: "infeasible"}
        limited = (reasons.FEASIBLE, reasons.NO_SOLUTION_FOUND)
        reason = result.termination.reason
        status = "limit" if reason in limited else names.get(reason, "error")
        detail = f"{solver}: {reason.name} {result.termination.detail}".strip()
        bound = result.termination.objective_bounds.dual_bound
        if not result.has_primal_feasible_solution():
            return Answer(status, bound=bound, reason=detail)
        values = result.variable_values()
        size = np.array([[values[variable] for variable in sizes] for sizes in self.y])
        sites = np.flatnonzero(size.max(axis=1) > 0.5)
        n, m = self.staged.costs.shape[1:]
        closed = np.setdiff1d(np.arange(m), sites)
        shares = tuple(_table(values, x, (n, m), closed) for x in self.x)
        feeds = tuple(_table(values, w, (len(self.z), m)) for w in self.w)
        return Answer(
            status,
            result.objective_value(),
            bound,
            sites,
            reason=detail,
            sizes=size[sites].argmax(axis=1),
            storages=np.flatnonzero([values[z] > 0.5 for z in self.z]),
            product_shares=shares,
            feeds=feeds,
        )


def _table(
    values: Any,
    variables: dict[tuple[int, int], Any],
    shape: tuple[int, int],
    closed: NDArray[np.int64] | None = None,
) -> sparse.csr_array:
    """Values of variables of pairs; of shares, rows sum to 1 without the closed sites."""
    dense: NDArray[np.float64] = np.zeros(shape)
    for pair, variable in variables.items():
        dense[pair] = values[variable] if values[variable] > 1e-9 else 0.0
    if closed is not None:
        dense[:, closed] = 0.0
        dense /= dense.sum(axis=1, keepdims=True)
    return sparse.csr_array(dense)
