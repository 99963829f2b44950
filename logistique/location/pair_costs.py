"""What questions about customers and sites have in common: a matrix of costs and demands."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class PairCosts:
    """Numbers of customers and sites, and their demand, for a question with costs and demands.

    Parameters
    ----------
    cost : (n, m) float
        Cost of serving each customer from each site.
    demand : (n,) float
        Demand of each customer.
    """

    cost: FloatArray
    demand: FloatArray

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.cost.shape[0])

    @property
    def m(self) -> int:
        """Number of sites."""
        return int(self.cost.shape[1])

    @cached_property
    def total_demand(self) -> float:
        """Sum of all demands."""
        return float(self.demand.sum())

    def tolerance(self, value: float) -> float:
        """Return the rounding error allowed for in a sum of the size of ``value``."""
        return 1e-9 * max(1.0, abs(value))
