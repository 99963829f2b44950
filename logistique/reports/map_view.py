"""From metres on the ground to page units: the frame of a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from logistique.network.projection import lambert_93
from logistique.reports.geography import Geography
from logistique.reports.map_scene import Points

MAP_WIDTH = 980.0
"""Width of the map itself, page units; the legend stands beside it."""

_PAD = 0.035
_SHORTEST, _TALLEST = 0.6, 1.25
_DETAIL = 0.25
"""Shapes are simplified to a quarter of a page unit: nobody sees it and the file is small."""


@dataclass(frozen=True)
class View:
    """Frame of a map.

    Parameters
    ----------
    west, north : float
        Upper left corner, EPSG:2154, metres.
    scale : float
        Page units per metre.
    width, height : float
        Size, page units.
    """

    west: float
    north: float
    scale: float
    width: float
    height: float

    def at_least(self, height: float) -> View:
        """Return the frame grown to a height, north and south alike."""
        if height <= self.height:
            return self
        added = (height - self.height) / self.scale
        return replace(self, north=self.north + added / 2, height=round(height, 1))

    def point(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Page position of a point."""
        return (
            round((x_m - self.west) * self.scale, 1),
            round((self.north - y_m) * self.scale, 1),
        )

    def rings(self, shape: BaseGeometry) -> tuple[Points, ...]:
        """Rings of a (multi)polygon, simplified, in page units."""
        simple = shapely.simplify(shape, _DETAIL / self.scale)
        found = []
        for part in shapely.get_parts(simple):
            if part.geom_type == "Polygon":
                found += [part.exterior, *part.interiors]
        return tuple(self._points(ring) for ring in found)

    def lines(self, shape: BaseGeometry) -> tuple[Points, ...]:
        """Lines of a (multi)line, clipped to the frame, in page units."""
        clipped = shapely.simplify(shape, _DETAIL / self.scale).intersection(self._box())
        if clipped.geom_type == "MultiLineString":
            clipped = shapely.line_merge(clipped)
        return tuple(
            self._points(part)
            for part in shapely.get_parts(clipped)
            if part.geom_type in ("LineString", "LinearRing") and not part.is_empty
        )

    def _points(self, line: BaseGeometry) -> Points:
        return tuple(self.point(x, y) for x, y in shapely.get_coordinates(line))

    def _box(self) -> BaseGeometry:
        east = self.west + self.width / self.scale
        south = self.north - self.height / self.scale
        return shapely.box(self.west, south, east, self.north)


def view_of(geography: Geography, summary: Mapping[str, Any]) -> View:
    """Frame around the zones served and the places opened.

    Parameters
    ----------
    geography : Geography
    summary : mapping
        A result.
    """
    served = [
        shape
        for zone, shape in zip(geography.zones, geography.zone_shape, strict=True)
        if zone.served
    ]
    bounds = shapely.bounds(np.array(served))
    x, y = positions([*summary["hubs"], *summary["storages"]])
    west = min([*bounds[:, 0], *x])
    south = min([*bounds[:, 1], *y])
    east = max([*bounds[:, 2], *x])
    north = max([*bounds[:, 3], *y])
    pad = _PAD * max(east - west, north - south)
    wide, tall = east - west + 2 * pad, north - south + 2 * pad
    height = float(np.clip(tall / wide, _SHORTEST, _TALLEST)) * MAP_WIDTH
    return framed(west - pad, south - pad, east + pad, north + pad, MAP_WIDTH, height)


def framed(
    west: float, south: float, east: float, north: float, width: float, height: float
) -> View:
    """Frame of a size in page units around a rectangle in metres, which it shows centred."""
    scale = min(width / (east - west), height / (north - south))
    return View(
        west=(west + east - width / scale) / 2,
        north=(south + north + height / scale) / 2,
        scale=scale,
        width=width,
        height=round(height, 1),
    )


def positions(rows: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """EPSG:2154 coordinates of rows with ``lon`` and ``lat``."""
    if not rows:
        return [], []
    x, y = lambert_93([row["lon"] for row in rows], [row["lat"] for row in rows], where="sites")
    return [float(value) for value in x], [float(value) for value in y]
