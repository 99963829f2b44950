"""The congested question of a scenario: its vehicles on the roads of its traffic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from logistique.congestion import CongestedProblem, Flows, Period, Roads, Traffic
from logistique.costs.trips import Trips, trips_of
from logistique.network.graph import FloatArray, IntArray
from logistique.pipeline.stages import Prepared
from logistique.pipeline.traffic_world import TrafficWorld
from logistique.scenario.scenario import Scenario
from logistique.traffic.background import by_day
from logistique.traffic.local import Kerb, LocalDelay, local_delay

CAR, BIKE = 0, 1
"""Kinds of vehicles: entries of ``Roads.open_to``."""


@dataclass(frozen=True, eq=False)
class ScenarioQuestion:
    """A scenario's question with congestion.

    Parameters
    ----------
    question : CongestedProblem
        Its problem prices, beside the scenario's costs, the delay in the zones' streets.
    trips : Trips
    local : LocalDelay
    local_hours : (n, k) float
        Vehicle·hours a day lost in the streets of the zone when all of i is served from k:
        driving between stops, and standing on a lane.
    kerb_hours : (n, k) float
        Of which standing on a lane.
    """

    question: CongestedProblem
    trips: Trips
    local: LocalDelay
    local_hours: FloatArray
    kerb_hours: FloatArray


def traffic_question(scenario: Scenario, ready: Prepared, world: TrafficWorld) -> ScenarioQuestion:
    """State the question: problem, roads, other traffic, trips of every decision."""
    settings = scenario.settings
    section = settings.traffic
    trips = trips_of(
        ready.demand,
        ready.travel,
        ready.costs,
        tours=settings.tours,
        network=settings.network,
        prices=settings.costs,
        gateways=scenario.tables.gateways,
    )
    local = local_delays(scenario, ready, world)
    zone = ready.demand.zone
    per_km = (local.per_pcu_km @ world.service_share)[zone]
    per_stop = (local.per_stop_hour @ world.service_share)[zone]
    kerb = trips.lane_hours * per_stop[:, None]
    hours = trips.inner_pcu_km * per_km[:, None] + kerb
    problem = ready.problem.replace(
        service_cost=ready.problem.service_cost + section.value_of_time_eur_per_h * hours
    )
    places, state = world.places, world.background
    roads = goods_roads(world)
    periods = tuple(
        Period(period.name, period.hours, delay, found.load)
        for period, delay, found in zip(state.periods, state.delays, state.equilibria, strict=True)
    )
    at_zone = twice(places.zones[zone])
    service = Flows(
        hub=twice(places.depots),
        place=at_zone,
        pcu=np.ascontiguousarray(trips.service_pcu.T),
        kind=np.where(trips.bike.T, BIKE, CAR),
        share=world.service_share,
    )
    feed = Flows(
        hub=twice(places.storages),
        place=twice(places.depots),
        pcu=trips.feed_pcu,
        kind=np.zeros(trips.feed_pcu.shape, dtype=np.int64),
        share=world.feed_share,
    )
    fed = len(places.storages) > 0
    traffic = Traffic(
        roads,
        periods,
        service,
        feed if fed else None,
        section.value_of_time_eur_per_h,
        approach_flows(world, trips, places.storages) if fed and len(places.gateways) else None,
    )
    return ScenarioQuestion(CongestedProblem(problem, traffic), trips, local, hours, kerb)


def approach_flows(world: TrafficWorld, trips: Trips, ends: IntArray) -> Flows:
    """Lorries from the gateways to storage zones, or to today's agencies, per parcel there."""
    pcu = np.repeat(trips.approach_pcu[:, None], len(ends), axis=1)
    return Flows(
        hub=twice(world.places.gateways),
        place=twice(ends),
        pcu=pcu,
        kind=np.full(pcu.shape, CAR),
        share=world.feed_share,
    )


def goods_roads(world: TrafficWorld) -> Roads:
    """Roads open to cars and lorries (all), and to bikes."""
    graph = world.graph
    every = np.ones(graph.n_arcs, dtype=np.bool_)
    return Roads(graph.n_nodes, graph.tail, graph.head, (every, world.bike))


def local_delays(scenario: Scenario, ready: Prepared, world: TrafficWorld) -> LocalDelay:
    """Delay per kilometre and stop in the streets of each zone."""
    section = scenario.settings.traffic
    graph = world.graph
    area = np.array([zone.area_km2 for zone in ready.demand.zones])
    return local_delay(
        graph,
        world.background.access,
        world.places.zones,
        1000 * np.sqrt(area / np.pi),
        np.stack(
            [world.street.free_hours(graph, by_day=day) for day in by_day(world.background.periods)]
        ),
        world.street.capacity(graph),
        np.array([found.load for found in world.background.equilibria]),
        Kerb(
            section.kerb_load_percent / 100,
            section.kerb_block_m / 1000,
            section.obstructive_stop_percent / 100,
        ),
        alpha=section.bpr_alpha,
        beta=section.bpr_beta,
    )


def twice(nodes: IntArray) -> IntArray:
    """Vehicles leave and arrive at the same node, (h, 2)."""
    return np.repeat(np.asarray(nodes)[:, None], 2, axis=1)
