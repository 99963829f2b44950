"""Lagrangian bound of one branch-and-bound node, compiled.

At a node sites are open, closed or free. No multiplier needs to exceed the cost of the nearest
open site, so open sites leave the ascent and lists end where they stand; deep in the tree an
evaluation touches few entries.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
StateArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]

_MEMORY = 0.6
_PATIENCE = 6


@njit(cache=True)
def settle_forced(
    start: IntArray, site: Int32Array, state: StateArray, low: int, high: int
) -> tuple[int, int]:
    """Open the sites that are a customer's last; changes ``state``, ``low > high`` if impossible.

    Lists must hold every site that can serve a customer.
    """
    changed = True
    while changed:
        changed = False
        for i in range(start.size - 1):
            last = -1
            options = 0
            for e in range(start[i], start[i + 1]):
                s = state[site[e]]
                if s == 1:
                    options = 2
                    break
                if s == 0:
                    options += 1
                    last = site[e]
                    if options == 2:
                        break
            if options == 0:
                return 1, 0
            if options == 1:
                state[last] = 1
                low = max(0, low - 1)
                high -= 1
                if high < 0:
                    return 1, 0
                changed = True
    return low, high


@njit(cache=True)
def node_lists(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    state: StateArray,
    inner_start: IntArray,
    inner_site: Int32Array,
    inner_length: FloatArray,
    ceiling: FloatArray,
) -> float:
    """Free sites nearer than the nearest open one, and the cost of that one (``inf``: none).

    Returns the most that serving everybody can cost.
    """
    filled = 0
    most = 0.0
    for i in range(start.size - 1):
        inner_start[i] = filled
        ceiling[i] = np.inf
        for e in range(start[i], start[i + 1]):
            s = state[site[e]]
            if s == 1:
                ceiling[i] = length[e]
                break
            if s == 0:
                inner_site[filled] = site[e]
                inner_length[filled] = length[e]
                filled += 1
        if ceiling[i] < np.inf:
            most += ceiling[i]
        elif filled > inner_start[i]:
            most += inner_length[filled - 1]
    inner_start[start.size - 1] = filled
    return most


@njit(cache=True)
def serving_cost(
    start: IntArray, site: Int32Array, length: FloatArray, is_open: BoolArray
) -> float:
    """Cost of serving everybody from the nearest open site; ``inf`` if one has none."""
    total = 0.0
    for i in range(start.size - 1):
        found = False
        for e in range(start[i], start[i + 1]):
            if is_open[site[e]]:
                total += length[e]
                found = True
                break
        if not found:
            return np.inf
    return total


@njit(cache=True)
def _choose(rho: FloatArray, free: IntArray, low: int, high: int, chosen: StateArray) -> float:
    """Mark the cheapest ``low … high`` free sites; their total."""
    negative = 0
    total = 0.0
    for j in free:
        chosen[j] = 0
        if rho[j] < 0.0:
            chosen[j] = 1
            total += rho[j]
            negative += 1
    if low <= negative <= high:
        return total
    count = low if negative < low else high
    order = free[np.argsort(rho[free])]
    total = 0.0
    for t in range(order.size):
        chosen[order[t]] = 1 if t < count else 0
        if t < count:
            total += rho[order[t]]
    return total


@njit(cache=True)
def ascend_node(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    ceiling: FloatArray,
    opening: FloatArray,
    free: IntArray,
    base: float,
    low: int,
    high: int,
    u: FloatArray,
    cutoff: float,
    steps: int,
    best_rho: FloatArray,
    share: FloatArray,
) -> float:
    """Raise a node's bound by deflected subgradient steps aimed at the cutoff.

    Parameters
    ----------
    start, site, length, ceiling
        From :func:`node_lists`.
    opening : (m,) float
        Opening costs.
    free : (k,) int
        Free sites.
    base : float
        Opening costs of the open sites.
    low, high : int
        How many free sites open.
    u : (n,) float
        First multipliers; changed to the best ones.
    cutoff : float
        A bound at or above it is enough.
    steps : int
        Largest number of steps.
    best_rho, share : (m,) float
        Filled with the reduced costs of the best bound and the average choice of sites.

    Returns
    -------
    float
        Best bound.
    """
    n = u.size
    current = u.copy()
    direction = np.zeros(n)
    rho = np.empty(opening.size)
    chosen = np.zeros(opening.size, np.int8)
    best = -np.inf
    pace = 1.0
    stalled = 0
    mass = 0.0
    share[:] = 0.0
    for _ in range(steps):
        value = base
        for j in free:
            rho[j] = opening[j]
        for i in range(n):
            first, end = start[i], start[i + 1]
            least = ceiling[i] if first == end else min(ceiling[i], length[first])
            ui = min(max(current[i], least), ceiling[i])
            current[i] = ui
            value += ui
            for e in range(first, end):
                d = ui - length[e]
                if d <= 0.0:
                    break
                rho[site[e]] -= d
        value += _choose(rho, free, low, high, chosen)
        if best == -np.inf or value > best + 1e-9 * abs(best):
            best = value
            u[:] = current
            best_rho[:] = rho
            stalled = 0
        else:
            stalled += 1
        for j in free:
            share[j] = 0.9 * share[j] + 0.1 * chosen[j]
        mass = 0.9 * mass + 0.1
        if best >= cutoff:
            break
        if stalled >= _PATIENCE:
            pace *= 0.5
            stalled = 0
            if pace < 0.02:
                break
        norm = 0.0
        for i in range(n):
            served = 0
            ui = current[i]
            for e in range(start[i], start[i + 1]):
                if length[e] >= ui:
                    break
                served += chosen[site[e]]
            d = 1.0 - served + _MEMORY * direction[i]
            if (d > 0.0 and ui >= ceiling[i]) or start[i] == start[i + 1]:
                d = 0.0
            direction[i] = d
            norm += d * d
        if norm == 0.0:
            break
        scale = pace * max(cutoff - value, 1e-9 * abs(cutoff)) / norm
        for i in range(n):
            current[i] += scale * direction[i]
    for j in free:
        share[j] /= mass
    return best
