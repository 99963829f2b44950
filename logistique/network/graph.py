"""The road network as immutable arrays: directed arcs in compressed sparse rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pyproj
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


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

    def __post_init__(self) -> None:
        findings = [*_shape_findings(self)] or [*_value_findings(self)]
        if findings:
            raise InvalidInputError(findings)
        for name in _FLOATS + _INTS:
            dtype = np.float64 if name in _FLOATS else np.int64
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


_NODE_ARRAYS = ("x_m", "y_m")
_POSITIVE = ("length_m", "free_time_s", "capacity_veh_h", "lanes")
_FLOATS = _NODE_ARRAYS + _POSITIVE
_INTS = ("tail", "head", "road_class")


def _shape_findings(graph: RoadGraph) -> Iterator[Finding]:
    """Arrays of wrong length, dimension or kind: nothing else can be checked before these."""
    n, a = len(graph.node_id), np.size(graph.tail)
    if n == 0:
        yield _finding("empty-network", "node_id", "the network has no node")
    for name in _FLOATS + _INTS:
        array = np.asarray(getattr(graph, name))
        expected = n if name in _NODE_ARRAYS else a
        if array.shape != (expected,):
            yield _finding("wrong-shape", name, f"has shape {array.shape}, expected ({expected},)")
        elif not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
            yield _finding("wrong-type", name, f"holds {array.dtype}, expected numbers")
        elif name in _INTS and array.size and not np.all(array == np.round(array)):
            yield _finding("wrong-type", name, "holds numbers that are not whole")


def _value_findings(graph: RoadGraph) -> Iterator[Finding]:
    duplicates = [name for name, count in Counter(graph.node_id).items() if count > 1]
    if duplicates:
        yield _finding("duplicate-node", "node_id", f"appears more than once: {_some(duplicates)}")
    for name in _NODE_ARRAYS:
        bad = np.flatnonzero(~np.isfinite(getattr(graph, name)))
        if bad.size:
            ids = [graph.node_id[i] for i in bad]
            yield _finding("not-finite", name, f"not a finite number at nodes {_some(ids)}")
    n = len(graph.node_id)
    tail, head = np.asarray(graph.tail), np.asarray(graph.head)
    for name, end in (("tail", tail), ("head", head)):
        bad = np.flatnonzero((end < 0) | (end >= n))
        if bad.size:
            yield _finding("unknown-node", name, f"arcs {_some(bad)} point outside 0..{n - 1}")
    order = np.diff(tail.astype(np.int64) * (n + 1) + head.astype(np.int64))
    if np.any(order < 0):
        yield _finding(
            "unsorted-arcs",
            "tail",
            f"arc {int(np.argmax(order < 0)) + 1} breaks the order by tail, then head",
            "build the graph with logistique.network.assembly.graph_from_arcs",
        )
    for name in _POSITIVE:
        array = np.asarray(getattr(graph, name), dtype=np.float64)
        bad = np.flatnonzero(~(np.isfinite(array) & (array > 0)))
        if bad.size:
            yield _finding(
                "not-positive", name, f"must be finite and > 0; got {array[bad[0]]} at {_some(bad)}"
            )
    allowed = [int(value) for value in RoadClass]
    bad = np.flatnonzero(~np.isin(graph.road_class, allowed))
    if bad.size:
        yield _finding("unknown-class", "road_class", f"arcs {_some(bad)} not in {allowed}")
    yield from _crs_findings(graph.crs)


def _crs_findings(crs: str) -> Iterator[Finding]:
    remedy = "use a projected system in metres; for the Métropole EPSG:2154 (Lambert-93)"
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        yield _finding("unknown-crs", "crs", f"{crs!r} is not a coordinate system", remedy)
        return
    if not system.is_projected:
        yield _finding("geographic-crs", "crs", f"{crs!r} is in degrees", remedy)
    elif system.axis_info[0].unit_name not in ("metre", "meter"):
        yield _finding("crs-unit", "crs", f"{crs!r} is not in metres", remedy)


def _finding(check: str, subject: str, message: str, hint: str = "") -> Finding:
    return Finding(check, "network", subject, message, hint)


def _some(values: Sequence[object] | IntArray, most: int = 5) -> str:
    shown = ", ".join(str(value) for value in list(values)[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"
