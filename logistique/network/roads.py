"""A road network one can trust: the streets of a source, and the graph one vehicle can drive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from logistique.errors import InvalidInputError
from logistique.findings import Finding, Severity
from logistique.network.geodesy import projected, working_crs
from logistique.network.graph import BoolArray, FloatArray, IntArray, RoadGraph
from logistique.network.highway import (
    Highway,
    usual_kmh,
    usual_lane_capacity,
    usual_lanes,
    usual_road_class,
)
from logistique.network.low_emission import LowEmissionZone, closed_by_zones
from logistique.network.provenance import Provenance
from logistique.network.road_class import RoadClass
from logistique.network.streets import Streets
from logistique.network.turn_graph import split_junctions
from logistique.network.vehicle import CAR, Vehicle, open_arcs

MOST_DROPPED = 0.5
"""Largest share of street length outside the main part that passes as a warning; beyond it the
streets are not joined to one another and the network is refused."""


@dataclass(frozen=True)
class NetworkReport:
    """How a network was made of its source.

    Parameters
    ----------
    vehicle : str
    nodes, arcs : int
        Of the graph; junctions with banned turns count once per copy.
    km : float
        Length of all arcs of the graph.
    dropped_nodes, dropped_nodes_share, dropped_km_share : int, float, float
        What the vehicle may use but is not joined both ways to the main part; shares 0 to 1.
    closed_arcs : int
        Arcs of the source the vehicle may not use.
    posted_speed_share : float
        Share of the graph's length whose speed the source states; the rest is filled by class.
    stated_time_share : float
        Share whose travel time the source states.
    banned_turns : int
        Banned sequences of arcs in force.
    counts : mapping of str to int
        Repairs and remarks of the reading, by name; zeros left out.
    """

    vehicle: str
    nodes: int
    arcs: int
    km: float
    dropped_nodes: int
    dropped_nodes_share: float
    dropped_km_share: float
    closed_arcs: int
    posted_speed_share: float
    stated_time_share: float
    banned_turns: int
    counts: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {**self.__dict__, "counts": dict(self.counts)}


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Streets of a source and the graph a vehicle can drive on them.

    Parameters
    ----------
    streets : Streets
        All streets for all vehicles, lengths verified.
    vehicle : Vehicle
    graph : RoadGraph
        The largest strongly connected part open to the vehicle. A junction with banned turns
        appears as several nodes, ``ID~0``, ``ID~1``, …, so that no path takes such a turn.
    street : (graph.n_arcs,) int
        Arc of ``streets`` each arc of the graph stands for.
    node : (graph.n_nodes,) int
        Node of ``streets`` each node of the graph stands for.
    report : NetworkReport
    findings : tuple of Finding
        Warnings; errors have been raised.
    provenance : Provenance
    zones : tuple of LowEmissionZone
    """

    streets: Streets
    vehicle: Vehicle
    graph: RoadGraph
    street: IntArray
    node: IntArray
    report: NetworkReport
    findings: tuple[Finding, ...]
    provenance: Provenance
    zones: tuple[LowEmissionZone, ...] = ()

    def for_vehicle(self, vehicle: Vehicle) -> RoadNetwork:
        """Return the same streets as another vehicle can drive them.

        Raises
        ------
        InvalidInputError
            As :func:`build_network`.
        """
        kept = [f for f in self.findings if f.check not in _OF_VEHICLE]
        return build_network(
            self.streets,
            vehicle,
            provenance=self.provenance,
            counts=self.report.counts,
            findings=kept,
            zones=self.zones,
        )


_OF_VEHICLE = ("not-connected", "no-one-way", "unknown-class", "banned-turns", "speed-assumed")


def build_network(
    streets: Streets,
    vehicle: Vehicle = CAR,
    *,
    provenance: Provenance,
    counts: Mapping[str, int],
    findings: Sequence[Finding] = (),
    zones: Sequence[LowEmissionZone] = (),
) -> RoadNetwork:
    """Build the graph of a vehicle on streets whose lengths are sound.

    Raises
    ------
    InvalidInputError
        When no street is open to the vehicle, or more than half of the street length is not
        joined both ways to the main part.
    """
    where = provenance.path
    allowed = open_arcs(streets, vehicle) & ~closed_by_zones(streets, vehicle, zones)
    if not allowed.any():
        message = f"no street is open to the vehicle {vehicle.name!r}"
        raise InvalidInputError([Finding("empty-network", where, "arcs", message)])
    mine = np.flatnonzero(allowed)
    banned = _banned(streets, allowed, vehicle)
    split = split_junctions(streets.n_nodes, streets.tail[mine], streets.head[mine], banned)
    keep = _main_nodes(len(split.node), split.tail, split.head)
    order = np.flatnonzero(keep[split.tail] & keep[split.head])
    arc = mine[split.arc[order]]
    time = _times(streets, arc, vehicle)
    position = np.cumsum(keep) - 1
    tail, head = position[split.tail[order]], position[split.head[order]]
    sort = np.lexsort((streets.length_m[arc], time, head, tail))
    arc, time = arc[sort], time[sort]
    node = split.node[keep]
    crs = working_crs(streets.lon, streets.lat)
    x_m, y_m = projected(streets.lon[node], streets.lat[node], crs)
    graph = RoadGraph(
        node_id=_names(streets, split.node, keep),
        x_m=x_m,
        y_m=y_m,
        tail=tail[sort],
        head=head[sort],
        length_m=streets.length_m[arc],
        free_time_s=time,
        **_lanes(streets, arc),
        road_class=_road_class(streets, arc),
        crs=crs,
        source=where,
    )
    report = _report(streets, vehicle, graph, allowed, arc, node, len(banned), counts)
    return RoadNetwork(
        streets=streets,
        vehicle=vehicle,
        graph=graph,
        street=arc,
        node=node,
        report=report,
        findings=(*findings, *_warnings(streets, graph, report, arc, where)),
        provenance=provenance,
        zones=tuple(zones),
    )


def _banned(streets: Streets, allowed: BoolArray, vehicle: Vehicle) -> list[tuple[int, ...]]:
    """Banned sequences in force, in positions among the allowed arcs."""
    position = np.cumsum(allowed) - 1
    return [
        tuple(int(position[arc]) for arc in turn.arcs)
        for turn in streets.banned
        if turn.modes & int(vehicle.mode) and all(allowed[arc] for arc in turn.arcs)
    ]


def _main_nodes(n: int, tail: IntArray, head: IntArray) -> BoolArray:
    """Nodes of the largest strongly connected part; among equals the one with the first node."""
    matrix = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n, n))
    _, component = connected_components(matrix, directed=True, connection="strong")
    size = np.bincount(component)
    first = int(np.flatnonzero(size[component] == size.max())[0])
    return np.asarray(component == component[first])


def _times(streets: Streets, arc: IntArray, vehicle: Vehicle) -> FloatArray:
    """Free-flow time of each arc, seconds: stated, else by posted or usual speed."""
    kmh = _filled(streets.kmh[arc], usual_kmh(streets.highway[arc]))
    by_speed = streets.length_m[arc] / (np.minimum(kmh, vehicle.max_kmh) / 3.6)
    least = streets.length_m[arc] / (vehicle.max_kmh / 3.6)
    stated = streets.time_s[arc]
    usable = np.isfinite(stated) & (stated > 0)
    return np.where(usable, np.maximum(stated, least), by_speed)


def _lanes(streets: Streets, arc: IntArray) -> dict[str, FloatArray]:
    """Lanes and capacity (vehicles per hour) of each arc: stated, else usual for its class."""
    highway = streets.highway[arc]
    lanes = _filled(streets.lanes[arc], usual_lanes(highway))
    usual = lanes * usual_lane_capacity(highway)
    return {"lanes": lanes, "capacity_veh_h": _filled(streets.capacity_veh_h[arc], usual)}


def _filled(stated: FloatArray, usual: FloatArray) -> FloatArray:
    return np.where(np.isfinite(stated) & (stated > 0), stated, usual)


def _road_class(streets: Streets, arc: IntArray) -> IntArray:
    ring = streets.ring_road[arc]
    return np.where(ring, int(RoadClass.RING_ROAD), usual_road_class(streets.highway[arc]))


def _names(streets: Streets, node: IntArray, keep: BoolArray) -> tuple[str, ...]:
    """Names of the nodes kept; copies of one junction are numbered in all of them."""
    copies = np.bincount(node, minlength=streets.n_nodes)
    names = list(streets.node_id)
    if len(node) > len(names):
        seen: dict[int, int] = {}
        names = []
        for original in node.tolist():
            name = streets.node_id[original]
            if copies[original] > 1:
                rank = seen[original] = seen.get(original, -1) + 1
                name = f"{name}~{rank}"
            names.append(name)
    return tuple(names[i] for i in np.flatnonzero(keep).tolist())


def _report(
    streets: Streets,
    vehicle: Vehicle,
    graph: RoadGraph,
    allowed: BoolArray,
    arc: IntArray,
    node: IntArray,
    banned: int,
    counts: Mapping[str, int],
) -> NetworkReport:
    usable = np.unique(np.concatenate([streets.tail[allowed], streets.head[allowed]]))
    dropped = len(np.setdiff1d(usable, node))
    kept = np.zeros(streets.n_arcs, dtype=bool)
    kept[arc] = True
    km = streets.length_m / 1000
    timed = np.isfinite(streets.time_s[arc])
    return NetworkReport(
        vehicle=vehicle.name,
        nodes=graph.n_nodes,
        arcs=graph.n_arcs,
        km=float(graph.length_m.sum() / 1000),
        dropped_nodes=dropped,
        dropped_nodes_share=dropped / len(usable),
        dropped_km_share=float(km[allowed & ~kept].sum() / km[allowed].sum()),
        closed_arcs=int((~allowed).sum()),
        posted_speed_share=_share(graph.length_m, np.isfinite(streets.kmh[arc])),
        stated_time_share=_share(graph.length_m, timed),
        banned_turns=banned,
        counts={name: number for name, number in counts.items() if number},
    )


def _share(length: FloatArray, which: BoolArray) -> float:
    return float(length[which].sum() / length.sum()) if length.size else 0.0


def _warnings(
    streets: Streets, graph: RoadGraph, report: NetworkReport, arc: IntArray, where: str
) -> list[Finding]:
    found = []
    if report.dropped_km_share > MOST_DROPPED or graph.n_arcs == 0:
        message = (
            f"{report.dropped_km_share:.0%} of the street length is not joined both ways to the "
            f"main part ({graph.n_nodes} nodes)"
        )
        hint = "streets that meet must share a node; check that the source is a road network"
        raise InvalidInputError([Finding("not-connected", where, "nodes", message, hint)])
    if report.dropped_nodes:
        message = (
            f"{report.dropped_nodes} nodes ({report.dropped_nodes_share:.1%}) and "
            f"{report.dropped_km_share:.1%} of the length are not joined both ways to the main "
            "part and were left out"
        )
        found.append(_warning("not-connected", where, "nodes", message))
    if not np.any(_one_way(graph)):
        message = "no one-way arc: every arc has one back"
        hint = "a street network of a city has one-way streets; check that directions were read"
        found.append(_warning("no-one-way", where, "arcs", message, hint))
    guessed = (streets.highway[arc] == Highway.UNKNOWN) & ~np.isfinite(streets.time_s[arc])
    guessed &= ~np.isfinite(streets.kmh[arc])
    if guessed.any():
        share = _share(graph.length_m, guessed)
        message = f"{share:.0%} of the length has neither class nor speed nor time; 30 km/h assumed"
        found.append(_warning("speed-assumed", where, "speed", message))
    return found


def _one_way(graph: RoadGraph) -> BoolArray:
    there = graph.tail * graph.n_nodes + graph.head
    back = graph.head * graph.n_nodes + graph.tail
    return np.asarray(~np.isin(back, there))


def _warning(check: str, where: str, subject: str, message: str, hint: str = "") -> Finding:
    return Finding(check, where, subject, message, hint, Severity.WARNING)
