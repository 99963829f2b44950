"""The traffic of a scenario without its plan: places on the roads, cars in equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.travel import Place as RoadPlace
from logistique.costs.travel import period_speeds, place_on_roads
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.rings import Place
from logistique.network.graph import FloatArray, IntArray, RoadClass, RoadGraph
from logistique.network.paths import many_to_many
from logistique.network.periods import arc_times
from logistique.pipeline.stages import Prepared
from logistique.places import zone_place
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.traffic import TrafficSection
from logistique.traffic.background import Background, CarPeriod, CarTrips, background, car_trips
from logistique.traffic.calibration import SpeedCheck, SpeedTarget, speed_checks
from logistique.traffic.streets import StreetParameters, access_links, street_delays

PERIODS = ("night", "morning", "day", "evening")
DAYTIME = ("morning", "day", "evening")


@dataclass(frozen=True, eq=False)
class Places:
    """Nodes of the places on the roads.

    Parameters
    ----------
    zones, depots, agencies, storages : (.,) int
    """

    zones: IntArray
    depots: IntArray
    agencies: IntArray
    storages: IntArray


@dataclass(frozen=True, eq=False)
class TrafficWorld:
    """Roads with all places on them, and the traffic of everybody else.

    Parameters
    ----------
    graph : RoadGraph
    places : Places
    bike : (a,) bool
        Links open to bikes.
    street : StreetParameters
    background : Background
    service_share, feed_share : (periods,) float
        Part of the day's goods vehicles in each period.
    checks : tuple of SpeedCheck
        Modelled against observed speeds.
    """

    graph: RoadGraph
    places: Places
    bike: NDArray[np.bool_]
    street: StreetParameters
    background: Background
    service_share: FloatArray
    feed_share: FloatArray
    checks: tuple[SpeedCheck, ...]


def traffic_world(scenario: Scenario, ready: Prepared) -> TrafficWorld:
    """Build the traffic of a scenario.

    Raises
    ------
    InvalidInputError
        When the shares of the periods do not add up to 100, or their hours to 24.
    """
    section = scenario.settings.traffic
    roads = road_places(scenario, ready)
    street = street_parameters(section)
    world = background(
        roads.graph,
        street_delays(roads.graph, street, roads.access),
        roads.access,
        roads.periods,
        roads.trips,
        street.local_traffic(roads.graph, roads.access),
        gap=section.equilibrium_gap,
    )
    return TrafficWorld(
        roads.graph,
        roads.places,
        roads.bike,
        street,
        world,
        _shares(section, "service_percent"),
        _shares(section, "feed_percent"),
        speed_checks(world, speed_targets(scenario, free_kmh(roads.graph, roads.access))),
    )


@dataclass(frozen=True, eq=False)
class RoadPlaces:
    """Roads with the places of a scenario, and the car trips between its zones.

    Parameters
    ----------
    graph : RoadGraph
    places : Places
    bike, access : (a,) bool
        Links open to bikes; links that only tie places to the network.
    periods : tuple of CarPeriod
    trips : CarTrips
    """

    graph: RoadGraph
    places: Places
    bike: NDArray[np.bool_]
    access: NDArray[np.bool_]
    periods: tuple[CarPeriod, ...]
    trips: CarTrips


def road_places(scenario: Scenario, ready: Prepared) -> RoadPlaces:
    """Put the places on the roads and state the car trips."""
    settings, tables = scenario.settings, scenario.tables
    periods = car_periods(settings.traffic)
    groups: dict[str, Sequence[RoadPlace]] = {
        "depot": (*ready.sites.depots, *tables.agencies),
        "storage": ready.sites.storages,
        "gateway": tables.gateways,
    }
    placed = place_on_roads(ready.roads, groups, ready.demand.zones, settings.network)
    graph, count = placed.graph, len(ready.sites.depots)
    places = Places(
        zones=placed.nodes["zone"],
        depots=placed.nodes["depot"][:count],
        agencies=placed.nodes["depot"][count:],
        storages=placed.nodes["storage"],
    )
    ends = np.unique(np.concatenate([*placed.nodes.values()]))
    access = access_links(graph, [graph.node_id[node] for node in ends])
    access |= access_links(graph, _centroids(ready))
    trips = gravity_trips(scenario, ready, graph, places.zones, periods)
    return RoadPlaces(graph, places, placed.bike, access, periods, trips)


def car_periods(section: TrafficSection) -> tuple[CarPeriod, ...]:
    """Periods of the day with their share of the car trips."""
    shares = _shares(section, "car_trips_percent")
    hours = [getattr(section, name).hours for name in PERIODS]
    if abs(sum(hours) - 24) > 1e-6:
        message = f"the periods last {sum(hours):g} hours together"
        raise InvalidInputError(
            [Finding("traffic", "traffic", "hours", message, "make them add up to 24")]
        )
    return tuple(
        CarPeriod(name, hour, float(share))
        for name, hour, share in zip(PERIODS, hours, shares, strict=True)
    )


def _shares(section: TrafficSection, key: str) -> FloatArray:
    values = np.array([getattr(getattr(section, name), key) for name in PERIODS])
    if abs(values.sum() - 100) > 1e-6:
        message = f"the periods add up to {values.sum():g} percent"
        raise InvalidInputError(
            [Finding("traffic", "traffic", key, message, "make them add up to 100")]
        )
    return np.asarray(values / values.sum(), dtype=np.float64)


def street_parameters(section: TrafficSection) -> StreetParameters:
    """Factors of the roads by class."""
    roads = section.roads
    return StreetParameters(
        free_factor={RoadClass.STREET_PARIS: roads.paris_free_time_percent / 100},
        capacity_factor={},
        local_load={
            RoadClass.MOTORWAY: roads.motorway_local_load_percent / 100,
            RoadClass.RING_ROAD: roads.ring_road_local_load_percent / 100,
            RoadClass.NATIONAL: roads.national_local_load_percent / 100,
            RoadClass.STREET_PARIS: roads.paris_local_load_percent / 100,
            RoadClass.STREET_INNER: roads.inner_local_load_percent / 100,
            RoadClass.STREET_OUTER: roads.outer_local_load_percent / 100,
        },
        alpha=section.bpr_alpha,
        beta=section.bpr_beta,
    )


def gravity_trips(
    scenario: Scenario,
    ready: Prepared,
    graph: RoadGraph,
    served: IntArray,
    periods: tuple[CarPeriod, ...],
) -> CarTrips:
    """Car trips between all zones of the scenario, served or not."""
    settings = scenario.settings
    section, zones = settings.traffic, scenario.tables.zones
    at = served
    if tuple(z.id for z in zones) != tuple(z.id for z in ready.demand.zones):
        at = graph.positions([z.id for z in zones])
    rate = {
        Place.PARIS: section.paris_car_trips_per_inhabitant,
        Place.INNER: section.inner_car_trips_per_inhabitant,
        Place.OUTER: section.outer_car_trips_per_inhabitant,
    }
    seconds = arc_times(graph, "day", period_speeds(settings.network))
    minutes = many_to_many(graph, at, at, weight=seconds) / 60
    return car_trips(
        at,
        np.array([zone.population for zone in zones], dtype=np.float64),
        np.array([zone.jobs for zone in zones], dtype=np.float64),
        np.array([rate[zone_place(zone)] for zone in zones]),
        minutes,
        periods,
        mean_minutes=section.mean_trip_min,
    )


def speed_targets(scenario: Scenario, free_kmh: dict[RoadClass, float]) -> tuple[SpeedTarget, ...]:
    """Observed speeds, and the assumed day factor on all other roads."""
    network = scenario.settings.network
    factor = network.other_day_factor_percent / 100
    others = (
        RoadClass.MOTORWAY, RoadClass.NATIONAL, RoadClass.STREET_INNER, RoadClass.STREET_OUTER
    )  # fmt: skip
    paris, ring = RoadClass.STREET_PARIS, RoadClass.RING_ROAD
    return (
        SpeedTarget(paris, DAYTIME, network.paris_street_day_kmh, "observed"),
        SpeedTarget(paris, ("night",), network.paris_street_night_kmh, "observed"),
        SpeedTarget(ring, DAYTIME, network.ring_road_day_kmh, "observed"),
        *(SpeedTarget(c, DAYTIME, factor * free_kmh[c], "assumed") for c in others),
    )


def free_kmh(graph: RoadGraph, access: NDArray[np.bool_]) -> dict[RoadClass, float]:
    """Mean free-flow speed of each class on the network, access links left out."""
    found = {}
    for road_class in RoadClass:
        links = (graph.road_class == int(road_class)) & ~access
        hours = float(graph.free_time_s[links].sum()) / 3600
        km = float(graph.length_m[links].sum()) / 1000
        found[road_class] = km / hours if hours > 0 else float("nan")
    return found


def _centroids(ready: Prepared) -> list[str]:
    """Nodes that stand for zones, whether the scenario serves them or not."""
    return [name for name in ready.graph.node_id if name.isdigit() or name.startswith("gateway:")]
