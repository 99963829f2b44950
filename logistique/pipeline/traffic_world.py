"""The traffic of a scenario without its plan: places on the roads, cars in equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.travel import Place as RoadPlace
from logistique.costs.travel import centroids, place_on_roads
from logistique.findings import Finding, Severity
from logistique.network.graph import FloatArray, IntArray, RoadClass, RoadGraph
from logistique.pipeline.car_trips import car_periods, gravity_trips, period_shares, table_trips
from logistique.pipeline.stages import Prepared
from logistique.pipeline.traffic_counts import PeriodFit, meeting_counts, placed_counts
from logistique.scenario.files import is_network_file
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.traffic import RoadsTraffic, TrafficSection
from logistique.traffic.background import Background, CarPeriod, CarTrips, background
from logistique.traffic.calibration import (
    LoadCheck,
    LoadTarget,
    SpeedCheck,
    SpeedTarget,
    load_checks,
    period_delays,
    speed_checks,
)
from logistique.traffic.streets import StreetParameters, access_links

DAYTIME = ("morning", "day", "evening")

UNFITTED = {
    "paris_free_time_percent": 100.0,
    "paris_day_time_percent": 100.0,
    "ring_road_capacity_percent": 100.0,
    "paris_capacity_percent": 100.0,
    "inner_capacity_percent": 100.0,
    "outer_capacity_percent": 100.0,
    "motorway_local_load_percent": 0.0,
    "national_local_load_percent": 0.0,
}
"""Fitted values of ``[traffic.roads]``, and what stands for them on another network."""


@dataclass(frozen=True, eq=False)
class Places:
    """Nodes of the places on the roads.

    Parameters
    ----------
    zones, depots, agencies, storages, gateways : (.,) int
    """

    zones: IntArray
    depots: IntArray
    agencies: IntArray
    storages: IntArray
    gateways: IntArray


@dataclass(frozen=True, eq=False)
class TrafficWorld:
    """Roads with all places on them, and the traffic of everybody else.

    Parameters
    ----------
    graph : RoadGraph
    places : Places
    bike : (a,) bool
        Links open to bikes.
    straight : (a,) bool
        Local streets of the built-in network, which run straight from zone to zone.
    street : StreetParameters
    background : Background
    service_share, feed_share : (periods,) float
        Part of the day's goods vehicles in each period.
    checks : tuple of SpeedCheck
        Modelled against observed speeds.
    loads : tuple of LoadCheck
        Modelled against counted loads.
    fits : tuple of PeriodFit
        Traffic of counted roads, for periods with counts.
    """

    graph: RoadGraph
    places: Places
    bike: NDArray[np.bool_]
    straight: NDArray[np.bool_]
    street: StreetParameters
    background: Background
    service_share: FloatArray
    feed_share: FloatArray
    checks: tuple[SpeedCheck, ...]
    loads: tuple[LoadCheck, ...]
    fits: tuple[PeriodFit, ...]


def traffic_world(scenario: Scenario, ready: Prepared) -> TrafficWorld:
    """Build the traffic of a scenario.

    Raises
    ------
    InvalidInputError
        When the shares of the periods do not add up to 100, or their hours to 24, or a counter is
        not on the roads.
    """
    section = scenario.settings.traffic
    service, feed = (period_shares(section, key) for key in ("service_percent", "feed_percent"))
    roads = road_places(scenario, ready)
    names = [period.name for period in roads.periods]
    placed = placed_counts(scenario, roads.graph, roads.access, names)
    street = street_parameters(section, roads.straight, builtin=isinstance(ready.roads, RoadGraph))
    world = background(
        roads.graph,
        period_delays(roads.graph, street, roads.access, roads.periods),
        roads.access,
        roads.periods,
        roads.trips,
        street.local_traffic(roads.graph, roads.access),
        gap=section.equilibrium_gap,
    )
    world, fits = meeting_counts(section, placed, world)
    return TrafficWorld(
        roads.graph,
        roads.places,
        roads.bike,
        roads.straight,
        street,
        world,
        service,
        feed,
        speed_checks(world, speed_targets(scenario, free_kmh(roads.graph, roads.access))),
        load_checks(world, load_targets(section), street.capacity(roads.graph)),
        fits,
    )


@dataclass(frozen=True, eq=False)
class RoadPlaces:
    """Roads with the places of a scenario, and the car trips between its zones.

    Parameters
    ----------
    graph : RoadGraph
    places : Places
    bike, access, straight : (a,) bool
        Links open to bikes; links that only tie places to the network; local streets of the
        built-in network, which run straight from zone to zone.
    periods : tuple of CarPeriod
    trips : CarTrips
    """

    graph: RoadGraph
    places: Places
    bike: NDArray[np.bool_]
    access: NDArray[np.bool_]
    straight: NDArray[np.bool_]
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
        gateways=placed.nodes["gateway"],
    )
    ends = np.unique(np.concatenate([*placed.nodes.values()]))
    access = access_links(graph, [graph.node_id[node] for node in ends])
    access |= access_links(graph, _centroids(ready))
    straight = _between_zones(graph, ready)
    access &= ~straight
    if tables.car_trips:
        trips = table_trips(scenario, ready, graph, places.zones, placed.nodes["gateway"], periods)
    else:
        trips = gravity_trips(scenario, ready, graph, places.zones, periods)
    return RoadPlaces(graph, places, placed.bike, access, straight, periods, trips)


def street_parameters(
    section: TrafficSection, straight: NDArray[np.bool_], *, builtin: bool
) -> StreetParameters:
    """Factors of the roads by class.

    What was fitted to the built-in network says nothing of another: there, values left at their
    default give way to :data:`UNFITTED`.
    """
    roads = section.roads if builtin else _unfitted(section.roads)
    return StreetParameters(
        free_factor={RoadClass.STREET_PARIS: roads.paris_free_time_percent / 100},
        capacity_factor={
            RoadClass.RING_ROAD: roads.ring_road_capacity_percent / 100,
            RoadClass.STREET_PARIS: roads.paris_capacity_percent / 100,
            RoadClass.STREET_INNER: roads.inner_capacity_percent / 100,
            RoadClass.STREET_OUTER: roads.outer_capacity_percent / 100,
        },
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
        narrow=straight,
        narrow_share=roads.local_street_capacity_percent / 100,
        day_factor={RoadClass.STREET_PARIS: roads.paris_day_time_percent / 100},
    )


def _unfitted(roads: RoadsTraffic) -> RoadsTraffic:
    usual = RoadsTraffic()
    return roads.model_copy(
        update={
            name: value
            for name, value in UNFITTED.items()
            if getattr(roads, name) == getattr(usual, name)
        }
    )


def unfitted_findings(scenario: Scenario) -> tuple[Finding, ...]:
    """Warn that the traffic of a network file has not been calibrated."""
    network, roads = scenario.settings.network, scenario.settings.traffic.roads
    usual = RoadsTraffic()
    left = [name for name in UNFITTED if getattr(roads, name) == getattr(usual, name)]
    if not is_network_file(network.source) or not left:
        return ()
    message = (
        f"the traffic on {network.source} is not calibrated: {len(left)} of {len(UNFITTED)} values "
        "fitted to the built-in roads are replaced by neutral ones"
    )
    hint = (
        "fit them with logistique.pipeline.calibrate_traffic and set traffic.roads, or give "
        "tables.link_counts"
    )
    return (
        Finding("traffic-not-calibrated", "traffic.roads", "", message, hint, Severity.WARNING),
    )


def load_targets(section: TrafficSection) -> tuple[LoadTarget, ...]:
    """Return the counted load of Paris streets."""
    return (LoadTarget(RoadClass.STREET_PARIS, section.paris_load_percent / 100, "derived"),)


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
    return [*_zone_names(ready), *(n for n in ready.graph.node_id if n.startswith("gateway:"))]


def _zone_names(ready: Prepared) -> list[str]:
    return centroids(ready.graph) if isinstance(ready.roads, RoadGraph) else []


def _between_zones(graph: RoadGraph, ready: Prepared) -> NDArray[np.bool_]:
    """Local streets of the built-in network, which run straight from zone to zone."""
    at = np.zeros(graph.n_nodes, dtype=bool)
    at[graph.positions(_zone_names(ready))] = True
    return np.asarray(at[graph.tail] & at[graph.head])
