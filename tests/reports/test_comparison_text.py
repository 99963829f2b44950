"""A comparison as text and as Markdown, read back by a Markdown parser that is not ours."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from markdown_it import MarkdownIt

from logistique.evaluation.comparison import compare_summaries
from logistique.reports.comparison_text import comparison_markdown, comparison_text

THIN = "\u202f"


def changed(summary: dict[str, Any], name: str, cost: float, km: float) -> dict[str, Any]:
    """A run of variant ``name`` with other key figures and its first depot closed."""
    run = copy.deepcopy(summary)
    run["scenario"] |= {"variant": name, "variant_title": f"Variante {name}"}
    figures = {row["key"]: row for row in run["figures"]}
    figures["cost_eur_per_parcel"]["plan"] = cost
    figures["km_per_day"]["plan"] = km
    closed = run["hubs"].pop(0)
    row = next(row for row in run["sites"] if row["id"] == closed["id"])
    row["decision"] = "not-opened"
    return run


@pytest.fixture
def comparison(summary: dict[str, Any]) -> dict[str, Any]:
    runs = [summary, changed(summary, "b", 2.10, 260000.0), changed(summary, "c", 2.31, 251234.5)]
    return compare_summaries(runs, names=["un", "deux", "trois"])


def line_of(text: str, start: str) -> str:
    (found,) = [line for line in text.split("\n") if line.startswith(start)]
    return " ".join(part for part in found.split(" ") if part)


def tables(markdown: str) -> list[list[list[str]]]:
    """Tables of a Markdown text as rows of cells."""
    found: list[list[list[str]]] = []
    inside = False
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        inside = inside or token.type in ("th_open", "td_open")
        if token.type == "inline" and inside:
            found[-1][-1].append("".join(child.content for child in token.children or []))
        if token.type in ("th_close", "td_close"):
            inside = False
    return found


def test_figures_in_french_and_english(comparison: dict[str, Any]) -> None:
    """2.10 for 2.31 is −9.1 %; 260 000 for 251 234.5 is +3.5 %."""
    french = comparison_text(comparison)
    english = comparison_text(comparison, language="en")
    assert line_of(french, "Coût par colis") == (
        f"Coût par colis €/colis 2,31 2,10 −9,1{THIN}% mieux 2,31 ="
    )
    assert line_of(english, "Cost per parcel") == (
        "Cost per parcel EUR/parcel 2.31 2.10 −9.1% better 2.31 ="
    )
    assert line_of(french, "Kilomètres parcourus") == (
        f"Kilomètres parcourus km/jour 251{THIN}234 260{THIN}000 +3,5{THIN}% pire 251{THIN}234 ="
    )
    assert line_of(english, "Vehicle kilometres") == (
        "Vehicle kilometres km/day 251,234 260,000 +3.5% worse 251,234 ="
    )


def test_runs_have_letters_and_proofs(comparison: dict[str, Any]) -> None:
    text = comparison_text(comparison)
    assert line_of(text, "B ").startswith("B deux Variante b; solve.gap_percent=0.5 optimal")
    assert line_of(text, "A ").endswith(f"optimal 0,067{THIN}% 650{THIN}000")
    english = comparison_text(comparison, language="en")
    assert line_of(english, "A ").endswith("optimal 0.067% 650,000")


def test_what_opens_and_closes_is_said(comparison: dict[str, Any], summary: dict[str, Any]) -> None:
    text = " ".join(comparison_text(comparison).split())
    assert f"deux n'ouvre pas : {summary['hubs'][0]['name']}" in text
    assert "Sites ouverts dans tous les plans : 10" in text
    english = " ".join(comparison_text(comparison, language="en").split())
    assert "Sites open in every plan: 10" in english
    assert "deux does not open:" in english


def test_equal_runs_say_that_nothing_differs(summary: dict[str, Any]) -> None:
    same = compare_summaries([summary, summary])
    assert "Rien : mêmes fichiers, mêmes réglages" in comparison_text(same)
    assert "Nothing: same files, same settings" in comparison_text(same, language="en")


def test_markdown_holds_the_same_tables(comparison: dict[str, Any]) -> None:
    runs, figures = tables(comparison_markdown(comparison))[:2]
    assert [row[0] for row in runs[1:]] == ["A", "B", "C"]
    assert {len(row) for row in figures} == {9}
    cost = next(row for row in figures if row[0] == "Coût par colis")
    assert cost[1:] == ["€/colis", "2,31", "2,10", f"−9,1{THIN}%", "mieux", "2,31", "=", ""]
    english = tables(comparison_markdown(comparison, language="en"))[1]
    cost = next(row for row in english if row[0] == "Cost per parcel")
    assert cost[1:6] == ["EUR/parcel", "2.31", "2.10", "−9.1%", "better"]


def test_names_cannot_break_the_tables(summary: dict[str, Any]) -> None:
    odd = "a|b *c* <b>_d_</b> `e` [f](g)\n# h"
    run = changed(summary, "b", 2.10, 260000.0)
    compared = compare_summaries([summary, run], names=["un", odd])
    runs = tables(comparison_markdown(compared))[0]
    assert {len(row) for row in runs} == {6}
    assert runs[2][1] == odd.replace("\n", " ")
    assert len(comparison_text(compared).split("\n")) == len(
        comparison_text(compare_summaries([summary, run], names=["un", "x"])).split("\n")
    )


def test_every_variant_of_a_large_scenario_fits(summary: dict[str, Any]) -> None:
    others = [changed(summary, f"v{k}", 2.31 + k / 100, 251234.5 + k) for k in range(25)]
    compared = compare_summaries([summary, *others])
    text = comparison_text(compared, language="en")
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        assert sum(line.startswith(f"{letter} ") for line in text.split("\n")) == 1
    shown = [line for line in text.split("\n") if line.startswith("Cost per parcel")]
    assert "2.55" in shown[-1]
    assert len(shown) == 13


def test_another_language_is_refused(comparison: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="allowed: fr, en"):
        comparison_markdown(comparison, language="de")
