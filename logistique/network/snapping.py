"""Points tied to a network by connector arcs that never become short cuts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.assembly import Arcs, arcs_of, both_ways, graph_from_arcs, joined
from logistique.network.graph import BIKE_FORBIDDEN, FloatArray, IntArray, RoadClass, RoadGraph
from logistique.network.paths import many_to_many

CIRCUITY = 1.3
"""Road length of a connector over its straight length (assumed; urban networks 1.2 to 1.4)."""

MIN_LENGTH_M = 10.0
"""Shortest connector: a point on top of a node still has a length (metres)."""


def attach_points(
    graph: RoadGraph,
    ids: Sequence[str],
    x_m: FloatArray,
    y_m: FloatArray,
    *,
    max_km: float = 5.0,
    k: int = 3,
    circuity: float = CIRCUITY,
    terminal_s: float = 0.0,
    avoid: Sequence[str] = (),
) -> RoadGraph:
    """Add points as nodes, each joined both ways to its nearest usable nodes.

    A connector takes the street class of the node it reaches and the mean free speed of that
    class in the graph. Motorway and ring-road nodes without ramp are not reached. The nearest
    usable node is always joined; a further one only if passing through the point would be no
    faster than the network itself, so that times between existing nodes never change and a
    connector never crosses a river or a motorway where there is no bridge.

    Parameters
    ----------
    graph : RoadGraph
    ids : sequence of str, length p
        Identifiers of the new nodes; must be new and unique.
    x_m, y_m : (p,) float
        Coordinates in the graph's system, metres.
    max_km : float
        Largest straight distance to the nearest usable node, km.
    k : int
        Most connectors per point, ≥ 1.
    circuity : float
        Connector length over straight distance, ≥ 1.
    terminal_s : float
        Time to get on and off the network, added to each connector, seconds.
    avoid : sequence of str
        Existing nodes that must not be joined, for example zone centroids.

    Returns
    -------
    RoadGraph
        The old nodes in their old positions, then the points.

    Raises
    ------
    InvalidInputError
        Naming every point that is too far, has no finite coordinates or an identifier that is
        already taken; unknown ``avoid`` nodes; options outside their range.
    """
    x_m, y_m = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    _check_points(graph, ids, x_m, y_m, k, circuity, terminal_s)
    if not ids:
        return graph
    usable = _usable_nodes(graph, avoid)
    order, distance = _nearest(graph, usable, x_m, y_m, k)
    _check_reach(ids, distance[:, 0], max_km)
    street = _street_class(graph)
    speed = _class_speed(graph)
    length = np.maximum(distance * circuity, MIN_LENGTH_M)
    node = usable[order]
    time = length / speed[street[node]] + terminal_s
    point, rank = np.nonzero(_without_short_cuts(graph, node, time))
    reached = node[point, rank]
    capacity, lanes = _class_capacity(graph)
    connectors = Arcs(
        tail=graph.n_nodes + point,
        head=reached,
        length_m=length[point, rank],
        free_time_s=time[point, rank],
        capacity_veh_h=capacity[street[reached]],
        lanes=lanes[street[reached]],
        road_class=street[reached],
    )
    return graph_from_arcs(
        (*graph.node_id, *ids),
        np.concatenate([graph.x_m, x_m]),
        np.concatenate([graph.y_m, y_m]),
        joined([arcs_of(graph), both_ways(connectors)]),
        crs=graph.crs,
        source=graph.source,
    )


def _usable_nodes(graph: RoadGraph, avoid: Sequence[str]) -> IntArray:
    """Nodes with an arc leaving and an arc arriving that are not motorway or ring road."""
    street = ~np.isin(graph.road_class, [int(c) for c in BIKE_FORBIDDEN])
    usable = np.zeros(graph.n_nodes, dtype=bool)
    usable[np.intersect1d(graph.tail[street], graph.head[street])] = True
    usable[graph.positions(avoid)] = False
    nodes = np.flatnonzero(usable)
    if nodes.size == 0:
        raise InvalidInputError(
            [Finding("no-street", "network", graph.source, "has no street a point could join")]
        )
    return np.asarray(nodes, dtype=np.int64)


def _nearest(
    graph: RoadGraph, usable: IntArray, x_m: FloatArray, y_m: FloatArray, k: int
) -> tuple[IntArray, FloatArray]:
    """Positions in ``usable`` and straight distances (metres) of the k nearest, (p, k) each."""
    tree = cKDTree(np.column_stack([graph.x_m[usable], graph.y_m[usable]]))
    ranks = np.arange(1, min(k, usable.size) + 1)
    distance, order = tree.query(np.column_stack([x_m, y_m]), k=ranks)
    return np.asarray(order, dtype=np.int64), np.asarray(distance, dtype=np.float64)


def _without_short_cuts(
    graph: RoadGraph, node: IntArray, time: FloatArray
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Connectors to keep, (p, k): through the point no pair of nodes comes closer."""
    distinct, row = np.unique(node, return_inverse=True)
    row = row.reshape(node.shape)
    between = many_to_many(graph, distinct, distinct)
    between = np.maximum(between, between.T)
    keep = np.zeros(node.shape, dtype=bool)
    keep[:, 0] = True
    for rank in range(1, node.shape[1]):
        fits = np.ones(len(node), dtype=bool)
        for other in range(rank):
            through = time[:, rank] + time[:, other]
            short = through < between[row[:, rank], row[:, other]]
            fits &= ~(keep[:, other] & short)
        keep[:, rank] = fits
    return keep


def _street_class(graph: RoadGraph) -> IntArray:
    """Street class of each node: the most urban street that touches it, (n,)."""
    streets = (RoadClass.STREET_PARIS, RoadClass.STREET_INNER, RoadClass.STREET_OUTER)
    found = np.full(graph.n_nodes, int(RoadClass.NATIONAL))
    for street in reversed(streets):
        arcs = graph.road_class == street
        found[graph.tail[arcs]] = street
        found[graph.head[arcs]] = street
    return found


def _class_speed(graph: RoadGraph) -> FloatArray:
    """Mean free speed by class, m/s: total length over total time (1.0 where absent)."""
    size = len(RoadClass)
    length = np.bincount(graph.road_class, graph.length_m, minlength=size)
    time = np.bincount(graph.road_class, graph.free_time_s, minlength=size)
    return np.divide(length, time, out=np.ones(size), where=time > 0)


def _class_capacity(graph: RoadGraph) -> tuple[FloatArray, FloatArray]:
    """Mean capacity (vehicles per hour) and mean number of lanes by class."""
    size = len(RoadClass)
    count = np.maximum(np.bincount(graph.road_class, minlength=size), 1)
    capacity = np.bincount(graph.road_class, graph.capacity_veh_h, minlength=size) / count
    return capacity, np.bincount(graph.road_class, graph.lanes, minlength=size) / count


def _check_points(
    graph: RoadGraph,
    ids: Sequence[str],
    x_m: FloatArray,
    y_m: FloatArray,
    k: int,
    circuity: float,
    terminal_s: float,
) -> None:
    findings = []
    if x_m.shape != (len(ids),) or y_m.shape != (len(ids),):
        message = f"{len(ids)} identifiers, coordinates of shape {x_m.shape} and {y_m.shape}"
        raise InvalidInputError([Finding("wrong-shape", "points", "x_m, y_m", message)])
    taken = set(graph.node_id)
    for name, x, y in zip(ids, x_m, y_m, strict=True):
        if name in taken:
            message = "identifier already used by another point or by a node of the network"
            findings.append(Finding("duplicate-node", "points", str(name), message))
        taken.add(name)
        if not (np.isfinite(x) and np.isfinite(y)):
            message = f"coordinates {x}, {y} are not finite numbers"
            findings.append(Finding("not-finite", "points", str(name), message))
    for option, value, least in (
        ("k", k, 1.0),
        ("circuity", circuity, 1.0),
        ("terminal_s", terminal_s, 0.0),
    ):
        if not value >= least:
            findings.append(
                Finding("out-of-range", "points", option, f"is {value}; must be ≥ {least:g}")
            )
    if findings:
        raise InvalidInputError(findings)


def _check_reach(ids: Sequence[str], nearest_m: FloatArray, max_km: float) -> None:
    far = [i for i, metres in enumerate(nearest_m) if metres > max_km * 1000]
    if far:
        raise InvalidInputError(
            [
                Finding(
                    "far-from-network",
                    "points",
                    str(ids[i]),
                    f"is {nearest_m[i] / 1000:.1f} km from the nearest road; at most {max_km:g} km",
                    "check the coordinates and their system, or widen the network or the limit",
                )
                for i in far
            ]
        )
