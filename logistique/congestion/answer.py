"""The answer to a question with congestion, and what was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.routing import Routed
from logistique.model.plan import Termination
from logistique.solvers.decisions import Decisions

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Visited:
    """A plan the loop came across, with its routes.

    Parameters
    ----------
    open_option, open_storage : (m,), (p,) bool
    assignment, feed : (n, k), (p, k) float
    base_eur : float
        C: cost without delay, EUR per day.
    routed : Routed
        Best routes and the delay they impose.
    """

    open_option: BoolArray
    open_storage: BoolArray
    assignment: FloatArray
    feed: FloatArray
    base_eur: float
    routed: Routed

    @property
    def eur(self) -> float:
        """Cost with delay, EUR per day."""
        return self.base_eur + self.routed.eur

    @property
    def decisions(self) -> Decisions:
        """The plan without its routes."""
        return Decisions(self.open_option, self.open_storage, self.assignment, self.feed)


@dataclass(frozen=True)
class Round:
    """What one round told: its own bound and plan, and the best so far, EUR per day."""

    phase: str
    seconds: float
    bound: float
    value: float
    best_bound: float
    best_value: float


@dataclass(frozen=True, eq=False)
class CongestedPlan:
    """The answer to a question with congestion.

    Parameters
    ----------
    termination : Termination
        ``OPTIMAL``: the proved gap is within the one asked for.
    best : Visited
        The cheapest plan found.
    lower_bound : float
        No plan costs less, delay included, EUR per day.
    visited : tuple of Visited
        All plans seen, cheapest first.
    rounds : tuple of Round
    seconds : float
    reason : str
        Which steps led to the proof.
    """

    termination: Termination
    best: Visited
    lower_bound: float
    visited: tuple[Visited, ...]
    rounds: tuple[Round, ...]
    seconds: float
    reason: str

    @property
    def objective(self) -> float:
        """Cost of the best plan with delay, EUR per day."""
        return self.best.eur

    @property
    def gap(self) -> float:
        """Proved relative gap; ``inf`` without a bound."""
        if not np.isfinite(self.lower_bound):
            return float("inf")
        return max(0.0, (self.objective - self.lower_bound) / max(abs(self.objective), 1e-9))
