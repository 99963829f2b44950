"""Facts of a sheet in words: cards, changes, who decides, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from logistique.reports.council_sheet import Card, Part
from logistique.reports.geography import Geography
from logistique.reports.language import (
    Language,
    amount,
    messages,
    number,
    percent,
    say,
    signed_percent,
)
from logistique.reports.sentences import evidence_sentence, proof
from logistique.reports.text_table import plain_line

Facts = Mapping[str, Any]

LONGEST_NAME = 60
"""Longer names are cut in tables and sentences of a sheet, characters."""

_LONGEST_SOURCES = 620


def short(text: str, limit: int = LONGEST_NAME) -> str:
    """One line of a text, without marks that move the cursor, cut at a length."""
    clean = plain_line(text)
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def unit(key: str, language: Language) -> str:
    """Return the unit of a measure, for readers."""
    return say(f"council-unit-{key}", language)


def card(measure: Facts, language: Language) -> Card:
    """Write a measure in large print, with today's value where known."""
    note = ""
    if measure["today"] is not None:
        note = say(
            "council-against",
            language,
            today=number(measure["today"], language),
            change=_change(measure, language),
        )
        if measure["mark"] in ("better", "worse"):
            note += say(f"council-note-{measure['mark']}", language)
    key = measure["key"]
    mark = measure["mark"] if measure["mark"] in ("better", "worse") else ""
    return Card(
        label=say(f"council-label-{key}", language),
        value=number(measure["plan"], language),
        unit=unit(key, language),
        note=note,
        tone=mark,
    )


def _change(measure: Facts, language: Language) -> str:
    if measure["mark"] == "same":
        return say("council-unchanged", language)
    return signed_percent(measure["change_percent"], language)


def changed(measures: Iterable[Facts], mark: str, language: Language) -> tuple[str, ...]:
    """Sentences for the measures that are better or worse than today."""
    return tuple(
        say(
            f"council-{mark}",
            language,
            label=say(f"council-label-{measure['key']}", language),
            change=_signed(measure["change"], language),
            unit=unit(measure["key"], language),
            percent=signed_percent(measure["change_percent"], language),
        )
        for measure in measures
        if measure["mark"] == mark
    )


def _signed(value: float, language: Language) -> str:
    return ("+" if value > 0 else "") + number(value, language)


def parcels(value: float, language: Language) -> str:
    """Write a volume with its unit."""
    return amount(value, say("unit-parcels", language), language)


def vehicles(shares: Iterable[Facts], language: Language) -> str:
    """Shares of the vehicles in one sentence."""
    listed = ", ".join(
        f"{short(row[f'name_{language}'], 34)} "
        f"{percent(row['share_percent'], language, decimals=0)}"
        for row in shares
    )
    return say("council-vehicles", language, vehicles=listed)


def decides(rows: Iterable[Facts], extra: Iterable[str], language: Language) -> Part:
    """Who decides, with what a source confirms and what is assumed."""
    lines = []
    for row in rows:
        sentence = say(
            f"council-decider-{row['why']}",
            language,
            name=short(row["name"]),
            site=short(row["site"]),
            status=standing(row, language),
        )
        if row["vetoes"]:
            sentence += " " + say(
                "council-vetoes", language, vetoes=short(", ".join(row["vetoes"]))
            )
        lines.append(sentence)
    return Part(
        say("council-decides", language),
        (*lines, *extra, say("council-roles-assumed", language)),
    )


def standing(row: Facts, language: Language) -> str:
    """Whether a source names the actor as a signatory."""
    if row["status"] == "placeholder":
        return say("actor-unnamed", language)
    known = row["confirmed"] and row["status"] == "named"
    return say("actor-confirmed" if known else "actor-unconfirmed", language)


def owners_unknown(sites: Iterable[Facts], language: Language) -> tuple[str, ...]:
    """Say which opened sites have no known owner among the actors."""
    names = [short(site["name"], 40) for site in sites if not site["owner"]]
    if not names:
        return ()
    return (say("council-no-owner", language, sites=", ".join(names[:4])),)


def proofs(summary: Facts, geography: Geography, language: Language) -> tuple[str, ...]:
    """How sure the page is: proof of the plan, evidence of the inputs, drawing of the map."""
    return (
        proof(summary, language),
        evidence_sentence(summary, language),
        say("council-model", language),
        messages()[f"drawing-{geography.drawing.value}"][language],
    )


def sources(summary: Facts, language: Language) -> str:
    """Origins of the inputs, each once."""
    origins = dict.fromkeys(plain_line(row["origin"]) for row in summary["sources"])
    listed = short(" ; ".join(origins), _LONGEST_SOURCES)
    return say("council-sources", language, sources=listed or "–")
