"""What a graph, its costs and a question must be; every problem is named at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, issparse

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.shortest_paths.arrays import FloatArray, Int32Array

WHERE = "shortest paths"
MOST_NODES = 2**31 - 1
MOST_ARCS = 2**30 - 2  # twice the number of an edge, plus one, is a 32-bit integer


def problem(subject: str, message: str, hint: str = "") -> Finding:
    """Describe an unacceptable argument."""
    return Finding("shortest-paths", WHERE, subject, message, hint)


def refuse(findings: list[Finding]) -> None:
    """Raise all findings together, if there are any."""
    if findings:
        raise InvalidInputError(findings)


def checked_ends(n_nodes: int, tail: ArrayLike, head: ArrayLike) -> tuple[Int32Array, Int32Array]:
    """Return the ends of the arcs as 32-bit integers."""
    findings = []
    if isinstance(n_nodes, bool) or not isinstance(n_nodes, (int, np.integer)):
        findings.append(problem("n_nodes", f"is {n_nodes!r}; allowed: a whole number"))
    elif not 0 < n_nodes <= MOST_NODES:
        findings.append(problem("n_nodes", f"is {n_nodes}; allowed: 1 … {MOST_NODES}"))
    refuse(findings)
    ends = [_positions(name, array, n_nodes) for name, array in (("tail", tail), ("head", head))]
    if len(ends[0]) != len(ends[1]):
        refuse([problem("head", f"has {len(ends[1])} entries, tail has {len(ends[0])}")])
    if len(ends[0]) > MOST_ARCS:
        refuse([problem("tail", f"has {len(ends[0])} arcs; allowed: up to {MOST_ARCS}")])
    return ends[0], ends[1]


def checked_nodes(name: str, nodes: ArrayLike, n_nodes: int) -> Int32Array:
    """Node positions as 32-bit integers; an empty list is one of integers."""
    return _positions(name, nodes, n_nodes)


def _positions(name: str, given: ArrayLike, n_nodes: int) -> Int32Array:
    array = np.asarray(given)
    allowed = f"allowed: a list of node positions 0 … {n_nodes - 1}"
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        refuse([problem(name, f"has shape {array.shape} and type {array.dtype}; {allowed}")])
    outside = (array < 0) | (array >= n_nodes) if array.size else np.zeros(0, bool)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        refuse([problem(name, f"entry {first} is {array[first]}; {allowed}")])
    return np.ascontiguousarray(array, dtype=np.int32)


def checked_costs(name: str, cost: ArrayLike, n_arcs: int, *, closed: bool = True) -> FloatArray:
    """One number ≥ 0 per arc, copied; ``inf`` closes an arc where ``closed`` allows it."""
    array = np.asarray(cost)
    if array.shape != (n_arcs,) or array.dtype.kind not in "iuf":
        message = f"has shape {array.shape} and type {array.dtype}; allowed: one number per arc"
        refuse([problem(name, f"{message}, ({n_arcs},)")])
    values: FloatArray = np.array(array, dtype=np.float64)
    bad = ~(values >= 0) if closed else ~((values >= 0) & np.isfinite(values))
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        allowed = "≥ 0, inf for a closed arc" if closed else "finite and ≥ 0"
        refuse([problem(name, f"arc {first} has {values[first]}; allowed: {allowed}, never NaN")])
    values.flags.writeable = False
    return values


def checked_flow(flow: Any, sources: int, targets: int) -> csr_array:
    """Flows as sparse rows of positive numbers."""
    given = flow if issparse(flow) else np.asarray(flow)
    if given.shape != (sources, targets) or given.dtype.kind not in "iuf":
        message = f"has shape {given.shape} and type {given.dtype}; allowed: numbers of shape"
        refuse([problem("flow", f"{message} ({sources}, {targets}), dense or sparse")])
    rows = csr_array(given, dtype=np.float64, copy=True)
    if not (np.isfinite(rows.data) & (rows.data >= 0)).all():
        worst = rows.data[~(np.isfinite(rows.data) & (rows.data >= 0))][0]
        refuse([problem("flow", f"holds {worst}; allowed: finite and ≥ 0")])
    rows.sum_duplicates()
    rows.eliminate_zeros()
    rows.indptr = rows.indptr.astype(np.int64)
    rows.indices = rows.indices.astype(np.int32)
    return rows


def checked_number(name: str, value: float, *, whole: bool) -> float:
    """Return a limit ≥ 0, or a whole number ≥ 1."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    right = isinstance(value, kinds) and not isinstance(value, bool)
    if not right or not value >= (1 if whole else 0):
        allowed = "a whole number ≥ 1" if whole else "a number ≥ 0"
        refuse([problem(name, f"is {value!r}; allowed: {allowed}")])
    return value
