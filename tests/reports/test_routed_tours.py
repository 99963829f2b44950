"""Routed tours in the outputs: tables, layers, VROOM's JSON, the page."""

from __future__ import annotations

import copy
import csv
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from logistique.reports.gis import write_geopackage
from logistique.reports.layer_files import write_geojson
from logistique.reports.page import page_html
from logistique.reports.tables_csv import write_tables
from logistique.reports.text import outcome_text
from logistique.reports.vroom_json import vroom_forms, write_vroom

DEPOT = (652_000.0, 6_862_000.0)


def trip(depot, number, **changes):
    """A loop of 5 km with three stops: 10 min loading, then 5, 2, 3 and 6 min of driving."""
    x, y = np.array([1000.0, 1200, 1100]) + DEPOT[0], np.array([500.0, 600, 700]) + DEPOT[1]
    return {
        "tour": f"{depot}-1-1",
        "depot": depot,
        "zone": "93001",
        "stream": "b2c",
        "vehicle": "e-van",
        "sample": 1,
        "trip": number,
        "stops": 3,
        "parcels": 6,
        "trip_km": 5.0,
        "trip_hours": (10 + 16 + 12) / 60,
        "trip_start_min": 10.0,
        "stop_x_m": x.tolist(),
        "stop_y_m": y.tolist(),
        "stop_parcels": [1, 2, 3],
        "stop_service_min": [4.0, 4.0, 4.0],
        "stop_arrival_min": [15.0, 21.0, 28.0],
        "line_x_m": [DEPOT[0], *x.tolist(), DEPOT[0]],
        "line_y_m": [DEPOT[1], *y.tolist(), DEPOT[1]],
    } | changes


KIND = {
    "vehicle": "e-van", "profile": "van", "capacity_parcels": 120, "shift_h": 7.0,
    "reload_min": 10.0, "range_km": 200.0, "eur_per_km": 0.2, "eur_per_h": 30.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def routed(summary):
    """The result of the other tests, with two trips of its first depot."""
    found = copy.deepcopy(summary)
    hub = found["hubs"][0]
    found["routing"] = {
        "mode": "sample", "solver": "pyvrp", "limit_percent": 5.0, "stopped": "within",
        "interrupted": False, "bound_of": "surrogate",
        "rounds": [
            {"round": 0, "objective_eur_per_day": 1.0, "lower_bound_eur_per_day": 1.0,
             "gap_percent": 0.0, "routed_depots": 1, "beyond_limit": 0,
             "largest_difference_percent": 2.5, "worst_depot": hub["id"],
             "predicted_km_per_day": 200.0, "routed_km_per_day": 205.0,
             "difference_percent": 2.5, "routed_samples": 1, "routed_stops": 6, "opened": [],
             "closed": [], "moved_percent": 0.0}
        ],
        "depots": [
            {"depot": hub["id"], "depot_name": hub["name"], "routed_samples": 1, "of_samples": 9,
             "routed_stops": 6, "of_stops": 54, "routed_trips": 2, "predicted_km_per_day": 200.0,
             "routed_km_per_day": 205.0, "km_difference_percent": 2.5, "km_error_percent": 0.7,
             "predicted_hours_per_day": 9.0, "routed_hours_per_day": 9.1,
             "hours_difference_percent": 1.1, "hours_error_percent": 0.1,
             "predicted_eur_per_day": 300.0, "routed_eur_per_day": 303.0,
             "cost_difference_percent": 1.0, "cost_error_percent": None}
        ],
        "fit": [], "vehicles": [KIND], "map_depot": hub["id"],
        "trips": [trip(hub["id"], 1), trip(hub["id"], 2, trip_start_min=58.0,
                                           stop_arrival_min=[63.0, 69.0, 76.0])],
    }  # fmt: skip
    return found


def test_tables_hold_every_stop_and_their_dictionary(routed, tmp_path):
    write_tables(tmp_path, routed)
    tables = {
        path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in tmp_path.iterdir()
    }
    assert len(tables["tours"]) == 2
    assert [row["parcels"] for row in tables["tour_stops"]] == ["1", "2", "3"] * 2
    assert {row["rank"] for row in tables["tour_stops"]} == {"1", "2", "3"}
    named = {"tours", "tour_stops", "routed_depots", "routing_rounds"}
    entries = [row for row in tables["dictionary"] if row["table"] in named]
    assert {row["table"] for row in entries} == named
    assert all(row["meaning_fr"] and row["meaning_en"] for row in entries)


def test_lines_in_both_formats_are_the_ways_driven(routed, geography, tmp_path):
    write_geopackage(tmp_path / "plan.gpkg", routed, geography, None)
    write_geojson(tmp_path, routed, geography, None)
    lines = gpd.read_file(tmp_path / "plan.gpkg", layer="tours")
    assert list(lines["trip_km"]) == [5.0, 5.0]
    expected = shapely.LineString(
        np.column_stack([routed["routing"]["trips"][0][f"line_{axis}_m"] for axis in "xy"])
    )
    assert lines.geometry[0].equals_exact(expected, 0.01)
    web = gpd.read_file(tmp_path / "tours.geojson")
    assert web.crs == "EPSG:4326"
    assert web.to_crs("EPSG:2154").geometry[0].hausdorff_distance(expected) < 0.05
    stops = gpd.read_file(tmp_path / "plan.gpkg", layer="tour_stops")
    assert len(stops) == 6
    assert expected.distance(stops.geometry[0]) < 0.2


def test_vroom_times_and_costs_by_hand():
    """16 min of driving at 30 EUR/h and 5 km at 0.2 EUR/km: 9 EUR."""
    trips = [trip("d", 1)]
    problem, solution = vroom_forms(trips, (2.35, 48.86), {"e-van": KIND})
    (vehicle,) = problem["vehicles"]
    assert vehicle["capacity"] == [120]
    assert vehicle["time_window"] == [0, 25_200]
    assert vehicle["costs"] == {"fixed": 0, "per_hour": 3000, "per_km": 20}
    assert vehicle["max_distance"] == 200_000
    assert [(job["service"], job["delivery"]) for job in problem["jobs"]] == [
        (240, [1]), (240, [2]), (240, [3])
    ]  # fmt: skip
    (route,) = solution["routes"]
    assert (route["duration"], route["service"], route["distance"]) == (960, 720, 5000)
    assert route["cost"] == 900
    assert [step["arrival"] for step in route["steps"]] == [0, 300, 660, 1080, 1680]
    assert [step["duration"] for step in route["steps"]] == [0, 300, 420, 600, 960]
    assert [step["load"] for step in route["steps"]] == [[6], [5], [3], [0], [0]]
    assert solution["code"] == 0
    assert solution["summary"]["cost"] == 900


def test_vroom_files_fit_together(routed, tmp_path):
    written = write_vroom(tmp_path, routed)
    problem, solution = (json.loads(path.read_text(encoding="utf-8")) for path in written)
    jobs = {job["id"]: job for job in problem["jobs"]}
    vehicles = {vehicle["id"] for vehicle in problem["vehicles"]}
    assert len(jobs) == 6
    assert {route["vehicle"] for route in solution["routes"]} == vehicles
    done = [
        step for route in solution["routes"] for step in route["steps"] if step["type"] == "job"
    ]
    assert sorted(step["id"] for step in done) == sorted(jobs)
    assert all(step["location"] == jobs[step["id"]]["location"] for step in done)
    for route in solution["routes"]:
        arrivals = [step["arrival"] for step in route["steps"]]
        assert arrivals == sorted(arrivals)


def test_without_routed_tours_nothing_is_written(summary, tmp_path):
    assert write_vroom(tmp_path / "vroom", summary) == []
    assert not (tmp_path / "vroom").exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "6 arrêts sur 54 ont reçu une tournée (PyVRP)"),
        ("en", "6 of 54 stops were routed (PyVRP)"),
    ],
)
def test_text_and_page_say_what_the_samples_are_worth(routed, geography, language, said):
    told = " ".join(outcome_text(routed, language=language).split())
    assert said in told
    page = page_html(routed, geography, language=language)
    assert said in page
    assert 'id="l-tours"' in page
    assert page.count(f"{routed['hubs'][0]['id']}-1-1") == 2


@pytest.mark.parametrize(
    ("stopped", "said"),
    [
        ("rounds", "The number of corrections allowed is reached."),
        ("interrupted", "Interrupted: the last complete plan is shown"),
        ("no plan: too dear", "The next correction leaves no plan (too dear)"),
        ("not routed: too far", "The plan could not be routed: too far."),
    ],
)
def test_why_it_ended_is_said(routed, stopped, said):
    first = routed["routing"]["rounds"][0]
    rounds = [first, {**first, "round": 1, "opened": ["x"], "moved_percent": 1.5}]
    found = {**routed, "routing": {**routed["routing"], "stopped": stopped, "rounds": rounds}}
    told = " ".join(outcome_text(found, language="en").split())
    assert said in told
    if not stopped.startswith("not routed"):
        assert "after correction 1, 2.5% at most" in told
        assert "opened: x, closed: –, 1.5% of the parcels" in told
