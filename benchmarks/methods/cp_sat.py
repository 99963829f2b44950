"""OR-Tools CP-SAT where it fits: p-centre, covers, small facility location, single sourcing.

CP-SAT works on whole numbers: costs are scaled by the least power of ten that makes them whole,
and the kind is not applicable when there is none up to a million.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

LARGEST_PAIRS = 300_000
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Scaled:
    """A model, its opening variables, the power of ten of its objective, and what assigns."""

    model: Any
    opened: list[Any]
    scale: float
    pairs: tuple[tuple[int, int, Any], ...] = ()


def solve(question: Question, limits: SolveLimits) -> Answer:
    """Build the model and solve it; status and bound are CP-SAT's own."""
    build = _BUILDERS.get(question.kind)
    if build is None:
        return Answer("not applicable", reason=f"no CP-SAT model of {question.kind}")
    n, m = question.shape
    most = LARGEST_PAIRS if question.covers is None else 10 * LARGEST_PAIRS
    if n * m > most:
        return Answer("not applicable", reason=f"{n * m} pairs; tried up to {most}")
    try:
        scaled = build(question, cp_model.CpModel())
    except _NotWholeError as error:
        return Answer("not applicable", reason=str(error))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limits.time_s
    solver.parameters.relative_gap_limit = limits.gap
    solver.parameters.random_seed = limits.seed
    solver.parameters.num_workers = limits.threads
    status = solver.solve(scaled.model)
    names = {
        cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "limit", cp_model.UNKNOWN: "limit",
        cp_model.INFEASIBLE: "infeasible",
    }  # fmt: skip
    reason = f"CP-SAT: {solver.status_name(status)}"
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(names.get(status, "error"), reason=reason)
    return Answer(
        names[status],
        solver.objective_value / scaled.scale,
        solver.best_objective_bound / scaled.scale,
        np.flatnonzero([solver.value(y) for y in scaled.opened]),
        _assignment(solver, scaled, n) if scaled.pairs else None,
        reason=reason,
    )


def _assignment(solver: Any, scaled: _Scaled, n: int) -> NDArray[np.int64]:
    assignment = np.full(n, -1, dtype=np.int64)
    for i, j, x in scaled.pairs:
        if solver.value(x):
            assignment[i] = j
    return assignment


class _NotWholeError(Exception):
    """Costs that no power of ten makes whole."""


def _whole(values: FloatArray) -> float:
    """Least power of ten that makes the finite values whole."""
    given = values[np.isfinite(values)]
    for scale in (1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6):
        if np.abs(given * scale - np.rint(given * scale)).max(initial=0) < 1e-6:
            return scale
    raise _NotWholeError("costs are not whole, not even times a million")


def _opened(model: Any, m: int) -> list[Any]:
    return [model.new_bool_var(f"y{j}") for j in range(m)]


def _p_centre(question: Question, model: Any) -> _Scaled:
    """Radius model: ``beyond[l]`` says that the radius is above level l, in a falling chain.

    For each customer a chain of "an open site within its k-th distance", in which every opening
    variable occurs once: far tighter, and smaller, than one variable per pair.
    """
    matrix = whole_matrix(question.given_costs)
    scale = _whole(matrix)
    whole = np.where(np.isfinite(matrix), np.rint(matrix * scale), -1).astype(np.int64)
    levels = np.unique(whole[whole >= 0])
    opened = _opened(model, matrix.shape[1])
    model.add(sum(opened) <= question.p)
    beyond = [model.new_bool_var(f"beyond{level}") for level in levels]
    for lower, upper in itertools.pairwise(beyond):
        model.add_implication(upper, lower)
    model.add(beyond[-1] == 0)
    for row in whole:
        _within(model, row, levels, opened, beyond)
    steps = np.diff(levels).tolist()
    climbed = sum(step * above for step, above in zip(steps, beyond[:-1], strict=True))
    model.minimize(climbed + int(levels[0]))
    return _Scaled(model, opened, scale)


def _within(
    model: Any,
    row: NDArray[np.int64],
    levels: NDArray[np.int64],
    opened: list[Any],
    beyond: list[Any],
) -> None:
    """Add the chain of one customer: unless the radius is beyond a level, a site is within it."""
    distances = np.unique(row[row >= 0])
    last_level = np.append(np.searchsorted(levels, distances[1:]), levels.size) - 1
    if distances[0] > levels[0]:
        model.add(beyond[int(np.searchsorted(levels, distances[0])) - 1] == 1)
    nearer: list[Any] = []
    for distance, level in zip(distances, last_level, strict=True):
        within = model.new_bool_var("")
        here = [opened[j] for j in np.flatnonzero(row == distance)]
        model.add_bool_or([within.negated(), *nearer, *here])
        model.add_bool_or([beyond[level], within])
        nearer = [within]


def _ufl(question: Question, model: Any) -> _Scaled:
    matrix = whole_matrix(question.given_costs)
    opening = question.given_opening_cost
    scale = max(_whole(matrix), _whole(opening))
    opened = _opened(model, matrix.shape[1])
    terms = [round(cost * scale) * y for cost, y in zip(opening, opened, strict=True)]
    for row in matrix:
        pairs = [(model.new_bool_var(""), j) for j in np.flatnonzero(np.isfinite(row))]
        model.add_exactly_one(x for x, _ in pairs)
        for x, j in pairs:
            model.add_implication(x, opened[j])
            terms.append(round(row[j] * scale) * x)
    model.minimize(sum(terms))
    return _Scaled(model, opened, scale)


def _single_source(question: Question, model: Any) -> _Scaled:
    """Pairs as in facility location, and a knapsack per site; p sites where the question says."""
    matrix = whole_matrix(question.given_costs)
    n, m = matrix.shape
    opening = question.opening_cost if question.opening_cost is not None else np.zeros(m)
    scale, unit = max(_whole(matrix), _whole(opening)), _whole(question.given_demand)
    demand = np.rint(question.given_demand * unit).astype(int)
    capacity = np.floor(question.given_capacity * unit + 1e-6).astype(int)
    opened = _opened(model, m)
    pairs = [(int(i), int(j), model.new_bool_var("")) for i, j in np.argwhere(np.isfinite(matrix))]
    served: list[list[Any]] = [[] for _ in range(n)]
    loads: list[list[Any]] = [[] for _ in range(m)]
    for i, j, x in pairs:
        model.add_implication(x, opened[j])
        served[i].append(x)
        loads[j].append(int(demand[i]) * x)
    for sites in served:
        model.add_exactly_one(sites)
    for load, most, y in zip(loads, capacity, opened, strict=True):
        model.add(sum(load) <= int(most) * y)
    if question.p is not None:
        model.add(sum(opened) == question.p)
    costs = [round(cost * scale) * y for cost, y in zip(opening, opened, strict=True)]
    model.minimize(sum(costs) + sum(round(matrix[i, j] * scale) * x for i, j, x in pairs))
    return _Scaled(model, opened, scale, tuple(pairs))


def _cfl(question: Question, model: Any) -> _Scaled:
    """Whole amounts from site to customer: with whole demand and capacities nothing is lost."""
    matrix, opening = whole_matrix(question.given_costs), question.given_opening_cost
    demand, capacity = question.given_demand, question.given_capacity
    if max(_whole(demand), _whole(capacity)) > 1.0 or demand.min() <= 0:
        raise _NotWholeError("demand and capacities are not whole and positive")
    unit = matrix / demand[:, None]
    scale = max(_whole(unit), _whole(opening))
    opened = _opened(model, matrix.shape[1])
    terms = [round(cost * scale) * y for cost, y in zip(opening, opened, strict=True)]
    loads: list[list[Any]] = [[] for _ in opened]
    for row, most in zip(unit, demand.astype(int).tolist(), strict=True):
        amounts = []
        for j in np.flatnonzero(np.isfinite(row)):
            amount = model.new_int_var(0, most, "")
            model.add(amount <= most * opened[j])
            terms.append(round(row[j] * scale) * amount)
            loads[j].append(amount)
            amounts.append(amount)
        model.add(sum(amounts) == most)
    for load, room, y in zip(loads, capacity.astype(int).tolist(), opened, strict=True):
        model.add(sum(load) <= room * y)
    model.minimize(sum(terms))
    return _Scaled(model, opened, scale)


def _maximal_cover(question: Question, model: Any) -> _Scaled:
    weight = question.given_weight
    scale = _whole(weight)
    opened = _opened(model, question.shape[1])
    model.add(sum(opened) <= question.p)
    terms = []
    for covering, value in zip(question.given_covers, weight, strict=True):
        covered = model.new_bool_var("")
        model.add_bool_or([opened[j] for j in np.flatnonzero(covering)] + [covered.negated()])
        terms.append(round(value * scale) * covered)
    model.maximize(sum(terms))
    return _Scaled(model, opened, scale)


def _set_cover(question: Question, model: Any) -> _Scaled:
    m = question.shape[1]
    cost = question.opening_cost if question.opening_cost is not None else np.ones(m)
    scale = _whole(cost)
    opened = _opened(model, m)
    for covering in question.given_covers:
        model.add_bool_or([opened[j] for j in np.flatnonzero(covering)])
    model.minimize(sum(round(c * scale) * y for c, y in zip(cost, opened, strict=True)))
    return _Scaled(model, opened, scale)


_BUILDERS: dict[str, Callable[[Question, Any], _Scaled]] = {
    "p-centre": _p_centre,
    "ufl": _ufl,
    "cfl": _cfl,
    "sscfl": _single_source,
    "cpmp": _single_source,
    "maximal-cover": _maximal_cover,
    "set-cover": _set_cover,
}
