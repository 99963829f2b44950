"""Ways between depots and stops on the roads of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.local_speed import BIKE_KMH
from logistique.costs.tours import Drops, Haul, haul_minutes, stop_speed_kmh
from logistique.costs.travel import Place, Placed, Travel, period_speeds, place_on_roads
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.paths import engine_on
from logistique.network.periods import arc_times
from logistique.network.projection import lambert_93, lonlat
from logistique.network.roads import RoadNetwork
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Depot, Vehicle
from logistique.scenario.schema.settings import Settings
from logistique.tours.foreseen import Ways
from logistique.tours.patch_question import kind_by_circuity, kind_of
from logistique.tours.patches import Patch, Streets
from logistique.tours.question import Kind

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NO_STOPS = (RoadClass.MOTORWAY, RoadClass.RING_ROAD)


@dataclass(frozen=True)
class Spot:
    """A point with a name, WGS84."""

    id: str
    lon: float
    lat: float


def streets_of(roads: RoadGraph | RoadNetwork) -> Streets | None:
    """Streets one may stop at; None where the network does not hold the streets of its zones."""
    if not isinstance(roads, RoadNetwork):
        return None
    graph = roads.graph
    fine = np.isin(graph.road_class, [int(kind) for kind in _NO_STOPS], invert=True)
    ends = graph.tail[fine], graph.head[fine]
    return Streets(
        np.column_stack([graph.x_m[end] for end in ends]) / 1000,
        np.column_stack([graph.y_m[end] for end in ends]) / 1000,
    )


def ways_to_patches(
    roads: RoadGraph | RoadNetwork,
    sites: Sequence[Depot],
    patches: Sequence[Patch],
    zone: IntArray,
    zones: Zones,
    vehicles: Sequence[Vehicle],
    settings: Settings,
) -> Ways:
    """Way from the depot of each patch to its middle on the roads of its vehicle.

    On streets it is measured. A network without streets inside its zones says how far the zone
    is: stops are then as far as from a point at that distance from the middle of the zone, in the
    direction of the depot, along the straight line times the circuity, at the local speed.

    Parameters
    ----------
    roads : RoadGraph or RoadNetwork
    sites : sequence of Depot
    patches : sequence of Patch, length p
    zone : (p,) int
        Position of the zone of each patch.
    zones : Zones
    vehicles : sequence of Vehicle
    settings : Settings
    """
    middles = np.array([patch.middle_km for patch in patches]).reshape(-1, 2)
    used, column = np.unique([patch.depot for patch in patches], return_inverse=True)
    x_m, y_m = lambert_93([sites[int(k)].lon for k in used], [sites[int(k)].lat for k in used])
    depot = np.column_stack([x_m, y_m])[column] / 1000
    on_bike = _on_bike(patches, vehicles)
    if isinstance(roads, RoadNetwork):
        km, minutes = _measured(roads, sites, patches, middles, on_bike, settings.network)
        return Ways(km, minutes, *(depot - middles).T)
    speed = np.array(
        [
            stop_speed_kmh(vehicles[patch.vehicle], zones.local_kmh[[z]])[0]
            for patch, z in zip(patches, zone.tolist(), strict=True)
        ]
    )
    at = zone, np.array([patch.depot for patch in patches], dtype=np.int64)
    return zones.ways(at, depot, middles, on_bike, speed, settings.tours.circuity_percent / 100)


@dataclass(frozen=True, eq=False)
class Zones:
    """Where the zones lie and how far they are from the depots.

    Parameters
    ----------
    middle_km : (z, 2) float
        EPSG:2154.
    local_kmh : (z,) float
        Speed of a van between stops.
    travel : Travel
        Between the zones and all depot sites.
    """

    middle_km: FloatArray
    local_kmh: FloatArray
    travel: Travel

    def ways(
        self,
        at: tuple[IntArray, IntArray],
        depot_km: FloatArray,
        spot_km: FloatArray,
        on_bike: NDArray[np.bool_],
        speed_kmh: FloatArray,
        circuity: float,
    ) -> Ways:
        """Ways to spots in zones ``at[0]`` from depots ``at[1]``, (p,) each."""
        travel, middle = self.travel, self.middle_km[at[0]]
        km = np.where(on_bike, travel.bike_km[at], travel.distance_km[at])
        minutes = np.where(on_bike, travel.bike_minutes[at], travel.minutes[at])
        towards = depot_km - middle
        apart = np.hypot(*towards.T)
        unit = np.where(apart[:, None] > 0, towards / np.where(apart, apart, 1.0)[:, None], [1, 0])
        offset = middle + unit * (km / circuity)[:, None] - spot_km
        there = circuity * np.hypot(*offset.T)
        later = minutes + 60 * (there - km) / speed_kmh
        return Ways(there, np.maximum(0.0, later), *offset.T)


def _measured(
    roads: RoadNetwork,
    sites: Sequence[Depot],
    patches: Sequence[Patch],
    middles: FloatArray,
    on_bike: NDArray[np.bool_],
    network: NetworkSection,
) -> tuple[FloatArray, FloatArray]:
    spots = spots_at("patch", middles[:, 0], middles[:, 1])
    placed, column = _placed(roads, sites, patches, spots, network)
    car = placed.fastest("depot", "storage", car_seconds(placed, network))
    bike = placed.fastest("depot", "storage", bike_seconds(placed), allowed=placed.bike)
    at = column, np.arange(len(patches))
    return (
        np.where(on_bike, bike.length_m[at], car.length_m[at]) / 1000,
        np.where(on_bike, bike.time_s[at], car.time_s[at]) / 60,
    )


def kinds(
    roads: RoadGraph | RoadNetwork,
    depots: Sequence[Depot],
    patches: Sequence[Patch],
    ways: Ways,
    drops: Drops,
    vehicles: Sequence[Vehicle],
    settings: Settings,
) -> Iterator[Kind]:
    """Yield the vehicles of patches on their streets, or by circuity where there are none."""
    tours, network = settings.tours, settings.network
    if not isinstance(roads, RoadNetwork):
        for number, patch in enumerate(patches):
            yield kind_by_circuity(patch, ways, number, drops, vehicles[patch.vehicle], tours)
        return
    x_km = np.concatenate([patch.x_km for patch in patches])
    y_km = np.concatenate([patch.y_km for patch in patches])
    placed, column = _placed(roads, depots, patches, spots_at("stop", x_km, y_km), network)
    car = engine_on(placed.graph, car_seconds(placed, network))
    bike = engine_on(placed.graph, bike_seconds(placed), placed.bike)
    ends = np.cumsum([patch.n_stops for patch in patches])
    for patch, end, own, on_bike in zip(
        patches, ends.tolist(), column.tolist(), _on_bike(patches, vehicles), strict=True
    ):
        stops = placed.nodes["storage"][end - patch.n_stops : end]
        nodes = np.concatenate([placed.nodes["depot"][[own]], stops])
        seconds, metres = (bike if on_bike else car).distances_along(
            nodes, nodes, placed.graph.length_m
        )
        vehicle, km = vehicles[patch.vehicle], metres / 1000
        minutes = haul_minutes(vehicle, Haul(km, seconds / 60))
        yield kind_of(patch, km, minutes, drops, vehicle, tours)


def _placed(
    roads: RoadGraph | RoadNetwork,
    depots: Sequence[Depot],
    patches: Sequence[Patch],
    spots: Sequence[Spot],
    network: NetworkSection,
) -> tuple[Placed, IntArray]:
    """Tie the depots of the patches and the spots to the roads.

    Returns the roads, and which of the depots used each patch has.
    """
    used, column = np.unique([patch.depot for patch in patches], return_inverse=True)
    sites = [depots[int(depot)] for depot in used]
    groups: dict[str, Sequence[Place]] = {"depot": sites, "storage": spots, "gateway": ()}
    return place_on_roads(roads, groups, (), network), column


def spots_at(kind: str, x_km: FloatArray, y_km: FloatArray) -> list[Spot]:
    """Name points of EPSG:2154 by their number."""
    lon, lat = lonlat(1000 * x_km, 1000 * y_km)
    return [
        Spot(f"{kind} {n}", east, north)
        for n, (east, north) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]


def car_seconds(placed: Placed, network: NetworkSection) -> FloatArray:
    """Time of each arc by car in the scenario's period."""
    return arc_times(placed.graph, network.period, period_speeds(network))


def bike_seconds(placed: Placed) -> FloatArray:
    """Time of each arc by bike."""
    return placed.graph.length_m / (BIKE_KMH / 3.6)


def _on_bike(patches: Sequence[Patch], vehicles: Sequence[Vehicle]) -> NDArray[np.bool_]:
    return np.array([vehicles[patch.vehicle].profile == "bike" for patch in patches])
