"""The table of candidate depots with their size options, and of storage zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.scenario.schema.rows import Depot, HubType, Storage
from logistique.sites.reasons import Reason

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sites:
    """Candidate depots and storage zones with opening costs and rules.

    Parameters
    ----------
    depots : tuple of Depot, length k
        Depot sites (generated candidates included).
    hub_types : tuple of HubType, length k
        Hub type of each depot site.
    storages : tuple of Storage, length p
        Storage zones.
    option_site : (m,) int
        Depot site of each size option.
    option_area_m2, option_capacity, option_floor : (m,) float
        Floor area (m²), largest and least throughput (parcels/day).
    option_cost : (m,) float
        Rent + annuity + fixed costs, EUR per day.
    option_investment_eur : (m,) float
        Investment when opened (EUR, once).
    storage_cost, storage_capacity, storage_floor, storage_investment_eur : (p,) float
        The same for storage zones.
    depot_closing_cost, storage_closing_cost : (k,), (p,) float
        EUR per day when an existing site closes.
    depot_required, depot_forbidden : (k,) bool
        From status, closability, vetoes, pact rules and requirements.
    storage_required, storage_forbidden : (p,) bool
        The same for storage zones.
    depot_reason, storage_reason : tuple of tuple of Reason
        Why a site is required or forbidden (empty where it is free).
    """

    depots: tuple[Depot, ...]
    hub_types: tuple[HubType, ...]
    storages: tuple[Storage, ...]
    option_site: IntArray
    option_area_m2: FloatArray
    option_capacity: FloatArray
    option_floor: FloatArray
    option_cost: FloatArray
    option_investment_eur: FloatArray
    storage_cost: FloatArray
    storage_capacity: FloatArray
    storage_floor: FloatArray
    storage_investment_eur: FloatArray
    depot_closing_cost: FloatArray
    storage_closing_cost: FloatArray
    depot_required: BoolArray
    depot_forbidden: BoolArray
    storage_required: BoolArray
    storage_forbidden: BoolArray
    depot_reason: tuple[tuple[Reason, ...], ...]
    storage_reason: tuple[tuple[Reason, ...], ...]
