"""Reference matrices of travel times, read from CSV and checked."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray

DELIMITERS = (",", ";", "\t")

MAX_BYTES = 200_000_000
"""Larger files are refused unread: 5 000 zones make about this size."""

MOST_SHOWN = 20
"""Bad cells listed one by one; the rest is counted."""


@dataclass(frozen=True, eq=False)
class ReferenceTimes:
    """A square matrix of minutes between named zones.

    Parameters
    ----------
    ids : tuple of str, length n
        Zone identifiers, rows and columns in this order.
    minutes : (n, n) float
        From row to column; > 0 off the diagonal.
    where : str
        File it was read from, or words.
    """

    ids: tuple[str, ...]
    minutes: FloatArray
    where: str

    def of(
        self, positions: list[int] | np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> ReferenceTimes:
        """Return the reference between some of its zones, by position."""
        keep = np.asarray(positions, dtype=np.int64)
        ids = tuple(self.ids[i] for i in keep)
        return ReferenceTimes(ids, self.minutes[np.ix_(keep, keep)], self.where)


def read_reference(path: Path | str) -> ReferenceTimes:
    """Read a square matrix of minutes.

    The first row and the first column hold the identifiers, in any order but the same set; the
    delimiter is a comma, a semicolon or a tab, found from the first row; with semicolons and
    tabs a decimal comma is read too. The diagonal is ignored.

    Parameters
    ----------
    path : path
        CSV file in UTF-8 (a byte-order mark is accepted).

    Returns
    -------
    ReferenceTimes
        Columns brought into the order of the rows.

    Raises
    ------
    InvalidInputError
        For a file that is missing, not text, not square, with duplicate identifiers, or with
        cells off the diagonal that are not numbers above 0; with file and line.
    """
    path = Path(path)
    rows = _rows(path)
    _refuse(_frame_findings(path, rows))
    columns = [cell.strip() for cell in rows[0][1][1:]]
    ids = [row[0].strip() for _, row in rows[1:]]
    _refuse(_name_findings(path, columns, ids))
    minutes, findings = _cells(path, rows[1:], columns, ids)
    _refuse(findings)
    order = [columns.index(name) for name in ids]
    return ReferenceTimes(tuple(ids), minutes[:, order], str(path))


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Non-empty rows with their line numbers; refuses files that are not text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            _refuse([_finding(path, 0, "file", f"is larger than {MAX_BYTES // 10**6} MB")])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise InvalidInputError([_finding(path, 0, "file", message)]) from error
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start})"
        hint = "save it as CSV UTF-8"
        raise InvalidInputError([_finding(path, 0, "file", message, hint)]) from error
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        message = f"is not CSV: {error}"
        raise InvalidInputError([_finding(path, reader.line_num, "file", message)]) from error
    return [(line, row) for line, row in rows if any(cell.strip() for cell in row)]


def _frame_findings(path: Path, rows: list[tuple[int, list[str]]]) -> Iterator[Finding]:
    """Shape of the table: rows of equal length, at least two zones."""
    if len(rows) < 3:
        message = f"holds {max(len(rows) - 1, 0)} zones; at least 2 are needed"
        hint = "first row and first column hold identifiers, cells hold minutes"
        yield _finding(path, 1, "matrix", message, hint)
        return
    width = len(rows[0][1])
    for line, row in rows[1:]:
        if len(row) != width:
            message = f"has {len(row)} cells, the first row has {width}"
            yield _finding(path, line, row[0] or "row", message)


def _name_findings(path: Path, columns: list[str], ids: list[str]) -> Iterator[Finding]:
    for what, names in (("column", columns), ("row", ids)):
        for name, count in Counter(names).items():
            if count > 1 or not name:
                message = f"{what} identifier appears {count} times" if name else f"{what} unnamed"
                yield _finding(path, 1, name or what, message, "name every zone once")
    for name in sorted(set(ids) - set(columns)):
        yield _finding(path, 1, name, "is a row but not a column", "the matrix must be square")
    for name in sorted(set(columns) - set(ids)):
        yield _finding(path, 1, name, "is a column but not a row", "the matrix must be square")


def _cells(
    path: Path, rows: list[tuple[int, list[str]]], columns: list[str], ids: list[str]
) -> tuple[FloatArray, list[Finding]]:
    minutes = np.zeros((len(ids), len(columns)))
    findings: list[Finding] = []
    bad = 0
    for i, (line, row) in enumerate(rows):
        for j, cell in enumerate(row[1:]):
            if columns[j] == ids[i]:
                continue
            value = _number(cell)
            minutes[i, j] = value
            if not (np.isfinite(value) and value > 0):
                bad += 1
                if bad <= MOST_SHOWN:
                    subject = f"{ids[i]} -> {columns[j]}"
                    message = f"{cell.strip()!r} is not a number of minutes above 0"
                    findings.append(_finding(path, line, subject, message))
    if bad > MOST_SHOWN:
        message = f"{bad - MOST_SHOWN} more cells are not numbers of minutes above 0"
        findings.append(_finding(path, 0, "matrix", message))
    return minutes, findings


def _number(cell: str) -> float:
    """Read a number with a decimal point or comma; NaN when it is not one."""
    try:
        return float(cell.strip().replace(",", ".", 1))
    except ValueError:
        return float("nan")


def _finding(path: Path, line: int, subject: str, message: str, hint: str = "") -> Finding:
    where = f"{path}:{line}" if line else str(path)
    return Finding("reference-times", where, subject, message, hint)


def _refuse(findings: Iterator[Finding] | list[Finding]) -> None:
    found = list(findings)
    if found:
        raise InvalidInputError(found)
