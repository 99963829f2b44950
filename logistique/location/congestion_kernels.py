"""Congestion costs in compiled form: a number for the kind and a row of parameters per site.

POWER: ``a v + b v^q`` with (a, b, q); QUEUE: ``w v / (r − v)`` with (w, r); TABLE: k, then k loads
and k costs. Loads never exceed what the callers allow, so that slopes stay finite.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

POWER, QUEUE, TABLE = 0, 1, 2


@njit(cache=True)
def value_at(kind: int, p: FloatArray, v: float) -> float:
    """Cost g(v)."""
    if kind == POWER:
        return float(p[0] * v + p[1] * v ** p[2] if p[1] > 0.0 else p[0] * v)
    if kind == QUEUE:
        return float(p[0] * v / (p[1] - v))
    k = int(p[0])
    e = 1
    while e < k - 1 and v > p[1 + e]:
        e += 1
    step = (p[1 + k + e] - p[k + e]) / (p[1 + e] - p[e])
    return float(p[k + e] + step * (v - p[e]))


@njit(cache=True)
def slope_at(kind: int, p: FloatArray, v: float) -> float:
    """Right derivative g′(v); at the end of a table that of the last piece."""
    if kind == POWER:
        return float(p[0] + p[1] * p[2] * v ** (p[2] - 1.0) if p[1] > 0.0 else p[0])
    if kind == QUEUE:
        spare = p[1] - v
        return float(p[0] * p[1] / (spare * spare))
    k = int(p[0])
    e = 1
    while e < k - 1 and v >= p[1 + e]:
        e += 1
    return float((p[1 + k + e] - p[k + e]) / (p[1 + e] - p[e]))


@njit(cache=True)
def load_at(kind: int, p: FloatArray, price: float) -> float:
    """Largest load whose slope is at most a price; ``inf`` if all are."""
    if kind == POWER:
        above = price - p[0]
        if above < 0.0:
            return 0.0
        if p[1] <= 0.0:
            return math.inf
        return float((above / (p[1] * p[2])) ** (1.0 / (p[2] - 1.0)))
    if kind == QUEUE:
        if price <= 0.0:
            return math.inf if p[0] == 0.0 and price == 0.0 else 0.0
        return float(max(0.0, p[1] - math.sqrt(p[0] * p[1] / price)))
    k = int(p[0])
    e = 1
    while e < k and (p[1 + k + e] - p[k + e]) <= price * (p[1 + e] - p[e]):
        e += 1
    return float(p[e])


@njit(cache=True)
def values_at(kind: IntArray, par: FloatArray, site: IntArray, load: FloatArray) -> FloatArray:
    """Cost of a load at each of some sites."""
    found = np.empty(site.size)
    for k in range(site.size):
        found[k] = value_at(kind[site[k]], par[site[k]], load[k])
    return found


@njit(cache=True)
def slopes_at(kind: IntArray, par: FloatArray, site: IntArray, load: FloatArray) -> FloatArray:
    """Slope at a load of each of some sites."""
    found = np.empty(site.size)
    for k in range(site.size):
        found[k] = slope_at(kind[site[k]], par[site[k]], load[k])
    return found
