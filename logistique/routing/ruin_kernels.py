"""Compiled ruin and recreate with simulated annealing for routes from several capacitated depots.

Slack induction by string removals, after Christiaens and Vanden Berghe, "Slack Induction by String
Removals for Vehicle Routing Problems", Transportation Science 54 (2020), extended here to depots
with capacities (an excess is allowed at a price while searching), to the price of opening a depot
and to the cost of feeding the depots from platforms.

Every kernel takes the tuples that :mod:`logistique.routing.tour_state` describes: ``field``, what
does not change, and ``state``, a solution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.routing.draws import Words, draw
from logistique.routing.feeding_kernels import feed_cost, keep_plan, restore_plan
from logistique.routing.feeding_plan_kernels import OUT_OF_REACH
from logistique.routing.route_kernels import (
    attach,
    copy_state,
    copy_touched,
    detach,
    drop_empty,
    exact_cost,
    keep_routes,
    list_live,
    new_route,
    note,
    total_excess,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Tuple = tuple[Any, ...]
Place = tuple[float, int, int]
"""Cost with penalties, route or ``-2 - depot``, customer before."""

_NONE = -1
_BLINK = 0.01
"""Chance to overlook a position while inserting (the article's β)."""
_SPLIT = 0.5
"""Chance that a removed string keeps customers in its middle (the article's α)."""
_DEEPER = 0.01
"""Chance that a kept middle stops growing (the article's β of split strings)."""
_AT_ONCE = 10.0
"""Mean number of customers removed at once (the article's c̄)."""
_LEANING = 0.3
"""Chance that depots differ at random in attraction during one turn, where they are fed."""
_OVERLOADED = 1.15
"""Load of a vehicle up to which it may be overloaded at a price while searching, as a part of its own."""
_LONGEST = 10.0
"""Longest string removed (the article's L_max)."""


@njit(cache=True, nogil=True)
def _window(v: int, span: int, state: Tuple, rng: Words) -> int:
    """First customer of a random window of ``span`` consecutive customers around v."""
    after, before = state[0], state[1]
    behind = 0
    u = v
    while before[u] != _NONE and behind < span - 1:
        u = before[u]
        behind += 1
    ahead = 0
    u = v
    while after[u] != _NONE and ahead < span - 1:
        u = after[u]
        ahead += 1
    least = max(0, span - 1 - ahead)
    back = least + int(draw(rng) * (behind - least + 1))
    for _ in range(back):
        v = before[v]
    return v


@njit(cache=True, nogil=True)
def _remove_string(
    v: int,
    longest: float,
    field: Tuple,
    state: Tuple,
    rng: Words,
    removed: IntArray,
    n_removed: int,
) -> tuple[int, float]:
    """Take a string around v out of its route; returns (number removed so far, cost change)."""
    after, route, size = state[0], state[2], state[7]
    r = route[v]
    cut = min(size[r], max(1, int(draw(rng) * min(size[r], longest) + 1.0)))
    kept = 0
    if 1 < cut < size[r] and draw(rng) < _SPLIT:
        kept = 1
        while kept < cut and cut + kept < size[r] and draw(rng) > _DEEPER:
            kept += 1
    span = cut + kept
    v = _window(v, span, state, rng)
    skip = 1 + int(draw(rng) * (cut - 1)) if kept > 0 else span
    change = 0.0
    for t in range(span):
        s = after[v]
        if t < skip or t >= skip + kept:
            change += detach(v, field, state)
            removed[n_removed] = v
            n_removed += 1
        v = s
    if size[r] == 0:
        change += drop_empty(r, field, state)
    return n_removed, change


@njit(cache=True, nogil=True)
def _ruin(
    field: Tuple, state: Tuple, rng: Words, removed: IntArray, touched: IntArray
) -> tuple[int, float]:
    """Remove strings of customers around a random one; returns (number removed, cost change).

    The routes they were in are written to ``touched``, behind their number.
    """
    near, route, depot, stack = field[6], state[2], state[5], state[10]
    n = len(route)
    longest = min(_LONGEST, n / max(1, len(depot) - stack[0]))
    wanted = int(draw(rng) * (4.0 * _AT_ONCE / (1.0 + longest) - 1.0) + 1.0)
    seed = int(draw(rng) * n)
    n_removed, n_ruined, change = 0, 0, 0.0
    for k in range(-1, near.shape[1]):
        if n_ruined >= wanted:
            break
        v = seed if k < 0 else near[seed, k]
        r = route[v]
        if r == _NONE:
            continue
        seen = False
        for t in range(n_ruined):
            seen = seen or touched[t + 1] == r
        if seen:
            continue
        n_ruined += 1
        touched[n_ruined] = r
        n_removed, added = _remove_string(v, longest, field, state, rng, removed, n_removed)
        change += added
    touched[0] = n_ruined
    return n_removed, change


@njit(cache=True, nogil=True)
def sort_removed(
    removed: IntArray,
    n_removed: int,
    demand: FloatArray,
    reach: FloatArray,
    keys: FloatArray,
    rng: Words,
) -> None:
    """Sort customers to insert: at random, by demand, farthest or nearest to a depot first."""
    pick = draw(rng) * 11.0
    for t in range(n_removed):
        v = removed[t]
        if pick < 4.0:
            keys[t] = draw(rng)
        elif pick < 8.0:
            keys[t] = -demand[v]
        elif pick < 10.0:
            keys[t] = -reach[v]
        else:
            keys[t] = reach[v]
    for t in range(1, n_removed):
        v, key = removed[t], keys[t]
        u = t - 1
        while u >= 0 and keys[u] > key:
            removed[u + 1] = removed[u]
            keys[u + 1] = keys[u]
            u -= 1
        removed[u + 1] = v
        keys[u + 1] = key


@njit(cache=True, nogil=True)
def _added_excess(amount: float, added: float, capacity: float) -> float:
    """How much ``added`` raises the excess of ``amount`` over ``capacity``."""
    return max(0.0, min(amount + added - capacity, added))


@njit(cache=True, nogil=True)
def _place_beside(
    v: int, field: Tuple, state: Tuple, price: FloatArray, lean: FloatArray, rng: Words
) -> Place:
    """Cheapest place of v beside one of its nearest served neighbours."""
    dist, demand, vehicle, capacity, near, width, unit = (
        field[0], field[1], field[2], field[3], field[6], field[7], field[9],
    )  # fmt: skip
    after, before, route, depot, load, depot_load = (
        state[0], state[1], state[2], state[5], state[6], state[8],
    )  # fmt: skip
    n = len(demand)
    best, best_route, best_before = np.inf, _NONE, _NONE
    seen = 0
    for k in range(near.shape[1]):
        u = near[v, k]
        r = route[u]
        if r == _NONE:
            continue
        seen += 1
        if seen > width:
            break
        if load[r] + demand[v] > vehicle * _OVERLOADED:
            continue
        d = depot[r]
        extra = lean[d] + unit[d] * demand[v]
        extra += price[0] * _added_excess(depot_load[d], demand[v], capacity[d])
        extra += price[3] * _added_excess(load[r], demand[v], vehicle)
        b = n + d if after[u] == _NONE else after[u]
        cost = dist[u, v] + dist[v, b] - dist[u, b] + extra
        if cost < best and draw(rng) >= _BLINK:
            best, best_route, best_before = cost, r, u
        a = n + d if before[u] == _NONE else before[u]
        cost = dist[a, v] + dist[v, u] - dist[a, u] + extra
        if cost < best and draw(rng) >= _BLINK:
            best, best_route, best_before = cost, r, before[u]
    return best, best_route, best_before


@njit(cache=True, nogil=True)
def _place_at_ends(
    v: int,
    field: Tuple,
    state: Tuple,
    price: FloatArray,
    lean: FloatArray,
    live: IntArray,
    rng: Words,
    found: Place,
) -> Place:
    """Cheapest place of v at the start or end of a route, if cheaper than ``found``."""
    dist, demand, vehicle, capacity, unit = field[0], field[1], field[2], field[3], field[9]
    first, last, depot, load, depot_load = state[3], state[4], state[5], state[6], state[8]
    n = len(demand)
    best, best_route, best_before = found
    for t in range(live[0]):
        r = live[t + 1]
        if depot[r] == _NONE or load[r] + demand[v] > vehicle * _OVERLOADED:
            continue
        d = depot[r]
        end = n + d
        extra = lean[d] + unit[d] * demand[v]
        extra += price[0] * _added_excess(depot_load[d], demand[v], capacity[d])
        extra += price[3] * _added_excess(load[r], demand[v], vehicle)
        cost = dist[end, v] + dist[v, first[r]] - dist[end, first[r]] + extra
        if cost < best and draw(rng) >= _BLINK:
            best, best_route, best_before = cost, r, _NONE
        cost = dist[last[r], v] + dist[v, end] - dist[last[r], end] + extra
        if cost < best and draw(rng) >= _BLINK:
            best, best_route, best_before = cost, r, last[r]
    return best, best_route, best_before


@njit(cache=True, nogil=True)
def _place_alone(
    v: int,
    field: Tuple,
    usable: BoolArray,
    state: Tuple,
    price: FloatArray,
    lean: FloatArray,
    found: Place,
) -> Place:
    """Cheapest new route for v, as route ``-2 - depot``, if cheaper than ``found``."""
    dist, demand, vehicle, capacity, fixed, opening, most, unit = (
        field[0], field[1], field[2], field[3], field[4], field[5], field[8], field[9],
    )  # fmt: skip
    depot_load, depot_routes, stack = state[8], state[9], state[10]
    n = len(demand)
    best, best_route, best_before = found
    if stack[0] == 0 or demand[v] > vehicle:
        return best, best_route, best_before
    # A route too many counts like a vehicle's load too much.
    more = price[0] * vehicle if n - stack[0] >= most else 0.0
    for d in range(len(capacity)):
        if not usable[d]:
            continue
        cost = dist[n + d, v] + dist[v, n + d] + fixed[d]
        if depot_routes[d] == 0:
            cost += opening[d]
        cost += lean[d] + unit[d] * demand[v] + more
        cost += price[0] * _added_excess(depot_load[d], demand[v], capacity[d])
        if cost < best:
            best, best_route, best_before = cost, -2 - d, _NONE
    return best, best_route, best_before


@njit(cache=True, nogil=True)
def recreate(
    field: Tuple,
    usable: BoolArray,
    price: FloatArray,
    lean: FloatArray,
    state: Tuple,
    live: IntArray,
    removed: IntArray,
    n_removed: int,
    touched: IntArray,
    rng: Words,
) -> float:
    """Insert customers one by one; returns the cost change, ``inf`` when one has no place.

    ``lean`` (m,) makes depots less attractive without being a cost. Routes that change are added to
    ``touched``.
    """
    change = 0.0
    list_live(state, live)
    for t in range(n_removed):
        v = removed[t]
        found = _place_beside(v, field, state, price, lean, rng)
        found = _place_at_ends(v, field, state, price, lean, live, rng, found)
        best, r, p = _place_alone(v, field, usable, state, price, lean, found)
        if best == np.inf:
            return np.inf
        if r <= -2:
            r, added = new_route(-2 - r, field, state)
            change += added
            live[0] += 1
            live[live[0]] = r
        note(r, touched)
        change += attach(v, r, p, field, state)
    return change


@njit(cache=True, nogil=True)
def _overload(state: Tuple, listed: IntArray, vehicle: float) -> float:
    """Load above a vehicle's in the listed routes."""
    depot, load = state[5], state[6]
    over = 0.0
    for t in range(listed[0]):
        r = listed[t + 1]
        if depot[r] != _NONE and load[r] > vehicle * (1.0 + 1e-9):
            over += load[r] - vehicle
    return over


@njit(cache=True, nogil=True)
def _same_loads(state: Tuple, other: Tuple) -> bool:
    apart = 0.0
    for d in range(len(state[8])):
        apart = max(apart, abs(state[8][d] - other[8][d]))
    return apart <= 1e-9


@njit(cache=True, nogil=True)
def adapt(price: FloatArray, share: float) -> None:
    """Raise the price of excess when too few turns were feasible, lower it when too many."""
    if share < 0.4:
        price[0] = min(price[0] * (1.5 if share == 0.0 else 1.15), price[2])
    elif share > 0.6:
        price[0] = max(price[0] * 0.87, price[1])


@njit(cache=True, nogil=True)
def _draw_lean(lean: FloatArray, most: float, rng: Words) -> None:
    """Now and then make depots less attractive at random, so that loads move between them."""
    lean[:] = 0.0
    if draw(rng) < _LEANING:
        most *= draw(rng)
        for d in range(len(lean)):
            lean[d] = most * draw(rng)


@njit(cache=True, nogil=True)
def anneal(
    iterations: int,
    hot: float,
    cold: float,
    field: Tuple,
    usable: BoolArray,
    reach: FloatArray,
    feed: Tuple,
    price: FloatArray,
    state: Tuple,
    best_state: Tuple,
    best: float,
    pool: Tuple,
    keep_within: float,
    rng: Words,
) -> float:
    """Ruin and recreate ``iterations`` times while the temperature falls from hot to cold.

    ``state`` and ``best_state`` are changed in place; ``price`` (of a unit above the capacity of a
    depot, lorry or platform, its least and largest value; then of a vehicle) adapts. ``best`` is the cost of ``best_state``, ``inf``
    if none; returns that of the new one. Routes of feasible solutions within the factor
    ``keep_within`` of the best go to the pool.
    """
    demand, capacity = field[1], field[3]
    n = len(demand)
    removed, keys = np.empty(n, np.int64), np.empty(n)
    touched, live = np.zeros(n + 1, np.int64), np.empty(n + 1, np.int64)
    scratch = (
        state[0].copy(), state[1].copy(), state[2].copy(), state[3].copy(), state[4].copy(),
        state[5].copy(), state[6].copy(), state[7].copy(), state[8].copy(), state[9].copy(),
        state[10].copy(),
    )  # fmt: skip
    lean = np.zeros(len(capacity))
    fed, fed_over = feed_cost(state, feed, price[0], rng)
    over = total_excess(state, field) + fed_over
    vehicle = field[2]
    list_live(state, live)
    overload = _overload(state, live, vehicle)
    keep_plan(feed)
    cost = exact_cost(field, state) + fed
    if over == 0.0 and overload == 0.0 and cost < best and fed < OUT_OF_REACH:
        best = cost
        copy_state(state, best_state)
    two_levels = len(feed[3]) > 0
    kept = False
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    heat, feasible, loaded = hot, 0, 0
    for turn in range(iterations):
        heat *= cooling
        n_removed, change = _ruin(field, state, rng, removed, touched)
        sort_removed(removed, n_removed, demand, reach, keys, rng)
        if two_levels:
            _draw_lean(lean, 5.0 * hot, rng)
        change += recreate(
            field, usable, price, lean, state, live, removed, n_removed, touched, rng
        )
        limit = -heat * np.log(1.0 - draw(rng))
        accepted, tried = False, False
        if change < np.inf:
            new_fed, new_fed_over = fed, fed_over
            new_over = total_excess(state, field) + fed_over
            new_overload = (
                overload + _overload(state, touched, vehicle) - _overload(scratch, touched, vehicle)
            )
            change += price[3] * (new_overload - overload)
            change_all = change + price[0] * (new_over - over)
            if (
                two_levels
                and change_all < limit + fed + price[0] * fed_over
                and not _same_loads(state, scratch)
            ):
                new_fed, new_fed_over = feed_cost(state, feed, price[0], rng)
                new_over += new_fed_over - fed_over
                change_all = change + price[0] * (new_over - over)
                tried = True
            accepted = change_all + new_fed - fed < limit
        if not accepted:
            copy_touched(scratch, state, touched)
            if tried:
                restore_plan(feed)
        else:
            if tried:
                keep_plan(feed)
            cost += change - price[3] * (new_overload - overload) + new_fed - fed
            overload = max(0.0, new_overload)
            over, fed, fed_over = new_over, new_fed, new_fed_over
            fits = over == 0.0 and overload <= 1e-6 * vehicle
            if fits and cost < keep_within * best:
                fits = _overload(state, live, vehicle) == 0.0
            if fits and cost < best and fed < OUT_OF_REACH:
                best = cost
                copy_state(state, best_state)
            if fits and cost < keep_within * best:
                # What did not change is in the pool already when the last solution was kept.
                keep_routes(state, touched if kept else live, pool)
                kept = True
            else:
                kept = False
            copy_touched(state, scratch, touched)
        feasible += over == 0.0
        loaded += overload <= 1e-6 * vehicle
        if turn % 100 == 99:
            adapt(price[:3], feasible / 100.0)
            adapt(price[3:], loaded / 100.0)
            feasible, loaded = 0, 0
            list_live(state, live)
            overload = _overload(state, live, vehicle)
            cost = exact_cost(field, state) + fed
    return best
