"""The map of a page: layers a reader can switch without script, three ways to fill the zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from logistique.reports import map_style as style
from logistique.reports.catchments import Catchments, catchments
from logistique.reports.geography import Geography
from logistique.reports.language import Language, amount, say, signed_percent
from logistique.reports.map_labels import place_labels
from logistique.reports.map_layers import (
    assignment_lines,
    candidate_marks,
    density_breaks,
    depot_marks,
    flow_lines,
    guide_lines,
    mapped_storages,
    outlines,
    storage_marks,
    tour_lines,
    zone_title,
)
from logistique.reports.map_legend import scale_and_north
from logistique.reports.map_scene import Area, Item, Line, Marker
from logistique.reports.map_svg import layered_svg
from logistique.reports.map_traffic import LAYERS as TRAFFIC_LAYERS
from logistique.reports.map_traffic import load_lines, speed_lines
from logistique.reports.map_view import View, positions, view_of
from logistique.reports.page_cells import sheet_anchor
from logistique.reports.page_legend import LegendBlock, legend_blocks

Summary = Mapping[str, Any]
Row = Mapping[str, Any]

LAYERS: tuple[tuple[str, bool], ...] = (
    *(("depots", True), ("storages", True), ("service", True), ("flows", True)),
    *(("catchments", True), ("roads", True), ("rivers", True), ("names", True)),
    *(("candidates", True), ("agencies", False), ("tours", True)),
    *(("load", False), ("speed", False)),
)
"""Layers with a switch, and whether they are shown at first."""


@dataclass(frozen=True)
class PageMap:
    """A map with its switches and legend.

    Parameters
    ----------
    svg : Markup
        The drawing.
    css : Markup
        Rules of the switches.
    bases : tuple of str
        Ways to fill the zones, the first one shown.
    layers : tuple of (str, bool)
        Layers that can be switched, and whether they are shown at first.
    legend : tuple of LegendBlock
    note : str
        What is real and what is schematic.
    """

    svg: Markup
    css: Markup
    bases: tuple[str, ...]
    layers: tuple[tuple[str, bool], ...]
    legend: tuple[LegendBlock, ...]
    note: str


def page_map(summary: Summary, geography: Geography, language: Language) -> PageMap:
    """Draw the map of a result for a page.

    Parameters
    ----------
    summary : mapping
        A result.
    geography : Geography
    language : {"fr", "en"}
    """
    view = view_of(geography, summary)
    areas = catchments(summary, geography, len(style.CATCHMENTS))
    layers = _layers(summary, geography, view, areas, language)
    bases = ("density", "served", *(("change",) if _with_today(summary) else ()))
    title = say("map-title", language, title=summary["scenario"]["title"])
    switched = tuple((key, shown) for key, shown in LAYERS if layers.get(key))
    parts = [part for name, items in layers.items() for part in _by_colour(name, items)]
    # The drawing escapes every text of its own; see map_svg.
    drawn = Markup(layered_svg(view.width, view.height, title, parts))  # noqa: S704
    return PageMap(
        svg=drawn,
        css=_css(bases, switched),
        bases=bases,
        layers=switched,
        legend=legend_blocks(summary, geography, bases, language),
        note=say(f"drawing-{geography.drawing.value}", language),
    )


def _layers(
    summary: Summary, geography: Geography, view: View, areas: Catchments, language: Language
) -> dict[str, list[Item]]:
    depots: list[Marker] = [
        replace(mark, href=f"#{sheet_anchor('hub', hub)}")
        for mark, hub in zip(depot_marks(summary, view, language), summary["hubs"], strict=True)
    ]
    storages = storage_marks(summary, view, depots, language)
    largest_first = sorted(depots, key=lambda mark: -mark.size)
    guides = guide_lines(geography, view)
    kinds = [guide.kind for guide in geography.guides for _ in view.lines(guide.line)]
    rivers = [line for line, kind in zip(guides, kinds, strict=True) if kind == "river"]
    roads = [line for line, kind in zip(guides, kinds, strict=True) if kind != "river"]
    return {
        "zones": _zones(summary, geography, view, areas, language),
        "rivers": rivers,
        "outlines": outlines(geography, view),
        "roads": roads,
        **_traffic(summary, view, language),
        "catchments": [
            Area(view.rings(shape), "none", style.CATCHMENT_BORDER, 1.3) for shape in areas.shapes
        ],
        "flows": flow_lines(summary, view),
        "service": assignment_lines(geography, summary, view),
        "tours": tour_lines(summary, view, language),
        "agencies": _agencies(summary, view, language),
        "candidates": candidate_marks(summary, view, language),
        "depots": [*largest_first],
        "storages": list(storages),
        "names": list(_names(summary, depots, storages, view)),
        "scale": scale_and_north(view),
    }


def _traffic(summary: Summary, view: View, language: Language) -> dict[str, list[Item]]:
    traffic = summary.get("traffic")
    if traffic is None or not traffic["links"]:
        return {}
    return {
        "load": load_lines(traffic, view, language),
        "speed": speed_lines(traffic, view, language),
    }


def _by_colour(name: str, items: list[Item]) -> list[tuple[str, list[Item]]]:
    """Split a layer of lines by colour, so that each part is written once with its colour."""
    if name not in ("service", *TRAFFIC_LAYERS):
        return [(name, items)]
    colours = dict.fromkeys(item.stroke for item in items if isinstance(item, Line))
    return [
        (name, [item for item in items if isinstance(item, Line) and item.stroke == colour])
        for colour in colours
    ]


def _zones(
    summary: Summary, geography: Geography, view: View, areas: Catchments, language: Language
) -> list[Item]:
    """Zones with a class for each way to fill them; density without any style sheet."""
    rows = {row["zone"]: row for row in summary["zones"]}
    hubs = {row["id"]: row["name"] for row in summary["hubs"]}
    breaks = density_breaks(summary)
    items: list[Item] = []
    for zone, shape in zip(geography.zones, geography.zone_shape, strict=True):
        row = rows.get(zone.id)
        if row is None:
            title = say("map-not-served", language, name=zone.name)
            items.append(Area(view.rings(shape), style.NOT_SERVED, style.FAINT_BORDER, 0.9, title))
            continue
        density = row["parcels_per_km2_day"] or 0.0
        classes = []
        if row["main_depot"] in areas.colour:
            classes.append(f"s{areas.colour[row['main_depot']]}")
        if row["km_change_percent"] is not None:
            classes.append(f"k{style.change_class(row['km_change_percent'])}")
        items.append(
            Area(
                view.rings(shape),
                style.ramp_colour(density, breaks),
                style.BORDER,
                0.9,
                _zone_title(row, hubs, language),
                " ".join(classes),
            )
        )
    return items


def _zone_title(row: Row, hubs: Mapping[str, str], language: Language) -> str:
    lines = [zone_title(row, language)]
    if row["km_change_percent"] is not None:
        lines[0] += f" ({signed_percent(row['km_change_percent'], language)})"
    if row["main_depot"] is not None:
        name = hubs.get(row["main_depot"], row["main_depot"])
        lines.append(say("map-main-depot", language, name=name))
    return "\n".join(lines)


def _agencies(summary: Summary, view: View, language: Language) -> list[Item]:
    """Today's agencies as hollow squares."""
    rows = summary["today"]["agencies"]
    x, y = positions(rows)
    unit = say("unit-parcels", language)
    return [
        Marker(
            *view.point(a, b),
            "square",
            5.0,
            "#ffffff",
            style.INK,
            1.6,
            title=f"{row['name']}\n{say('legend-agency', language)}\n"
            f"{amount(row['parcels_per_day'], unit, language)}",
        )
        for row, a, b in zip(rows, x, y, strict=True)
    ]


def _names(
    summary: Summary, depots: list[Marker], storages: list[Marker], view: View
) -> tuple[Item, ...]:
    hubs = sorted(
        zip(depots, summary["hubs"], strict=True), key=lambda pair: -pair[1]["parcels_per_day"]
    )
    stores = list(zip(storages, mapped_storages(summary), strict=True))
    named = [(mark, str(row["name"])) for mark, row in [*stores, *hubs]]
    return place_labels(named, [*depots, *storages], view.width, view.height)


def _with_today(summary: Summary) -> bool:
    return any(row["km_change_percent"] is not None for row in summary["zones"])


def _css(bases: tuple[str, ...], layers: tuple[tuple[str, bool], ...]) -> Markup:
    """Rules by which boxes and buttons before the map change it, without script."""
    rules = [f"#l-{key}:not(:checked)~.view .l-{key}{{display:none}}" for key, _ in layers]
    fills = {"served": ("s", style.CATCHMENTS), "change": ("k", style.CHANGE_RAMP)}
    for base in bases:
        letter, colours = fills.get(base, ("", ()))
        rules += [
            f"#b-{base}:checked~.view .{letter}{k}{{fill:{colour}}}"
            for k, colour in enumerate(colours)
        ]
        rules.append(f"#b-{base}:not(:checked)~.legend .b-{base}{{display:none}}")
    rules += [
        f"#l-{key}:not(:checked)~.legend .t-{key}{{display:none}}"
        for key, _ in layers
        if key in TRAFFIC_LAYERS
    ]
    ids = [*(f"l-{key}" for key, _ in layers), *(f"b-{base}" for base in bases)]
    on = ",".join(f"#{name}:checked~.switches label[for={name}]" for name in ids)
    seen = ",".join(f"#{name}:focus-visible~.switches label[for={name}]" for name in ids)
    rules.append(f"{on}{{background:#e3ecf8;border-color:#1f4e8c;color:#163b6c}}")
    rules.append(f"{seen}{{outline:3px solid #e69f00}}")
    return Markup("\n".join(rules))  # noqa: S704 - made of fixed names and colours only
