"""One evaluation of the Lagrangian of a two-stage question.

Relaxed are "every client is served once" (u_i, money per client) and "what leaves a site came
from a storage" (β_p per unit of flow, p = site × product). What is left falls apart:

    L(u, β) = Σ_i u_i + min Σ_o ρ_o y_o + min Σ_s ρ_s z_s,
    ρ_o = f_o + Σ_l min { Σ_i (c_ij + q_i β_p − u_i) x_i : Σ q_i x_i ≤ capacity_ol, 0 ≤ x ≤ 1 },
    ρ_s = g_s + Σ_l min { Σ_j (e_sjl − β_p) w_j : Σ_j w_j ≤ capacity_sl, 0 ≤ w_j ≤ most_sp }.

Each inner minimum is a continuous knapsack: sort by price per unit, fill.
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


@njit(cache=True)
def rank_clients(
    start: IntArray,
    client: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    beta: FloatArray,
    open_pair: BoolArray,
    order: Int32Array,
    count: IntArray,
) -> None:
    """List the arcs of each pair (site, product) that pay, best price per unit first."""
    for p in range(start.size - 1):
        count[p] = 0
        if not open_pair[p]:
            continue
        first = start[p]
        found = 0
        for e in range(first, start[p + 1]):
            i = client[e]
            if cost[e] + demand[i] * beta[p] - u[i] < 0.0:
                order[first + found] = e
                found += 1
        price = np.empty(found)
        for t in range(found):
            e = order[first + t]
            i = client[e]
            price[t] = (cost[e] + demand[i] * beta[p] - u[i]) / max(demand[i], _LEAST_DEMAND)
        order[first : first + found] = order[first : first + found][np.argsort(price)]
        count[p] = found


@njit(cache=True)
def option_values(
    start: IntArray,
    client: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    beta: FloatArray,
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
                price = cost[e] + demand[i] * beta[p] - u[i]
                if demand[i] <= room:
                    value += price
                    room -= demand[i]
                else:
                    value += price * room / demand[i]
                    break
        rho[o] = value


@njit(cache=True)
def fill_options(
    start: IntArray,
    client: Int32Array,
    demand: FloatArray,
    order: Int32Array,
    count: IntArray,
    option_site: IntArray,
    option_capacity: FloatArray,
    chosen: IntArray,
    served: FloatArray,
    load: FloatArray,
) -> None:
    """Add what the chosen options serve, per client and per pair."""
    products = option_capacity.shape[1]
    for o in chosen:
        for product in range(products):
            p = option_site[o] * products + product
            room = option_capacity[o, product]
            for t in range(start[p], start[p] + count[p]):
                e = order[t]
                i = client[e]
                part = 1.0 if demand[i] <= room else room / demand[i]
                served[i] += part
                load[p] += part * demand[i]
                room -= demand[i]
                if room <= 0.0:
                    break


@njit(cache=True)
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
