"""Low-emission zones: streets closed to vehicles above a class of the air-quality sticker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

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


BORDER_DEGREES = 1e-5
"""Streets this close to the border of a zone run along it (about 1 m)."""


def closed_by_zones(
    streets: Streets, vehicle: Vehicle, zones: Sequence[LowEmissionZone]
) -> BoolArray:
    """Return which arcs lie in a zone the vehicle may not enter, (a,) bool.

    An arc is closed when its drawn shape enters the zone; a street along the border stays open.

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
            inner = zone.outline.buffer(-BORDER_DEGREES)
            shapely.prepare(inner)
            closed |= shapely.intersects(inner, _shapes(streets))
    return closed


def _shapes(streets: Streets) -> NDArray[np.object_]:
    """Drawn shape of each arc in degrees."""
    ends = np.stack([streets.tail, streets.head], axis=1)
    shapes = shapely.linestrings(np.stack([streets.lon[ends], streets.lat[ends]], axis=2))
    size = np.diff(streets.line_start)
    if size.size:
        points = np.column_stack([streets.line_lon, streets.line_lat])
        lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(size)), size))
        shapes = np.where(streets.line >= 0, lines[streets.line], shapes)
    return np.asarray(shapes, dtype=object)
