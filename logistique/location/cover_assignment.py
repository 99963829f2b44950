"""Who is covered by which open site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def first_open(covers: sparse.csr_array, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lowest-numbered open site that covers each row, (n,); −1 where there is none."""
    sites = np.flatnonzero(chosen)
    label = np.full(covers.shape[0], -1, dtype=np.int64)
    by_site = covers[:, sites].tocsc()
    for at in range(sites.size - 1, -1, -1):
        label[by_site.indices[by_site.indptr[at] : by_site.indptr[at + 1]]] = sites[at]
    return label
