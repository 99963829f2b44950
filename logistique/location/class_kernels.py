"""Equal rows of bits found by hashing, compiled."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

WordArray = NDArray[np.uint64]
IntArray = NDArray[np.int64]


@numba.njit(cache=True)
def number_rows(
    words: WordArray, known: WordArray, count: int, table: IntArray, label: NDArray[np.int32]
) -> tuple[int, int]:
    """Label each row of bits with its place among the different rows met so far.

    Parameters
    ----------
    words : (k, w) uint64
        Rows of bits.
    known : (c, w) uint64
        Different rows so far in its first ``count`` rows; new ones are appended.
    count : int
        Number of different rows so far.
    table : (t,) int64
        Open-addressing table of row numbers, −1 where empty; t a power of two.
    label : (k,) int32
        Filled with the number of each row.

    Returns
    -------
    done, count : int
        Rows numbered before ``known`` or half of the table was full, and different rows then.
    """
    mask = table.size - 1
    for row in range(words.shape[0]):
        mixed = np.uint64(0x9E3779B97F4A7C15)
        for w in range(words.shape[1]):
            mixed ^= words[row, w]
            mixed *= np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(mask))
        while True:
            at = table[slot]
            if at < 0:
                if count == known.shape[0] or 2 * count >= table.size:
                    return row, count
                known[count] = words[row]
                table[slot] = count
                label[row] = count
                count += 1
                break
            same = True
            for w in range(words.shape[1]):
                if known[at, w] != words[row, w]:
                    same = False
                    break
            if same:
                label[row] = at
                break
            slot = (slot + 1) & mask
    return words.shape[0], count
