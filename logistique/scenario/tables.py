"""CSV tables: separator, header and rows, with a line number for everything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.catalog import TableSpec
from logistique.scenario.columns import columns_of
from logistique.scenario.files import TextFile
from logistique.scenario.keys import shorten, suggestion

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MOST_PROBLEMS = 500
"""Reading a table stops after so many problems; it is then a wrong file, not a typo."""


@dataclass(frozen=True)
class RawRow:
    """A row as written: line number and the text of each column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class RawTable:
    """A table as written.

    Parameters
    ----------
    spec : TableSpec
        Which table it is.
    relative, shown : str
        Path relative to the scenario folder, and as shown in messages.
    columns : tuple of str
        Header.
    rows : tuple of RawRow
        Rows that have as many cells as the header.
    decimal_comma : bool
        Whether numbers may be written ``2,5``.
    """

    spec: TableSpec
    relative: str
    shown: str
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]
    decimal_comma: bool


def read_table(file: TextFile, spec: TableSpec) -> tuple[RawTable, list[Finding]]:
    """Split a CSV text into rows of named cells.

    Comma, semicolon and tab are recognised from the header. Cells are stripped.

    Returns
    -------
    table : RawTable
        What could be read.
    findings : list of Finding
        Rows with too few or too many cells, broken quotes, no rows at all.

    Raises
    ------
    InvalidInputError
        If the header is missing or has unknown, missing or repeated columns: nothing below it
        can then be trusted.
    """
    separator = _separator(file.text, spec)
    records = _records(file, separator)
    line, header = next(records, (1, []))
    columns = tuple(cell.strip() for cell in header)
    problems = _header_problems(columns, spec, f"{file.shown}:{line}", separator)
    if problems:
        raise InvalidInputError(problems)
    rows, findings = _rows(records, columns, file.shown, separator)
    if not rows and not findings:
        message, hint = "the table has no rows", "add at least one row below the header"
        findings.append(Finding("empty-table", f"{file.shown}:1", spec.name, message, hint))
    decimal_comma = separator != ","
    table = RawTable(spec, file.relative, file.shown, columns, tuple(rows), decimal_comma)
    if decimal_comma:
        findings += _mixed_marks(table)
    return table, findings


def _rows(
    records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], shown: str, separator: str
) -> tuple[list[RawRow], list[Finding]]:
    """Name the cells of each record; records of another length are reported."""
    rows: list[RawRow] = []
    findings: list[Finding] = []
    try:
        for line, record in records:
            if len(record) == len(columns):
                cells = {name: cell.strip() for name, cell in zip(columns, record, strict=True)}
                rows.append(RawRow(line, cells))
            else:
                findings.append(_ragged(f"{shown}:{line}", record, columns, separator))
            if len(findings) >= MOST_PROBLEMS:
                break
    except InvalidInputError as error:
        findings += error.findings
    return rows, findings


def _separator(text: str, spec: TableSpec) -> str:
    """Find the separator that makes most known columns out of the first line."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    known = columns_of(spec.row)

    def recognised(separator: str) -> int:
        return sum(part.strip().strip('"').strip() in known for part in first.split(separator))

    return max(SEPARATORS, key=recognised)


def _records(file: TextFile, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield records that are not blank, with the line each begins on."""
    reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            where = f"{file.shown}:{before + 1}"
            message = f"the quotes of this row cannot be read: {error}"
            hint = 'close every quote; a quote inside a quoted cell is written twice ("")'
            raise InvalidInputError([Finding("csv-quotes", where, "", message, hint)]) from error
        if record is None:
            return
        if record:
            yield before + 1, record
        before = reader.line_num


def _header_problems(
    columns: tuple[str, ...], spec: TableSpec, where: str, separator: str
) -> list[Finding]:
    known = columns_of(spec.row)
    if not any(columns):
        message = "the file is empty"
        hint = f"begin with the header {','.join(known)}"
        return [Finding("empty-table", where, spec.name, message, hint)]
    if not any(name in known for name in columns):
        message = f"no known column in the header {shorten(separator.join(columns))}"
        hint = f"the first line must name the columns of `{spec.name}`: {', '.join(known)}"
        return [Finding("unknown-column", where, spec.name, message, hint)]
    findings = [
        _column_finding(name, number, columns, spec, where)
        for number, name in enumerate(columns)
        if name not in known or name in columns[:number]
    ]
    for name, column in known.items():
        if column.required and name not in columns:
            message, hint = "missing", f"add the column; {column.description or 'it is needed'}"
            findings.append(Finding("missing-column", where, f"column `{name}`", message, hint))
    return findings


def _column_finding(
    name: str, number: int, columns: tuple[str, ...], spec: TableSpec, where: str
) -> Finding:
    if not name:
        message = "has no name in the header"
        hint = "name it or remove it (look for a separator at the end of the lines)"
        return Finding("unknown-column", where, f"column {number + 1}", message, hint)
    if name in columns[:number]:
        message, hint = "appears twice", "keep one of the two columns"
        return Finding("duplicate-column", where, f"column `{name[:60]}`", message, hint)
    unused = [other for other in columns_of(spec.row) if other not in columns]
    hint = suggestion(name, unused or list(columns_of(spec.row)))
    return Finding("unknown-column", where, f"column `{name[:60]}`", "unknown column", hint)


def _ragged(where: str, record: list[str], columns: tuple[str, ...], separator: str) -> Finding:
    message = f"{len(record)} cells, the header has {len(columns)}"
    if len(record) > len(columns):
        hint = f'put cells that contain {SEPARATORS[separator]} in quotes: "..."'
    else:
        hint = f"write all cells, also the empty ones, separated by {SEPARATORS[separator]}"
    return Finding("ragged-row", where, "row", message, hint)


_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")


def _mixed_marks(table: RawTable) -> list[Finding]:
    """Refuse a table whose numbers are written both ``2,5`` and ``2.5``.

    One of the two marks may then separate thousands, and nothing says which.
    """
    columns = columns_of(table.spec.row)
    numeric = [name for name in table.columns if columns[name].kind == "number"]
    first: dict[str, tuple[int, str]] = {}
    for row in table.rows:
        for name in numeric:
            text = row.cells[name]
            mark = "," if _COMMA.fullmatch(text) else "." if _POINT.fullmatch(text) else ""
            if mark and first.setdefault(mark, (row.line, text)) and len(first) == 2:
                other, seen = first["," if mark == "." else "."]
                message = f"{shorten(text)} has another decimal mark than {seen} in line {other}"
                hint = "write all numbers of the table with the same decimal mark"
                where, subject = f"{table.shown}:{row.line}", f"column `{name}`"
                return [Finding("mixed-decimals", where, subject, message, hint)]
    return []
