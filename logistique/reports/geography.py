"""Shapes to draw a result with: zones, communes, outline and guide lines, in EPSG:2154."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from logistique.metropole.territory import PARIS
from logistique.network.projection import LAMBERT_93, lambert_93
from logistique.reports.boundaries import read_outlines
from logistique.reports.cells import area_cells
from logistique.reports.guides import Guide, guides_within
from logistique.reports.map_zones import MapZone, map_zones
from logistique.reports.outline import implied_outline


class Drawing(Enum):
    """How much of a map is real; every map says so."""

    SCHEMATIC = "schematic"
    """Cells computed from centroids and areas inside the outline they imply."""
    SCHEMATIC_PARIS = "schematic-paris"
    """Real commune outlines; the arrondissements are cells inside that of Paris."""
    OUTLINES = "outlines"
    """Real outlines of every zone."""


@dataclass(frozen=True, eq=False)
class Geography:
    """Shapes of a map, EPSG:2154, metres; never changed.

    Parameters
    ----------
    zones : tuple of MapZone
        Zones drawn, those of the result first.
    zone_shape : tuple of BaseGeometry
        One (Multi)Polygon per zone.
    commune : tuple of str
        INSEE codes of the communes drawn, in the order of their first zone.
    commune_shape : tuple of BaseGeometry
        Union of the zones of each commune.
    outline : BaseGeometry
        Union of all zones.
    guides : tuple of Guide
        Rivers and roads, in drawing order.
    drawing : Drawing
        What is real and what is schematic.
    crs : str
        Always EPSG:2154.
    """

    zones: tuple[MapZone, ...]
    zone_shape: tuple[BaseGeometry, ...]
    commune: tuple[str, ...]
    commune_shape: tuple[BaseGeometry, ...]
    outline: BaseGeometry
    guides: tuple[Guide, ...]
    drawing: Drawing
    crs: str = LAMBERT_93


def build_geography(
    summary: Mapping[str, Any], *, boundaries: Path | None = None, boundaries_key: str = "code"
) -> Geography:
    """Build the shapes a result is drawn with.

    Parameters
    ----------
    summary : mapping
        A result (``result.json``); its zones say what to draw.
    boundaries : Path, optional
        File of real outlines (``[area] boundaries``); schematic cells when absent.
    boundaries_key : str
        Column of the file that holds the INSEE codes.

    Returns
    -------
    Geography
        The same at every call.

    Raises
    ------
    InvalidInputError
        From :func:`logistique.reports.boundaries.read_outlines`.
    """
    zones = map_zones(summary)
    if boundaries is None:
        return _assembled(zones, _cells(zones), Drawing.SCHEMATIC)
    outlines = read_outlines(boundaries, boundaries_key, zones)
    return _outlined(zones, outlines)


def _outlined(zones: Sequence[MapZone], outlines: Mapping[str, BaseGeometry]) -> Geography:
    """Real outlines; context zones without one are left out."""
    real = {zone.id: outlines[zone.id] for zone in zones if zone.id in outlines}
    inside = [zone for zone in zones if zone.id not in real and zone.commune == PARIS]
    drawing = Drawing.OUTLINES
    if inside and PARIS in outlines:
        real |= dict(zip((z.id for z in inside), _cells(inside, outlines[PARIS]), strict=True))
        drawing = Drawing.SCHEMATIC_PARIS
    drawn = tuple(zone for zone in zones if zone.id in real)
    return _assembled(drawn, tuple(real[zone.id] for zone in drawn), drawing)


def _cells(
    zones: Sequence[MapZone], outline: BaseGeometry | None = None
) -> tuple[BaseGeometry, ...]:
    x, y = lambert_93([zone.lon for zone in zones], [zone.lat for zone in zones])
    points = np.column_stack([x, y])
    areas = np.array([zone.area_km2 * 1e6 for zone in zones])
    return area_cells(points, areas, outline or implied_outline(points, areas))


def _assembled(
    zones: tuple[MapZone, ...], shapes: tuple[BaseGeometry, ...], drawing: Drawing
) -> Geography:
    members: dict[str, list[BaseGeometry]] = {}
    for zone, shape in zip(zones, shapes, strict=True):
        members.setdefault(zone.commune, []).append(shape)
    outline = shapely.union_all(shapes, grid_size=0.01)
    return Geography(
        zones=zones,
        zone_shape=shapes,
        commune=tuple(members),
        commune_shape=tuple(shapely.union_all(parts, grid_size=0.01) for parts in members.values()),
        outline=outline,
        guides=guides_within(outline),
        drawing=drawing,
    )
