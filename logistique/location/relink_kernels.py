"""Path relinking: the best answer on a walk of swaps from one answer to another.

Glover's idea as used for the p-median by Resende and Werneck (2004).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.swap_kernels import (
    exchange,
    gain_and_extra,
    locate_all,
    removal_losses,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def relink(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    far: FloatArray,
    site_start: IntArray,
    site_customer: Int32Array,
    site_length: FloatArray,
    weight: FloatArray,
    opening: FloatArray,
    fixed: BoolArray,
    is_open: BoolArray,
    target: BoolArray,
    best_open: BoolArray,
) -> float:
    """Walk from one set of sites to another by best swaps; keep the best set strictly between.

    Parameters
    ----------
    is_open : (m,) bool
        Where the walk begins; changed in place to where it ends.
    target : (m,) bool
        Set it walks to, of any size.
    best_open : (m,) bool
        Filled with the best set on the way, if there is one.

    Returns
    -------
    float
        Change of the cost, penalties of ``far`` included, from the beginning to the best set;
        ``inf`` if there is no set between.
    """
    n, m = weight.size, opening.size
    first = np.empty(n, dtype=np.int32)
    second = np.empty(n, dtype=np.int32)
    d1 = np.empty(n)
    d2 = np.empty(n)
    loss = np.zeros(m)
    extra = np.zeros(m)
    touched = np.empty(m, dtype=np.int32)
    locate_all(start, site, length, far, is_open, first, second, d1, d2)
    removal_losses(weight, first, d1, d2, loss)
    entering = np.flatnonzero(target & ~is_open)
    leaving = np.flatnonzero(is_open & ~target & ~fixed)
    change = 0.0
    best = np.inf
    for _ in range(min(entering.size, leaving.size) - 1):
        step = np.inf
        insert, remove = -1, -1
        for j in entering:
            if is_open[j]:
                continue
            gain, n_touched = gain_and_extra(
                int(j),
                site_start,
                site_customer,
                site_length,
                weight,
                first,
                d1,
                d2,
                extra,
                touched,
            )
            for r in leaving:
                if is_open[r]:
                    value = opening[j] - gain + loss[r] - opening[r] - extra[r]
                    if value < step:
                        step, insert, remove = value, int(j), int(r)
            for s in range(n_touched):
                extra[touched[s]] = 0.0
        if insert < 0:
            break
        exchange(
            insert,
            remove,
            start,
            site,
            length,
            far,
            site_start,
            site_customer,
            site_length,
            weight,
            is_open,
            first,
            second,
            d1,
            d2,
            loss,
        )
        change += step
        if change < best:
            best = change
            best_open[:] = is_open
    return best
