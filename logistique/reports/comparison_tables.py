"""The tables of a comparison's page: figures, sites, winners and losers, inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from logistique.reports.comparison_blocks import cell_name, cell_value
from logistique.reports.language import Language, number, percent, say, signed_percent, word
from logistique.reports.page_cells import Cell, PageColumn, PageTable

Comparison = Mapping[str, Any]
Row = Mapping[str, Any]

_MEASURES = ("km_per_day", "co2e_kg_per_day", "cost_eur_per_day")
_TONES = {"better": "good", "worse": "bad"}
_LONG = 14
_SMALL_PERCENT = 0.05


def letters(comparison: Comparison) -> str:
    """Short names of the runs."""
    return "ABCDEFGH"[: len(comparison["runs"])]


def tone(mark: str | None) -> str:
    """Class of a cell by its mark; text says the mark too."""
    return _TONES.get(mark or "", "")


def small_percent(value: float | None, language: Language) -> str:
    """Write a change in percent so that a small one is not shown as zero."""
    if value is None or abs(value) >= _SMALL_PERCENT:
        return signed_percent(value, language)
    return ("+" if value > 0 else "") + percent(value, language, decimals=3)


def figure_table(comparison: Comparison, language: Language) -> PageTable:
    """Every figure by run, with its change and mark."""
    heads = [_text(say("head-figure-one", language)), _text(say("head-unit", language))]
    for letter in letters(comparison):
        heads.append(_number(letter))
        if letter != "A":
            heads.append(_text(say("compare-change", language, run=letter)))
    rows = []
    for row in comparison["figures"]:
        cells = [
            Cell(row[f"label_{language}"], style="t"),
            Cell(row[f"unit_{language}"], style="t"),
        ]
        for position, value in enumerate(row["values"]):
            cells.append(_value(value, language))
            if position:
                mark, change = row["mark"][position], row["change_percent"][position]
                cells.append(_change(mark, small_percent(change, language), language))
        rows.append(tuple(cells))
    return _table("figures", say("compare-figures", language), heads, rows)


def site_table(comparison: Comparison, language: Language) -> PageTable:
    """Sites whose decision differs, by run."""
    heads = [
        _text(say("council-head-site", language)),
        _text(say("council-head-commune", language)),
        *(_text(letter) for letter in letters(comparison)),
    ]
    rows = [
        (
            Cell(row["name"], style="t"),
            Cell(row["commune_name"] or "–", style="t"),
            *(_decision(decision, row["decisions"][0], language) for decision in row["decisions"]),
        )
        for row in comparison["sites"]["changed"]
    ]
    note = say(
        "compare-always", language, n=number(len(comparison["sites"]["always_open"]), language)
    )
    return _table("sites", say("compare-sites-changed", language), heads, rows, note)


def _decision(decision: str | None, first: str | None, language: Language) -> Cell:
    if decision is None:
        return Cell(say("compare-no-candidate", language), style="t")
    sign = ""
    if decision != first and decision == "open":
        sign = "+ "
    elif decision != first and first == "open":
        sign = "− "
    return Cell(sign + word("decision", decision, language), style="t")


def winner_table(comparison: Comparison, who: str, language: Language) -> PageTable:
    """Communes or actors with another result in some run: value of A and change of the others."""
    heads = [_text(say("compare-name", language))]
    for measure in _MEASURES:
        unit = say(f"measure-{measure}", language)
        heads.append(_number(f"A ({unit})"))
        heads += [_number(f"{letter} − A ({unit})") for letter in letters(comparison)[1:]]
    rows = []
    for row in comparison[who]["rows"]:
        cells = [Cell(row["name"], style="t")]
        for measure in _MEASURES:
            found = row[measure]
            cells.append(_value(found["values"][0], language))
            for change, mark in zip(found["change"][1:], found["mark"][1:], strict=True):
                sign = "+" if change is not None and change > 0 else ""
                text = sign + number(change, language)
                cells.append(Cell(text, change, f"n {tone(mark)}".strip()))
        rows.append(tuple(cells))
    title, note = say(f"compare-{who}", language), say("compare-winners-note", language)
    return _table(who, title, heads, rows, note)


def tally_table(comparison: Comparison, language: Language) -> PageTable:
    """How many communes and actors win and lose in each run."""
    keys = ("compare-run", "compare-who", "compare-measure")
    heads = [_text(say(key, language)) for key in keys]
    heads += [_number(say(key, language)) for key in ("compare-wins", "compare-loses")]
    heads += [
        _text(say(key, language)) for key in ("compare-largest-wins", "compare-largest-losses")
    ]
    rows = []
    for who in ("communes", "actors"):
        for letter, run in zip(letters(comparison)[1:], comparison[who]["by_run"], strict=True):
            for measure in _MEASURES:
                tally = run[measure]
                rows.append(
                    (
                        Cell(f"{letter} {run['name']}", style="t"),
                        Cell(say(f"compare-who-{who}", language), style="t"),
                        Cell(say(f"measure-{measure}", language), style="t"),
                        Cell(number(tally["wins"], language), tally["wins"], "n good"),
                        Cell(number(tally["loses"], language), tally["loses"], "n bad"),
                        _named(tally["largest_wins"], language),
                        _named(tally["largest_losses"], language),
                    )
                )
    return _table("tally", say("compare-tally", language), heads, rows)


def _named(items: Sequence[Row], language: Language) -> Cell:
    listed = ", ".join(f"{item['name']} {number(item['change'], language)}" for item in items[:3])
    return Cell(listed or "–", style="l")


def setting_table(comparison: Comparison, language: Language) -> PageTable:
    """List settings and cells of tables with another value, and where each was set."""
    heads = [_text(say("compare-setting", language))]
    heads += [_text(letter) for letter in letters(comparison)]
    rows = [
        (
            Cell(row["setting"], style="t"),
            *(
                Cell(_set(value, origin, language), style="t")
                for value, origin in zip(row["values"], row["origins"], strict=True)
            ),
        )
        for row in comparison["inputs"]["settings"]
    ]
    title, note = say("compare-inputs", language), say("compare-settings-note", language)
    return _table("settings", title, heads, rows, note)


def _set(value: str | None, origin: str | None, language: Language) -> str:
    if value is None:
        return say("compare-not-set", language)
    return f"{value} ({origin})"


def cell_table(comparison: Comparison, language: Language) -> PageTable:
    """Cells of input tables with another value."""
    heads = [_text(say("compare-cell-head", language))]
    heads += [_text(letter) for letter in letters(comparison)]
    tables = comparison["inputs"]["tables"]
    rows = [
        (
            Cell(cell_name(table["table"], row), style="t"),
            *(Cell(cell_value(row, value, language), style="t") for value in row["values"]),
        )
        for table in tables
        for row in table["cells"]
    ]
    notes = [
        say("compare-more-cells", language, table=t["table"], n=number(t["more"], language))
        for t in tables
        if t["more"]
    ]
    notes += [
        say(
            "compare-gone",
            language,
            table=t["table"],
            runs=", ".join(letters(comparison)[k] for k in t["changed_since"]),
        )
        for t in tables
        if t["changed_since"]
    ]
    title = say("compare-cells", language)
    return _table("cells", title, heads, rows, " ".join(notes))


def file_table(comparison: Comparison, language: Language) -> PageTable:
    """Input files with another content, by the first letters of their hash."""
    heads = [_text(say("compare-file", language))]
    heads += [_text(letter) for letter in letters(comparison)]
    rows = [
        (
            Cell(row["path"], style="t"),
            *(Cell(text[:12] if text else "–", style="t") for text in row["sha256"]),
        )
        for row in comparison["inputs"]["files"]
    ]
    return _table("files", say("compare-files-title", language), heads, rows)


def requirement_table(comparison: Comparison, language: Language) -> PageTable:
    """Rules whose value, bound or verdict differs."""
    heads = [_text(say("head-requirement", language)), _text(say("head-unit", language))]
    heads += [_number(letter) for letter in letters(comparison)]
    rows = [
        (
            Cell(row["name"], style="t"),
            Cell(word("unit", row["unit"], language), style="t"),
            *(
                Cell(
                    f"{number(value, language)} {_verdict(met, language)}",
                    value,
                    "n" if met in (None, True) else "n bad",
                )
                for value, met in zip(row["value"], row["satisfied"], strict=True)
            ),
        )
        for row in comparison["requirements"]
    ]
    return _table("requirements", say("table-requirements", language), heads, rows)


def _verdict(met: bool | None, language: Language) -> str:  # noqa: FBT001
    if met is None:
        return say("compare-absent", language)
    return say("requirement-met" if met else "requirement-missed", language)


def _value(value: float | None, language: Language) -> Cell:
    return Cell(number(value, language), value, "n")


def _change(mark: str | None, percent: str, language: Language) -> Cell:
    if mark is None:
        return Cell("–", style="t")
    if mark == "same":
        return Cell("=", style="t")
    return Cell(
        f"{percent} {word('mark', mark, language)}".strip(), style=f"t {tone(mark)}".strip()
    )


def _text(title: str) -> PageColumn:
    return PageColumn(title, lambda _row: Cell(""))


def _number(title: str) -> PageColumn:
    return PageColumn(title, lambda _row: Cell(""), numeric=True)


def _table(
    key: str,
    title: str,
    heads: Sequence[PageColumn],
    rows: Sequence[tuple[Cell, ...]],
    note: str = "",
) -> PageTable:
    return PageTable(key, title, note, tuple(heads), tuple(rows), long=len(rows) > _LONG)
