"""Roads drawn as lines: joined where they share points, in the words of three publishers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from logistique.errors import InvalidInputError
from logistique.network import LORRY, read

X, Y = 652_000.0, 6_862_000.0


def layer(folder: Path, rows: list[dict[str, object]], name: str = "r.gpkg", **how: object) -> Path:
    """Lines of metres from a corner, in Lambert-93."""
    table = [{k: v for k, v in row.items() if k != "line"} for row in rows]
    lines = [
        None
        if row["line"] is None
        else shapely.LineString([(X + x, Y + y) for x, y in row["line"]])  # type: ignore[attr-defined]
        for row in rows
    ]
    frame = gpd.GeoDataFrame(table, geometry=lines, crs="EPSG:2154")
    if name.endswith("json"):
        frame = frame.to_crs("EPSG:4326")
    frame.to_file(folder / name, **how)
    return folder / name


# A street from west to east, crossed at 200 by one that shares a point and at 300 by a bridge.
ROWS: list[dict[str, object]] = [
    {"line": [(0, 0), (200, 0), (400, 0)], "highway": "primary", "oneway": None, "maxspeed": 50.0},
    {"line": [(200, -100), (200, 0), (200, 100)], "highway": "residential", "oneway": "no"},
    {"line": [(300, -100), (300, 100)], "highway": "residential", "oneway": "no"},
    {"line": [(300, -100), (200, -100)], "highway": "residential", "oneway": "yes"},
    {"line": [(300, 100), (200, 100)], "highway": "residential", "oneway": "-1"},
    {"line": None, "highway": "residential", "oneway": "no"},
]


@pytest.mark.parametrize("name", ["r.gpkg", "r.geojson"])
def test_lines_meet_where_they_share_points(tmp_path: Path, name: str) -> None:
    network = read(layer(tmp_path, ROWS, name))
    graph = network.graph
    assert graph.n_nodes == 7  # three on the street, four corners of the ring; no bridge ramp
    assert graph.n_arcs == 2 * 2 + 2 * 2 + 2 + 1 + 1
    assert sorted(graph.length_m.round(1)) == pytest.approx([100] * 6 + [200] * 6, rel=0.002)
    assert network.report.posted_speed_share == pytest.approx(800 / 1800, abs=0.001)
    assert graph.free_time_s.min() == pytest.approx(100 / (30 / 3.6), rel=0.01)


def test_geofabrik_s_shapefile_words(tmp_path: Path) -> None:
    rows = [
        {"line": [(0, 0), (200, 0)], "fclass": "primary", "oneway": "F", "maxspeed": 0},
        {"line": [(200, 0), (0, 100)], "fclass": "primary", "oneway": "B", "maxspeed": 30},
        {"line": [(0, 0), (0, 100)], "fclass": "primary", "oneway": "T", "maxspeed": 30},
    ]
    network = read(layer(tmp_path, rows, "roads.shp"))
    assert network.graph.n_arcs == 4
    assert network.report.posted_speed_share == pytest.approx(1 - 200 / 747, abs=0.02)


def test_bd_topo_s_words(tmp_path: Path) -> None:
    base = {"nature": "Route à 1 chaussée", "importance": "4", "vitesse_moyenne_vl": 45}
    base |= {"sens_de_circulation": "Double sens", "nombre_de_voies": 2.0}
    base |= {"acces_vehicule_leger": "Libre", "restriction_de_poids_total": None}
    rows = [
        {"line": [(0, 0), (200, 0)], **base, "sens_de_circulation": "Sens direct"},
        {"line": [(0, 0), (0, 100)], **base, "sens_de_circulation": "Sens inverse"},
        {"line": [(200, 0), (0, 100)], **base, "restriction_de_poids_total": 3.5},
        {
            "line": [(200, 0), (200, 50)],
            **base,
            "acces_vehicule_leger": "Restreint aux ayants droit",
        },
        {"line": [(200, 0), (300, 50)], **base, "nature": "Escalier"},
        {"line": [(0, 100), (200, 300), (200, 0)], **base, "nature": "Bretelle"},
    ]
    path = layer(tmp_path, rows)
    network = read(path)
    assert network.graph.n_arcs == 1 + 1 + 2 + 2
    assert network.report.posted_speed_share == 1
    assert read(path, vehicle=LORRY).graph.n_arcs == 4  # not by the road of 3.5 t


def test_columns_can_be_named(tmp_path: Path) -> None:
    rows = [
        {"line": [(0, 0), (200, 0)], "kind": "primary", "v": "70"},
        {"line": [(200, 0), (0, 100)], "kind": "primary", "v": "70"},
    ]
    path = layer(tmp_path, rows)
    with pytest.raises(
        InvalidInputError, match="no column states the class of road; columns: kind"
    ):
        read(path)
    with pytest.raises(InvalidInputError, match="is not a column"):
        read(path, columns={"highway": "art"})
    network = read(path, columns={"highway": "kind", "maxspeed": "v"})
    assert network.report.posted_speed_share == 1
    assert [f.check for f in network.findings] == ["no-one-way"]


def test_layers_systems_and_points_are_refused(tmp_path: Path) -> None:
    path = layer(tmp_path, ROWS[:5], layer="a")
    layer(tmp_path, ROWS[:5], layer="b")
    with pytest.raises(InvalidInputError, match="layers of lines: a, b"):
        read(path)
    with pytest.raises(InvalidInputError, match="'c' is not one of: a, b"):
        read(path, layer="c")
    assert read(path, layer="b").graph.n_nodes == 7
    with pytest.raises(InvalidInputError, match="look like metres"):
        read(path, layer="a", crs="EPSG:4326")
    frame = gpd.GeoDataFrame({"highway": ["x"]}, geometry=[shapely.Point(2, 48)], crs="EPSG:4326")
    frame.to_file(tmp_path / "p.gpkg")
    with pytest.raises(InvalidInputError, match="roads must be lines"):
        read(tmp_path / "p.gpkg")
    (tmp_path / "cut.gpkg").write_bytes(path.read_bytes()[:3000])
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read(tmp_path / "cut.gpkg")
