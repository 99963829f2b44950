"""Compiled loops of the quadratic location problem: prices, reduced costs, curvature, exchanges.

With ``a_ij = 1/(2 c_ij)`` the cheapest split of customer i over fractional sites ``y`` is
``x_ij = y_j min(1, v_i a_ij)``, where the price ``v_i`` makes the shares sum to one.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

_PASSES = 60


@njit(cache=True, fastmath={"reassoc", "contract"})
def prices(slope: FloatArray, share: FloatArray, price: FloatArray, density: FloatArray) -> float:
    """Price of every customer at ``share``, and the cost of serving them all.

    Newton's method from the left on the concave, piecewise linear ``v → Σ_j y_j min(1, v a_j)``:
    it never overshoots and ends after as many passes as pieces it crosses.

    Parameters
    ----------
    slope : (n, m) float
        ``1/(2 c)``; 0 where a site cannot serve.
    share : (m,) float
        y.
    price, density : (n,) float
        Filled with ``v`` and with ``Σ y_j a_j`` over the sites whose share is below ``y_j``.

    Returns
    -------
    float
        ``Σ_ij c_ij x_ij²/y_j``; ``inf`` when a customer cannot be served whole.
    """
    n, m = slope.shape
    total = 0.0
    for i in range(n):
        row = slope[i]
        v = 0.0
        full = 0.0
        mass = 0.0
        for j in range(m):
            mass += share[j] * row[j]
        for _ in range(_PASSES):
            if mass <= 1e-300:
                break
            step = (1.0 - full) / mass
            if step <= v * (1.0 + 1e-13):
                break
            v = step
            full = 0.0
            mass = 0.0
            for j in range(m):
                below = v * row[j] < 1.0
                mass += share[j] * row[j] if below else 0.0
                full += 0.0 if below else share[j]
        if mass <= 1e-300 and full < 1.0 - 1e-12:
            return np.inf
        price[i] = v
        density[i] = mass
        total += 0.5 * v * v * mass
        if full > 0.0:
            for j in range(m):
                if v * row[j] >= 1.0:
                    total += 0.5 * share[j] / row[j]
    return total


@njit(cache=True, fastmath={"contract"})
def gains(slope: FloatArray, price: FloatArray) -> FloatArray:
    """Sum up what each site saves at given prices, ``Σ_i max_z (v_i z − c_ij z²)``, 0 ≤ z ≤ 1."""
    n, m = slope.shape
    gain = np.zeros(m)
    for i in range(n):
        v = price[i]
        row = slope[i]
        for j in range(m):
            z = v * row[j]
            # Beyond full service the gain is v − c: written so that no branch is needed.
            gain[j] += 0.5 * v * z if z < 1.0 else v - 0.5 / max(row[j], 1e-300)
    return gain


@njit(cache=True)
def curvature(slope: FloatArray, price: FloatArray, density: FloatArray) -> FloatArray:
    """Hessian of the service cost over sites, a sum of one dyad per customer, made regular."""
    n, k = slope.shape
    root = np.zeros((n, k))
    for i in range(n):
        if density[i] > 1e-300:
            scale = 1.0 / np.sqrt(density[i])
            for t in range(k):
                root[i, t] = scale * min(1.0, price[i] * slope[i, t])
    hessian: FloatArray = np.dot(root.T, root)
    trace = 0.0
    for t in range(k):
        trace += hessian[t, t]
    for t in range(k):
        hessian[t, t] += 1e-12 + 1e-10 * trace / k
    return hessian


@njit(cache=True)
def factor(matrix: FloatArray) -> None:
    """Replace a positive definite matrix by its Cholesky factor L, upper part left as it is.

    Written out because compiling numpy's solvers takes half a minute.
    """
    for i in range(matrix.shape[0]):
        for j in range(i + 1):
            rest = matrix[i, j]
            for t in range(j):
                rest -= matrix[i, t] * matrix[j, t]
            if i == j:
                matrix[i, i] = np.sqrt(max(rest, 1e-300))
            else:
                matrix[i, j] = rest / matrix[j, j]


@njit(cache=True)
def solve_factored(lower: FloatArray, side: FloatArray) -> None:
    """Replace ``side`` by the solution of ``L Lᵀ x = side``."""
    k = side.size
    for i in range(k):
        for t in range(i):
            side[i] -= lower[i, t] * side[t]
        side[i] /= lower[i, i]
    for i in range(k - 1, -1, -1):
        for t in range(i + 1, k):
            side[i] -= lower[t, i] * side[t]
        side[i] /= lower[i, i]


@njit(cache=True)
def set_cost(slope: FloatArray, opening: FloatArray, is_open: BoolArray) -> float:
    """Cost of a set of open sites: ``Σ f_j + Σ_i 1/Σ_j 1/c_ij``; ``inf`` if one is unserved."""
    n, m = slope.shape
    total = 0.0
    for j in range(m):
        if is_open[j]:
            total += opening[j]
    for i in range(n):
        mass = 0.0
        for j in range(m):
            if is_open[j]:
                mass += slope[i, j]
        if mass <= 0.0:
            return np.inf
        total += 0.5 / mass
    return total


@njit(cache=True)
def descend(
    slope: FloatArray,
    opening: FloatArray,
    is_open: BoolArray,
    movable: BoolArray,
    low: int,
    high: int,
) -> float:
    """Best opening, closing or exchange, repeated until none helps; changes ``is_open``.

    Sites outside ``movable`` stay as they are; of the others ``low … high`` are open, if they are
    at the start.
    """
    n, m = slope.shape
    mass = np.zeros(n)
    count = 0
    for j in range(m):
        if is_open[j]:
            count += 1 if movable[j] else 0
            for i in range(n):
                mass[i] += slope[i, j]
    best = set_cost(slope, opening, is_open)
    while True:
        found = best - 1e-9 * max(1.0, abs(best))
        out = -1
        into = -1
        for drop in range(-1, m):
            if drop >= 0 and not (is_open[drop] and movable[drop]):
                continue
            for add in range(-1, m):
                if add >= 0 and (is_open[add] or not movable[add]):
                    continue
                if drop < 0 and add < 0:
                    continue
                after = count
                if add >= 0:
                    after += 1
                if drop >= 0:
                    after -= 1
                if after < low or after > high:
                    continue
                value = 0.0
                for j in range(m):
                    if (is_open[j] and j != drop) or j == add:
                        value += opening[j]
                for i in range(n):
                    rest = mass[i]
                    if drop >= 0:
                        rest -= slope[i, drop]
                    if add >= 0:
                        rest += slope[i, add]
                    if rest <= 1e-15:
                        value = np.inf
                        break
                    value += 0.5 / rest
                    if value >= found:
                        break
                if value < found:
                    found = value
                    out = drop
                    into = add
        if out < 0 and into < 0:
            return best
        if into >= 0:
            is_open[into] = True
        if out >= 0:
            is_open[out] = False
        mass[:] = 0.0
        count = 0
        for j in range(m):
            if is_open[j]:
                count += 1 if movable[j] else 0
                for i in range(n):
                    mass[i] += slope[i, j]
        best = set_cost(slope, opening, is_open)
