"""A comparison as one HTML page that opens offline: bars, maps side by side, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from logistique.reports.chart_bars import Bar, BarGroup, bars
from logistique.reports.chart_parts import Chart
from logistique.reports.comparison_map import GROUND, STATES, comparison_map
from logistique.reports.comparison_tables import (
    cell_table,
    figure_table,
    file_table,
    letters,
    requirement_table,
    setting_table,
    site_table,
    small_percent,
    tally_table,
    winner_table,
)
from logistique.reports.geography import Geography
from logistique.reports.language import Language, language_named, number, percent, say, word
from logistique.reports.map_svg import svg
from logistique.reports.page_template import render

Comparison = Mapping[str, Any]
Summary = Mapping[str, Any]


def comparison_html(
    comparison: Comparison,
    summaries: Sequence[Summary],
    geographies: Sequence[Geography],
    *,
    language: str | None = None,
) -> str:
    """Write a comparison as HTML.

    Parameters
    ----------
    comparison : mapping
        From :func:`logistique.evaluation.comparison.compare_summaries`.
    summaries : sequence of mapping
        The results compared, in its order; for the maps.
    geographies : sequence of Geography
        One per result.
    language : {"fr", "en"}, optional
        That of the first run when absent.

    Returns
    -------
    str
        A complete document that loads nothing; every text of the scenarios is escaped.
    """
    spoken = language_named(language or comparison["language"])
    return render(
        "compare.html.j2",
        spoken,
        title=say("compare-title", spoken),
        lead=_lead(comparison, spoken),
        runs=_runs(comparison, spoken),
        cautions=[
            say("compare-caution", spoken, run=item["run"], text=item[f"text_{spoken}"])
            for item in comparison["cautions"]
        ],
        chart=_chart(comparison, spoken),
        maps=_maps(comparison, summaries, geographies, spoken),
        legend=_legend(spoken),
        figures=figure_table(comparison, spoken),
        sites=site_table(comparison, spoken),
        people=[
            tally_table(comparison, spoken),
            winner_table(comparison, "communes", spoken),
            winner_table(comparison, "actors", spoken),
        ],
        inputs=[
            setting_table(comparison, spoken),
            cell_table(comparison, spoken),
            file_table(comparison, spoken),
            requirement_table(comparison, spoken),
        ],
        same_inputs=comparison["inputs"]["same"],
        commands=[run["command"] for run in comparison["runs"]],
    )


def _lead(comparison: Comparison, language: Language) -> list[str]:
    """One sentence per run: what it opens and closes, and its kilometres and cost."""
    figures = {row["key"]: row for row in comparison["figures"]}
    sentences = []
    for position, (letter, run) in enumerate(
        zip(letters(comparison)[1:], comparison["sites"]["by_run"], strict=True), start=1
    ):
        changes = {
            key: _said(figures[key], position, language)
            for key in ("km_per_day", "co2e_t_per_year", "cost_eur_per_parcel")
        }
        sentences.append(
            say(
                "compare-lead",
                language,
                letter=letter,
                run=run["name"],
                opens=number(len(run["opens"]), language),
                closes=number(len(run["does_not_open"]), language),
                km=changes["km_per_day"],
                co2e=changes["co2e_t_per_year"],
                cost=changes["cost_eur_per_parcel"],
            )
        )
    return sentences


def _said(figure: Mapping[str, Any], position: int, language: Language) -> str:
    if figure["mark"][position] == "same":
        return say("compare-same", language)
    return small_percent(figure["change_percent"][position], language)


def _runs(comparison: Comparison, language: Language) -> list[dict[str, str]]:
    return [
        {
            "letter": letter,
            "name": run["name"],
            "title": run["title"],
            "variant": run["variant_title"] or run["variant"] or "",
            "overrides": "; ".join(run["overrides"]),
            "proof": word("termination", run["termination"], language),
            "gap": percent(run["gap_percent"], language, decimals=3),
        }
        for letter, run in zip(letters(comparison), comparison["runs"], strict=True)
    ]


def _chart(comparison: Comparison, language: Language) -> Chart:
    """Key figures as bars, each figure on a scale of its own."""
    groups = []
    for row in comparison["figures"]:
        if row["key_figure"]:
            shown = tuple(
                Bar(value, number(value, language), _bar_style(mark), letter)
                for letter, value, mark in zip(
                    letters(comparison), row["values"], row["mark"], strict=True
                )
            )
            groups.append(
                BarGroup(f"{row[f'label_{language}']} ({row[f'unit_{language}']})", shown)
            )
    title = say("compare-bars", language)
    entries = (
        ("c-now", say("compare-first", language)),
        ("c-good", say("compare-state-better", language)),
        ("c-bad", say("compare-state-worse", language)),
        ("c-plan", say("compare-state-other", language)),
    )
    drawn = bars(title, groups, own_scale=True)
    return Chart("figures", title, say("compare-bars-note", language), drawn, entries)


def _bar_style(mark: str | None) -> str:
    return {None: "c-now", "better": "c-good", "worse": "c-bad"}.get(mark, "c-plan")


def _maps(
    comparison: Comparison,
    summaries: Sequence[Summary],
    geographies: Sequence[Geography],
    language: Language,
) -> list[dict[str, Any]]:
    found = []
    for position, letter in enumerate(letters(comparison)):
        name = f"{letter}. {comparison['runs'][position]['name']}"
        communes = {
            row["commune"]: row["km_per_day"]["mark"][position] or "same"
            for row in comparison["communes"]["rows"]
        }
        title = say("compare-map", language, run=name)
        scene = comparison_map(
            summaries[0], summaries[position], geographies[position], communes, title, language
        )
        # The drawing escapes every text of its own; see map_svg.
        found.append({"name": name, "svg": Markup(svg(scene, standalone=False))})  # noqa: S704
    return found


def _legend(language: Language) -> list[tuple[str, str, str]]:
    """Colour, sign and meaning of the maps' symbols and grounds."""
    sites = [
        (colour, sign, say(f"compare-state-{state}", language))
        for state, (colour, sign, _) in STATES.items()
    ]
    grounds = [(GROUND[mark], "", say(f"compare-ground-{mark}", language)) for mark in GROUND]
    return [*sites, *grounds]
