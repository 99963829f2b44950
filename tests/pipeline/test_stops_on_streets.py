"""Stops on real streets: where they are drawn, and their ways against another library's."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from logistique import load
from logistique.costs.pricer import drops_of
from logistique.costs.travel import place_on_roads
from logistique.metropole import build_roads
from logistique.network import read
from logistique.network.projection import lonlat
from logistique.pipeline.stages import demand_of
from logistique.pipeline.stop_ways import kinds, spots_at, streets_of
from logistique.tours.foreseen import Ways
from logistique.tours.patches import Patch

SHARED = Path(os.environ.get("LOGISTIQUE_SHARED", Path(__file__).parents[3] / "shared")) / "data"
QUARTER = SHARED / "osm_extracts" / "paris_trocadero_drive.graphml.gz"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are absent")


@pytest.fixture(scope="module")
def quarter():
    return read(QUARTER)


@pytest.fixture(scope="module")
def scenario():
    return load("scenarios/tutoriel", overrides=("network.period=free",))


def test_stops_lie_on_streets_one_may_stop_at(quarter):
    streets, graph = streets_of(quarter), quarter.graph
    middle = float(graph.x_m.mean() / 1000), float(graph.y_m.mean() / 1000)
    x, y = streets.points(middle, 0.5, 300, np.random.default_rng(1))
    ends = np.stack([streets.x_km, streets.y_km], axis=2)
    along = ends[:, 1] - ends[:, 0]
    for point in np.column_stack([x, y])[::10]:
        length = (along**2).sum(axis=1)
        share = np.clip(((point - ends[:, 0]) * along).sum(axis=1) / length, 0, 1)
        off = np.hypot(*(ends[:, 0] + share[:, None] * along - point).T)
        assert off.min() < 1e-9
    assert np.hypot(x - middle[0], y - middle[1]).max() < 1.0


def test_the_schematic_network_has_no_streets():
    assert streets_of(build_roads()) is None


def test_ways_are_the_fastest_ones_there_and_back(quarter, scenario):
    """Networkx finds the fastest ways between the places on the same streets."""
    graph = quarter.graph
    rng = np.random.default_rng(4)
    nodes = rng.choice(graph.n_nodes, 7, replace=False)
    lon, lat = lonlat(graph.x_m[nodes], graph.y_m[nodes])
    site = scenario.tables.depots[0].model_copy(update={"lon": lon[0], "lat": lat[0]})
    van = next(n for n, v in enumerate(scenario.tables.vehicles) if v.id == "van-diesel")
    x_km, y_km = graph.x_m[nodes[1:]] / 1000, graph.y_m[nodes[1:]] / 1000
    patch = Patch(0, 0, van, x_km, y_km, np.ones(6, dtype=np.int64))
    demand = demand_of(scenario)
    nothing = np.zeros(1)
    (asked,) = kinds(
        quarter,
        [site],
        [patch],
        Ways(nothing, nothing, nothing, nothing),
        drops_of(demand, scenario.settings.network),
        scenario.tables.vehicles,
        scenario.settings,
    )
    groups = {"depot": [site], "storage": spots_at("stop", x_km, y_km), "gateway": ()}
    placed = place_on_roads(quarter, groups, (), scenario.settings.network)
    streets, at = placed.graph, np.concatenate([placed.nodes["depot"], placed.nodes["storage"]])
    other = nx.MultiDiGraph()
    for tail, head, s, m in zip(
        streets.tail, streets.head, streets.free_time_s, streets.length_m, strict=True
    ):
        other.add_edge(int(tail), int(head), s=float(s), m=float(m))
    for a, start in enumerate(at.tolist()):
        seconds, ways = nx.single_source_dijkstra(other, start, weight="s")
        for b, end in enumerate(at.tolist()):
            assert asked.minutes[a, b] * 60 == pytest.approx(seconds[end])
            metres = sum(
                min(other[u][v].values(), key=lambda arc: arc["s"])["m"]
                for u, v in itertools.pairwise(ways[end])
            )
            assert asked.km[a, b] * 1000 == pytest.approx(metres)
    assert not np.allclose(asked.minutes, asked.minutes.T)


def test_drawn_arcs_follow_their_streets(quarter, scenario):
    """Each is as long as its length says, begins and ends at its nodes."""
    graph = quarter.graph
    rng = np.random.default_rng(6)
    near = rng.choice(graph.n_nodes, 30, replace=False)
    x_km, y_km = (graph.x_m[near] + 15) / 1000, (graph.y_m[near] - 10) / 1000
    groups = {"depot": (), "storage": spots_at("stop", x_km, y_km), "gateway": ()}
    placed = place_on_roads(quarter, groups, (), scenario.settings.network)
    streets = placed.graph
    arcs = np.arange(streets.n_arcs)
    lines = placed.attached.drawn(quarter, arcs)
    length = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    assert length == pytest.approx(streets.length_m, rel=0.02, abs=0.5)
    assert any(len(line) > 2 for line in lines)
    for arc in arcs[::7]:
        for end, node in ((0, streets.tail[arc]), (-1, streets.head[arc])):
            assert lines[arc][end] == pytest.approx([streets.x_m[node], streets.y_m[node]], abs=0.1)
