"""Share of the demand served from within reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from logistique.model.requirements.row import Requirement, refuse


def coverage(
    name: str,
    demand: ArrayLike,
    reach: ArrayLike,
    share: float,
    *,
    n_options: int,
    n_storages: int,
    shortfall_price: float | None = None,
    unit: str = "parcels/day",
    words: str = "",
) -> Requirement:
    """At least ``share`` of all demand is served by a depot that reaches its consumer.

    Row: Σ demand_i x_ik over the pairs within reach ≥ share · Σ demand_i.

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    demand : (n,) float
        Demand of each consumer; zero those outside the territory concerned.
    reach : (n, k) bool
        Whether site k reaches consumer i (within 5 km, within 15 min, ...).
    share : float
        Between 0 and 1.
    n_options, n_storages : int
        m and p of the problem.
    shortfall_price : float, optional
        EUR per day and demand unit missing; hard when absent.
    unit : str
        Unit of the demand.
    words : str, optional
        Sentence shown to the user.

    Raises
    ------
    InvalidInputError
        If the share is outside [0, 1] or the shapes differ.
    """
    q = np.asarray(demand, dtype=float)
    within = np.asarray(reach, dtype=bool)
    if not 0.0 <= share <= 1.0:
        raise refuse(name, f"share {share!r} is not between 0 and 1", "write 95 % as 0.95")
    if within.ndim != 2 or q.shape != within.shape[:1]:
        raise refuse(
            name,
            f"reach has shape {within.shape}, demand {q.shape}",
            "give reach as (consumers, sites) and one demand per consumer",
        )
    return Requirement(
        name=name,
        kind="coverage",
        words=words or f"at least {100 * share:g} % of demand is served within reach ({name})",
        unit=unit,
        option=np.zeros(n_options),
        storage=np.zeros(n_storages),
        service=sparse.csr_array(within * q[:, None]),
        lower=float(share * q.sum()),
        shortfall_price=shortfall_price,
    )
