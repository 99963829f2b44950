import time

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from hostile import HOSTILE, with_hostile_texts
from made_summary import make_summary

from logistique.metropole import build_roads
from logistique.network.projection import lonlat
from logistique.reports.geography import build_geography
from logistique.reports.gis import write_geopackage


@pytest.fixture(scope="module")
def graph():
    return build_roads()


@pytest.fixture(scope="module")
def package(summary, geography, graph, tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "plan.gpkg"
    write_geopackage(path, summary, geography, graph)
    return path


def _layer(package, name):
    return gpd.read_file(package, layer=name)


def test_layers_rows_and_coordinate_system(summary, graph, package):
    expected = {
        "communes": ("MultiPolygon", 131),
        "zones": ("MultiPolygon", 150),
        "roads": ("LineString", graph.n_arcs),
        "sites": ("Point", len(summary["sites"])),
        "storages": ("Point", 2),
        "hubs": ("Point", 9),
        "agencies": ("Point", 1),
        "assignments": ("LineString", 300),
        "flows": ("LineString", 9),
    }
    assert dict(pyogrio.list_layers(package)) == {
        name: kind for name, (kind, _) in expected.items()
    }
    for name, (_, count) in expected.items():
        frame = _layer(package, name)
        assert len(frame) == count
        assert frame.crs == "EPSG:2154"


def test_attributes_are_the_result_s(summary, package):
    for table, key in (("zones", "zone"), ("communes", "commune"), ("hubs", "id")):
        frame = _layer(package, table).set_index(key)
        for row in summary[table]:
            written = frame.loc[row[key]]
            for column, value in row.items():
                if isinstance(value, float):
                    assert written[column] == value
        assert "75056" in frame.index or table != "communes"


def test_points_lie_where_the_result_says(summary, package):
    frame = _layer(package, "hubs")
    lon, lat = lonlat(frame.geometry.x, frame.geometry.y)
    assert lon == pytest.approx([hub["lon"] for hub in summary["hubs"]], abs=1e-7)
    assert lat == pytest.approx([hub["lat"] for hub in summary["hubs"]], abs=1e-7)


def test_assignment_lines_join_depot_and_zone(summary, package):
    lines = _layer(package, "assignments")
    hubs = _layer(package, "hubs").set_index("id").geometry
    for row, line in zip(summary["assignments"], lines.geometry, strict=True):
        start = np.array(line.coords[0])
        assert start == pytest.approx(np.array(hubs[row["depot"]].coords[0]))
    starts = {line.coords[-1] for line in lines.geometry}
    assert len(starts) == 150


def test_roads_carry_their_class_and_speed(graph, package):
    roads = _layer(package, "roads")
    assert set(roads["road_class"]) <= {
        "MOTORWAY",
        "RING_ROAD",
        "NATIONAL",
        "STREET_PARIS",
        "STREET_INNER",
        "STREET_OUTER",
    }
    assert roads["length_m"].to_numpy() == pytest.approx(graph.length_m)
    speed = 3.6 * roads["length_m"] / roads["free_time_s"]
    assert roads["free_speed_kmh"].to_numpy() == pytest.approx(speed.to_numpy(), abs=1e-3)


def test_layers_say_what_they_are(package):
    metadata = pyogrio.read_info(package, layer="zones")["layer_metadata"]
    assert metadata["TITLE"] == "Zones servies"
    assert metadata["SCENARIO"] == "essai"
    assert "schématique" in metadata["DRAWING"]


def test_the_same_result_gives_the_same_bytes(summary, geography, graph, package, tmp_path):
    time.sleep(1.1)  # a time of writing would differ by now
    path = tmp_path / "again.gpkg"
    write_geopackage(path, summary, geography, graph)
    assert path.read_bytes() == package.read_bytes()


def test_the_date_setting_is_given_back(summary, geography, tmp_path):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-02-02T00:00:00Z"})
    try:
        write_geopackage(tmp_path / "plan.gpkg", summary, geography, None)
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2020-02-02T00:00:00Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_empty_tables_and_missing_roads_are_left_out(tmp_path):
    summary = make_summary(12, 3)
    for table in ("storages", "flows"):
        summary[table] = []
    summary["today"] = {"enabled": False, "agencies": []}
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, summary, build_geography(summary), None)
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names == {"communes", "zones", "sites", "hubs", "assignments"}


def test_hostile_names_are_stored_as_they_are(summary, geography, tmp_path):
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, with_hostile_texts(summary), geography, None)
    assert set(_layer(path, "communes")["name"]) == {HOSTILE}
