"""The reference of keys and columns as a Markdown page, generated from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from logistique.scenario.catalog import TABLES, TableSpec
from logistique.scenario.columns import KIND_WORDS, Column, columns_of
from logistique.scenario.fields import (
    SchemaField,
    alternatives,
    default_at,
    grade_of,
    kinds_of,
    schema_fields,
)
from logistique.scenario.keys import join_key
from logistique.units import UNIT_SUFFIXES, unit_of

_INTRODUCTION = """\
# Scenarios

A scenario is a folder: `scenario.toml` holds the decisions, `tables/*.csv` the lists,
`SOURCES.toml` says where each file comes from. This page is generated from the schema of
`logistique`; `logistique schema` prints the same as JSON Schema.

## How values are found

1. built-in defaults,
2. the scenario named by `extends` (a file or folder, relative to the file that names it; it may
   build on another one),
3. the file itself,
4. the chosen `[[variant]]` (`--variant ID`): its `set` table holds dotted keys,
5. `--set KEY=VALUE` on the command line, in order; a key may be set once.

Later ones win. Tables merge key by key; single values and arrays replace. `[[requirement]]` and
`[[variant]]` blocks go by their `name` and `id`: a block with a known name replaces that block,
another one is added. In a variant or after `--set`, `requirement.NAME.KEY` changes one key,
`requirement.NAME = {kind = ...}` replaces or adds a whole requirement, and
`requirement.NAME = false` removes it. File names are relative to the file that writes them,
those after `--set` to the scenario folder.

Single cells of tables are changed under `cells.TABLE.ROW.COLUMN`, in files, variants and `--set`:

    logistique run scenarios/tutoriel --set cells.zones.92036.population=50000

The row is named by its `id`; in `demand` by `ZONE/STREAM`, in `emissions` by `VEHICLE/SPEED`
(quoted if it holds a point: `cells.emissions."e-van/13.5".nox_g_per_km=0`). A cell of `demand`
for a zone and stream without a row adds the row. A changed row counts as assumed unless `grade`
and `source` are changed with it. The value after `--set` is read as TOML; a word that is no TOML
value is text. Names with blanks are quoted: `--set 'requirement."few hubs".at_most=3'`.

## Tables

UTF-8 text (with or without byte order mark), separated by commas, semicolons or tabs; the first
line names the columns. Decimal commas are read in tables separated by semicolons or tabs, if no
number of the table has a decimal point. Thousands separators and percent signs are refused.
Yes and no may be written yes, no, true, false, oui, non, vrai, faux, 1, 0. Lists in a cell are
separated by `;`. An empty cell stands for the default. Identifiers are text: leading zeros stay.
Every row says how well it is known (`grade`: observed, derived, assumed) and from where
(`source`).

## Provenance

`SOURCES.toml` holds one `[[file]]` block per table (`path`, `origin`, `licence`, `date`, `holds`,
`kind`: observed, derived or synthetic) and `[[key]]` blocks (`key`, `grade`, `source`) for numbers
set in `scenario.toml`; a key stands for all keys below it. A number without a block counts as
assumed.

"""


def key_reference_markdown() -> str:
    """Write the page: how values are found, all keys, all columns of all tables."""
    parts = [
        _INTRODUCTION,
        "# Keys of `scenario.toml`\n",
        *_sections(),
        "# Columns of the tables\n",
    ]
    parts += [_table(spec) for spec in TABLES]
    return "\n".join(parts).rstrip("\n") + "\n"


def _sections() -> Iterator[str]:
    """One Markdown table for each section, in the order of the schema."""
    groups: dict[tuple[str, ...], list[SchemaField]] = {}
    for entry in schema_fields():
        if entry.path[0] == "cells":
            continue
        groups.setdefault((*entry.path[:-1], entry.owner.__name__), []).append(entry)
    for (*path, _), entries in groups.items():
        title = join_key(path).replace('"<name>"', "NAME") or "top level"
        lines = [f"## {_title(title, entries)}\n", f"{_first_line(entries[0].owner)}\n"]
        lines += ["| key | value | unit | default | meaning |", "|---|---|---|---|---|"]
        lines += [_setting_line(entry) for entry in entries]
        yield "\n".join(lines) + "\n"


def _title(path: str, entries: list[SchemaField]) -> str:
    kinds = [kind for entry in entries if entry.path[-1] == "kind" for kind in _choices(entry)]
    if path.startswith("requirement"):
        return f"`[[requirement]]` of kind {' or '.join(kinds)}"
    if path.startswith("variant"):
        return "`[[variant]]`"
    return f"`[{path}]`" if path != "top level" else "Top level"


def _first_line(owner: type[Any]) -> str:
    return " ".join((owner.__doc__ or "").split("\n\n")[0].split())


def _setting_line(entry: SchemaField) -> str:
    name = entry.path[-1]
    grade, source = grade_of(entry.info)
    meaning = " ".join((entry.info.description or "").split())
    if grade and grade != "decision":
        meaning += f" ({grade}: {source})"
    kind = next(iter(kinds_of(entry.owner)), None)
    default = "**needed**" if entry.info.is_required() else _shown(default_at(entry.path, kind))
    cells = (f"`{name}`", _values(entry), _unit(name), default, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _unit(name: str) -> str:
    unit = unit_of(name)
    return UNIT_SUFFIXES[unit] if unit else ""


def _shown(value: Any) -> str:
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False, default=list)}`"


def _choices(entry: SchemaField) -> list[str]:
    return [
        str(value)
        for kind in alternatives(entry.info.annotation)
        if get_origin(kind) is Literal
        for value in get_args(kind)
    ]


def _values(entry: SchemaField) -> str:
    """Say which values a key may have."""
    choices = _choices(entry)
    if choices:
        return ", ".join(choices)
    names = {str: "text", float: "number", int: "whole number", bool: "true or false"}
    words = []
    for kind in alternatives(entry.info.annotation):
        if kind in names:
            words.append(names[kind])
        elif get_origin(kind) is tuple:
            inner = get_args(kind)[0]
            words.append("list of " + (", ".join(map(str, get_args(inner))) or "texts"))
        else:
            words.append("table")
    return " or ".join(words) + _bounds(entry)


def _bounds(entry: SchemaField) -> str:
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    found = [
        f"{sign} {getattr(item, name):g}"
        for item in entry.info.metadata
        for name, sign in signs.items()
        if getattr(item, name, None) is not None
    ]
    return f" {', '.join(found)}" if found else ""


def _table(spec: TableSpec) -> str:
    needed = "" if spec.composite else " Rows are named by `id`."
    if spec.composite:
        needed = f" Rows are named by `{'/'.join(spec.key)}`."
    lines = [f"## `{spec.name}`\n", f"{_first_line(spec.row)}{needed}\n"]
    lines += ["| column | value | unit | empty cell | meaning |", "|---|---|---|---|---|"]
    lines += [_column_line(column) for column in columns_of(spec.row).values()]
    return "\n".join(lines) + "\n"


def _column_line(column: Column) -> str:
    value = ", ".join(column.choices) or KIND_WORDS[column.kind].removeprefix("a ")
    if column.required:
        empty = "**refused**"
    else:
        empty = _shown(column.default if column.default not in {"", ()} else None)
    meaning = " ".join(column.description.split())
    cells = (f"`{column.name}`", value, _unit(column.name), empty, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
