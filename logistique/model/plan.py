"""The answer to a problem, with what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from logistique.display import fact_table

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class Termination(Enum):
    """Why the solver stopped with the plan it returns."""

    OPTIMAL = "optimal"
    """The proved gap is within the gap that was asked for."""
    LIMIT = "limit"
    """A time limit was reached; the plan is feasible and its gap is above the target."""
    INTERRUPTED = "interrupted"
    """The user stopped the solve; the plan is the best one found by then."""
    HEURISTIC = "heuristic"
    """No proof was attempted; there is no lower bound."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What opens, who is served from where, and how good that is proved to be.

    Infeasibility and "no plan found" are errors (:class:`~logistique.errors.InfeasibleError`,
    :class:`~logistique.errors.NoSolutionError`), so a ``Plan`` always holds a feasible answer.

    Parameters
    ----------
    termination : Termination
        Why the solver stopped.
    objective : float
        Cost of this plan, EUR per day, recomputed from the decisions below.
    lower_bound : float
        Proved lower bound on the cost of every plan of the stated problem; ``-inf`` if none.
    open_option : (m,) bool
        y: chosen options.
    open_storage : (p,) bool
        z: open storage zones.
    assignment : (n, k) float
        x: share of each consumer served from each depot site.
    feed : (p, k) float
        w: demand units per day from storage zone to depot site.
    seconds : float
        Wall time of building and solving.
    seed : int
        Seed handed to the solver.
    method : str
        The method and its solver, for example ``"mathopt-highs"``.
    reason : str
        Why this method was chosen (filled by ``auto``).
    """

    termination: Termination
    objective: float
    lower_bound: float
    open_option: BoolArray
    open_storage: BoolArray
    assignment: FloatArray
    feed: FloatArray
    seconds: float
    seed: int
    method: str
    reason: str = ""

    @property
    def gap(self) -> float:
        """Relative gap ``(objective − lower_bound) / |objective|``, ``inf`` without a bound."""
        if not np.isfinite(self.lower_bound):
            return float("inf")
        scale = max(abs(self.objective), 1e-9)
        return max(0.0, (self.objective - self.lower_bound) / scale)

    def _repr_html_(self) -> str:
        """Show the plan in a notebook."""
        bound = f"{self.lower_bound:,.2f}" if np.isfinite(self.lower_bound) else "none proved"
        gap = f"{100 * self.gap:.3f} %" if np.isfinite(self.lower_bound) else "–"
        return fact_table(
            "Plan",
            (
                ("termination", self.termination.value),
                ("objective (EUR/day)", f"{self.objective:,.2f}"),
                ("lower bound (EUR/day)", bound),
                ("gap", gap),
                ("options open", int(self.open_option.sum())),
                ("storage zones open", int(self.open_storage.sum())),
                ("method", self.method),
                ("seconds", f"{self.seconds:.2f}"),
                ("seed", self.seed),
            ),
        )
