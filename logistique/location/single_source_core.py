"""The single-source question in the form its searches work on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.location.pair_costs import PairCosts
from logistique.location.weights import integral

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DECIMALS = 4
"""Digits after the point up to which demands are counted in whole units."""

_UNITS = 20_000
"""Largest capacity in whole units; beyond, knapsacks take real weights."""


@dataclass(frozen=True, eq=False)
class SourcingCore(PairCosts):
    """``min Σ f_j y_j + Σ c_ij x_ij`` with every customer served whole by one open site.

    Parameters
    ----------
    cost : (n, m) float
        Cost of serving each customer from each site; ``inf`` where it cannot or does not fit.
    demand : (n,) float
        Demand of each customer.
    opening, capacity : (m,) float
        Opening cost and largest load of each site.
    fixed_open : (m,) bool
        Sites that are open in every answer.
    lowest, highest : int
        Bounds on the number of open sites, fixed ones counted.
    """

    cost: FloatArray
    demand: FloatArray
    opening: FloatArray
    capacity: FloatArray
    fixed_open: BoolArray
    lowest: int
    highest: int

    @cached_property
    def integral(self) -> bool:
        """Whether every answer has a whole cost."""
        return integral(self.cost, self.opening)

    @cached_property
    def _unit(self) -> float:
        """Whole units per unit of demand; 0 where demands are not whole in any."""
        for decimals in range(_DECIMALS + 1):
            scaled = self.demand * 10.0**decimals
            if np.abs(scaled - np.rint(scaled)).max(initial=0.0) <= 1e-9 * scaled.max(initial=1.0):
                return _shortened(np.rint(scaled), 10.0**decimals, self.capacity)
        return 0.0

    @cached_property
    def units(self) -> IntArray:
        """Demands in whole units, (n,); empty where there is no such unit."""
        if self._unit == 0.0:
            return np.zeros(0, dtype=np.int64)
        return np.rint(self.demand * self._unit).astype(np.int64)

    @cached_property
    def capacity_units(self) -> IntArray:
        """Capacities in whole units, rounded down, (m,); empty where there is no such unit."""
        if self._unit == 0.0:
            return np.zeros(0, dtype=np.int64)
        return np.floor(self.capacity * self._unit * (1 + 1e-9) + 1e-9).astype(np.int64)

    def cost_of(self, is_open: BoolArray, assignment: IntArray) -> float:
        """Cost of an answer."""
        served = self.cost[np.arange(self.n), assignment].sum()
        return float(self.opening[is_open].sum() + served)

    def fits(self, is_open: BoolArray, assignment: IntArray) -> bool:
        """Whether an answer meets every rule."""
        load = np.bincount(assignment, weights=self.demand, minlength=self.m)
        served = np.isfinite(self.cost[np.arange(self.n), assignment]).all()
        return bool(
            served
            and is_open[assignment].all()
            and is_open[self.fixed_open].all()
            and self.lowest <= is_open.sum() <= self.highest
            and (load <= self.capacity * (1 + 1e-9)).all()
        )


def _shortened(scaled: FloatArray, per_unit: float, capacity: FloatArray) -> float:
    """Units divided by what all demands have in common; 0 if capacities become too many of them."""
    common = int(np.gcd.reduce(scaled.astype(np.int64))) if scaled.size else 0
    unit = per_unit / max(common, 1)
    return unit if capacity.max(initial=0.0) * unit <= _UNITS else 0.0
