"""Ways cut at junctions: the same distances as on every single piece of every way."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from logistique.network.geodesy import geodesic_m
from logistique.network.sources.way_rows import WayRows
from logistique.network.streets import Streets
from logistique.network.ways import cut

SIDE = 4


def spot(ref: int) -> tuple[float, float]:
    return 2.3 + (ref % SIDE) * 0.002, 48.8 + (ref // SIDE) * 0.001


def metres(u: int, v: int) -> float:
    (lon, lat), (lon_to, lat_to) = spot(u), spot(v)
    return float(geodesic_m(*(np.array([c]) for c in (lon, lat, lon_to, lat_to)))[0])


walks = st.lists(st.integers(0, SIDE * SIDE - 1), min_size=2, max_size=7)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(walks, st.sampled_from(["yes", "no", "-1"])), min_size=1, max_size=5))
def test_distances_are_those_of_all_pieces(ways: list[tuple[list[int], str]]) -> None:
    rows, pieces = WayRows(), nx.DiGraph()
    for number, (refs, oneway) in enumerate(ways):
        facts = rows.facts([("highway", "residential"), ("oneway", oneway)])
        assert facts is not None
        rows.add(number, facts, ((ref, *spot(ref)) for ref in refs))
        for u, v in pairwise(refs):
            if u != v and oneway != "-1":
                pieces.add_edge(u, v, w=metres(u, v))
            if u != v and oneway != "yes":
                pieces.add_edge(v, u, w=metres(u, v))
    if not pieces:
        return
    streets = cut(rows.ways("made")).streets
    ours = _lengths(streets)
    names = [int(name) for name in streets.node_id]
    assert set(names) <= set(pieces)
    for row, start in enumerate(names):
        reached = nx.single_source_dijkstra_path_length(pieces, start, weight="w")
        expected = [reached.get(end, np.inf) for end in names]
        assert ours[row] == pytest.approx(expected, rel=1e-9)
    for arc in range(streets.n_arcs):  # shapes begin and end at the nodes of the arc
        begin, end = (
            streets.line_start[streets.line[arc]],
            streets.line_start[streets.line[arc] + 1],
        )
        ends = [begin, end - 1] if not streets.backward[arc] else [end - 1, begin]
        for node, point in zip((streets.tail[arc], streets.head[arc]), ends, strict=True):
            assert streets.lon[node] == streets.line_lon[point]
            assert streets.lat[node] == streets.line_lat[point]


def _lengths(streets: Streets) -> np.ndarray:
    n = streets.n_nodes
    best = np.full((n, n), np.inf)
    np.minimum.at(best, (streets.tail, streets.head), streets.length_m)
    rows, columns = np.nonzero(np.isfinite(best))
    matrix = csr_array((best[rows, columns], (rows, columns)), shape=(n, n))
    return np.asarray(dijkstra(matrix))
