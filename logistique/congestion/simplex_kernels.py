"""Compiled quadratic programs over shares that add up to one."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@numba.njit(cache=True)
def least_shares(
    slope: FloatArray, curvature: FloatArray, start: FloatArray, within: float, steps: int
) -> FloatArray:
    """Shares w ≥ 0 of least ``slope·(w − start) + ½ (w − start)·curvature·(w − start)``.

    By pairs: what costs most at the margin gives to what costs least.

    Parameters
    ----------
    slope, start : (k,) float
        ``start`` adds up to one.
    curvature : (k, k) float
        Symmetric, no negative eigenvalue.
    within : float
        Stop when no more than this could be gained to first order.
    steps : int
        At most.

    Returns
    -------
    (k,) float
    """
    weight, now = start.copy(), slope.copy()
    for _ in range(steps):
        best, worst, mean = 0, -1, 0.0
        for i in range(weight.size):
            mean += weight[i] * now[i]
            if now[i] < now[best]:
                best = i
            if weight[i] > 0.0 and (worst < 0 or now[i] > now[worst]):
                worst = i
        if worst == best or mean - now[best] <= within:
            break
        bend = curvature[best, best] + curvature[worst, worst] - 2.0 * curvature[best, worst]
        step = weight[worst]
        if bend * step > now[worst] - now[best]:
            step = (now[worst] - now[best]) / bend
        weight[best] += step
        weight[worst] = 0.0 if step == weight[worst] else weight[worst] - step
        for i in range(weight.size):
            now[i] += step * (curvature[i, best] - curvature[i, worst])
    return weight
