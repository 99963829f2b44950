"""Descriptions of a road network and comparisons of its times with a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.roads import build_roads
from logistique.metropole.street_places import placed
from logistique.metropole.territory import zones as metropole_zones
from logistique.network.calibration import fit_class_times, with_class_times
from logistique.network.comparison import TimesComparison, compare_times
from logistique.network.geodesy import projected
from logistique.network.graph import FloatArray, RoadClass, RoadGraph
from logistique.network.named_points import coordinates_of, read_points
from logistique.network.native import save
from logistique.network.periods import arc_times
from logistique.network.reading import read
from logistique.network.reference import ReferenceTimes, read_reference
from logistique.network.roads import RoadNetwork
from logistique.network.street_snapping import attach_to_streets
from logistique.network.vehicle import VEHICLES
from logistique.scenario.schema.place import BUILTIN_NETWORK

Period = Literal["free", "night", "day"]

ZONE_REACH_M = 3000.0
"""Zones further from any street than this are not on the network (metres)."""


def open_network(source: str, vehicle: str | None = None) -> RoadGraph | RoadNetwork:
    """Open a road network: the built-in one by name, any other from its file.

    Parameters
    ----------
    source : str
        ``builtin:metropole`` or a file that :func:`logistique.network.read` takes.
    vehicle : str, optional
        One of :data:`~logistique.network.vehicle.VEHICLES`; the saved one or a car when absent.

    Raises
    ------
    InvalidInputError
        For a network that is not known or cannot be read.
    """
    if source == BUILTIN_NETWORK:
        return build_roads(2024)
    if source.startswith("builtin:"):
        hint = f"allowed: {BUILTIN_NETWORK}, or a file of roads"
        raise InvalidInputError([Finding("network", "NETWORK", source, "is not known", hint)])
    return placed(read(source, vehicle=None if vehicle is None else VEHICLES[vehicle]))


def network_info(source: str = BUILTIN_NETWORK, vehicle: str | None = None) -> dict[str, Any]:
    """Describe a network: counts, lengths and speeds by road class, repairs and warnings.

    Parameters
    ----------
    source, vehicle
        See :func:`open_network`.

    Returns
    -------
    dict
        ``source``, ``crs``, ``nodes``, ``arcs`` and one entry per class with ``arcs``, ``km``,
        ``free_kmh``, ``night_kmh``, ``day_kmh``, ``capacity_veh_h`` (means weighted by length).
        For files also ``report``, ``warnings`` and ``provenance``.
    """
    roads = open_network(source, vehicle)
    described = graph_info(roads.graph if isinstance(roads, RoadNetwork) else roads)
    if isinstance(roads, RoadNetwork):
        described["report"] = roads.report.as_dict()
        described["warnings"] = [
            {"check": f.check, "message": f.message, "hint": f.hint} for f in roads.findings
        ]
        described["provenance"] = roads.provenance.as_dict()
    return described


def graph_info(graph: RoadGraph) -> dict[str, Any]:
    """Describe counts, lengths, speeds and capacities of a graph (see :func:`network_info`)."""
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
    columns = f"{'class':<14}{'arcs':>7}{'km':>9}{'free':>8}{'night':>8}{'day':>8}   km/h"
    lines = [
        description["source"],
        f"{description['nodes']} nodes, {description['arcs']} directed arcs, {description['crs']}",
        "",
        f"{columns}{'capacity':>12} veh/h",
    ]
    lines += [
        f"{row['class']:<14}{row['arcs']:>7}{row['km']:>9.1f}{row['free_kmh']:>8.1f}"
        f"{row['night_kmh']:>8.1f}{row['day_kmh']:>8.1f}{row['capacity_veh_h']:>19.0f}"
        for row in description["classes"]
    ]
    if "report" in description:
        lines += ["", *_trust_lines(description)]
    return "\n".join(lines)


def _trust_lines(description: dict[str, Any]) -> list[str]:
    report, provenance = description["report"], description["provenance"]
    shares = report["dropped_nodes_share"], report["dropped_km_share"]
    left_out = f"{report['dropped_nodes']} nodes ({shares[0]:.1%}), {shares[1]:.1%} of the length"
    lines = [
        f"vehicle         {report['vehicle']}",
        f"left out        {left_out}: not joined both ways to the main part",
        f"posted speeds   {report['posted_speed_share']:.0%} of the length, the rest by class",
        f"stated times    {report['stated_time_share']:.0%} of the length",
        f"banned turns    {report['banned_turns']}",
    ]
    lines += [f"{name.replace('_', ' '):<16}{n}" for name, n in report["counts"].items()]
    if provenance["sha256"]:
        lines.append(f"sha256          {provenance['sha256']} ({provenance['bytes']:,} bytes)")
    if provenance["licence"]:
        lines.append(f"licence         {provenance['licence']}")
    lines += [f"warning         {warning['message']}" for warning in description["warnings"]]
    return lines


def network_times(
    source: str,
    reference: Path,
    *,
    period: Period = "free",
    vehicle: str | None = None,
    points: Path | None = None,
) -> TimesComparison:
    """Compare a network's times between its zones with a reference matrix.

    Parameters
    ----------
    source, vehicle
        See :func:`open_network`.
    reference : Path
        Square matrix of minutes: CSV with identifiers in the first row and column: nodes of the
        network, or INSEE codes of zones of the Métropole.
    period : {"free", "night", "day"}
        Whose times are compared.
    points : Path, optional
        Where the identifiers lie (CSV: id, lon, lat), for cities elsewhere.

    Returns
    -------
    TimesComparison

    Raises
    ------
    InvalidInputError
        For an unreadable matrix, unknown identifiers, or fewer than two.
    """
    graph = zone_graph(open_network(source, vehicle), read_reference(reference), points)
    return compare_times(graph, reference, weight=arc_times(graph, period))


def fit_network(
    source: str,
    reference: Path,
    output: Path,
    *,
    vehicle: str | None = None,
    points: Path | None = None,
) -> str:
    """Fit a network's times by road class to a reference and write it with them.

    Parameters
    ----------
    source, vehicle
        See :func:`open_network`; a file of streets.
    reference, points
        See :func:`network_times`; free-flow minutes.
    output : Path
        The ``.roads`` file to write.

    Returns
    -------
    str
        What was fitted, in a sentence.

    Raises
    ------
    InvalidInputError
        For the built-in network, which is calibrated, and as :func:`network_times`.
    """
    roads = open_network(source, vehicle)
    if isinstance(roads, RoadGraph):
        message = "is calibrated already; only files of streets are fitted"
        raise InvalidInputError([Finding("network", "NETWORK", source, message)])
    times = read_reference(reference)
    fitted = fit_class_times(zone_graph(roads, times, points), times)
    save(placed(with_class_times(roads, fitted)), output)
    return str(fitted)


def zone_graph(
    roads: RoadGraph | RoadNetwork, reference: ReferenceTimes, points: Path | None = None
) -> RoadGraph:
    """Graph whose nodes include the zones of a reference, tied to streets where need be.

    Parameters
    ----------
    roads : RoadGraph or RoadNetwork
    reference : ReferenceTimes
    points : Path, optional
        Where its identifiers lie; without it they are nodes, or INSEE codes of zones.

    Raises
    ------
    InvalidInputError
        For identifiers that are neither nodes nor zones of the Métropole nor points, and zones
        away from the network.
    """
    if isinstance(roads, RoadGraph):
        return roads
    if points is not None:
        lon, lat = coordinates_of(read_points(points), reference.ids, where=str(points))
    elif set(reference.ids) <= set(roads.graph.node_id):
        return roads.graph
    else:
        lon, lat = _zone_points(reference)
    x_m, y_m = projected(lon, lat, roads.graph.crs)
    return attach_to_streets(roads, reference.ids, x_m, y_m, max_m=ZONE_REACH_M).graph


def _zone_points(reference: ReferenceTimes) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of the median road junction of zones of the Métropole."""
    table = metropole_zones(2024).set_index("insee")
    unknown = [name for name in reference.ids if name not in table.index]
    if unknown:
        message = "is neither a node of the network nor a zone of the Métropole"
        hint = "name rows and columns by node or INSEE code, or give --points (CSV: id, lon, lat)"
        raise InvalidInputError(
            [Finding("unknown-node", reference.where, name, message, hint) for name in unknown]
        )
    rows = table.loc[list(reference.ids)]
    return rows["road_lon"].to_numpy(dtype=float), rows["road_lat"].to_numpy(dtype=float)
