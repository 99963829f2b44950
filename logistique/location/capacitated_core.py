"""The capacitated question in the form the searches work on.

    min Σ_jk f_jk y_jk + Σ_ij c_ij x_ij
    Σ_j x_ij = 1,   0 ≤ x_ij ≤ Σ_k y_jk ≤ 1,   Σ_k l_jk y_jk ≤ Σ_i d_i x_ij ≤ Σ_k u_jk y_jk,
    lowest ≤ Σ_jk y_jk ≤ highest,   y in {0, 1},

with x in [0, 1] where customers may be split and in {0, 1} where each has a single source. Size k
of site j opens it with capacity u_jk and least load l_jk at cost f_jk.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.pair_costs import PairCosts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LOAD_TOLERANCE = 1e-9
"""Excess over a capacity that is a rounding error, relative to the capacity."""


@dataclass(frozen=True, eq=False)
class CapacitatedCore(PairCosts):
    """A capacitated location problem over the sites that may be open.

    Parameters
    ----------
    cost : (n, m) float
        Cost of serving the whole of each customer from each site; ``inf``: cannot.
    demand : (n,) float
        Demand of each customer, ≥ 0.
    opening : (m, k) float
        Cost of each size of each site; ``inf``: the site has no such size.
    capacity, floor : (m, k) float
        Largest and least load of each size.
    fixed_open : (m,) bool
        Sites that are open in every answer, at a size of their own.
    lowest, highest : int
        Bounds on the number of open sites, fixed ones counted.
    """

    cost: FloatArray
    demand: FloatArray
    opening: FloatArray
    capacity: FloatArray
    floor: FloatArray
    fixed_open: BoolArray
    lowest: int
    highest: int

    @property
    def n_sizes(self) -> int:
        """Largest number of sizes of a site."""
        return int(self.opening.shape[1])

    @cached_property
    def unit(self) -> FloatArray:
        """Cost per unit of demand, (n, m); of the whole customer where there is no demand."""
        return np.asarray(self.cost / np.where(self.demand > 0.0, self.demand, 1.0)[:, None])

    @cached_property
    def largest(self) -> FloatArray:
        """Largest capacity of each site, (m,)."""
        offered = np.where(np.isfinite(self.opening), self.capacity, 0.0)
        return np.asarray(offered.max(axis=1))

    @cached_property
    def has_floors(self) -> bool:
        """Whether some size has a least load."""
        return bool(((self.floor > 0.0) & np.isfinite(self.opening)).any())

    def restricted(self, kept: IntArray, opened: BoolArray | None = None) -> CapacitatedCore:
        """Return the question on some sites only, with more of them fixed open."""
        fixed = self.fixed_open if opened is None else self.fixed_open | opened
        return dataclasses.replace(
            self,
            cost=np.ascontiguousarray(self.cost[:, kept]),
            opening=self.opening[kept],
            capacity=self.capacity[kept],
            floor=self.floor[kept],
            fixed_open=fixed[kept],
        )

    def check_possible(self) -> None:
        """Refuse what simple counts show to be impossible.

        Raises
        ------
        InfeasibleError
            If some customer reaches no site, the largest capacities of as many sites as may
            open are below the demand, or least loads of sites that must open exceed it.
        """
        lonely = np.flatnonzero(~np.isfinite(self.cost).any(axis=1))
        if lonely.size:
            raise InfeasibleError(
                f"{lonely.size} customer(s) can be served from no allowed site, "
                f"for example customer {lonely[0]}"
            )
        self._check_capacity()
        least = np.where(np.isfinite(self.opening), self.floor, np.inf).min(axis=1)
        forced = float(least[self.fixed_open].sum())
        if forced > self.total_demand * (1.0 + LOAD_TOLERANCE):
            raise InfeasibleError(
                f"sites that must be open need a load of at least {forced:g}, "
                f"but all demand is {self.total_demand:g}",
                hint="lower their floors, or require fewer of them",
            )

    def _check_capacity(self) -> None:
        free = np.sort(self.largest[~self.fixed_open])[::-1]
        room = max(0, self.highest - int(self.fixed_open.sum()))
        offered = float(self.largest[self.fixed_open].sum() + free[:room].sum())
        if offered < self.total_demand * (1.0 - LOAD_TOLERANCE):
            raise InfeasibleError(
                f"all demand is {self.total_demand:g}, but the {self.highest} largest allowed "
                f"sites can take {offered:g} at most",
                hint="allow more or larger sites, or less demand",
            )
