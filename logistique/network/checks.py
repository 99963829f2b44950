"""Whether a road graph can be trusted: one connected part, directions, plausible lengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from logistique.findings import Finding, Severity
from logistique.network.assembly import Arcs, arcs_of, graph_from_arcs
from logistique.network.graph import BoolArray, IntArray, RoadGraph

SHORTER_THAN_CHORD = 0.99
"""Arcs shorter than this share of the straight line are impossible (1 % for rounding)."""

LONGER_THAN_CHORD = 3.0
"""Arcs longer than this multiple of the straight line are suspicious."""

LEAST_CHORD_M = 50.0
"""Arcs with nearer ends are not compared with the straight line (metres)."""

MOST_DROPPED = 0.05
"""Largest share of nodes outside the main part that passes without an error."""


@dataclass(frozen=True)
class MainPart:
    """The largest strongly connected part of a graph.

    Parameters
    ----------
    graph : RoadGraph
        The part, every node of which reaches every other.
    dropped_nodes : tuple of str
        Nodes left out.
    dropped_share : float
        Their share of all nodes, 0 to 1.
    """

    graph: RoadGraph
    dropped_nodes: tuple[str, ...]
    dropped_share: float


def main_part(graph: RoadGraph) -> MainPart:
    """Return the largest strongly connected part; among equals the one with the first node."""
    component = _components(graph)
    keep = component == np.argmax(np.bincount(component))
    dropped = tuple(name for name, kept in zip(graph.node_id, keep, strict=True) if not kept)
    part = graph if not dropped else _restricted(graph, keep)
    return MainPart(part, dropped, len(dropped) / graph.n_nodes)


def graph_warnings(graph: RoadGraph, *, where: str = "network") -> list[Finding]:
    """Check connection, directions and lengths.

    Parameters
    ----------
    graph : RoadGraph
    where : str
        File the graph comes from, used in messages.

    Returns
    -------
    list of Finding
        An error when more than 5 % of nodes are outside the main part or arcs are shorter than
        the straight line between their ends; warnings for a smaller part cut off, a graph
        without a single one-way arc, and arcs more than three times the straight line.
    """
    return [*_connection(graph, where), *_directions(graph, where), *_lengths(graph, where)]


def one_way_share(graph: RoadGraph) -> float:
    """Share of arcs without an arc back, 0 to 1."""
    if graph.n_arcs == 0:
        return 0.0
    there = graph.tail * graph.n_nodes + graph.head
    back = graph.head * graph.n_nodes + graph.tail
    return float(np.mean(~np.isin(back, there)))


def _components(graph: RoadGraph) -> IntArray:
    n = graph.n_nodes
    ones = np.ones(graph.n_arcs, dtype=np.int8)
    matrix = csr_array((ones, (graph.tail, graph.head)), shape=(n, n))
    _, component = connected_components(matrix, directed=True, connection="strong")
    # Numbered by first node, so that ties do not depend on the search.
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)


def _restricted(graph: RoadGraph, keep: BoolArray) -> RoadGraph:
    position = np.cumsum(keep) - 1
    inside = keep[graph.tail] & keep[graph.head]
    arcs = arcs_of(graph)
    return graph_from_arcs(
        [name for name, kept in zip(graph.node_id, keep, strict=True) if kept],
        graph.x_m[keep],
        graph.y_m[keep],
        Arcs(
            tail=position[arcs.tail[inside]],
            head=position[arcs.head[inside]],
            length_m=arcs.length_m[inside],
            free_time_s=arcs.free_time_s[inside],
            capacity_veh_h=arcs.capacity_veh_h[inside],
            lanes=arcs.lanes[inside],
            road_class=arcs.road_class[inside],
        ),
        crs=graph.crs,
        source=graph.source,
    )


def _connection(graph: RoadGraph, where: str) -> list[Finding]:
    part = main_part(graph)
    if not part.dropped_nodes:
        return []
    shown = ", ".join(part.dropped_nodes[:5])
    message = (
        f"{len(part.dropped_nodes)} of {graph.n_nodes} nodes ({part.dropped_share:.1%}) are not "
        f"joined both ways to the main part: {shown}"
    )
    hint = "keep the main part (logistique.network.checks.main_part) or add the missing roads"
    severity = Severity.ERROR if part.dropped_share > MOST_DROPPED else Severity.WARNING
    return [Finding("not-connected", where, "nodes", message, hint, severity)]


def _directions(graph: RoadGraph, where: str) -> list[Finding]:
    if graph.n_arcs == 0 or one_way_share(graph) > 0:
        return []
    message = "no one-way arc: every arc has one back"
    hint = "a street network of a city has one-way streets; check that directions were read"
    return [Finding("no-one-way", where, "arcs", message, hint, Severity.WARNING)]


def _lengths(graph: RoadGraph, where: str) -> list[Finding]:
    dx = graph.x_m[graph.tail] - graph.x_m[graph.head]
    dy = graph.y_m[graph.tail] - graph.y_m[graph.head]
    chord = np.hypot(dx, dy)
    apart = chord >= LEAST_CHORD_M
    short = np.flatnonzero(apart & (graph.length_m < SHORTER_THAN_CHORD * chord))
    long = np.flatnonzero(apart & (graph.length_m > LONGER_THAN_CHORD * chord))
    findings = []
    if short.size:
        message = (
            f"{short.size} arcs are shorter than the straight line, first {_arc(graph, short[0])}"
        )
        hint = "check the unit of lengths (metres) and the coordinate system"
        findings.append(Finding("length-below-chord", where, "length_m", message, hint))
    if long.size:
        message = (
            f"{long.size} arcs are over {LONGER_THAN_CHORD:g} times the straight line, "
            f"first {_arc(graph, long[0])}"
        )
        findings.append(
            Finding("length-above-chord", where, "length_m", message, "", Severity.WARNING)
        )
    return findings


def _arc(graph: RoadGraph, arc: int) -> str:
    ends = f"{graph.node_id[graph.tail[arc]]} -> {graph.node_id[graph.head[arc]]}"
    return f"{ends} ({graph.length_m[arc]:.0f} m)"
