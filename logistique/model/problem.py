"""The question as numbers: who is to be served, where a hub may open, what everything costs.

This is the narrow waist of the library. Above it there are roads, files and money tables;
below it there are solvers. A :class:`Problem` knows neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.model.requirements import Requirement

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """Two-level location problem with size levels, capacities and side requirements.

    Choose for every depot site at most one option (a size level), open storage zones, assign
    every consumer to open depot sites and feed every depot from open storage zones::

        min  Σ_o option_cost_o y_o + Σ_k closing_cost_k (1 − Σ_{o at k} y_o)
           + Σ_s storage_cost_s z_s + Σ_s storage_closing_cost_s (1 − z_s)
           + Σ_ik service_cost_ik x_ik + Σ_sk feed_cost_sk w_sk
           + Σ_i unserved_cost_i (1 − Σ_k x_ik) + Σ_r price_r · shortfall_r
        s.t. Σ_k x_ik = 1             (≤ 1 where leaving i unserved is allowed at a price)
             x_ik ≤ Σ_{o at k} y_o ≤ 1
             Σ_o option_floor_o y_o ≤ Σ_i demand_i x_ik ≤ Σ_o option_capacity_o y_o
             Σ_s w_sk = Σ_i demand_i x_ik,   Σ_k w_sk ≤ storage_capacity_s z_s
             storage_floor_s z_s ≤ Σ_k w_sk
             w_sk ≤ (Σ_o option_capacity_o y_o) and w_sk = 0 unless z_s = 1
             every requirement's row between its bounds
             x binary (single sourcing) or in [0, 1] (split); y, z binary

    Parameters
    ----------
    demand : (n,) float
        Demand of each consumer, ≥ 0, parcels per day (any unit, used throughout).
    service_cost : (n, k) float
        Cost of serving *all* of consumer i from depot site k, EUR per day; ``inf`` forbids.
    option_site : (m,) int
        Depot site of each option.
    option_cost : (m,) float
        Cost of opening the option, EUR per day, may be negative.
    option_capacity : (m,) float
        Largest throughput, demand units per day, > 0, may be ``inf``.
    option_floor : (m,) float
        Least throughput when open, demand units per day, ≥ 0.
    feed_cost : (p, k) float
        Cost of bringing one unit from storage zone s to depot site k; ``inf`` forbids.
        ``p = 0`` makes the problem single-level.
    storage_cost, storage_capacity, storage_floor : (p,) float
        Opening cost (EUR/day), largest and least throughput of each storage zone.
    site_required, site_forbidden : (k,) bool
        Sites that must or must not be open.
    storage_required, storage_forbidden : (p,) bool
        The same for storage zones.
    site_closing_cost, storage_closing_cost : (k,), (p,) float
        Cost of *not* opening (closing an existing site), EUR per day, ≥ 0.
    unserved_cost : (n,) float
        Price of not serving all of consumer i, EUR per day; ``inf`` (default) makes service
        compulsory.
    single_sourcing : bool
        True: one depot per consumer. False: a consumer may be split.
    requirements : tuple of Requirement
        Named side rows over y, z, x, w (counts, budgets, coverage, emissions, ...).
    consumer_id, site_id, option_id, storage_id : tuple of str
        Names used in messages; default ``c0``, ``k0``, ``o0``, ``s0``, ...

    Raises
    ------
    InvalidInputError
        With every problem found: wrong shapes, NaN, negative demand, a site both required and
        forbidden, a floor above its capacity, a consumer that no allowed site can serve, total
        capacity below total demand, duplicate identifiers.

    Notes
    -----
    Memory: 8 bytes × (n k + p k); formulations build sparse rows of the finite arcs only.
    """

    demand: FloatArray
    service_cost: FloatArray
    option_site: IntArray
    option_cost: FloatArray
    option_capacity: FloatArray
    option_floor: FloatArray
    feed_cost: FloatArray
    storage_cost: FloatArray
    storage_capacity: FloatArray
    storage_floor: FloatArray
    site_required: BoolArray
    site_forbidden: BoolArray
    storage_required: BoolArray
    storage_forbidden: BoolArray
    site_closing_cost: FloatArray
    storage_closing_cost: FloatArray
    unserved_cost: FloatArray
    single_sourcing: bool = True
    requirements: tuple[Requirement, ...] = ()
    consumer_id: tuple[str, ...] = field(default=())
    site_id: tuple[str, ...] = field(default=())
    option_id: tuple[str, ...] = field(default=())
    storage_id: tuple[str, ...] = field(default=())
