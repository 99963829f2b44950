"""Points on streets: nearest along the drawn shape, distances kept, refusal beyond the limit."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shared_networks import EXTRACTS, needs_shared
from small_maps import LAT, LON, write_osm
from test_turns import NODES, WAYS

from logistique.errors import InvalidInputError
from logistique.network import RoadGraph, RoadNetwork, read
from logistique.network.geodesy import projected
from logistique.network.highway import Mode
from logistique.network.node_snapping import snap_to_nodes
from logistique.network.street_snapping import (
    _spread,
    attach_to_streets,
    dropped_demand,
    snap_to_streets,
)

STREET = {"highway": "residential"}


def bend(folder: Path) -> RoadNetwork:
    """A street that bends at 2 and a one-way street back."""
    nodes = {1: (0, 0), 2: (4, 0), 3: (4, 4), 4: (0, 4)}
    ways = {7: ([1, 2, 3], STREET), 8: ([3, 4, 1], {**STREET, "oneway": "yes"})}
    return read(write_osm(folder, nodes, ways))


def spot(x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    return projected(np.array([LON + x * 0.0015]), np.array([LAT + y * 0.001]), "EPSG:2154")


def lengths(graph: RoadGraph, nodes: np.ndarray) -> np.ndarray:
    order = np.lexsort((graph.length_m, graph.head, graph.tail))
    pair = graph.tail[order] * graph.n_nodes + graph.head[order]
    order = order[np.concatenate([[True], pair[1:] != pair[:-1]])]
    ends = (graph.tail[order], graph.head[order])
    matrix = csr_array((graph.length_m[order], ends), shape=(graph.n_nodes,) * 2)
    return dijkstra(matrix, indices=nodes)[:, nodes]


def test_the_nearest_spot_follows_the_shape(tmp_path: Path) -> None:
    network = bend(tmp_path)
    x, y = spot(3.9, 1.0)  # beside the bend; the straight line from 1 to 3 is far
    found = snap_to_streets(network, ["p"], x, y)
    assert found.distance_m[0] == pytest.approx(0.1 * 110.1, rel=0.01)
    along = (4 * 110.1 + 111.2) / (4 * 110.1 + 4 * 111.2)
    share = found.share[0]
    assert min(abs(share - along), abs(1 - share - along)) < 0.002
    both = attach_to_streets(network, ["p"], x, y)
    graph = both.graph
    names = graph.positions(["1", "p", "3"])
    km = lengths(graph, names)
    off = both.distance_m[0]
    assert km[0, 1] - off == pytest.approx(4 * 110.1 + 111.2, rel=0.002)
    assert km[0, 1] + km[1, 2] - 2 * off == pytest.approx(km[0, 2], rel=1e-12)
    assert km[1, 0] == pytest.approx(km[0, 1], rel=1e-12)  # this street goes both ways


def test_one_way_streets_are_entered_one_way(tmp_path: Path) -> None:
    network = bend(tmp_path)
    x, y = spot(2.0, 4.05)
    attached = attach_to_streets(network, ["p"], x, y)
    km = lengths(attached.graph, attached.graph.positions(["3", "p", "1"]))
    assert km[0, 1] == pytest.approx(2 * 110.1 + attached.distance_m[0], rel=0.01)
    assert km[1, 0] > km[0, 1] + 1000
    assert attached.open_to(network, Mode.BIKE).all()


def test_far_points_are_refused_by_name(tmp_path: Path) -> None:
    network = bend(tmp_path)
    x, y = spot(2.0, 20.0)
    with pytest.raises(
        InvalidInputError, match=r"depot: is 1\.8 km from the nearest road; at most"
    ):
        attach_to_streets(network, ["depot"], x, y)
    assert snap_to_streets(network, ["depot"], x, y, max_m=2000.0).distance_m[0] > 1700
    with pytest.raises(InvalidInputError, match="already used"):
        attach_to_streets(network, ["1"], *spot(0, 0))
    with pytest.raises(InvalidInputError, match="coordinates nan"):
        snap_to_streets(network, ["p"], [np.nan], [0.0])


def test_motorways_are_not_reached_from_beside(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (4, 0), 3: (0, 1), 4: (4, 1)}
    fast = {"highway": "motorway", "oneway": "no"}
    ways = {1: ([1, 2], fast), 2: ([1, 3], STREET), 3: ([3, 4], STREET), 4: ([4, 2], STREET)}
    network = read(write_osm(tmp_path, nodes, ways))
    found = snap_to_streets(network, ["p"], *spot(2.0, -0.1))
    assert found.distance_m[0] == pytest.approx(1.1 * 111.2, rel=0.01)


def test_junctions_with_their_distance(tmp_path: Path) -> None:
    network = bend(tmp_path)
    node, distance = snap_to_nodes(network, ["p", "q"], *np.hstack([spot(0.1, 0), spot(4, 3)]))
    assert [network.graph.node_id[i] for i in node] == ["1", "3"]
    assert distance == pytest.approx([11.0, 111.2], rel=0.01)
    with pytest.raises(InvalidInputError, match=r"far: is 1\.8 km from the nearest road"):
        snap_to_nodes(network, ["far"], *spot(0.0, 20.0))
    rule = [(10, [("node", 2)], 11, {"restriction": "no_right_turn"})]
    split = read(write_osm(tmp_path, NODES, WAYS, rule))
    (near,), _ = snap_to_nodes(split, ["p"], *spot(0.0, 0.0), max_m=500.0)
    assert "~" not in split.graph.node_id[near]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(1e-6, 0.5))
def test_spots_lie_apart_in_order(shares: list[float], apart: float) -> None:
    found = _spread(sorted(shares), apart)
    steps = np.diff([0.0, *found, 1.0])
    least = min(apart, 1 / (2 * (len(shares) + 1)))
    assert np.all(steps >= least * (1 - 1e-9))
    assert np.all(np.abs(found - sorted(shares)) <= least * (len(shares) + 1) + 1e-12)


@needs_shared
def test_distances_between_old_nodes_never_change() -> None:
    network = read(EXTRACTS / "monaco.osm.gz")
    graph = network.graph
    rng = np.random.default_rng(0)
    pick = rng.integers(0, graph.n_nodes, 80)
    x = graph.x_m[pick] + rng.normal(0, 30, 80)
    y = graph.y_m[pick] + rng.normal(0, 30, 80)
    names = [f"p{i}" for i in range(80)]
    attached = attach_to_streets(network, names, x, y)
    old = np.arange(0, graph.n_nodes, 9)
    assert attached.graph.node_id[: graph.n_nodes] == graph.node_id
    assert np.allclose(lengths(graph, old), lengths(attached.graph, old), rtol=1e-9)
    # Against networkx: a point is reached through an end of its street.
    other = nx.DiGraph()
    whole = attached.graph
    for arc in range(whole.n_arcs):
        ends = (int(whole.tail[arc]), int(whole.head[arc]))
        if not other.has_edge(*ends) or other.edges[ends]["w"] > whole.length_m[arc]:
            other.add_edge(*ends, w=float(whole.length_m[arc]))
    nodes = whole.positions(names[:5])
    for start, row in zip(nodes, lengths(whole, nodes), strict=True):
        reached = nx.single_source_dijkstra_path_length(other, int(start), weight="w")
        assert row == pytest.approx([reached[int(end)] for end in nodes], rel=1e-12)
    assert nx.is_strongly_connected(other)


@needs_shared
def test_demand_beside_streets_that_were_dropped() -> None:
    network = read(EXTRACTS / "monaco.osm.gz")
    streets = network.streets
    kept = np.isin(np.arange(streets.n_nodes), network.node)
    lost = np.flatnonzero(~kept[streets.tail] & ~kept[streets.head])[:3]
    x, y = projected(streets.lon, streets.lat, network.graph.crs)
    middle = [[np.mean([c[streets.tail[a]], c[streets.head[a]]]) for a in lost] for c in (x, y)]
    inside = network.graph.x_m[:5], network.graph.y_m[:5]
    share = dropped_demand(
        network,
        [*inside[0], *middle[0]],
        [*inside[1], *middle[1]],
        [1, 1, 1, 1, 1, 2, 2, 1],
    )
    assert 0 <= share <= 0.5
    assert dropped_demand(network, *inside, np.ones(5)) == 0
