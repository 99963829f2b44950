"""All tables of a scenario read and typed; problems of all of them collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.catalog import SPECS, TABLES, TableSpec
from logistique.scenario.columns import columns_of
from logistique.scenario.files import CSV_LIMIT_BYTES, read_text
from logistique.scenario.keys import KeyPath, join_key, suggestion
from logistique.scenario.places import Places
from logistique.scenario.scenario import InputFile, Origin, Tables
from logistique.scenario.schema.rows import Row
from logistique.scenario.table_rows import build_rows
from logistique.scenario.tables import RawTable, read_table


@dataclass
class TablesRead:
    """What came out of reading the tables.

    Parameters
    ----------
    rows : dict of str to tuple of Row
        Rows by table; a table with problems is absent, one that is not given is empty.
    files : dict of str to str
        Path of each table file relative to the scenario folder.
    origins : dict of key path to Origin
        Place of each row and of each changed cell.
    inputs : list of InputFile
        Hashes of the files that were parsed.
    findings : list of Finding
        Everything wrong in any table.
    """

    rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    inputs: list[InputFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every table is sound."""
        return len(self.rows) == len(TABLES)

    def tables(self) -> Tables:
        """Sound tables as one immutable object."""
        return Tables(**self.rows)


def read_tables(data: Mapping[str, Any], places: Places) -> TablesRead:
    """Read every table that the settings name.

    Parameters
    ----------
    data : mapping
        Settings as written; wrong types are left to the validation of the settings.
    places : Places
        Where the settings stand.
    """
    named = data.get("tables")
    named = named if isinstance(named, Mapping) else {}
    cells = data.get("cells")
    cells = cells if isinstance(cells, Mapping) else {}
    result = TablesRead()
    for spec in TABLES:
        relative = named.get(spec.name)
        changes = _table_changes(cells, spec.name)
        if isinstance(relative, str):
            result.files[spec.name] = relative
            _read_one(result, spec, relative, changes, places)
        elif relative is None:
            _without_file(result, spec, changes, places)
    result.findings += _unknown_tables(cells, places)
    return result


def _table_changes(cells: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    changes = cells.get(name)
    if not isinstance(changes, Mapping):
        return {}
    return {
        str(row): dict(columns) for row, columns in changes.items() if isinstance(columns, Mapping)
    }


def _read_one(
    result: TablesRead,
    spec: TableSpec,
    relative: str,
    changes: dict[str, dict[str, Any]],
    places: Places,
) -> None:
    setting = f"tables.{spec.name}"
    try:
        file = read_text(places.folder, relative, limit=CSV_LIMIT_BYTES, subject=setting)
    except InvalidInputError as error:
        where = places.of("tables", spec.name)
        result.findings += [
            Finding(f.check, f.where, f"{setting} (named in {where})", f.message, f.hint)
            for f in error.findings
        ]
        return
    result.inputs.append(file.input)
    try:
        raw, findings = read_table(file, spec)
    except InvalidInputError as error:
        result.findings += error.findings
        return
    _type_rows(result, raw, changes, places, findings)


def _without_file(
    result: TablesRead, spec: TableSpec, changes: dict[str, dict[str, Any]], places: Places
) -> None:
    """Take a table that is not given as empty; volumes may still be set cell by cell."""
    if spec.name == "demand" and changes:
        raw = RawTable(spec, "", "", tuple(columns_of(spec.row)), (), decimal_comma=False)
        _type_rows(result, raw, changes, places, [])
        return
    if changes:
        path = ("cells", spec.name)
        message = f"this scenario has no table `{spec.name}`"
        hint = f'name its file in [tables]: {spec.name} = "tables/{spec.name}.csv"'
        finding = Finding("unknown-table", places.of(*path), join_key(path), message, hint)
        result.findings.append(finding)
    result.rows[spec.name] = ()


def _type_rows(
    result: TablesRead,
    raw: RawTable,
    changes: dict[str, dict[str, Any]],
    places: Places,
    findings: list[Finding],
) -> None:
    typed = build_rows(raw, changes, places)
    result.origins |= typed.origins
    problems = [*findings, *typed.findings]
    result.findings += problems
    if not problems:
        rows: tuple[Row, ...] = tuple(typed.rows)
        result.rows[raw.spec.name] = rows


def _unknown_tables(cells: Mapping[str, Any], places: Places) -> list[Finding]:
    return [
        Finding(
            "unknown-table",
            places.of("cells", name),
            join_key(("cells", name)),
            "unknown table",
            suggestion(str(name), list(SPECS)),
        )
        for name in cells
        if name not in SPECS
    ]
