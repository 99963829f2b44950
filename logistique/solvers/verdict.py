"""Why a search ended, from what it proved."""

from __future__ import annotations

from logistique.model.limits import Limits
from logistique.model.plan import Termination

_NUMERICAL_GAP = 1e-6
"""Relative error of a bound and of a cost out of a floating-point solver."""


def verdict(objective: float, bound: float, limits: Limits, *, interrupted: bool) -> Termination:
    """Say why the search ended with this cost and this bound, both EUR per day."""
    gap = (objective - bound) / max(abs(objective), 1e-9)
    if gap <= limits.gap + _NUMERICAL_GAP:
        return Termination.OPTIMAL
    return Termination.INTERRUPTED if interrupted else Termination.LIMIT
