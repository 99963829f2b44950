import copy
import json

import geopandas as gpd
import pytest
import shapely
from hostile import HOSTILE, with_hostile_texts

from logistique.errors import InvalidInputError
from logistique.metropole import build_roads
from logistique.reports.layer_files import check_parquet, write_geojson, write_geoparquet

WRITERS = {"geojson": write_geojson, "parquet": write_geoparquet}
READERS = {"geojson": gpd.read_file, "parquet": gpd.read_parquet}


@pytest.fixture(scope="module")
def graph():
    return build_roads()


@pytest.fixture(scope="module")
def folders(summary, geography, graph, tmp_path_factory):
    root = tmp_path_factory.mktemp("layers")
    for name, write in WRITERS.items():
        write(root / name, summary, geography, graph)
    return root


@pytest.mark.parametrize(("kind", "crs"), [("geojson", "EPSG:4326"), ("parquet", "EPSG:2154")])
def test_every_layer_is_read_with_its_rows_and_system(kind, crs, summary, graph, folders):
    counts = {
        name: len(summary[name])
        for name in ("communes", "zones", "sites", "storages", "hubs", "assignments", "flows")
    }
    counts |= {"agencies": len(summary["today"]["agencies"]), "roads": graph.n_arcs}
    files = {path.stem: path for path in (folders / kind).iterdir()}
    assert set(files) == set(counts)
    for name, path in files.items():
        frame = READERS[kind](path)
        assert (len(frame), frame.crs) == (counts[name], crs), name
        if name in ("communes", "zones"):
            assert frame.geometry.is_valid.all(), name


def test_both_formats_hold_the_same_places_and_figures(folders):
    web = gpd.read_file(folders / "geojson" / "hubs.geojson")
    table = gpd.read_parquet(folders / "parquet" / "hubs.parquet")
    assert list(web["parcels_per_day"]) == list(table["parcels_per_day"])
    apart_m = table.distance(web.to_crs("EPSG:2154").geometry)
    assert apart_m.max() < 0.02


def test_geojson_keeps_rfc_7946(summary, folders):
    data = json.loads((folders / "geojson" / "communes.geojson").read_text("utf-8"))
    assert "crs" not in data  # RFC 7946, section 4: the member of 2008 is gone
    for feature in data["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            exterior, *holes = (shapely.LinearRing(ring) for ring in polygon)
            assert exterior.is_ccw  # section 3.1.6
            assert not any(hole.is_ccw for hole in holes)
            assert all(1 < x < 4 and 48 < y < 50 for x, y in exterior.coords)


def test_the_same_result_gives_the_same_bytes(summary, geography, folders, tmp_path):
    for kind, write in WRITERS.items():
        for path in write(tmp_path / kind, copy.deepcopy(summary), geography, None):
            assert path.read_bytes() == (folders / kind / path.name).read_bytes(), path.name


def test_hostile_names_are_stored_as_they_are(summary, geography, tmp_path):
    for kind, write in WRITERS.items():
        write(tmp_path / kind, with_hostile_texts(summary), geography, None)
        frame = READERS[kind](tmp_path / kind / f"communes.{kind}")
        assert set(frame["name"]) == {HOSTILE}


def test_without_pyarrow_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(InvalidInputError, match=r"logistique\[parquet\]"):
        check_parquet()
