"""Local search over assignments of customers to open sites of limited capacity.

Loads above a capacity are allowed at a price per unit, so that tight instances can be crossed;
the caller looks at the overload that is left. Costs are a dense (n, m) matrix, ``inf`` where a
site cannot serve.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.partition_kernels import divide_all, neighbours

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROUNDING = 1e-9
"""Relative excess over a capacity that counts as rounding."""


SWAPPED = 4000
"""Customers up to which all pairs are tried for a swap."""


@njit(cache=True)
def overload(load: float, capacity: float) -> float:
    """Load above a capacity; rounding errors are none."""
    excess = load - capacity
    return excess if excess > ROUNDING * capacity else 0.0


@njit(cache=True)
def insert_all(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    is_open: BoolArray,
    price: float,
    assignment: IntArray,
    load: FloatArray,
) -> bool:
    """Assign customers without an open site, those first whose second choice costs most more.

    ``assignment`` may hold −1 or closed sites; ``load`` is filled. A customer that fits nowhere
    goes where its cost and the price of its overload are least. False: somebody has no open site.
    """
    n = demand.size
    sites = np.flatnonzero(is_open)
    load[:] = 0.0
    waiting = np.zeros(n, dtype=np.bool_)
    left = 0
    for i in range(n):
        if assignment[i] >= 0 and is_open[assignment[i]]:
            load[assignment[i]] += demand[i]
        else:
            waiting[i] = True
            left += 1
    first, second = np.full(n, -1), np.full(n, -1)
    fresh = waiting.copy()
    regret = np.zeros(n)
    while left > 0:
        chosen, most = -1, -np.inf
        for i in range(n):
            if not waiting[i]:
                continue
            if fresh[i]:
                fresh[i] = False
                one, two = np.inf, np.inf
                first[i], second[i] = -1, -1
                for j in sites:
                    if overload(load[j] + demand[i], capacity[j]) > 0.0:
                        continue
                    c = cost[i, j]
                    if c < one:
                        two, second[i] = one, first[i]
                        one, first[i] = c, j
                    elif c < two:
                        two, second[i] = c, j
                regret[i] = two - one if one < np.inf else np.inf
            if regret[i] > most or (
                regret[i] == most and chosen >= 0 and demand[i] > demand[chosen]
            ):
                chosen, most = i, regret[i]
        i = chosen
        j = first[i]
        if j < 0:
            least = np.inf
            for k in sites:
                extra = overload(load[k] + demand[i], capacity[k]) - overload(load[k], capacity[k])
                if cost[i, k] + price * extra < least:
                    least, j = cost[i, k] + price * extra, k
            if j < 0:
                return False
        assignment[i] = j
        load[j] += demand[i]
        waiting[i] = False
        left -= 1
        for h in range(n):
            if waiting[h] and (first[h] == j or second[h] == j):
                fresh[h] = True
    return True


@njit(cache=True)
def shift_and_swap(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    is_open: BoolArray,
    price: float,
    assignment: IntArray,
    load: FloatArray,
) -> None:
    """Move single customers and swap pairs while that lowers cost + price × overload."""
    n = demand.size
    sites = np.flatnonzero(is_open)
    scale = 0.0
    for i in range(n):
        scale += cost[i, assignment[i]]
    least = -1e-10 * (scale + 1.0)
    better = True
    while better:
        better = False
        for i in range(n):
            j = assignment[i]
            freed = price * (
                overload(load[j] - demand[i], capacity[j]) - overload(load[j], capacity[j])
            )
            best, where = least, -1
            for k in sites:
                gain = cost[i, k] - cost[i, j] + freed
                if k == j or gain >= best:
                    continue
                gain += price * (
                    overload(load[k] + demand[i], capacity[k]) - overload(load[k], capacity[k])
                )
                if gain < best:
                    best, where = gain, int(k)
            if where >= 0:
                assignment[i] = where
                load[j] -= demand[i]
                load[where] += demand[i]
                better = True
        if better or n > SWAPPED:
            continue
        for i in range(n):
            for h in range(i):
                j, k = assignment[i], assignment[h]
                if j == k:
                    continue
                gain = cost[i, k] - cost[i, j] + cost[h, j] - cost[h, k]
                over = overload(load[j], capacity[j]) + overload(load[k], capacity[k])
                if not gain - price * over < least:
                    continue
                shift = demand[i] - demand[h]
                gain += price * (
                    overload(load[j] - shift, capacity[j])
                    + overload(load[k] + shift, capacity[k])
                    - over
                )
                if gain < least:
                    assignment[i], assignment[h] = k, j
                    load[j] -= shift
                    load[k] += shift
                    better = True


@njit(cache=True, nogil=True)
def settle(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    is_open: BoolArray,
    fixed_open: BoolArray,
    lowest: int,
    price: float,
    assignment: IntArray,
    load: FloatArray,
) -> float:
    """Assign, improve and close what stands empty; cost of the answer, ``inf`` if overloaded."""
    if not insert_all(cost, demand, capacity, is_open, price, assignment, load):
        return np.inf
    shift_and_swap(cost, demand, capacity, is_open, price, assignment, load)
    for _ in range(8):
        left = 0.0
        for site in np.flatnonzero(is_open):
            left += overload(load[site], capacity[site])
        if left == 0.0:
            break
        price *= 3.0
        shift_and_swap(cost, demand, capacity, is_open, price, assignment, load)
    used = np.zeros(opening.size, dtype=np.bool_)
    value = 0.0
    for i in range(demand.size):
        used[assignment[i]] = True
        value += cost[i, assignment[i]]
    load[:] = 0.0
    for i in range(demand.size):
        load[assignment[i]] += demand[i]
    count = int(is_open.sum())
    for j in range(opening.size):
        if not is_open[j]:
            continue
        if overload(load[j], capacity[j]) > 0.0:
            return np.inf
        if not used[j] and not fixed_open[j] and count > lowest and opening[j] >= 0.0:
            is_open[j] = False
            count -= 1
        else:
            value += opening[j]
    return value


@njit(cache=True, nogil=True)
def improve_sites(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    is_open: BoolArray,
    fixed_open: BoolArray,
    units: IntArray,
    room: IntArray,
    per_unit: float,
    lowest: int,
    highest: int,
    price: float,
    order: IntArray,
    near: int,
    value: float,
    assignment: IntArray,
) -> float:
    """One round of closing, opening and replacing single sites; keeps every improvement.

    ``order`` lists the sites in the order tried; the ``near`` closed sites that look best are
    tried in place of each open one. ``units`` and ``room`` are demands and capacities in whole
    units for divisions of pairs.
    """
    n, m = cost.shape
    need = demand.sum() * (1.0 - ROUNDING)
    for j in order:
        count = is_open.sum()
        held = 0.0
        for k in range(m):
            if is_open[k]:
                held += capacity[k]
        guess = np.full(m, np.inf)
        if not is_open[j]:
            if count < highest:
                guess[j] = opening[j]
                for i in range(n):
                    guess[j] += min(0.0, cost[i, j] - cost[i, assignment[i]])
                if guess[j] >= 0.0:
                    continue
        elif fixed_open[j]:
            continue
        else:
            for k in range(m):
                if is_open[k] or held - capacity[j] + capacity[k] < need:
                    continue
                guess[k] = opening[k] - opening[j]
                for i in range(n):
                    now = cost[i, assignment[i]]
                    if assignment[i] == j:
                        guess[k] += min(cost[i, k], 2.0 * now + opening[j]) - now
                    elif cost[i, k] < now:
                        guess[k] += 0.3 * (cost[i, k] - now)
        tries = np.argsort(guess)[:near]
        for t in range(-1, tries.size):
            if t < 0 and (not is_open[j] or count <= lowest or held - capacity[j] < need):
                continue
            if t >= 0 and guess[tries[t]] == np.inf:
                break
            trial, sites = assignment.copy(), is_open.copy()
            if is_open[j]:
                sites[j] = False
            if t >= 0:
                sites[tries[t]] = True
            found = _divided(
                cost, demand, capacity, opening, sites, fixed_open, units, room, per_unit,
                lowest, price, assignment, trial,
            )  # fmt: skip
            if found < value - 1e-10 * abs(value):
                value = found
                assignment[:], is_open[:] = trial, sites
                break
    return value


@njit(cache=True)
def _divided(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    sites: BoolArray,
    fixed_open: BoolArray,
    units: IntArray,
    room: IntArray,
    per_unit: float,
    lowest: int,
    price: float,
    before: IntArray,
    trial: IntArray,
) -> float:
    """Cost of an assignment to given sites after shifts, swaps and divisions of pairs."""
    m = capacity.size
    load = np.zeros(m)
    if not insert_all(cost, demand, capacity, sites, price, trial, load):
        return np.inf
    shift_and_swap(cost, demand, capacity, sites, price, trial, load)
    whole, dirty = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.bool_)
    for i in range(demand.size):
        whole[trial[i]] += units[i]
        if trial[i] != before[i]:
            dirty[trial[i]] = True
            dirty[before[i]] = sites[before[i]]
    places = np.flatnonzero(sites)
    near = neighbours(cost, places)
    divide_all(cost, units, room, places, near, price / per_unit, dirty, trial, whole)
    return settle(cost, demand, capacity, opening, sites, fixed_open, lowest, price, trial, load)


@njit(cache=True, nogil=True)
def recentre(
    cost: FloatArray,
    capacity: FloatArray,
    opening: FloatArray,
    fixed_open: BoolArray,
    is_open: BoolArray,
    assignment: IntArray,
    load: FloatArray,
) -> bool:
    """Give the customers of each site to a closed site where they cost less; whether any moved."""
    m = cost.shape[1]
    moved = False
    for j in range(m):
        if not is_open[j] or fixed_open[j]:
            continue
        members = np.flatnonzero(assignment == j)
        best, where = -1e-10 * (1.0 + abs(opening[j])), -1
        for k in range(m):
            if is_open[k] or overload(load[j], capacity[k]) > 0.0:
                continue
            change = opening[k] - opening[j]
            for i in members:
                change += cost[i, k] - cost[i, j]
            if change < best:
                best, where = change, k
        if where >= 0:
            assignment[members] = where
            is_open[j], is_open[where] = False, True
            load[where], load[j] = load[j], 0.0
            moved = True
    return moved
