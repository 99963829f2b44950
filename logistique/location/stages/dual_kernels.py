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

_SHIFTS = 25
"""Moves per arc up to which arcs are sorted by insertion."""


@njit(cache=True, nogil=True)
def rank_clients(
    start: IntArray,
    client: Int32Array,
    through: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    open_pair: BoolArray,
    order: Int32Array,
    count: IntArray,
) -> None:
    """List the arcs of each pair (site, product) that pay first, best price per unit before others.

    ``order`` holds the arcs of each pair in any order, best in that of the last prices: few of
    them move, so that insertion is quick.
    """
    longest = 0
    for p in range(start.size - 1):
        longest = max(longest, start[p + 1] - start[p])
    price = np.empty(longest)
    idle = np.empty(longest, dtype=np.int32)
    for p in range(start.size - 1):
        count[p] = 0
        if not open_pair[p]:
            continue
        first = start[p]
        size = start[p + 1] - first
        found = 0
        for t in range(size):
            e = order[first + t]
            i = client[e]
            value = (through[e] - u[i]) / max(demand[i], _LEAST_DEMAND)
            if value < 0.0:
                price[found] = value
                order[first + found] = e
                found += 1
            else:
                idle[t - found] = e
        order[first + found : first + size] = idle[: size - found]
        count[p] = found
        if not _inserted(price[:found], order[first : first + found]):
            again = np.argsort(price[:found])
            order[first : first + found] = order[first : first + found][again]


@njit(cache=True, nogil=True)
def _inserted(price: FloatArray, order: Int32Array) -> bool:
    """Sort by insertion; false, with both arrays in step, where too much is out of order."""
    left = _SHIFTS * price.size
    for t in range(1, price.size):
        value, item = price[t], order[t]
        k = t - 1
        while k >= 0 and price[k] > value:
            price[k + 1] = price[k]
            order[k + 1] = order[k]
            k -= 1
        price[k + 1] = value
        order[k + 1] = item
        left -= t - 1 - k
        if left < 0:
            return False
    return True


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
    price = np.empty(sites)
    for s in range(storages):
        if fill and not chosen[s]:
            continue
        value = storage_cost[s]
        for product in range(products):
            paying = 0
            for j in range(sites):
                p = j * products + product
                if open_pair[p] and feed[product, s, j] < beta[p]:
                    paying += 1
            where = np.empty(paying, dtype=np.int64)
            paying = 0
            for j in range(sites):
                p = j * products + product
                if open_pair[p] and feed[product, s, j] < beta[p]:
                    where[paying] = j
                    price[paying] = feed[product, s, j] - beta[p]
                    paying += 1
            room = storage_capacity[s, product]
            for t in np.argsort(price[:paying]):
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
