"""Sparse rows made by kernels, put together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array

from logistique.shortest_paths.search import Nearest


def join_rows(
    parts: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]], columns: int
) -> csr_array:
    """Sparse matrix of parts (starts, columns, values) that follow each other; keeps zeros."""
    starts, indices, values = [np.zeros(1, np.int64)], [np.empty(0, np.int32)], [np.empty(0)]
    size = 0
    for start, index, value in parts:
        starts.append(start[1:] + size)
        indices.append(index)
        values.append(value)
        size += len(index)
    start = np.concatenate(starts)
    return csr_array(
        (np.concatenate(values), np.concatenate(indices), start), (len(start) - 1, columns)
    )


def padded(rows: csr_array, k: int) -> Nearest:
    """At most ``k`` entries of each row as full columns, −1 and inf where there are fewer."""
    counts = np.diff(rows.indptr)
    row = np.repeat(np.arange(len(counts)), counts)
    column = np.arange(len(rows.data)) - np.repeat(rows.indptr[:-1], counts)
    target = np.full((len(counts), k), -1, np.int32)
    distance = np.full((len(counts), k), np.inf)
    target[row, column] = rows.indices
    distance[row, column] = rows.data
    return Nearest(target, distance)
