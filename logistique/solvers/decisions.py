"""From solver values to clean decisions, and their cost recomputed from the problem's arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.solvers.dock_functions import dock_eur
from logistique.solvers.formulation import Formulation
from logistique.solvers.highs import SolverFailedError, Status, solve_model

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Decisions:
    """What a plan decides.

    Parameters
    ----------
    open_option : (m,) bool
    open_storage : (p,) bool
    assignment : (n, k) float
    feed : (p, k) float
        Demand units per day.
    """

    open_option: BoolArray
    open_storage: BoolArray
    assignment: FloatArray
    feed: FloatArray


def settle(formulation: Formulation, values: FloatArray) -> FloatArray:
    """Round the integral values and settle the continuous ones exactly for them.

    Solver values are integral within a tolerance; a depot that is "open at 0.999999" has room
    that a depot that is open at 1 has not. The flows are therefore solved again for the rounded
    decisions.

    Parameters
    ----------
    formulation : Formulation
        The model the values belong to.
    values : (c,) float
        Decisions integral within the solver's tolerance.

    Returns
    -------
    (c,) float
        Decisions that are integral exactly.

    Raises
    ------
    SolverFailedError
        If no flow exists for the rounded decisions.
    """
    model = formulation.model
    rounded = np.where(model.integer, np.round(values), values)
    if model.integer.all():
        return rounded
    fixed = model.replace(
        lower=np.where(model.integer, rounded, model.lower),
        upper=np.where(model.integer, rounded, model.upper),
        integer=np.zeros_like(model.integer),
    )
    answer = solve_model(fixed)
    if answer.status is not Status.OPTIMAL or answer.values is None:
        raise SolverFailedError("no flow exists for the rounded decisions")
    return np.where(model.integer, rounded, answer.values)


def decisions_of(formulation: Formulation, values: FloatArray) -> Decisions:
    """Put the columns of the model back into the shape of the problem.

    Parameters
    ----------
    formulation : Formulation
        The model the values belong to.
    values : (c,) float
        Settled decisions.
    """
    problem, columns = formulation.problem, formulation.columns
    assignment = np.zeros((problem.n_consumers, columns.k))
    assignment[columns.consumer, columns.site] = _clean(values[columns.service : columns.feed])
    np.clip(assignment, 0.0, 1.0, out=assignment)
    feed = np.zeros((columns.p, columns.k))
    flow = _clean(values[columns.feed : columns.shortfall]) * columns.unit
    feed[columns.feed_storage, columns.feed_site] = np.maximum(flow, 0.0)
    open_storage = values[columns.storage : columns.service] > 0.5
    # What a closed place carries is within the solver's tolerance of nothing.
    assignment[:, values[columns.open_site : columns.storage] < 0.5] = 0.0
    feed[~open_storage] = 0.0
    return Decisions(
        open_option=values[: columns.m] > 0.5,
        open_storage=open_storage,
        assignment=assignment,
        feed=feed,
    )


def cost_of(problem: Problem, decisions: Decisions) -> float:
    """Objective of :class:`Problem` at these decisions, EUR per day."""
    y, z = decisions.open_option, decisions.open_storage
    x, w = decisions.assignment, decisions.feed
    opened = np.bincount(problem.option_site[y], minlength=problem.n_sites) > 0
    served, fed = x > 0, w > 0
    refused = np.maximum(1.0 - x.sum(axis=1), 0.0)
    may_refuse = np.isfinite(problem.unserved_cost)
    parts = (
        problem.option_cost[y].sum(),
        problem.site_closing_cost[~opened].sum(),
        problem.storage_cost[z].sum(),
        problem.storage_closing_cost[~z].sum(),
        (problem.service_cost[served] * x[served]).sum(),
        (problem.feed_cost[fed] * w[fed]).sum(),
        (problem.unserved_cost[may_refuse] * refused[may_refuse]).sum(),
        *(_shortfall_cost(rule, decisions) for rule in problem.requirements if not rule.hard),
        dock_eur(problem, y, x),
    )
    return math.fsum(float(part) for part in parts)


def _shortfall_cost(requirement: Requirement, decisions: Decisions) -> float:
    value = float(requirement.option[decisions.open_option].sum())
    value += float(requirement.storage[decisions.open_storage].sum())
    if requirement.service is not None:
        value += float((requirement.service * decisions.assignment).sum())
    if requirement.feed is not None:
        value += float((requirement.feed * decisions.feed).sum())
    miss = max(requirement.lower - value, value - requirement.upper, 0.0)
    return float(requirement.shortfall_price or 0.0) * miss


def _clean(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < _TINY, 0.0, values)
