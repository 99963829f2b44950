"""The embedded tables: rows, provenance, and agreement with the compilation they come from."""

import csv
from importlib.resources import files

import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from logistique.metropole.defaults import calibration_facts, parameters
from logistique.metropole.logistics_land import activity_zones, logistics_sites, rail_sites
from logistique.metropole.pact import pact_actors
from logistique.metropole.road_parameters import RoadParameters
from logistique.metropole.sources import sources
from logistique.metropole.tables import TEXT_COLUMNS, facts_table

FOLDER = files("logistique.metropole").joinpath("facts")
TABLES = sorted(item.name[:-4] for item in FOLDER.iterdir() if item.name.endswith(".csv"))
GRADES = {"observed", "derived", "assumed"}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_known_source_and_a_year(table: str) -> None:
    frame = facts_table(table)
    assert len(frame) > 0
    assert set(frame["source"]) <= set(sources())
    if table == "parameters":
        assert (frame["years"].str.len() >= 4).all()
    else:
        assert frame["year"].between(1990, 2030).all()
    if "grade" in frame:
        assert set(frame["grade"]) <= GRADES


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_complete_lines_of_plain_text(table: str) -> None:
    text = FOLDER.joinpath(f"{table}.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert text.endswith("\n")
    assert "\r" not in text


def test_every_source_is_used_and_complete() -> None:
    used = {source for table in TABLES for source in facts_table(table)["source"]}
    made_on_reading = {"zones-2025", "zones-apportioned"}
    assert set(sources()) == used | made_on_reading
    for source in sources().values():
        assert source.grade in GRADES
        assert source.what
        assert source.origin
        assert source.licence


def test_the_facts_stay_small() -> None:
    assert sum(len(item.read_bytes()) for item in FOLDER.iterdir()) < 300_000


def test_text_stays_text_and_each_call_gives_its_own_frame() -> None:
    frame = facts_table("communes")
    assert frame["insee"].str.len().eq(5).all()
    frame.loc[0, "name"] = "changed"
    assert facts_table("communes").loc[0, "name"] != "changed"
    assert "insee" in TEXT_COLUMNS


def test_counts() -> None:
    assert [len(logistics_sites()), len(activity_zones()), len(rail_sites())] == [40, 41, 25]
    assert [len(parameters()), len(calibration_facts())] == [176, 24]
    assert int((logistics_sites()["in_mgp"] == "1").sum()) == 33
    assert pact_actors()["status"].value_counts().to_dict() == {
        "placeholder": 42,
        "named": 29,
        "inferred": 7,
    }
    assert activity_zones()["kind"].value_counts().to_dict() == {"commune-total": 34, "park": 7}


def test_identifiers_are_unique() -> None:
    for frame in (logistics_sites(), activity_zones()):
        assert frame["id"].is_unique


def test_a_default_value_has_bounds_unit_and_grade() -> None:
    found = parameters()["speed.ring_road_weekday"]
    assert (found.value, found.low, found.high, found.unit) == (32.2, 32.2, 34.4, "km/h")
    assert (found.grade, found.years) == ("observed", "2021")


def test_the_road_parameters_are_few() -> None:
    assert len(facts_table("road_parameters")) == len(RoadParameters.__dataclass_fields__) <= 12


@needs_shared
@pytest.mark.parametrize(
    ("ours", "theirs", "columns"),
    [
        ("communes", "communes", {"population_2022": "population", "jobs_2022": "jobs_2022"}),
        ("communes", "communes", {"lon": "lon", "road_lat": "road_lat", "area_km2": "area_km2"}),
        ("arrondissements", "arrondissements", {"households_2022": "households_2022"}),
        ("a86_ring", "a86_ring", {"lon": "lon", "lat": "lat"}),
        ("peripherique_ring", "peripherique_ring", {"lon": "lon", "lat": "lat"}),
        ("major_roads", "major_roads", {"length_km": "length_km", "to_lon": "to_lon"}),
        ("logistics_sites", "logistics_sites", {"lon": "lon", "surface_m2": "surface_m2"}),
        ("activity_zones", "zae", {"area_ha": "area_ha", "lat": "lat"}),
        ("parameters", "domain_defaults", {"value": "value", "low": "low", "high": "high"}),
        ("calibration_facts", "calibration_facts", {"value": "value"}),
    ],
)
def test_numbers_are_those_of_the_compilation(
    ours: str, theirs: str, columns: dict[str, str]
) -> None:
    with (SHARED / "mgp" / f"{theirs}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = facts_table(ours)
    for own, original in columns.items():
        expected = [float(row[original]) if row[original] else np.nan for row in rows]
        assert np.array_equal(frame[own].to_numpy(float), expected, equal_nan=True)


@needs_shared
def test_actors_are_those_of_the_compilation() -> None:
    with (SHARED / "mgp" / "pacte_actors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = pact_actors()
    assert frame["actor"].tolist() == [row["actor"] for row in rows]
    assert frame["confirmed"].tolist() == [row["confirmed"] for row in rows]
    assert frame["insee"].tolist() == [row["commune_insee"] for row in rows]
