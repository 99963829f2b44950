"""Convex relaxation of the quadratic location problem, by projected Newton steps.

With every customer split at best, ``Φ(y) = Σ_i min {Σ_j c_ij x_ij²/y_j : Σ_j x_ij = 1,
0 ≤ x ≤ y}`` is convex in the fractional sites ``y`` (the perspective of the cost; Günlük and
Linderoth 2010; Fischetti, Ljubić, Sinnl 2017). Any prices v prove
``Φ(y) ≥ Σ_i v_i − Σ_j y_j g_j(v)``, so every point visited gives a bound, whatever the rounding.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.quadratic_kernels import (
    curvature,
    factor,
    gains,
    prices,
    solve_factored,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def cheapest_sites(reduced: FloatArray, fixed: int, low: int, high: int) -> float:
    """Least ``Σ_j reduced_j y_j``: the first ``fixed`` sites open, ``low … high`` of the others."""
    total = 0.0
    for j in range(fixed):
        total += reduced[j]
    rest = reduced[fixed:].copy()
    count = 0
    while count < min(high, rest.size):
        # The cheapest of those left: few are taken, so that sorting them all does not pay.
        best = 0
        for j in range(1, rest.size):
            if rest[j] < rest[best]:
                best = j
        if count >= low and rest[best] >= 0.0:
            break
        total += rest[best]
        rest[best] = np.inf
        count += 1
    return total


@njit(cache=True)
def _within_count(share: FloatArray, fixed: int, low: int, high: int) -> None:
    """Move the free shares so that their sum lies within ``low … high``."""
    count = 0.0
    size = share.size - fixed
    for j in range(fixed, share.size):
        count += share[j]
    if count < low and size > count:
        grow = (size - low) / (size - count)
        for j in range(fixed, share.size):
            share[j] = 1.0 - (1.0 - share[j]) * grow
    elif count > high:
        for j in range(fixed, share.size):
            share[j] *= high / count


@njit(cache=True)
def _moving(share: FloatArray, reduced: FloatArray, fixed: int) -> IntArray:
    """Free sites that are not held at a bound by the sign of their reduced cost."""
    chosen = np.empty(share.size, np.int64)
    k = 0
    for j in range(fixed, share.size):
        held = (share[j] <= 0.0 and reduced[j] > 0.0) or (share[j] >= 1.0 and reduced[j] < 0.0)
        if not held:
            chosen[k] = j
            k += 1
    return chosen[:k]


@njit(cache=True)
def _newton_step(
    hessian: FloatArray, slope: FloatArray, count: float, low: float, high: float
) -> FloatArray:
    """Step on the moving sites; one that leaves the count range is pulled back to its edge."""
    k = slope.size
    factor(hessian)
    step = np.empty(k)
    along = np.empty(k)
    for t in range(k):
        step[t] = -slope[t]
        along[t] = 1.0
    solve_factored(hessian, step)
    after = count
    for t in range(k):
        after += step[t]
    target = min(max(after, low), high)
    if target == after:
        return step
    solve_factored(hessian, along)
    weight = 0.0
    for t in range(k):
        weight += along[t]
    if weight > 0.0:
        for t in range(k):
            step[t] += along[t] * ((target - after) / weight)
    return step


@njit(cache=True)
def relax(
    slope: FloatArray,
    opening: FloatArray,
    fixed: int,
    low: int,
    high: int,
    share: FloatArray,
    cutoff: float,
    tolerance: float,
    passes: int,
) -> tuple[float, FloatArray, float]:
    """Lower bound of a subproblem whose first ``fixed`` sites are open and the others free.

    Parameters
    ----------
    slope : (n, k) float
        ``1/(2 c)``.
    opening : (k,) float
        Opening costs.
    fixed, low, high : int
        Number of open sites, and how many of the others may be opened.
    share : (k,) float
        Starting point; changed to the last point.
    cutoff : float
        A bound at or above it is enough.
    tolerance : float
        Stop when the bound is this close to the value of the point.
    passes : int
        Largest number of Newton steps.

    Returns
    -------
    bound : float
        Proved bound; ``inf`` if the subproblem has no answer.
    reduced : (k,) float
        Reduced costs that prove it.
    value : float
        Value of the relaxation at ``share``.
    """
    n = slope.shape[0]
    price = np.empty(n)
    density = np.empty(n)
    share[:fixed] = 1.0
    best = -np.inf
    kept = opening.copy()
    value = _start(slope, opening, fixed, low, high, share, price, density)
    if value == np.inf:
        # No point was found, which does not mean that there is none: all prices zero prove this.
        return cheapest_sites(opening, fixed, low, high), kept, value
    for _ in range(passes):
        reduced = opening - gains(slope, price)
        bound = _product(price, np.ones(n)) + cheapest_sites(reduced, fixed, low, high)
        if bound > best:
            best = bound
            kept = reduced
        enough = 0.02 * (cutoff - value) if cutoff < np.inf else 0.0
        if best >= cutoff or value - best <= max(tolerance, enough):
            break
        changed = _improve(slope, opening, reduced, fixed, low, high, share, price, density, value)
        if not changed < value:
            break
        value = changed
    return best, kept, value


@njit(cache=True)
def _start(
    slope: FloatArray,
    opening: FloatArray,
    fixed: int,
    low: int,
    high: int,
    share: FloatArray,
    price: FloatArray,
    density: FloatArray,
) -> float:
    """Value at the starting point, or at one where all sites share alike if that fails."""
    _within_count(share, fixed, low, high)
    value = prices(slope, share, price, density) + _product(opening, share)
    if value == np.inf:
        share[:] = 1.0
        _within_count(share, fixed, low, high)
        value = prices(slope, share, price, density) + _product(opening, share)
    return value


@njit(cache=True)
def _improve(
    slope: FloatArray,
    opening: FloatArray,
    reduced: FloatArray,
    fixed: int,
    low: int,
    high: int,
    share: FloatArray,
    price: FloatArray,
    density: FloatArray,
    value: float,
) -> float:
    """One Newton step with backtracking: the value reached, ``value`` if there is no descent.

    Sites that stay closed in this step are left out of its evaluations.
    """
    moving = _moving(share, reduced, fixed)
    if moving.size == 0:
        return value
    hessian = curvature(_columns(slope, moving), price, density)
    inner_step = _newton_step(
        hessian, reduced[moving], _product(np.ones(share.size - fixed), share[fixed:]), low, high
    )
    step = np.zeros(share.size)
    for t in range(moving.size):
        step[moving[t]] = inner_step[t]
    used = np.flatnonzero((share > 0.0) | (step != 0.0))
    inner = _columns(slope, used)
    trial = np.empty(share.size)
    length = 1.0
    for _ in range(25):
        for j in range(share.size):
            trial[j] = min(1.0, max(0.0, share[j] + length * step[j]))
        _within_count(trial, fixed, low, high)
        expected = _product(reduced, trial) - _product(reduced, share)
        if abs(expected) <= 1e-13 * abs(value):
            return value
        changed = prices(inner, trial[used], price, density) + _product(opening, trial)
        if changed <= value + 1e-4 * expected:
            share[:] = trial
            return changed
        length *= 0.5
    return value


@njit(cache=True)
def _product(first: FloatArray, second: FloatArray) -> float:
    total = 0.0
    for j in range(first.size):
        total += first[j] * second[j]
    return total


@njit(cache=True)
def _columns(matrix: FloatArray, chosen: IntArray) -> FloatArray:
    n = matrix.shape[0]
    found = np.empty((n, chosen.size))
    for i in range(n):
        for t in range(chosen.size):
            found[i, t] = matrix[i, chosen[t]]
    return found


@njit(cache=True)
def branching_scores(slope: FloatArray, share: FloatArray, fixed: int) -> FloatArray:
    """Product of the second-order costs of rounding each free share down and up; 0 if integral."""
    n, k = slope.shape
    price = np.empty(n)
    density = np.empty(n)
    scores = np.zeros(k)
    used = np.flatnonzero(share > 0.0)
    prices(_columns(slope, used), share[used], price, density)
    inside = np.zeros(k, np.bool_)
    for j in range(fixed, k):
        inside[j] = 1e-7 < share[j] < 1.0 - 1e-7
    chosen = np.flatnonzero(inside)
    if chosen.size == 0:
        return scores
    lower = curvature(_columns(slope, chosen), price, density)
    factor(lower)
    unit = np.empty(chosen.size)
    for t in range(chosen.size):
        unit[:] = 0.0
        unit[t] = 1.0
        solve_factored(lower, unit)
        y = share[chosen[t]]
        scores[chosen[t]] = (y * (1.0 - y) / max(unit[t], 1e-300)) ** 2
    return scores
