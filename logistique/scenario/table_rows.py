"""Rows of text turned into typed rows, with single cells changed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from logistique.findings import Finding
from logistique.scenario.catalog import TableSpec
from logistique.scenario.cells import UnreadableCellError, read_cell, read_value
from logistique.scenario.columns import columns_of
from logistique.scenario.keys import KeyPath, join_key, shorten, suggestion
from logistique.scenario.messages import plain_errors, sentence
from logistique.scenario.places import Places
from logistique.scenario.scenario import Origin
from logistique.scenario.schema.rows import Row
from logistique.scenario.tables import MOST_PROBLEMS, RawRow, RawTable

CellChanges = Mapping[str, Mapping[str, Any]]
"""Row identifier → column → new value."""


@dataclass
class TableRows:
    """The typed rows of one table.

    Parameters
    ----------
    rows : list of Row
        Rows that are sound, in file order.
    origins : dict of key path to Origin
        ``("tables", TABLE, ROW)`` → line, one level deeper for changed cells.
    findings : list of Finding
        What is wrong with the others.
    """

    rows: list[Row] = field(default_factory=list)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def build_rows(table: RawTable, changes: CellChanges, places: Places) -> TableRows:
    """Type all rows of a table and apply cell changes.

    Parameters
    ----------
    table : RawTable
        The table as written.
    changes : mapping
        Changes of cells by row identifier; see ``[cells]``.
    places : Places
        Where the changes come from.

    Notes
    -----
    A row with a changed cell loses its grade: it becomes ``assumed`` and its source names the
    changed columns, unless the change sets ``grade`` and ``source`` itself.
    """
    result = TableRows()
    pending = dict(changes)
    first_line: dict[str, int] = {}
    for raw in table.rows:
        key = row_key(raw, table)
        if key in first_line:
            result.findings.append(_duplicate(raw, table, key, first_line[key]))
        elif key:
            first_line[key] = raw.line
        _add_row(result, raw, table, key, pending.pop(key, {}), places)
        if len(result.findings) >= MOST_PROBLEMS:
            return result
    for key, cells in pending.items():
        _add_unknown(result, table, key, cells, places, list(first_line))
    return result


def row_key(raw: RawRow, table: RawTable) -> str:
    """Make the identifier of a row: the cells of its key columns, joined with ``/``.

    Speeds in identifiers are written as short as possible: ``van-diesel/13.5``.
    """
    parts = []
    for name in table.spec.key:
        text = raw.cells.get(name, "")
        column = columns_of(table.spec.row)[name]
        if column.kind == "number":
            try:
                text = f"{read_cell(text, column, decimal_comma=table.decimal_comma):g}"
            except UnreadableCellError:
                return ""  # reported when the row is read
        parts.append(text)
    return "/".join(parts) if all(parts) else ""


def _duplicate(raw: RawRow, table: RawTable, key: str, first: int) -> Finding:
    where = f"{table.shown}:{raw.line}"
    subject = f"column `{'/'.join(table.spec.key)}`"
    message = f"{shorten(key)} is already used in line {first}"
    hint = "remove one of the rows or give it another identifier"
    return Finding("duplicate-id", where, subject, message, hint)


def _add_row(
    result: TableRows,
    raw: RawRow,
    table: RawTable,
    key: str,
    changed: Mapping[str, Any],
    places: Places,
) -> None:
    where = f"{table.shown}:{raw.line}"
    values, findings = _read_cells(raw, table, where)
    path: KeyPath = ("tables", table.spec.name, key)
    if key:
        result.origins.setdefault(path, Origin("table", table.relative, raw.line))
    if changed:
        broken = change_cells(values, table.spec, key, changed, places)
        findings = [f for f in findings if f.subject not in {f"column `{c}`" for c in changed}]
        findings += broken
        for column in changed:
            origin = places.origin(("cells", table.spec.name, key, column))
            result.origins[(*path, column)] = origin or Origin("file")
    if not findings:
        row, findings = _typed(values, table.spec, key, where, changed, places)
        if row is not None:
            result.rows.append(row)
    result.findings += findings


def _read_cells(raw: RawRow, table: RawTable, where: str) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    columns = columns_of(table.spec.row)
    for name, text in raw.cells.items():
        column = columns[name]
        subject = f"column `{name}`"
        if not text:
            if column.required and column.kind not in {"texts", "numbers"}:
                hint = f"fill it in; {column.description or 'it is needed'}"
                findings.append(Finding("empty-cell", where, subject, "empty", hint))
            elif column.required:
                values[name] = ()
            continue
        try:
            values[name] = read_cell(text, column, decimal_comma=table.decimal_comma)
        except UnreadableCellError as error:
            check = "unreadable-cell"
            findings.append(Finding(check, where, subject, error.message, error.hint))
    return values, findings


def change_cells(
    values: dict[str, Any],
    spec: TableSpec,
    key: str,
    changed: Mapping[str, Any],
    places: Places,
) -> list[Finding]:
    """Apply changes to the values of one row, in place.

    Returns
    -------
    list of Finding
        What cannot be applied: unknown columns, identifiers, values of another kind.
    """
    findings: list[Finding] = []
    columns = columns_of(spec.row)
    for name, value in changed.items():
        path = ("cells", spec.name, key, name)
        where, subject = places.of(*path), join_key(path)
        if name not in columns:
            hint = suggestion(name, [c for c in columns if c not in spec.key])
            findings.append(Finding("unknown-column", where, subject, "unknown column", hint))
            continue
        if name in spec.key:
            message, hint = "identifies the row and cannot be changed", "change the table itself"
            findings.append(Finding("changed-key", where, subject, message, hint))
            continue
        try:
            typed = read_value(value, columns[name])
        except UnreadableCellError as error:
            findings.append(Finding("unreadable-cell", where, subject, error.message, error.hint))
            continue
        if typed is not None:
            values[name] = typed
        elif columns[name].required:
            hint = "give a value; this column must not be empty"
            findings.append(Finding("empty-cell", where, subject, "empty", hint))
        else:
            values.pop(name, None)
    if not findings:
        _mark_as_assumed(values, spec, key, changed, places)
    return findings


def _mark_as_assumed(
    values: dict[str, Any],
    spec: TableSpec,
    key: str,
    changed: Mapping[str, Any],
    places: Places,
) -> None:
    """Lower the grade of a changed row and note the change, unless the change does so itself."""
    if "grade" not in changed:
        values["grade"] = "assumed"
    if "source" not in changed:
        by = sorted({str(places.origin(("cells", spec.name, key, name))) for name in changed})
        note = f"{', '.join(changed)} changed by {', '.join(by)}"
        values["source"] = f"{values['source']}; {note}" if values.get("source") else note


def _typed(
    values: dict[str, Any],
    spec: TableSpec,
    key: str,
    where: str,
    changed: Mapping[str, Any],
    places: Places,
) -> tuple[Row | None, list[Finding]]:
    try:
        return spec.row.model_validate(values, strict=True), []
    except ValidationError as error:
        findings = []
        for detail in plain_errors(error, MOST_PROBLEMS)[0]:
            name = str(detail["loc"][0]) if detail["loc"] else ""
            check, message, hint = sentence(detail, list(columns_of(spec.row)))
            place, subject = where, f"column `{name}`"
            if name in changed:
                path = ("cells", spec.name, key, name)
                place, subject = places.of(*path), join_key(path)
            elif check == "missing-key":
                hint = f"fill in the column `{name}`"
            findings.append(Finding(check, place, subject, message, hint))
        return None, findings


def _add_unknown(
    result: TableRows,
    table: RawTable,
    key: str,
    cells: Mapping[str, Any],
    places: Places,
    known: list[str],
) -> None:
    """Make a new row of demand, or a finding: the changed row is not in the table."""
    path = ("cells", table.spec.name, key)
    if table.spec.name == "demand":
        parts = key.split("/")
        if len(parts) == len(table.spec.key):
            raw = RawRow(0, dict(zip(table.spec.key, parts, strict=True)))
            _add_row(result, raw, table, key, cells, places)
            origin = places.origin(path) or Origin("file")
            result.origins[("tables", table.spec.name, key)] = origin
            return
    message = f"there is no row {shorten(key)} in the table `{table.spec.name}`"
    hint = suggestion(key, known)
    if table.spec.composite:
        hint = f"rows are named {'/'.join(table.spec.key)}; {hint}"
    finding = Finding("unknown-row", places.of(*path), join_key(path), message, hint)
    result.findings.append(finding)
