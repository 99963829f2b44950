"""Guide lines that make a map of the Métropole readable: rings, radial roads, rivers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from logistique.metropole.rings import a86, peripherique
from logistique.metropole.tables import facts_table
from logistique.network.projection import lambert_93

GuideKind = Literal["river", "national", "motorway", "a86", "ring"]

OVERHANG_M = 2500.0
"""Guide lines end this far outside the outline (metres)."""

_SHORTEST_M = 1500.0
"""Shorter pieces of a radial are slip roads, which a map of a whole region cannot show."""


@dataclass(frozen=True, eq=False)
class Guide:
    """A guide line, EPSG:2154.

    Parameters
    ----------
    kind : {"river", "national", "motorway", "a86", "ring"}
    name : str
        Name of the road or river.
    line : BaseGeometry
        (Multi)LineString, metres.
    """

    kind: GuideKind
    name: str
    line: BaseGeometry


def guides_within(outline: BaseGeometry) -> tuple[Guide, ...]:
    """Guide lines of the embedded facts, cut off shortly outside an outline.

    Parameters
    ----------
    outline : BaseGeometry
        EPSG:2154.

    Returns
    -------
    tuple of Guide
        Rivers first, then roads by rising importance: the order to draw them in.
    """
    frame = outline.buffer(OVERHANG_M)
    shapely.prepare(frame)
    cut = [Guide(g.kind, g.name, g.line.intersection(frame)) for g in _all_guides()]
    return tuple(guide for guide in cut if not guide.line.is_empty)


@cache
def _all_guides() -> tuple[Guide, ...]:
    rings = (
        Guide("a86", "A86", shapely.LinearRing(a86())),
        Guide("ring", "Boulevard périphérique", shapely.LinearRing(peripherique())),
    )
    return (*_rivers(), *_radials("national"), *_radials("motorway"), *rings)


def _rivers() -> list[Guide]:
    table = facts_table("rivers")
    found = []
    for name, points in table.groupby("river", sort=True):
        ordered = points.sort_values("seq")
        x, y = lambert_93(ordered["lon"], ordered["lat"], where="rivers.csv")
        found.append(Guide("river", str(name), shapely.LineString(np.column_stack([x, y]))))
    return found


def _radials(kind: Literal["national", "motorway"]) -> list[Guide]:
    """One line per road: its segments joined, without slip roads."""
    table = facts_table("major_roads")
    motorway = table["class"] == "motorway"
    rows = table[(motorway if kind == "motorway" else ~motorway) & (table["road"] != "A86")]
    found = []
    for name, segments in rows.groupby("road", sort=True):
        merged = shapely.line_merge(
            shapely.union_all([_segment(row) for row in segments.to_dict("records")])
        )
        parts = [part for part in shapely.get_parts(merged) if part.length >= _SHORTEST_M]
        if parts:
            found.append(Guide(kind, str(name), shapely.MultiLineString(parts)))
    return found


def _segment(row: dict[str, Any]) -> BaseGeometry:
    middle = [point.split(":") for point in str(row["mid_points_lonlat"]).split()]
    lon = [row["from_lon"], *(float(point[0]) for point in middle), row["to_lon"]]
    lat = [row["from_lat"], *(float(point[1]) for point in middle), row["to_lat"]]
    return shapely.LineString(np.column_stack(lambert_93(lon, lat, where="major_roads.csv")))
