"""The textbook model, one variable for each pair, through OR-Tools MathOpt with HiGHS or SCIP.

``x_ij ≤ y_j`` with x continuous (p-median, facility location, with capacities too) or the radius as a variable
(p-centre); covers have one variable per customer. No reduction, no merging of customers: this is
what a careful user writes in an afternoon.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt
from scipy import sparse

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question
from benchmarks.methods import compact_staged
from benchmarks.methods.compact_congested import solve_cone, solve_tangents

LARGEST_PAIRS = 2_000_000
"""Pairs beyond which building the model alone would take minutes and gigabytes."""


@dataclass(frozen=True, eq=False)
class _Compact:
    """The model, its opening variables, its variable of each possible pair, and if x may split."""

    model: Any
    opened: list[Any]
    pairs: dict[tuple[int, int], Any]
    split: bool = False


def solve(question: Question, limits: SolveLimits) -> Answer:
    """Build the model and solve it with HiGHS; status and bound are the solver's own."""
    if question.kind == "congested-cfl":
        return solve_tangents(question, limits)
    return _solve(question, limits, mathopt.SolverType.HIGHS)


def solve_scip(question: Question, limits: SolveLimits) -> Answer:
    """Build the same model and solve it with SCIP."""
    if question.kind == "congested-cfl":
        return solve_cone(question, limits)
    return _solve(question, limits, mathopt.SolverType.GSCIP)


def _solve(question: Question, limits: SolveLimits, solver: Any) -> Answer:
    if question.staged is not None:
        return compact_staged.solve(question, limits, solver)
    build = _BUILDERS.get(question.kind)
    if build is None:
        return Answer("not applicable", reason=f"no linear compact model of {question.kind}")
    n, m = question.shape
    if n * m > LARGEST_PAIRS:
        return Answer("not applicable", reason=f"{n * m} pairs; tried up to {LARGEST_PAIRS}")
    compact = build(question, mathopt.Model(name=question.kind))
    result = mathopt.solve(
        compact.model,
        solver,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=limits.time_s),
            relative_gap_tolerance=limits.gap,
            absolute_gap_tolerance=0.0,
            random_seed=limits.seed,
        ),
    )
    return _answer(result, compact, n, solver.name)


def _answer(result: Any, compact: _Compact, n: int, solver: str) -> Answer:
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
    sites = np.flatnonzero([values[y] > 0.5 for y in compact.opened])
    return Answer(
        status, result.objective_value(), bound, sites, _assignment(values, compact, n),
        _shares(values, compact, n) if compact.split else None, reason=detail,
    )  # fmt: skip


def _shares(values: Any, compact: _Compact, n: int) -> sparse.csr_array:
    """Parts of the customers, from sites that are open, made to sum to 1."""
    parts = np.zeros((n, len(compact.opened)))
    for (i, j), x in compact.pairs.items():
        parts[i, j] = max(0.0, values[x]) if values[compact.opened[j]] > 0.5 else 0.0
    return sparse.csr_array(parts / parts.sum(axis=1, keepdims=True))


def _assignment(values: Any, compact: _Compact, n: int) -> NDArray[np.int64] | None:
    if not compact.pairs:
        return None
    best = np.full(n, -1.0)
    assignment = np.full(n, -1, dtype=np.int64)
    for (i, j), x in compact.pairs.items():
        if values[x] > best[i] and values[compact.opened[j]] > 0.5:
            best[i], assignment[i] = values[x], j
    return assignment


def _paired(question: Question, model: Any) -> tuple[_Compact, NDArray[np.float64]]:
    """Add opening and pair variables: every customer served once, from open sites."""
    matrix = whole_matrix(question.given_costs)
    n, m = matrix.shape
    opened = [model.add_binary_variable(name=f"y{j}") for j in range(m)]
    pairs = {
        (int(i), int(j)): model.add_variable(lb=0.0, ub=1.0)
        for i, j in np.argwhere(np.isfinite(matrix))
    }
    rows = [model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(n)]
    for (i, j), x in pairs.items():
        rows[i].set_coefficient(x, 1.0)
        link = model.add_linear_constraint(ub=0.0)
        link.set_coefficient(x, 1.0)
        link.set_coefficient(opened[j], -1.0)
    return _Compact(model, opened, pairs), matrix


def _count(model: Any, opened: list[Any], least: float, most: float) -> None:
    row = model.add_linear_constraint(lb=least, ub=most)
    for y in opened:
        row.set_coefficient(y, 1.0)


def _p_median(question: Question, model: Any) -> _Compact:
    compact, matrix = _paired(question, model)
    p = float(question.p or 0)
    _count(model, compact.opened, p, p)
    weight = question.given_weight
    for (i, j), x in compact.pairs.items():
        model.objective.set_linear_coefficient(x, float(weight[i] * matrix[i, j]))
    return compact


def _p_centre(question: Question, model: Any) -> _Compact:
    compact, matrix = _paired(question, model)
    _count(model, compact.opened, 1.0, float(question.p or 0))
    radius = model.add_variable(lb=0.0)
    model.objective.set_linear_coefficient(radius, 1.0)
    # Here a split customer would hide its farthest site: x must be whole.
    for x in compact.pairs.values():
        x.integer = True
    rows = [model.add_linear_constraint(lb=0.0) for _ in range(len(matrix))]
    for row in rows:
        row.set_coefficient(radius, 1.0)
    for (i, j), x in compact.pairs.items():
        rows[i].set_coefficient(x, -float(matrix[i, j]))
    return compact


def _ufl(question: Question, model: Any) -> _Compact:
    compact, matrix = _paired(question, model)
    for y, cost in zip(compact.opened, question.given_opening_cost, strict=True):
        model.objective.set_linear_coefficient(y, float(cost))
    for (i, j), x in compact.pairs.items():
        model.objective.set_linear_coefficient(x, float(matrix[i, j]))
    return compact


def _cfl(question: Question, model: Any) -> _Compact:
    compact = _ufl(question, model)
    demand, capacity = question.given_demand, question.given_capacity
    loads = [model.add_linear_constraint(ub=0.0) for _ in compact.opened]
    for load, y, most in zip(loads, compact.opened, capacity, strict=True):
        load.set_coefficient(y, -float(most))
    for (i, j), x in compact.pairs.items():
        loads[j].set_coefficient(x, float(demand[i]))
    return replace(compact, split=True)


def _whole(question: Question, model: Any) -> _Compact:
    """Capacities, and customers that are not split."""
    compact = _cfl(question, model)
    for x in compact.pairs.values():
        x.integer = True
    return replace(compact, split=False)


def _cpmp(question: Question, model: Any) -> _Compact:
    compact = _whole(replace(question, opening_cost=np.zeros(question.shape[1])), model)
    _count(model, compact.opened, float(question.p or 0), float(question.p or 0))
    return compact


def _maximal_cover(question: Question, model: Any) -> _Compact:
    covers = question.given_covers
    opened = [model.add_binary_variable() for _ in range(covers.shape[1])]
    _count(model, opened, 0.0, float(question.p or 0))
    model.objective.is_maximize = True
    for covering, weight in zip(covers, question.given_weight, strict=True):
        covered = model.add_variable(lb=0.0, ub=1.0)
        model.objective.set_linear_coefficient(covered, float(weight))
        row = model.add_linear_constraint(ub=0.0)
        row.set_coefficient(covered, 1.0)
        for j in np.flatnonzero(covering):
            row.set_coefficient(opened[j], -1.0)
    return _Compact(model, opened, {})


def _set_cover(question: Question, model: Any) -> _Compact:
    covers = question.given_covers
    cost = question.opening_cost if question.opening_cost is not None else np.ones(covers.shape[1])
    opened = [model.add_binary_variable() for _ in range(covers.shape[1])]
    for y, price in zip(opened, cost, strict=True):
        model.objective.set_linear_coefficient(y, float(price))
    for covering in covers:
        row = model.add_linear_constraint(lb=1.0)
        for j in np.flatnonzero(covering):
            row.set_coefficient(opened[j], 1.0)
    return _Compact(model, opened, {})


_BUILDERS: dict[str, Callable[[Question, Any], _Compact]] = {
    "p-median": _p_median,
    "p-centre": _p_centre,
    "ufl": _ufl,
    "cfl": _cfl,
    "sscfl": _whole,
    "cpmp": _cpmp,
    "maximal-cover": _maximal_cover,
    "set-cover": _set_cover,
}
