"""The table of consumers: one per zone and stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.scenario.schema.rows import Zone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class ControlTotal:
    """A published total against the modelled one, parcels (or movements) per day."""

    name: str
    published: float
    modelled: float


@dataclass(frozen=True, eq=False)
class Demand:
    """Parcels of a working day by consumer; a consumer is a (zone, stream) pair with demand > 0.

    Parameters
    ----------
    zones : tuple of Zone, length z
        The zones served.
    streams : tuple of str
        Stream identifiers.
    consumer_id : tuple of str, length n
        ``"<zone>/<stream>"``.
    zone : (n,) int
        Position in ``zones``.
    stream : (n,) int
        Position in ``streams``.
    parcels : (n,) float
        Parcels per day.
    stops : (n,) float
        Delivery stops per day.
    stop_density_per_km2 : (n,) float
        Stops per km² among which a tour finds its neighbours (all carriers together).
    stop_min : (n,) float
        Time at one stop with a van, minutes.
    movements_per_day : (z,) float
        Deliveries and pick-ups of all goods (context, not served by the plan).
    control_totals : tuple of ControlTotal
        Published against modelled totals.
    """

    zones: tuple[Zone, ...]
    streams: tuple[str, ...]
    consumer_id: tuple[str, ...]
    zone: IntArray
    stream: IntArray
    parcels: FloatArray
    stops: FloatArray
    stop_density_per_km2: FloatArray
    stop_min: FloatArray
    movements_per_day: FloatArray
    control_totals: tuple[ControlTotal, ...]
