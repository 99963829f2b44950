"""The Lagrangian of single sourcing that relaxes "every customer is served once".

With multipliers u_i,

    L(u) = Σ_i u_i + min Σ_j ρ_j y_j,   ρ_j = f_j − max {Σ_i (u_i − c_ij) x_i : Σ_i d_i x_i ≤ s_j},

x and y binary, over y with a number of open sites in a range and with ``Σ_j s_j y_j ≥ Σ_i d_i``
(implied by the model, but stronger than its linear relaxation). Pairs lie site by site:
``start[j] … start[j + 1]`` are the pairs of site j.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.knapsack_kernels import (
    forced_real,
    forced_whole,
    subset_real,
    subset_whole,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def fill_sites(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    opening: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    u: FloatArray,
    rho: FloatArray,
    taken: BoolArray,
) -> None:
    """Fill ρ and the pairs that attain it. Without units (size 0) weights are real numbers.

    ``state`` is −1 for closed sites (skipped), 0 for free and 1 for open ones.
    """
    n = demand.size
    profit = np.empty(n)
    weight = np.empty(n)
    whole = np.empty(n, dtype=np.int64)
    place = np.empty(n, dtype=np.int64)
    chosen = np.zeros(n, dtype=np.bool_)
    exact = units.size > 0
    for j in range(opening.size):
        k = 0
        for e in range(start[j], start[j + 1]):
            taken[e] = False
            i = customer[e]
            gain = u[i] - cost[e]
            if gain > 0.0 and state[j] >= 0:
                profit[k] = gain
                place[k] = e
                if exact:
                    whole[k] = units[i]
                else:
                    weight[k] = demand[i]
                k += 1
        if exact:
            value = subset_whole(profit, whole, k, capacity_units[j], chosen)
        else:
            value = subset_real(profit[:k], weight[:k], k, capacity[j], chosen)
        rho[j] = opening[j] - value
        for t in range(k):
            taken[place[t]] = chosen[t]


@njit(cache=True)
def choose_sites(
    rho: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    load: float,
    load_units: int,
    is_open: BoolArray,
) -> float:
    """Least Σ ρ_j y_j over the allowed sets (or a bound below it); fills an optimal ``is_open``.

    Two relaxations, the better of both: the range of the number of sites alone, and the total
    capacity alone.
    """
    m = rho.size
    by_count = _by_count(rho, state, lowest, highest, is_open)
    total = 0.0
    for j in range(m):
        if is_open[j]:
            total += capacity[j]
    if total >= load:
        return by_count
    value = 0.0
    spare = 0.0
    exact = capacity_units.size > 0
    spare_units = 0
    k = 0
    place = np.empty(m, dtype=np.int64)
    profit = np.empty(m)
    weight = np.empty(m)
    whole = np.empty(m, dtype=np.int64)
    for j in range(m):
        if state[j] < 0:
            continue
        value += rho[j]
        spare += capacity[j]
        if exact:
            spare_units += capacity_units[j]
        if state[j] == 0 and rho[j] > 0.0:
            profit[k] = rho[j]
            weight[k] = capacity[j]
            if exact:
                whole[k] = capacity_units[j]
            place[k] = j
            k += 1
    closed = np.zeros(m, dtype=np.bool_)
    exact = exact and (spare_units - load_units) * k <= 2_000_000
    if exact:
        saved = subset_whole(profit, whole, k, spare_units - load_units, closed)
    else:
        saved = subset_real(profit[:k], weight[:k], k, spare - load, closed)
    if value - saved <= by_count:
        return by_count
    for j in range(m):
        is_open[j] = state[j] >= 0
    for t in range(k):
        if closed[t]:
            is_open[place[t]] = False
    return value - saved


@njit(cache=True)
def _by_count(
    rho: FloatArray, state: IntArray, lowest: int, highest: int, is_open: BoolArray
) -> float:
    """Least Σ ρ_j y_j with a number of open sites in the range."""
    value, count = 0.0, 0
    order = np.argsort(rho)
    for j in range(rho.size):
        is_open[j] = state[j] > 0
        if state[j] > 0:
            value += rho[j]
            count += 1
    for j in order:
        if state[j] != 0:
            continue
        if count >= highest or (rho[j] >= 0.0 and count >= lowest):
            break
        is_open[j] = True
        value += rho[j]
        count += 1
    return value
