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

from logistique.location.binary_knapsack_kernels import subset_real, subset_whole
from logistique.location.site_choice_kernels import choose_sites

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
    """Fill ρ and the pairs that attain it; ρ of closed sites is 0."""
    n = demand.size
    profit, weight = np.empty(n), np.empty(n)
    whole, place = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    chosen = np.zeros(n, dtype=np.bool_)
    exact = units.size > 0
    taken[:] = False
    for j in range(opening.size):
        rho[j] = 0.0
        if state[j] < 0:
            continue
        k = 0
        for e in range(start[j], start[j + 1]):
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
        rho[j] = opening[j] - value
        for t in range(k):
            taken[place[t]] = chosen[t]


@njit(cache=True)
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
