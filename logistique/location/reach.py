"""Customers that no allowed site can serve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.distances import Distances, PointDistances

BoolArray = NDArray[np.bool_]


def require_reach(distances: Distances, allowed: BoolArray) -> None:
    """Refuse distances that leave a customer without any allowed site.

    Raises
    ------
    InfeasibleError
        Names the customers.
    """
    if not allowed.any():
        raise InfeasibleError("no site may be open, so that no customer can be served")
    if isinstance(distances, PointDistances):
        return
    n, m = distances.shape
    step = max(1, (1 << 23) // m)
    alone = [
        start + np.flatnonzero(np.isinf(block[:, allowed]).all(axis=1))
        for start in range(0, n, step)
        for block in (distances.rows(start, min(n, start + step)),)
    ]
    require_none(np.concatenate(alone))


def require_none(customers: NDArray[np.int64]) -> None:
    """Raise if there are customers that nobody can serve."""
    if customers.size:
        listed = ", ".join(str(customer) for customer in customers[:10].tolist())
        more = f" and {customers.size - 10} more" if customers.size > 10 else ""
        raise InfeasibleError(
            f"no allowed site reaches customer(s) {listed}{more}",
            hint="leave these customers out, or add, allow or extend sites near them",
        )
