"""The outcome of a run as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from logistique.reports.language import (
    Language,
    amount,
    language_of,
    number,
    percent,
    say,
    signed_percent,
    word,
)
from logistique.reports.reason_words import warning_text
from logistique.reports.requirement_words import bound_text, verdict
from logistique.reports.routing_sentences import routing_sentences
from logistique.reports.sentences import (
    actors_sentence,
    answer,
    evidence_sentence,
    proof,
    scenario_title,
)
from logistique.reports.text_table import WIDTH, Column, plain_line, text_table
from logistique.reports.traffic_sentences import traffic_sentences

Summary = Mapping[str, Any]

KEY_FIGURES = 6
"""The first figures of a result are its key figures."""

_LISTED = 30
_ZONES_NAMED = 3


def outcome_text(summary: Summary, *, language: str | None = None) -> str:
    """Write the outcome: what opens, where, for whom, at what cost, against today.

    Parameters
    ----------
    summary : mapping
        A result (``result.json``); the only source of figures.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    str
        Lines of at most 100 characters, no trailing newline.
    """
    spoken = language_of(summary, language)
    title = scenario_title(summary)
    blocks = [
        [*_wrapped(title), "=" * min(len(title), WIDTH)],
        [*_wrapped(answer(summary, spoken)), *_wrapped(proof(summary, spoken))],
        _figures(summary, spoken),
        _hubs(summary, spoken),
        _storages(summary, spoken),
        _gain(summary, spoken),
        _traffic(summary, spoken),
        _routing(summary, spoken),
        _requirements(summary, spoken),
        [
            *_wrapped(evidence_sentence(summary, spoken)),
            *_wrapped(actors_sentence(summary, spoken)),
        ],
        _warnings(summary, spoken),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        plain_line(text),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _figures(summary: Summary, language: Language) -> list[str]:
    columns = [
        Column(say("head-figure", language), "left", shrinks=True),
        Column(say("head-plan", language)),
        Column(say("head-today", language)),
        Column(say("head-change", language)),
        Column("", "left"),
    ]
    rows = [
        (
            row[f"label_{language}"],
            number(row["plan"], language),
            number(row["today"], language),
            signed_percent(row["change_percent"], language),
            row[f"unit_{language}"],
        )
        for row in summary["figures"][:KEY_FIGURES]
    ]
    return text_table(columns, rows)


def _hubs(summary: Summary, language: Language) -> list[str]:
    columns = [
        Column(say("head-rank", language)),
        Column(say("head-depot", language), "left", shrinks=True),
        Column(say("head-type", language), "left"),
        Column(say("head-parcels", language)),
        Column("m²"),
        Column(say("head-use", language)),
        Column(say("head-serves", language), "left", shrinks=True),
    ]
    zones = _zones_by_hub(summary)
    ranked = [*enumerate(summary["hubs"], start=1)]
    ranked.sort(key=lambda pair: (-pair[1]["parcels_per_day"], pair[0]))
    rows = [
        (
            str(rank),
            _place(hub),
            hub["hub_type"],
            number(hub["parcels_per_day"], language, decimals=0),
            number(hub["area_m2"], language, decimals=0),
            percent(hub["use_percent"], language, decimals=0),
            _some_zones(zones.get(hub["id"], [])),
        )
        for rank, hub in ranked[:_LISTED]
    ]
    lines = [say("title-hubs", language), *text_table(columns, rows)]
    return lines + _left_out(len(ranked) - len(rows), language)


def _place(hub: Mapping[str, Any]) -> str:
    """Name of a depot, with its commune when the name does not say it."""
    name, commune = str(hub["name"]), str(hub["commune_name"])
    return name if commune in name else f"{name} ({commune})"


def _zones_by_hub(summary: Summary) -> dict[str, list[str]]:
    """Zones each depot serves, by falling volume."""
    names = {zone["zone"]: zone["name"] for zone in summary["zones"]}
    served: dict[str, dict[str, float]] = {}
    for row in summary["assignments"]:
        name = names.get(row["zone"], row["zone"])
        volumes = served.setdefault(row["depot"], {})
        volumes[name] = volumes.get(name, 0.0) + row["parcels_per_day"]
    return {
        depot: sorted(volumes, key=lambda name: (-volumes[name], name))
        for depot, volumes in served.items()
    }


def _some_zones(names: Sequence[str]) -> str:
    shown = ", ".join(name.replace(" Arrondissement", "") for name in names[:_ZONES_NAMED])
    more = len(names) - _ZONES_NAMED
    return f"{shown} +{more}" if more > 0 else shown


def _left_out(count: int, language: Language) -> list[str]:
    return [say("more-rows", language, n=number(count, language))] if count > 0 else []


def _storages(summary: Summary, language: Language) -> list[str]:
    if not summary["storages"]:
        return []
    columns = [
        Column(say("head-storage", language), "left", shrinks=True),
        Column(say("head-parcels", language)),
        Column(say("head-use", language)),
        Column(say("head-feeds", language)),
    ]
    rows = [
        (
            row["name"],
            number(row["parcels_per_day"], language, decimals=0),
            percent(row["use_percent"], language, decimals=0),
            number(len(row["feeds"]), language),
        )
        for row in sorted(summary["storages"], key=lambda row: -row["parcels_per_day"])
    ]
    return [say("title-storages", language), *text_table(columns, rows)]


def _gain(summary: Summary, language: Language) -> list[str]:
    gain = summary["gain"]
    if gain is None:
        return []
    heads = ("", *(say(f"head-{key}", language) for key in ("gain", *_CHANGES)))
    columns = [Column(heads[0], "left"), *(Column(head) for head in heads[1:])]
    rows = [
        (
            say(f"measure-{row['measure']}", language),
            number(row["total"], language),
            *(number(row[change], language) for change in _CHANGES),
        )
        for row in gain["measures"]
    ]
    return [say("title-gain", language), *text_table(columns, rows)]


_CHANGES = ("location", "fleet", "sharing")


def _traffic(summary: Summary, language: Language) -> list[str]:
    traffic = summary.get("traffic")
    if traffic is None:
        return []
    keys = ("base_eur_per_day", "delay_h_per_day", "local_h_per_day", "total_eur_per_day")
    columns = [
        Column("", "left", shrinks=True),
        *(Column(say(f"head-traffic-{key}", language)) for key in keys),
    ]
    rows = [
        (word("traffic-state", row["state"], language), *(number(row[k], language) for k in keys))
        for row in traffic["states"]
    ]
    lines = [say("title-traffic", language), *text_table(columns, rows)]
    for sentence in traffic_sentences(summary, language):
        lines += _wrapped(sentence)
    return lines


def _routing(summary: Summary, language: Language) -> list[str]:
    sentences = routing_sentences(summary, language)
    if not sentences:
        return []
    columns = [
        Column(say("head-depot", language), "left", shrinks=True),
        *(
            Column(say(f"head-routed-{key}", language))
            for key in ("predicted", "routed", "difference", "error", "hours", "cost")
        ),
    ]
    ranked = sorted(
        summary["routing"]["depots"], key=lambda row: -abs(row["km_difference_percent"])
    )
    rows = [
        (
            row["depot_name"],
            number(row["predicted_km_per_day"], language, decimals=0),
            number(row["routed_km_per_day"], language, decimals=0),
            signed_percent(row["km_difference_percent"], language),
            percent(row["km_error_percent"], language),
            signed_percent(row["hours_difference_percent"], language),
            signed_percent(row["cost_difference_percent"], language),
        )
        for row in ranked[:_LISTED]
    ]
    lines = [say("title-routing", language)]
    if rows:
        lines += text_table(columns, rows) + _left_out(len(ranked) - len(rows), language)
    for sentence in sentences:
        lines += _wrapped(sentence)
    return lines


def _requirements(summary: Summary, language: Language) -> list[str]:
    if not summary["requirements"]:
        return []
    columns = [
        Column("", "left", shrinks=True),
        Column(say("head-value", language)),
        Column(say("head-bound", language)),
        Column(say("head-slack", language)),
        Column("", "left"),
    ]
    rows = [
        (
            row["name"],
            amount(row["value"], word("unit", row["unit"], language), language),
            bound_text(row, language),
            number(row["slack"], language),
            verdict(row, language),
        )
        for row in summary["requirements"]
    ]
    return [say("title-requirements", language), *text_table(columns, rows)]


def _warnings(summary: Summary, language: Language) -> list[str]:
    if not summary["warnings"]:
        return []
    lines = [say("title-warnings", language)]
    for warning in summary["warnings"]:
        lines += _wrapped(f"- {warning_text(warning, language)}", indent="  ")
    return lines
