"""Fastest paths between many nodes: their times, their lengths, and bikes kept off motorways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import BIKE_FORBIDDEN, BoolArray, FloatArray, IntArray, RoadGraph


@dataclass(frozen=True, eq=False)
class ManyToMany:
    """Fastest paths from every source to every target.

    Parameters
    ----------
    time_s : (s, t) float
        Time of the fastest path, seconds; ``inf`` where there is none, 0 from a node to itself.
    length_m : (s, t) float
        Length of that same path, metres; ``inf`` where there is none.
    """

    time_s: FloatArray
    length_m: FloatArray


def many_to_many(
    graph: RoadGraph,
    sources: IntArray,
    targets: IntArray,
    *,
    weight: FloatArray | None = None,
    allowed: BoolArray | None = None,
) -> FloatArray:
    """Least total weight of a path from each source to each target.

    Parameters
    ----------
    graph : RoadGraph
    sources, targets : (s,), (t,) int
        Node positions (see :meth:`RoadGraph.positions`); may repeat.
    weight : (a,) float, optional
        Weight of each arc, ≥ 0 and not NaN; free-flow times (seconds) when absent.
    allowed : (a,) bool, optional
        Arcs that may be used; all when absent.

    Returns
    -------
    (s, t) float
        ``inf`` where no path exists; never an estimate.

    Raises
    ------
    InvalidInputError
        For nodes outside the graph, weights of the wrong shape, negative or NaN.

    Notes
    -----
    Of parallel arcs the one of least weight counts. Dijkstra per distinct source,
    O(s · (a + n) log n).
    """
    distance, _, _, column = _search(graph, sources, targets, weight, allowed, paths=False)
    return np.asarray(distance[np.ix_(column, np.asarray(targets))])


def fastest_paths(
    graph: RoadGraph,
    sources: IntArray,
    targets: IntArray,
    *,
    time_s: FloatArray | None = None,
    allowed: BoolArray | None = None,
) -> ManyToMany:
    """Time and length of the fastest path from each source to each target.

    Parameters
    ----------
    graph : RoadGraph
    sources, targets : (s,), (t,) int
        Node positions; may repeat.
    time_s : (a,) float, optional
        Time of each arc, seconds (see :func:`~logistique.network.periods.arc_times`);
        free-flow times when absent.
    allowed : (a,) bool, optional
        Arcs that may be used; all when absent.

    Returns
    -------
    ManyToMany

    Raises
    ------
    InvalidInputError
        As :func:`many_to_many`.
    """
    distance, before, arcs, row = _search(graph, sources, targets, time_s, allowed, paths=True)
    length = _along(graph, distance, before, arcs)
    pick = np.ix_(row, np.asarray(targets))
    return ManyToMany(np.asarray(distance[pick]), np.asarray(length[pick]))


def bike_arcs(graph: RoadGraph) -> BoolArray:
    """Return which arcs a bike may use: all but motorways and the ring road, (a,) bool."""
    return np.isin(graph.road_class, [int(c) for c in BIKE_FORBIDDEN], invert=True)


def _search(
    graph: RoadGraph,
    sources: IntArray,
    targets: IntArray,
    weight: FloatArray | None,
    allowed: BoolArray | None,
    *,
    paths: bool,
) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Dijkstra from each distinct source; rows of the answer by source given."""
    weight = graph.free_time_s if weight is None else np.asarray(weight, dtype=np.float64)
    allowed = np.ones(graph.n_arcs, dtype=bool) if allowed is None else np.asarray(allowed)
    sources = np.asarray(sources)
    _check(graph, sources, np.asarray(targets), weight, allowed)
    arcs = lightest_arcs(graph, weight, allowed)
    shape = (graph.n_nodes, graph.n_nodes)
    matrix = csr_array(shape, dtype=np.float64)
    if arcs.size:
        # Dijkstra drops stored zeros; the smallest positive number stands for them.
        stored = np.maximum(weight[arcs], np.finfo(np.float64).tiny)
        matrix = csr_array((stored, (graph.tail[arcs], graph.head[arcs])), shape=shape)
    distinct, row = np.unique(sources.astype(np.int64), return_inverse=True)
    if distinct.size == 0:
        empty = np.empty((0, graph.n_nodes))
        return empty, empty.astype(np.int64), arcs, row
    answer = dijkstra(matrix, indices=distinct, return_predecessors=paths)
    distance, before = answer if paths else (answer, np.empty((0, 0), dtype=np.int64))
    return distance, before.astype(np.int64), arcs, row


def lightest_arcs(graph: RoadGraph, weight: FloatArray, allowed: BoolArray) -> IntArray:
    """Return the lightest allowed arc of every pair of nodes, self-loops left out.

    Parameters
    ----------
    weight : (a,) float
    allowed : (a,) bool

    Returns
    -------
    (b,) int
        Arc positions sorted by tail, then head; among equals the first.
    """
    order = np.lexsort((weight, graph.head, graph.tail))
    order = order[allowed[order] & (graph.tail[order] != graph.head[order])]
    pair = graph.tail[order] * graph.n_nodes + graph.head[order]
    first = np.ones(len(pair), dtype=bool)
    first[1:] = pair[1:] != pair[:-1]
    return np.asarray(order[first], dtype=np.int64)


def _along(graph: RoadGraph, distance: FloatArray, before: IntArray, arcs: IntArray) -> FloatArray:
    """Lengths along the trees of predecessors, (s, n) metres.

    Nodes are settled level by level of the tree: each pass moves every node's pointer to its
    predecessor's pointer and adds the length skipped, so that paths of m arcs need log2(m)
    passes.
    """
    rows = np.arange(len(before))[:, None]
    nodes = np.arange(graph.n_nodes)[None, :]
    pair = graph.tail[arcs] * graph.n_nodes + graph.head[arcs]
    has_arc = before >= 0
    pointer = np.where(has_arc, before, nodes)
    position = np.searchsorted(pair, (pointer * graph.n_nodes + nodes)[has_arc])
    length = np.zeros(before.shape)
    length[has_arc] = graph.length_m[arcs[position]]
    while True:
        further = pointer[rows, pointer]
        if np.array_equal(further, pointer):
            break
        length = length + length[rows, pointer]
        pointer = further
    length[~np.isfinite(distance)] = np.inf
    return np.asarray(length)


def _check(
    graph: RoadGraph,
    sources: IntArray,
    targets: IntArray,
    weight: FloatArray,
    allowed: BoolArray,
) -> None:
    findings = [
        Finding(
            "unknown-node",
            "paths",
            name,
            f"positions must be whole numbers in 0..{graph.n_nodes - 1}",
            "get positions from RoadGraph.positions(ids)",
        )
        for name, nodes in (("sources", sources), ("targets", targets))
        if nodes.ndim != 1
        or (nodes.size and not np.issubdtype(nodes.dtype, np.integer))
        or np.any((nodes < 0) | (nodes >= graph.n_nodes))
    ]
    for name, array in (("weight", weight), ("allowed", allowed)):
        if array.shape != (graph.n_arcs,):
            message = f"has shape {array.shape}, expected one value per arc ({graph.n_arcs},)"
            findings.append(Finding("wrong-shape", "paths", name, message))
    if weight.shape == (graph.n_arcs,) and not np.all(weight >= 0):
        first = int(np.flatnonzero(~(weight >= 0))[0])
        message = f"must be ≥ 0 and not NaN; arc {first} has {weight[first]}"
        findings.append(Finding("negative-weight", "paths", "weight", message))
    if findings:
        raise InvalidInputError(findings)
