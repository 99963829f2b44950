"""Continuous knapsacks of sites, the pieces that a relaxation of the demand rows falls into.

With a multiplier u_i per customer, site j opened at a size of cost f, capacity U and floor l is
worth

    f + min { Σ_i (c_ij − u_i) x_i :  l ≤ Σ_i d_i x_i ≤ U,  0 ≤ x ≤ 1 },

found by filling in the order of (u_i − c_ij) / d_i. Arcs are listed by site.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def site_knapsacks(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    opening: FloatArray,
    capacity: FloatArray,
    floor: FloatArray,
    value: FloatArray,
    price: FloatArray,
) -> None:
    """Fill the value of each size of each site, and its price of a unit of capacity.

    Parameters
    ----------
    start : (m + 1,) int
        Site j owns arcs ``start[j]`` … ``start[j + 1] − 1``.
    customer, cost : (e,)
        Customers of the arcs and costs of serving the whole of them.
    demand, u : (n,) float
        Demand and multipliers.
    opening, capacity, floor : (m, k) float
        Sizes; ``inf`` opening: not offered.
    value : (m, k) float
        Receives the values; ``inf`` where not offered or the floor cannot be met.
    price : (m, k) float
        Receives what one unit of capacity less would cost; negative where the floor binds.
    """
    longest = 0
    for j in range(start.size - 1):
        longest = max(longest, start[j + 1] - start[j])
    ratio, weight = np.empty(longest), np.empty(longest)
    for j in range(start.size - 1):
        offered, least = False, 0.0
        for k in range(opening.shape[1]):
            value[j, k], price[j, k] = np.inf, 0.0
            if np.isfinite(opening[j, k]):
                offered = True
                least = max(least, floor[j, k])
        if not offered:
            continue
        # Paying arcs come first, others, needed for floors only, fill the arrays from behind.
        paying, behind, free, gain, load = 0, longest, 0.0, 0.0, 0.0
        for e in range(start[j], start[j + 1]):
            i = customer[e]
            p = u[i] - cost[e]
            if p > 0.0:
                if demand[i] == 0.0:
                    free += p
                    continue
                ratio[paying], weight[paying] = p / demand[i], demand[i]
                paying += 1
                gain += p
                load += demand[i]
            elif least > 0.0 and demand[i] > 0.0:
                behind -= 1
                ratio[behind], weight[behind] = p / demand[i], demand[i]
        for k in range(opening.shape[1]):
            if not np.isfinite(opening[j, k]):
                continue
            taken, last = gain, 0.0
            if load > capacity[j, k]:
                taken, last = _filled(ratio, weight, 0, paying, capacity[j, k])
            elif load < floor[j, k]:
                more, last = _filled(ratio, weight, behind, longest, floor[j, k] - load)
                taken += more
            if np.isfinite(taken):
                value[j, k] = opening[j, k] - free - taken
                price[j, k] = last


@njit(cache=True)
def _filled(
    ratio: FloatArray, weight: FloatArray, low: int, high: int, aim: float
) -> tuple[float, float]:
    """Fill a load with the entries of largest ratio between two places, by partitions.

    Returns the gain and the ratio at which the load is full; ``-inf`` if there is too little.
    Entries change places.
    """
    gain, left = 0.0, aim
    while low < high:
        pivot = _middle(ratio[low], ratio[(low + high) // 2], ratio[high - 1])
        above, t, below = low, low, high
        part, load, same = 0.0, 0.0, 0.0
        while t < below:
            r, w = ratio[t], weight[t]
            if r > pivot:
                ratio[t], weight[t] = ratio[above], weight[above]
                ratio[above], weight[above] = r, w
                part += r * w
                load += w
                above += 1
                t += 1
            elif r < pivot:
                below -= 1
                ratio[t], weight[t] = ratio[below], weight[below]
                ratio[below], weight[below] = r, w
            else:
                same += w
                t += 1
        if load > left:
            high = above
        elif load + same >= left:
            return gain + part + pivot * (left - load), pivot
        else:
            gain += part + pivot * same
            left -= load + same
            low = below
    if left <= 1e-12 * aim:
        return gain, 0.0
    return -np.inf, 0.0


@njit(cache=True)
def _middle(a: float, b: float, c: float) -> float:
    return max(min(a, b), min(max(a, b), c))


@njit(cache=True)
def knapsack_shares(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    u: FloatArray,
    capacity: FloatArray,
    floor: FloatArray,
    price: FloatArray,
    chosen: IntArray,
    share: FloatArray,
) -> None:
    """Fill the shares of the arcs of chosen sizes in their knapsacks; others are left alone.

    Parameters
    ----------
    start, customer, cost, demand, u, capacity, floor, price
        As in and out of :func:`site_knapsacks`.
    chosen : (m,) int
        Size of each site; −1: closed.
    share : (e,) float
        Receives the shares.
    """
    for j in range(chosen.size):
        k = chosen[j]
        if k < 0:
            continue
        for e in range(start[j], start[j + 1]):
            share[e] = 0.0
        # Whole where the ratio is above the price; what is missing goes to those at the price.
        last = price[j, k]
        load = 0.0
        for e in range(start[j], start[j + 1]):
            i = customer[e]
            p = u[i] - cost[e]
            if demand[i] == 0.0:
                share[e] = 1.0 if p > 0.0 else 0.0
            elif p / demand[i] > last:
                share[e] = 1.0
                load += demand[i]
        if last == 0.0 and load >= floor[j, k]:
            continue
        aim = capacity[j, k] if last > 0.0 else floor[j, k]
        for e in range(start[j], start[j + 1]):
            i = customer[e]
            if load >= aim:
                break
            if demand[i] > 0.0 and (u[i] - cost[e]) / demand[i] == last:
                share[e] = min(1.0, (aim - load) / demand[i])
                load += share[e] * demand[i]


@njit(cache=True)
def choose_sizes(
    value: FloatArray,
    capacity: FloatArray,
    fixed_open: BoolArray,
    lowest: int,
    highest: int,
    total: float,
    chosen: IntArray,
    worth: FloatArray,
) -> tuple[float, float]:
    """Minimise Σ value over one size or none per site whose capacities reach the total demand.

    The capacity row is priced at its best multiplier, so the sum is a lower bound.

    Parameters
    ----------
    value, capacity : (m, k) float
        Worth of each size (``inf``: not to be had) and its capacity.
    fixed_open : (m,) bool
        Sites that must be chosen.
    lowest, highest : int
        Bounds on the number of chosen sites, fixed ones counted.
    total : float
        Demand to be reached.
    chosen : (m,) int
        Receives the size of each site; −1: none.
    worth : (m,) float
        Receives the value of each site's best size at the multiplier.

    Returns
    -------
    (float, float)
        Lower bound (``inf`` if no choice exists) and multiplier of the capacity row.
    """
    bound, slope = _choice(value, capacity, fixed_open, lowest, highest, total, 0.0, chosen, worth)
    if slope <= 0.0 or not np.isfinite(bound):
        return bound, 0.0
    low, low_value, low_slope = 0.0, bound, slope
    high = 1e-9
    for j in range(value.shape[0]):
        for k in range(value.shape[1]):
            if np.isfinite(value[j, k]) and capacity[j, k] > 0.0:
                high = max(high, abs(value[j, k]) / capacity[j, k])
    turn = 0
    while True:
        high_value, high_slope = _choice(
            value, capacity, fixed_open, lowest, highest, total, high, chosen, worth
        )
        if high_slope <= 0.0:
            break
        if high_value > low_value:
            low, low_value, low_slope = high, high_value, high_slope
        high *= 4.0
        turn += 1
        if turn > 60:
            return np.inf, 0.0
    for _ in range(60):
        if high_slope == low_slope:
            break
        cross = (low_value - low * low_slope - high_value + high * high_slope) / (
            high_slope - low_slope
        )
        ceiling = low_value + low_slope * (cross - low)
        found, slope = _choice(
            value, capacity, fixed_open, lowest, highest, total, cross, chosen, worth
        )
        if found >= ceiling - 1e-12 * abs(ceiling):
            return found, cross
        if slope > 0.0:
            low, low_value, low_slope = cross, found, slope
        else:
            high, high_value, high_slope = cross, found, slope
    best = high if high_value > low_value else low
    found, slope = _choice(value, capacity, fixed_open, lowest, highest, total, best, chosen, worth)
    return found, best


@njit(cache=True)
def _choice(
    value: FloatArray,
    capacity: FloatArray,
    fixed_open: BoolArray,
    lowest: int,
    highest: int,
    total: float,
    multiplier: float,
    chosen: IntArray,
    worth: FloatArray,
) -> tuple[float, float]:
    """Best choice with a unit of capacity worth ``multiplier``, and the capacity it lacks."""
    m = value.shape[0]
    size = np.full(m, -1, dtype=np.int64)
    for j in range(m):
        worth[j] = np.inf
        for k in range(value.shape[1]):
            v = value[j, k] - multiplier * capacity[j, k]
            if v < worth[j]:
                worth[j] = v
                size[j] = k
    chosen[:] = -1
    bound, lack, count = multiplier * total, total, 0
    for j in range(m):
        if fixed_open[j]:
            if size[j] < 0:
                return np.inf, 0.0
            chosen[j] = size[j]
            bound += worth[j]
            lack -= capacity[j, size[j]]
            count += 1
    negative = 0
    for j in range(m):
        if not fixed_open[j] and worth[j] < 0.0:
            negative += 1
    if count + negative >= lowest and count + negative <= highest:
        for j in range(m):
            if not fixed_open[j] and worth[j] < 0.0:
                chosen[j] = size[j]
                bound += worth[j]
                lack -= capacity[j, size[j]]
        return bound, lack
    for j in np.argsort(worth):
        if fixed_open[j]:
            continue
        if count >= highest or (count >= lowest and worth[j] >= 0.0):
            break
        if size[j] < 0:
            return np.inf, 0.0
        chosen[j] = size[j]
        bound += worth[j]
        lack -= capacity[j, size[j]]
        count += 1
    if count < lowest or count > highest:
        return np.inf, 0.0
    return bound, lack
