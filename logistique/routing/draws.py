"""Compiled random numbers whose state the caller holds."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def words(seed: int) -> Words:
    """State of a generator for a seed."""
    return np.array([(seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64 | 1], dtype=np.uint64)


@njit(cache=True, nogil=True)
def draw(rng: Words) -> float:
    """Next number in [0, 1) of a xorshift generator whose state is ``rng[0]``."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return np.float64(x >> np.uint64(11)) * (1.0 / 9007199254740992.0)
