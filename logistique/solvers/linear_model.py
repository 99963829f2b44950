"""A mixed-integer linear model as sparse arrays, and the builder that collects its rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LinearModel:
    """``min cost·v + offset`` subject to ``row_lower ≤ matrix v ≤ row_upper`` and bounds.

    Parameters
    ----------
    cost : (c,) float
        Objective coefficients.
    offset : float
        Constant of the objective.
    matrix : (r, c) sparse CSR
        Row coefficients.
    row_lower, row_upper : (r,) float
        Bounds of the rows, infinite where one-sided.
    lower, upper : (c,) float
        Bounds of the variables.
    integer : (c,) bool
        Variables that must be integral.
    """

    cost: FloatArray
    offset: float
    matrix: sparse.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray

    def replace(self, **changes: Any) -> LinearModel:
        """Return a changed copy."""
        return dataclasses.replace(self, **changes)

    def restricted(self, columns: IntArray, rows: IntArray) -> LinearModel:
        """Return the model with only these columns and rows; the others are at zero or slack."""
        return LinearModel(
            cost=self.cost[columns],
            offset=self.offset,
            matrix=sparse.csr_array(self.matrix[rows][:, columns]),
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            lower=self.lower[columns],
            upper=self.upper[columns],
            integer=self.integer[columns],
        )


@dataclass
class RowBuilder:
    """Collects blocks of rows as triplets; one block may hold thousands of rows."""

    _rows: list[IntArray] = field(default_factory=list)
    _columns: list[IntArray] = field(default_factory=list)
    _values: list[FloatArray] = field(default_factory=list)
    _lower: list[FloatArray] = field(default_factory=list)
    _upper: list[FloatArray] = field(default_factory=list)
    size: int = 0

    def add(
        self,
        count: int,
        terms: Iterable[tuple[ArrayLike, ArrayLike, ArrayLike]],
        lower: ArrayLike,
        upper: ArrayLike,
    ) -> slice:
        """Append ``count`` rows; each term is (row within the block, column, coefficient).

        Returns
        -------
        slice
            Numbers of the new rows.
        """
        for row, column, value in terms:
            rows, columns, values = np.broadcast_arrays(row, column, value)
            self._rows.append(np.asarray(rows, dtype=np.int64).ravel() + self.size)
            self._columns.append(np.asarray(columns, dtype=np.int64).ravel())
            self._values.append(np.asarray(values, dtype=float).ravel())
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (count,)))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (count,)))
        block = slice(self.size, self.size + count)
        self.size += count
        return block

    def matrix(self, n_columns: int) -> sparse.csr_array:
        """Return the collected coefficients, (rows, ``n_columns``)."""
        triplets = (
            np.concatenate(self._values),
            (np.concatenate(self._rows), np.concatenate(self._columns)),
        )
        csr = sparse.csr_array(sparse.coo_array(triplets, shape=(self.size, n_columns)))
        csr.eliminate_zeros()
        return csr

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper bounds of all rows."""
        return np.concatenate(self._lower), np.concatenate(self._upper)
