"""Which pairs of customer and site no better answer can use, by their Lagrangian bounds."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.binary_knapsack_kernels import forced_real, forced_whole

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def pair_bounds(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    opening: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    u: FloatArray,
    rho: FloatArray,
    if_open: FloatArray,
    room: float,
    sites: IntArray,
    bound: FloatArray,
) -> None:
    """Fill L(u) − Σ u with each single pair of some sites forced in.

    ``if_open`` bounds Σ ρ_j y_j with site j open. Pairs of closed sites, and of sites that are
    beyond ``room`` already, get ``inf``.
    """
    n = demand.size
    profit, weight = np.empty(n), np.empty(n)
    whole = np.empty(n, dtype=np.int64)
    inside, outside = np.empty(n), np.empty(n)
    for j in sites:
        if state[j] < 0 or if_open[j] > room:
            bound[start[j] : start[j + 1]] = np.inf
            continue
        k = start[j + 1] - start[j]
        for t in range(k):
            i = customer[start[j] + t]
            profit[t] = u[i] - cost[start[j] + t]
            weight[t] = demand[i]
            if units.size > 0:
                whole[t] = units[i]
        if units.size > 0:
            forced_whole(profit, whole, k, capacity_units[j], inside, outside)
        else:
            forced_real(profit, weight, k, capacity[j], inside, outside)
        for t in range(k):
            bound[start[j] + t] = if_open[j] - rho[j] + opening[j] - inside[t]
