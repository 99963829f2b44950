"""The tables of a result as flat rows, for files that hold one value per cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Cell = str | int | float | bool | None
FlatRow = dict[str, Cell]

_DIRECT = (
    "figures",
    "cost_components",
    "km_components",
    "distance_classes",
    "hubs",
    "storages",
    "sites",
    "assignments",
    "flows",
    "zones",
    "communes",
    "territories",
    "actors",
    "operators",
    "requirements",
    "assumptions",
    "settings",
    "sources",
    "inputs",
)

TABLES: tuple[str, ...] = (
    *_DIRECT,
    "hub_vehicles",
    "actor_rest",
    "agencies",
    "gain",
    "gain_states",
    "control_totals",
    "evidence",
)
"""Names of all tables; the names of their CSV files."""


def flat_tables(summary: Mapping[str, Any]) -> dict[str, list[FlatRow]]:
    """Tables of a result with plain cells.

    Parameters
    ----------
    summary : mapping
        A result.

    Returns
    -------
    dict
        Table → rows, in the order of :data:`TABLES`; every row of a table has the same columns.
        Lists of identifiers become one text separated by ``;``. What a depot is fed by and
        serves is in ``flows`` and ``assignments``.
    """
    found = {name: list(summary[name]) for name in _DIRECT}
    found["hub_vehicles"] = [
        {"hub": hub["id"], **vehicle} for hub in summary["hubs"] for vehicle in hub["vehicles"]
    ]
    found["actor_rest"] = [{"group": key, **row} for key, row in summary["actor_rest"].items()]
    found["agencies"] = list(summary["today"]["agencies"])
    gain = summary["gain"] or {"measures": [], "states": []}
    found["gain"], found["gain_states"] = list(gain["measures"]), list(gain["states"])
    found["control_totals"] = list(summary["demand"]["control_totals"])
    found["evidence"] = list(summary["evidence"]["by_input"])
    return {name: _flat(found[name]) for name in TABLES}


def _flat(rows: Iterable[Mapping[str, Any]]) -> list[FlatRow]:
    known = list(rows)
    columns = list(dict.fromkeys(column for row in known for column in row))
    flat = [column for column in columns if not any(_nested(row.get(column)) for row in known)]
    return [{column: _cell(row.get(column)) for column in flat} for row in known]


def _nested(value: object) -> bool:
    """Whether a value is a table of its own."""
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _cell(value: Any) -> Cell:
    return ";".join(str(item) for item in value) if isinstance(value, list) else value
