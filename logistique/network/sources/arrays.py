"""Plain arrays from Python."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.arc_rows import ArcRows
from logistique.network.sources.found import Found

WHERE = "arrays"


def read_arrays(
    x: ArrayLike,
    y: ArrayLike,
    tail: ArrayLike,
    head: ArrayLike,
    *,
    crs: str,
    length_m: ArrayLike | None = None,
    time_s: ArrayLike | None = None,
    kmh: ArrayLike | None = None,
    capacity_veh_h: ArrayLike | None = None,
    highway: Sequence[str] | None = None,
    two_way: ArrayLike | None = None,
    node_id: Sequence[str] | None = None,
) -> Found:
    """Streets of arrays.

    Parameters
    ----------
    x, y : (n,) float
        Coordinates of nodes in ``crs``.
    tail, head : (a,) int
        Node positions.
    crs : str
        For example ``EPSG:4326`` (longitude, latitude) or ``EPSG:2154``.
    length_m, time_s, kmh, capacity_veh_h : (a,) float, optional
        NaN where unknown.
    highway : sequence of str, length a, optional
        Classes as in OpenStreetMap.
    two_way : (a,) bool, optional
        Arcs that may be driven in both directions; none when absent.
    node_id : sequence of str, length n, optional
        ``"0"`` to ``"n−1"`` when absent.

    Raises
    ------
    InvalidInputError
        For arrays of different lengths, positions outside the nodes, and as the other readers.
    """
    ends = np.asarray(tail), np.asarray(head)
    x_, y_ = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    columns = {
        "length": length_m,
        "travel_time": time_s,
        "speed_kph": kmh,
        "capacity": capacity_veh_h,
        "highway": highway,
        "two_way": two_way,
    }
    given = {name: list(np.asarray(v).tolist()) for name, v in columns.items() if v is not None}
    names = [str(i) for i in range(len(x_))] if node_id is None else [str(i) for i in node_id]
    _check(ends, x_, y_, names, given)
    rows = ArcRows(WHERE)
    for name, at_x, at_y in zip(names, x_.tolist(), y_.tolist(), strict=True):
        rows.node(name, at_x, at_y)
    for arc, (u, v) in enumerate(zip(ends[0].tolist(), ends[1].tolist(), strict=True)):
        data = {name: values[arc] for name, values in given.items()}
        rows.arc(names[u], names[v], data)
        if data.get("two_way"):
            rows.arc(names[v], names[u], data)
    return Found(rows.streets(crs), {"arcs_closed": rows.closed})


def _check(
    ends: tuple[np.ndarray, np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    names: list[str],
    given: dict[str, list[object]],
) -> None:
    findings = []
    n, a = x.size, ends[0].size
    for subject, size, expected in (
        ("y", y.size, n),
        ("node_id", len(names), n),
        ("head", ends[1].size, a),
        *((name, len(values), a) for name, values in given.items()),
    ):
        if size != expected:
            message = f"has {size} values, expected {expected}"
            findings.append(Finding("wrong-shape", WHERE, subject, message))
    for subject, end in zip(("tail", "head"), ends, strict=True):
        if not np.issubdtype(end.dtype, np.integer):
            message = f"holds {end.dtype}, expected whole numbers"
            findings.append(Finding("wrong-type", WHERE, subject, message))
        elif end.size and (end.min() < 0 or end.max() >= n):
            message = f"positions must be in 0..{n - 1}; found {end.min()}..{end.max()}"
            findings.append(Finding("unknown-node", WHERE, subject, message))
    if n == 0 or a == 0:
        findings.append(Finding("empty-network", WHERE, "tail", f"{n} nodes and {a} arcs"))
    if findings:
        raise InvalidInputError(findings)
