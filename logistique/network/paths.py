"""Fastest paths between many nodes: their times, their lengths, and bikes kept off motorways.

What is prepared for a graph is kept while the graph lives, so that other periods, vehicles and
iterations only fit new weights to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import BIKE_FORBIDDEN, BoolArray, FloatArray, IntArray, RoadGraph
from logistique.shortest_paths import ShortestPaths

_ENGINES: WeakKeyDictionary[RoadGraph, ShortestPaths] = WeakKeyDictionary()


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
    Of parallel arcs the one of least weight counts. The way of searching is chosen by the size of
    the question, see :class:`~logistique.shortest_paths.ShortestPaths`.
    """
    sources, targets = _checked(graph, sources, targets)
    return engine_on(graph, weight, allowed).distances(sources, targets)


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
    sources, targets = _checked(graph, sources, targets)
    engine = engine_on(graph, time_s, allowed)
    return ManyToMany(*engine.distances_along(sources, targets, graph.length_m))


def bike_arcs(graph: RoadGraph) -> BoolArray:
    """Return which arcs a bike may use: all but motorways and the ring road, (a,) bool."""
    return np.isin(graph.road_class, [int(c) for c in BIKE_FORBIDDEN], invert=True)


def engine_on(
    graph: RoadGraph, weight: FloatArray | None = None, allowed: BoolArray | None = None
) -> ShortestPaths:
    """Return the engine for more questions on a graph: near targets, paths, flows on links.

    Parameters
    ----------
    graph : RoadGraph
    weight : (a,) float, optional
        Weight of each arc, ≥ 0 and not NaN; free-flow times (seconds) when absent.
    allowed : (a,) bool, optional
        Arcs that may be used; all when absent.

    Raises
    ------
    InvalidInputError
        For weights of the wrong shape, negative or NaN.

    Examples
    --------
    ``engine_on(graph, arc_times(graph, "day")).link_flows(depots, zones, parcels)``
    """
    weight = graph.free_time_s if weight is None else np.asarray(weight, dtype=np.float64)
    allowed = np.ones(graph.n_arcs, dtype=bool) if allowed is None else np.asarray(allowed)
    _check_arcs(graph, weight, allowed)
    cost = np.where(allowed, weight, np.inf)
    if graph not in _ENGINES:
        _ENGINES[graph] = ShortestPaths(graph.n_nodes, graph.tail, graph.head, cost)
    return _ENGINES[graph].customise(cost)


def _checked(graph: RoadGraph, sources: IntArray, targets: IntArray) -> tuple[IntArray, IntArray]:
    """Return sources and targets as arrays, or say what is wrong with them."""
    sources, targets = np.asarray(sources), np.asarray(targets)
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
    if findings:
        raise InvalidInputError(findings)
    return sources, targets


def _check_arcs(graph: RoadGraph, weight: FloatArray, allowed: BoolArray) -> None:
    findings = []
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
