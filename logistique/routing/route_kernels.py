"""Compiled changes of a solution: customers in and out of routes, routes made and given back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Tuple = tuple[Any, ...]

_NONE = -1


@njit(cache=True, nogil=True)
def detach(v: int, field: Tuple, state: Tuple) -> float:
    """Take customer v out of its route; returns the change of ways and unit costs."""
    dist, demand = field[0], field[1]
    after, before, route, first, last, depot, load, size, depot_load = state[:9]
    r = route[v]
    end = len(demand) + depot[r]
    p, s = before[v], after[v]
    a = end if p == _NONE else p
    b = end if s == _NONE else s
    change = -dist[a, v] - dist[v, b] - field[9][depot[r]] * demand[v]
    size[r] -= 1
    if size[r] > 0:
        change += dist[a, b]
    if p == _NONE:
        first[r] = s
    else:
        after[p] = s
    if s == _NONE:
        last[r] = p
    else:
        before[s] = p
    load[r] -= demand[v]
    depot_load[depot[r]] -= demand[v]
    route[v] = _NONE
    return float(change)


@njit(cache=True, nogil=True)
def attach(v: int, r: int, p: int, field: Tuple, state: Tuple) -> float:
    """Put customer v into route r after p (−1: first); returns the change of ways and unit costs."""
    dist, demand = field[0], field[1]
    after, before, route, first, last, depot, load, size, depot_load = state[:9]
    end = len(demand) + depot[r]
    s = first[r] if p == _NONE else after[p]
    a = end if p == _NONE else p
    b = end if s == _NONE else s
    change = dist[a, v] + dist[v, b] + field[9][depot[r]] * demand[v]
    if size[r] > 0:
        change -= dist[a, b]
    before[v] = p
    after[v] = s
    if p == _NONE:
        first[r] = v
    else:
        after[p] = v
    if s == _NONE:
        last[r] = v
    else:
        before[s] = v
    route[v] = r
    size[r] += 1
    load[r] += demand[v]
    depot_load[depot[r]] += demand[v]
    return float(change)


@njit(cache=True, nogil=True)
def drop_empty(r: int, field: Tuple, state: Tuple) -> float:
    """Give an empty route back; returns the change of fixed and opening costs."""
    depot, load, depot_load, depot_routes, stack = state[5], state[6], state[8], state[9], state[10]
    d = depot[r]
    depot_routes[d] -= 1
    load[r] = 0.0
    stack[0] += 1
    stack[stack[0]] = r
    depot[r] = _NONE
    change = -field[4][d]
    if depot_routes[d] == 0:
        depot_load[d] = 0.0
        change -= field[5][d]
    return float(change)


@njit(cache=True, nogil=True)
def new_route(d: int, field: Tuple, state: Tuple) -> tuple[int, float]:
    """Start an empty route at depot d; returns its number and the change of costs."""
    first, last, depot, load, size, depot_routes, stack = (
        state[3], state[4], state[5], state[6], state[7], state[9], state[10],
    )  # fmt: skip
    r = stack[stack[0]]
    stack[0] -= 1
    depot[r] = d
    first[r] = _NONE
    last[r] = _NONE
    load[r] = 0.0
    size[r] = 0
    change = field[4][d]
    if depot_routes[d] == 0:
        change += field[5][d]
    depot_routes[d] += 1
    return r, change


@njit(cache=True, nogil=True)
def list_live(state: Tuple, live: IntArray) -> None:
    """Write the number of routes in use and then their names."""
    depot = state[5]
    count = 0
    for r in range(len(depot)):
        if depot[r] != _NONE:
            count += 1
            live[count] = r
    live[0] = count


@njit(cache=True, nogil=True)
def copy_state(source: Tuple, target: Tuple) -> None:
    """Copy every array of a solution."""
    target[0][:] = source[0]
    target[1][:] = source[1]
    target[2][:] = source[2]
    target[3][:] = source[3]
    target[4][:] = source[4]
    target[5][:] = source[5]
    target[6][:] = source[6]
    target[7][:] = source[7]
    target[8][:] = source[8]
    target[9][:] = source[9]
    target[10][:] = source[10]


@njit(cache=True, nogil=True)
def note(r: int, touched: IntArray) -> None:
    """Add route r to a list behind its length, once."""
    for t in range(touched[0]):
        if touched[t + 1] == r:
            return
    touched[0] += 1
    touched[touched[0]] = r


@njit(cache=True, nogil=True)
def copy_touched(source: Tuple, target: Tuple, touched: IntArray) -> None:
    """Copy a solution to one that differs from it in the touched routes only.

    Customers went from touched routes to touched routes, so that walking those of the source meets
    every customer that differs.
    """
    after, before, _, first, last, depot, load, size, depot_load, depot_routes, stack = source
    top = target[10][0]
    target[8][:] = depot_load
    target[9][:] = depot_routes
    for t in range(touched[0]):
        r = touched[t + 1]
        target[3][r], target[4][r], target[5][r] = first[r], last[r], depot[r]
        target[6][r], target[7][r] = load[r], size[r]
        if depot[r] == _NONE:
            continue
        v = first[r]
        while v != _NONE:
            target[0][v], target[1][v], target[2][v] = after[v], before[v], r
            v = after[v]
    low = max(1, min(top, stack[0]) - touched[0])
    high = min(len(stack) - 1, max(top, stack[0]) + touched[0])
    for k in range(low, high + 1):
        target[10][k] = stack[k]
    target[10][0] = stack[0]


@njit(cache=True, nogil=True)
def total_excess(state: Tuple, field: Tuple) -> float:
    """Load above the depots' capacities, and a vehicle's load for every route too many."""
    capacity, depot_load = field[3], state[8]
    over = field[2] * max(0, len(state[5]) - state[10][0] - field[8])
    for d in range(len(capacity)):
        if depot_load[d] > capacity[d] * (1.0 + 1e-9):
            over += depot_load[d] - capacity[d]
    return float(over)


@njit(cache=True, nogil=True)
def exact_cost(field: Tuple, state: Tuple) -> float:
    """Ways, fixed, opening and unit costs of a solution, summed afresh."""
    dist, fixed, opening, unit = field[0], field[4], field[5], field[9]
    after, first, depot, load, depot_routes = state[0], state[3], state[5], state[6], state[9]
    n = len(after)
    cost = 0.0
    for r in range(len(depot)):
        if depot[r] == _NONE:
            continue
        a = n + depot[r]
        cost += fixed[depot[r]] + unit[depot[r]] * load[r]
        v = first[r]
        while v != _NONE:
            cost += dist[a, v]
            a = v
            v = after[v]
        cost += dist[a, n + depot[r]]
    for d in range(len(opening)):
        if depot_routes[d] > 0:
            cost += opening[d]
    return cost


@njit(cache=True, nogil=True)
def keep_routes(state: Tuple, live: IntArray, pool: Tuple) -> None:
    """Put every listed route whose set of customers is new into the pool, until it is full."""
    codes, keys, starts, nodes, count = pool
    after, first, depot, size = state[0], state[3], state[5], state[7]
    mask = np.uint64(len(keys) - 1)
    for t in range(live[0]):
        r = live[t + 1]
        if depot[r] == _NONE:
            continue
        key = np.uint64(0)
        v = first[r]
        while v != _NONE:
            key ^= codes[v]
            v = after[v]
        slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
        while keys[slot] != np.uint64(0) and keys[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        if keys[slot] == key:
            continue
        k = count[0]
        if k + 1 >= len(starts) or starts[k] + size[r] > len(nodes):
            return
        keys[slot] = key
        at = starts[k]
        v = first[r]
        while v != _NONE:
            nodes[at] = v
            at += 1
            v = after[v]
        starts[k + 1] = at
        count[0] = k + 1


@njit(cache=True, nogil=True)
def pour(source: Tuple, target: Tuple) -> None:
    """Put the routes of one pool into another, until it is full; each set of customers once."""
    codes, keys, starts, nodes, count = target
    mask = np.uint64(len(keys) - 1)
    for k in range(source[4][0]):
        a, b = source[2][k], source[2][k + 1]
        key = np.uint64(0)
        for t in range(a, b):
            key ^= codes[source[3][t]]
        slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
        while keys[slot] != np.uint64(0) and keys[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        at = count[0]
        if keys[slot] == key:
            continue
        if at + 1 >= len(starts) or starts[at] + b - a > len(nodes):
            return
        keys[slot] = key
        nodes[starts[at] : starts[at] + b - a] = source[3][a:b]
        starts[at + 1] = starts[at] + b - a
        count[0] = at + 1


@njit(cache=True, nogil=True)
def price_routes(
    starts: IntArray,
    nodes: IntArray,
    dist: FloatArray,
    fixed: FloatArray,
    usable: BoolArray,
    price: FloatArray,
    cut: IntArray,
) -> None:
    """Cheapest cost of each route from each usable depot, and where its cycle is cut for that.

    Writes ``price[k, d]`` (``inf`` where not usable) and ``cut[k, d]``, the position of the
    route's first customer; the order of the cycle is kept.
    """
    n = len(dist) - len(fixed)
    for k in range(len(starts) - 1):
        a, b = starts[k], starts[k + 1]
        cycle = dist[nodes[b - 1], nodes[a]] if b - a > 1 else 0.0
        for t in range(a, b - 1):
            cycle += dist[nodes[t], nodes[t + 1]]
        for d in range(len(fixed)):
            price[k, d] = np.inf
            if not usable[d]:
                continue
            for t in range(a, b):
                last = nodes[b - 1] if t == a else nodes[t - 1]
                link = dist[last, nodes[t]] if b - a > 1 else 0.0
                cost = cycle - link + dist[n + d, nodes[t]] + dist[last, n + d] + fixed[d]
                if cost < price[k, d]:
                    price[k, d] = cost
                    cut[k, d] = t - a
