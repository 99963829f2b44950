"""TNTP files: what they say is kept, and broken ones are refused by line."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.network import TntpUnits, read
from logistique.network.tntp import read_tntp, read_tntp_nodes, read_tntp_trips

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared"))
TNTP = SHARED / "instances" / "tntp"

NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<ORIGINAL HEADER>~ Init node
<END OF METADATA>

~ \tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;
\t1\t3\t100.5\t2\t1.5\t0.15\t4\t0\t7\t1\t;
\t3\t2\t200\t0\t0\t0\t0\t0\t0\t1\t;
\t3\t2\t200\t1\t1\t0\t0\t0\t0\t1\t;
"""


def write(folder: Path, text: str, name: str = "x_net.tntp") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["x_net.tntp", "x_net.tntp.gz"])
def test_links_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    network = read_tntp(write(tmp_path, NET, name))
    assert (network.n_nodes, network.n_zones, network.first_through) == (3, 2, 2)
    assert network.tail.tolist() == [0, 2, 2]
    assert network.head.tolist() == [2, 1, 1]
    assert network.capacity.tolist() == [100.5, 200, 200]
    assert network.length.tolist() == [2, 0, 1]
    assert network.free_flow_time.tolist() == [1.5, 0, 1]
    assert network.b.tolist() == [0.15, 0, 0]
    assert network.power.tolist() == [4, 0, 0]
    assert network.toll.tolist() == [7, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\t1\t3\t", "\t1\t4\t", ":9: node: out of range"),
        ("100.5", "0", ":9: capacity: must be > 0"),
        ("\t1.5\t", "\t-1.5\t", ":9: free_flow_time: must be ≥ 0"),
        ("\t1.5\t", "\tnan\t", ":9: free_flow_time: must be ≥ 0"),
        ("\t1.5\t", "\tfast\t", ":9: number: 'fast' is not a number"),
        ("LINKS> 3", "LINKS> 4", "the header says 4"),
        ("<END OF METADATA>", "", "is not a TNTP file"),
        ("\tspeed", "", "row: has 10 numbers, expected 9"),
        ("capacity", "kapazitet", "has no column capacity"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_tntp(write(tmp_path, NET.replace(old, new, 1)))
    assert said in str(error.value)


def test_nodes_and_trips(tmp_path: Path) -> None:
    x, y = read_tntp_nodes(write(tmp_path, "Node X Y ;\n2 5.5 6 ;\n1 3 4 ;\n", "x_node.tntp"))
    assert (x.tolist(), y.tolist()) == ([3, 5.5], [4, 6])
    head = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 5.0\n<END OF METADATA>\n"
    trips = head + "Origin 1\n 1 : 0.0; 2 : 3.5;\nOrigin 2\n 1 : 1.5;\n"
    assert read_tntp_trips(write(tmp_path, trips)).tolist() == [[0, 3.5], [1.5, 0]]
    remarks = trips.replace("Origin", "~ Date: 15; 1999\nOrigin")
    assert read_tntp_trips(write(tmp_path, remarks)).tolist() == [[0, 3.5], [1.5, 0]]
    for old, new, said in (
        (" 2 : 3.5", " 3 : 3.5", "is not a zone; allowed 1..2"),
        ("3.5", "-3.5", "negative"),
        ("Origin 2\n 1 : 1.5;\n", "", "the header says 5"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            read_tntp_trips(write(tmp_path, trips.replace(old, new)))


def test_streets_of_a_network(tmp_path: Path) -> None:
    links = [(1, 3, 0.2), (3, 4, 0.3), (4, 3, 0.3), (4, 5, 0.3), (5, 3, 0.6), (3, 2, 0.1)]
    rows = "".join(f"\t{u}\t{v}\t900\t{km}\t{km * 2}\t0.15\t4\t;\n" for u, v, km in links)
    names = "~ init_node term_node capacity length free_flow_time b power ;\n"
    head = NET.partition("~")[0].replace("LINKS> 3", "LINKS> 6").replace("NODES> 3", "NODES> 5")
    head = head[: head.index("<ORIGINAL")] + "<END OF METADATA>\n"
    path = write(tmp_path, head + names + rows)
    with pytest.raises(InvalidInputError, match="states neither coordinate system nor units"):
        read(path)
    km = TntpUnits("km", "min")
    with pytest.raises(InvalidInputError, match=r"needs its nodes in x_node\.tntp"):
        read(path, crs="EPSG:4326", units=km)
    spots = {1: (0, 0), 2: (0, 0), 3: (0, 0), 4: (0.0027, 0), 5: (0.0054, 0)}
    text = "".join(f"{i}\t{2 + x}\t{48 + y}\t;\n" for i, (x, y) in spots.items())
    write(tmp_path, "node X Y ;\n" + text, "x_node.tntp")
    network = read(path, crs="EPSG:4326", units=km)
    assert network.graph.node_id == ("3", "4", "5")
    assert network.report.counts["connectors_left_out"] == 2
    assert network.graph.length_m.tolist() == [300, 300, 300, 600]
    assert network.graph.free_time_s == pytest.approx([36, 36, 36, 72])
    assert set(network.graph.capacity_veh_h) == {900}
    with pytest.raises(InvalidInputError, match="shorter than drawn"):
        read(path, crs="EPSG:4326", units=TntpUnits("m", "min"))
    with pytest.raises(InvalidInputError, match="allowed: m, km, mi, ft"):
        TntpUnits("yd", "min")


@pytest.mark.skipif(not TNTP.is_dir(), reason="the shared instances are absent")
def test_the_streets_of_sydney() -> None:
    """Coordinates are rounded to 0.001 degrees: many links are shorter than drawn."""
    with pytest.raises(InvalidInputError, match="shorter than drawn"):
        read(TNTP / "Sydney_net.tntp.gz", crs="EPSG:4326", units=TntpUnits("km", "min"))


@pytest.mark.skipif(not TNTP.is_dir(), reason="the shared instances are absent")
def test_published_networks() -> None:
    network = read_tntp(TNTP / "SiouxFalls_net.tntp.gz")
    assert (network.n_nodes, network.n_links, network.first_through) == (24, 76, 0)
    assert read_tntp_trips(TNTP / "SiouxFalls_trips.tntp.gz").sum() == 360_600
    sydney = read_tntp(TNTP / "Sydney_net.tntp.gz")
    assert (sydney.n_nodes, sydney.n_links, sydney.n_zones) == (33_113, 75_379, 3_264)
    x, y = read_tntp_nodes(TNTP / "Sydney_node.tntp.gz")
    assert len(x) == 33_113
    assert np.ptp(y) > 1
    duplicates = read_tntp(TNTP / "berlin-center_net.tntp.gz")
    assert (duplicates.n_nodes, duplicates.n_links) == (12_981, 28_376)
