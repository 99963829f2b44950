"""Descriptions of a road network and comparisons of its times with a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.roads import build_roads
from logistique.network.comparison import TimesComparison, compare_times
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.periods import arc_times

BUILTIN = "builtin:metropole"

Period = Literal["free", "night", "day"]


def open_network(source: str) -> RoadGraph:
    """Open a road network by name.

    Parameters
    ----------
    source : str
        ``builtin:metropole``.

    Raises
    ------
    InvalidInputError
        For a network that is not known.
    """
    if source != BUILTIN:
        raise InvalidInputError(
            [Finding("network", "NETWORK", source, "is not known", f"allowed: {BUILTIN}")]
        )
    return build_roads(2024)


def network_info(source: str = BUILTIN) -> dict[str, Any]:
    """Describe a network: counts, lengths and speeds by road class.

    Parameters
    ----------
    source : str
        Network, see :func:`open_network`.

    Returns
    -------
    dict
        ``source``, ``crs``, ``nodes``, ``arcs`` and one entry per class with ``arcs``, ``km``,
        ``free_kmh``, ``night_kmh``, ``day_kmh``, ``capacity_veh_h`` (means weighted by length).
    """
    graph = open_network(source)
    times: dict[Period, Any] = {p: arc_times(graph, p) for p in ("free", "night", "day")}
    classes = []
    for road_class in RoadClass:
        arcs = graph.road_class == int(road_class)
        if not arcs.any():
            continue
        km = float(graph.length_m[arcs].sum() / 1000)
        speeds = {f"{p}_kmh": km * 3600 / float(t[arcs].sum()) for p, t in times.items()}
        classes.append(
            {
                "class": road_class.name.lower(),
                "arcs": int(arcs.sum()),
                "km": km,
                **speeds,
                "capacity_veh_h": float(
                    np.average(graph.capacity_veh_h[arcs], weights=graph.length_m[arcs])
                ),
            }
        )
    return {
        "source": graph.source,
        "crs": graph.crs,
        "nodes": len(graph.node_id),
        "arcs": int(graph.tail.size),
        "classes": classes,
    }


def network_info_text(description: dict[str, Any]) -> str:
    """Write the description as a readable table."""
    columns = f"{'class':<14}{'arcs':>6}{'km':>9}{'free':>8}{'night':>8}{'day':>8}   km/h"
    lines = [
        description["source"],
        f"{description['nodes']} nodes, {description['arcs']} directed arcs, {description['crs']}",
        "",
        f"{columns}{'capacity':>12} veh/h",
    ]
    lines += [
        f"{row['class']:<14}{row['arcs']:>6}{row['km']:>9.1f}{row['free_kmh']:>8.1f}"
        f"{row['night_kmh']:>8.1f}{row['day_kmh']:>8.1f}{row['capacity_veh_h']:>19.0f}"
        for row in description["classes"]
    ]
    return "\n".join(lines)


def network_times(source: str, reference: Path, *, period: Period = "free") -> TimesComparison:
    """Compare a network's times between its zones with a reference matrix.

    Parameters
    ----------
    source : str
        Network, see :func:`open_network`.
    reference : Path
        Square matrix of minutes: CSV with identifiers in the first row and column.
    period : {"free", "night", "day"}
        Whose times are compared.

    Returns
    -------
    TimesComparison

    Raises
    ------
    InvalidInputError
        For an unreadable matrix, unknown identifiers, or fewer than two.
    """
    graph = open_network(source)
    return compare_times(graph, reference, weight=arc_times(graph, period))
