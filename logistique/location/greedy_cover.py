"""A cheap cover by greedy choice, without what it does not need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def greedy_cover(covers: sparse.csr_array, cost: FloatArray) -> IntArray:
    """Columns that cover all rows: most new rows per cost first, needless ones dropped after.

    Parameters
    ----------
    covers : (n, m) sparse bool
        Which column covers which row; every row by at least one.
    cost : (m,) float
        Cost of each column, ≥ 0.
    """
    by_column = sparse.csr_array(covers.T).astype(np.int64)
    bare = np.ones(covers.shape[0], dtype=np.int64)
    price = np.maximum(cost, 1e-12)
    chosen: list[int] = []
    while bare.any():
        column = int(((by_column @ bare) / price).argmax())
        chosen.append(column)
        bare[_rows(by_column, column)] = 0
    times = np.zeros(covers.shape[0], dtype=np.int64)
    for column in chosen:
        times[_rows(by_column, column)] += 1
    kept = set(chosen)
    for column in sorted(chosen, key=lambda c: (-cost[c], c)):
        rows = _rows(by_column, column)
        if (times[rows] > 1).all():
            times[rows] -= 1
            kept.discard(column)
    return np.array(sorted(kept), dtype=np.int64)


def _rows(by_column: sparse.csr_array, column: int) -> IntArray:
    rows: IntArray = by_column.indices[by_column.indptr[column] : by_column.indptr[column + 1]]
    return rows
