"""What a key means, which value it has, and where that value was set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.catalog import SPECS
from logistique.scenario.checks.facts import row_id
from logistique.scenario.columns import columns_of
from logistique.scenario.evidence import setting_evidence
from logistique.scenario.fields import default_at, field_at, grade_of
from logistique.scenario.keys import KeyPath, join_key, nearest, shorten, split_key, suggestion
from logistique.scenario.load import load
from logistique.scenario.places import Places
from logistique.scenario.resolved import leaves
from logistique.scenario.scenario import Origin, Scenario
from logistique.scenario.sources import Provenance, read_provenance
from logistique.scenario.stack import read_stack
from logistique.units import UNIT_SUFFIXES, unit_of


@dataclass(frozen=True)
class Explanation:
    """One key of a scenario.

    Parameters
    ----------
    key : str
        Dotted key, as after ``--set``.
    value : Any
        Value in use; None if nothing is set.
    unit : str
        Unit in words; empty where there is none.
    description : str
        What it means.
    default : Any
        Built-in default; None if there is none.
    origin : str
        ``file:line``, ``default``, ``variant ID (file:line)`` or ``--set``.
    grade : str
        observed, derived, assumed, or decision.
    source : str
        Where the value comes from, in words.
    """

    key: str
    value: Any
    unit: str
    description: str
    default: Any
    origin: str
    grade: str
    source: str

    def __str__(self) -> str:
        unit = f"  ({self.unit})" if self.unit else ""
        lines = [f"{self.key} = {_shown(self.value)}{unit}"]
        lines += [f"    {line}" for line in (" ".join(self.description.split()),) if line]
        lines.append(f"    set in: {self.origin}    default: {_shown(self.default)}")
        if self.grade:
            lines.append(f"    {self.grade}" + (f": {self.source}" if self.source else ""))
        return "\n".join(lines)


def _shown(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False, default=list)


def explain(
    path: str | Path,
    key: str | None = None,
    *,
    variant: str | None = None,
    overrides: Sequence[str] = (),
) -> tuple[Explanation, ...]:
    """Explain a key, or all keys below it.

    Parameters
    ----------
    path : str or Path
        Scenario folder or file.
    key : str, optional
        Dotted key; all settings if absent. ``cells.TABLE.ROW`` (or ``tables.TABLE.ROW``)
        explains the row of a table, ``cells.TABLE.ROW.COLUMN`` one cell.
    variant : str, optional
        Variant to apply.
    overrides : sequence of str
        ``key=value`` assignments as after ``--set``.

    Raises
    ------
    InvalidInputError
        If the scenario is not valid or has no such key.
    """
    scenario = load(path, variant=variant, overrides=overrides)
    wanted = _split(key)
    if len(wanted) >= 3 and wanted[0] in {"cells", "tables"}:
        return tuple(_cells(scenario, wanted))
    if wanted[:1] == ("cells",):
        raise _no_row(scenario, wanted)
    stack = read_stack(Path(path), variant, overrides)
    found = tuple(_settings(scenario, wanted, stack.places, read_provenance(stack)))
    if not found:
        raise _unknown(join_key(wanted), [join_key(p) for p, _ in _all_settings(scenario)])
    return found


def _split(key: str | None) -> tuple[str, ...]:
    if not key:
        return ()
    try:
        return split_key(key)
    except ValueError as error:
        hint = "write a dotted key, for example costs.co2e_eur_per_t"
        raise InvalidInputError(
            [Finding("set-syntax", "explain", shorten(key), str(error), hint)]
        ) from error


def _unknown(key: str, known: list[str]) -> InvalidInputError:
    meant = nearest(key, known)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in meant)}?  " if meant else ""
    hint += "without a key, explain lists all of them"
    return InvalidInputError([Finding("unknown-key", "explain", key, "unknown key", hint)])


def _no_row(scenario: Scenario, wanted: tuple[str, ...]) -> InvalidInputError:
    """Say which rows (or tables) there are: a whole table would be too long to explain."""
    table = wanted[1] if len(wanted) == 2 else ""
    rows = [row_id(table, row) for row in getattr(scenario.tables, table)] if table in SPECS else []
    message = "name a row: cells.TABLE.ROW"
    hint = suggestion("", rows or SPECS)
    return InvalidInputError([Finding("unknown-key", "explain", join_key(wanted), message, hint)])


def _all_settings(scenario: Scenario) -> Iterator[tuple[KeyPath, Any]]:
    data = scenario.settings.model_dump(mode="json", exclude={"variant", "cells", "extends"})
    yield from leaves(data)


def _settings(
    scenario: Scenario, wanted: KeyPath, places: Places, provenance: Provenance
) -> Iterator[Explanation]:
    for path, value in _all_settings(scenario):
        if path[: len(wanted)] != wanted:
            continue
        info = field_at(path, _kind(scenario, path))
        if info is None:
            raise AssertionError(f"no field for {join_key(path)}")
        evidence = setting_evidence(path, value, places, provenance) or ("", "")
        grade = "decision" if grade_of(info)[0] == "decision" else evidence[0]
        yield Explanation(
            key=join_key(path),
            value=value,
            unit=_unit(path),
            description=info.description or "",
            default=default_at(path, _kind(scenario, path)),
            origin=str(scenario.origins.get(join_key(path), Origin("default"))),
            grade=grade if value is not None else "",
            source=evidence[1],
        )


def _kind(scenario: Scenario, path: KeyPath) -> str | None:
    """Kind of the requirement a key belongs to."""
    if path[0] != "requirement":
        return None
    return next((rule.kind for rule in scenario.settings.requirement if rule.name == path[1]), None)


def _unit(path: KeyPath) -> str:
    """Find the unit of the last part of a key that has one (rates by stream sit below it)."""
    for part in reversed(path[-2:]):
        unit = unit_of(str(part))
        if unit:
            return UNIT_SUFFIXES[unit]
    return ""


def _cells(scenario: Scenario, wanted: tuple[str, ...]) -> Iterator[Explanation]:
    """Explain one row, cell by cell, or one cell."""
    table, key = wanted[1], wanted[2]
    if table not in SPECS:
        raise _unknown(join_key(wanted), [join_key((wanted[0], name)) for name in SPECS])
    rows = {row_id(table, row): row for row in getattr(scenario.tables, table)}
    if key not in rows:
        raise _unknown(join_key(wanted), [join_key((*wanted[:2], name)) for name in rows])
    columns = columns_of(SPECS[table].row)
    if len(wanted) > 4 or (len(wanted) == 4 and wanted[3] not in columns):
        raise _unknown(join_key(wanted), [join_key((*wanted[:3], name)) for name in columns])
    row = rows[key]
    row_origin = scenario.origins[join_key(("tables", table, key))]
    for name, column in columns.items():
        if wanted[3:] not in {(), (name,)}:
            continue
        unit = unit_of(name)
        yield Explanation(
            key=join_key(("cells", table, key, name)),
            value=getattr(row, name),
            unit=UNIT_SUFFIXES[unit] if unit else "",
            description=column.description,
            default=column.default,
            origin=str(scenario.origins.get(join_key(("tables", table, key, name)), row_origin)),
            grade=row.grade,
            source=row.source,
        )
