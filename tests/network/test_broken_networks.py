"""Broken networks: a clear error or a counted repair, never a wrong distance."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from shared_networks import EXTRACTS, needs_shared
from small_maps import LAT, LON, write_osm

from logistique.errors import InvalidInputError
from logistique.network import from_arrays, read, save

STREET = {"highway": "residential"}


def refused(source: Any, **options: Any) -> str:
    with pytest.raises(InvalidInputError) as error:
        read(source, **options)
    return str(error.value)


@needs_shared
def test_a_cut_off_pbf(tmp_path: Path) -> None:
    whole = (EXTRACTS / "andorra.osm.pbf").read_bytes()
    for share in (0.3, 0.6, 0.99):
        path = tmp_path / f"cut{share}.osm.pbf"
        path.write_bytes(whole[: int(len(whole) * share)])
        said = refused(path)
        assert str(path) in said
        assert "cut off" in said


@needs_shared
def test_cut_off_text_files(tmp_path: Path) -> None:
    for name in (
        "monaco.osm.gz",
        "paris_trocadero_drive.graphml.gz",
        "paris_trocadero_overpass.json.gz",
    ):
        path = tmp_path / name
        path.write_bytes((EXTRACTS / name).read_bytes()[:60_000])
        assert "cut off" in refused(path)
    plain = tmp_path / "x.graphml"
    plain.write_bytes(
        gzip.decompress((EXTRACTS / "maisons_laffitte_all.graphml.gz").read_bytes())[:90_000]
    )
    assert "cannot be read as graphml" in refused(plain)


def test_empty_missing_foreign_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.osm.pbf").touch()
    assert "is empty" in refused(tmp_path / "empty.osm.pbf")
    assert "No such file" in refused(tmp_path / "absent.osm.pbf")
    assert "is a folder" in refused(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert "allowed: .osm.pbf" in refused(tmp_path / "photo.jpg")
    (tmp_path / "page.osm.pbf").write_text("<html>404</html>")
    assert "is not what its name says: it begins with b'<html>404</h'" in refused(
        tmp_path / "page.osm.pbf"
    )
    (tmp_path / "text.osm").write_text("<html>404</html>")
    assert "cannot be read as OpenStreetMap data" in refused(tmp_path / "text.osm")
    assert "expected a path or a networkx graph" in refused([1, 2])


@pytest.mark.parametrize(
    "name",
    [
        "big.osm.pbf",
        "big.graphml",
        "big.geojson",
        "big.gpkg",
        "big.json",
        "big.osm",
        "big.csv",
        "big.roads",
        "big.xml",
        "big.osm.gz",
    ],
)
def test_five_gigabytes_named_by_mistake(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    refused(path)  # from the first bytes, at once
    if name in ("big.graphml", "big.json", "big.xml"):
        with path.open("r+b") as file:
            file.write(b"{" if name.endswith("json") else b"<graphml>")
        assert "has 5.0 GB" in refused(path)


def test_an_extract_without_roads(tmp_path: Path) -> None:
    path = write_osm(tmp_path, {1: (0, 0), 2: (1, 0)}, {5: ([1, 2], {"waterway": "river"})})
    assert "holds no road a vehicle may use (0 ways" in refused(path)
    path = write_osm(tmp_path, {1: (0, 0), 2: (1, 0)}, {5: ([1, 2], {"highway": "steps"})})
    assert "(1 ways with a tag highway)" in refused(path)
    path = write_osm(tmp_path, {1: (0, 0), 2: (1, 0)}, {5: ([1, 2], {"highway": "cycleway"})})
    assert "no street is open to the vehicle 'car'" in refused(path)


def test_ways_that_leave_the_extract_are_not_bridged(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (1, 0), 4: (3, 0), 5: (3, 1), 6: (0, 1)}
    ways = {9: ([1, 2, 3, 4], STREET), 10: ([4, 5, 6, 1], STREET)}  # node 3 is outside
    network = read(write_osm(tmp_path, nodes, ways))
    assert network.report.counts["ways_cut_short"] == 1
    ends = {frozenset(pair) for pair in zip(network.graph.tail, network.graph.head, strict=True)}
    two, four = network.graph.positions(["2"])[0], network.graph.node_id.index("1")
    assert frozenset((int(two), int(four))) in {frozenset(map(int, e)) for e in ends}
    assert "4" not in network.graph.node_id or len(ends) == 2


def ring(**data: Any) -> nx.MultiDiGraph:
    """Four corners of a block of about 110 m, driven in both directions."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for i, (dx, dy) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1))):
        graph.add_node(i, x=LON + dx * 0.0015, y=LAT + dy * 0.001)
    for u, v in ((0, 1), (1, 2), (2, 3), (3, 0)):
        for a, b in ((u, v), (v, u)):
            graph.add_edge(a, b, **{"length": 112.0, "highway": "residential", **data})
    return graph


def test_self_loops_zero_lengths_and_parallel_edges() -> None:
    graph = ring()
    graph.add_edge(0, 0, length=500.0, highway="residential")
    graph.add_edge(0, 1, length=250.0, highway="residential")
    graph.add_node(9, x=LON, y=LAT)
    for a, b in ((0, 9), (9, 0)):
        graph.add_edge(a, b, length=0.0, highway="residential")
    network = read(graph)
    assert network.report.counts == {"self_loops": 1, "zero_lengths": 2}
    assert network.graph.n_arcs == 8 + 1 + 2  # the parallel edge is kept
    assert np.count_nonzero(network.graph.length_m == 0.1) == 2


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (-5.0, "have a negative length, first 0 -> 1 (-5 m)"),
        (0.0, "between nodes apart have length 0 or infinity"),
        (float("inf"), "between nodes apart have length 0 or infinity"),
        ("soon", "length 'soon' is not a number"),
        (None, "have neither length nor shape, first 0 -> 1"),
        (0.0015, "lengths look like degrees"),
        (0.112, "lengths look like kilometres"),
        (0.0696, "lengths look like miles"),
        (80.0, "shorter than drawn"),
    ],
)
def test_lengths_that_cannot_be(length: object, said: str) -> None:
    graph = ring(length=length)
    assert said in refused(graph)


def test_missing_lengths_only_on_the_word_of_the_caller() -> None:
    graph = ring()
    for _, _, data in graph.edges(data=True):
        del data["length"]
    network = read(graph, missing_length="straight")
    assert network.report.counts["lengths_straight"] == 8
    assert network.graph.length_m == pytest.approx(np.full(8, 110.7), rel=0.01)
    wkt = f"LINESTRING ({LON} {LAT}, {LON + 0.0008} {LAT + 0.001}, {LON + 0.0015} {LAT})"
    graph.edges[0, 1, 0]["geometry"] = wkt
    network = read(graph, missing_length="straight")
    assert network.report.counts["lengths_from_shape"] == 1
    assert network.graph.length_m.max() == pytest.approx(2 * 125, rel=0.02)


def test_coordinate_systems() -> None:
    graph = ring()
    assert "look like degrees" in refused(graph, crs="EPSG:2154")
    assert "is not a coordinate system" in refused(graph, crs="Lambert")
    del graph.graph["crs"]
    assert "states no coordinate system" in refused(graph)
    metres = nx.MultiDiGraph(crs="EPSG:2154")
    metres.add_node(0, x=652_000.0, y=6_862_000.0)
    metres.add_node(1, x=652_100.0, y=6_862_000.0)
    metres.add_edge(0, 1, length=100.0)
    metres.add_edge(1, 0, length=100.0)
    assert read(metres).graph.x_m == pytest.approx([652_000, 652_100], abs=1e-4)
    assert "look like metres" in refused(metres, crs="EPSG:4326")
    swapped = nx.relabel_nodes(metres, {})
    for _, data in swapped.nodes(data=True):
        data["x"], data["y"] = data["y"], data["x"]
    assert "is made for" in refused(swapped)
    missing = ring()
    del missing.nodes[2]["x"]
    assert "no finite coordinates" in refused(missing)


def test_undirected_graphs() -> None:
    graph = ring().to_undirected()
    assert "is undirected" in refused(graph)
    assert read(graph, both_ways=True).graph.n_arcs >= 8
    assert "holds no node" in refused(nx.DiGraph(crs="EPSG:4326"))


def test_text_numbers_are_read_and_counted() -> None:
    graph = ring(length="112.0")
    assert read(graph).report.counts == {"numbers_as_text": 8}


def test_islands_are_left_out_and_most_of_it_refused() -> None:
    graph = ring()
    for i in (20, 21):
        graph.add_node(i, x=LON + 0.01 + i * 0.0015, y=LAT)
    graph.add_edge(20, 21, length=112.0, highway="residential")
    network = read(graph)
    assert (network.report.dropped_nodes, network.graph.n_nodes) == (2, 4)
    assert network.report.dropped_km_share == pytest.approx(1 / 9)
    assert [f.check for f in network.findings] == ["not-connected", "no-one-way"]
    far = nx.DiGraph(crs="EPSG:4326")
    for i in range(20):
        far.add_node(i, x=LON + i * 0.0015, y=LAT)
        if i:
            far.add_edge(i - 1, i, length=112.0)
    assert "is not joined both ways to the main part" in refused(far)


def test_arrays_of_wrong_shape_and_positions() -> None:
    x, y = [LON, LON + 0.0015], [LAT, LAT]
    with pytest.raises(InvalidInputError) as error:
        from_arrays(x, y, [0, 1], [1, 2], crs="EPSG:4326", length_m=[112.0])
    said = str(error.value)
    assert "positions must be in 0..1; found 1..2" in said
    assert "has 1 values, expected 2" in said
    with pytest.raises(InvalidInputError, match="holds float64, expected whole numbers"):
        from_arrays(x, y, [0.0], [1.0], crs="EPSG:4326")
    with pytest.raises(InvalidInputError, match="appears more than once"):
        from_arrays(x, y, [0], [1], crs="EPSG:4326", node_id=["a", "a"], length_m=[112.0])


def test_an_overpass_answer_the_server_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text('{"elements": [], "remark": "runtime error: Query timed out"}')
    assert "broke the answer off" in refused(path)
    path.write_text('{"type": "FeatureCollection"}')
    assert "no Overpass answer" in refused(path)
    path.write_text('{"elements": [{"type": "way", "tags": {"highway": "road"}}]}')
    assert "has an element that cannot be read" in refused(path)


def test_options_that_would_change_nothing(tmp_path: Path) -> None:
    path = write_osm(tmp_path, {1: (0, 0), 2: (1, 0)}, {5: ([1, 2], STREET)})
    assert "crs: does not apply to a file of kind 'osm'" in refused(path, crs="EPSG:2154")
    saved = save(read(path), tmp_path / "x.roads")
    assert "layer: does not apply to a file of kind 'roads'" in refused(saved, layer="roads")
    assert "has no street within" in refused(saved, bbox=(0, 0, 1, 1))
    assert read(saved, bbox=(2, 48, 3, 49)).graph.n_arcs == 2


def test_attributes_that_are_not_there() -> None:
    graph = ring(maxspeed=float("nan"), access=None)
    assert read(graph).report.posted_speed_share == 0
    assert read(ring(highway=float("nan"))).graph.n_arcs == 8
