"""Low-emission zones: streets closed to vehicles above a class of the air-quality sticker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import BoolArray
from logistique.network.streets import Streets
from logistique.network.vehicle import Vehicle


@dataclass(frozen=True, eq=False)
class LowEmissionZone:
    """An area only cleaner vehicles may enter.

    Parameters
    ----------
    name : str
    outline : shapely Polygon or MultiPolygon
        WGS84 longitude and latitude.
    worst_crit_air : int
        Highest class of the sticker that may enter, 0 (electric) to 5.
    """

    name: str
    outline: Any
    worst_crit_air: int


def closed_by_zones(
    streets: Streets, vehicle: Vehicle, zones: Sequence[LowEmissionZone]
) -> BoolArray:
    """Return which arcs lie in a zone the vehicle may not enter, (a,) bool.

    An arc lies in a zone when its two ends do: the street that bounds a zone stays open.

    Raises
    ------
    InvalidInputError
        When there is a zone and the vehicle states no class.
    """
    closed = np.zeros(streets.n_arcs, dtype=bool)
    for zone in zones:
        if vehicle.crit_air is None:
            message = f"states no crit_air, which the low-emission zone {zone.name!r} asks for"
            hint = "give Vehicle(..., crit_air=0 (electric) to 5, or 6 without sticker)"
            raise InvalidInputError(
                [Finding("missing-class", "vehicle", vehicle.name, message, hint)]
            )
        if vehicle.crit_air > zone.worst_crit_air:
            inside = shapely.contains_xy(zone.outline, streets.lon, streets.lat)
            closed |= inside[streets.tail] & inside[streets.head]
    return closed
