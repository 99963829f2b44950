"""A comparison of runs as titled tables and lines, whatever they are written as."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logistique.reports.language import Language, number, percent, say, signed_percent, word
from logistique.reports.text_table import Column

Comparison = Mapping[str, Any]

TOGETHER = 2
"""Runs shown beside the first one in one table: more would not fit a terminal."""

_MEASURES = ("km_per_day", "co2e_kg_per_day", "cost_eur_per_day")


@dataclass(frozen=True)
class Block:
    """A titled part of a comparison.

    Parameters
    ----------
    title : str
        Title; empty when it continues the block before.
    columns : tuple of Column
        Columns of the table; empty without one.
    rows : tuple of tuple of str
        Cells of the table.
    lines : tuple of str
        Sentences below the table.
    """

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


def comparison_blocks(comparison: Comparison, language: Language) -> tuple[Block, ...]:
    """Arrange a comparison for readers.

    Parameters
    ----------
    comparison : mapping
        From :func:`logistique.evaluation.comparison.compare_summaries`.
    language : {"fr", "en"}

    Returns
    -------
    tuple of Block
        Runs, figures, sites, communes, actors, requirements, inputs; blocks without content
        are left out.
    """
    blocks = [
        _runs(comparison, language),
        *_figures(comparison, language),
        _sites(comparison, language),
        _winners(comparison, "communes", language),
        _winners(comparison, "actors", language),
        _requirements(comparison, language),
        _inputs(comparison, language),
    ]
    return tuple(block for block in blocks if block.rows or block.lines)


def _letters(comparison: Comparison) -> str:
    """Short names of the runs, for the heads of columns."""
    return string.ascii_uppercase[: len(comparison["runs"])]


def _runs(comparison: Comparison, language: Language) -> Block:
    columns = (
        Column("", "left"),
        Column(say("compare-run", language), "left", shrinks=True),
        Column(say("compare-variant", language), "left", shrinks=True),
        Column(say("compare-proof", language), "left"),
        Column(say("head-gap", language)),
        Column(say("head-parcels", language)),
    )
    rows = tuple(
        (
            letter,
            run["name"],
            "; ".join([run["variant_title"] or run["variant"] or "–", *run["overrides"]]),
            word("termination", run["termination"], language),
            percent(run["gap_percent"], language, decimals=3),
            number(run["parcels_per_day"], language, decimals=0),
        )
        for letter, run in zip(_letters(comparison), comparison["runs"], strict=True)
    )
    cautions = tuple(
        say("compare-caution", language, run=item["run"], text=item[f"text_{language}"])
        for item in comparison["cautions"]
    )
    return Block(say("compare-title", language), columns, rows, cautions)


def _figures(comparison: Comparison, language: Language) -> list[Block]:
    """One table per few runs, each with the first run beside them."""
    letters = _letters(comparison)
    blocks = []
    for start in range(1, len(letters), TOGETHER):
        group = range(start, min(start + TOGETHER, len(letters)))
        columns = [Column("", "left", shrinks=True), Column("", "left"), Column(letters[0])]
        for position in group:
            columns += [Column(letters[position]), Column("", "right"), Column("", "left")]
        rows = tuple(_figure(row, group, language) for row in comparison["figures"])
        title = say("compare-figures", language) if start == 1 else ""
        blocks.append(Block(title, tuple(columns), rows))
    return blocks


def _figure(row: Mapping[str, Any], group: range, language: Language) -> tuple[str, ...]:
    cells = [row[f"label_{language}"], row[f"unit_{language}"], number(row["values"][0], language)]
    for position in group:
        mark = row["mark"][position]
        cells += [
            number(row["values"][position], language),
            "=" if mark == "same" else signed_percent(row["change_percent"][position], language),
            word("mark", mark, language) if mark else "",
        ]
    return tuple(cells)


def _sites(comparison: Comparison, language: Language) -> Block:
    sites = comparison["sites"]
    names = {row["id"]: row["name"] for row in sites["changed"]}
    lines = [say("compare-always", language, n=number(len(sites["always_open"]), language))]
    for run in sites["by_run"]:
        for key in ("opens", "does_not_open"):
            if run[key]:
                listed = ", ".join(names.get(identifier, identifier) for identifier in run[key])
                lines.append(say(f"compare-{key}", language, run=run["name"], sites=listed))
        if not run["opens"] and not run["does_not_open"]:
            lines.append(say("compare-same-sites", language, run=run["name"]))
    return Block(say("compare-sites", language), lines=tuple(lines))


def _winners(comparison: Comparison, who: str, language: Language) -> Block:
    columns = (
        Column(say("compare-run", language), "left", shrinks=True),
        Column("", "left"),
        Column(say("compare-wins", language)),
        Column(say("compare-loses", language)),
        Column(say("compare-largest-wins", language), "left", shrinks=True),
        Column(say("compare-largest-losses", language), "left", shrinks=True),
    )
    rows = []
    for run in comparison[who]["by_run"]:
        for measure in _MEASURES:
            tally = run[measure]
            if tally["wins"] or tally["loses"]:
                rows.append(
                    (
                        run["name"],
                        say(f"measure-{measure}", language),
                        number(tally["wins"], language),
                        number(tally["loses"], language),
                        _named(tally["largest_wins"], language),
                        _named(tally["largest_losses"], language),
                    )
                )
    return Block(say(f"compare-{who}", language), columns, tuple(rows))


def _named(items: Sequence[Mapping[str, Any]], language: Language) -> str:
    return ", ".join(f"{item['name']} {number(item['change'], language)}" for item in items[:3])


def _requirements(comparison: Comparison, language: Language) -> Block:
    columns = (
        Column("", "left", shrinks=True),
        *(Column(letter) for letter in _letters(comparison)),
    )
    rows = tuple(
        (
            row["name"],
            *(
                _met(value, met, language)
                for value, met in zip(row["value"], row["satisfied"], strict=True)
            ),
        )
        for row in comparison["requirements"]
    )
    return Block(say("title-requirements", language), columns if rows else (), rows)


def _met(value: float | None, met: bool | None, language: Language) -> str:  # noqa: FBT001
    if met is None:
        return say("compare-absent", language)
    verdict = say("requirement-met" if met else "requirement-missed", language)
    return f"{number(value, language)} {verdict}"


def _inputs(comparison: Comparison, language: Language) -> Block:
    inputs = comparison["inputs"]
    if inputs["same"]:
        return Block(say("compare-inputs", language), lines=(say("compare-same-inputs", language),))
    lines = []
    for key in ("scenarios", "variants", "overrides", "seeds", "demand_levels"):
        values = inputs[key]
        if any(value != values[0] for value in values):
            shown = " | ".join(_shown(value) for value in values)
            lines.append(f"{say(f'compare-{key}', language)} {shown}")
    files = [row["path"] for row in inputs["files"]]
    if files:
        lines.append(say("compare-files", language, files=", ".join(files)))
    return Block(say("compare-inputs", language), lines=tuple(lines))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item) for item in value) or "–"
    return "–" if value is None else str(value)
