"""The tables of a result as flat rows, for files that hold one value per cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from logistique.network.projection import lonlat

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
    "routed_depots",
    "routing_rounds",
    "tour_fit",
    "tours",
    "tour_stops",
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
    routing = summary.get("routing") or {"depots": [], "rounds": [], "fit": [], "trips": []}
    found["routed_depots"], found["routing_rounds"] = routing["depots"], routing["rounds"]
    found["tour_fit"] = routing["fit"]
    found["tours"] = [_without_lists(trip) for trip in routing["trips"]]
    found["tour_stops"] = list(_stops(routing["trips"]))
    return {name: _flat(found[name]) for name in TABLES}


def _without_lists(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if not isinstance(value, list)}


def _stops(trips: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row for each stop of routed trips, in the order driven."""
    for trip in trips:
        lon, lat = lonlat(trip["stop_x_m"], trip["stop_y_m"])
        for rank, (x, y, parcels, service, arrival) in enumerate(
            zip(
                lon.tolist(), lat.tolist(), trip["stop_parcels"], trip["stop_service_min"],
                trip["stop_arrival_min"], strict=True,
            ),
            start=1,
        ):  # fmt: skip
            yield {
                "tour": trip["tour"],
                "trip": trip["trip"],
                "rank": rank,
                "lon": round(x, 6),
                "lat": round(y, 6),
                "parcels": parcels,
                "arrival_min": arrival,
                "service_min": service,
            }


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
