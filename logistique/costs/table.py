"""The cost table: every allowed (consumer, depot) and (storage, depot) pair, priced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.scenario.schema.rows import Vehicle

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Burden:
    """What transport takes, array by array of one common shape, per working day (or parcel).

    Parameters
    ----------
    km, hours : float arrays
        Vehicle kilometres and paid hours.
    co2e_kg, nox_kg, pm10_kg : float arrays
        Emissions (greenhouse gases well to wheel).
    operating_eur : float array
        Vehicles, drivers and handling.
    external_eur : float array
        Emissions at the scenario's prices.
    """

    km: FloatArray
    hours: FloatArray
    co2e_kg: FloatArray
    nox_kg: FloatArray
    pm10_kg: FloatArray
    operating_eur: FloatArray
    external_eur: FloatArray

    @property
    def eur(self) -> FloatArray:
        """Operating plus external cost, EUR."""
        return self.operating_eur + self.external_eur


@dataclass(frozen=True, eq=False)
class CostTable:
    """Costs of serving and feeding.

    Parameters
    ----------
    vehicles : tuple of Vehicle
        Vehicles of the scenario.
    service : Burden of (n, k) arrays
        Serving *all* of consumer i from depot site k with the cheapest allowed vehicle, per day;
        ``inf`` in every array where no vehicle may.
    service_vehicle : (n, k) int
        Position of that vehicle in ``vehicles``; −1 where none may.
    distance_km, minutes : (n, k) float
        Fastest path from depot site to zone in the scenario's period (by car).
    feed : Burden of (p, k) arrays
        Bringing *one parcel* from storage zone s to depot site k, upstream approach and handling
        at the storage included; ``inf`` where not allowed.
    feed_mode : (p, k) int
        0 road, 1 rail, 2 river, 3 same place (a depot inside its storage zone), −1 not allowed.
    feed_distance_km : (p, k) float
        Path length of one way.
    """

    vehicles: tuple[Vehicle, ...]
    service: Burden
    service_vehicle: IntArray
    distance_km: FloatArray
    minutes: FloatArray
    feed: Burden
    feed_mode: IntArray
    feed_distance_km: FloatArray
