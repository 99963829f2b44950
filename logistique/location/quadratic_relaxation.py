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

from logistique.location.quadratic_kernels import curvature, gains, prices

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@njit(cache=True)  # type: ignore[untyped-decorator]
def cheapest_sites(reduced: FloatArray, fixed: int, low: int, high: int) -> float:
    """Least ``Σ_j reduced_j y_j``: the first ``fixed`` sites open, ``low … high`` of the others."""
    total = 0.0
    for j in range(fixed):
        total += reduced[j]
    rest = np.sort(reduced[fixed:])
    for t in range(min(high, rest.size)):
        if t >= low and rest[t] >= 0.0:
            break
        total += rest[t]
    return total


@njit(cache=True)  # type: ignore[untyped-decorator]
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


@njit(cache=True)  # type: ignore[untyped-decorator]
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


@njit(cache=True)  # type: ignore[untyped-decorator]
def _newton_step(
    hessian: FloatArray, slope: FloatArray, count: float, low: float, high: float
) -> FloatArray:
    """Step on the moving sites; one that leaves the count range is pulled back to its edge."""
    k = slope.size
    sides = np.empty((k, 2))
    sides[:, 0] = -slope
    sides[:, 1] = 1.0
    solved = np.linalg.solve(hessian, sides)
    step = solved[:, 0].copy()
    after = count + step.sum()
    target = min(max(after, low), high)
    weight = solved[:, 1].sum()
    if target != after and weight > 0.0:
        step += solved[:, 1] * ((target - after) / weight)
    return step


@njit(cache=True)  # type: ignore[untyped-decorator]
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
        return np.inf, kept, value
    for _ in range(passes):
        reduced = opening - gains(slope, price)
        bound = price.sum() + cheapest_sites(reduced, fixed, low, high)
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


@njit(cache=True)  # type: ignore[untyped-decorator]
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
    value = prices(slope, share, price, density) + np.sum(opening * share)
    if value == np.inf:
        share[:] = 1.0
        _within_count(share, fixed, low, high)
        value = prices(slope, share, price, density) + np.sum(opening * share)
    return value


@njit(cache=True)  # type: ignore[untyped-decorator]
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
    hessian = curvature(np.ascontiguousarray(slope[:, moving]), price, density)
    step = np.zeros(share.size)
    step[moving] = _newton_step(hessian, reduced[moving], share[fixed:].sum(), low, high)
    used = np.flatnonzero((share > 0.0) | (step != 0.0))
    inner = np.ascontiguousarray(slope[:, used])
    length = 1.0
    for _ in range(25):
        trial = np.minimum(1.0, np.maximum(0.0, share + length * step))
        _within_count(trial, fixed, low, high)
        expected = np.sum(reduced * (trial - share))
        if abs(expected) <= 1e-13 * abs(value):
            return value
        changed = prices(inner, trial[used], price, density) + np.sum(opening * trial)
        if changed <= value + 1e-4 * expected:
            share[:] = trial
            return changed
        length *= 0.5
    return value


@njit(cache=True)  # type: ignore[untyped-decorator]
def branching_scores(slope: FloatArray, share: FloatArray, fixed: int) -> FloatArray:
    """Product of the second-order costs of rounding each free share down and up; 0 if integral."""
    n, k = slope.shape
    price = np.empty(n)
    density = np.empty(n)
    scores = np.zeros(k)
    used = np.flatnonzero(share > 0.0)
    prices(np.ascontiguousarray(slope[:, used]), share[used], price, density)
    inside = (share > 1e-7) & (share < 1.0 - 1e-7)
    inside[:fixed] = False
    chosen = np.flatnonzero(inside)
    if chosen.size:
        columns = np.ascontiguousarray(slope[:, chosen])
        inverse = np.linalg.inv(curvature(columns, price, density))
        for t in range(chosen.size):
            y = share[chosen[t]]
            scores[chosen[t]] = (y * (1.0 - y) / max(inverse[t, t], 1e-300)) ** 2
    return scores
