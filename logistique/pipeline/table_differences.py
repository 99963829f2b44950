"""Which cells of the input tables two runs read differently, asked of the tables themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.scenario.catalog import SPECS
from logistique.scenario.checks.facts import row_id
from logistique.scenario.columns import columns_of
from logistique.scenario.load import load
from logistique.scenario.save_resolved import RESOLVED_NAME
from logistique.scenario.scenario import Scenario

Summary = Mapping[str, Any]
Cells = dict[tuple[str, str], str]
"""Row and column → value as JSON text."""

MOST_CELLS = 200
"""Cells listed per table; the rest is counted."""

WHOLE_ROW = ""
"""Stands for the column where a run has no such row at all; ``true`` where it has."""

_FILE = "tables."


def table_differences(
    folders: Sequence[Path], summaries: Sequence[Summary]
) -> list[dict[str, Any]]:
    """Compare the tables whose files differ between runs, cell by cell.

    Parameters
    ----------
    folders : sequence of Path
        Run folders.
    summaries : sequence of mapping
        Their results.

    Returns
    -------
    list of dict
        ``table``; ``files`` by run; ``cells``: ``row``, ``column``, ``values`` by run (None where
        a run has no such row, which is listed once with :data:`WHOLE_ROW` for its column), at most :data:`MOST_CELLS`; ``more``: how many are not listed;
        ``changed_since``: positions of the runs whose file is gone or no longer what the run
        read, and which are therefore not compared.
    """
    used = [_tables(summary) for summary in summaries]
    names = [
        name
        for name in dict.fromkeys(name for tables in used for name in tables)
        if len({tables.get(name, ("", ""))[1] for tables in used}) > 1
    ]
    if not names:
        return []
    scenarios = [_scenario(folder) for folder in folders]
    return [_difference(name, used, folders, scenarios) for name in names]


def _tables(summary: Summary) -> dict[str, tuple[str, str]]:
    """Table → its file and the hash of it, as the run read it."""
    hashes = {item["path"]: item["sha256"] for item in summary["inputs"]}
    files = {
        row["setting"].removeprefix(_FILE): json.loads(row["value"])
        for row in summary["settings"]
        if row["setting"].startswith(_FILE)
    }
    return {name: (file, hashes.get(file, "")) for name, file in files.items() if name in SPECS}


def _scenario(folder: Path) -> Scenario | None:
    """Question of a run as its folder repeats it; None when its files cannot be read any more."""
    try:
        return load(folder / RESOLVED_NAME)
    except InvalidInputError:
        return None


def _difference(
    name: str,
    used: Sequence[Mapping[str, tuple[str, str]]],
    folders: Sequence[Path],
    scenarios: Sequence[Scenario | None],
) -> dict[str, Any]:
    cells: list[Cells | None] = []
    for tables, folder, scenario in zip(used, folders, scenarios, strict=True):
        if name not in tables:
            cells.append({})
        elif scenario is None or not _unchanged(folder, scenario, name, tables[name][1]):
            cells.append(None)
        else:
            cells.append(_cells(scenario, name))
    differing = _differing([each for each in cells if each is not None])
    return {
        "table": name,
        "files": [tables.get(name, (None, ""))[0] for tables in used],
        "cells": [
            {
                "row": row,
                "column": column,
                "values": [None if each is None else each.get((row, column)) for each in cells],
            }
            for row, column in differing[:MOST_CELLS]
        ],
        "more": max(0, len(differing) - MOST_CELLS),
        "changed_since": [k for k, each in enumerate(cells) if each is None],
    }


def _differing(compared: Sequence[Cells]) -> list[tuple[str, str]]:
    """Cells with different values; of a row some run lacks only the row itself."""
    keys = dict.fromkeys(key for each in compared for key in each)
    differing = [key for key in keys if len({each.get(key) for each in compared}) > 1]
    lacking = {row for row, column in differing if column == WHOLE_ROW}
    return [key for key in differing if key[0] not in lacking or key[1] == WHOLE_ROW]


def _unchanged(folder: Path, scenario: Scenario, name: str, sha256: str) -> bool:
    """Whether the file is still what the run read."""
    file = folder / str(dict(scenario.resolved["tables"])[name])  # type: ignore[call-overload]
    return hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _cells(scenario: Scenario, name: str) -> Cells:
    columns = columns_of(SPECS[name].row)
    cells: Cells = {}
    for row in getattr(scenario.tables, name):
        identifier = row_id(name, row)
        cells[identifier, WHOLE_ROW] = "true"
        for column in columns:
            value = getattr(row, column)
            cells[identifier, column] = json.dumps(value, ensure_ascii=False, default=list)
    return cells
