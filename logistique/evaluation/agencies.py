"""Which of its agencies an operator serves each consumer from: the cheapest with room.

The floor area of an agency is known where it is also a depot of the scenario. An operator's
other agencies are taken to have the mean of its known areas (assumed); without any known area
they are not bounded. When the areas together cannot hold the operator's parcels at the scenario's
parcels per m², all of them are used more densely by one factor, so that small premises stay small.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from logistique.scenario.schema.rows import Agency, Depot, Operator

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_TINY = 1e-9


def agency_areas(agencies: Sequence[Agency], depots: Sequence[Depot]) -> FloatArray:
    """Floor area of the depot that is the same place as each agency.

    Parameters
    ----------
    agencies : sequence of Agency, length a
    depots : sequence of Depot
        Existing ones have a floor area in use.

    Returns
    -------
    (a,) float
        m²; NaN where the agency is no existing depot of the scenario.
    """
    area = {depot.id: depot.existing_area_m2 for depot in depots if depot.status == "existing"}
    known = [area.get(agency.depot) if agency.depot else None for agency in agencies]
    return np.array([np.nan if value is None else value for value in known], dtype=np.float64)


def own_agencies(operator: Operator, agencies: Sequence[Agency]) -> IntArray:
    """Positions of an operator's agencies."""
    return np.array([a for a, row in enumerate(agencies) if row.operator == operator.id], dtype=int)


def agency_capacities(areas_m2: FloatArray, parcels: float, parcels_per_m2: float) -> FloatArray:
    """Largest throughput of one operator's agencies.

    Parameters
    ----------
    areas_m2 : (a,) float
        NaN where not known.
    parcels : float
        All parcels of the operator, per day.
    parcels_per_m2 : float
        Usual throughput per m² and day.

    Returns
    -------
    (a,) float
        Parcels per day; ``inf`` when no area is known. The sum is at least ``parcels``.
    """
    known = np.isfinite(areas_m2)
    if not known.any():
        return np.full(areas_m2.shape, np.inf)
    usual = np.where(known, areas_m2, areas_m2[known].mean()) * parcels_per_m2
    return np.asarray(usual * max(1.0, parcels / usual.sum()))


def allocate(price: FloatArray, parcels: FloatArray, capacity: FloatArray) -> FloatArray | None:
    """Share of each consumer served from each agency at least total cost.

    Parameters
    ----------
    price : (n, a) float
        Cost of serving all of a consumer from an agency; ``inf`` where not possible.
    parcels : (n,) float
        Volume of each consumer.
    capacity : (a,) float
        Largest throughput of each agency, may be ``inf``.

    Returns
    -------
    (n, a) float or None
        Rows add up to 1; None when no allocation respects the capacities. A consumer is served
        from several agencies only where one of them runs full (transportation problem).
    """
    nearest = np.zeros(price.shape)
    nearest[np.arange(len(price)), np.argmin(price, axis=1)] = 1.0
    if np.all(parcels @ nearest <= capacity * (1 + _TINY)):
        return nearest
    n, a = price.shape
    possible = np.isfinite(price)
    solution = linprog(
        np.where(possible, price, 0.0).ravel(),
        A_ub=sparse.kron(parcels[None, :], sparse.eye_array(a)),
        b_ub=np.where(np.isfinite(capacity), capacity, parcels.sum()) * (1 + _TINY),
        A_eq=sparse.kron(sparse.eye_array(n), np.ones((1, a))),
        b_eq=np.ones(n),
        bounds=np.stack([np.zeros(n * a), np.where(possible, 1.0, 0.0).ravel()], axis=1),
        method="highs",
    )
    if solution.x is None or solution.status != 0:
        return None
    share = solution.x.reshape(n, a)
    share[share < _TINY] = 0.0
    return np.asarray(share / share.sum(axis=1, keepdims=True))
