"""The result as one HTML page that opens offline and loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.charts import charts
from logistique.reports.geography import Geography
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
from logistique.reports.page_cells import Cell, tone
from logistique.reports.page_map import page_map
from logistique.reports.page_tables import (
    basis_tables,
    input_table,
    people_tables,
    place_tables,
    proof_tables,
)
from logistique.reports.page_template import render
from logistique.reports.reason_words import warning_text
from logistique.reports.sentences import (
    actors_sentence,
    answer,
    evidence_sentence,
    proof,
    scenario_title,
)
from logistique.reports.sheet_commune import commune_sheets
from logistique.reports.sheet_hub import hub_sheets
from logistique.reports.text import KEY_FIGURES

Summary = Mapping[str, Any]

_GRADES = ("observed", "derived", "assumed")
_SECTIONS = ("map", "charts", "places", "people", "proofs", "basis", "repeat")
_LIMITS = ("tours", "traffic", "prices", "sites")


def _limits(summary: Summary) -> list[str]:
    priced = summary.get("traffic") is not None
    routed = bool(summary.get("routing"))
    keys = [key for key in _LIMITS if not (key == "tours" and routed)]
    return ["traffic-priced" if key == "traffic" and priced else key for key in keys]


def page_html(summary: Summary, geography: Geography, *, language: str | None = None) -> str:
    """Write the page of a result.

    Parameters
    ----------
    summary : mapping
        A result; the only source of figures.
    geography : Geography
        Shapes of the map.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    str
        A complete HTML document. Every text of the scenario is escaped. What shows a number
        carries the unrounded value in ``data-v``; what shows a time, or depends on one, carries
        ``data-timing`` and is all that may differ between two runs of the same input.
    """
    spoken = language_of(summary, language)
    return render(
        "page.html.j2",
        spoken,
        title=scenario_title(summary),
        note=summary["scenario"]["note"],
        answer=answer(summary, spoken),
        proof=proof(summary, spoken),
        verified=summary["outcome"]["verified"],
        chips=_chips(summary, spoken),
        cards=[_card(row, spoken) for row in summary["figures"][:KEY_FIGURES]],
        evidence=evidence_sentence(summary, spoken),
        evidence_bar=[_grade(summary, grade, spoken) for grade in _GRADES],
        actors=actors_sentence(summary, spoken),
        sections=_SECTIONS,
        map=page_map(summary, geography, spoken),
        charts=charts(summary, spoken),
        places=place_tables(summary, spoken),
        hub_sheets=hub_sheets(summary, spoken),
        people=people_tables(summary, spoken),
        commune_sheets=commune_sheets(summary, spoken),
        proofs=proof_tables(summary, spoken),
        limits=[say(f"limit-{key}", spoken) for key in _limits(summary)],
        warnings=[warning_text(row, spoken) for row in summary["warnings"]],
        basis=basis_tables(summary, spoken),
        command=summary["command"],
        facts=_facts(summary, spoken),
        inputs=input_table(summary, spoken),
    )


def _chips(summary: Summary, language: Language) -> list[dict[str, object]]:
    """Outcome in a line: how the search ended, gap, bound, time, seed, verification."""
    outcome, seconds = summary["outcome"], summary["timings"].get("total_s")
    money = say("measure-eur_per_day", language)
    ended, bound = outcome["termination"], outcome["lower_bound_eur_per_day"]
    chips = [
        _chip(
            word("termination", ended, language).capitalize(),
            Cell(""),
            "yes" if ended == "optimal" else "no",
        )
    ]
    if outcome["gap_percent"] is not None:
        gap = percent(outcome["gap_percent"], language, decimals=3)
        chips.append(_chip(say("chip-gap", language), Cell(gap, outcome["gap_percent"])))
        chips.append(
            _chip(say("chip-bound", language), Cell(amount(bound, money, language), bound))
        )
    if seconds is not None:
        shown = Cell(amount(seconds, "s", language), seconds)
        chips.append(_chip(say("chip-time", language), shown, timing=True))
    chips.append(_chip(say("fact-seed", language), Cell(str(outcome["seed"]))))
    key = "chip-verified" if outcome["verified"] else "chip-not-verified"
    chips.append(_chip(say(key, language), Cell(""), "yes" if outcome["verified"] else "no"))
    return chips


def _chip(label: str, cell: Cell, style: str = "", *, timing: bool = False) -> dict[str, object]:
    return {"label": label, "cell": cell, "style": style, "timing": timing}


def _card(row: Mapping[str, Any], language: Language) -> dict[str, object]:
    change = row["change_percent"]
    return {
        "key": row["key"],
        "label": row[f"label_{language}"],
        "unit": row[f"unit_{language}"],
        "plan": number(row["plan"], language),
        "plan_value": row["plan"],
        "today": None if row["today"] is None else number(row["today"], language),
        "today_value": row["today"],
        "change": None if change is None else signed_percent(change, language),
        "change_value": change,
        "tone": tone(change, row["better"]),
    }


def _grade(summary: Summary, grade: str, language: Language) -> dict[str, object]:
    share = summary["evidence"][f"{grade}_percent"] or 0.0
    return {
        "grade": grade,
        "width": round(share, 2),
        "title": f"{say(f'grade-{grade}', language)} {percent(share, language, decimals=0)}",
    }


def _facts(summary: Summary, language: Language) -> list[tuple[str, str, bool]]:
    """Facts about the run that a reader needs to repeat it; whether they may differ next time."""
    outcome, network, demand = summary["outcome"], summary["network"], summary["demand"]
    parcels = say("unit-parcels", language)
    versions = ", ".join(f"{name} {text}" for name, text in summary["versions"].items())
    boundaries = summary["boundaries"]
    level = word("demand-level", demand["level"], language)
    facts = {
        "fact-overrides": "; ".join(summary["scenario"]["overrides"]) or "–",
        "fact-method": word("method", outcome["method"], language),
        "fact-seed": str(outcome["seed"]),
        "fact-demand": f"{level}: {amount(demand['parcels_per_day'], parcels, language)}",
        "fact-network": say(
            "fact-network-text",
            language,
            source=word("network", network["source"], language),
            nodes=number(network["nodes"], language),
            arcs=number(network["arcs"], language),
            length=number(network["length_km"], language),
            period=word("period", network["period"], language),
        ),
        "fact-boundaries": boundaries["file"] if boundaries else say("fact-schematic", language),
        "fact-versions": versions,
        "fact-timings": _timings(summary, language),
    }
    volatile = ("fact-versions", "fact-timings")
    return [(say(key, language), text, key in volatile) for key, text in facts.items()]


def _timings(summary: Summary, language: Language) -> str:
    return ", ".join(
        f"{name.removesuffix('_s')} {amount(seconds, 's', language)}"
        for name, seconds in summary["timings"].items()
    )
