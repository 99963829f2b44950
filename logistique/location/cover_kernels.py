"""Which of many sets contain one another: the domination rules of covering problems, compiled."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]


@numba.njit(cache=True)
def _contained(indices: IntArray, a: int, a_end: int, b: int, b_end: int) -> bool:
    """Whether sorted run ``a`` … ``a_end`` is a subset of sorted run ``b`` … ``b_end``."""
    while a < a_end:
        wanted = indices[a]
        while b < b_end and indices[b] < wanted:
            b += 1
        if b == b_end or indices[b] != wanted:
            return False
        a += 1
        b += 1
    return True


@numba.njit(cache=True)
def dominated_sets(
    starts: IntArray,
    elements: IntArray,
    holder_starts: IntArray,
    holders: IntArray,
    cost: FloatArray,
) -> BoolArray:
    """Find the sets that lie within another one that costs no more; of equal ones the first stays.

    Parameters
    ----------
    starts, elements : (k + 1,), (e,) int32
        Elements of each set, sorted (CSR).
    holder_starts, holders : (u + 1,), (e,) int32
        Sets that hold each element (the transpose).
    cost : (k,) float
        Cost of each set.

    Returns
    -------
    (k,) bool
        True for a set that may be left out of a cheapest cover. An empty set is dominated.
    """
    count = starts.size - 1
    out = np.zeros(count, dtype=np.bool_)
    for a in range(count):
        size = starts[a + 1] - starts[a]
        if size == 0:
            out[a] = True
            continue
        rare = elements[starts[a]]
        for at in range(starts[a] + 1, starts[a + 1]):
            e = elements[at]
            if (
                holder_starts[e + 1] - holder_starts[e]
                < holder_starts[rare + 1] - holder_starts[rare]
            ):
                rare = e
        for at in range(holder_starts[rare], holder_starts[rare + 1]):
            b = holders[at]
            other = starts[b + 1] - starts[b]
            if b == a or out[b] or other < size or cost[b] > cost[a]:
                continue
            if other == size and cost[b] == cost[a] and b > a:
                continue
            if _contained(elements, starts[a], starts[a + 1], starts[b], starts[b + 1]):
                out[a] = True
                break
    return out


@numba.njit(cache=True)
def implied_sets(
    starts: IntArray, elements: IntArray, holder_starts: IntArray, holders: IntArray
) -> BoolArray:
    """Find the sets that contain another one; of equal ones the first stays.

    Parameters as in :func:`dominated_sets`. When every set must be hit, a set that contains
    another is hit with it.
    """
    count = starts.size - 1
    out = np.zeros(count, dtype=np.bool_)
    for a in range(count):
        size = starts[a + 1] - starts[a]
        if size == 0 or out[a]:
            continue
        rare = elements[starts[a]]
        for at in range(starts[a] + 1, starts[a + 1]):
            e = elements[at]
            if (
                holder_starts[e + 1] - holder_starts[e]
                < holder_starts[rare + 1] - holder_starts[rare]
            ):
                rare = e
        for at in range(holder_starts[rare], holder_starts[rare + 1]):
            b = holders[at]
            other = starts[b + 1] - starts[b]
            if b == a or out[b] or other < size or (other == size and b < a):
                continue
            if _contained(elements, starts[a], starts[a + 1], starts[b], starts[b + 1]):
                out[b] = True
    return out
