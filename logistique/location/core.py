"""The uncapacitated question in the form the searches work on.

    min Σ_j f_j y_j + Σ_i w_i min { c_ij : y_j = 1 },   lowest ≤ Σ_j y_j ≤ highest,

with some sites fixed open. A p-median has f = 0 and lowest = highest = p.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.location.near import NearLists

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Core:
    """An uncapacitated location problem on near lists.

    Parameters
    ----------
    lists : NearLists
        Sites from near to far for each customer.
    weight : (n,) float
        Weight of each customer.
    opening : (m,) float
        Opening cost of each site; negative where opening pays.
    fixed_open : (m,) bool
        Sites that are open in every answer.
    lowest, highest : int
        Bounds on the number of open sites, fixed ones counted.
    integral : bool
        Every answer has an integral cost.
    """

    lists: NearLists
    weight: FloatArray
    opening: FloatArray
    fixed_open: BoolArray
    lowest: int
    highest: int
    integral: bool

    @property
    def n(self) -> int:
        """Number of customers."""
        return self.lists.n

    @property
    def m(self) -> int:
        """Number of sites."""
        return self.lists.m

    def tolerance(self, value: float) -> float:
        """Return the rounding error allowed for in a sum of the size of ``value``."""
        return 1e-9 * max(1.0, abs(value))

    def resolution(self, cost: float) -> float:
        """Difference to the cost of an answer within which no better answer can lie.

        Just below 1 for integral data as long as rounding errors are far smaller, else 0.
        """
        return max(0.0, 1.0 - 4.0 * self.tolerance(cost)) if self.integral else 0.0

    def rounded(self, bound: float) -> float:
        """Bound, lifted to the next value an answer can have."""
        if not (self.integral and np.isfinite(bound)):
            return bound
        return float(np.ceil(bound - 2.0 * self.tolerance(bound)))

    @cached_property
    def far(self) -> FloatArray:
        """Cost per unit of weight that searches charge a customer without a listed open site.

        Larger than any listed distance, so that searches avoid it; such an answer is never
        taken for one (its cost is ``inf``).
        """
        longest = float(self.lists.length.max(initial=0.0))
        return np.full(self.n, 4.0 * longest + 1.0)

    def restricted(self, kept: IntArray, opened: BoolArray) -> Core:
        """Return the question on some sites only, with more of them fixed open."""
        return dataclasses.replace(
            self,
            lists=self.lists.restricted(kept),
            opening=self.opening[kept],
            fixed_open=(self.fixed_open | opened)[kept],
        )
