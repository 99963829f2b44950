import gzip
import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from made_summary import make_summary

from logistique.errors import InvalidInputError
from logistique.reports.geography import Drawing, build_geography

DEPARTMENTS = (
    "75-paris",
    "91-essonne",
    "92-hauts-de-seine",
    "93-seine-saint-denis",
    "94-val-de-marne",
    "95-val-d-oise",
)


@pytest.fixture(scope="module")
def ign_outlines(shared_data, tmp_path_factory):
    """The six departments in one GeoJSON file; Paris is one polygon there."""
    features = []
    for name in DEPARTMENTS:
        path = shared_data / "communes_geojson" / f"communes-{name}.geojson.gz"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            features += json.load(file)["features"]
    target = tmp_path_factory.mktemp("outlines") / "communes.geojson"
    target.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return target


@pytest.fixture(scope="module")
def squares():
    """Square outlines for the first 12 zones (arrondissements), 1 km around their centroids."""
    rows = make_summary(12, 3)["zones"]
    points = gpd.points_from_xy(
        [row["centroid_lon"] for row in rows], [row["centroid_lat"] for row in rows], crs=4326
    )
    shapes = points.to_crs(2154).buffer(500, cap_style="square")
    return gpd.GeoDataFrame({"code": [row["zone"] for row in rows]}, geometry=shapes, crs=2154)


def _messages(tmp_path, frame, name="outlines.gpkg", **options):
    path = tmp_path / name
    frame.to_file(path)
    return _refusal(path, **options)


def _refusal(path, key="code"):
    with pytest.raises(InvalidInputError) as caught:
        build_geography(make_summary(12, 3), boundaries=path, boundaries_key=key)
    for finding in caught.value.findings:
        assert finding.hint
        assert finding.where == path.name
    return "\n".join(str(finding) for finding in caught.value.findings)


def test_ign_outlines_replace_the_cells_and_paris_is_cut_inside_its_own(summary, ign_outlines):
    geography = build_geography(summary, boundaries=ign_outlines)
    assert geography.drawing is Drawing.SCHEMATIC_PARIS
    real = gpd.read_file(ign_outlines).set_index("code").geometry.to_crs(2154)
    for code in ("92012", "93066", "94028"):
        shape = geography.commune_shape[geography.commune.index(code)]
        assert shape.symmetric_difference(real[code]).area < 1.0
    paris = geography.commune_shape[geography.commune.index("75056")]
    assert paris.symmetric_difference(real["75056"]).area < 1e-5 * real["75056"].area
    arrondissements = [zone for zone in geography.zones if zone.commune == "75056"]
    assert len(arrondissements) == 20


def test_outlines_of_arrondissements_are_used_as_they_are(summary, shared_data):
    path = shared_data / "grandparis_mta" / "metroparis.gpkg"
    geography = build_geography(summary, boundaries=path, boundaries_key="DEPCOM")
    assert geography.drawing is Drawing.OUTLINES
    real = gpd.read_file(path, layer="com").set_index("DEPCOM").geometry
    ids = [zone.id for zone in geography.zones]
    shape = geography.zone_shape[ids.index("75116")]
    assert shape.symmetric_difference(real["75116"]).area < 1.0


def test_saint_denis_of_2025_takes_both_former_outlines(summary, ign_outlines):
    merged = dict(summary, zones=[z for z in summary["zones"] if z["zone"] != "93059"])
    geography = build_geography(merged, boundaries=ign_outlines)
    real = gpd.read_file(ign_outlines).set_index("code").geometry.to_crs(2154)
    shape = geography.commune_shape[geography.commune.index("93066")]
    assert shape.area == pytest.approx(real["93066"].area + real["93059"].area, rel=1e-3)


def test_codes_read_as_numbers_are_still_found(tmp_path, squares):
    path = tmp_path / "numbers.gpkg"
    squares.assign(code=squares["code"].astype(int)).to_file(path)
    geography = build_geography(make_summary(12, 3), boundaries=path)
    assert len(geography.zones) == 12


def test_missing_file(tmp_path):
    assert "no such file" in _refusal(tmp_path / "absent.gpkg")


@pytest.mark.parametrize("content", [b"", b"not a map", b"{}", b"\x00" * 1000, b'{"type":'])
def test_unreadable_file(tmp_path, content):
    path = tmp_path / "outlines.geojson"
    path.write_bytes(content)
    assert "outlines.geojson" in _refusal(path)


def test_missing_key_column_lists_the_columns(tmp_path, squares):
    text = _messages(tmp_path, squares, key="insee")
    assert "insee: no such column" in text
    assert "code" in text


def test_undeclared_coordinate_system(tmp_path, squares):
    with pytest.warns(UserWarning, match="crs"):
        squares.set_crs(None, allow_override=True).to_file(tmp_path / "outlines.gpkg")
    assert "no coordinate system" in _refusal(tmp_path / "outlines.gpkg")


def test_wrongly_declared_coordinate_system(tmp_path, squares):
    text = _messages(tmp_path, squares.set_crs(3857, allow_override=True))
    assert "km from the centroid" in text


def test_missing_codes_are_named(tmp_path, squares):
    text = _messages(tmp_path, squares.iloc[2:])
    assert "75101, 75102" in text


def test_duplicate_codes(tmp_path, squares):
    twice = pd.concat([squares, squares.iloc[:1]])
    assert "code 75101: 2 outlines" in _messages(tmp_path, twice)


def test_empty_outline_and_point_are_both_reported(tmp_path, squares):
    broken = squares.copy()
    broken.loc[0, "geometry"] = None
    broken.loc[1, "geometry"] = shapely.Point(652000, 6862000)
    text = _messages(tmp_path, broken)
    assert "code 75101: the outline is empty" in text
    assert "code 75102: is a Point" in text


def test_two_layers_with_the_key_are_ambiguous(tmp_path, squares):
    path = tmp_path / "two.gpkg"
    squares.to_file(path, layer="a")
    squares.to_file(path, layer="b")
    assert "several layers" in _refusal(path)


def test_a_table_without_geometry(tmp_path, squares):
    path = tmp_path / "outlines.csv"
    squares.drop(columns="geometry").to_csv(path, index=False)
    assert "no geometry" in _refusal(path)


def test_bow_ties_are_made_valid(tmp_path, squares):
    twisted = squares.copy()
    x, y = squares.geometry[0].centroid.coords[0]
    twisted.loc[0, "geometry"] = shapely.Polygon(
        [(x - 500, y - 500), (x + 500, y + 500), (x + 500, y - 500), (x - 500, y + 500)]
    )
    path = tmp_path / "twisted.gpkg"
    twisted.to_file(path)
    geography = build_geography(make_summary(12, 3), boundaries=path)
    assert all(shape.is_valid for shape in geography.zone_shape)
