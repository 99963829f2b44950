"""A short subgradient ascent on the knapsack relaxation, compiled whole, for the nodes of a tree."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.knapsack_kernels import choose_sizes, knapsack_shares, site_knapsacks

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_MEMORY = 0.5
"""Share of the last direction in the next one (Camerini, Fratta and Maffioli 1975)."""

_PATIENCE = 4


@njit(cache=True)
def ascend_node(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    opening: FloatArray,
    capacity: FloatArray,
    floor: FloatArray,
    fixed_open: BoolArray,
    lowest: int,
    highest: int,
    cutoff: float,
    steps: int,
    first_step: float,
    ceiling: FloatArray,
    u: FloatArray,
    worth: FloatArray,
    share: FloatArray,
) -> float:
    """Raise the bound of a node until it reaches ``cutoff`` or the steps are spent.

    Parameters
    ----------
    start, customer, cost, demand, opening, capacity, floor
        As in :func:`~logistique.location.knapsack_kernels.site_knapsacks`.
    fixed_open, lowest, highest
        As in :func:`~logistique.location.knapsack_kernels.choose_sizes`.
    cutoff : float
        Bound at which the node is of no use.
    steps, first_step : int, float
        Number of steps, and the first length relative to the way to the cutoff.
    ceiling : (n,) float
        Largest multipliers; arcs that cost as much may be missing.
    u : (n,) float
        Multipliers to start from; receives the best ones.
    worth : (m, k) float
        Receives the values of the sizes that prove the bound, less the price of capacity.
    share : (m, k) float
        Receives how often each size was chosen.

    Returns
    -------
    float
        The bound; ``inf`` if the sites allow no answer.
    """
    n, m, k = demand.size, capacity.shape[0], capacity.shape[1]
    value, price = np.empty((m, k)), np.empty((m, k))
    chosen, scratch = np.empty(m, dtype=np.int64), np.empty(m)
    arc_share = np.empty(customer.size)
    total = 0.0
    for i in range(n):
        total += demand[i]
    total *= 1.0 - 1e-12
    tried, direction = np.minimum(u, ceiling), np.zeros(n)
    best, step, stalled, weight = -np.inf, first_step, 0, 0.0
    share[:] = 0.0
    for turn in range(steps + 1):
        site_knapsacks(start, customer, cost, demand, tried, opening, capacity, floor, value, price)
        found, multiplier = choose_sizes(
            value, capacity, fixed_open, lowest, highest, total, chosen, scratch
        )
        bound = found + tried.sum()
        if bound > best:
            best, stalled = bound, 0
            u[:] = tried
            for j in range(m):
                for s in range(k):
                    worth[j, s] = value[j, s] - multiplier * capacity[j, s]
        else:
            stalled += 1
            if stalled >= _PATIENCE:
                step *= 0.5
                stalled = 0
        if best >= cutoff or turn == steps:
            break
        weight = 0.85 * weight + 0.15
        for j in range(m):
            for s in range(k):
                share[j, s] *= 0.85
            if chosen[j] >= 0:
                share[j, chosen[j]] += 0.15
        knapsack_shares(
            start, customer, cost, demand, tried, capacity, floor, price, chosen, arc_share
        )
        for i in range(n):
            direction[i] = _MEMORY * direction[i] + 1.0
        for j in range(m):
            if chosen[j] >= 0:
                for e in range(start[j], start[j + 1]):
                    direction[customer[e]] -= arc_share[e]
        norm = 0.0
        for i in range(n):
            norm += direction[i] * direction[i]
        if norm < 1e-18:
            break
        length = step * (cutoff - bound) / norm
        for i in range(n):
            tried[i] = min(tried[i] + length * direction[i], ceiling[i])
    if weight > 0.0:
        share /= weight
    return best
