"""What each requirement's row is worth under a plan, and by how much it is missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement

FloatArray = NDArray[np.float64]

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class RequirementResult:
    """One requirement under a plan.

    Parameters
    ----------
    requirement : Requirement
        The row.
    value : float
        Value of the row, in its unit.
    shortfall : float
        Distance to the nearer bound when outside both, else 0.
    slack : float or None
        Distance to the nearer finite bound (negative when missed); None without a bound.
    price_eur : float
        What the shortfall costs, EUR per day (0 for a hard row that is met).
    """

    requirement: Requirement
    value: float
    shortfall: float
    slack: float | None
    price_eur: float

    @property
    def satisfied(self) -> bool:
        """Whether the row lies between its bounds, to a relative tolerance of 1e-6."""
        bounds = (self.requirement.lower, self.requirement.upper)
        scale = max([1.0, *(abs(bound) for bound in bounds if np.isfinite(bound))])
        return self.shortfall <= _TOLERANCE * scale


def requirement_results(problem: Problem, plan: Plan) -> tuple[RequirementResult, ...]:
    """Evaluate every requirement of a problem under a plan, in the problem's order.

    Parameters
    ----------
    problem : Problem
        With its requirements.
    plan : Plan
        Decisions of the same shapes.

    Returns
    -------
    tuple of RequirementResult
    """
    return tuple(_evaluate(row, plan) for row in problem.requirements)


def _evaluate(row: Requirement, plan: Plan) -> RequirementResult:
    value = float(row.option @ plan.open_option + row.storage @ plan.open_storage)
    value += _inner(row.service, plan.assignment) + _inner(row.feed, plan.feed)
    shortfall = max(row.lower - value, value - row.upper, 0.0)
    margins = [margin for margin in (value - row.lower, row.upper - value) if np.isfinite(margin)]
    return RequirementResult(
        requirement=row,
        value=value,
        shortfall=shortfall,
        slack=min(margins) if margins else None,
        price_eur=shortfall * (row.shortfall_price or 0.0),
    )


def _inner(coefficients: sparse.csr_array | None, values: FloatArray) -> float:
    if coefficients is None:
        return 0.0
    return float(coefficients.multiply(values).sum())
