"""Kernels of congested location: the problem of one site, and the balance of loads.

With multipliers u_i on "customer i is served once", every site is a problem of its own,

    φ_j(u) = min Σ_i (c_ij − u_i) x_i + g_j(Σ_i d_i x_i),   0 ≤ x_i ≤ 1,   Σ_i d_i x_i ≤ s_j,

solved by taking customers in the order of (c_ij − u_i) / d_i until the next one does not pay for
the congestion it causes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.congestion_kernels import load_at, slope_at

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@njit(cache=True)
def _sink(key: FloatArray, item: IntArray, at: int, size: int) -> None:
    """Let the entry at the top of a part of a heap (least key first) sink to its place."""
    held, name = key[at], item[at]
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= held:
            break
        key[at], item[at] = key[below], item[below]
        at = below
    key[at], item[at] = held, name


@njit(cache=True)
def _gather(
    cost: FloatArray,
    u: FloatArray,
    demand: FloatArray,
    least: float,
    key: FloatArray,
    item: IntArray,
) -> int:
    """Make a heap of the customers that pay for an empty site; return their number."""
    size = 0
    for i in range(u.size):
        gain = u[i] - cost[i]
        if gain > least * demand[i]:
            item[size] = i
            key[size] = -gain / demand[i] if demand[i] > 0.0 else -math.inf
            size += 1
    for k in range(size // 2 - 1, -1, -1):
        _sink(key, item, k, size)
    return size


@njit(cache=True)
def site_problems(
    cost: FloatArray,
    u: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    kind: IntArray,
    par: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray, IntArray, FloatArray]:
    """Solve the problem of every site.

    Parameters
    ----------
    cost : (m, n) float
        Cost of serving each customer whole from each site; ``inf``: cannot.
    u, demand, capacity : (n,), (n,), (m,) float
    kind, par : coded congestion costs

    Returns
    -------
    phi, load, price : (m,) float
        φ_j without the congestion of the load, the load, and the price of a unit of it.
    start, customer, share : (m + 1,), (e,), (e,)
        Customers taken by each site and their parts.
    """
    m, n = cost.shape
    phi, load, price = np.empty(m), np.empty(m), np.empty(m)
    start = np.zeros(m + 1, dtype=np.int64)
    customer, share = np.empty(4 * m + 64, dtype=np.int64), np.empty(4 * m + 64)
    key, item = np.empty(n), np.empty(n, dtype=np.int64)
    used = 0
    for j in range(m):
        least = slope_at(kind[j], par[j], 0.0)
        size = _gather(cost[j], u, demand, least, key, item)
        value, v, paid = 0.0, 0.0, least
        while size > 0:
            i, r = item[0], key[0]
            part = 1.0
            if demand[i] > 0.0:
                room = min(capacity[j], load_at(kind[j], par[j], -r)) - v
                if room <= 1e-15 * demand[i]:
                    paid = max(paid, -r) if v >= capacity[j] else paid
                    break
                part = min(1.0, room / demand[i])
                # Exactly full, so that no sliver of room is left by rounding.
                v = v + demand[i] if part == 1.0 else v + room
                paid = slope_at(kind[j], par[j], v) if part == 1.0 else -r
            value += part * (cost[j, i] - u[i])
            if used == customer.size:
                customer = np.concatenate((customer, np.empty(used, dtype=np.int64)))
                share = np.concatenate((share, np.empty(used)))
            customer[used], share[used] = i, part
            used += 1
            if part < 1.0:
                break
            size -= 1
            key[0], item[0] = key[size], item[size]
            _sink(key, item, 0, size)
        phi[j], load[j], price[j] = value, v, paid
        start[j + 1] = used
    return phi, load, price, start, customer[:used], share[:used]


@njit(cache=True)
def fill(
    cost: FloatArray,
    demand: FloatArray,
    order: IntArray,
    capacity: FloatArray,
    kind: IntArray,
    par: FloatArray,
) -> tuple[FloatArray, float]:
    """Serve customers one after the other where they cost least with the loads so far.

    Parameters
    ----------
    cost : (n, k) float
        Costs from the open sites.
    order : (n,) int
        Customers in the order they choose.

    Returns
    -------
    shares : (n, k) float
    left : float
        Number of customers that found no room.
    """
    n, k = cost.shape
    shares, load, left = np.zeros((n, k)), np.zeros(k), 0.0
    for i in order:
        rest = 1.0
        while rest > 1e-12:
            best, site = math.inf, -1
            for j in range(k):
                room = capacity[j] - load[j]
                if demand[i] > 0.0 and room <= 1e-12 * capacity[j]:
                    continue
                step = min(rest * demand[i], room)
                price = cost[i, j] + demand[i] * slope_at(kind[j], par[j], load[j] + 0.5 * step)
                if price < best:
                    best, site = price, j
            if site < 0:
                left += rest
                break
            part = rest
            if demand[i] > 0.0:
                part = min(rest, (capacity[site] - load[site]) / demand[i])
            shares[i, site] += part
            load[site] += part * demand[i]
            rest -= part
    return shares, left


@njit(cache=True)
def _shift(
    apart: float,
    most: float,
    ka: int,
    pa: FloatArray,
    va: float,
    kb: int,
    pb: FloatArray,
    vb: float,
) -> float:
    """Load to move from a to b until both cost the same; ``apart`` is c_a − c_b per unit."""
    low, high = 0.0, most
    if apart + slope_at(ka, pa, max(0.0, va - most)) - slope_at(kb, pb, vb + most) >= 0.0:
        return most
    for _ in range(60):
        middle = 0.5 * (low + high)
        if apart + slope_at(ka, pa, max(0.0, va - middle)) - slope_at(kb, pb, vb + middle) > 0.0:
            low = middle
        else:
            high = middle
        if high - low <= 1e-13 * most:
            break
    return low


@njit(cache=True)
def _cheapest(
    cost: FloatArray,
    demand: float,
    price: float,
    load: FloatArray,
    slope: FloatArray,
    capacity: FloatArray,
) -> tuple[int, float]:
    """Site with room that serves a customer for less than a price, and its own; −1 for none."""
    site = -1
    for j in range(cost.size):
        there = cost[j] + demand * slope[j]
        if there < price and load[j] < capacity[j] * (1.0 - 1e-12):
            price, site = there, j
    return site, price


@njit(cache=True)
def balance(
    cost: FloatArray,
    demand: FloatArray,
    capacity: FloatArray,
    kind: IntArray,
    par: FloatArray,
    shares: FloatArray,
    sweeps: int,
    enough: float,
) -> None:
    """Move parts of customers to cheaper open sites, in place, until a sweep gains too little.

    Parameters
    ----------
    cost, shares : (n, k) float
        Costs from the open sites, and a feasible split, which is changed.
    sweeps : int
        Largest number of passes over all customers.
    enough : float
        Gain of a sweep below which the work ends.
    """
    n, k = cost.shape
    load, slope = np.zeros(k), np.empty(k)
    for i in range(n):
        for j in range(k):
            load[j] += demand[i] * shares[i, j]
    for j in range(k):
        slope[j] = slope_at(kind[j], par[j], load[j])
    for _ in range(sweeps):
        gained = 0.0
        for i in range(n):
            for a in range(k):
                if shares[i, a] <= 0.0:
                    continue
                here = cost[i, a] + demand[i] * slope[a]
                b, best = _cheapest(cost[i], demand[i], here, load, slope, capacity)
                if b < 0 or here - best <= 1e-14 * abs(here):
                    continue
                part = shares[i, a]
                if demand[i] > 0.0:
                    most = min(part * demand[i], capacity[b] - load[b])
                    apart = (cost[i, a] - cost[i, b]) / demand[i]
                    moved = _shift(apart, most, kind[a], par[a], load[a], kind[b], par[b], load[b])
                    part = shares[i, a] if moved >= part * demand[i] else moved / demand[i]
                    load[a] = max(0.0, load[a] - part * demand[i])
                    load[b] += part * demand[i]
                    slope[a] = slope_at(kind[a], par[a], load[a])
                    slope[b] = slope_at(kind[b], par[b], load[b])
                shares[i, a] -= part
                shares[i, b] += part
                gained += 0.5 * part * (here - best)
        if gained <= enough:
            return
