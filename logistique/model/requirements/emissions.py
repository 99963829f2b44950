"""Emissions of hubs, deliveries and feeds under a cap."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from logistique.model.requirements.row import Requirement


def emissions(
    name: str,
    option: ArrayLike,
    storage: ArrayLike,
    service: ArrayLike | sparse.csr_array | None,
    feed: ArrayLike | sparse.csr_array | None,
    cap: float,
    *,
    unit: str = "kg/day",
    shortfall_price: float | None = None,
    words: str = "",
) -> Requirement:
    """Total emissions of the plan are at most ``cap``.

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    option : (m,) float
        Emissions of running each depot option, in ``unit``.
    storage : (p,) float
        The same for storage zones.
    service : (n, k) float or None
        Emissions of serving all of consumer i from site k; finite everywhere (0 where the
        arc is forbidden).
    feed : (p, k) float or None
        Emissions per demand unit brought from storage zone s to depot site k.
    cap : float
        Largest total, in ``unit``.
    unit : str
        For example ``kg/day`` of CO2e, or ``g/day`` of NOx.
    shortfall_price : float, optional
        EUR per day and unit above the cap; hard when absent.
    words : str, optional
        Sentence shown to the user.
    """
    return Requirement(
        name=name,
        kind="emissions",
        words=words or f"emissions are at most {cap:g} {unit} ({name})",
        unit=unit,
        option=np.asarray(option, dtype=float),
        storage=np.asarray(storage, dtype=float),
        service=None if service is None else sparse.csr_array(service),
        feed=None if feed is None else sparse.csr_array(feed),
        upper=float(cap),
        shortfall_price=shortfall_price,
    )
