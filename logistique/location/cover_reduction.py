"""Rows and columns that a cheapest cover can do without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.cover_kernels import dominated_sets, implied_sets

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReducedCover:
    """A covering problem with the same least cost as the one it was made from.

    Parameters
    ----------
    covers : (rows, columns) sparse bool
        What is left.
    rows, columns : int
        Their numbers in the problem before the reduction.
    """

    covers: sparse.csr_array
    rows: IntArray
    columns: IntArray


def reduced_cover(covers: sparse.csr_array, cost: FloatArray, *, rounds: int = 8) -> ReducedCover:
    """Drop dominated columns and implied rows, turn by turn, until nothing changes.

    Parameters
    ----------
    covers : (n, m) sparse bool
        Which column covers which row; every row by at least one.
    cost : (m,) float
        Cost of each column.
    rounds : int
        Largest number of turns.

    Notes
    -----
    A column whose rows are all in a column that costs no more is dominated (Beasley, 1987). A row
    whose columns include all columns of another row is implied by it.
    """
    rows, columns = np.arange(covers.shape[0]), np.arange(covers.shape[1])
    for _ in range(rounds):
        before = (rows.size, columns.size)
        by_column = _sorted(covers.T)
        by_row = _sorted(covers)
        out = dominated_sets(*_parts(by_column), *_parts(by_row), cost[columns])
        if out.any():
            columns = columns[~out]
            by_row = _sorted(by_row[:, ~out])
            by_column = _sorted(by_row.T)
        out = implied_sets(*_parts(by_row), *_parts(by_column))
        rows, covers = rows[~out], sparse.csr_array(by_row[~out])
        if (rows.size, columns.size) == before:
            break
    return ReducedCover(covers, rows, columns)


def _sorted(matrix: sparse.sparray) -> sparse.csr_array:
    rows = sparse.csr_array(matrix)
    rows.sort_indices()
    return rows


def _parts(matrix: sparse.csr_array) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
