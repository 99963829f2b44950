"""The pact's scenario: counts, facts and places against the shared compilation."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pyproj
import pytest
import shapely
from shared_facts import ROOT, SHARED, facts, needs_shared

from logistique.scenario.load import load
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.rows import Depot, Storage, Zone

FOLDER = ROOT / "scenarios" / "pacte-mgp"
SPLIT = {"93059", "93066"}
"""Former communes whose jobs and establishments are published together."""


@pytest.fixture(scope="module")
def pact() -> Scenario:
    return load(FOLDER)


@pytest.fixture(scope="module")
def pact_2025() -> Scenario:
    return load(FOLDER, variant="communes-2025")


def test_zones_are_130_communes_and_20_arrondissements(pact: Scenario) -> None:
    zones = pact.tables.zones
    paris = [zone for zone in zones if zone.commune == "75056"]
    assert (len(zones), len(paris)) == (150, 20)
    assert {zone.id for zone in paris} == {f"751{n:02d}" for n in range(1, 21)}
    assert len({zone.commune for zone in zones}) == 131
    assert len({zone.territory for zone in zones}) == 12


def test_totals_are_the_published_ones(pact: Scenario, pact_2025: Scenario) -> None:
    for zones in (pact.tables.zones, pact_2025.tables.zones):
        assert sum(zone.population for zone in zones) == 7_115_576
        # INSEE rounds job estimates area by area: the arrondissements add up to one job more
        assert sum(zone.jobs for zone in zones) == 4_123_538 + 1
        assert sum(zone.establishments for zone in zones) == 348_222
        assert sum(zone.area_km2 for zone in zones) == pytest.approx(814.2, abs=0.1)


def test_2025_differs_only_by_the_merger(pact: Scenario, pact_2025: Scenario) -> None:
    before = {zone.id: zone for zone in pact.tables.zones}
    after = {zone.id: zone for zone in pact_2025.tables.zones}
    assert len(after) == 149
    assert set(before) - set(after) == {"93059"}
    assert [key for key in after if after[key] != before[key]] == ["93066"]
    for column in ("population", "jobs", "establishments"):
        parts = getattr(before["93059"], column) + getattr(before["93066"], column)
        assert getattr(after["93066"], column) == parts


@needs_shared
def test_every_zone_equals_the_facts(pact: Scenario) -> None:
    rows = {row["insee"]: row for row in (*facts("communes"), *facts("arrondissements"))}
    names = {row["ept"]: row["ept_name"] for row in facts("communes")}
    for zone in pact.tables.zones:
        row = rows[zone.id]
        assert (zone.name, zone.territory) == (row["name"], row["ept"])
        assert zone.territory_name == names[zone.territory]
        assert _figures(zone) == _published(row), zone.name


def _figures(zone: Zone) -> dict[str, float]:
    figures = {
        "lon": zone.lon,
        "lat": zone.lat,
        "centroid_lon": zone.centroid_lon,
        "centroid_lat": zone.centroid_lat,
        "area_km2": zone.area_km2,
        "population": zone.population,
        "a86": zone.a86_area_share_percent,
    }
    if zone.id not in SPLIT:
        figures |= {"jobs": zone.jobs, "establishments": zone.establishments}
    return figures


def _published(row: dict[str, str]) -> dict[str, float]:
    figures = {
        "lon": float(row["road_lon"]),
        "lat": float(row["road_lat"]),
        "centroid_lon": float(row["lon"]),
        "centroid_lat": float(row["lat"]),
        "area_km2": float(row["area_km2"]),
        "population": float(row["population"]),
        "a86": round(100 * float(row["a86_area_share"]), 1),
    }
    if row["insee"] not in SPLIT:
        figures |= {
            "jobs": float(row["jobs_2022"]),
            "establishments": float(row["employer_estab_2024"]),
        }
    return figures


@needs_shared
def test_apportioned_jobs_add_up_and_are_marked_as_assumed(pact: Scenario) -> None:
    merged = next(row for row in facts("communes") if row["insee"] == "93066")
    split = [zone for zone in pact.tables.zones if zone.id in SPLIT]
    assert sum(zone.jobs for zone in split) == float(merged["jobs_2022"])
    assert {zone.grade for zone in split} == {"assumed"}


def test_the_78_actors_keep_their_status(pact: Scenario) -> None:
    actors = pact.tables.actors
    assert Counter(actor.status for actor in actors) == {
        "named": 29,
        "inferred": 7,
        "placeholder": 42,
    }
    for actor in actors:
        assert actor.confirmed == (actor.status == "named"), actor.name
        assert (actor.grade == "observed") == actor.confirmed, actor.name


def test_placeholders_stay_without_name(pact: Scenario) -> None:
    for actor in pact.tables.actors:
        anonymous = "non nomm" in actor.name
        assert anonymous == (actor.status == "placeholder"), actor.name
        if anonymous:
            assert actor.commune is None
            assert actor.operator is None
            assert actor.territory is None


@needs_shared
def test_actors_equal_the_facts(pact: Scenario) -> None:
    rows = facts("pacte_actors")
    assert len(rows) == len(pact.tables.actors)
    for row, actor in zip(rows, pact.tables.actors, strict=True):
        known = (row["category"], row["commune_insee"], row["status"], row["signed_year"])
        year = "" if actor.signed_year is None else str(actor.signed_year)
        assert (actor.category, actor.commune or "", actor.status, year) == known
        assert row["source_url"] in actor.source
        assert actor.name == row["actor"] or actor.id == "drieat"


def test_confirmed_communes_are_the_sixteen_of_2018(pact: Scenario) -> None:
    communes = [a for a in pact.tables.actors if a.category == "commune" and a.confirmed]
    assert len(communes) == 16
    assert {a.commune for a in communes} <= {zone.commune for zone in pact.tables.zones}
    assert all(a.signed_year == 2018 for a in communes)


def test_shares_add_up(pact: Scenario) -> None:
    assert sum(operator.share_percent for operator in pact.tables.operators) == pytest.approx(100)
    assert sum(gateway.share_percent for gateway in pact.tables.gateways) == pytest.approx(100)


def test_every_territory_has_a_candidate_and_every_storage_a_direct_dock(pact: Scenario) -> None:
    tables = pact.tables
    assert {d.territory for d in tables.depots} - {""} == {z.territory for z in tables.zones}
    docks = [depot.at_storage for depot in tables.depots if depot.at_storage]
    assert sorted(docks) == sorted(storage.id for storage in tables.storages)


def test_existing_sites_alone_carry_the_mean_demand(pact: Scenario) -> None:
    throughput = {hub.id: hub.throughput_parcels_per_m2_day for hub in pact.tables.hub_types}
    depots = [depot for depot in pact.tables.depots if depot.status == "existing"]
    capacity = sum((d.existing_area_m2 or 0) * throughput[d.hub_type] for d in depots)
    storages = [storage for storage in pact.tables.storages if storage.status == "existing"]
    mean = pact.settings.demand.levels["mean"].control_total_parcels_per_day
    assert mean == (670_000 + 915_000) / 2
    assert capacity > mean
    assert sum(storage.capacity_parcels_per_day for storage in storages) > mean


def test_only_listed_projects_and_types_are_invented(pact: Scenario) -> None:
    for depot in pact.tables.depots:
        if "(site type)" in depot.name:
            assert depot.status == "possible"
            assert depot.grade == "assumed"
            assert depot.source.startswith("site type")


@needs_shared
def test_site_types_follow_their_rule(pact: Scenario) -> None:
    rows = {row["insee"]: row for row in facts("communes")}
    for depot in (d for d in pact.tables.depots if d.territory):
        row = rows[depot.commune]
        density = float(row["population"]) / float(row["area_km2"])
        if depot.hub_type == "elu" and "(site type)" in depot.name:
            assert float(row["estab_industry_2024"]) >= 65
            assert density >= 15_000
        if depot.hub_type == "depot-zae" and "(site type)" in depot.name:
            assert float(row["estab_industry_2024"]) >= 65
            assert density < 15_000


@needs_shared
def test_known_sites_stand_where_the_facts_say(pact: Scenario) -> None:
    places = {(round(float(r["lon"]), 5), round(float(r["lat"]), 5)) for r in _located_sites()}
    communes = {(z.lon, z.lat) for z in pact.tables.zones}
    communes |= {(z.centroid_lon, z.centroid_lat) for z in pact.tables.zones}
    for site in (*pact.tables.depots, *pact.tables.storages, *pact.tables.agencies):
        place = (round(site.lon, 5), round(site.lat, 5))
        assert place in places or (site.lon, site.lat) in communes, site.name


def _located_sites() -> list[dict[str, str]]:
    return facts("logistics_sites")


@needs_shared
def test_sites_lie_in_their_commune(pact: Scenario) -> None:
    outlines = _commune_outlines()
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    sites: list[Depot | Storage] = [*pact.tables.depots, *pact.tables.storages]
    for site in sites:
        assert site.commune is not None
        if site.commune.startswith(("77", "78")):
            assert not site.territory, "outside the Métropole, and outside the outlines at hand"
            continue
        point = shapely.Point(to_metres.transform(site.lon, site.lat))
        outline = shapely.transform(outlines[site.commune], to_metres.transform, interleaved=False)
        assert outline.distance(point) < 250, (site.id, site.commune)


def _commune_outlines() -> dict[str, shapely.Geometry]:
    outlines: dict[str, shapely.Geometry] = {}
    for path in sorted(Path(SHARED, "communes_geojson").glob("*.geojson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            features = json.load(file)["features"]
        outlines |= {
            feature["properties"]["code"]: shapely.from_geojson(json.dumps(feature["geometry"]))
            for feature in features
        }
    return outlines
