"""The road network as immutable arrays: directed arcs in compressed sparse rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class RoadClass(IntEnum):
    """Class of an arc; speeds, capacities and access follow from it."""

    MOTORWAY = 0
    """Radial motorways and the A86: cars and lorries, no bikes."""
    RING_ROAD = 1
    """Boulevard périphérique: cars and lorries, no bikes."""
    NATIONAL = 2
    """Main national roads outside the motorway network."""
    STREET_PARIS = 3
    """Urban links inside Paris."""
    STREET_INNER = 4
    """Urban links outside Paris and inside the A86."""
    STREET_OUTER = 5
    """Urban links outside the A86."""


BIKE_FORBIDDEN = (RoadClass.MOTORWAY, RoadClass.RING_ROAD)


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Directed road graph; verified on creation, never changed afterwards.

    Parameters
    ----------
    node_id : tuple of str, length n
        Unique text identifiers.
    x_m, y_m : (n,) float
        Coordinates in a projected system in metres (EPSG:2154 for the Métropole).
    tail, head : (a,) int
        Node positions of each arc; arcs are sorted by ``tail`` then ``head``.
    length_m : (a,) float
        Length, > 0, metres.
    free_time_s : (a,) float
        Free-flow travel time of a car, > 0, seconds.
    capacity_veh_h : (a,) float
        Capacity of the arc (all lanes), > 0, vehicles per hour.
    lanes : (a,) float
        Number of lanes, > 0.
    road_class : (a,) int
        Values of :class:`RoadClass`.
    crs : str
        Coordinate system of ``x_m`` and ``y_m``; never a geographic one.
    source : str
        Where the network comes from, in words.
    indptr : (n + 1,) int
        Row starts: arcs ``indptr[v]:indptr[v + 1]`` leave node ``v`` (computed).

    Raises
    ------
    InvalidInputError
        For lengths, times or capacities that are not finite and positive, arcs that point
        outside the node range, unsorted arcs, duplicate node identifiers or wrong shapes.

    Notes
    -----
    Memory: 8 arrays of one machine word per arc, 2 per node.
    """

    node_id: tuple[str, ...]
    x_m: FloatArray
    y_m: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    free_time_s: FloatArray
    capacity_veh_h: FloatArray
    lanes: FloatArray
    road_class: IntArray
    crs: str
    source: str
    indptr: IntArray = field(init=False)
