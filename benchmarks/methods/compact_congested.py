"""Textbook models of congested location through OR-Tools MathOpt: tangents, or a cone.

Both have one variable per pair, ``x_ij ≤ y_j`` and the congestion ``a v + b v²`` of each load v.
HiGHS has no quadratic constraints: the square is replaced by tangents of its perspective, at loads
spread over the capacity and, from solve to solve, at those of the last answer. SCIP takes
``v² ≤ s y`` as it is. The value claimed is that of the shares, the bound is the solver's own.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt
from scipy import sparse

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

FloatArray = NDArray[np.float64]

FIRST_TANGENTS = 8
LARGEST_PAIRS = 2_000_000


@dataclass(frozen=True, eq=False)
class _Congested:
    """The model with its variables; ``square`` stands for v² / y of each site."""

    model: Any
    opened: list[Any]
    load: list[Any]
    square: list[Any]
    pairs: dict[tuple[int, int], Any]


def solve_tangents(question: Question, limits: SolveLimits) -> Answer:
    """Solve with HiGHS on tangents, again and again until value and bound meet or time is up."""
    begun = time.perf_counter()
    if (refused := _too_large(question)) is not None:
        return refused
    made = _built(question)
    for share in np.linspace(0.0, 1.0, FIRST_TANGENTS + 1)[1:]:
        _add_tangents(made, share * question.given_capacity)
    best, value, bound, rounds = Answer("limit"), np.inf, -np.inf, 0
    while (left := limits.time_s - (time.perf_counter() - begun)) > 0.0:
        result = _run(made, mathopt.SolverType.HIGHS, limits, left)
        rounds += 1
        bound = max(bound, _bound(result))
        if not result.has_primal_feasible_solution():
            break
        found = _answer(question, made, result)
        if found.objective is not None and found.objective < value:
            best, value = found, found.objective
        if value - bound <= max(limits.gap, 1e-6) * abs(value):
            return _said(best, "optimal", bound, f"HiGHS: {rounds} solves with more tangents")
        values = result.variable_values()
        _add_tangents(made, np.array([values[v] for v in made.load]))
    return _said(best, "limit", bound, f"HiGHS: {rounds} solves with more tangents")


def solve_cone(question: Question, limits: SolveLimits) -> Answer:
    """Solve with SCIP and the quadratic constraint ``v² ≤ s y`` of each site."""
    if (refused := _too_large(question)) is not None:
        return refused
    made = _built(question)
    for y, v, s in zip(made.opened, made.load, made.square, strict=True):
        made.model.add_quadratic_constraint(expr=v * v - s * y, ub=0.0)
    result = _run(made, mathopt.SolverType.GSCIP, limits, limits.time_s)
    reason = result.termination.reason
    proved = reason is mathopt.TerminationReason.OPTIMAL
    detail = f"SCIP: {reason.name} {result.termination.detail}".strip()
    if not result.has_primal_feasible_solution():
        return _said(Answer("limit"), "limit", _bound(result), detail)
    found = _answer(question, made, result)
    return _said(found, "optimal" if proved else "limit", _bound(result), detail)


def _too_large(question: Question) -> Answer | None:
    n, m = question.shape
    if n * m <= LARGEST_PAIRS:
        return None
    return Answer("not applicable", reason=f"{n * m} pairs; tried up to {LARGEST_PAIRS}")


def _built(question: Question) -> _Congested:
    """Build everything but the meaning of ``square``."""
    matrix, model = whole_matrix(question.given_costs), mathopt.Model(name=question.kind)
    n, m = matrix.shape
    demand, capacity, p = question.given_demand, question.given_capacity, question.p
    opened = [model.add_binary_variable() for _ in range(m)]
    load = [model.add_variable(lb=0.0, ub=float(most)) for most in capacity]
    square = [model.add_variable(lb=0.0) for _ in range(m)]
    count = model.add_linear_constraint(lb=1.0 if p is None else p, ub=m if p is None else p)
    for y in opened:
        count.set_coefficient(y, 1.0)
    once = [model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(n)]
    carried = [model.add_linear_constraint(lb=0.0, ub=0.0) for _ in range(m)]
    for j in range(m):
        carried[j].set_coefficient(load[j], -1.0)
        room = model.add_linear_constraint(ub=0.0)
        room.set_coefficient(load[j], 1.0)
        room.set_coefficient(opened[j], -float(capacity[j]))
    pairs = {}
    for i, j in np.argwhere(np.isfinite(matrix)).tolist():
        x = pairs[i, j] = model.add_variable(lb=0.0, ub=1.0)
        once[i].set_coefficient(x, 1.0)
        carried[j].set_coefficient(x, float(demand[i]))
        link = model.add_linear_constraint(ub=0.0)
        link.set_coefficient(x, 1.0)
        link.set_coefficient(opened[j], -1.0)
        model.objective.set_linear_coefficient(x, float(matrix[i, j]))
    _add_costs(question, model, opened, load, square)
    return _Congested(model, opened, load, square, pairs)


def _add_costs(
    question: Question, model: Any, opened: list[Any], load: list[Any], square: list[Any]
) -> None:
    a, b = question.given_congestion
    for y, cost in zip(opened, question.given_opening_cost, strict=True):
        model.objective.set_linear_coefficient(y, float(cost))
    for v, s in zip(load, square, strict=True):
        model.objective.set_linear_coefficient(v, a)
        model.objective.set_linear_coefficient(s, b)


def _add_tangents(made: _Congested, loads: FloatArray) -> None:
    """Add ``s ≥ 2 t v − t² y`` at a load t of each site."""
    for y, v, s, t in zip(made.opened, made.load, made.square, loads.tolist(), strict=True):
        if t > 0.0:
            row = made.model.add_linear_constraint(lb=0.0)
            row.set_coefficient(s, 1.0)
            row.set_coefficient(v, -2.0 * t)
            row.set_coefficient(y, t * t)


def _run(made: _Congested, solver: Any, limits: SolveLimits, left: float) -> Any:
    return mathopt.solve(
        made.model,
        solver,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=left),
            relative_gap_tolerance=0.5 * limits.gap,
            absolute_gap_tolerance=0.0,
            random_seed=limits.seed,
        ),
    )


def _bound(result: Any) -> float:
    return float(result.termination.objective_bounds.dual_bound)


def _answer(question: Question, made: _Congested, result: Any) -> Answer:
    """Shares from open sites, made to sum to 1, and what they cost."""
    values = result.variable_values()
    sites = np.flatnonzero([values[y] > 0.5 for y in made.opened])
    is_open = np.zeros(len(made.opened), dtype=bool)
    is_open[sites] = True
    parts = np.zeros(question.shape)
    for (i, j), x in made.pairs.items():
        parts[i, j] = max(0.0, values[x]) if is_open[j] else 0.0
    parts /= parts.sum(axis=1, keepdims=True)
    matrix, (a, b) = whole_matrix(question.given_costs), question.given_congestion
    load = question.given_demand @ parts
    used = parts > 0.0
    cost = float(question.given_opening_cost[sites].sum() + matrix[used] @ parts[used])
    cost += float(a * load.sum() + b * (load * load).sum())
    return Answer("limit", cost, None, sites, np.argmax(parts, axis=1), sparse.csr_array(parts))


def _said(answer: Answer, status: str, bound: float, reason: str) -> Answer:
    proved = bound if np.isfinite(bound) else None
    return Answer(
        status, answer.objective, proved, answer.open_sites, answer.assignment, answer.shares,
        reason=reason,
    )  # fmt: skip
