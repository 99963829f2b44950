"""Distances and times between hubs and zones, measured once on the road graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.costs.local_speed import BIKE_KMH
from logistique.metropole.territory import zones as metropole_zones
from logistique.network.graph import RoadGraph
from logistique.network.paths import bike_arcs, fastest_paths
from logistique.network.periods import PeriodSpeeds, arc_times
from logistique.network.projection import lambert_93
from logistique.network.snapping import attach_points
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Zone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OWN_NODE_KM = 1.5
"""A zone whose centroid is further than this from the node of its name gets a node of its own
(communes that merged keep one of the codes)."""


GATEWAY_ACCESS_KM = 15.0
"""A gateway lies on the edge of the territory, hence often beyond the last road of the network;
further than this from it, it is refused (assumed)."""


class Place(Protocol):
    """Anything with an identifier and WGS84 degrees: depots, storage zones, agencies."""

    @property
    def id(self) -> str:
        """Identifier."""
        ...

    @property
    def lon(self) -> float:
        """Longitude, degrees."""
        ...

    @property
    def lat(self) -> float:
        """Latitude, degrees."""
        ...


@dataclass(frozen=True, eq=False)
class Travel:
    """What lies between places; z zones, k depots, p storage zones, g gateways.

    Parameters
    ----------
    distance_km, minutes : (z, k) float
        Fastest path from depot to zone by car in the scenario's period; ``inf`` without path.
    bike_km, bike_minutes : (z, k) float
        Shortest path from depot to zone on roads open to bikes, at
        :data:`~logistique.costs.local_speed.BIKE_KMH`.
    feed_km, feed_minutes : (p, k) float
        Fastest path from storage zone to depot.
    feed_straight_km : (p, k) float
        Straight line between them.
    gateway_km, gateway_minutes : (g, p) float
        Fastest path from gateway to storage zone.

    Notes
    -----
    One direction is measured and driven twice: roads are two-way in the built-in network.
    """

    distance_km: FloatArray
    minutes: FloatArray
    bike_km: FloatArray
    bike_minutes: FloatArray
    feed_km: FloatArray
    feed_minutes: FloatArray
    feed_straight_km: FloatArray
    gateway_km: FloatArray
    gateway_minutes: FloatArray


@dataclass(frozen=True, eq=False)
class Placed:
    """A road graph with the scenario's places on it.

    Parameters
    ----------
    graph : RoadGraph
    zones, depots, storages, gateways : (.,) int
        Node of each place.
    """

    graph: RoadGraph
    zones: IntArray
    depots: IntArray
    storages: IntArray
    gateways: IntArray


def place_on_roads(
    graph: RoadGraph,
    zones: Sequence[Zone],
    depots: Sequence[Place],
    storages: Sequence[Place],
    gateways: Sequence[Place],
    network: NetworkSection,
    *,
    terminal_s: float = 0.0,
) -> Placed:
    """Tie all places to the roads; parameters and errors as :func:`measure_travel`."""
    named = _zone_nodes(graph, zones)
    apart = [zone for zone, node in zip(zones, named, strict=True) if node is None]
    groups = {"depot": depots, "storage": storages, "zone": apart}
    whole, at_gateways = _attached(graph, {"gateway": gateways}, GATEWAY_ACCESS_KM, terminal_s)
    whole, nodes = _attached(whole, groups, network.max_access_km, terminal_s)
    own = iter(nodes["zone"])
    return Placed(
        graph=whole,
        zones=whole.positions([next(own) if node is None else node for node in named]),
        depots=whole.positions(nodes["depot"]),
        storages=whole.positions(nodes["storage"]),
        gateways=whole.positions(at_gateways["gateway"]),
    )


def measure_travel(
    graph: RoadGraph,
    zones: Sequence[Zone],
    depots: Sequence[Place],
    storages: Sequence[Place],
    gateways: Sequence[Place],
    network: NetworkSection,
    *,
    terminal_s: float = 0.0,
) -> Travel:
    """Measure every distance and time the costs need.

    Parameters
    ----------
    graph : RoadGraph
        In EPSG:2154. A node named like a zone stands for it; other zones are attached.
    zones : sequence of Zone
        Zones served (``Demand.zones``).
    depots, storages, gateways : sequences of places
        Agencies may stand in for depots and storage zones at once.
    network : NetworkSection
        Period, speeds and largest access distance.
    terminal_s : float
        Free-flow time to get on and off the network at a place, seconds.

    Returns
    -------
    Travel

    Raises
    ------
    InvalidInputError
        Naming places that are too far from any road or outside France.
    """
    placed = place_on_roads(
        graph, zones, depots, storages, gateways, network, terminal_s=terminal_s
    )
    whole, at_zones, at_depots = placed.graph, placed.zones, placed.depots
    at_storages, gates = placed.storages, placed.gateways
    seconds = arc_times(whole, network.period, period_speeds(network))
    car = fastest_paths(whole, at_depots, at_zones, time_s=seconds)
    bike = fastest_paths(
        whole,
        at_depots,
        at_zones,
        time_s=whole.length_m / (BIKE_KMH / 3.6),
        allowed=bike_arcs(whole),
    )
    feed = fastest_paths(whole, at_storages, at_depots, time_s=seconds)
    approach = fastest_paths(whole, gates, at_storages, time_s=seconds)
    return Travel(
        distance_km=car.length_m.T / 1000,
        minutes=car.time_s.T / 60,
        bike_km=bike.length_m.T / 1000,
        bike_minutes=bike.time_s.T / 60,
        feed_km=feed.length_m / 1000,
        feed_minutes=feed.time_s / 60,
        feed_straight_km=_straight_km(whole, at_storages, at_depots),
        gateway_km=approach.length_m / 1000,
        gateway_minutes=approach.time_s / 60,
    )


def period_speeds(network: NetworkSection) -> PeriodSpeeds:
    """Speeds of the periods as the scenario states them."""
    return PeriodSpeeds(
        paris_day_kmh=network.paris_street_day_kmh,
        paris_night_kmh=network.paris_street_night_kmh,
        ring_day_kmh=network.ring_road_day_kmh,
        other_day_factor=network.other_day_factor_percent / 100,
    )


def _zone_nodes(graph: RoadGraph, zones: Sequence[Zone]) -> list[str | None]:
    """Name of the node that stands for each zone; None where there is none near enough."""
    if not zones:
        return []
    at = {name: position for position, name in enumerate(graph.node_id)}
    x_m, y_m = lambert_93(
        [zone.centroid_lon for zone in zones],
        [zone.centroid_lat for zone in zones],
        ids=tuple(zone.id for zone in zones),
        where="zones",
    )
    nodes: list[str | None] = []
    for zone, x, y in zip(zones, x_m, y_m, strict=True):
        node = at.get(zone.id)
        near = node is not None and (
            np.hypot(graph.x_m[node] - x, graph.y_m[node] - y) <= OWN_NODE_KM * 1000
        )
        nodes.append(zone.id if near else None)
    return nodes


def _centroids(graph: RoadGraph) -> list[str]:
    """Nodes that stand for zones of the Métropole: no place is tied to them."""
    codes = set(metropole_zones(2024)["insee"]) | set(metropole_zones(2025)["insee"])
    return [name for name in graph.node_id if name in codes]


def _attached(
    graph: RoadGraph,
    groups: Mapping[str, Sequence[Place]],
    max_km: float,
    terminal_s: float,
) -> tuple[RoadGraph, dict[str, list[str]]]:
    """Tie places to roads, not to one another; places at one point share a node.

    Returns the graph and, by group, the node of each place.
    """
    kinds = [(kind, place) for kind, places in groups.items() for place in places]
    ids = [f"{kind}:{place.id}" for kind, place in kinds]
    x_m, y_m = lambert_93(
        np.array([place.lon for _, place in kinds], dtype=np.float64),
        np.array([place.lat for _, place in kinds], dtype=np.float64),
        ids=tuple(ids),
        where="tables",
    )
    first: dict[tuple[float, float], int] = {}
    nodes: dict[str, list[str]] = {kind: [] for kind in groups}
    for position, (kind, _) in enumerate(kinds):
        spot = (round(float(x_m[position]), 1), round(float(y_m[position]), 1))
        nodes[kind].append(ids[first.setdefault(spot, position)])
    kept = list(first.values())
    gateways = [name for name in graph.node_id if name.startswith("gateway:")]
    whole = attach_points(
        graph,
        [ids[position] for position in kept],
        x_m[kept],
        y_m[kept],
        max_km=max_km,
        terminal_s=terminal_s,
        avoid=[*_centroids(graph), *gateways],
    )
    return whole, nodes


def _straight_km(graph: RoadGraph, sources: IntArray, targets: IntArray) -> FloatArray:
    dx = graph.x_m[sources][:, None] - graph.x_m[targets][None, :]
    dy = graph.y_m[sources][:, None] - graph.y_m[targets][None, :]
    return np.asarray(np.hypot(dx, dy) / 1000)
