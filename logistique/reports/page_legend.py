"""The legend beside a page's map, as text with small drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import Language, number, say
from logistique.reports.map_layers import density_breaks, hub_symbols
from logistique.reports.map_scene import Area, Item, Line, Marker
from logistique.reports.map_svg import fragment
from logistique.reports.map_traffic import speed_limits

Summary = Mapping[str, Any]
Entry = tuple[Markup, str]


@dataclass(frozen=True)
class LegendBlock:
    """Entries under one title.

    ``base`` names the fill of the zones, ``layer`` the layer they belong to, if any: they show
    with it only.
    """

    title: str
    entries: tuple[Entry, ...]
    note: str = ""
    base: str = ""
    layer: str = ""


def legend_blocks(
    summary: Summary, geography: Geography, bases: tuple[str, ...], language: Language
) -> tuple[LegendBlock, ...]:
    """Write the legend: sites, lines, and the fill of the zones in each of its ways.

    Parameters
    ----------
    summary : mapping
        A result.
    geography : Geography
    bases : tuple of str
        Ways to fill the zones: ``density``, ``served``, ``change``.
    language : {"fr", "en"}
    """
    fills = {"density": _density, "served": _served, "change": _change}
    return (
        _depots(summary, language),
        _sites(summary, language),
        *(fills[base](summary, geography, language) for base in bases),
        _lines(summary, language),
        *_traffic(summary, language),
    )


def _traffic(summary: Summary, language: Language) -> tuple[LegendBlock, ...]:
    traffic = summary.get("traffic")
    if traffic is None or not traffic["links"]:
        return ()
    return (_load(language), _speed(traffic, language))


def _load(language: Language) -> LegendBlock:
    limits: list[float | None] = [0.0, *style.LOAD_LIMITS, None]
    entries = []
    for (colour, width), (low, high) in zip(style.LOADS, pairwise(limits), strict=True):
        key = "legend-load-over" if high is None else "legend-load"
        words = say(key, language, low=number(low, language), high=number(high, language))
        entries.append(_stroke(colour, width, words))
    note = say("legend-traffic-note", language)
    return LegendBlock(say("legend-loads", language), tuple(entries), note, layer="load")


def _speed(traffic: Mapping[str, Any], language: Language) -> LegendBlock:
    low, high = (number(limit, language) for limit in speed_limits(traffic))
    entries = (
        _stroke(style.SLOWER[1], 3.4, say("legend-slower-much", language, high=high)),
        _stroke(style.SLOWER[0], 2.2, say("legend-slower", language, low=low, high=high)),
        _stroke(style.FASTER[0], 2.2, say("legend-faster", language, low=low, high=high)),
        _stroke(style.FASTER[1], 3.4, say("legend-faster-much", language, high=high)),
    )
    note = say("legend-speed-note", language)
    return LegendBlock(say("legend-speed", language), entries, note, layer="speed")


def _stroke(colour: str, width: float, words: str) -> Entry:
    return _entry(Line(((1.0, 10.0), (31.0, 10.0)), colour, width), words)


def _entry(item: Item, words: str) -> Entry:
    return Markup(fragment(item)), words  # noqa: S704 - the drawing escapes its own texts


def _symbol(shape: Any, colour: str, border: str, size: float, words: str) -> Entry:
    return _entry(Marker(16.0, 10.0, shape, size, colour, border, 1.3), words)


def _depots(summary: Summary, language: Language) -> LegendBlock:
    names = {hub["hub_type"]: hub[f"hub_type_{language}"] for hub in summary["hubs"]}
    entries = tuple(
        _symbol(symbol.shape, symbol.colour, "#ffffff", 7.5, names[kind])
        for kind, symbol in hub_symbols(summary)
    )
    return LegendBlock(say("legend-depots", language), entries, say("legend-size", language))


def _sites(summary: Summary, language: Language) -> LegendBlock:
    entries = [
        _symbol("star", style.STORAGE, style.INK, 6.5, say("legend-storage", language)),
        _symbol("circle", "#ffffff", style.CANDIDATE, 3.4, say("legend-closed", language)),
    ]
    if any(row["decision"] == "forbidden" for row in summary["sites"]):
        words = say("legend-forbidden", language)
        entries.append(_symbol("cross", "none", style.CANDIDATE, 3.4, words))
    if summary["today"]["agencies"]:
        entries.append(_symbol("square", "#ffffff", style.INK, 5.0, say("legend-agency", language)))
    return LegendBlock(say("legend-sites", language), tuple(entries))


def _lines(summary: Summary, language: Language) -> LegendBlock:
    rows = [("legend-assignment", Line((), style.RAMP[-1], 2.4))]
    if summary["flows"]:
        rows.append(("legend-flow", Line((), style.FLOW, 1.8, 0.6, (6.0, 4.0))))
    if (summary.get("routing") or {}).get("map_depot"):
        rows.append(("layer-tours", Line((), style.TOUR, 1.4)))
    rows.append(("legend-catchment", Line((), style.CATCHMENT_BORDER, 1.4)))
    rows += [
        (f"legend-{kind}", Line((), style.GUIDES[kind].colour, style.GUIDES[kind].width))
        for kind in ("ring", "a86", "motorway", "river")
    ]
    entries = tuple(
        _entry(
            Line(((1.0, 10.0), (31.0, 10.0)), line.stroke, line.width, line.opacity, line.dash),
            say(key, language),
        )
        for key, line in rows
    )
    return LegendBlock(say("legend-links", language), entries)


def _density(summary: Summary, geography: Geography, language: Language) -> LegendBlock:
    breaks = density_breaks(summary)
    colours = style.RAMP[len(style.RAMP) - len(breaks) - 1 :]
    entries = _classes(
        colours, breaks, say("legend-range", language, low="{low}", high="{high}"), language
    )
    if any(not zone.served for zone in geography.zones):
        entries.append(_swatch(style.NOT_SERVED, say("legend-not-served", language)))
    return LegendBlock(say("legend-density", language), tuple(entries), base="density")


def _served(summary: Summary, geography: Geography, language: Language) -> LegendBlock:
    del summary, geography
    note = say("legend-served-note", language)
    return LegendBlock(say("legend-served", language), (), note, base="served")


def _change(summary: Summary, geography: Geography, language: Language) -> LegendBlock:
    del summary, geography
    words = say("legend-range", language, low="{low}", high="{high}")
    limits = tuple(style.CHANGE_LIMITS)
    first = say("legend-under", language, high=number(limits[0], language))
    entries = [_swatch(style.CHANGE_RAMP[0], first)]
    entries += [
        _swatch(
            style.CHANGE_RAMP[k + 1],
            words.format(low=number(low, language), high=number(limits[k + 1], language)),
        )
        for k, low in enumerate(limits[:-1])
    ]
    last = say("legend-over", language, low=number(limits[-1], language))
    entries.append(_swatch(style.CHANGE_RAMP[-1], last))
    return LegendBlock(say("legend-change", language), tuple(entries), base="change")


def _classes(
    colours: tuple[str, ...], breaks: tuple[float, ...], words: str, language: Language
) -> list[Entry]:
    limits = [number(limit, language) for limit in breaks]
    entries = []
    for k, colour in enumerate(colours):
        text = say("legend-over", language, low=limits[-1]) if limits else ""
        if k < len(limits):
            low = limits[k - 1] if k else number(0, language)
            text = words.format(low=low, high=limits[k])
        entries.append(_swatch(colour, text))
    return entries


def _swatch(colour: str, words: str) -> Entry:
    ring = ((1.0, 3.0), (31.0, 3.0), (31.0, 17.0), (1.0, 17.0), (1.0, 3.0))
    return _entry(Area((ring,), colour, style.COMMUNE_BORDER, 0.7), words)
