"""Graphs from arcs in any order: sorted, and with parallel arcs kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistique.network.graph import FloatArray, IntArray, RoadGraph


@dataclass(frozen=True, eq=False)
class Arcs:
    """Directed arcs as columns, in any order.

    Parameters
    ----------
    tail, head : (a,) int
        Node positions.
    length_m, free_time_s, capacity_veh_h, lanes : (a,) float
        As in :class:`~logistique.network.graph.RoadGraph`.
    road_class : (a,) int
        Values of :class:`~logistique.network.graph.RoadClass`.
    """

    tail: IntArray
    head: IntArray
    length_m: FloatArray
    free_time_s: FloatArray
    capacity_veh_h: FloatArray
    lanes: FloatArray
    road_class: IntArray


_COLUMNS = (
    "tail",
    "head",
    "length_m",
    "free_time_s",
    "capacity_veh_h",
    "lanes",
    "road_class",
)


def joined(parts: Sequence[Arcs]) -> Arcs:
    """Return all arcs of several sets, one after the other."""
    return Arcs(*(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS))


def both_ways(arcs: Arcs) -> Arcs:
    """Each arc followed by its reverse with the same attributes."""
    reverse = Arcs(arcs.head, arcs.tail, *(getattr(arcs, name) for name in _COLUMNS[2:]))
    return joined([arcs, reverse])


def arcs_of(graph: RoadGraph) -> Arcs:
    """Return the arcs of a graph as columns."""
    return Arcs(*(getattr(graph, name) for name in _COLUMNS))


def graph_from_arcs(
    node_id: Sequence[str],
    x_m: FloatArray,
    y_m: FloatArray,
    arcs: Arcs,
    *,
    crs: str,
    source: str,
) -> RoadGraph:
    """Build a :class:`RoadGraph` from arcs in any order.

    Arcs are sorted by tail, head and then free-flow time, so that the result depends on the
    set of arcs only; parallel arcs are kept.

    Raises
    ------
    InvalidInputError
        As :class:`~logistique.network.graph.RoadGraph`.
    """
    order = np.lexsort((arcs.length_m, arcs.free_time_s, arcs.head, arcs.tail))
    columns = {name: getattr(arcs, name)[order] for name in _COLUMNS}
    return RoadGraph(node_id=tuple(node_id), x_m=x_m, y_m=y_m, **columns, crs=crs, source=source)
