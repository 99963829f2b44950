"""The Lagrangian of single sourcing that relaxes "every customer is served once".

With multipliers u_i,

    L(u) = Σ_i u_i + min Σ_j ρ_j y_j,   ρ_j = f_j − max {Σ_i (u_i − c_ij) x_i : Σ_i d_i x_i ≤ s_j},

x and y binary, over y with a number of open sites in a range and with ``Σ_j s_j y_j ≥ Σ_i d_i``
(implied by the model, but stronger than its linear relaxation). Pairs lie site by site:
``start[j] … start[j + 1]`` are the pairs of site j. ``state`` of a site is −1 where it is closed,
0 where it is free and 1 where it is open. Without ``units`` (size 0) demands are real numbers.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.binary_knapsack_kernels import SLACK, relaxed, subset_real, subset_whole
from logistique.location.site_choice_kernels import choose_sites, enough_by_count

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

HALVINGS = 8
"""Most distances that all prices are tilted by."""


@njit(cache=True)
def fill_site(
    j: int,
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    u: FloatArray,
    taken: BoolArray,
) -> float:
    """Most profit of the customers of one site; fills the pairs that attain it."""
    most = start[j + 1] - start[j]
    profit, weight = np.empty(most), np.empty(most)
    whole, place = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    chosen = np.zeros(most, dtype=np.bool_)
    exact = units.size > 0
    k = 0
    for e in range(start[j], start[j + 1]):
        taken[e] = False
        i = customer[e]
        gain = u[i] - cost[e]
        if gain > 0.0:
            profit[k] = gain
            place[k] = e
            weight[k] = demand[i]
            if exact:
                whole[k] = units[i]
            k += 1
    if exact:
        value = subset_whole(profit, whole, k, capacity_units[j], chosen)
    else:
        value = subset_real(profit, weight, k, capacity[j], chosen)
    for t in range(k):
        taken[place[t]] = chosen[t]
    return value


@njit(cache=True, nogil=True)
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
    """Fill ρ and the pairs that attain it; ρ of closed sites is 0."""
    taken[:] = False
    for j in range(opening.size):
        rho[j] = 0.0
        if state[j] >= 0:
            rho[j] = opening[j] - fill_site(
                j, start, customer, cost, demand, units, capacity, capacity_units, u, taken
            )


@njit(cache=True)
def fill_bounds(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    opening: FloatArray,
    capacity: FloatArray,
    state: IntArray,
    u: FloatArray,
    rho: FloatArray,
) -> None:
    """Fill lower bounds on ρ, from the linear relaxations of the knapsacks; 0 for closed sites."""
    for j in range(opening.size):
        rho[j] = 0.0
        if state[j] < 0:
            continue
        most = start[j + 1] - start[j]
        profit, weight = np.empty(most), np.empty(most)
        k, total, load = 0, 0.0, 0.0
        for e in range(start[j], start[j + 1]):
            gain = u[customer[e]] - cost[e]
            if gain > 0.0:
                profit[k] = gain
                weight[k] = demand[customer[e]]
                total += gain
                load += weight[k]
                k += 1
        room = capacity[j] * (1.0 + SLACK)
        if load > room:
            density = np.empty(k)
            for t in range(k):
                density[t] = -profit[t] / weight[t] if weight[t] > 0.0 else -np.inf
            total = relaxed(profit, weight, np.argsort(density), 0, room)
        rho[j] = opening[j] - total


@njit(cache=True)
def fill_wanted(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    opening: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    u: FloatArray,
    rho: FloatArray,
    taken: BoolArray,
) -> bool:
    """Fill ρ exactly where a choice by the number of sites needs it; True if everywhere.

    Elsewhere ρ is a lower bound, not below those of the sites chosen.
    """
    m = opening.size
    fill_bounds(start, customer, cost, demand, opening, capacity, state, u, rho)
    count = 0
    for j in range(m):
        if state[j] > 0:
            count += 1
            rho[j] = opening[j] - fill_site(
                j, start, customer, cost, demand, units, capacity, capacity_units, u, taken
            )
    room, need = highest - count, max(0, lowest - count)
    best = np.empty(m)
    known = 0
    for j in np.argsort(rho):
        if state[j] != 0:
            continue
        if room <= 0 or (known >= room and rho[j] >= best[room - 1]):
            return False
        if rho[j] >= 0.0 and known >= need and (need == 0 or rho[j] >= best[need - 1]):
            return False
        rho[j] = opening[j] - fill_site(
            j, start, customer, cost, demand, units, capacity, capacity_units, u, taken
        )
        at = known
        while at > 0 and best[at - 1] > rho[j]:
            best[at] = best[at - 1]
            at -= 1
        best[at] = rho[j]
        known += 1
    return True


@njit(cache=True, nogil=True)
def tilt(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    opening: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    u: FloatArray,
    target: float,
) -> None:
    """Raise or lower all prices in proportion to demand where that raises L(u).

    Where open sites have little room to spare L rises slowly that way, but far, and subgradient
    steps do not get there. Along its tangent it meets a target above it beyond its maximum; the
    distance is halved from there on until L falls again.
    """
    m = opening.size
    rho, taken = np.empty(m), np.zeros(cost.size, dtype=np.bool_)
    is_open = np.zeros(m, dtype=np.bool_)
    value, far, best = -np.inf, 0.0, 0.0
    for turn in range(HALVINGS + 1):
        tilted = u + far * demand
        fill_sites(
            start, customer, cost, demand, units, opening, capacity, capacity_units, state,
            tilted, rho, taken,
        )  # fmt: skip
        there = tilted.sum() + choose_sites(
            rho, capacity, capacity_units, state, lowest, highest, demand, units, is_open
        )
        if turn == 0:
            slope = demand.sum()
            for j in range(m):
                for e in range(start[j], start[j + 1]):
                    if is_open[j] and taken[e]:
                        slope -= demand[customer[e]]
            if abs(slope) <= SLACK * demand.sum() or there >= target:
                return
            value, far = there, 2.0 * (target - there) / slope
        elif there > value:
            value, best = there, far
        elif best != 0.0:
            break
        far *= 0.5
    u += best * demand


@njit(cache=True, nogil=True)
def ascend(
    start: IntArray,
    customer: Int32Array,
    cost: FloatArray,
    demand: FloatArray,
    units: IntArray,
    opening: FloatArray,
    capacity: FloatArray,
    capacity_units: IntArray,
    state: IntArray,
    lowest: int,
    highest: int,
    u: FloatArray,
    best_u: FloatArray,
    direction: FloatArray,
    mean_y: FloatArray,
    mean_x: FloatArray,
    is_open: BoolArray,
    scale: float,
    best: float,
    target: float,
    cutoff: float,
    iterations: int,
    patience: int,
) -> tuple[float, float]:
    """Raise L(u) by deflected subgradient steps (Crowder; Polyak lengths); best bound and scale.

    ``u`` moves, ``best_u`` keeps the best point; ``mean_y`` and ``mean_x`` are running averages
    of the sites and pairs chosen. Ends early at the cutoff, where nothing is relaxed any more, or
    where steps have become too short.
    """
    n, m = demand.size, opening.size
    rho, served = np.empty(m), np.empty(n)
    taken = np.zeros(cost.size, dtype=np.bool_)
    stale = 0
    for _ in range(iterations):
        everywhere = fill_wanted(
            start, customer, cost, demand, units, opening, capacity, capacity_units, state,
            lowest, highest, u, rho, taken,
        )  # fmt: skip
        if not everywhere and not enough_by_count(
            rho, capacity, state, lowest, highest, demand, is_open
        ):
            fill_sites(
                start, customer, cost, demand, units, opening, capacity, capacity_units, state,
                u, rho, taken,
            )  # fmt: skip
        value = u.sum() + choose_sites(
            rho, capacity, capacity_units, state, lowest, highest, demand, units, is_open
        )
        stale = 0 if value > best + 1e-6 * abs(best) else stale + 1
        if value > best:
            best = value
            best_u[:] = u
        if stale >= patience:
            scale *= 0.7
            stale = 0
        served[:] = 0.0
        for j in range(m):
            mean_y[j] += 0.03 * ((1.0 if is_open[j] else 0.0) - mean_y[j])
            for e in range(start[j], start[j + 1]):
                hit = is_open[j] and taken[e]
                mean_x[e] += 0.03 * ((1.0 if hit else 0.0) - mean_x[e])
                if hit:
                    served[customer[e]] += 1.0
        norm = 0.0
        exact = True
        for i in range(n):
            exact = exact and served[i] == 1.0
            direction[i] = 1.0 - served[i] + 0.7 * direction[i]
            norm += direction[i] * direction[i]
        if best >= cutoff or exact or norm < 1e-12 or scale < 1e-3:
            break
        step = scale * max(target - value, 1e-6 * abs(target)) / norm
        for i in range(n):
            u[i] += step * direction[i]
    return best, scale
