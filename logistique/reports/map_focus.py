"""A small map of one subject: a commune and its depots, a hub and its catchment, an actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import Language
from logistique.reports.map_labels import place_labels
from logistique.reports.map_layers import (
    assignment_lines,
    depot_marks,
    flow_lines,
    guide_lines,
    mapped_storages,
    outlines,
    storage_marks,
    zone_areas,
)
from logistique.reports.map_legend import scale_and_north
from logistique.reports.map_scene import Area, Item, Marker, Scene
from logistique.reports.map_view import View, framed, positions

Summary = Mapping[str, Any]

WIDTH, HEIGHT = 400.0, 360.0
"""Size of the map, page units; symbols stay as large as on the big map."""

_MARGIN = 0.08
_NARROWEST_M = 9000.0
"""A frame is at least this wide, so that a small commune is seen among its neighbours."""


@dataclass(frozen=True)
class Focus:
    """What a small map is about.

    Parameters
    ----------
    zones : tuple of str
        Zones outlined; the frame holds them.
    sites : tuple of str
        Depots and storage zones the frame holds.
    named : tuple of str
        Sites with their name beside them.
    assignments, flows : tuple of mapping
        Rows of these tables drawn as lines.
    """

    zones: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    assignments: tuple[Mapping[str, Any], ...] = ()
    flows: tuple[Mapping[str, Any], ...] = ()


def focus_of(summary: Summary, facts: Mapping[str, Any]) -> Focus:
    """Say what the map of a sheet shows.

    Parameters
    ----------
    summary : mapping
        A result.
    facts : mapping
        From :func:`logistique.evaluation.sheet.sheet_facts`.
    """
    zones = tuple(facts["zones"])
    if facts["kind"] == "commune":
        served = tuple(row["depot"] for row in facts["served_by"])
        hosted = tuple(site["id"] for site in (*facts["hosts"], *facts["stores"]))
        lines = tuple(row for row in summary["assignments"] if row["zone"] in set(zones))
        return Focus(zones, served + hosted, hosted, lines)
    if facts["kind"] == "hub":
        here = facts["id"]
        ends = tuple(row["id"] for row in (*facts["fed_by"], *facts["feeds"]))
        lines = tuple(row for row in summary["assignments"] if row["depot"] == here)
        flows = tuple(row for row in summary["flows"] if here in (row["depot"], row["storage"]))
        return Focus(zones, (here, *ends), (here,), lines, flows)
    own = tuple(site["id"] for site in (*facts["owns"], *facts["hosts"]))
    return Focus(zones, own, own)


def focus_map(
    summary: Summary, geography: Geography, focus: Focus, title: str, language: Language
) -> Scene:
    """Draw a small map without legend.

    Parameters
    ----------
    summary : mapping
        A result.
    geography : Geography
    focus : Focus
        From :func:`focus_of`.
    title : str
        For readers who cannot see the map.
    language : {"fr", "en"}

    Returns
    -------
    Scene
        :data:`WIDTH` by :data:`HEIGHT` page units.
    """
    view = _frame(summary, geography, focus)
    drawn = {**summary, "assignments": focus.assignments, "flows": focus.flows}
    # Storage zones that feed this subject's depots are drawn; the others only add clutter.
    drawn["storages"] = [row for row in summary["storages"] if row["id"] in set(focus.sites)]
    drawn["flows"] = [
        row for row in focus.flows if row["storage"] in {each["id"] for each in drawn["storages"]}
    ]
    depots = depot_marks(summary, view, language)
    stars = storage_marks(_fed(summary, drawn), view, depots, language)
    items: list[Item] = [
        *zone_areas(geography, summary, view, language),
        *outlines(geography, view),
        *guide_lines(geography, view),
        *_outlined(geography, focus, view),
        *flow_lines(drawn, view),
        *assignment_lines(geography, drawn, view),
        *sorted(depots, key=lambda mark: -mark.size),
        *stars,
        *_names(summary, focus, depots, stars, drawn, view),
        *scale_and_north(view),
    ]
    return Scene(view.width, view.height, title, tuple(items))


def _fed(summary: Summary, drawn: Summary) -> Summary:
    """Storage zones of the focus with all flows, which decide whether they get a symbol."""
    return {**drawn, "flows": summary["flows"]}


def _frame(summary: Summary, geography: Geography, focus: Focus) -> View:
    shapes = dict(zip((z.id for z in geography.zones), geography.zone_shape, strict=True))
    areas = [shapes[zone] for zone in focus.zones if zone in shapes]
    wanted = set(focus.sites)
    x, y = positions([r for r in (*summary["hubs"], *summary["storages"]) if r["id"] in wanted])
    boxes = [shapely.bounds(shape) for shape in areas]
    boxes += [np.array([a, b, a, b]) for a, b in zip(x, y, strict=True)]
    if not boxes:
        boxes = [shapely.bounds(geography.outline)]
    found = np.array(boxes)
    west, south = found[:, :2].min(axis=0)
    east, north = found[:, 2:].max(axis=0)
    pad = _MARGIN * max(east - west, north - south)
    pad = max(pad, (_NARROWEST_M - (east - west)) / 2, (_NARROWEST_M - (north - south)) / 2)
    return framed(west - pad, south - pad, east + pad, north + pad, WIDTH, HEIGHT)


def _outlined(geography: Geography, focus: Focus, view: View) -> list[Item]:
    wanted = set(focus.zones)
    shapes = [
        shape
        for zone, shape in zip(geography.zones, geography.zone_shape, strict=True)
        if zone.id in wanted
    ]
    if not shapes:
        return []
    return [Area(view.rings(shapely.union_all(shapes, grid_size=0.01)), "none", style.INK, 2.6)]


def _names(
    summary: Summary,
    focus: Focus,
    depots: list[Marker],
    stars: list[Marker],
    drawn: Summary,
    view: View,
) -> Iterable[Item]:
    named = set(focus.named)
    pairs = [
        *zip(depots, summary["hubs"], strict=True),
        *zip(stars, mapped_storages(_fed(summary, drawn)), strict=True),
    ]
    wanted = [(mark, str(row["name"])) for mark, row in pairs if row["id"] in named]
    return place_labels(wanted, [*depots, *stars], view.width, view.height)
