"""One evaluation of the Lagrangian that relaxes "every customer is served once".

With multipliers u_i per unit of weight,

    L(u) = Σ_i w_i u_i + min { Σ_j ρ_j y_j },   ρ_j = f_j − Σ_i w_i max(0, u_i − c_ij),

over y in {0, 1} with between ``lowest`` and ``highest`` open sites.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def site_values(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    weight: FloatArray,
    opening: FloatArray,
    u: FloatArray,
    rho: FloatArray,
) -> None:
    """Fill ρ. Only sites nearer than u_i enter, so ``u_i ≤ tail_i`` makes truncated lists exact."""
    rho[:] = opening
    for i in range(weight.size):
        ui, wi = u[i], weight[i]
        for e in range(start[i], start[i + 1]):
            d = ui - length[e]
            if d <= 0.0:
                break
            rho[site[e]] -= wi * d


@njit(cache=True)
def times_served(
    site_start: IntArray,
    site_customer: Int32Array,
    site_length: FloatArray,
    u: FloatArray,
    chosen: IntArray,
    served: FloatArray,
) -> None:
    """Fill how many chosen sites serve each customer at the multipliers u."""
    served[:] = 0.0
    for j in chosen:
        for e in range(site_start[j], site_start[j + 1]):
            i = site_customer[e]
            if site_length[e] < u[i]:
                served[i] += 1.0
