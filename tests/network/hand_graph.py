"""Graphs by hand and at random for the tests of the network."""

from __future__ import annotations

import numpy as np

from logistique.network.assembly import Arcs, graph_from_arcs
from logistique.network.graph import RoadClass, RoadGraph


def graph_of(
    links: list[tuple[int, int, float, float]],
    xy: list[tuple[float, float]],
    classes: list[int] | None = None,
) -> RoadGraph:
    """Directed graph from (tail, head, length in m, time in s) and coordinates; nodes n0, n1..."""
    table = np.array(links, dtype=float).reshape(-1, 4)
    a = len(table)
    road_class = [RoadClass.STREET_INNER] * a if classes is None else classes
    return graph_from_arcs(
        [f"n{i}" for i in range(len(xy))],
        np.array([p[0] for p in xy], dtype=float),
        np.array([p[1] for p in xy], dtype=float),
        Arcs(
            tail=table[:, 0].astype(np.int64),
            head=table[:, 1].astype(np.int64),
            length_m=table[:, 2],
            free_time_s=table[:, 3],
            capacity_veh_h=np.full(a, 1000.0),
            lanes=np.full(a, 1.0),
            road_class=np.array(road_class, dtype=np.int64),
        ),
        crs="EPSG:2154",
        source="by hand",
    )


def square() -> RoadGraph:
    """Four corners 1 km apart: streets around, a fast one-way motorway along the diagonal."""
    xy = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
    links = []
    for u, v in ((0, 1), (1, 2), (2, 3), (3, 0)):
        links += [(u, v, 1000, 100), (v, u, 1000, 100)]
    classes = [int(RoadClass.STREET_INNER)] * 8 + [int(RoadClass.MOTORWAY)]
    return graph_of([*links, (0, 2, 1500, 60)], xy, classes)
