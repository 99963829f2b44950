"""Every reason why arrays are not a road graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from logistique.findings import Finding
from logistique.network.road_class import RoadClass

if TYPE_CHECKING:
    from logistique.network.graph import RoadGraph

_NODE_ARRAYS = ("x_m", "y_m")
_POSITIVE = ("length_m", "free_time_s", "capacity_veh_h", "lanes")
FLOATS = _NODE_ARRAYS + _POSITIVE
INTS = ("tail", "head", "road_class")


def graph_findings(graph: RoadGraph) -> list[Finding]:
    """Return all problems of a graph's arrays: shapes first, values only when shapes fit."""
    return [*_shape_findings(graph)] or [*_value_findings(graph)]


def _shape_findings(graph: RoadGraph) -> Iterator[Finding]:
    """Arrays of wrong length, dimension or kind: nothing else can be checked before these."""
    n, a = len(graph.node_id), np.size(graph.tail)
    if n == 0:
        yield _finding("empty-network", "node_id", "the network has no node")
    for name in FLOATS + INTS:
        array = np.asarray(getattr(graph, name))
        expected = n if name in _NODE_ARRAYS else a
        if array.shape != (expected,):
            yield _finding("wrong-shape", name, f"has shape {array.shape}, expected ({expected},)")
        elif not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
            yield _finding("wrong-type", name, f"holds {array.dtype}, expected numbers")
        elif name in INTS and array.size and not np.all(array == np.round(array)):
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


def _some(values: Sequence[object] | np.ndarray[Any, Any], most: int = 5) -> str:
    shown = ", ".join(str(value) for value in list(values)[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"
