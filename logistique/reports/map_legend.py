"""The legend beside a map: what colours, symbols and lines mean, scale, north, caveats."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import Language, number, say
from logistique.reports.map_layers import density_breaks, hub_symbols
from logistique.reports.map_scene import Area, Item, Line, Marker, Text
from logistique.reports.map_view import View

LEGEND_WIDTH = 300.0

_STEP = 23.0
_SIZE = 13.5
_LEFT = 18.0
_WRAP = 40


def legend(
    geography: Geography, summary: Mapping[str, Any], view: View, language: Language
) -> tuple[list[Item], float]:
    """Legend to the right of a map.

    Parameters
    ----------
    geography : Geography
    summary : mapping
        A result.
    view : View
        Frame of the map; the legend starts at its right border.
    language : {"fr", "en"}

    Returns
    -------
    items : list of Item
        In page units of the whole drawing.
    bottom : float
        Where the legend ends.
    """
    column = _Column(view.width + _LEFT, 40.0)
    items: list[Item] = []
    items += _title(summary, column)
    items += _depots(summary, column, language)
    items += _lines(column, language, fed=bool(summary["flows"]))
    items += _classes(summary, geography, column, language)
    items += _notes(geography, column, language)
    return items, column.y


class _Column:
    """Position in a column that is written from top to bottom."""

    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def take(self, height: float = _STEP) -> float:
        """Return the present height and move down."""
        here = self.y
        self.y += height
        return here


def _title(summary: Mapping[str, Any], column: _Column) -> list[Item]:
    scenario = summary["scenario"]
    lines = textwrap.wrap(scenario["title"], 26)[:4]
    items: list[Item] = [
        Text(column.x, column.take(24.0), line, 19.0, bold=True, fill=style.INK) for line in lines
    ]
    subtitle = scenario["variant_title"] or scenario["variant"] or ""
    items += [
        Text(column.x, column.take(19.0), line, 14.5, fill=style.MUTED)
        for line in textwrap.wrap(subtitle, _WRAP - 4)[:3]
    ]
    column.take(14.0)
    return items


def _head(column: _Column, text: str) -> Text:
    column.take(8.0)
    return Text(column.x, column.take(), text, 14.5, bold=True, fill=style.INK)


def _entry(column: _Column, y: float, text: str) -> Text:
    return Text(column.x + 38.0, y + 4.6, text, _SIZE, fill=style.INK)


def _depots(summary: Mapping[str, Any], column: _Column, language: Language) -> list[Item]:
    names = {hub["hub_type"]: hub[f"hub_type_{language}"] for hub in summary["hubs"]}
    items: list[Item] = [_head(column, say("legend-depots", language))]
    for kind, symbol in hub_symbols(summary):
        y = column.take() - 4.0
        items.append(Marker(column.x + 15, y, symbol.shape, 8.5, symbol.colour, "#ffffff", 1.2))
        items.append(_entry(column, y, names[kind]))
    items.append(
        Text(column.x, column.take(20.0), say("legend-size", language), 12.0, fill=style.MUTED)
    )
    items.append(_head(column, say("legend-sites", language)))
    y = column.take() - 4.0
    items.append(Marker(column.x + 15, y, "star", 8.5, style.STORAGE, style.INK, 1.2))
    items.append(_entry(column, y, say("legend-storage", language)))
    y = column.take() - 4.0
    items.append(Marker(column.x + 15, y, "circle", 3.0, "#ffffff", style.CANDIDATE, 1.3))
    items.append(_entry(column, y, say("legend-closed", language)))
    if any(row["decision"] == "forbidden" for row in summary["sites"]):
        y = column.take() - 4.0
        items.append(Marker(column.x + 15, y, "cross", 3.2, "none", style.CANDIDATE, 1.4))
        items.append(_entry(column, y, say("legend-forbidden", language)))
    return items


def _lines(column: _Column, language: Language, *, fed: bool) -> list[Item]:
    items: list[Item] = [_head(column, say("legend-links", language))]
    rows = [("legend-assignment", Line((), style.RAMP[-1], 2.2))]
    if fed:
        rows.append(("legend-flow", Line((), style.FLOW, 1.8, 0.6, (6.0, 4.0))))
    rows += [
        ("legend-ring", Line((), style.GUIDES["ring"].colour, style.GUIDES["ring"].width)),
        ("legend-a86", Line((), style.GUIDES["a86"].colour, style.GUIDES["a86"].width)),
        ("legend-motorway", Line((), style.GUIDES["motorway"].colour, 1.8)),
        ("legend-river", Line((), style.GUIDES["river"].colour, style.GUIDES["river"].width)),
    ]
    for key, line in rows:
        y = column.take(20.0) - 4.0
        ends = ((column.x, y), (column.x + 30.0, y))
        items.append(Line(ends, line.stroke, line.width, line.opacity, line.dash))
        items.append(_entry(column, y, say(key, language)))
    return items


def _classes(
    summary: Mapping[str, Any], geography: Geography, column: _Column, language: Language
) -> list[Item]:
    breaks = density_breaks(summary)
    colours = style.RAMP[len(style.RAMP) - len(breaks) - 1 :]
    limits = [number(limit, language) for limit in breaks]
    items: list[Item] = [_head(column, say("legend-density", language))]
    for k, colour in enumerate(colours):
        text = say("legend-over", language, low=limits[-1]) if limits else ""
        if k < len(limits):
            low = limits[k - 1] if k else number(0, language)
            text = say("legend-range", language, low=low, high=limits[k])
        items += _swatch(column, colour, text)
    if any(not zone.served for zone in geography.zones):
        items += _swatch(column, style.NOT_SERVED, say("legend-not-served", language))
    return items


def _swatch(column: _Column, colour: str, text: str) -> list[Item]:
    y = column.take(20.0) - 4.0
    x = column.x
    ring = ((x, y - 7), (x + 30, y - 7), (x + 30, y + 7), (x, y + 7), (x, y - 7))
    return [Area((ring,), colour, style.COMMUNE_BORDER, 0.6), _entry(column, y, text)]


def _notes(geography: Geography, column: _Column, language: Language) -> list[Item]:
    column.take(10.0)
    text = say(f"drawing-{geography.drawing.value}", language)
    return [
        Text(column.x, column.take(16.0), line, 12.0, fill=style.MUTED)
        for line in textwrap.wrap(text, _WRAP)
    ]


def scale_and_north(view: View) -> list[Item]:
    """Scale bar at the lower left, north arrow at the upper left of the map."""
    length_km = next(
        step for step in (50, 20, 10, 5, 2, 1, 0.5, 0.2) if step * 1000 * view.scale <= 240
    )
    units = length_km * 1000 * view.scale
    x, y = 24.0, view.height - 24.0
    text = f"{length_km:g} km"
    arrow = ((34.0, 24.0), (43.0, 54.0), (34.0, 47.0), (25.0, 54.0), (34.0, 24.0))
    return [
        Line(((x, y - 6), (x, y), (x + units, y), (x + units, y - 6)), style.INK, 1.8),
        Text(x + units / 2, y - 8, text, 13.0, "middle", fill=style.INK, halo=True),
        Area((arrow,), style.INK),
        Text(34.0, 71.0, "N", 15.0, "middle", bold=True, fill=style.INK, halo=True),
    ]
