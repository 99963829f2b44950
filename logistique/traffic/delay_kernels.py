"""Travel time of one link under a flow, its derivatives and its integral, compiled.

Five forms, each convex or at least increasing in the flow v ≥ 0; x = v / k is the load ratio.
Parameters of link a are row a of ``DelayArrays.parameter``:

========  ==========================================  ====================================
kind      time t(v)                                   columns
========  ==========================================  ====================================
CONSTANT  t0                                          t0
BPR       t0 (1 + α x^β)                              t0, 1/k, α, β
CONICAL   t0 (2 + √(α²(1−x)² + β²) − α(1−x) − β)      t0, 1/k, α, β = (2α−1)/(2α−2)
AKCELIK   t0 + T/4 (x − 1 + √((x−1)² + b x))          t0, 1/k, T, b = 8 J / (k T)
DAVIDSON  t0 (1 + J x/(1−x)), tangent beyond x_c      t0, 1/k, J, x_c
TABLE     t0 · g(x), g piecewise linear               t0, 1/k, number of the table
========  ==========================================  ====================================
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

CONSTANT, BPR, CONICAL, AKCELIK, DAVIDSON, TABLE = range(6)
USUAL_POWER = 4.0
COLUMNS = 4


class DelayArrays(NamedTuple):
    """Volume-delay functions of m links as arrays.

    Parameters
    ----------
    kind : (m,) int8
    parameter : (m, 4) float
        As the module's table says.
    table_first : (tables + 1,) int
        Knots of table i are ``table_first[i]:table_first[i + 1]``.
    table_ratio, table_factor, table_area : (knots,) float
        Load ratio x, time factor g(x) and ∫₀ˣ g.
    """

    kind: ByteArray
    parameter: FloatArray
    table_first: IntArray
    table_ratio: FloatArray
    table_factor: FloatArray
    table_area: FloatArray


@njit(cache=True)
def link_time(d: DelayArrays, a: int, v: float) -> tuple[float, float, float]:
    """Time t, derivative t′ and v · t″ of link ``a`` at flow ``v``.

    v · t″ and not t″, which has a pole at 0 for powers between 1 and 2.
    """
    kind = d.kind[a]
    t0 = float(d.parameter[a, 0])
    if kind == CONSTANT:
        return t0, 0.0, 0.0
    per_vehicle = float(d.parameter[a, 1])
    p = float(d.parameter[a, 2])
    q = float(d.parameter[a, 3])
    x = max(v, 0.0) * per_vehicle
    if kind == BPR:
        power = x * x * x if q == USUAL_POWER else math.pow(x, q - 1.0)
        slope = q * t0 * p * power * per_vehicle
        return t0 + t0 * p * power * x, slope, (q - 1.0) * slope
    if kind == CONICAL:
        y = p * (1.0 - x)
        root = math.sqrt(y * y + q * q)
        slope = t0 * per_vehicle * p * (1.0 - y / root)
        bend = t0 * per_vehicle * p * p * q * q / (root * root * root)
        return t0 * (2.0 + root - y - q), slope, bend * x
    if kind == AKCELIK:
        z = x - 1.0
        root = math.sqrt(z * z + q * x)
        slope = 0.25 * p * per_vehicle * (1.0 + (z + 0.5 * q) / root)
        bend = 0.25 * p * per_vehicle * (q - 0.25 * q * q) / (root * root * root)
        return t0 + 0.25 * p * (z + root), slope, bend * x
    if kind == DAVIDSON:
        y = min(x, q)
        free = 1.0 / (1.0 - y)
        slope = t0 * p * per_vehicle * free * free
        over = (x - y) * free * free
        bend = 2.0 * slope * free if x <= q else 0.0
        return t0 * (1.0 + p * (y * free + over)), slope, bend * x
    i = _knot(d, int(p), x)
    slope = _table_slope(d, i)
    factor = float(d.table_factor[i]) + slope * (x - float(d.table_ratio[i]))
    return t0 * factor, t0 * slope * per_vehicle, 0.0


@njit(cache=True)
def link_integral(d: DelayArrays, a: int, v: float) -> float:
    """∫₀ᵛ t of link ``a``."""
    kind = d.kind[a]
    t0 = float(d.parameter[a, 0])
    if kind == CONSTANT:
        return t0 * v
    per_vehicle = float(d.parameter[a, 1])
    p = float(d.parameter[a, 2])
    q = float(d.parameter[a, 3])
    v = max(v, 0.0)
    x = v * per_vehicle
    if kind == BPR:
        return t0 * v * (1.0 + p / (q + 1.0) * math.pow(x, q))
    if kind == CONICAL:
        root = (_root_integral(p, q * q) - _root_integral(p * (1.0 - x), q * q)) / p
        return t0 / per_vehicle * ((2.0 - q - p) * x + 0.5 * p * x * x + root)
    if kind == AKCELIK:
        shift = 0.5 * q - 1.0
        rest = q - 0.25 * q * q
        root = _root_integral(x + shift, rest) - _root_integral(shift, rest)
        return t0 * v + 0.25 * p / per_vehicle * (0.5 * x * x - x + root)
    if kind == DAVIDSON:
        y = min(x, q)
        free = 1.0 / (1.0 - y)
        over = (x - y) * (y * free + 0.5 * (x - y) * free * free)
        return t0 / per_vehicle * (x + p * (-y - math.log1p(-y) + over))
    i = _knot(d, int(p), x)
    step = x - d.table_ratio[i]
    area = d.table_factor[i] * step + 0.5 * _table_slope(d, i) * step * step
    return t0 / per_vehicle * (float(d.table_area[i]) + float(area))


@njit(cache=True)
def _root_integral(y: float, d: float) -> float:
    """Antiderivative of √(y² + d) in y."""
    root = math.sqrt(max(y * y + d, 0.0))
    if d == 0.0:
        return 0.5 * y * abs(y)
    if d > 0.0:
        return 0.5 * (y * root + d * math.asinh(y / math.sqrt(d)))
    return 0.5 * (y * root + d * math.log((y + root) / math.sqrt(-d)))


@njit(cache=True)
def _knot(d: DelayArrays, table: int, x: float) -> int:
    """Last knot at or below ``x`` that begins a piece."""
    low = int(d.table_first[table])
    high = int(d.table_first[table + 1]) - 2
    while low < high:
        middle = (low + high + 1) // 2
        if d.table_ratio[middle] <= x:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True)
def _table_slope(d: DelayArrays, i: int) -> float:
    rise = d.table_factor[i + 1] - d.table_factor[i]
    return float(rise / (d.table_ratio[i + 1] - d.table_ratio[i]))


@njit(cache=True)
def times(
    d: DelayArrays, v: FloatArray, t: FloatArray, slope: FloatArray, bend: FloatArray
) -> None:
    """Fill time, derivative and v · t″ of every link."""
    for a in range(v.size):
        t[a], slope[a], bend[a] = link_time(d, a, v[a])


@njit(cache=True)
def integrals(d: DelayArrays, v: FloatArray, out: FloatArray) -> None:
    """Fill ∫₀ᵛ t of every link."""
    for a in range(v.size):
        out[a] = link_integral(d, a, v[a])
