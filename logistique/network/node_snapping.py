"""Points tied to the junctions of a real network, with their distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import BIKE_FORBIDDEN, FloatArray, IntArray
from logistique.network.roads import RoadNetwork
from logistique.network.street_snapping import MAX_M, checked_points, refuse_far


def snap_to_nodes(
    network: RoadNetwork,
    ids: Sequence[str],
    x_m: ArrayLike,
    y_m: ArrayLike,
    *,
    max_m: float | FloatArray = MAX_M,
) -> tuple[IntArray, FloatArray]:
    """Find the junction nearest to each point.

    Junctions split by banned turns are left aside, as one of their nodes would not stand for
    all ways into them; so are those that only motorways and ring roads meet.

    Parameters
    ----------
    network : RoadNetwork
    ids : sequence of str, length p
        Names used in messages.
    x_m, y_m : (p,) float
        In the system of ``network.graph``.
    max_m : float or (p,) float
        Largest distance to a junction, metres.

    Returns
    -------
    node : (p,) int
        Positions in ``network.graph``.
    distance_m : (p,) float
        From each point to its junction, metres.

    Raises
    ------
    InvalidInputError
        Naming every point that is too far or has no finite coordinates.
    """
    x, y = checked_points(ids, x_m, y_m)
    graph = network.graph
    street = ~np.isin(graph.road_class, [int(c) for c in BIKE_FORBIDDEN])
    usable = np.zeros(graph.n_nodes, dtype=bool)
    usable[np.intersect1d(graph.tail[street], graph.head[street])] = True
    usable &= np.char.find(np.array(graph.node_id, dtype=str), "~") < 0
    nodes = np.flatnonzero(usable)
    if nodes.size == 0:
        message = "has no junction a point could join"
        raise InvalidInputError([Finding("no-street", "network", graph.source, message)])
    tree = cKDTree(np.column_stack([graph.x_m[nodes], graph.y_m[nodes]]))
    distance, nearest = tree.query(np.column_stack([x, y]))
    refuse_far(ids, distance, np.broadcast_to(np.asarray(max_m, dtype=np.float64), x.shape))
    return nodes[nearest], np.asarray(distance, dtype=np.float64)
