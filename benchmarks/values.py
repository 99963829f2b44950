"""Best-known values: rows of a family's CSV tables turned into cases."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.case import Case, Standing
from benchmarks.families.opening import ENDINGS

Row = Mapping[str, str]

_NOTES = ("format", "README")
"""Texts beside the instances."""


def read_values(
    suite: str, family: str, entry: Mapping[str, Any], folders: Sequence[Path]
) -> tuple[list[Case], list[str]]:
    """Cases of one ``[[values]]`` entry of a suite, and what is missing, in words.

    The tables of the first folder are read; instance files are looked up in all folders in turn.
    Instance files of the first folder that no table names are cases without a best-known value
    when the entry allows it (``without_value = true``).
    """
    cases: list[Case] = []
    missing: list[str] = []
    named: set[str] = set()
    for table, row in _rows(folders[0], entry):
        stem = row[entry.get("file_column", "instance")]
        named.add(re.sub(ENDINGS, "", Path(stem).name))
        path = instance_file(folders, stem)
        if path is None:
            missing.append(f"{table.name}: no file {stem}.* in {' or '.join(map(str, folders))}")
            continue
        cases.append(_case(suite, family, entry, row, path, table))
    if not named:
        missing.append(f"no table with columns {_columns(entry)} in {folders[0]}")
    if entry.get("without_value", False):
        for stem, path in _files(folders[0]):
            if stem not in named and stem not in _NOTES:
                cases.append(
                    Case(suite, family, stem, entry["kind"], str(path), None, _fixed(entry))
                )
    return cases, missing


def instance_file(folders: Sequence[Path], stem: str) -> Path | None:
    """File of an instance: ``STEM.ending`` in the first folder that has one.

    A table may also name a file whole, with its ending, and one of a folder beside: a folder
    given by hand may then hold it itself.
    """
    for folder in folders:
        for path in (folder / stem, folder / Path(stem).name):
            if path.is_file():
                return path
    bare = re.sub(ENDINGS, "", stem)
    for folder in folders:
        for name, path in _files(folder):
            if name in (stem, bare):
                return path
    return None


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if re.search(ENDINGS, path.name) or not path.suffix:
                yield re.sub(ENDINGS, "", path.name), path


def _rows(folder: Path, entry: Mapping[str, Any]) -> Iterator[tuple[Path, Row]]:
    """Rows of the tables that have the entry's columns; the named table first."""
    if not folder.is_dir():
        return
    named = folder / entry["table"]
    for table in [named] if named.is_file() else sorted(folder.glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if set(_columns(entry)) <= set(reader.fieldnames or ()):
                for row in reader:
                    if row[entry["value"]]:
                        yield table, row


def _columns(entry: Mapping[str, Any]) -> list[str]:
    columns = ["instance", entry["value"], entry.get("file_column", "instance")]
    columns += [entry[key] for key in ("p", "status") if key in entry]
    return list(dict.fromkeys(columns + list(entry.get("parameter_columns", {}).values())))


def _fixed(entry: Mapping[str, Any]) -> dict[str, Any]:
    return dict(entry.get("parameters", {}))


def _case(
    suite: str, family: str, entry: Mapping[str, Any], row: Row, path: Path, table: Path
) -> Case:
    parameters = _fixed(entry)
    for name, column in entry.get("parameter_columns", {}).items():
        if row[column]:
            parameters[name] = _number(row[column])
    value = row[entry["value"]]
    return Case(
        suite=suite,
        family=family,
        instance=row["instance"],
        kind=entry["kind"],
        path=str(path),
        p=int(row[entry["p"]]) if "p" in entry else None,
        parameters=parameters,
        best_known=float(value),
        standing=_standing(entry, row),
        tolerance=0.5 * 10.0 ** -len(value.partition(".")[2]) if "." in value else 0.0,
        source=f"{table.name}: {entry['source']}",
    )


def _standing(entry: Mapping[str, Any], row: Row) -> Standing:
    """Tell what the row's status says of its value; the entry's ``standing`` without such a column."""
    if "status" not in entry:
        standing: Standing = entry["standing"]
        return standing
    status = row[entry["status"]]
    rules: tuple[Standing, ...] = ("optimal", "recalled", "feasible")
    for standing in rules:
        pattern = entry["statuses"].get(standing)
        if pattern is not None and re.match(pattern, status, re.IGNORECASE):
            return standing
    return "recalled"


def _number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() and "." not in text else number
