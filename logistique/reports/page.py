"""The result as one HTML page that opens offline and loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup

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
from logistique.reports.map_plan import plan_map
from logistique.reports.map_svg import svg
from logistique.reports.page_cells import tone
from logistique.reports.page_tables import people_tables, place_tables, proof_tables
from logistique.reports.reason_words import warning_text
from logistique.reports.sentences import (
    actors_sentence,
    answer,
    evidence_sentence,
    proof,
    scenario_title,
)
from logistique.reports.text import KEY_FIGURES

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Content security policy: the page's own style and script, and nothing from anywhere."""

_GRADES = ("observed", "derived", "assumed")


def page_html(
    summary: Mapping[str, Any], geography: Geography, *, language: str | None = None
) -> str:
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
        A complete HTML document. Every text of the scenario is escaped. Cells of numbers carry
        the unrounded value in ``data-v``.
    """
    spoken = language_of(summary, language)

    def translate(key: str, **values: object) -> str:
        return say(key, spoken, **values)

    scene = plan_map(summary, geography, language=spoken)
    return _template().render(
        say=translate,
        language=spoken,
        policy=POLICY,
        title=scenario_title(summary),
        note=summary["scenario"]["note"],
        answer=answer(summary, spoken),
        proof=proof(summary, spoken),
        verified=summary["outcome"]["verified"],
        cards=[_card(row, spoken) for row in summary["figures"][:KEY_FIGURES]],
        evidence=evidence_sentence(summary, spoken),
        evidence_bar=[_grade(summary, grade, spoken) for grade in _GRADES],
        actors=actors_sentence(summary, spoken),
        # The drawing escapes every text of its own; see map_svg.
        map=Markup(svg(scene, standalone=False)),  # noqa: S704
        places=place_tables(summary, spoken),
        people=people_tables(summary, spoken),
        proofs=proof_tables(summary, spoken),
        warnings=[warning_text(row, spoken) for row in summary["warnings"]],
        facts=_facts(summary, spoken),
        command=summary["command"],
    )


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("logistique.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


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
        "tone": tone(change, row["better"]),
    }


def _grade(summary: Mapping[str, Any], grade: str, language: Language) -> dict[str, object]:
    share = summary["evidence"][f"{grade}_percent"] or 0.0
    return {
        "grade": grade,
        "width": round(share, 2),
        "title": f"{say(f'grade-{grade}', language)} {percent(share, language, decimals=0)}",
    }


def _facts(summary: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Facts about the run that a reader needs to repeat it."""
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
    }
    return [(say(key, language), text) for key, text in facts.items()]
