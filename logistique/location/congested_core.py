"""The congested question in the form the searches work on.

    min Σ_j f_j y_j + Σ_ij c_ij x_ij + Σ_j g_j(v_j),   v_j = Σ_i d_i x_ij,
    Σ_j x_ij = 1,   0 ≤ x_ij ≤ y_j,   v_j ≤ s_j y_j,   lowest ≤ Σ_j y_j ≤ highest,   y in {0, 1},

with g_j convex, g_j(0) = 0. Loads and money are scaled so that tolerances of solvers make sense.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.congestion_coding import CodedCongestion
from logistique.location.pair_costs import PairCosts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LOAD_TOLERANCE = 1e-7
"""Excess over a capacity that is a rounding error, relative to the capacity."""


@dataclass(frozen=True, eq=False)
class CongestedCore(PairCosts):
    """A congested location problem over the sites that may be open.

    Parameters
    ----------
    cost : (n, m) float
        Cost of serving the whole of each customer from each site; ``inf``: cannot.
    demand : (n,) float
        Demand of each customer, ≥ 0.
    opening, capacity : (m,) float
        Opening cost and largest load of each site; the capacity is finite and below the limit
        of the congestion cost.
    congestion : CodedCongestion
        Costs of loads.
    fixed_open : (m,) bool
        Sites that are open in every answer.
    lowest, highest : int
        Bounds on the number of open sites, fixed ones counted.
    money : float
        What one unit of the costs above is worth to the caller.
    """

    cost: FloatArray
    demand: FloatArray
    opening: FloatArray
    capacity: FloatArray
    congestion: CodedCongestion
    fixed_open: BoolArray
    lowest: int
    highest: int
    money: float = 1.0

    @cached_property
    def by_site(self) -> FloatArray:
        """Costs by site, (m, n), rows contiguous."""
        return np.ascontiguousarray(self.cost.T)

    @cached_property
    def ceiling(self) -> float:
        """A cost that no answer exceeds."""
        dearest = np.where(np.isfinite(self.cost), self.cost, 0.0).max(axis=1)
        congested = self.congestion.value(np.arange(self.m), self.capacity)
        return float(self.opening.sum() + dearest.sum() + congested.sum())

    def check_possible(self) -> None:
        """Refuse what simple counts show to be impossible.

        Raises
        ------
        InfeasibleError
            If some customer reaches no site, or the largest capacities of as many sites as may
            open are below the demand.
        """
        lonely = np.flatnonzero(~np.isfinite(self.cost).any(axis=1))
        if lonely.size:
            raise InfeasibleError(
                f"{lonely.size} customer(s) can be served from no allowed site, "
                f"for example customer {lonely[0]}",
                hint="leave them out, or add, allow or extend sites near them",
            )
        free = np.sort(self.capacity[~self.fixed_open])[::-1]
        room = max(0, self.highest - int(self.fixed_open.sum()))
        offered = float(self.capacity[self.fixed_open].sum() + free[:room].sum())
        if offered < self.total_demand * (1.0 - 1e-9):
            raise InfeasibleError(
                f"the {self.highest} largest allowed sites can take "
                f"{offered / self.total_demand:.6g} of the demand at most",
                hint="allow more or larger sites, or less demand; the capacity of a site is also "
                "bounded by its congestion cost (the rate of a queue, the end of a table)",
            )
