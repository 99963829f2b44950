"""Which sites to open when each has a value: least Σ ρ_j y_j within a count and for a load.

Two relaxations of the choice bound it from below: the range of the number of sites without the
load, and the load ``Σ_j s_j y_j ≥ Σ_i d_i`` without the range, a knapsack over the sites to close.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.binary_knapsack_kernels import (
    forced_real,
    forced_whole,
    subset_real,
    subset_whole,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CELLS = 2_000_000
"""Largest table of a dynamic program over the sites."""


@njit(cache=True, nogil=True)
def choose_sites(
    rho: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    demand: FloatArray,
    units: IntArray,
    is_open: BoolArray,
) -> float:
    """Least Σ ρ_j y_j over the allowed sets, or a bound below it, and the set that attains it."""
    m = rho.size
    by_count = _by_count(rho, state, lowest, highest, is_open)
    total, everything = 0.0, 0.0
    for j in range(m):
        if is_open[j]:
            total += capacity[j]
        if state[j] >= 0:
            everything += rho[j]
    if total >= demand.sum():
        return by_count
    place, profit, weight, whole = _closable(rho, capacity, capacity_units, state)
    spare, spare_units = _spare(capacity, capacity_units, state, demand, units)
    closed = np.zeros(m, dtype=np.bool_)
    if spare < 0.0:
        return np.inf
    if units.size > 0 and spare_units * place.size <= CELLS:
        saved = subset_whole(profit, whole, place.size, spare_units, closed)
    else:
        saved = subset_real(profit, weight, place.size, spare, closed)
    if everything - saved <= by_count:
        return by_count
    for j in range(m):
        is_open[j] = state[j] >= 0
    for t in range(place.size):
        if closed[t]:
            is_open[place[t]] = False
    return everything - saved


@njit(cache=True)
def enough_by_count(
    rho: FloatArray,
    capacity: FloatArray,
    state: IntArray,
    lowest: int,
    highest: int,
    demand: FloatArray,
    is_open: BoolArray,
) -> bool:
    """Whether the sites chosen by their number alone carry the load; fills them."""
    _by_count(rho, state, lowest, highest, is_open)
    total = 0.0
    for j in range(rho.size):
        if is_open[j]:
            total += capacity[j]
    return bool(total >= demand.sum())


@njit(cache=True, nogil=True)
def site_bounds(
    rho: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    demand: FloatArray,
    units: IntArray,
    if_open: FloatArray,
    if_closed: FloatArray,
) -> None:
    """Fill bounds on Σ ρ_j y_j with each single site forced open and forced closed."""
    m = rho.size
    is_open = np.zeros(m, dtype=np.bool_)
    forced = state.copy()
    for j in range(m):
        forced[j] = 1
        if_open[j] = _by_count(rho, forced, lowest, highest, is_open)
        forced[j] = -1
        if_closed[j] = _by_count(rho, forced, lowest, highest, is_open)
        forced[j] = state[j]
    place, profit, weight, whole = _closable(rho, capacity, capacity_units, state)
    spare, spare_units = _spare(capacity, capacity_units, state, demand, units)
    everything, savings = 0.0, 0.0
    for j in range(m):
        if state[j] >= 0:
            everything += rho[j]
    k = place.size
    inside, outside = np.empty(k), np.empty(k)
    if spare < 0.0:
        if_open[:] = np.inf
        if_closed[:] = np.inf
        return
    for t in range(k):
        savings += weight[t]
    if savings <= spare:
        return
    if units.size > 0 and spare_units * k <= CELLS:
        forced_whole(profit, whole, k, spare_units, inside, outside)
    else:
        forced_real(profit, weight, k, spare, inside, outside)
    for t in range(k):
        j = place[t]
        if_open[j] = max(if_open[j], everything - outside[t])
        if_closed[j] = max(if_closed[j], everything - inside[t])


@njit(cache=True)
def _by_count(
    rho: FloatArray, state: IntArray, lowest: int, highest: int, is_open: BoolArray
) -> float:
    """Least Σ ρ_j y_j with a number of open sites in the range; ``inf`` if there is none."""
    value, count = 0.0, 0
    order = np.argsort(rho)
    for j in range(rho.size):
        is_open[j] = state[j] > 0
        if state[j] > 0:
            value += rho[j]
            count += 1
    if count > highest:
        return np.inf
    for j in order:
        if state[j] != 0:
            continue
        if count >= highest or (rho[j] >= 0.0 and count >= lowest):
            break
        is_open[j] = True
        value += rho[j]
        count += 1
    return value if count >= lowest else np.inf


@njit(cache=True)
def _closable(
    rho: FloatArray, capacity: FloatArray, capacity_units: IntArray, state: IntArray
) -> tuple[IntArray, FloatArray, FloatArray, IntArray]:
    """Free sites whose closing saves: numbers, savings, capacities, capacities in units."""
    place = np.flatnonzero((state == 0) & (rho > 0.0))
    whole = capacity_units[place] if capacity_units.size > 0 else place
    return place, rho[place], capacity[place], whole


@njit(cache=True)
def _spare(
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    demand: FloatArray,
    units: IntArray,
) -> tuple[float, int]:
    """Capacity that may be closed, as a real number and in units."""
    spare, whole = -demand.sum(), 0
    if units.size > 0:
        whole = -units.sum()
    for j in range(capacity.size):
        if state[j] >= 0:
            spare += capacity[j]
            if units.size > 0:
                whole += capacity_units[j]
    if abs(spare) <= 1e-9 * demand.sum():
        spare = 0.0
    return spare, whole
