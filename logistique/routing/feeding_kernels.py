"""Compiled cost of bringing the depots' loads from platforms: tours of lorries, solved exactly.

A lorry that a depot fills goes there directly; what is left of every load is delivered by tours,
each depot by one of them, each platform's share by the cheapest partition into tours: dynamic
programmes over sets of depots. 3^k steps for k depots in use. Where the tables over sets would be
too large, ``feed`` has none and the plan of :mod:`logistique.routing.feeding_plan_kernels` is mended
instead, whose cost is one of true tours, not always the least.

``feed``: tour lengths by platform and set of depots (no columns: no tables), lorry capacity, cost of
a lorry by platform, capacity and cost of the platforms, depots of the set, distances of the first
level, lorries at most, and three plans: the present, the last accepted, and one to try on. Lorries
and platforms may be overloaded at a ``price`` for each unit, not at all when that is infinite.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.routing.draws import Words
from logistique.routing.feeding_plan_kernels import (
    OUT_OF_REACH,
    copy_plan,
    improve_plan,
    mend,
    overload,
    plan_cost,
    plan_excess,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Tuple = tuple[Any, ...]


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
def _sums(value: FloatArray, used: int, sums: FloatArray) -> None:
    """Sum over every subset of the depots in use."""
    sums[0] = 0.0
    mask = 0
    while mask != used:
        mask = (mask - used) & used
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
    price: float,
    used: int,
    costs: FloatArray,
    choice: IntArray,
) -> None:
    """Cheapest deliveries to every subset from one platform; ``choice``: the tour taken first."""
    costs[0] = 0.0
    mask = 0
    while mask != used:
        mask = (mask - used) & used
        low = mask & -mask
        others = mask ^ low
        costs[mask] = np.inf
        sub = others
        while True:
            tour = sub | low
            paid = tours[tour] + lorry_cost if rest[tour] > 0.0 else 0.0
            cost = paid + costs[mask ^ tour] + overload(rest[tour], lorry, price)
            if cost < costs[mask]:
                costs[mask] = cost
                choice[mask] = tour
            if sub == 0:
                break
            sub = (sub - 1) & others
    mask = 0
    while mask != used:
        mask = (mask - used) & used
        costs[mask] += direct[mask]


@njit(cache=True, nogil=True)
def assign_platforms(
    costs: FloatArray,
    loads: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    price: float,
    used: int,
    total: FloatArray,
    share: IntArray,
) -> None:
    """Cheapest division of every subset among the platforms; ``share[p, mask]``: p's part."""
    last = len(capacity) - 1
    before = np.empty(len(total))
    for p in range(len(capacity)):
        before[:] = total
        # Of the last platform only its part of the whole matters.
        mask = used if p == last else 0
        while True:
            total[mask] = np.inf if p == 0 and mask > 0 else before[mask] if p > 0 else 0.0
            share[p, mask] = 0
            sub = mask
            while sub > 0:
                rest = before[mask ^ sub] if p > 0 else 0.0 if sub == mask else np.inf
                cost = rest + costs[p, sub] + opening[p]
                cost += overload(loads[sub], capacity[p], price)
                if cost < total[mask]:
                    total[mask] = cost
                    share[p, mask] = sub
                sub = (sub - 1) & mask
            if mask == used:
                break
            mask = (mask - used) & used


@njit(cache=True, nogil=True)
def _deliveries(
    used: int,
    choice: IntArray,
    share: IntArray,
    rest: FloatArray,
    loads: FloatArray,
    lorry: float,
    capacity: FloatArray,
) -> tuple[int, float]:
    """Count the tours of the cheapest deliveries, and the load above capacities."""
    count, left, over = 0, used, 0.0
    for p in range(len(share) - 1, -1, -1):
        part = share[p, left]
        left ^= part
        over += overload(loads[part], capacity[p], 1.0) if part != 0 else 0.0
        while part != 0:
            tour = choice[p, part]
            part ^= tour
            count += rest[tour] > 0.0
            over += overload(rest[tour], lorry, 1.0)
    return count, over


@njit(cache=True, nogil=True)
def feed_tables(
    loads_of: FloatArray,
    feed: Tuple,
    price: float,
    costs: FloatArray,
    choice: IntArray,
    total: FloatArray,
    share: IntArray,
) -> tuple[int, float, float]:
    """Fill the tables of both dynamic programmes; returns depots in use, least cost and excess.

    ``loads_of`` (m,) is what each depot needs. The cost, without the price of the excess, is
    `OUT_OF_REACH` where the platforms hold too little for any division or the cheapest needs more
    lorries than there are.
    """
    tours, lorry, lorry_cost, capacity, opening, members = feed[:6]
    most = feed[7]
    k = len(members)
    size = tours.shape[1]
    loads, rest, direct = np.zeros(size), np.zeros(size), np.zeros(size)
    load, left, full = np.zeros(k), np.zeros(k), np.zeros(k)
    used = 0
    count = 0.0
    for j in range(k):
        load[j] = loads_of[members[j]]
        if load[j] <= 1e-9 * lorry:
            continue
        used |= 1 << j
        full[j] = np.floor(load[j] / lorry + 1e-9)
        left[j] = max(0.0, load[j] - full[j] * lorry)
        if left[j] < 1e-9 * lorry:
            left[j] = 0.0
        count += full[j]
    if used == 0:
        return 0, 0.0, 0.0
    _sums(load, used, loads)
    _sums(left, used, rest)
    ways = np.zeros(k)
    for p in range(len(capacity)):
        for j in range(k):
            ways[j] = full[j] * (tours[p, 1 << j] + lorry_cost[p]) if full[j] > 0.0 else 0.0
        _sums(ways, used, direct)
        partition_costs(
            tours[p], lorry_cost[p], direct, rest, lorry, price, used, costs[p], choice[p]
        )
    assign_platforms(costs, loads, capacity, opening, price, used, total, share)
    if not total[used] < OUT_OF_REACH:
        return used, OUT_OF_REACH, 0.0
    tours_driven, over = _deliveries(used, choice, share, rest, loads, lorry, capacity)
    if count + tours_driven > most:
        return used, OUT_OF_REACH, 0.0
    return used, total[used] - (price * over if over > 0.0 else 0.0), over


@njit(cache=True, nogil=True)
def feed_cost(state: Tuple, feed: Tuple, price: float, rng: Words) -> tuple[float, float]:
    """Cost of feeding the depots of a solution and the excess of lorries and platforms.

    0 without a first level, `OUT_OF_REACH` if they cannot be fed.
    """
    tours, capacity, members = feed[0], feed[3], feed[5]
    if len(capacity) == 0:
        return 0.0, 0.0
    loads = state[8]
    if tours.shape[1] == 0:
        cost = mend(loads, feed, feed[8], price, rng)
        if not cost < OUT_OF_REACH:
            return OUT_OF_REACH, 0.0
        improve_plan(1, 0.0, cost, feed, feed[8], feed[10], price, rng)
        return plan_cost(feed, feed[8]), plan_excess(feed, feed[8])
    size = tours.shape[1]
    costs, choice = np.empty((len(capacity), size)), np.empty((len(capacity), size), np.int64)
    total, share = np.empty(size), np.empty((len(capacity), size), np.int64)
    used_loads = np.zeros(len(loads))
    for j in members:
        used_loads[j] = loads[j] if state[9][j] > 0 else 0.0
    _, cost, over = feed_tables(used_loads, feed, price, costs, choice, total, share)
    return cost, over


@njit(cache=True, nogil=True)
def keep_plan(feed: Tuple) -> None:
    """Remember the present plan as accepted."""
    copy_plan(feed[8], feed[9])


@njit(cache=True, nogil=True)
def restore_plan(feed: Tuple) -> None:
    """Go back to the plan last accepted."""
    copy_plan(feed[9], feed[8])
