"""One evaluation of the Lagrangian of a two-stage question, the part of the storages.

Relaxed are, of the model in which x_isj is the part of client i that comes through storage s and
site j,

    every client is served once            Σ_sj x_isj = 1              (u_i, money per client),
    a client gets no more through a storage than is open of it
                                           Σ_j x_isj ≤ z_s             (ν_is ≥ 0 per unit),
    a storage sends what its room holds    Σ_ij q_i x_isj ≤ U_s z_s    (σ_s ≥ 0 per unit).

At given prices a client takes from each site the storage that is cheapest for it, so that it costs
``through_ij = c_ij + q_i min_s (e_sj + σ_s + ν_is)``, and a storage is worth
``ρ_s = g_s − Σ_l U_sl σ_sl − Σ_i q_i ν_is``. The links by client are what keeps a relaxation from
opening a little of every storage that is near somebody; they are to storages what ``x_ij ≤ y_j``
is to sites.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def _cheapest(price: FloatArray, link: FloatArray) -> tuple[float, int]:
    """Least price + link and its storage, −1 where there is none."""
    best, found = np.inf, -1
    for s in range(price.size):
        value = price[s] + link[s]
        if value < best:
            best, found = value, s
    return best, found


@njit(cache=True, nogil=True)
def through_costs(
    start: IntArray,
    client: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    price: FloatArray,
    link: FloatArray,
    open_pair: BoolArray,
    through: FloatArray,
) -> None:
    """Fill the cost of every arc with the cheapest feeding; what cannot pay may get less, but ≥ u.

    Parameters
    ----------
    start, client, cost
        Arcs by pair (site, product).
    demand, u : (n,) float
        Demand and price of the clients; an arc pays where its cost is below u.
    price : (pairs, s) float
        Price of a unit at each pair from each storage, ``inf`` where not possible.
    link : (n, s) float
        Price of a unit of each client through each storage, ≥ 0.
    open_pair : (pairs,) bool
        Pairs to look at.
    through : (e,) float
        Receives the costs.
    """
    for p in range(start.size - 1):
        if not open_pair[p]:
            continue
        floor = price[p].min()
        for e in range(start[p], start[p + 1]):
            i = client[e]
            through[e] = cost[e]
            if demand[i] > 0.0:
                through[e] += demand[i] * floor
                if through[e] < u[i]:
                    through[e] = cost[e] + demand[i] * _cheapest(price[p], link[i])[0]


@njit(cache=True, nogil=True)
def through_column(
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    price: FloatArray,
    link: FloatArray,
    through: FloatArray,
) -> None:
    """As :func:`through_costs` for one site of one product and all clients, (n,)."""
    floor = price.min() if price.size else 0.0
    for i in range(cost.size):
        through[i] = cost[i]
        if price.size and demand[i] > 0.0:
            through[i] += demand[i] * floor
            if through[i] < u[i]:
                through[i] = cost[i] + demand[i] * _cheapest(price, link[i])[0]


@njit(cache=True, nogil=True)
def least_prices(price: FloatArray, link: FloatArray, member: IntArray, least: FloatArray) -> None:
    """Fill the cheapest feeding of a unit of each client at each site, (n, m).

    Parameters
    ----------
    price : (m, s) float
        Price of a unit at each site from each storage.
    link : (g, s) float
        Price of a unit of each group through each storage.
    member : (n,) int
        Group of each client.
    least : (n, m) float
        Receives the prices, 0 without storages.
    """
    for i in range(member.size):
        for j in range(price.shape[0]):
            least[i, j] = _cheapest(price[j], link[member[i]])[0] if price.shape[1] else 0.0


@njit(cache=True, nogil=True)
def sent(
    pair: IntArray,
    client: IntArray,
    product: IntArray,
    part: FloatArray,
    demand: FloatArray,
    price: FloatArray,
    link: FloatArray,
    through: FloatArray,
    handled: FloatArray,
) -> None:
    """Add what arcs in use take from their cheapest storages.

    Parameters
    ----------
    pair, client, part : (k,)
        Arcs in use and the part of the client that each carries.
    product, demand : (n,)
        Of the clients.
    price, link
        As for :func:`through_costs`.
    through : (n, s) float
        Receives the part of each client through each storage.
    handled : (s, l) float
        Receives the units that each storage sends.
    """
    if price.shape[1] == 0:
        return
    for t in range(pair.size):
        i = client[t]
        if demand[i] > 0.0:
            best = _cheapest(price[pair[t]], link[i])[1]
            through[i, best] += part[t]
            handled[best, product[i]] += part[t] * demand[i]


@njit(cache=True, nogil=True)
def link_totals(demand: FloatArray, link: FloatArray) -> FloatArray:
    """Σ_i q_i ν_is of every storage."""
    total = np.zeros(link.shape[1])
    for i in range(link.shape[0]):
        for s in range(link.shape[1]):
            total[s] += demand[i] * link[i, s]
    return total


@njit(cache=True, nogil=True)
def link_length(weight: FloatArray, link: FloatArray, beyond: FloatArray) -> float:
    """Square of the direction: violations where a price can move, weighed by clients."""
    total = 0.0
    for i in range(link.shape[0]):
        own = 0.0
        for s in range(link.shape[1]):
            if link[i, s] > 0.0 or beyond[i, s] > 0.0:
                own += beyond[i, s] * beyond[i, s]
        total += weight[i] * own
    return total


@njit(cache=True, nogil=True)
def link_step(link: FloatArray, beyond: FloatArray, size: float) -> FloatArray:
    """Prices after a step along the violations, ≥ 0."""
    moved = np.empty_like(link)
    for i in range(link.shape[0]):
        for s in range(link.shape[1]):
            moved[i, s] = max(link[i, s] + size * beyond[i, s], 0.0)
    return moved


@njit(cache=True, nogil=True)
def link_turn(
    weight: FloatArray,
    link: FloatArray,
    beyond: FloatArray,
    newest: FloatArray,
) -> tuple[float, float, float]:
    """Compare new violations with their averages, weighed by clients.

    Returns
    -------
    float, float, float
        Square of the difference, product of the averages with it, and product of the new
        violations with the direction of the step.
    """
    square, along, uphill = 0.0, 0.0, 0.0
    for i in range(link.shape[0]):
        for s in range(link.shape[1]):
            change = newest[i, s] - beyond[i, s]
            square += weight[i] * change * change
            along += weight[i] * beyond[i, s] * change
            if link[i, s] > 0.0 or beyond[i, s] > 0.0:
                uphill += weight[i] * newest[i, s] * beyond[i, s]
    return square, along, uphill


@njit(cache=True, nogil=True)
def link_average(beyond: FloatArray, newest: FloatArray, share: float) -> None:
    """Move averages towards new violations."""
    for i in range(beyond.shape[0]):
        for s in range(beyond.shape[1]):
            beyond[i, s] += share * (newest[i, s] - beyond[i, s])
