"""One evaluation of the Lagrangian of a two-stage question, the part of the sites.

What a client costs from a site *through* the storage that is cheapest for it (see
:mod:`link_kernels`) is given per arc. With the prices u of serving the clients, every option is a
continuous knapsack: sort by price per unit, fill.

    ρ_o = f_o + Σ_l min { Σ_i (through_ij − u_i) x_i : Σ q_i x_i ≤ capacity_ol, 0 ≤ x ≤ 1 }.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_LEAST_DEMAND = 1e-12

_FEW = 60
"""Most arcs that are sorted by insertion."""

_SLACK = 0.5
"""How much further than from the best to the last arc that fits is looked the next time."""

_LEAST_REACH = -1e-3
"""Price per unit above which an arc is looked at in any case, if further ones are."""

_PICKED = 8
"""Sites that a storage sends to, best first, up to which none are sorted."""


@njit(cache=True, nogil=True)
def rank_clients(
    start: IntArray,
    client: Int32Array,
    cost: FloatArray,
    unit: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    open_pair: BoolArray,
    room: FloatArray,
    reach: FloatArray,
    order: Int32Array,
    count: IntArray,
    through: FloatArray,
) -> None:
    """List the arcs of each pair (site, product) that pay, best price per unit first.

    Parameters
    ----------
    start, client, cost
        Arcs by pair.
    unit : (pairs,) float
        What a unit costs at each pair besides.
    demand, u : (n,) float
        Demand and price of the clients; an arc pays where it costs less than u.
    open_pair : (pairs,) bool
        Pairs to look at.
    room : (pairs,) float
        What a pair can send; arcs beyond what fills it may be left out.
    reach : (pairs,) float
        Price per unit, ≤ 0, up to which each pair is searched first; receives a guess for the
        next prices. Few arcs have to be sorted then.
    order, count : (e,), (pairs,) int
        Receive the arcs from the start of each pair on, and their number.
    through : (e,) float
        Receives what the listed arcs cost.
    """
    longest = 0
    for p in range(start.size - 1):
        longest = max(longest, start[p + 1] - start[p])
    price = np.empty(longest)
    each = 1.0 / np.maximum(demand, _LEAST_DEMAND)
    worth = u * each
    for p in range(start.size - 1):
        count[p] = 0
        if not open_pair[p]:
            continue
        first, size = start[p], start[p + 1] - start[p]
        own = client[first : first + size]
        costs = cost[first : first + size]
        for t in range(size):
            i = np.uint64(own[t])  # never negative, which need not be asked each time
            price[t] = (costs[t] + demand[i] * unit[p]) * each[i] - worth[i]
        listed = order[first : first + size]
        most = min(reach[p], 0.0)
        found, left = _below(price[:size], most, own, demand, room[p], listed)
        while left >= 0.0 and most < 0.0:
            most = most / 2 if most < _LEAST_REACH else 0.0
            found, left = _below(price[:size], most, own, demand, room[p], listed)
        _sorted(price, listed[:found])
        filled = _filling(own, demand, listed[:found], room[p])
        reach[p] = 0.0
        if filled < found:
            last = price[listed[filled]]
            reach[p] = last + _SLACK * (last - price[listed[0]])
        for t in range(found):
            listed[t] += first
            e = listed[t]
            through[e] = cost[e] + demand[client[e]] * unit[p]
        count[p] = found


@njit(cache=True, nogil=True)
def _below(
    price: FloatArray,
    most: float,
    client: Int32Array,
    demand: FloatArray,
    room: float,
    listed: Int32Array,
) -> tuple[int, float]:
    """List the arcs whose price is below ``most``; their number and the room they leave."""
    found = 0
    for t in range(price.size):  # without a branch, which would be mispredicted
        listed[found] = t
        found += 1 if price[t] < most else 0
    for t in range(found):
        room -= demand[client[listed[t]]]
    return found, room


@njit(cache=True, nogil=True)
def _sorted(price: FloatArray, listed: Int32Array) -> None:
    """Sort listed arcs by price."""
    if listed.size > _FEW:
        listed[:] = listed[np.argsort(price[listed])]
        return
    for t in range(1, listed.size):
        item = listed[t]
        value = price[item]
        k = t
        while k > 0 and price[listed[k - 1]] > value:
            listed[k] = listed[k - 1]
            k -= 1
        listed[k] = item


@njit(cache=True, nogil=True)
def _filling(client: Int32Array, demand: FloatArray, listed: Int32Array, room: float) -> int:
    """Place in the list of the arc that does not fit whole any more; the length if all fit."""
    for t in range(listed.size):
        room -= demand[client[listed[t]]]
        if room < 0.0:
            return t
    return listed.size


@njit(cache=True, nogil=True)
def option_values(
    start: IntArray,
    client: Int32Array,
    through: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    order: Int32Array,
    count: IntArray,
    option_site: IntArray,
    option_cost: FloatArray,
    option_capacity: FloatArray,
    rho: FloatArray,
) -> None:
    """Fill ρ of every option from the ranked arcs of its site."""
    products = option_capacity.shape[1]
    for o in range(option_site.size):
        value = option_cost[o]
        for product in range(products):
            p = option_site[o] * products + product
            room = option_capacity[o, product]
            for t in range(start[p], start[p] + count[p]):
                e = order[t]
                i = client[e]
                price = through[e] - u[i]
                if demand[i] <= room:
                    value += price
                    room -= demand[i]
                else:
                    value += price * room / demand[i]
                    break
        rho[o] = value


@njit(cache=True, nogil=True)
def least_options(site: IntArray, rho: FloatArray, n_sites: int) -> IntArray:
    """Option of least value of each site, the first of equals, −1 without options, (sites,)."""
    best = np.full(n_sites, -1, dtype=np.int64)
    for o in range(site.size):
        j = site[o]
        if best[j] < 0 or rho[o] < rho[best[j]]:
            best[j] = o
    return best


@njit(cache=True, nogil=True)
def site_values(
    through: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    room: FloatArray,
    reach: float,
    value: FloatArray,
    taken: IntArray,
) -> int:
    """Fill the knapsack of each size of one site over all clients.

    Parameters
    ----------
    through, demand, u : (n,) float
        Costs from the site, feeding included, demands and prices of all clients.
    room : (k,) float
        Capacities of the sizes.
    reach : float
        Demand of clients wanted in ``taken``.
    value : (k,) float
        Receives the least value of each size, ≤ 0.
    taken : (n,) int
        Receives the clients that pay, best price per unit first.

    Returns
    -------
    int
        Number of clients taken: as many as fill a size or have the demand wanted.
    """
    count = 0
    for i in range(through.size):
        if through[i] < u[i]:
            taken[count] = i
            count += 1
    price = np.empty(count)
    for t in range(count):
        i = taken[t]
        price[t] = (through[i] - u[i]) / max(demand[i], _LEAST_DEMAND)
    order = np.argsort(price)
    taken[:count] = taken[:count][order]
    most = 0
    for o in range(room.size):
        value[o] = 0.0
        left = room[o]
        used = 0
        for t in range(count):
            i = taken[t]
            reduced = through[i] - u[i]
            used = t + 1
            if demand[i] <= left:
                value[o] += reduced
                left -= demand[i]
            else:
                value[o] += reduced * left / demand[i]
                break
        most = max(most, used)
    filled = 0.0
    for t in range(count):
        if t >= most and filled >= reach:
            return t
        filled += demand[taken[t]]
    return count


@njit(cache=True, nogil=True)
def thresholds(
    start: IntArray,
    client: Int32Array,
    through: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    order: Int32Array,
    count: IntArray,
    capacity: FloatArray,
    tau: FloatArray,
) -> None:
    """Fill τ ≤ 0 of every pair: price per unit of the first ranked arc that does not fit whole."""
    for p in range(start.size - 1):
        tau[p] = 0.0
        room = capacity[p]
        for t in range(start[p], start[p] + count[p]):
            e = order[t]
            i = client[e]
            room -= demand[i]
            if room < 0.0:
                tau[p] = (through[e] - u[i]) / demand[i]
                break


@njit(cache=True, nogil=True)
def taken_arcs(
    start: IntArray,
    client: Int32Array,
    demand: FloatArray,
    order: Int32Array,
    count: IntArray,
    option_site: IntArray,
    option_capacity: FloatArray,
    chosen: IntArray,
    arc: IntArray,
    part: FloatArray,
) -> int:
    """List the arcs that the chosen options serve, and the part of the client each carries.

    Returns
    -------
    int
        Number of arcs listed in ``arc`` and ``part``.
    """
    products = option_capacity.shape[1]
    found = 0
    for o in chosen:
        for product in range(products):
            p = option_site[o] * products + product
            room = option_capacity[o, product]
            for t in range(start[p], start[p] + count[p]):
                e = order[t]
                i = client[e]
                arc[found] = e
                part[found] = 1.0 if demand[i] <= room else room / demand[i]
                found += 1
                room -= demand[i]
                if room <= 0.0:
                    break
    return found


@njit(cache=True, nogil=True)
def storage_values(
    feed: FloatArray,
    most: FloatArray,
    storage_cost: FloatArray,
    storage_capacity: FloatArray,
    beta: FloatArray,
    open_pair: BoolArray,
    rho: FloatArray,
    chosen: BoolArray,
    arriving: FloatArray,
    *,
    fill: bool,
) -> None:
    """Fill ρ of every storage, or (``fill``) what the chosen ones send to each pair.

    ``feed`` and ``most`` are (products, storages, sites).
    """
    products, storages, sites = feed.shape
    price, where = np.empty(sites), np.empty(sites, dtype=np.int64)
    for s in range(storages):
        if fill and not chosen[s]:
            continue
        value = storage_cost[s]
        for product in range(products):
            paying = 0
            for j in range(sites):
                p = j * products + product
                if open_pair[p] and feed[product, s, j] < beta[p]:
                    where[paying] = j
                    price[paying] = feed[product, s, j] - beta[p]
                    paying += 1
            room = storage_capacity[s, product]
            for turn in range(paying):
                t = _next_best(price[:paying], where[:paying], turn)
                j = where[t]
                sent = min(room, most[product, s, j])
                if fill:
                    arriving[j * products + product] += sent
                else:
                    value += price[t] * sent
                room -= sent
                if room <= 0.0:
                    break
        if not fill:
            rho[s] = value


@njit(cache=True, nogil=True)
def _next_best(price: FloatArray, where: IntArray, turn: int) -> int:
    """Bring the least price of those from ``turn`` on to that place, all of them if many went."""
    if turn == _PICKED:
        order = np.argsort(price[turn:])
        price[turn:] = price[turn:][order]
        where[turn:] = where[turn:][order]
    if turn < _PICKED:
        best = turn
        for t in range(turn + 1, price.size):
            if price[t] < price[best]:
                best = t
        price[turn], price[best] = price[best], price[turn]
        where[turn], where[best] = where[best], where[turn]
    return turn
