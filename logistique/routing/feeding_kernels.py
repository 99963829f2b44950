"""Compiled cost of bringing the depots' loads from platforms: tours of lorries, solved exactly.

A lorry that a depot fills goes there directly; what is left of every load is delivered by tours,
each depot by one of them, each platform's share by the cheapest partition into tours: dynamic
programmes over sets of depots. 3^k steps for k depots in use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Tuple = tuple[Any, ...]

OUT_OF_REACH = 1e13
"""Cost of loads that no platforms can bring."""


@njit(cache=True, nogil=True)
def tour_lengths(dist: FloatArray, platform: int, members: IntArray, tours: FloatArray) -> None:
    """Shortest tour from a platform through every subset of depots, by Held and Karp (1962).

    ``dist`` is between depots (first) and platforms; writes ``tours[mask]``, 0 for no depot.
    """
    k = len(members)
    full = 1 << k
    best = np.full((full, max(1, k)), np.inf)
    tours[0] = 0.0
    for j in range(k):
        best[1 << j, j] = dist[platform, members[j]]
    for mask in range(1, full):
        tours[mask] = np.inf
        for j in range(k):
            here = best[mask, j]
            if here == np.inf:
                continue
            tours[mask] = min(tours[mask], here + dist[members[j], platform])
            for i in range(k):
                if mask >> i & 1 == 0:
                    step = here + dist[members[j], members[i]]
                    if step < best[mask | 1 << i, i]:
                        best[mask | 1 << i, i] = step


@njit(cache=True, nogil=True)
def _sums(value: FloatArray, k: int, sums: FloatArray) -> None:
    """Sum over every subset."""
    sums[0] = 0.0
    for mask in range(1, 1 << k):
        j = 0
        while mask >> j & 1 == 0:
            j += 1
        sums[mask] = sums[mask & (mask - 1)] + value[j]


@njit(cache=True, nogil=True)
def partition_costs(
    tours: FloatArray,
    lorry_cost: float,
    direct: FloatArray,
    rest: FloatArray,
    lorry: float,
    k: int,
    costs: FloatArray,
    choice: IntArray,
) -> None:
    """Cheapest deliveries to every subset from one platform; ``choice``: the tour taken first."""
    costs[0] = 0.0
    for mask in range(1, 1 << k):
        j = 0
        while mask >> j & 1 == 0:
            j += 1
        low = 1 << j
        others = mask ^ low
        costs[mask] = np.inf
        sub = others
        while True:
            tour = sub | low
            if rest[tour] <= lorry:
                paid = tours[tour] + lorry_cost if rest[tour] > 0.0 else 0.0
                cost = paid + costs[mask ^ tour]
                if cost < costs[mask]:
                    costs[mask] = cost
                    choice[mask] = tour
            if sub == 0:
                break
            sub = (sub - 1) & others
    for mask in range(1, 1 << k):
        costs[mask] += direct[mask]


@njit(cache=True, nogil=True)
def assign_platforms(
    costs: FloatArray,
    loads: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    k: int,
    total: FloatArray,
    share: IntArray,
) -> None:
    """Cheapest division of every subset among the platforms; ``share[p, mask]``: p's part."""
    for mask in range(1 << k):
        total[mask] = 0.0 if mask == 0 else np.inf
    before = np.empty(1 << k)
    for p in range(len(capacity)):
        before[:] = total[: 1 << k]
        for mask in range(1 << k):
            share[p, mask] = 0
            sub = mask
            while sub > 0:
                if loads[sub] <= capacity[p] * (1.0 + 1e-9):
                    cost = before[mask ^ sub] + costs[p, sub] + opening[p]
                    if cost < total[mask]:
                        total[mask] = cost
                        share[p, mask] = sub
                sub = (sub - 1) & mask


@njit(cache=True, nogil=True)
def feed_tables(
    state: Tuple,
    feed: Tuple,
    costs: FloatArray,
    choice: IntArray,
    total: FloatArray,
    share: IntArray,
) -> int:
    """Fill the tables of both dynamic programmes for the loads of a solution; returns the mask."""
    tours, lorry, lorry_cost, capacity, opening, members = feed
    k = len(members)
    depot_load, depot_routes = state[8], state[9]
    loads, rest, direct = np.zeros(1 << k), np.zeros(1 << k), np.zeros(1 << k)
    load, left, lorries = np.zeros(k), np.zeros(k), np.zeros(k)
    used = 0
    for j in range(k):
        if depot_routes[members[j]] == 0:
            continue
        used |= 1 << j
        load[j] = depot_load[members[j]]
        lorries[j] = np.floor(load[j] / lorry + 1e-9)
        left[j] = max(0.0, load[j] - lorries[j] * lorry)
        if left[j] < 1e-9 * lorry:
            left[j] = 0.0
    _sums(load, k, loads)
    _sums(left, k, rest)
    price = np.zeros(k)
    for p in range(len(capacity)):
        for j in range(k):
            price[j] = lorries[j] * (tours[p, 1 << j] + lorry_cost[p])
        _sums(price, k, direct)
        partition_costs(tours[p], lorry_cost[p], direct, rest, lorry, k, costs[p], choice[p])
    assign_platforms(costs, loads, capacity, opening, k, total, share)
    return used


@njit(cache=True, nogil=True)
def feed_cost(state: Tuple, feed: Tuple) -> float:
    """Least cost of feeding the depots of a solution; 0 without a first level, `OUT_OF_REACH` if none."""
    tours, capacity = feed[0], feed[3]
    if tours.shape[0] == 0:
        return 0.0
    size = tours.shape[1]
    costs, choice = np.empty((len(capacity), size)), np.zeros((len(capacity), size), np.int64)
    total, share = np.empty(size), np.zeros((len(capacity), size), np.int64)
    used = feed_tables(state, feed, costs, choice, total, share)
    return float(min(total[used], OUT_OF_REACH))
