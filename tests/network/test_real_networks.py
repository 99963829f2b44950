"""Every real network through the public interface: counts, dropped shares, warnings."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shared_networks import DATA, EXTRACTS, needs_shared

from logistique.errors import InvalidInputError
from logistique.metropole.street_places import placed
from logistique.network import RoadNetwork, from_arrays, read
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.periods import arc_times

pytestmark = needs_shared

# file: nodes, arcs, dropped nodes, share of nodes, share of length, posted speeds, warnings
KNOWN = {
    "osm_extracts/andorra.osm.pbf": (1642, 3271, 28, 0.0168, 0.0130, 0.150, ["not-connected"]),
    "osm_extracts/monaco.osm.gz": (499, 954, 55, 0.0993, 0.0747, 0.045, ["not-connected"]),
    "osm_extracts/paris_trocadero_overpass.json.gz": (
        (1578, 2948, 241, 0.1325, 0.1117, 0.945, ["not-connected"])
    ),
    "osm_extracts/saint_germain_overpass.json.gz": (
        (3395, 6873, 512, 0.1310, 0.1659, 0.526, ["not-connected"])
    ),
    "osm_extracts/paris_trocadero_drive.graphml.gz": (
        (996, 1959, 125, 0.1115, 0.1084, 0.999, ["not-connected"])
    ),
    "osm_extracts/paris_trocadero_all.graphml.gz": (
        (793, 1379, 118, 0.1295, 0.1017, 0.942, ["not-connected"])
    ),
    "osm_extracts/saint_germain_all.graphml.gz": (
        (1449, 2743, 437, 0.2317, 0.3017, 0.685, ["not-connected"])
    ),
    "osm_extracts/maisons_laffitte_all.graphml.gz": (
        (730, 1396, 25, 0.0331, 0.0129, 0.486, ["not-connected"])
    ),
    "idf_multilayer/mgp_main_roads.graphml.gz": (4403, 12389, 0, 0.0, 0.0, 0.0, []),
    "paris_hashcode/paris_hashcode.graphml.gz": (
        (11348, 22924, 0, 0.0, 0.0, 0.0, ["length-above-chord"])
    ),
    "matsim_melun/network.xml.gz": (2956, 6126, 0, 0.0, 0.0, 0.0, ["length-above-chord"]),
}


def fresh(name: str) -> RoadNetwork:
    return read(DATA / name, crs="EPSG:2154" if "matsim" in name else None)


opened = functools.cache(fresh)


@pytest.mark.parametrize("name", KNOWN)
def test_counts_dropped_share_and_warnings(name: str) -> None:
    nodes, arcs, dropped, of_nodes, of_length, posted, warnings = KNOWN[name]
    network = opened(name)
    report = network.report
    assert (report.nodes, report.arcs, report.dropped_nodes) == (nodes, arcs, dropped)
    assert report.dropped_nodes_share == pytest.approx(of_nodes, abs=5e-5)
    assert report.dropped_km_share == pytest.approx(of_length, abs=5e-5)
    assert report.posted_speed_share == pytest.approx(posted, abs=5e-4)
    assert [finding.check for finding in network.findings] == warnings
    assert network.graph.crs == ("EPSG:2154" if "andorra" not in name else network.graph.crs)
    matrix = csr_array(
        (np.ones(arcs), (network.graph.tail, network.graph.head)), shape=(nodes, nodes)
    )
    assert connected_components(matrix, connection="strong")[0] == 1
    straight = np.hypot(
        network.graph.x_m[network.graph.tail] - network.graph.x_m[network.graph.head],
        network.graph.y_m[network.graph.tail] - network.graph.y_m[network.graph.head],
    )
    assert np.all(network.graph.length_m >= 0.985 * straight - 1.1)


def test_reading_twice_gives_the_same_network_bit_for_bit() -> None:
    for name in (
        "osm_extracts/andorra.osm.pbf",
        "osm_extracts/paris_trocadero_drive.graphml.gz",
        "osm_extracts/saint_germain_overpass.json.gz",
    ):
        first, second = opened(name), fresh(name)
        assert first.graph.node_id == second.graph.node_id
        for column in ("x_m", "y_m", "tail", "head", "length_m", "free_time_s", "road_class"):
            one, other = getattr(first.graph, column), getattr(second.graph, column)
            assert one.tobytes() == other.tobytes()
        assert first.provenance == second.provenance


def test_lengths_agree_with_osmnx_on_the_same_map() -> None:
    """The drive graph was simplified by osmnx from the Overpass answer read here."""
    ours = opened("osm_extracts/paris_trocadero_overpass.json.gz").graph
    theirs = opened("osm_extracts/paris_trocadero_drive.graphml.gz").graph
    common = sorted(set(ours.node_id) & set(theirs.node_id))
    assert len(common) > 900
    picked = common[:: len(common) // 40]
    ratio = _between(ours, picked) / _between(theirs, picked)
    ratio = ratio[np.isfinite(ratio)]
    assert len(ratio) > 1000
    assert np.median(ratio) == pytest.approx(1.0, abs=0.004)  # ellipsoid against sphere
    assert np.mean(np.abs(ratio - 1) < 0.01) > 0.9


def _between(graph: RoadGraph, names: list[str]) -> np.ndarray:
    nodes = graph.positions(names)
    order = np.lexsort((graph.length_m, graph.head, graph.tail))
    pair = graph.tail[order] * graph.n_nodes + graph.head[order]
    order = order[np.concatenate([[True], pair[1:] != pair[:-1]])]
    ends = (graph.tail[order], graph.head[order])
    matrix = csr_array((graph.length_m[order], ends), shape=(graph.n_nodes,) * 2)
    found = dijkstra(matrix, indices=nodes)[:, nodes]
    return np.where(found > 0, found, np.nan)


def hash_code() -> dict[str, np.ndarray]:
    with gzip.open(DATA / "paris_hashcode" / "paris_54000.txt.gz", "rt") as file:
        n, m = (int(v) for v in file.readline().split()[:2])
        nodes = np.array([[float(v) for v in file.readline().split()] for _ in range(n)])
        rows = np.array([[int(v) for v in file.readline().split()] for _ in range(m)])
    return {
        "x": nodes[:, 1],
        "y": nodes[:, 0],
        "tail": rows[:, 0],
        "head": rows[:, 1],
        "two_way": rows[:, 2] == 2,
        "time_s": rows[:, 3].astype(float),
        "length_m": rows[:, 4].astype(float),
    }


def test_the_raw_hash_code_file_is_caught_and_the_corrected_one_passes() -> None:
    raw = hash_code()
    with pytest.raises(InvalidInputError) as error:
        from_arrays(**raw, crs="EPSG:4326")
    (finding,) = error.value.findings
    assert finding.check == "length-by-direction"
    assert "east-west streets are 1.48 times as long as drawn, north-south ones 1.05" in str(
        finding
    )
    assert "cosine" in finding.hint
    corrected = opened("paris_hashcode/paris_hashcode.graphml.gz")
    assert corrected.report.stated_time_share == 1
    ends = np.sort(np.stack([corrected.graph.tail, corrected.graph.head]), axis=0)
    _, street = np.unique(ends, axis=1, return_index=True)
    assert corrected.graph.length_m[street].sum() / 1000 == pytest.approx(1_537, abs=2)


def test_the_whole_ile_de_france_from_arrays() -> None:
    with gzip.open(DATA / "idf_multilayer" / "vertex.csv.gz", "rt") as file:
        rows = [line.strip().split(",") for line in file][1:]
    nodes = [row for row in rows if row[3] == "road"]
    at = {row[0]: position for position, row in enumerate(nodes)}
    with gzip.open(DATA / "idf_multilayer" / "edge.csv.gz", "rt") as file:
        edges = [line.strip().split(",") for line in file][1:]
    edges = [edge for edge in edges if edge[4] == "road"]
    network = from_arrays(
        x=[float(row[1]) for row in nodes],
        y=[float(row[2]) for row in nodes],
        tail=[at[edge[0]] for edge in edges],
        head=[at[edge[1]] for edge in edges],
        two_way=[edge[3] == "TwoWay" for edge in edges],
        node_id=[row[0] for row in nodes],
        crs="EPSG:4326",
        missing_length="straight",
    )
    assert (len(nodes), len(edges)) == (14807, 22357)
    assert network.report.nodes == 14690
    assert network.report.dropped_nodes == 114
    assert network.report.counts["nodes_without_street"] == 14807 - 14690 - 114
    assert network.report.counts["lengths_straight"] > 40_000
    assert [f.check for f in network.findings] == ["not-connected", "speed-assumed"]


def test_an_osmnx_graph_reads_as_its_file(tmp_path: Path) -> None:
    name = "osm_extracts/maisons_laffitte_all.graphml.gz"
    of_file = opened(name)
    of_graph = read(nx.read_graphml(DATA / name, force_multigraph=True))
    assert of_graph.graph.node_id == of_file.graph.node_id
    for column in ("tail", "head", "length_m", "free_time_s"):
        assert np.array_equal(getattr(of_graph.graph, column), getattr(of_file.graph, column))
    assert of_graph.report.counts["numbers_as_text"] > 0


def test_melun_keeps_capacity_speed_and_lanes() -> None:
    with pytest.raises(InvalidInputError, match="states no coordinate system"):
        read(DATA / "matsim_melun" / "network.xml.gz")
    with pytest.raises(InvalidInputError, match="look like metres"):
        read(DATA / "matsim_melun" / "network.xml.gz", crs="EPSG:4326")
    graph = opened("matsim_melun/network.xml.gz").graph
    tail, head = graph.positions(["8153817795", "2545688492"])
    arc = int(np.flatnonzero((graph.tail == tail) & (graph.head == head))[0])
    assert graph.length_m[arc] == 18.567279839183215
    assert graph.capacity_veh_h[arc] == 600
    assert graph.lanes[arc] == 1
    assert graph.free_time_s[arc] == pytest.approx(18.567279839183215 / 4.166666666666667)


def test_the_overpass_answer_matches_its_elements() -> None:
    path = EXTRACTS / "paris_trocadero_overpass.json.gz"
    elements = json.loads(gzip.decompress(path.read_bytes()))["elements"]
    drawn = {str(element["id"]) for element in elements if element["type"] == "node"}
    assert set(read(path).streets.node_id) <= drawn


def test_osmnx_reads_the_same_streets_from_the_same_extract(tmp_path: Path) -> None:
    """Shortest lengths between junctions both know, on osmnx's own unsimplified graph."""
    ox = pytest.importorskip("osmnx")
    xml = tmp_path / "monaco.osm"
    xml.write_bytes(gzip.decompress((EXTRACTS / "monaco.osm.gz").read_bytes()))
    theirs = ox.graph_from_xml(xml, simplify=False, retain_all=True)
    ours = read(xml).graph
    closed = (None, "footway", "steps", "path", "pedestrian", "cycleway", "bridleway")
    edges = theirs.edges(keys=True, data=True)
    theirs = theirs.edge_subgraph(
        [(u, v, k) for u, v, k, data in edges if data.get("highway") not in closed]
    )
    names = [name for name in ours.node_id if int(name) in theirs][::40]
    assert len(names) > 8
    ratio = []
    for start, row in zip(names, _between(ours, names), strict=True):
        reached = nx.single_source_dijkstra_path_length(theirs, int(start), weight="length")
        ratio += [
            metres / reached[int(end)]
            for end, metres in zip(names, row, strict=True)
            if end != start
        ]
    assert np.min(ratio) > 0.996  # ellipsoid against sphere
    assert np.max(ratio) < 1.02  # driveways are open to osmnx
    assert np.median(ratio) == pytest.approx(1, abs=0.003)


def test_the_ring_road_and_the_streets_of_paris_have_their_observed_speeds() -> None:
    network = placed(opened("osm_extracts/paris_trocadero_overpass.json.gz"))
    graph = network.graph
    for kind, period, kmh in (
        (RoadClass.STREET_PARIS, "day", 13.1),
        (RoadClass.STREET_PARIS, "night", 20.1),
        (RoadClass.RING_ROAD, "day", 32.2),
    ):
        arcs = graph.road_class == int(kind)
        assert graph.length_m[arcs].sum() > 400
        seconds = arc_times(graph, period)[arcs].sum()
        assert graph.length_m[arcs].sum() / seconds * 3.6 == pytest.approx(kmh)
    assert network.report.nodes == graph.n_nodes
