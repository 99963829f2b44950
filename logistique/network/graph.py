"""The road network as immutable arrays: directed arcs in compressed sparse rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph_findings import FLOATS, INTS, graph_findings
from logistique.network.road_class import BIKE_FORBIDDEN, RoadClass

__all__ = ["BIKE_FORBIDDEN", "BoolArray", "FloatArray", "IntArray", "RoadClass", "RoadGraph"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


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

    def __post_init__(self) -> None:
        findings = graph_findings(self)
        if findings:
            raise InvalidInputError(findings)
        for name in FLOATS + INTS:
            dtype = np.float64 if name in FLOATS else np.int64
            array = np.array(getattr(self, name), dtype=dtype)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        counts = np.bincount(self.tail, minlength=self.n_nodes)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        indptr.flags.writeable = False
        object.__setattr__(self, "indptr", indptr)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_arcs(self) -> int:
        """Number of directed arcs."""
        return len(self.tail)

    def positions(self, ids: Sequence[str]) -> IntArray:
        """Node positions of identifiers, in the order given.

        Parameters
        ----------
        ids : sequence of str
            Node identifiers, for example INSEE codes.

        Returns
        -------
        (len(ids),) int

        Raises
        ------
        InvalidInputError
            Naming every identifier that is not a node.
        """
        where = {name: position for position, name in enumerate(self.node_id)}
        unknown = [name for name in ids if name not in where]
        if unknown:
            raise InvalidInputError(
                [
                    Finding(
                        "unknown-node",
                        "network",
                        str(name),
                        f"{name!r} is not a node of the network ({self.n_nodes} nodes)",
                        "give identifiers of the network's nodes",
                    )
                    for name in unknown
                ]
            )
        return np.array([where[name] for name in ids], dtype=np.int64)
