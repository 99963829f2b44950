import copy
import sqlite3
import time
import xml.etree.ElementTree as ET

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
    without_shape = {"dictionary": None, "layer_styles": None}
    assert dict(pyogrio.list_layers(package)) == without_shape | {
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
    drawn = {"communes", "zones", "sites", "hubs", "assignments"}
    assert names == drawn | {"dictionary", "layer_styles"}
    assert set(pyogrio.read_dataframe(path, layer="layer_styles")["f_table_name"]) == drawn


def test_hostile_names_are_stored_as_they_are(summary, geography, tmp_path):
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, with_hostile_texts(summary), geography, None)
    assert set(_layer(path, "communes")["name"]) == {HOSTILE}


def _styles(package):
    return pyogrio.read_dataframe(package, layer="layer_styles").set_index("f_table_name")


def test_every_layer_has_a_default_style_that_names_its_geometry_column(package):
    styles = _styles(package)
    shaped = {name for name, kind in pyogrio.list_layers(package) if kind}
    assert set(styles.index) == shaped
    assert styles["useAsDefault"].all()
    for name in shaped:
        with sqlite3.connect(package) as base:
            query = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
            (column,) = base.execute(query, (name,)).fetchone()
        assert styles.loc[name, "f_geometry_column"] == column
        assert styles.loc[name, "f_table_schema"] == ""


def _drawn_once(package, layer):
    """How many rules of the style draw each row, asked of SQLite, which reads the filters."""
    root = ET.fromstring(_styles(package).loc[layer, "styleQML"])
    filters = [rule.get("filter", "TRUE") for rule in root.iter("rule")]
    with sqlite3.connect(package) as base:
        terms = " + ".join(f"({each})" for each in filters)
        return [count for (count,) in base.execute(f'SELECT {terms} FROM "{layer}"')]


@pytest.mark.parametrize("layer", ["communes", "zones", "roads", "sites", "hubs", "storages"])
def test_the_rules_of_a_style_draw_every_row_once(package, layer):
    assert set(_drawn_once(package, layer)) == {1}


def test_styles_name_a_symbol_for_each_rule_and_the_hub_types_in_words(summary, package):
    for text in _styles(package)["styleQML"]:
        root = ET.fromstring(text)
        symbols = {symbol.get("name") for symbol in root.iter("symbol")}
        assert {rule.get("symbol") for rule in root.iter("rule")} == symbols
    hubs = ET.fromstring(_styles(package).loc["hubs", "styleQML"])
    labels = {rule.get("label") for rule in hubs.iter("rule")}
    assert labels == {hub["hub_type_fr"] for hub in summary["hubs"]}


def test_sld_has_the_rules_of_the_qgis_style(package):
    for name, row in _styles(package).iterrows():
        rules = ET.fromstring(row["styleSLD"]).iter("{http://www.opengis.net/sld}Rule")
        titles = [rule.find("{http://www.opengis.net/sld}Title").text for rule in rules]
        labels = [rule.get("label") for rule in ET.fromstring(row["styleQML"]).iter("rule")]
        assert titles == labels, name


def test_hostile_names_leave_the_styles_well_formed(summary, geography, tmp_path):
    path = tmp_path / "plan.gpkg"
    changed = with_hostile_texts(summary)
    changed["hubs"] = [hub | {"hub_type_fr": HOSTILE} for hub in changed["hubs"]]
    write_geopackage(path, changed, geography, None)
    for text in (*_styles(path)["styleQML"], *_styles(path)["styleSLD"]):
        ET.fromstring(text)


def test_the_dictionary_explains_every_column_of_every_layer(package):
    listed = pyogrio.read_dataframe(package, layer="dictionary")
    assert (listed["meaning"] != "").all()
    pairs = set(zip(listed["layer"], listed["column"], strict=True))
    for name, kind in pyogrio.list_layers(package):
        if kind:
            for column in pyogrio.read_info(package, layer=name)["fields"]:
                assert (name, column) in pairs


def test_the_fingerprint_changes_with_an_input(summary, geography, package, tmp_path):
    path = tmp_path / "plan.gpkg"
    changed = copy.deepcopy(summary)
    changed["inputs"][0]["sha256"] = "0" * 64
    write_geopackage(path, changed, geography, None)
    stored = [
        pyogrio.read_info(file, layer="hubs")["layer_metadata"]["INPUTS_SHA256"]
        for file in (package, path)
    ]
    assert stored[0] != stored[1]
