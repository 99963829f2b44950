"""Routed tours in the JSON of VROOM (https://github.com/VROOM-Project/vroom, docs/API.md, 1.14).

For each depot the question as VROOM would be asked, with coordinates, and the tours found as VROOM
would answer. VROOM knows no reloading: each trip is a vehicle that leaves when it is loaded. Times
are seconds, ways metres, costs cents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from logistique.network.projection import lonlat

Row = Mapping[str, Any]
Json = dict[str, Any]

PROBLEM_SUFFIX, SOLUTION_SUFFIX = ".problem.json", ".solution.json"


def write_vroom(folder: Path, summary: Row) -> list[Path]:
    """Write a problem and a solution for each routed depot; nothing without routed tours."""
    routing = summary.get("routing")
    if routing is None or not routing["trips"]:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    places = {site["id"]: (site["lon"], site["lat"]) for site in summary["sites"]}
    kinds = {row["vehicle"]: row for row in routing["vehicles"]}
    written = []
    for depot in dict.fromkeys(trip["depot"] for trip in routing["trips"]):
        trips = [trip for trip in routing["trips"] if trip["depot"] == depot]
        problem, solution = vroom_forms(trips, places[depot], kinds)
        for suffix, content in ((PROBLEM_SUFFIX, problem), (SOLUTION_SUFFIX, solution)):
            path = folder / f"{depot}{suffix}"
            path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
            written.append(path)
    return written


def vroom_forms(
    trips: Sequence[Row], depot: tuple[float, float], kinds: Mapping[str, Row]
) -> tuple[Json, Json]:
    """Problem and solution of the trips of one depot.

    Parameters
    ----------
    trips : sequence of mapping
        Rows ``routing.trips`` of the result.
    depot : (lon, lat)
    kinds : mapping
        Rows ``routing.vehicles`` by vehicle.
    """
    vehicles: list[Json] = []
    jobs: list[Json] = []
    routes: list[Json] = []
    for number, trip in enumerate(trips, start=1):
        kind = kinds[trip["vehicle"]]
        first = len(jobs) + 1
        vehicles.append(_vehicle(number, trip, depot, kind))
        jobs += _jobs(first, trip)
        routes.append(_route(number, first, trip, depot, kind))
    summed = ("cost", "setup", "service", "duration", "waiting_time", "priority", "distance")
    summary: Json = {key: sum(route[key] for route in routes) for key in summed}
    summary |= {
        "routes": len(routes),
        "unassigned": 0,
        "delivery": [sum(route["delivery"][0] for route in routes)],
        "pickup": [0],
        "violations": [],
    }
    answer = {"code": 0, "summary": summary, "unassigned": [], "routes": routes}
    return {"vehicles": vehicles, "jobs": jobs}, answer


def _vehicle(number: int, trip: Row, depot: tuple[float, float], kind: Row) -> Json:
    found: Json = {
        "id": number,
        "profile": kind["profile"],
        "description": f"{trip['vehicle']} {trip['tour']} {trip['trip']}",
        "start": list(depot),
        "end": list(depot),
        "capacity": [int(kind["capacity_parcels"])],
        "time_window": [0, int(3600 * kind["shift_h"])],
        "costs": {
            "fixed": 0,
            "per_hour": round(100 * kind["eur_per_h"]),
            "per_km": round(100 * kind["eur_per_km"]),
        },
    }
    if kind["range_km"] is not None:
        found["max_distance"] = int(1000 * kind["range_km"])
    return found


def _jobs(first: int, trip: Row) -> list[Json]:
    return [
        {
            "id": first + position,
            "location": place,
            "service": round(60 * trip["stop_service_min"][position]),
            "delivery": [int(trip["stop_parcels"][position])],
        }
        for position, place in enumerate(_places(trip))
    ]


def _route(number: int, first: int, trip: Row, depot: tuple[float, float], kind: Row) -> Json:
    """One trip as VROOM tells it; ``arrival`` counts from when the vehicle leaves the depot."""
    service = [round(60 * minutes) for minutes in trip["stop_service_min"]]
    arrival = [round(60 * (at - trip["trip_start_min"])) for at in trip["stop_arrival_min"]]
    load = int(sum(trip["stop_parcels"]))
    end = round(3600 * trip["trip_hours"] - 60 * kind["reload_min"])
    whole = {"setup": 0, "waiting_time": 0, "violations": []}
    steps: list[Json] = [
        {"type": "start", "location": list(depot), "service": 0, "load": [load], "arrival": 0,
         "duration": 0, **whole}
    ]  # fmt: skip
    left, before = load, 0
    for position, place in enumerate(_places(trip)):
        left -= int(trip["stop_parcels"][position])
        steps.append(
            {"type": "job", "id": first + position, "job": first + position, "location": place,
             "service": service[position], "load": [left], "arrival": arrival[position],
             "duration": arrival[position] - before, **whole}
        )  # fmt: skip
        before += service[position]
    duration, metres = end - before, round(1000 * trip["trip_km"])
    steps.append(
        {"type": "end", "location": list(depot), "service": 0, "load": [0], "arrival": end,
         "duration": duration, **whole}
    )  # fmt: skip
    cost = 100 * (kind["eur_per_h"] * duration / 3600 + kind["eur_per_km"] * metres / 1000)
    return {
        "vehicle": number,
        "description": f"{trip['vehicle']} {trip['tour']} {trip['trip']}",
        "cost": round(cost),
        "setup": 0,
        "service": before,
        "duration": duration,
        "waiting_time": 0,
        "priority": 0,
        "distance": metres,
        "delivery": [load],
        "pickup": [0],
        "violations": [],
        "steps": steps,
    }


def _places(trip: Row) -> list[list[float]]:
    lon, lat = lonlat(np.array(trip["stop_x_m"]), np.array(trip["stop_y_m"]))
    return [[round(x, 6), round(y, 6)] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
