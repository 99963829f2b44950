"""Any damage to any kind of file: a network or an error in words, never another failure."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import networkx as nx
import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from small_maps import osm_xml
from test_broken_networks import ring
from test_turns import NODES, WAYS

from logistique.errors import InvalidInputError
from logistique.network import TntpUnits, read, save

RULE = [(10, [("node", 2)], 11, {"restriction": "no_right_turn"})]


def _osm(folder: Path) -> Path:
    path = folder / "a.osm"
    path.write_text(osm_xml(NODES, WAYS, RULE), encoding="utf-8")
    return path


def _gz(folder: Path) -> Path:
    path = folder / "a.osm.gz"
    path.write_bytes(gzip.compress(osm_xml(NODES, WAYS, RULE).encode(), mtime=0))
    return path


def _pbf(folder: Path) -> Path:
    path = folder / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(_osm(folder))):
            writer.add(item)
    return path


def _overpass(folder: Path) -> Path:
    elements: list[object] = [
        {"type": "node", "id": i, "lon": 2.35 + x * 0.001, "lat": 48.85 + y * 0.001}
        for i, (x, y) in NODES.items()
    ]
    elements += [
        {"type": "way", "id": i, "nodes": refs, "tags": tags} for i, (refs, tags) in WAYS.items()
    ]
    path = folder / "a.json"
    path.write_text(json.dumps({"elements": elements}))
    return path


def _graphml(folder: Path) -> Path:
    path = folder / "a.graphml"
    nx.write_graphml(ring(), path)
    return path


def _geojson(folder: Path) -> Path:
    path = folder / "a.geojson"
    lines = [shapely.LineString([(2.35, 48.85), (2.351, 48.85), (2.351, 48.851), (2.35, 48.85)])]
    gpd.GeoDataFrame({"highway": ["road"]}, geometry=lines, crs="EPSG:4326").to_file(path)
    return path


def _gpkg(folder: Path) -> Path:
    path = folder / "a.gpkg"
    gpd.read_file(_geojson(folder)).to_file(path)
    return path


def _matsim(folder: Path) -> Path:
    path = folder / "a.xml"
    path.write_text(
        '<network><attributes><attribute name="crs">EPSG:2154</attribute></attributes><nodes>'
        '<node id="1" x="652000" y="6862000"/><node id="2" x="652100" y="6862000"/></nodes>'
        '<links capperiod="01:00:00"><link id="1" from="1" to="2" length="100" freespeed="10" '
        'capacity="600" permlanes="1" modes="car"/><link id="2" from="2" to="1" length="100" '
        'freespeed="10" capacity="600" permlanes="1" modes="car"/></links></network>'
    )
    return path


def _tntp(folder: Path) -> Path:
    path = folder / "a_net.tntp"
    path.write_text(
        "<NUMBER OF ZONES> 1\n<NUMBER OF NODES> 2\n<NUMBER OF LINKS> 2\n<END OF METADATA>\n"
        "~ init_node term_node capacity length free_flow_time b power ;\n"
        "1 2 900 0.12 0.2 0.15 4 ;\n2 1 900 0.12 0.2 0.15 4 ;\n"
    )
    (folder / "a_node.tntp").write_text("node X Y ;\n1 2.35 48.85 ;\n2 2.351 48.85 ;\n")
    return path


def _roads(folder: Path) -> Path:
    return save(read(_osm(folder)), folder / "a.roads")


MAKERS = (_osm, _gz, _pbf, _overpass, _graphml, _geojson, _gpkg, _matsim, _tntp, _roads)


def _read(path: Path) -> None:
    if path.suffix == ".tntp":
        read(path, crs="EPSG:4326", units=TntpUnits("km", "min"))
    else:
        read(path)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # GDAL warns of what it repairs itself
@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_damage_is_told_in_words(make: Callable[[Path], Path], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = make(Path(folder))
        _read(path)
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.sampled_from(b"\x00\xff 019-<>{}\"',.e"))
        if data.draw(st.booleans()):
            content = content[: data.draw(st.integers(0, len(content)))]
        path.write_bytes(content)
        with contextlib.suppress(InvalidInputError):
            _read(path)
