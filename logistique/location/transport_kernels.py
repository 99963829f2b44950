"""Transport problem of customers to open sites by shortest augmenting paths between sites.

Everybody begins at the cheapest site. Demand above a capacity is then pushed along shortest paths
of moves (part of a customer goes from one site to the next) to sites with room, and demand below a
floor is pulled likewise, with prices of the sites that keep every reduced cost ≥ 0 (successive
shortest paths; Ahuja, Magnanti, Orlin, Network Flows, 1993, §9.7). What ends is optimal. A last
node stands for room: a site with room leads to it, and it leads to sites above their floor.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_LEAST = 1e-11
"""Amount, relative to all demand, below which nothing is moved."""


@njit(cache=True)
def transport(
    unit: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    floor: FloatArray,
    price: FloatArray,
) -> tuple[float, IntArray, IntArray, FloatArray]:
    """Cheapest way to serve everybody from open sites.

    Parameters
    ----------
    unit : (n, p) float
        Cost per unit of demand (cost of the customer where the demand is 0); ``inf``: not possible.
    demand : (n,) float
        Demand, ≥ 0.
    capacity, floor : (p,) float
        Largest and least loads.
    price : (p,) float
        Receives the prices of a unit of capacity (negative at a binding floor).

    Returns
    -------
    (float, (a,) int, (a,) int, (a,) float)
        Cost, ``inf`` if impossible, and customers, sites and amounts of the solution; customers
        without demand have one entry of amount 0.
    """
    n, p = unit.shape
    head = np.full(p, -1, dtype=np.int64)
    follow = np.full(n + 4, -1, dtype=np.int64)
    owner = np.empty(n + 4, dtype=np.int64)
    amount = np.empty(n + 4)
    load = np.zeros(p)
    nothing = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    price[:] = 0.0
    for i in range(n):
        j = int(np.argmin(unit[i]))
        if not np.isfinite(unit[i, j]):
            return np.inf, nothing[0], nothing[1], nothing[2]
        owner[i], amount[i], follow[i] = i, demand[i], head[j]
        head[j] = i
        load[j] += demand[i]
    used = n
    least = _LEAST * max(demand.sum(), 1e-300)
    edge = np.full((p + 1, p + 1), np.inf)
    mover = np.full((p + 1, p + 1), -1, dtype=np.int64)
    for j in range(p):
        _moves_from(j, unit, head, follow, owner, amount, edge, mover)
    whole = np.zeros(p + 1)
    distance, before, done = np.empty(p + 1), np.empty(p + 1, np.int64), np.empty(p + 1, np.bool_)
    path = np.empty(p + 2, dtype=np.int64)
    for turn in range(2):
        for j in range(p):
            while True:
                missing = load[j] - capacity[j] if turn == 0 else floor[j] - load[j]
                if missing <= least:
                    break
                for a in range(p):
                    edge[a, p] = 0.0 if capacity[a] - load[a] > least else np.inf
                    edge[p, a] = 0.0 if load[a] - floor[a] > least else np.inf
                source, target = (j, p) if turn == 0 else (p, j)
                if not _shortest(edge, whole, source, target, distance, before, done):
                    return np.inf, nothing[0], nothing[1], nothing[2]
                length = _trace(before, source, target, path)
                push = _pushed(path, length, mover, amount, load, capacity, floor, missing)
                if used + length > owner.size:
                    grown = 2 * (used + length)
                    follow, owner = _grown(follow, grown), _grown(owner, grown)
                    amount = _grown(amount, grown)
                for t in range(length - 1):
                    a, b = path[t], path[t + 1]
                    if a == p:
                        load[b] -= push
                        continue
                    if b == p:
                        load[a] += push
                        continue
                    used = _move(mover[a, b], b, push, least, head, follow, owner, amount, used)
                if source == p:
                    load[j] += push
                else:
                    load[j] -= push
                for t in range(length):
                    if path[t] < p:
                        _moves_from(path[t], unit, head, follow, owner, amount, edge, mover)
    price[:] = whole[:p] - whole[p]
    return _listed(unit, demand, head, follow, owner, amount)


@njit(cache=True)
def _grown(array, size):  # type: ignore[no-untyped-def]
    longer = np.empty(size, dtype=array.dtype)
    longer[: array.size] = array
    return longer


@njit(cache=True)
def _moves_from(
    j: int,
    unit: FloatArray,
    head: IntArray,
    follow: IntArray,
    owner: IntArray,
    amount: FloatArray,
    edge: FloatArray,
    mover: IntArray,
) -> None:
    """Cheapest move of a unit from a site to every other one."""
    p = unit.shape[1]
    for b in range(p):
        edge[j, b] = np.inf
    e = head[j]
    while e >= 0:
        i = owner[e]
        if amount[e] > 0.0:
            here = unit[i, j]
            for b in range(p):
                step = unit[i, b] - here
                if step < edge[j, b]:
                    edge[j, b] = step
                    mover[j, b] = e
        e = follow[e]
    edge[j, j] = np.inf


@njit(cache=True)
def _shortest(
    edge: FloatArray,
    price: FloatArray,
    source: int,
    target: int,
    distance: FloatArray,
    before: IntArray,
    done: BoolArray,
) -> bool:
    """Dijkstra on reduced costs; moves the prices so that they stay ≥ 0. False: no path."""
    size = distance.size
    distance[:] = np.inf
    done[:] = False
    before[:] = -1
    distance[source] = 0.0
    while True:
        a, nearest = -1, np.inf
        for v in range(size):
            if not done[v] and distance[v] < nearest:
                a, nearest = v, distance[v]
        if a < 0:
            return False
        done[a] = True
        if a == target:
            break
        for b in range(size):
            if not done[b] and edge[a, b] < np.inf:
                # price: of being at a node; a move from a to b costs edge + price[b] − price[a].
                reduced = max(edge[a, b] + price[b] - price[a], 0.0)
                if nearest + reduced < distance[b]:
                    distance[b] = nearest + reduced
                    before[b] = a
    for v in range(size):
        if done[v]:
            price[v] += distance[target] - distance[v]
    return True


@njit(cache=True)
def _trace(before: IntArray, source: int, target: int, path: IntArray) -> int:
    length, v = 1, target
    while v != source:
        length += 1
        v = before[v]
    v = target
    for t in range(length - 1, -1, -1):
        path[t] = v
        v = before[v]
    return length


@njit(cache=True)
def _pushed(
    path: IntArray,
    length: int,
    mover: IntArray,
    amount: FloatArray,
    load: FloatArray,
    capacity: FloatArray,
    floor: FloatArray,
    missing: float,
) -> float:
    """How much fits along a path."""
    room = load.size
    push = missing
    for t in range(length - 1):
        a, b = path[t], path[t + 1]
        if a == room:
            push = min(push, load[b] - floor[b])
        elif b == room:
            push = min(push, capacity[a] - load[a])
        else:
            push = min(push, amount[mover[a, b]])
    return push


@njit(cache=True)
def _move(
    e: int,
    b: int,
    push: float,
    least: float,
    head: IntArray,
    follow: IntArray,
    owner: IntArray,
    amount: FloatArray,
    used: int,
) -> int:
    """Move part of an entry to another site's list; returns the number of entries in use."""
    amount[e] -= push
    if amount[e] < least:
        push += amount[e]
        amount[e] = 0.0
    f = head[b]
    while f >= 0:
        if owner[f] == owner[e]:
            amount[f] += push
            return used
        f = follow[f]
    owner[used], amount[used], follow[used] = owner[e], push, head[b]
    head[b] = used
    return used + 1


@njit(cache=True)
def _listed(
    unit: FloatArray,
    demand: FloatArray,
    head: IntArray,
    follow: IntArray,
    owner: IntArray,
    amount: FloatArray,
) -> tuple[float, IntArray, IntArray, FloatArray]:
    """Entries in use and their cost."""
    count = 0
    for j in range(head.size):
        e = head[j]
        while e >= 0:
            count += 1
            e = follow[e]
    customer, site = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    part, kept, cost = np.empty(count), 0, 0.0
    for j in range(head.size):
        e = head[j]
        while e >= 0:
            i = owner[e]
            if amount[e] > 0.0 or demand[i] == 0.0:
                customer[kept], site[kept], part[kept] = i, j, amount[e]
                cost += unit[i, j] * (amount[e] if demand[i] > 0.0 else 1.0)
                kept += 1
            e = follow[e]
    return cost, customer[:kept], site[:kept], part[:kept]
