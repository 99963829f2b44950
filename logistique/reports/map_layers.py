"""Layers of the map, from the ground up: zones, water, roads, links, sites."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from logistique.network.projection import lambert_93
from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import Language, amount, number, say, word
from logistique.reports.map_scene import Area, Item, Line, Marker
from logistique.reports.map_view import View, positions
from logistique.reports.reason_words import reason_text

Row = Mapping[str, Any]

_STAR, _BESIDE = 9.0, 7.0
"""Size of a storage zone's star, and its distance from a depot's symbol at the same place."""

_SMALLEST, _LARGEST = 7.0, 17.0
"""Radii of depot symbols, page units; the area grows with the volume."""


def density_breaks(summary: Row) -> tuple[float, ...]:
    """Limits of the colour classes, parcels per km² and day."""
    return style.class_breaks(row["parcels_per_km2_day"] or 0.0 for row in summary["zones"])


def zone_areas(geography: Geography, summary: Row, view: View, language: Language) -> list[Item]:
    """Zones coloured by parcels per km², communes and the Métropole outlined.

    Zones the result does not serve are left nearly white.
    """
    rows = {row["zone"]: row for row in summary["zones"]}
    breaks = density_breaks(summary)
    items: list[Item] = []
    for zone, shape in zip(geography.zones, geography.zone_shape, strict=True):
        row = rows.get(zone.id)
        if row is None:
            fill, border = style.NOT_SERVED, style.FAINT_BORDER
            title = say("map-not-served", language, name=zone.name)
        else:
            border = style.BORDER
            fill = style.ramp_colour(row["parcels_per_km2_day"] or 0.0, breaks)
            title = zone_title(row, language)
        items.append(Area(view.rings(shape), fill, border, 0.9, title))
    return items


def zone_title(row: Row, language: Language) -> str:
    """Hover facts of a zone."""
    lines = [
        row["name"],
        amount(row["parcels_per_day"], say("unit-parcels", language), language),
        say("map-distance", language, km=number(row["distance_km"], language)),
    ]
    if row["today_km_per_day"] is not None:
        lines.append(
            say(
                "map-km-today",
                language,
                plan=number(row["km_per_day"], language),
                today=number(row["today_km_per_day"], language),
            )
        )
    return "\n".join(lines)


def outlines(geography: Geography, view: View) -> list[Item]:
    """Border of the communes of several zones (Paris) and of the whole."""
    several = {zone.commune for zone in geography.zones if zone.id != zone.commune}
    items: list[Item] = [
        Area(view.rings(shape), "none", style.COMMUNE_BORDER, 1.2)
        for code, shape in zip(geography.commune, geography.commune_shape, strict=True)
        if code in several
    ]
    return [*items, Area(view.rings(geography.outline), "none", style.OUTLINE, 1.6)]


def guide_lines(geography: Geography, view: View) -> list[Item]:
    """Rivers and roads."""
    return [
        Line(
            points,
            style.GUIDES[guide.kind].colour,
            style.GUIDES[guide.kind].width,
            0.9,
            (),
            guide.name,
        )
        for guide in geography.guides
        for points in view.lines(guide.line)
    ]


def assignment_lines(geography: Geography, summary: Row, view: View) -> list[Item]:
    """Draw a line from each depot to each zone it serves, in the depot's colour."""
    depots = _placed(summary["hubs"], view)
    symbols = _symbols(summary)
    kinds = {hub["id"]: hub["hub_type"] for hub in summary["hubs"]}
    zones = _centroids(geography, view)
    volume: dict[tuple[str, str], float] = {}
    for row in summary["assignments"]:
        pair = (row["depot"], row["zone"])
        volume[pair] = volume.get(pair, 0.0) + row["parcels_per_day"]
    largest = max(volume.values(), default=1.0)
    return [
        Line(
            (depots[depot], zones[zone]),
            symbols[kinds[depot]].colour,
            round(0.7 + 2.6 * math.sqrt(parcels / largest), 2),
            0.55,
        )
        for (depot, zone), parcels in volume.items()
        if depot in depots and zone in zones and depots[depot] != zones[zone]
    ]


def flow_lines(summary: Row, view: View) -> list[Item]:
    """Draw a dashed line from each storage zone to each depot it feeds."""
    storages, depots = _placed(summary["storages"], view), _placed(summary["hubs"], view)
    largest = max([row["parcels_per_day"] for row in summary["flows"]], default=1.0)
    return [
        Line(
            (storages[row["storage"]], depots[row["depot"]]),
            style.FLOW,
            round(0.8 + 2.4 * math.sqrt(row["parcels_per_day"] / max(largest, 1e-9)), 2),
            0.5,
            (6.0, 4.0),
        )
        for row in summary["flows"]
        if row["storage"] in storages
        and row["depot"] in depots
        and storages[row["storage"]] != depots[row["depot"]]
    ]


def candidate_marks(summary: Row, view: View, language: Language) -> list[Item]:
    """Sites that stay closed, as small rings; refused or vetoed ones as small crosses."""
    rows = [row for row in summary["sites"] if row["decision"] != "open"]
    items: list[Item] = []
    for row, (x, y) in zip(rows, _points(rows, view), strict=True):
        title = f"{row['name']}\n{word('decision', row['decision'], language)}"
        title += f" ({reason_text(row, language)})" if row["reason"] else ""
        if row["decision"] == "forbidden":
            items.append(Marker(x, y, "cross", 3.2, "none", style.CANDIDATE, 1.4, title=title))
        else:
            items.append(Marker(x, y, "circle", 3.0, "#ffffff", style.CANDIDATE, 1.3, title=title))
    return items


def mapped_storages(summary: Row) -> list[Row]:
    """Storage zones that get a symbol: those that feed some depot elsewhere, or none.

    The dock of a depot that feeds this depot alone stands under the depot's own symbol.
    """
    elsewhere = {row["storage"] for row in summary["flows"] if row["mode"] != "same-place"}
    return [row for row in summary["storages"] if row["id"] in elsewhere or not row["feeds"]]


def storage_marks(
    summary: Row, view: View, depots: Sequence[Marker], language: Language
) -> list[Marker]:
    """Storage zones as stars, beside the symbol of a depot at the same place."""
    rows = mapped_storages(summary)
    marks = []
    for row, (x, y) in zip(rows, _points(rows, view), strict=True):
        shift = max(
            (d.size + _BESIDE for d in depots if math.hypot(d.x - x, d.y - y) < d.size + _STAR),
            default=0.0,
        )
        title = _site_title(row, language)
        star = Marker(x, y - shift, "star", _STAR, style.STORAGE, style.INK, 1.4, title=title)
        marks.append(star)
    return marks


def depot_marks(summary: Row, view: View, language: Language) -> list[Marker]:
    """Mark the opened depots in their order: symbol by type, size by volume, number inside."""
    rows = summary["hubs"]
    symbols = _symbols(summary)
    largest = max([row["parcels_per_day"] for row in rows], default=1.0)
    marks = []
    for rank, (row, (x, y)) in enumerate(zip(rows, _points(rows, view), strict=True), start=1):
        symbol = symbols[row["hub_type"]]
        share = math.sqrt(row["parcels_per_day"] / max(largest, 1e-9))
        size = round(_SMALLEST + (_LARGEST - _SMALLEST) * share, 1)
        title = f"{rank}. {_site_title(row, language)}"
        marks.append(
            Marker(x, y, symbol.shape, size, symbol.colour, "#ffffff", 1.4, str(rank), title)
        )
    return marks


def hub_symbols(summary: Row) -> Iterator[tuple[str, style.Symbol]]:
    """Yield the opened hub types with their symbols, in the order they appear."""
    symbols = _symbols(summary)
    for kind in dict.fromkeys(hub["hub_type"] for hub in summary["hubs"]):
        yield kind, symbols[kind]


def _symbols(summary: Row) -> Mapping[str, style.Symbol]:
    kinds = {row["hub_type"] for row in summary["sites"] if row["hub_type"]}
    return style.symbols(kinds | {hub["hub_type"] for hub in summary["hubs"]})


def _site_title(row: Row, language: Language) -> str:
    kind = row.get(f"hub_type_{language}") or row.get("kind", "")
    parcels = amount(row["parcels_per_day"], say("unit-parcels", language), language)
    use = say("map-use", language, percent=number(row["use_percent"], language))
    return f"{row['name']}\n{kind}\n{parcels} ({use})"


def tour_lines(summary: Row, view: View, language: Language) -> list[Item]:
    """Routed trips of the depot the result selects."""
    routing = summary.get("routing")
    if routing is None:
        return []
    return [
        Line(
            tuple(
                view.point(x, y) for x, y in zip(trip["line_x_m"], trip["line_y_m"], strict=True)
            ),
            style.TOUR,
            0.9,
            0.85,
            (),
            say(
                "map-tour",
                language,
                tour=trip["tour"],
                vehicle=trip["vehicle"],
                stops=number(trip["stops"], language),
                km=number(trip["trip_km"], language),
            ),
        )
        for trip in routing["trips"]
        if trip["depot"] == routing["map_depot"]
    ]


def _placed(rows: Sequence[Row], view: View) -> dict[str, tuple[float, float]]:
    return dict(zip((row["id"] for row in rows), _points(rows, view), strict=True))


def _points(rows: Sequence[Row], view: View) -> list[tuple[float, float]]:
    x, y = positions(rows)
    return [view.point(a, b) for a, b in zip(x, y, strict=True)]


def _centroids(geography: Geography, view: View) -> dict[str, tuple[float, float]]:
    zones = geography.zones
    x, y = lambert_93(np.array([z.lon for z in zones]), np.array([z.lat for z in zones]))
    return {zone.id: view.point(a, b) for zone, a, b in zip(zones, x, y, strict=True)}
