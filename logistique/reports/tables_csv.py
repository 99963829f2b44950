"""CSV files of a result, with a dictionary of their columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from logistique.reports.columns import columns
from logistique.reports.tables import TABLES, Cell, flat_tables

DICTIONARY_NAME = "dictionary.csv"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AFTER_SEPARATOR = re.compile(r"(?<=[;\t\r\n])(?=[ \xa0]*[=+\-@])")
"""Where a cell of its own would begin with a formula, for a spreadsheet that splits at ``;``."""

_GUARD = "'"
_DICTIONARY_HEAD = ("table", "column", "unit", "meaning_fr", "meaning_en")


def write_tables(folder: Path, summary: Mapping[str, Any]) -> list[Path]:
    """Write the tables of a result as CSV (RFC 4180: UTF-8, comma, CRLF; decimal point).

    Parameters
    ----------
    folder : Path
        Made when absent.
    summary : mapping
        A result.

    Returns
    -------
    list of Path
        One file per table that has rows, then ``dictionary.csv``.

    Notes
    -----
    A text that a spreadsheet would take for a formula is preceded by an apostrophe, which
    spreadsheets do not show; also behind a semicolon or a line break within a text, where
    spreadsheets of other countries begin a new cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    entries: list[tuple[Cell, ...]] = []
    for name, rows in flat_tables(summary).items():
        if not rows:
            continue
        head = tuple(rows[0])
        path = folder / f"{name}.csv"
        _write(path, head, (tuple(row.values()) for row in rows))
        written.append(path)
        entries += [_entry(name, column) for column in head]
    path = folder / DICTIONARY_NAME
    _write(path, _DICTIONARY_HEAD, entries)
    return [*written, path]


def csv_names() -> tuple[str, ...]:
    """Names of all files :func:`write_tables` may write."""
    return (*(f"{name}.csv" for name in TABLES), DICTIONARY_NAME)


def _entry(table: str, column: str) -> tuple[Cell, ...]:
    """Line of the dictionary; a column it does not know yet is listed without meaning."""
    known = columns().get(column)
    if known is None:
        return (table, column, "", "", "")
    return (table, column, known.unit, known.meaning["fr"], known.meaning["en"])


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows(tuple(_safe(cell) for cell in row) for row in rows)


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    if cell.startswith(_FORMULA):
        return f"'{cell[0]}{_AFTER_SEPARATOR.sub(_GUARD, cell[1:])}"
    return _AFTER_SEPARATOR.sub(_GUARD, cell)
