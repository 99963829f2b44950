"""Compiled estimates of sets of depots by a linear cost of serving customers."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@njit(cache=True, nogil=True)
def set_values(
    masks: IntArray,
    service: FloatArray,
    opening: FloatArray,
    capacity: FloatArray,
    demand: FloatArray,
    values: FloatArray,
) -> None:
    """Add opening cost and cheapest service of every set (bits); ``inf`` when it holds too little."""
    n, m = service.shape
    total = demand.sum()
    for s in range(len(masks)):
        held, value = 0.0, 0.0
        for j in range(m):
            if masks[s] >> j & 1:
                held += capacity[j]
                value += opening[j]
        if held < total * (1.0 - 1e-12):
            values[s] = np.inf
            continue
        for i in range(n):
            least = np.inf
            for j in range(m):
                if masks[s] >> j & 1 and service[i, j] < least:
                    least = service[i, j]
            value += least
        values[s] = value


@njit(cache=True, nogil=True)
def capacitated_value(
    members: IntArray,
    service: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    rounds: int,
    loads: FloatArray,
) -> float:
    """Lagrangian bound on serving everybody within capacities, and the mean loads on the way.

    Subgradients on the prices of capacity; a bound from below of the transportation problem.
    """
    n, k = len(demand), len(members)
    price = np.zeros(k)
    load = np.zeros(k)
    loads[:] = 0.0
    best = -np.inf
    scale = 0.0
    for i in range(n):
        scale += service[i, members[0]]
    step = 0.5 * abs(scale) / max(1e-30, demand.sum()) + 1e-9
    for turn in range(rounds):
        value = 0.0
        load[:] = 0.0
        for j in range(k):
            value -= price[j] * capacity[members[j]]
        for i in range(n):
            least, at = np.inf, 0
            for j in range(k):
                cost = service[i, members[j]] + price[j] * demand[i]
                if cost < least:
                    least, at = cost, j
            value += least
            load[at] += demand[i]
        best = max(best, value)
        norm = 0.0
        for j in range(k):
            over = (load[j] - capacity[members[j]]) / capacity[members[j]]
            if over < 0.0 and price[j] == 0.0:
                over = 0.0
            norm += over * over
        for j in range(k):
            loads[j] += (load[j] - loads[j]) / (turn + 1.0)
        if norm == 0.0:
            loads[:] = load
            break
        for j in range(k):
            over = (load[j] - capacity[members[j]]) / capacity[members[j]]
            price[j] = max(0.0, price[j] + step * over / np.sqrt(norm))
        step *= 0.93
    return best
