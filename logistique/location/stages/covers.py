"""Least number of places whose capacity can hold the demand of every product."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpModel, LpStatus
from logistique.location.stages.core import Side

FloatArray = NDArray[np.float64]


def least_count(capacity: FloatArray, need: FloatArray, side: Side, time_s: float) -> float:
    """Lower bound on the number of open places; ``inf`` if no choice is enough.

    Parameters
    ----------
    capacity : (k, l) float
        Capacity of each place by product.
    need : (l,) float
        What must be handled.
    side : Side
        What may stand open.
    time_s : float
        Time for a small integral model.
    """
    size = capacity.shape[0]
    asked = need > 0
    if size == 0 or not asked.any():
        return float(side.lowest)
    # A hair below the exact need keeps choices that are filled to the brim.
    scaled = np.minimum(capacity[:, asked], need[asked]) / need[asked]
    model = LpModel(np.ones(size), side.required.astype(float), (~side.forbidden).astype(float))
    rows = sparse.csr_array(np.vstack([scaled.T, np.ones(size)]))
    low = np.append(np.full(int(asked.sum()), 1 - 1e-9), float(side.lowest))
    model.add_rows(rows, low, np.append(np.full(int(asked.sum()), np.inf), float(side.highest)))
    model.set_integer(np.arange(size), integer=True)
    answer = model.solve(time_s=time_s)
    if answer.status is LpStatus.INFEASIBLE:
        return math.inf
    if not math.isfinite(answer.bound):
        return float(side.lowest)
    return float(max(side.lowest, math.ceil(answer.bound - 1e-6)))
