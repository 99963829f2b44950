"""Distances and times between hubs and zones, measured once on the road graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.costs.local_speed import BIKE_KMH
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.territory import zones as metropole_zones
from logistique.network.graph import RoadGraph
from logistique.network.highway import Mode
from logistique.network.paths import ManyToMany, bike_arcs, fastest_paths
from logistique.network.periods import PeriodSpeeds, arc_times
from logistique.network.projection import LAMBERT_93, lambert_93
from logistique.network.roads import RoadNetwork
from logistique.network.snapping import attach_points
from logistique.network.street_snapping import ACCESS_KMH, Attached, attach_to_streets
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

GATEWAY_KMH = 60.0
"""Speed between a gateway and the network of streets that ends before it, km/h (assumed)."""


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
    One direction is measured and driven twice: roads are two-way in the built-in network. On
    streets, some of which are one-way, it is the mean of both directions.
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


def measure_travel(
    roads: RoadGraph | RoadNetwork,
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
    roads : RoadGraph or RoadNetwork
        In EPSG:2154. In a graph of zones a node named like a zone stands for it and other places
        are tied to near nodes; in a network of streets all places are tied to the nearest
        street.
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
    groups = {"depot": depots, "storage": storages, "gateway": gateways}
    placed = place_on_roads(roads, groups, zones, network, terminal_s=terminal_s)
    whole, at = placed.graph, placed.nodes
    seconds = arc_times(whole, network.period, period_speeds(network))
    car = placed.fastest("depot", "zone", seconds)
    bike_seconds = whole.length_m / (BIKE_KMH / 3.6)
    bike = placed.fastest("depot", "zone", bike_seconds, allowed=placed.bike)
    feed = placed.fastest("storage", "depot", seconds)
    approach = placed.fastest("gateway", "storage", seconds)
    return Travel(
        distance_km=car.length_m.T / 1000,
        minutes=car.time_s.T / 60,
        bike_km=bike.length_m.T / 1000,
        bike_minutes=bike.time_s.T / 60,
        feed_km=feed.length_m / 1000,
        feed_minutes=feed.time_s / 60,
        feed_straight_km=_straight_km(whole, at["storage"], at["depot"]),
        gateway_km=approach.length_m / 1000,
        gateway_minutes=approach.time_s / 60,
    )


def place_on_roads(
    roads: RoadGraph | RoadNetwork,
    groups: Mapping[str, Sequence[Place]],
    zones: Sequence[Zone],
    network: NetworkSection,
    *,
    terminal_s: float = 0.0,
) -> Placed:
    """Tie the places of the groups ``depot``, ``storage`` and ``gateway``, and the zones, to roads.

    Other parameters and errors as :func:`measure_travel`.
    """
    if isinstance(roads, RoadNetwork):
        everything = {**groups, "zone": zones}
        return _on_streets(roads, everything, network.max_access_km, terminal_s)
    return _on_nodes(roads, groups, zones, network.max_access_km, terminal_s)


@dataclass(frozen=True, eq=False)
class Placed:
    """A graph with all places on it.

    ``nodes`` holds the node positions of each group, ``bike`` the arcs open to bikes;
    ``one_way`` says whether directions differ, ``attached`` which streets the arcs are, where the
    network has streets.
    """

    graph: RoadGraph
    nodes: Mapping[str, IntArray]
    bike: NDArray[np.bool_]
    one_way: bool
    attached: Attached | None = None

    def fastest(
        self,
        start: str,
        end: str,
        seconds: FloatArray,
        *,
        allowed: NDArray[np.bool_] | None = None,
    ) -> ManyToMany:
        """Fastest ways from one group to another; the mean of both directions on streets."""
        ends = self.nodes[start], self.nodes[end]
        there = fastest_paths(self.graph, *ends, time_s=seconds, allowed=allowed)
        if not self.one_way:
            return there
        back = fastest_paths(self.graph, *ends[::-1], time_s=seconds, allowed=allowed)
        return ManyToMany(
            (there.time_s + back.time_s.T) / 2, (there.length_m + back.length_m.T) / 2
        )


def _on_nodes(
    graph: RoadGraph,
    groups: Mapping[str, Sequence[Place]],
    zones: Sequence[Zone],
    max_km: float,
    terminal_s: float,
) -> Placed:
    """Tie places to the nodes near them; zones stand on the nodes of their name."""
    named = _zone_nodes(graph, zones)
    apart = [zone for zone, node in zip(zones, named, strict=True) if node is None]
    gateways = {"gateway": groups["gateway"]}
    others = {"depot": groups["depot"], "storage": groups["storage"], "zone": apart}
    whole, at_gateways = _attached(graph, gateways, GATEWAY_ACCESS_KM, terminal_s)
    whole, nodes = _attached(whole, others, max_km, terminal_s)
    own = iter(nodes["zone"])
    nodes["zone"] = [next(own) if node is None else node for node in named]
    positions = {name: whole.positions(ids) for name, ids in {**nodes, **at_gateways}.items()}
    return Placed(whole, positions, bike_arcs(whole), one_way=False)


def _on_streets(
    roads: RoadNetwork,
    groups: Mapping[str, Sequence[Place | Zone]],
    max_km: float,
    terminal_s: float,
) -> Placed:
    """Tie places to the streets nearest to them."""
    if roads.graph.crs != LAMBERT_93:
        message = f"lies outside metropolitan France ({roads.graph.crs})"
        raise InvalidInputError([Finding("outside-france", "network", roads.graph.source, message)])
    ids, x_m, y_m, kind, spots = _spots(groups)
    reach = {"gateway": GATEWAY_ACCESS_KM * 1000}
    first, place = np.unique(spots, return_index=True, return_inverse=True)[1:]
    attached = attach_to_streets(
        roads,
        [ids[i] for i in first],
        x_m[first],
        y_m[first],
        max_m=np.array([reach.get(kind[i], max_km * 1000) for i in first]),
        access_kmh=np.array([GATEWAY_KMH if kind[i] == "gateway" else ACCESS_KMH for i in first]),
        terminal_s=terminal_s,
    )
    node = attached.graph.positions([ids[i] for i in first])[place]
    kinds = np.array(kind)
    nodes = {name: node[kinds == name] for name in groups}
    bike = attached.open_to(roads, Mode.BIKE) & bike_arcs(attached.graph)
    return Placed(attached.graph, nodes, bike, one_way=True, attached=attached)


def _spots(
    groups: Mapping[str, Sequence[Place | Zone]],
) -> tuple[list[str], FloatArray, FloatArray, list[str], list[str]]:
    """Names, coordinates (m), groups and rounded coordinates of all places in order."""
    kinds = [(kind, place) for kind, places in groups.items() for place in places]
    ids = [f"{kind}:{place.id}" for kind, place in kinds]
    x_m, y_m = lambert_93(
        np.array([place.lon for _, place in kinds], dtype=np.float64),
        np.array([place.lat for _, place in kinds], dtype=np.float64),
        ids=tuple(ids),
        where="tables",
    )
    spots = [f"{x:.1f} {y:.1f}" for x, y in zip(x_m.tolist(), y_m.tolist(), strict=True)]
    return ids, x_m, y_m, [kind for kind, _ in kinds], spots


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


def centroids(graph: RoadGraph) -> list[str]:
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
    ids, x_m, y_m, kinds, spots = _spots(groups)
    first: dict[str, int] = {}
    nodes: dict[str, list[str]] = {kind: [] for kind in groups}
    for position, kind in enumerate(kinds):
        nodes[kind].append(ids[first.setdefault(spots[position], position)])
    kept = list(first.values())
    gateways = [name for name in graph.node_id if name.startswith("gateway:")]
    whole = attach_points(
        graph,
        [ids[position] for position in kept],
        x_m[kept],
        y_m[kept],
        max_km=max_km,
        terminal_s=terminal_s,
        avoid=[*centroids(graph), *gateways],
    )
    return whole, nodes


def _straight_km(graph: RoadGraph, sources: IntArray, targets: IntArray) -> FloatArray:
    dx = graph.x_m[sources][:, None] - graph.x_m[targets][None, :]
    dy = graph.y_m[sources][:, None] - graph.y_m[targets][None, :]
    return np.asarray(np.hypot(dx, dy) / 1000)
