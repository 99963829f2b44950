"""Cells of the page's tables: what is shown, and the plain value behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from logistique.reports.columns import head
from logistique.reports.language import Language, number, percent, say, signed_percent, word

Row = Mapping[str, Any]


_LONG = 14
"""Rows a table may have without a search field and a box of its own."""

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
    href : str
        Anchor in the page (``#...``) the text leads to; empty for none.
    """

    text: str
    value: float | None = None
    style: str = ""
    href: str = ""

    @property
    def classes(self) -> str:
        """Classes to write: a value makes a cell a number, and text is what is left."""
        style = self.style if self.value is None else self.style.removeprefix("n").strip()
        return "" if style == "t" else style


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
        Whether it has a search field and scrolls inside a box of its own.
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


def link_column(key: str, anchor: str, language: Language) -> PageColumn:
    """Column of names that lead to a sheet: ``#ANCHOR-ID`` by the row's ``id`` or ``commune``."""

    def cell(row: Row) -> Cell:
        place = "" if row.get("rest") else f"#{sheet_anchor(anchor, row)}"
        return Cell(_plain(row.get(key)), style="t", href=place)

    return PageColumn(head(key, language), cell)


def sheet_anchor(kind: str, row: Row) -> str:
    """Anchor of a sheet; identifiers are those of the scenario, made safe for addresses."""
    return f"{kind}-{quote(str(row['id' if kind == 'hub' else 'commune']), safe='')}"


def number_column(key: str, language: Language, *, title: str | None = None) -> PageColumn:
    """Column of numbers."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        return Cell(number(value, language), value, "n")

    return PageColumn(head(key, language) if title is None else title, cell, numeric=True)


def percent_column(key: str, language: Language, *, title: str | None = None) -> PageColumn:
    """Column of percentages."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        return Cell(percent(value, language, decimals=0), value, "n")

    return PageColumn(head(key, language) if title is None else title, cell, numeric=True)


def change_column(key: str, language: Language, *, better: str = "") -> PageColumn:
    """Column of changes against today, green or red by the favourable direction.

    The direction is the row's own (``better``) unless one is given for the whole column.
    """

    def cell(row: Row) -> Cell:
        value = row.get(key)
        style = f"n {tone(value, better or row['better'])}".rstrip()
        return Cell(signed_percent(value, language), value, style)

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
) -> PageTable:
    """Fill a table.

    One of many rows can be searched and scrolls in a box of its own. Columns of numbers of which
    no row knows any (today's, in a run without today) are left out.
    """
    known = tuple(
        column
        for column in columns
        if not (column.numeric and rows) or any(column.cell(row).value is not None for row in rows)
    )
    cells = tuple(tuple(column.cell(row) for column in known) for row in rows)
    return PageTable(key, title, note, known, cells, len(cells) > _LONG)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
