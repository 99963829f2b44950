"""The answer to a siting question, with what is proved about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.model.plan import Termination

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Siting:
    """Open sites, who is served from where, and how good that is proved to be.

    Parameters
    ----------
    kind : str
        The question: ``"p-median"``, ``"p-centre"``, ``"set cover"``, ``"maximal cover"``,
        ``"facility location"``, ``"quadratic facility location"`` or
        ``"capacitated facility location"``.
    termination : Termination
        Why the search stopped.
    objective : float
        Value of this answer in the units of the arrays given (weighted distance, radius, number
        or cost of sites, covered weight, cost), recomputed from the decisions below.
    bound : float
        Proved bound on the value of every answer: from below, except for maximal cover, which
        is maximised, from above. Infinite if there is none.
    open_sites : (k,) int
        Numbers of the open sites in rising order, existing sites among them.
    assignment : (n,) int
        Site that serves each customer; −1 for a customer of a cover that nobody covers.
    seconds : mapping of str to float
        Wall time by part of the work; ``"total"`` is the whole.
    method : str
        Method that gave the proof.
    reason : str
        Why this method was chosen.
    seed : int
        Seed of everything random.
    maximised : bool
        Whether larger is better.
    shares : (n, m) sparse, optional
        Part of each customer served from each site, where customers are split.
    loads : (k,) float, optional
        Demand served from each open site, where sites have capacities; order of ``open_sites``.
    sizes : (k,) int, optional
        Number of the size taken at each open site, where sites have sizes to choose from.
    """

    kind: str
    termination: Termination
    objective: float
    bound: float
    open_sites: IntArray
    assignment: IntArray
    seconds: Mapping[str, float]
    method: str
    reason: str
    seed: int
    maximised: bool = False
    shares: sparse.csr_array | None = field(default=None, repr=False)
    loads: FloatArray | None = field(default=None, repr=False)
    sizes: IntArray | None = field(default=None, repr=False)

    @property
    def gap(self) -> float:
        """Relative gap ``|objective − bound| / |objective|``; ``inf`` without a bound."""
        if not np.isfinite(self.bound):
            return float("inf")
        distance = self.bound - self.objective if self.maximised else self.objective - self.bound
        return max(0.0, distance) / max(abs(self.objective), 1e-9)

    def __str__(self) -> str:
        side = "at most" if self.maximised else "at least"
        return (
            f"{self.kind}: {self.objective:.10g} with {self.open_sites.size} open sites, "
            f"{self.termination.value}; every answer is {side} {self.bound:.10g} "
            f"(gap {self.gap:.2e}); {self.seconds.get('total', 0.0):.2f} s by {self.method}"
        )
