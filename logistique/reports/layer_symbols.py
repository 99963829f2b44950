"""How each layer looks in a GIS by default: rules with a condition, a label and a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from logistique.network.graph import RoadClass
from logistique.reports import map_style as style
from logistique.reports.language import Language, number, say, word
from logistique.reports.map_scene import Shape


@dataclass(frozen=True)
class Fill:
    """An area: colour inside and of the border, border width in millimetres."""

    colour: str
    border: str
    width_mm: float


@dataclass(frozen=True)
class Stroke:
    """A line: colour, width in millimetres, share of opacity, whether dashed."""

    colour: str
    width_mm: float
    opacity: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Point:
    """A symbol: shape, colour inside and of the border, size in millimetres."""

    shape: Shape
    colour: str
    border: str
    size_mm: float


Symbol = Fill | Stroke | Point


@dataclass(frozen=True)
class Condition:
    """Which rows a rule draws.

    Parameters
    ----------
    column : str
        Column compared.
    over : str
        Column it is divided by; empty for none.
    equals : str or None
        Value the column has; None for a range.
    above, upto : float or None
        Open lower and closed upper limit; None for no limit.
    """

    column: str
    over: str = ""
    equals: str | None = None
    above: float | None = None
    upto: float | None = None


@dataclass(frozen=True)
class Rule:
    """A symbol, its label in the legend, and which rows it is for (None: all)."""

    label: str
    symbol: Symbol
    condition: Condition | None = None


_ROADS: Mapping[RoadClass, Stroke] = {
    RoadClass.MOTORWAY: Stroke("#cf6f6f", 0.6),
    RoadClass.RING_ROAD: Stroke("#b84a4a", 0.8),
    RoadClass.NATIONAL: Stroke("#d9a66b", 0.4),
    RoadClass.STREET_PARIS: Stroke("#b0b0ba", 0.15),
    RoadClass.STREET_INNER: Stroke("#b0b0ba", 0.15),
    RoadClass.STREET_OUTER: Stroke("#c8c8d0", 0.15),
}

_DECISIONS: Mapping[str, Point] = {
    "open": Point("circle", style.INK, "#ffffff", 2.4),
    "closed": Point("circle", "#ffffff", style.INK, 2.0),
    "not-opened": Point("circle", "#ffffff", style.CANDIDATE, 1.8),
    "forbidden": Point("cross", style.CANDIDATE, style.CANDIDATE, 2.2),
}


def layer_rules(name: str, summary: Mapping[str, Any], language: Language) -> tuple[Rule, ...]:
    """Drawing rules of a layer; the colours are those of the maps.

    Parameters
    ----------
    name : str
        One of :data:`logistique.reports.layers.LAYERS`.
    summary : mapping
        A result; its values set the classes of the zones and the types of the depots.
    language : {"fr", "en"}
        Language of the labels.

    Raises
    ------
    KeyError
        For a layer without rules: a defect of the program.
    """
    title = say(f"layer-{name}", language)
    plain: dict[str, Symbol] = {
        "storages": Point("star", style.STORAGE, style.INK, 4.5),
        "agencies": Point("triangle", "#ffffff", style.AGENCY, 2.4),
        "assignments": Stroke("#0072b2", 0.25, 0.5),
        "flows": Stroke(style.FLOW, 0.4, 0.6, dashed=True),
        "tours": Stroke(style.TOUR, 0.3, 0.8),
        "tour_stops": Point("circle", style.TOUR, "#ffffff", 1.2),
    }
    if name in ("communes", "zones"):
        return tuple(_densities(summary[name], language))
    if name == "roads":
        return tuple(
            Rule(word("road-class", kind.name, language), stroke, _is("road_class", kind.name))
            for kind, stroke in _ROADS.items()
        )
    if name == "traffic":
        return tuple(_loads(language))
    if name == "sites":
        return tuple(
            Rule(word("decision", decision, language), symbol, _is("decision", decision))
            for decision, symbol in _DECISIONS.items()
        )
    if name == "hubs":
        return tuple(_hub_types(summary, language))
    return (Rule(title, plain[name]),)


def _densities(rows: list[Mapping[str, Any]], language: Language) -> Iterator[Rule]:
    """Colour classes of parcels per km² and day, as on the map."""
    breaks = style.class_breaks(row["parcels_per_day"] / row["area_km2"] for row in rows)
    limits: list[float | None] = [None, *breaks, None]
    for low, high in pairwise(limits):
        written = {"low": number(low or 0.0, language), "high": number(high, language)}
        label = say("legend-over" if high is None else "legend-range", language, **written)
        colour = style.ramp_colour(high if high is not None else float("inf"), breaks)
        condition = Condition("parcels_per_day", over="area_km2", above=low, upto=high)
        yield Rule(label, Fill(colour, "#8b8ba0", 0.2), condition)


_LOADS: tuple[tuple[float, Stroke], ...] = (
    (0.0, Stroke("#9ecae1", 0.3)),
    (60.0, Stroke("#fdd49e", 0.5)),
    (90.0, Stroke("#ef6548", 0.7)),
    (110.0, Stroke("#990000", 0.9)),
)
"""Lower limits of the classes of load, percent of capacity."""


def _loads(language: Language) -> Iterator[Rule]:
    """Classes of load of the roads."""
    limits: list[float | None] = [*(low for low, _ in _LOADS), None]
    for (low, stroke), high in zip(_LOADS, limits[1:], strict=True):
        key = "legend-load" if high is not None else "legend-load-over"
        label = say(key, language, low=number(low, language), high=number(high, language))
        above = low if low > 0 else None
        yield Rule(label, stroke, Condition("load_percent", above=above, upto=high))


def _hub_types(summary: Mapping[str, Any], language: Language) -> Iterator[Rule]:
    """Symbols as on the map: by type, the same whatever is open."""
    kinds = {row["hub_type"] for row in summary["sites"] if row["hub_type"]}
    names = {hub["hub_type"]: hub[f"hub_type_{language}"] for hub in summary["hubs"]}
    symbols = style.symbols(kinds | set(names))
    for kind, name in names.items():
        symbol = symbols[kind]
        yield Rule(name, Point(symbol.shape, symbol.colour, "#ffffff", 4.0), _is("hub_type", kind))


def _is(column: str, value: str) -> Condition:
    return Condition(column, equals=value)
