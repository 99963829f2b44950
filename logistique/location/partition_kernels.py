"""Local search that divides the customers of two sites between them in the best way.

Two sites and all customers they serve are a knapsack: dynamic programming over the load of one of
them finds the best division among all. Demands are in whole units; overload has a price per unit.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHOICES = 8
"""Cheapest open sites of a customer between any two of which customers are divided."""


@njit(cache=True)
def divide_pair(
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    price: float,
    j: int,
    k: int,
    assignment: IntArray,
    load: IntArray,
) -> float:
    """Divide the customers of sites j and k best; the change of cost + price × overload (≤ 0)."""
    n = units.size
    members = np.empty(n, dtype=np.int64)
    count = 0
    for i in range(n):
        if assignment[i] == j or assignment[i] == k:
            members[count] = i
            count += 1
    total = load[j] + load[k]
    now, base, forced = 0.0, 0.0, 0
    delta = np.empty(count)
    for t in range(count):
        i = members[t]
        now += cost[i, assignment[i]]
        delta[t] = cost[i, j] - cost[i, k]
        if cost[i, k] < np.inf:
            base += cost[i, k]
        else:
            base += cost[i, j]
            forced += units[i]
    now += price * (max(0, load[j] - capacity[j]) + max(0, load[k] - capacity[k]))
    # Loads of j from ``low`` to ``high`` matter where both fit; a little beyond where they do not.
    beyond = max(0, total - capacity[j] - capacity[k])
    high = min(total, capacity[j] + beyond)
    value = np.full(high + 1, np.inf)
    choice = np.zeros((count, high + 1), dtype=np.uint8)
    if forced > high:
        return 0.0
    value[forced] = base
    reach = forced
    for t in range(count):
        i = members[t]
        if cost[i, k] == np.inf or cost[i, j] == np.inf:
            continue
        w, d = units[i], delta[t]
        reach = min(high, reach + w)
        for c in range(reach, w - 1, -1):
            if value[c - w] + d < value[c]:
                value[c] = value[c - w] + d
                choice[t, c] = 1
    best, at = np.inf, -1
    for c in range(high + 1):
        if value[c] == np.inf:
            continue
        over = max(0, c - capacity[j]) + max(0, total - c - capacity[k])
        if value[c] + price * over < best:
            best, at = value[c] + price * over, c
    if at < 0 or best >= now - 1e-9 * (1.0 + abs(now)):
        return 0.0
    load[j], load[k] = at, total - at
    c = at
    for t in range(count - 1, -1, -1):
        i = members[t]
        if cost[i, k] == np.inf:
            assignment[i] = j
        elif choice[t, c]:
            assignment[i] = j
            c -= units[i]
        else:
            assignment[i] = k
    return float(best - now)


@njit(cache=True)
def neighbours(cost: FloatArray, sites: IntArray) -> BoolArray:
    """Pairs of open sites, by place in ``sites``, that are both among the cheapest of somebody."""
    size = sites.size
    near = np.zeros((size, size), dtype=np.bool_)
    if size <= CHOICES:
        near[:] = True
        return near
    price, order = np.empty(CHOICES), np.empty(CHOICES, dtype=np.int64)
    for i in range(cost.shape[0]):
        count = 0
        for a in range(size):
            c = cost[i, sites[a]]
            if c == np.inf or (count == CHOICES and c >= price[count - 1]):
                continue
            at = min(count, CHOICES - 1)
            while at > 0 and price[at - 1] > c:
                price[at], order[at] = price[at - 1], order[at - 1]
                at -= 1
            price[at], order[at] = c, a
            count = min(count + 1, CHOICES)
        for s in range(count):
            for t in range(s):
                near[order[s], order[t]] = True
                near[order[t], order[s]] = True
    return near


@njit(cache=True)
def divide_all(
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    sites: IntArray,
    near: BoolArray,
    price: float,
    dirty: BoolArray,
    assignment: IntArray,
    load: IntArray,
) -> None:
    """Divide near pairs of which one is dirty until no division helps.

    ``dirty`` is by site number, ``near`` by place in ``sites``.
    """
    while True:
        again = np.zeros(dirty.size, dtype=np.bool_)
        changed = False
        for a in range(sites.size):
            for b in range(a):
                j, k = sites[a], sites[b]
                if not near[a, b] or not (dirty[j] or dirty[k] or again[j] or again[k]):
                    continue
                if divide_pair(cost, units, capacity, price, j, k, assignment, load) < 0.0:
                    again[j] = True
                    again[k] = True
                    changed = True
        dirty[:] = again
        if not changed:
            return


@njit(cache=True)
def serving_cost(
    cost: FloatArray, capacity: IntArray, price: float, assignment: IntArray, load: IntArray
) -> tuple[float, int]:
    """Cost of an assignment, overload priced, and its overload."""
    value, over = 0.0, 0
    for i in range(assignment.size):
        value += cost[i, assignment[i]]
    for j in range(capacity.size):
        over += max(0, load[j] - capacity[j])
    return value + price * over, over


@njit(cache=True, nogil=True)
def divide_and_shake(
    cost: FloatArray,
    units: IntArray,
    capacity: IntArray,
    sites: IntArray,
    price: float,
    assignment: IntArray,
    rounds: int,
    patience: int,
    random: np.random.Generator,
) -> float:
    """Divide pairs, scatter the customers of three sites among them, divide again, many times.

    Goes on from the last answer unless it is much worse than the best (record-to-record). The
    best answer without overload replaces ``assignment``; its serving cost, ``inf`` if none.
    """
    m = capacity.size
    load = np.zeros(m, dtype=np.int64)
    for i in range(units.size):
        load[assignment[i]] += units[i]
    dirty = np.zeros(m, dtype=np.bool_)
    dirty[sites] = True
    near = neighbours(cost, sites)
    divide_all(cost, units, capacity, sites, near, price, dirty, assignment, load)
    here, over = serving_cost(cost, capacity, price, assignment, load)
    record = here
    best = here if over == 0 else np.inf
    kept, last, last_load = assignment.copy(), assignment.copy(), load.copy()
    stale = 0
    for _ in range(rounds):
        if sites.size < 2 or stale >= patience:
            break
        three = sites.copy()
        for t in range(min(3, sites.size)):
            swap = random.integers(t, sites.size)
            three[t], three[swap] = three[swap], three[t]
        three = three[:3]
        dirty[:] = False
        for j in three:
            dirty[j] = True
        for i in range(units.size):
            j = assignment[i]
            if dirty[j] and random.random() < 0.25:
                k = three[random.integers(0, three.size)]
                if cost[i, k] < np.inf:
                    assignment[i] = k
                    load[j] -= units[i]
                    load[k] += units[i]
        divide_all(cost, units, capacity, sites, near, price, dirty, assignment, load)
        found, over = serving_cost(cost, capacity, price, assignment, load)
        stale += 1
        if over == 0 and found < best - 1e-9 * abs(best):
            best = found
            kept[:] = assignment
            stale = 0
        if found < record + 0.0005 * abs(record):
            here = found
            record = min(record, found)
            last[:], last_load[:] = assignment, load
        else:
            assignment[:], load[:] = last, last_load
    if best < np.inf:
        assignment[:] = kept
    return best
