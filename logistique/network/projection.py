"""Degrees to metres: WGS84 longitude and latitude to Lambert-93 and back."""

from __future__ import annotations

import numpy as np
import pyproj
from numpy.typing import ArrayLike

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray

LAMBERT_93 = "EPSG:2154"

FRANCE = (-5.5, 41.0, 10.0, 51.5)
"""West, south, east, north of metropolitan France, degrees, rounded outwards."""

_FORWARD = pyproj.Transformer.from_crs("EPSG:4326", LAMBERT_93, always_xy=True)


def lambert_93(
    lon: ArrayLike, lat: ArrayLike, *, ids: tuple[str, ...] | None = None, where: str = "points"
) -> tuple[FloatArray, FloatArray]:
    """Project longitude and latitude (degrees, WGS84) to EPSG:2154 (metres).

    Parameters
    ----------
    lon, lat : (n,) float
        Degrees.
    ids : tuple of str, optional
        Names used in messages; positions when absent.
    where : str
        File or table the points come from, used in messages.

    Returns
    -------
    x_m, y_m : (n,) float

    Raises
    ------
    InvalidInputError
        For points that are not finite or outside metropolitan France, one finding per point;
        says so when longitude and latitude look swapped.
    """
    lon_, lat_ = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if lon_.shape != lat_.shape or lon_.ndim != 1:
        raise InvalidInputError(
            [
                Finding(
                    "wrong-shape",
                    where,
                    "lon, lat",
                    f"shapes {lon_.shape} and {lat_.shape}; expected two lists of equal length",
                )
            ]
        )
    outside = np.flatnonzero(~_in_france(lon_, lat_))
    if outside.size:
        raise InvalidInputError(
            [_outside(where, ids[i] if ids else str(i), lon_[i], lat_[i]) for i in outside]
        )
    x, y = _FORWARD.transform(lon_, lat_)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def lonlat(x_m: ArrayLike, y_m: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude (degrees, WGS84) of EPSG:2154 coordinates (metres)."""
    lon, lat = _FORWARD.transform(
        np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64), direction="INVERSE"
    )
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _in_france(lon: FloatArray, lat: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    west, south, east, north = FRANCE
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.asarray(inside, dtype=np.bool_)


def _outside(where: str, subject: str, lon: float, lat: float) -> Finding:
    west, south, east, north = FRANCE
    swapped = bool(_in_france(np.array([lat]), np.array([lon]))[0])
    hint = (
        "longitude and latitude look swapped: longitude comes first (about 2.3 in Paris)"
        if swapped
        else "give WGS84 degrees: longitude about 2.3 and latitude about 48.9 in Paris"
    )
    return Finding(
        "outside-france",
        where,
        subject,
        f"longitude {lon}, latitude {lat}; allowed {west}..{east} and {south}..{north}",
        hint,
    )
