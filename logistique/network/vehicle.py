"""Vehicles as the road sees them: what signs say about them, and how fast they can go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import BoolArray
from logistique.network.highway import Mode
from logistique.network.streets import Streets


@dataclass(frozen=True)
class Vehicle:
    """A vehicle on the road network.

    Parameters
    ----------
    name : str
    mode : Mode
        Kind that traffic signs tell apart.
    weight_t, height_m, length_m : float
        Loaded weight and outer size; roads with a lower limit are closed to it.
    max_kmh : float
        Top speed, km/h.
    crit_air : int or None
        Class of the French air-quality sticker, 0 (electric) to 5, 6 for none; needed where
        there is a low-emission zone.
    """

    name: str
    mode: Mode
    weight_t: float = 1.5
    height_m: float = 1.6
    length_m: float = 4.5
    max_kmh: float = 130.0
    crit_air: int | None = None

    def __post_init__(self) -> None:
        findings = [
            Finding("out-of-range", "vehicle", f"{self.name}.{key}", f"is {value}; must be > 0")
            for key, value in (
                ("weight_t", self.weight_t),
                ("height_m", self.height_m),
                ("length_m", self.length_m),
                ("max_kmh", self.max_kmh),
            )
            if not 0 < value < float("inf")
        ]
        if findings:
            raise InvalidInputError(findings)


CAR = Vehicle("car", Mode.CAR)
VAN = Vehicle("van", Mode.VAN, weight_t=3.5, height_m=2.8, length_m=6.0, max_kmh=130.0)
LORRY = Vehicle("lorry", Mode.LORRY, weight_t=19.0, height_m=3.8, length_m=10.0, max_kmh=90.0)
BIKE = Vehicle("bike", Mode.BIKE, weight_t=0.3, height_m=2.0, length_m=2.8, max_kmh=15.0)

VEHICLES = {vehicle.name: vehicle for vehicle in (CAR, VAN, LORRY, BIKE)}


def open_arcs(streets: Streets, vehicle: Vehicle) -> BoolArray:
    """Return which arcs a vehicle may use: kind of vehicle, weight, height and length."""
    allowed = (streets.modes & int(vehicle.mode)) != 0
    allowed &= vehicle.weight_t <= streets.max_weight_t
    allowed &= vehicle.height_m <= streets.max_height_m
    return np.asarray(allowed & (vehicle.length_m <= streets.max_length_m))
