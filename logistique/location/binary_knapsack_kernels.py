"""0-1 knapsacks over short lists of items, exact for whole and for real weights.

Items are given by parallel arrays of which the first ``k`` entries count. Whole weights go through
dynamic programming over the capacity; real ones through depth-first branch and bound on the
linear relaxation (Martello and Toth, *Knapsack Problems*, 1990). Where branch and bound would
take too long the linear relaxation is returned: never below the optimum.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NODES, WORK = 20_000, 400_000
"""Nodes of a branch and bound, and nodes times items, before it settles for the linear relaxation."""

SLACK = 1e-9
"""Relative excess of real weights over a capacity that counts as rounding."""


@njit(cache=True)
def subset_whole(
    profit: FloatArray, units: IntArray, k: int, capacity: int, taken: BoolArray
) -> float:
    """Most profit of items with whole weights; fills ``taken[:k]``.

    Profits must be > 0. A greedy choice and the linear relaxation settle most items (Dembo and
    Hammer 1980); the others go through a table of items × capacity.
    """
    total, worth = 0, 0.0
    for t in range(k):
        taken[t] = True
        total += units[t]
        worth += profit[t]
    if total <= capacity:
        return worth
    density = np.empty(k)
    for t in range(k):
        density[t] = -profit[t] / units[t] if units[t] > 0 else -np.inf
    order = np.argsort(density)
    taken[:k] = False
    left, prefix = capacity, 0.0
    last = 0
    while units[order[last]] <= left:
        left -= units[order[last]]
        prefix += profit[order[last]]
        taken[order[last]] = True
        last += 1
    price = -density[order[last]]
    # Greedy from there: the value to beat.
    best, room = prefix, left
    for s in range(last, k):
        t = order[s]
        if units[t] <= room:
            room -= units[t]
            best += profit[t]
            taken[t] = True
    open_items = np.empty(k, dtype=np.int64)
    inside = np.zeros(k, dtype=np.bool_)
    count, base, free = 0, 0.0, capacity
    for s in range(k):
        t = order[s]
        if s < last and prefix - profit[t] + (left + units[t]) * price <= best:
            inside[t] = True
            base += profit[t]
            free -= units[t]
        elif s < last or prefix + profit[t] + (left - units[t]) * price > best:
            open_items[count] = t
            count += 1
    if count == 0:
        return best
    chosen = np.zeros(count, dtype=np.bool_)
    found = base + _by_table(profit, units, open_items[:count], free, chosen)
    if found <= best:
        return best
    taken[:k] = inside[:k]
    for s in range(count):
        if chosen[s]:
            taken[open_items[s]] = True
    return found


@njit(cache=True)
def _by_table(
    profit: FloatArray, units: IntArray, items: IntArray, capacity: int, chosen: BoolArray
) -> float:
    """Most profit of some items; fills ``chosen``, memory and time items × capacity."""
    k = items.size
    value = np.zeros(capacity + 1)
    choice = np.zeros((k, capacity + 1), dtype=np.uint8)
    tops = np.zeros(k, dtype=np.int64)
    reach = 0
    for s in range(k):
        w, p = units[items[s]], profit[items[s]]
        tops[s] = reach
        if w > capacity:
            continue
        top = min(capacity, reach + w)
        tops[s] = top
        for c in range(reach + 1, top + 1):
            value[c] = value[reach]
        reach = top
        for c in range(top, w - 1, -1):
            with_it = value[c - w] + p
            if with_it > value[c]:
                value[c] = with_it
                choice[s, c] = 1
    c = reach
    for s in range(k - 1, -1, -1):
        # Beyond the weight of the items so far the last column stands for all.
        c = min(c, tops[s])
        if choice[s, c]:
            chosen[s] = True
            c -= units[items[s]]
    return float(value[reach])


@njit(cache=True)
def relaxed(
    profit: FloatArray, weight: FloatArray, order: IntArray, start: int, capacity: float
) -> float:
    """Linear relaxation of the items ``order[start:]``, sorted by falling profit per weight."""
    room, worth = capacity, 0.0
    for s in range(start, order.size):
        t = order[s]
        if weight[t] <= room:
            room -= weight[t]
            worth += profit[t]
        else:
            return float(worth + profit[t] * room / weight[t])
    return worth


@njit(cache=True)
def subset_real(
    profit: FloatArray, weight: FloatArray, k: int, capacity: float, taken: BoolArray
) -> float:
    """Most profit of items with real weights (or a bound above it); fills ``taken[:k]``.

    Profits must be > 0. ``taken`` always fits; it is optimal unless the branching was cut off.
    """
    room = capacity * (1.0 + SLACK)
    density = np.empty(k)
    for t in range(k):
        density[t] = -profit[t] / weight[t] if weight[t] > 0.0 else -np.inf
    order = np.argsort(density)
    bound = relaxed(profit, weight, order, 0, room)
    here = np.zeros(k, dtype=np.bool_)
    taken[:k] = False
    best = -1.0
    worth, left = 0.0, room
    depth, nodes = 0, 0
    while True:
        nodes += 1
        # Greedy descent from here.
        while depth < k:
            t = order[depth]
            if weight[t] <= left:
                here[t] = True
                left -= weight[t]
                worth += profit[t]
            depth += 1
        if worth > best:
            best = worth
            taken[:k] = here
        # Back to the last taken item whose omission can still pay.
        found = False
        while depth > 0:
            depth -= 1
            t = order[depth]
            if here[t]:
                here[t] = False
                left += weight[t]
                worth -= profit[t]
                if worth + relaxed(profit, weight, order, depth + 1, left) > best * (1 + 1e-12):
                    depth += 1
                    found = True
                    break
        if not found:
            return best
        if nodes >= NODES or nodes * k >= WORK:
            return bound


@njit(cache=True)
def forced_whole(
    profit: FloatArray,
    units: IntArray,
    k: int,
    capacity: int,
    inside: FloatArray,
    outside: FloatArray,
) -> None:
    """Fill the most profit with each single item forced in (``-inf``: does not fit) and left out.

    Profits may be negative: the forced item counts whatever its profit, others only if it pays.
    Prefix and suffix tables, time 4 k × capacity.
    """
    after = np.zeros((k + 1, capacity + 1))
    for t in range(k - 1, -1, -1):
        w, p = units[t], profit[t]
        for c in range(capacity + 1):
            value = after[t + 1, c]
            if p > 0.0 and w <= c and after[t + 1, c - w] + p > value:
                value = after[t + 1, c - w] + p
            after[t, c] = value
    before = np.zeros(capacity + 1)
    for t in range(k):
        w, p = units[t], profit[t]
        best, room = -np.inf, capacity - w
        for c in range(room + 1):
            best = max(best, before[c] + after[t + 1, room - c])
        inside[t] = best + p
        best = -np.inf
        for c in range(capacity + 1):
            best = max(best, before[c] + after[t + 1, capacity - c])
        outside[t] = best
        if p > 0.0:
            for c in range(capacity, w - 1, -1):
                before[c] = max(before[c], before[c - w] + p)


@njit(cache=True)
def forced_real(
    profit: FloatArray,
    weight: FloatArray,
    k: int,
    capacity: float,
    inside: FloatArray,
    outside: FloatArray,
) -> None:
    """Fill bounds from above on the most profit with each single item forced in and left out."""
    room = capacity * (1.0 + SLACK)
    count = 0
    kept = np.empty(k, dtype=np.int64)
    density = np.empty(k)
    for t in range(k):
        if profit[t] > 0.0:
            density[count] = -profit[t] / weight[t] if weight[t] > 0.0 else -np.inf
            kept[count] = t
            count += 1
    order = kept[:count][np.argsort(density[:count])]
    for t in range(k):
        outside[t] = _relaxed_without(profit, weight, order, t, room)
        inside[t] = -np.inf
        if weight[t] <= room:
            rest = _relaxed_without(profit, weight, order, t, room - weight[t])
            inside[t] = profit[t] + rest


@njit(cache=True)
def _relaxed_without(
    profit: FloatArray, weight: FloatArray, order: IntArray, left_out: int, room: float
) -> float:
    """Linear relaxation of the sorted items but one."""
    worth = 0.0
    for s in order:
        if s == left_out:
            continue
        if weight[s] > room:
            return float(worth + profit[s] * room / weight[s])
        room -= weight[s]
        worth += profit[s]
    return worth
