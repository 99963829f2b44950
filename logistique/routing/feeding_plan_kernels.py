"""Compiled plan of lorry tours for many depots: mended when loads change, improved by ruin and recreate.

Where the dynamic programmes over sets of :mod:`logistique.routing.feeding_kernels` cost too much, a
plan is kept beside the solution instead. ``plan``: next and previous depot, tour, remaining load,
full lorries and whole load of each depot (m each), first depot, platform (−1: no tour) and load of
each tour (m each), load and number of depots of each platform (k each), number of lorries.

A depot's load is brought by full lorries and one more, whose tour may serve other depots too; all of
them come from one platform. A lorry or platform may be overloaded at a ``price`` for each unit, not
at all when that is infinite.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.routing.draws import Words, draw

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Tuple = tuple[Any, ...]

OUT_OF_REACH = 1e13
"""Cost of loads that no platforms can bring."""

_NONE = -1
_ROOM = 1e-9
_CLOSING = 0.2
"""Chance that a turn empties a whole platform."""
_AT_ONCE = 4
"""Depots taken out in one turn, at most."""


@njit(cache=True, nogil=True)
def copy_plan(source: Tuple, target: Tuple) -> None:
    """Copy every array of a plan."""
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
    target[11][:] = source[11]


@njit(cache=True, nogil=True)
def _take_out(d: int, plan: Tuple) -> None:
    """Take depot d out of its tour; an empty tour ends."""
    after, before, tour, rest, full, load, first, origin, tour_load, sent, served, lorries = plan
    t = tour[d]
    a, b = before[d], after[d]
    if a == _NONE:
        first[t] = b
    else:
        after[a] = b
    if b != _NONE:
        before[b] = a
    p = origin[t]
    tour_load[t] -= rest[d]
    sent[p] -= load[d]
    served[p] -= 1
    if served[p] == 0:
        sent[p] = 0.0
    lorries[0] -= full[d]
    if first[t] == _NONE:
        origin[t] = _NONE
        tour_load[t] = 0.0
        lorries[0] -= 1
    tour[d] = _NONE


@njit(cache=True, nogil=True)
def _put_in(d: int, t: int, p: int, a: int, plan: Tuple) -> None:
    """Put depot d into tour t of platform p after depot a (−1: first)."""
    after, before, tour, rest, full, load, first, origin, tour_load, sent, served, lorries = plan
    if origin[t] == _NONE:
        origin[t] = p
        first[t] = _NONE
        tour_load[t] = 0.0
        lorries[0] += 1
    b = first[t] if a == _NONE else after[a]
    before[d], after[d] = a, b
    if a == _NONE:
        first[t] = d
    else:
        after[a] = d
    if b != _NONE:
        before[b] = d
    tour[d] = t
    tour_load[t] += rest[d]
    sent[p] += load[d]
    served[p] += 1
    lorries[0] += full[d]


@njit(cache=True, nogil=True)
def overload(amount: float, capacity: float, price: float) -> float:
    """Price of ``amount`` above ``capacity``."""
    over = amount - capacity
    return 0.0 if over <= _ROOM * capacity else price * over


@njit(cache=True, nogil=True)
def _insert(d: int, feed: Tuple, plan: Tuple, banned: int, price: float) -> bool:
    """Put depot d where it costs least, not at platform ``banned``; whether there is room."""
    lorry, lorry_cost, capacity, opening, dist, most = (
        feed[1], feed[2], feed[3], feed[4], feed[6], feed[7],
    )  # fmt: skip
    after, _, _, rest, full, load, first, origin, tour_load, sent, served, lorries = plan
    m = len(after)
    best, best_t, best_p, best_a = np.inf, _NONE, _NONE, _NONE
    free = _NONE
    for t in range(m):
        p = origin[t]
        if p == _NONE:
            free = t if free == _NONE else free
            continue
        if p == banned or lorries[0] + full[d] > most:
            continue
        direct = overload(tour_load[t] + rest[d], max(lorry, tour_load[t]), price)
        direct += overload(sent[p] + load[d], max(capacity[p], sent[p]), price)
        if direct == np.inf:
            continue
        if full[d] > 0:
            direct += full[d] * (dist[m + p, d] + dist[d, m + p] + lorry_cost[p])
        a, node = _NONE, m + p
        while True:
            b = first[t] if a == _NONE else after[a]
            end = m + p if b == _NONE else b
            cost = dist[node, d] + dist[d, end] - dist[node, end] + direct
            if cost < best:
                best, best_t, best_p, best_a = cost, t, p, a
            if b == _NONE:
                break
            a, node = b, b
    if free != _NONE and lorries[0] + full[d] + 1 <= most:
        for p in range(len(capacity)):
            if p == banned:
                continue
            cost = (full[d] + 1.0) * (dist[m + p, d] + dist[d, m + p] + lorry_cost[p])
            cost += overload(sent[p] + load[d], max(capacity[p], sent[p]), price)
            if served[p] == 0:
                cost += opening[p]
            if cost < best:
                best, best_t, best_p, best_a = cost, free, p, _NONE
    if best_t == _NONE:
        return False
    _put_in(d, best_t, best_p, best_a, plan)
    return True


@njit(cache=True, nogil=True)
def plan_cost(feed: Tuple, plan: Tuple) -> float:
    """Ways, lorries and platforms of a plan."""
    lorry_cost, opening, dist = feed[2], feed[4], feed[6]
    after, full, first, origin, served = plan[0], plan[4], plan[6], plan[7], plan[10]
    m = len(after)
    cost = 0.0
    for t in range(m):
        p = origin[t]
        if p == _NONE:
            continue
        cost += lorry_cost[p]
        here = m + p
        d = first[t]
        while d != _NONE:
            cost += dist[here, d]
            if full[d] > 0:
                cost += full[d] * (dist[m + p, d] + dist[d, m + p] + lorry_cost[p])
            here = d
            d = after[d]
        cost += dist[here, m + p]
    for p in range(len(served)):
        if served[p] > 0:
            cost += opening[p]
    return cost


@njit(cache=True, nogil=True)
def plan_excess(feed: Tuple, plan: Tuple) -> float:
    """Load above the capacities of lorries and platforms."""
    lorry, capacity = feed[1], feed[3]
    over = 0.0
    for t in range(len(plan[8])):
        over += overload(plan[8][t], lorry, 1.0)
    for p in range(len(capacity)):
        over += overload(plan[9][p], capacity[p], 1.0)
    return over


@njit(cache=True, nogil=True)
def _value(feed: Tuple, plan: Tuple, price: float) -> float:
    """Cost with the price of the excess."""
    over = plan_excess(feed, plan)
    return plan_cost(feed, plan) + (price * over if over > 0.0 else 0.0)


@njit(cache=True, nogil=True)
def _insert_all(
    out: IntArray, count: int, feed: Tuple, plan: Tuple, banned: int, price: float, rng: Words
) -> bool:
    """Put depots back, the largest remaining loads first or in random order; whether all have room."""
    rest = plan[3]
    by_load = draw(rng) < 0.6
    for t in range(count):
        pick = t
        if by_load:
            for u in range(t + 1, count):
                if rest[out[u]] > rest[out[pick]]:
                    pick = u
        else:
            pick = t + int(draw(rng) * (count - t))
        out[t], out[pick] = out[pick], out[t]
        if not _insert(out[t], feed, plan, banned, price):
            return False
    return True


@njit(cache=True, nogil=True)
def _smallest(t: int, p: int, plan: Tuple) -> int:
    """Depot of the least remaining load in tour t (−1: in any tour of platform p)."""
    tour, rest, origin = plan[2], plan[3], plan[7]
    found = _NONE
    for d in range(len(tour)):
        inside = tour[d] == t if t != _NONE else tour[d] != _NONE and origin[tour[d]] == p
        if inside and (found == _NONE or rest[d] < rest[found]):
            found = d
    return found


@njit(cache=True, nogil=True)
def _measure(loads: FloatArray, lorry: float, plan: Tuple, out: IntArray) -> int:
    """Write the loads into the plan; depots that are new go to ``out``, unused ones leave the plan."""
    _, _, tour, rest, full, load, _, origin, tour_load, sent, _, lorries = plan
    count = 0
    for d in range(len(tour)):
        if loads[d] == load[d]:
            if loads[d] > 0.0 and tour[d] == _NONE:
                out[count] = d
                count += 1
            continue
        if loads[d] <= 1e-9 * lorry:
            if tour[d] != _NONE:
                _take_out(d, plan)
            load[d] = 0.0
            continue
        more = max(0, int(np.ceil(loads[d] / lorry - _ROOM)) - 1)
        left = loads[d] - more * lorry
        t = tour[d]
        if t == _NONE:
            out[count] = d
            count += 1
        else:
            tour_load[t] += left - rest[d]
            sent[origin[t]] += loads[d] - load[d]
            lorries[0] += more - full[d]
        rest[d], full[d], load[d] = left, more, loads[d]
    return count


@njit(cache=True, nogil=True)
def mend(loads: FloatArray, feed: Tuple, plan: Tuple, price: float, rng: Words) -> float:
    """Fit the plan to new loads of the depots; returns its cost with the price of excess.

    `OUT_OF_REACH` where there is no room.
    """
    lorry, capacity = feed[1], feed[3]
    origin, tour_load, sent = plan[7], plan[8], plan[9]
    m = len(plan[0])
    out = np.empty(m, np.int64)
    count = _measure(loads, lorry, plan, out)
    hard = price == np.inf
    for t in range(m):
        while hard and origin[t] != _NONE and tour_load[t] > lorry * (1.0 + _ROOM):
            d = _smallest(t, _NONE, plan)
            _take_out(d, plan)
            out[count] = d
            count += 1
    for p in range(len(capacity)):
        while hard and sent[p] > capacity[p] * (1.0 + _ROOM):
            d = _smallest(_NONE, p, plan)
            _take_out(d, plan)
            out[count] = d
            count += 1
    if plan[11][0] > feed[7] or not _insert_all(out, count, feed, plan, _NONE, price, rng):
        return OUT_OF_REACH
    return min(OUT_OF_REACH, _value(feed, plan, price))


@njit(cache=True, nogil=True)
def _ruin(feed: Tuple, plan: Tuple, out: IntArray, rng: Words) -> tuple[int, int]:
    """Take out some depots near each other, or all of a platform; returns (how many, platform)."""
    dist = feed[6]
    tour, origin = plan[2], plan[7]
    m = len(tour)
    used = 0
    for d in range(m):
        if tour[d] != _NONE:
            out[used] = d
            used += 1
    if used == 0:
        return 0, _NONE
    seed = out[int(draw(rng) * used)]
    count = 0
    if len(feed[3]) > 1 and draw(rng) < _CLOSING:
        p = origin[tour[seed]]
        for d in range(m):
            if tour[d] != _NONE and origin[tour[d]] == p:
                _take_out(d, plan)
                out[count] = d
                count += 1
        return count, p
    wanted = 1 + int(draw(rng) * min(_AT_ONCE, used))
    while count < min(wanted, used):
        near, found = np.inf, _NONE
        for d in range(m):
            if tour[d] == _NONE:
                continue
            apart = 0.0 if d == seed else (dist[seed, d] + dist[d, seed]) * (0.3 + draw(rng))
            if apart < near:
                near, found = apart, d
        if found == _NONE:
            break
        _take_out(found, plan)
        out[count] = found
        count += 1
    return count, _NONE


@njit(cache=True, nogil=True)
def improve_plan(
    turns: int,
    heat: float,
    cost: float,
    feed: Tuple,
    plan: Tuple,
    spare: Tuple,
    price: float,
    rng: Words,
) -> float:
    """Ruin and recreate the plan of a given cost; returns its cost with the price of excess.

    ``heat``: first temperature of threshold acceptance, falling to 0; 0 never accepts a dearer
    plan. The plan of the last turn is kept, so that with heat the caller keeps the best itself.
    """
    out = np.empty(len(plan[0]), np.int64)
    copy_plan(plan, spare)
    for turn in range(turns):
        count, banned = _ruin(feed, plan, out, rng)
        fits = _insert_all(out, count, feed, plan, banned, price, rng)
        new = _value(feed, plan, price) if fits else np.inf
        limit = cost + heat * (1.0 - turn / turns) * draw(rng)
        if new <= limit:
            cost = new
            copy_plan(plan, spare)
        else:
            copy_plan(spare, plan)
    return cost
