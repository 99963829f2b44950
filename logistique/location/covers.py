"""Which site covers which customer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.location.distances import Distances, as_distances

_BLOCK = 1 << 22


def covers_within(
    distance: ArrayLike | sparse.sparray | sparse.spmatrix | Distances, radius: float
) -> sparse.csr_array:
    """Coverage of customers by the sites within a radius.

    Parameters
    ----------
    distance : (n, m) array, sparse matrix or Distances
        From each customer to each site.
    radius : float
        Largest distance that covers, in the units of the distances, ≥ 0.

    Returns
    -------
    (n, m) sparse bool
        Memory: 5 bytes per covering pair, 32 MiB while it is made.

    Raises
    ------
    InvalidInputError
        For bad distances, or a radius that is NaN, infinite or negative.
    """
    source = as_distances(distance)
    if not 0 <= radius < math.inf:
        message = f"got {radius!r}; allowed: a finite number ≥ 0"
        raise InvalidInputError([Finding("radius", "covers", "radius", message)])
    n, m = source.shape
    step = max(1, _BLOCK // m)
    blocks = [
        sparse.csr_array(source.rows(start, min(n, start + step)) <= radius)
        for start in range(0, n, step)
    ]
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def as_covers(given: ArrayLike | sparse.sparray | sparse.spmatrix) -> sparse.csr_array:
    """Coverage as a sparse matrix of booleans with sorted indices.

    Raises
    ------
    InvalidInputError
        For an empty array, another number of dimensions, or entries other than 0 and 1.
    """
    array: Any = given if sparse.issparse(given) else np.asarray(given)
    problem = ""
    if array.ndim != 2 or 0 in array.shape:
        problem = f"has shape {array.shape}; allowed: (customers, sites), neither of them 0"
    elif array.dtype != bool:
        values = array.data if sparse.issparse(array) else array
        if array.dtype.kind not in "uif" or not np.isin(values, (0, 1)).all():
            problem = "holds entries other than 0 and 1; allowed: booleans"
    if problem:
        raise InvalidInputError([Finding("covers", "covers", "covers", problem)])
    covers = sparse.csr_array(array, dtype=bool, copy=sparse.issparse(array))
    covers.eliminate_zeros()
    covers.sum_duplicates()
    return covers
