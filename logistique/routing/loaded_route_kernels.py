"""Compiled relaxation of location-routing: routes by load that may come back to a customer.

``q``-routes (Christofides, Mingozzi, Toth, "Exact algorithms for the vehicle routing problem, based on
spanning tree and shortest path relaxations", Mathematical Programming 20 (1981)): the cheapest way from
a depot of each load, by dynamic programming, which may visit a customer again, though never at once
after one other. Loads are whole numbers ≥ 1. ``visits`` counts how often the cheapest choice comes to
each customer.
"""

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
def loaded_routes(
    out: FloatArray,
    home: FloatArray,
    inner: FloatArray,
    prize: FloatArray,
    load: IntArray,
    cost: FloatArray,
    before: IntArray,
    best: FloatArray,
    last: IntArray,
) -> None:
    """Cheapest route of every load from one depot, less the prizes of its customers.

    ``out`` and ``home`` (n,) are the ways from and to the depot, ``inner[i, k]`` the way from k to i.
    Writes ``cost`` and ``before`` (loads, n, 2), cheapest way to each customer with a load and the
    cheapest with another customer before, and ``best`` and ``last`` (loads,), cheapest route and its
    last customer.
    """
    n = len(load)
    most = len(best) - 1
    cost[:] = np.inf
    before[:] = _NONE
    best[:] = np.inf
    last[:] = _NONE
    for w in range(1, most + 1):
        for i in range(n):
            rest = w - load[i]
            if rest < 0:
                continue
            if rest == 0:
                cost[w, i, 0] = out[i] - prize[i]
                before[w, i, 0] = _NONE
            else:
                first, second, first_k, second_k = np.inf, np.inf, _NONE, _NONE
                for k in range(n):
                    value = cost[rest, k, 0] if before[rest, k, 0] != i else cost[rest, k, 1]
                    value += inner[i, k]
                    if value < second and k != i:
                        if value < first:
                            second, second_k = first, first_k
                            first, first_k = value, k
                        else:
                            second, second_k = value, k
                cost[w, i, 0], before[w, i, 0] = first - prize[i], first_k
                cost[w, i, 1], before[w, i, 1] = second - prize[i], second_k
            back = cost[w, i, 0] + home[i]
            if back < best[w]:
                best[w], last[w] = back, i


@njit(cache=True, nogil=True)
def fill_depot(best: FloatArray, room: int, value: FloatArray, taken: IntArray) -> None:
    """Cheapest routes of every whole load of a depot up to ``room``; ``taken``: load of one of them."""
    value[:] = np.inf
    taken[:] = 0
    value[0] = 0.0
    for total in range(1, room + 1):
        for w in range(1, min(total, len(best) - 1) + 1):
            new = value[total - w] + best[w]
            if new < value[total]:
                value[total], taken[total] = new, w


@njit(cache=True, nogil=True)
def divide_load(
    value: FloatArray,
    room: IntArray,
    opening: FloatArray,
    fixed_open: BoolArray,
    total: int,
    share: IntArray,
) -> float:
    """Cheapest division of the whole load among depots of given opening cost and room.

    ``value[d, l]`` is the cost of load l at depot d; writes ``share[d, l]``, the load of depot d
    when the first d + 1 depots have l together.
    """
    table = np.full(total + 1, np.inf)
    table[0] = 0.0
    for d in range(len(room)):
        new = np.full(total + 1, np.inf)
        idle = opening[d] if fixed_open[d] else 0.0
        for have in range(total + 1):
            new[have] = table[have] + idle
            share[d, have] = 0
            for own in range(1, min(have, room[d]) + 1):
                cost = table[have - own] + value[d, own] + opening[d]
                if cost < new[have]:
                    new[have], share[d, have] = cost, own
        table = new
    return float(table[total])


@njit(cache=True, nogil=True)
def count_visits(
    load: IntArray,
    before: IntArray,
    last: IntArray,
    taken: IntArray,
    share: IntArray,
    total: int,
    visits: IntArray,
) -> None:
    """Walk the routes of the cheapest division and count the visits of each customer."""
    visits[:] = 0
    have = total
    for d in range(len(share) - 1, -1, -1):
        own = share[d, have]
        have -= own
        while own > 0:
            w = taken[d, own]
            own -= w
            i, slot = last[d, w], 0
            while i != _NONE:
                visits[i] += 1
                k = before[d, w, i, slot]
                w -= load[i]
                if k == _NONE:
                    break
                slot = 0 if before[d, w, k, 0] != i else 1
                i = k


@njit(cache=True, nogil=True)
def relaxed_value(
    out: FloatArray,
    home: FloatArray,
    inner: FloatArray,
    extra: FloatArray,
    prize: FloatArray,
    load: IntArray,
    vehicle: int,
    room: IntArray,
    opening: FloatArray,
    fixed: FloatArray,
    fixed_open: BoolArray,
    work: Tuple,
    visits: IntArray,
) -> float:
    """Least cost of relaxed routes that carry the whole load, each visit paid its prize.

    ``out`` and ``home`` (m, n), ``extra`` (m, n) cost of a customer at a depot. A lower bound on
    location-routing is this plus all prizes, whatever these are.
    """
    cost, before, best, last, value, taken, share = work
    total = load.sum()
    for d in range(len(room)):
        if room[d] == 0:
            value[d] = np.inf
            continue
        loaded_routes(
            out[d], home[d], inner, prize - extra[d], load, cost, before[d], best[d], last[d]
        )
        for w in range(1, vehicle + 1):
            best[d, w] += fixed[d]
        fill_depot(best[d], min(room[d], total), value[d], taken[d])
    least = divide_load(value, room, opening, fixed_open, total, share)
    if least < np.inf:
        count_visits(load, before, last, taken, share, total, visits)
    return least
