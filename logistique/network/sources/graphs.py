"""Graphs of networkx, hence of osmnx."""

from __future__ import annotations

from typing import Any

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.sources.arc_rows import ArcRows
from logistique.network.sources.found import Found
from logistique.network.sources.graphml import first_of, refuse_undirected, stated_crs

WHERE = "networkx graph"


def read_graph(graph: Any, *, crs: str | None = None, both_ways: bool = False) -> Found:
    """Read a networkx graph with node attributes ``x`` and ``y``.

    Parameters
    ----------
    graph : networkx.DiGraph or MultiDiGraph
        Edges may have ``length`` (m), ``travel_time`` (s), ``geometry`` (shapely or WKT) and any
        tags of OpenStreetMap; ``graph.graph["crs"]`` states the coordinate system.
    crs : str, optional
        Coordinate system, instead of the graph's own.
    both_ways : bool
        Take every edge of an undirected graph in both directions.

    Raises
    ------
    InvalidInputError
        As :func:`~logistique.network.sources.graphml.read_graphml`.
    """
    refuse_undirected(directed=graph.is_directed(), both_ways=both_ways, where=WHERE)
    if graph.number_of_nodes() == 0:
        raise InvalidInputError([Finding("empty-network", WHERE, "graph", "holds no node")])
    system = stated_crs(crs, graph.graph.get("crs"), WHERE)
    rows = ArcRows(WHERE)
    for name, data in graph.nodes(data=True):
        rows.node(name, first_of(data, ("x", "lon")), first_of(data, ("y", "lat")))
    for tail, head, data in graph.edges(data=True):
        rows.arc(tail, head, data)
        if not graph.is_directed():
            rows.arc(head, tail, data)
    streets = rows.streets(system)
    return Found(streets, {"arcs_closed": rows.closed, "numbers_as_text": rows.text_numbers})
