"""Cells of the page's tables: what is shown, and the plain value behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logistique.reports.columns import head
from logistique.reports.language import Language, number, percent, say, signed_percent, word

Row = Mapping[str, Any]


_NAMED = 4
"""Names shown of a list; the tables in CSV hold them all."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    Parameters
    ----------
    text : str
        What readers see; escaped by the template.
    value : float or None
        The number behind the text, for sorting and for checks; None for a text.
    style : str
        Space-separated classes: ``n`` (number), ``t`` (text), ``l`` (list), ``good``, ``bad``.
    """

    text: str
    value: float | None = None
    style: str = ""


@dataclass(frozen=True)
class PageColumn:
    """A column of a page's table: its title and how a row becomes a cell."""

    head: str
    cell: Callable[[Row], Cell]
    numeric: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table of the page.

    Parameters
    ----------
    key : str
        Anchor in the page.
    title, note : str
        Title, and what readers must know; may be empty.
    columns : tuple of PageColumn
    rows : tuple of tuple of Cell
    long : bool
        Whether it scrolls inside a box of its own.
    """

    key: str
    title: str
    note: str
    columns: tuple[PageColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    long: bool = False


def text_column(key: str, language: Language, *, title: str | None = None) -> PageColumn:
    """Column of plain text."""
    return PageColumn(
        head(key, language) if title is None else title,
        lambda row: Cell(_plain(row.get(key)), style="t"),
    )


def number_column(key: str, language: Language, *, title: str | None = None) -> PageColumn:
    """Column of numbers."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        return Cell(number(value, language), value, "n")

    return PageColumn(head(key, language) if title is None else title, cell, numeric=True)


def percent_column(key: str, language: Language) -> PageColumn:
    """Column of percentages."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        return Cell(percent(value, language, decimals=0), value, "n")

    return PageColumn(head(key, language), cell, numeric=True)


def change_column(key: str, language: Language) -> PageColumn:
    """Column of changes against today, green or red by the row's favourable direction."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        return Cell(signed_percent(value, language), value, f"n {tone(value, row['better'])}")

    return PageColumn(head(key, language), cell, numeric=True)


def word_column(key: str, kind: str, language: Language) -> PageColumn:
    """Column of codes, shown in words."""
    return PageColumn(
        head(key, language),
        lambda row: Cell(word(kind, row.get(key), language) if row.get(key) else ""),
    )


def flag_column(key: str, language: Language) -> PageColumn:
    """Column of yes and no."""
    return PageColumn(
        head(key, language), lambda row: Cell(say("yes" if row.get(key) else "no", language))
    )


def list_column(key: str, names: Mapping[str, str], language: Language) -> PageColumn:
    """Column of lists of identifiers, the first few shown by name, the others counted."""

    def cell(row: Row) -> Cell:
        found = [names.get(item, item) for item in row.get(key) or []]
        more = f" +{len(found) - _NAMED}" if len(found) > _NAMED else ""
        return Cell(", ".join(found[:_NAMED]) + more, style="l")

    return PageColumn(head(key, language), cell)


def tone(change: float | None, better: str) -> str:
    """``good``, ``bad`` or neither, for a change in percent."""
    if not change or better == "neutral":
        return ""
    return "good" if (change < 0) == (better == "lower") else "bad"


def table(
    key: str,
    title: str,
    columns: tuple[PageColumn, ...],
    rows: Sequence[Row],
    *,
    note: str = "",
    long: bool = False,
) -> PageTable:
    """Fill a table."""
    cells = tuple(tuple(column.cell(row) for column in columns) for row in rows)
    return PageTable(key, title, note, columns, cells, long)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
