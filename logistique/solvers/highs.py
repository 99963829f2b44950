"""One linear or mixed-integer model solved by HiGHS through OR-Tools MathOpt.

Facts about this pair (OR-Tools 9.15), each measured: the number of threads cannot be set per
solve (HiGHS keeps one scheduler per process), callbacks and interrupters are ignored without
a word, hints and messages work. Whoever must be able to stop a solve runs it in a process of
its own (:mod:`logistique.solvers.supervised`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2, sparse_containers_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from logistique.solvers.linear_model import LinearModel

FloatArray = NDArray[np.float64]
Options = dict[str, bool | int | float | str]
"""HiGHS options by name."""


class Status(Enum):
    """What HiGHS says about the model it was given."""

    OPTIMAL = "optimal"
    LIMIT = "limit"
    INFEASIBLE = "infeasible"


class SolverFailedError(RuntimeError):
    """HiGHS stopped for a reason that is neither an answer nor a limit."""


@dataclass(frozen=True, eq=False)
class Answer:
    """Result of one solve.

    Parameters
    ----------
    status : Status
        Why it stopped.
    values : (c,) float or None
        Best decisions found.
    objective : float
        Their cost, ``inf`` without decisions.
    bound : float
        Proved lower bound on the cost of every decision of the model.
    row_dual, reduced_cost : float arrays or None
        Of a linear model solved to optimality; minimisation signs.
    """

    status: Status
    values: FloatArray | None
    objective: float
    bound: float
    row_dual: FloatArray | None = None
    reduced_cost: FloatArray | None = None


def solve_model(
    model: LinearModel,
    *,
    time_s: float = math.inf,
    gap: float = 1e-9,
    seed: int = 0,
    hint: FloatArray | None = None,
    messages: Callable[[Sequence[str]], None] | None = None,
    options: Options | None = None,
) -> Answer:
    """Solve a model with HiGHS.

    Parameters
    ----------
    model : LinearModel
        Bounded below.
    time_s : float
        Time limit in seconds, ``inf`` for none.
    gap : float
        Relative gap at which to stop.
    seed : int
        Random seed.
    hint : (c,) float, optional
        Decisions to start from.
    messages : callable, optional
        Receives the lines of the solver's log as they come.
    options : dict, optional
        HiGHS options by name.

    Raises
    ------
    SolverFailedError
        If the solver gives no usable status.
    """
    math_model = mathopt.Model.from_model_proto(_proto(model))
    variables = list(math_model.variables())
    parameters = mathopt.SolveParameters(
        time_limit=None if math.isinf(time_s) else dt.timedelta(seconds=max(time_s, 0.01)),
        relative_gap_tolerance=gap,
        random_seed=seed,
        highs=_options(options or {}),
    )
    model_parameters = mathopt.ModelSolveParameters()
    if hint is not None:
        values = dict(zip(variables, _within(model, hint).tolist(), strict=True))
        model_parameters.solution_hints.append(mathopt.SolutionHint(variable_values=values))
    try:
        result = mathopt.solve(
            math_model,
            mathopt.SolverType.HIGHS,
            params=parameters,
            model_params=model_parameters,
            msg_cb=messages,
        )
    except (AttributeError, RuntimeError, ValueError) as error:
        # OR-Tools 9.15 trips over its own error type and raises AttributeError from it.
        raise SolverFailedError(f"HiGHS refused the model: {error.__context__ or error}") from error
    return _answer(model, math_model, result)


def _within(model: LinearModel, hint: FloatArray) -> FloatArray:
    """Hint that respects bounds and integrality to the last digit: HiGHS refuses others."""
    rounded = np.where(model.integer, np.round(hint), hint)
    return np.clip(rounded, model.lower, model.upper)


def _options(options: Options) -> highs_pb2.HighsOptionsProto:
    proto = highs_pb2.HighsOptionsProto()
    for name, value in options.items():
        if isinstance(value, bool):
            proto.bool_options[name] = value
        elif isinstance(value, int):
            proto.int_options[name] = value
        elif isinstance(value, float):
            proto.double_options[name] = value
        else:
            proto.string_options[name] = value
    return proto


def _proto(model: LinearModel) -> model_pb2.ModelProto:
    n_rows, n_columns = model.matrix.shape
    ids = range(n_columns)
    coordinates = model.matrix.tocoo()
    priced = np.flatnonzero(model.cost)
    return model_pb2.ModelProto(
        variables=model_pb2.VariablesProto(
            ids=ids,
            lower_bounds=model.lower.tolist(),
            upper_bounds=model.upper.tolist(),
            integers=model.integer.tolist(),
        ),
        objective=model_pb2.ObjectiveProto(
            offset=model.offset,
            linear_coefficients=sparse_containers_pb2.SparseDoubleVectorProto(
                ids=priced.tolist(), values=model.cost[priced].tolist()
            ),
        ),
        linear_constraints=model_pb2.LinearConstraintsProto(
            ids=range(n_rows),
            lower_bounds=model.row_lower.tolist(),
            upper_bounds=model.row_upper.tolist(),
        ),
        linear_constraint_matrix=sparse_containers_pb2.SparseDoubleMatrixProto(
            row_ids=coordinates.coords[0].tolist(),
            column_ids=coordinates.coords[1].tolist(),
            coefficients=coordinates.data.tolist(),
        ),
    )


def _answer(model: LinearModel, math_model: mathopt.Model, result: mathopt.SolveResult) -> Answer:
    reason = result.termination.reason
    reasons = mathopt.TerminationReason
    bound = result.termination.objective_bounds.dual_bound
    if reason in {reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED}:
        return Answer(Status.INFEASIBLE, None, math.inf, math.inf)
    if reason is reasons.NO_SOLUTION_FOUND:
        return Answer(Status.LIMIT, None, math.inf, bound)
    if reason not in {reasons.OPTIMAL, reasons.FEASIBLE}:
        raise SolverFailedError(f"HiGHS ended with {reason.name}: {result.termination.detail}")
    values = np.array(result.variable_values(list(math_model.variables())))
    row_dual = reduced_cost = None
    if not model.integer.any() and result.has_dual_feasible_solution():
        row_dual = np.array(result.dual_values(list(math_model.linear_constraints())))
        reduced_cost = np.array(result.reduced_costs(list(math_model.variables())))
    return Answer(
        status=Status.OPTIMAL if reason is reasons.OPTIMAL else Status.LIMIT,
        values=values,
        objective=float(model.cost @ values + model.offset),
        bound=bound,
        row_dual=row_dual,
        reduced_cost=reduced_cost,
    )
