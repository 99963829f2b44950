"""Distances on the WGS84 ellipsoid, and coordinate systems in degrees or metres."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
from numpy.typing import ArrayLike

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray
from logistique.network.projection import FRANCE, LAMBERT_93

WGS84 = "EPSG:4326"

_GEOD = pyproj.Geod(ellps="WGS84")


def geodesic_m(
    lon: FloatArray, lat: FloatArray, lon_to: FloatArray, lat_to: FloatArray
) -> FloatArray:
    """Return the shortest distance on the ellipsoid between pairs of points, metres."""
    _, _, distance = _GEOD.inv(lon, lat, lon_to, lat_to)
    return np.asarray(distance, dtype=np.float64)


def degrees(x: ArrayLike, y: ArrayLike, crs: str, *, where: str) -> tuple[FloatArray, FloatArray]:
    """Bring coordinates of a stated system to WGS84 longitude and latitude.

    Raises
    ------
    InvalidInputError
        For an unknown system, coordinates that are not finite, degrees in a system in metres,
        metres in a system in degrees, and points outside the area the system is made for.
    """
    x_, y_ = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        hint = "give the coordinate system of the file, for example crs='EPSG:4326' or 'EPSG:2154'"
        raise InvalidInputError(
            [Finding("unknown-crs", where, "crs", f"{crs!r} is not a coordinate system", hint)]
        ) from error
    bad = np.flatnonzero(~(np.isfinite(x_) & np.isfinite(y_)))
    if bad.size:
        message = f"{bad.size} nodes have no finite coordinates, first node {bad[0]}"
        raise InvalidInputError([Finding("not-finite", where, "coordinates", message)])
    look_like_degrees = bool(np.all((np.abs(x_) <= 180) & (np.abs(y_) <= 90)))
    if system.is_geographic != look_like_degrees and x_.size:
        _refuse_unit(x_[0], y_[0], crs, where, geographic=system.is_geographic)
    to_degrees = pyproj.Transformer.from_crs(system, WGS84, always_xy=True)
    lon, lat = to_degrees.transform(x_, y_)
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    _refuse_far(system, lon, lat, crs, where)
    return lon, lat


def _refuse_unit(x: float, y: float, crs: str, where: str, *, geographic: bool) -> None:
    stated = "degrees" if geographic else "metres"
    looks = "metres" if geographic else "degrees"
    message = f"{crs!r} is in {stated}, but coordinates look like {looks} (first {x:g}, {y:g})"
    hint = "state the system of the coordinates: crs='EPSG:4326' for longitude and latitude"
    raise InvalidInputError([Finding("wrong-crs", where, "crs", message, hint)])


def _refuse_far(system: pyproj.CRS, lon: FloatArray, lat: FloatArray, crs: str, where: str) -> None:
    """Refuse coordinates far outside the area a projected system is made for."""
    area = system.area_of_use
    if area is None or system.is_geographic or lon.size == 0:
        return
    margin = 5.0
    wide = area.east + margin < area.west - margin  # across the 180th meridian
    inside = (lat >= area.south - margin) & (lat <= area.north + margin)
    if not wide:
        inside &= (lon >= area.west - margin) & (lon <= area.east + margin)
    if not np.all(inside & np.isfinite(lon)):
        first = int(np.flatnonzero(~(inside & np.isfinite(lon)))[0])
        message = (
            f"{crs!r} is made for {area.name}; node {first} falls at "
            f"longitude {lon[first]:g}, latitude {lat[first]:g}"
        )
        hint = "another system was meant, or x and y are swapped"
        raise InvalidInputError([Finding("wrong-crs", where, "crs", message, hint)])


def working_crs(lon: FloatArray, lat: FloatArray) -> str:
    """Choose a projected system in metres: Lambert-93 in France, else the UTM zone.

    Parameters
    ----------
    lon, lat : (n,) float
        WGS84 degrees, n ≥ 1.
    """
    west, south, east, north = FRANCE
    middle_lon, middle_lat = float(np.median(lon)), float(np.median(lat))
    if west <= middle_lon <= east and south <= middle_lat <= north:
        return LAMBERT_93
    zone = int((middle_lon + 180) // 6) % 60 + 1
    return f"EPSG:{(32600 if middle_lat >= 0 else 32700) + zone}"


def projected(lon: FloatArray, lat: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
    """Project WGS84 degrees to a system in metres."""
    x, y = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_degrees(x_m: FloatArray, y_m: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
    """Return WGS84 degrees of coordinates in a system in metres."""
    lon, lat = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(x_m, y_m)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def geodesic_area_km2(shape: Any) -> float:
    """Return the area of a polygon in WGS84 degrees, km²."""
    area, _ = _GEOD.geometry_area_perimeter(shape)
    return abs(float(area)) / 1e6
