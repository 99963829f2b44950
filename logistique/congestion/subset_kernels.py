"""Compiled enumeration of all sets of a few sites."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@numba.njit(cache=True)
def every_set(
    served: FloatArray, cost: FloatArray, opening: FloatArray, least: int, most: int
) -> tuple[float, int, FloatArray, FloatArray]:
    """Cheapest set of sites, and the cheapest with and without each.

    Parameters
    ----------
    served : (n,) float
        Cost of each consumer at the sites that are open anyway, ``inf`` without any.
    cost : (f, n) float
        Its cost at each of the others.
    opening : (f,) float
        Their opening costs.
    least, most : int
        Bounds on how many of them are opened.

    Returns
    -------
    float, int
        Least cost, ``inf`` if there is no such set, and its sites as bits.
    (f,) float, (f,) float
        Least cost of a set with each site, and of one without it.

    Notes
    -----
    O(2^f n) time: consumers' costs are kept for every prefix of the sites, from the last to the
    first, and counting up changes few of them.
    """
    f, n = cost.shape
    nearest = np.empty((f + 1, n))
    opened = np.zeros(f + 1)
    count = np.zeros(f + 1, dtype=np.int64)
    nearest[f] = served
    best, best_set = np.inf, 0
    inside, outside = np.full(f, np.inf), np.full(f, np.inf)
    for sites in range(1 << f):
        # Bits below the lowest one that has changed have changed too.
        level = 0
        if sites == 0:
            level = f - 1
        else:
            while not (sites >> level) & 1:
                level += 1
        while level >= 0:
            chosen = (sites >> level) & 1
            opened[level] = opened[level + 1] + chosen * opening[level]
            count[level] = count[level + 1] + chosen
            for i in range(n):
                value = nearest[level + 1, i]
                if chosen and cost[level, i] < value:
                    value = cost[level, i]
                nearest[level, i] = value
            level -= 1
        if count[0] < least or count[0] > most:
            continue
        total = opened[0]
        for i in range(n):
            total += nearest[0, i]
        if total < best:
            best, best_set = total, sites
        for site in range(f):
            if (sites >> site) & 1:
                inside[site] = min(inside[site], total)
            else:
                outside[site] = min(outside[site], total)
    return best, best_set, inside, outside
