"""Round trips of today's deliveries, from the agencies to the zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from logistique.congestion import Flows
from logistique.costs.pricer import drops_of, haul_of
from logistique.costs.tours import plan_tours
from logistique.costs.travel import measure_travel
from logistique.costs.trips import stop_hours
from logistique.evaluation.agencies import own_agencies
from logistique.evaluation.fleets import LEAST_DENSITY, fleet_shares
from logistique.evaluation.today import Today
from logistique.network.graph import FloatArray
from logistique.pipeline.stages import Prepared
from logistique.pipeline.traffic_question import (
    BIKE,
    CAR,
    ScenarioQuestion,
    approach_flows,
    twice,
)
from logistique.pipeline.traffic_world import TrafficWorld
from logistique.scenario.scenario import Scenario


def today_parts(
    scenario: Scenario,
    ready: Prepared,
    today: Today,
    world: TrafficWorld,
    stated: ScenarioQuestion,
) -> tuple[list[tuple[Flows, FloatArray]], float, float]:
    """Flows of today's vans and lorries, and the delay in the streets of the zones.

    Every operator's parcels ride in its fleet in the shares of today, where a vehicle can make
    the trip (the others take what it cannot). Full lorries bring them from the gateways to the
    agencies, as they do to the storage zones of a plan.

    Returns
    -------
    list of (Flows, decisions)
    float, float
        Vehicle·hours lost a day in the zones' streets, and of those at the kerb.
    """
    settings, tables = scenario.settings, scenario.tables
    travel = measure_travel(
        ready.roads, ready.demand.zones, tables.agencies, tables.agencies, (), settings.network
    )
    vehicles = tables.vehicles
    n, a = len(ready.demand.parcels), len(tables.agencies)
    trips = {CAR: np.zeros((a, n)), BIKE: np.zeros((a, n))}
    inner, lane = np.zeros(n), np.zeros(n)
    fleets = fleet_shares(tables.operators, vehicles)
    for operator, fleet in zip(tables.operators, fleets, strict=True):
        share = operator.share_percent / 100
        own = own_agencies(operator, tables.agencies)
        drops = drops_of(ready.demand, settings.network).part(
            share, density_factor=max(share, LEAST_DENSITY)
        )
        used = [int(v) for v in np.flatnonzero(fleet > 0)]
        plans = [plan_tours(drops, haul_of(ready.demand, travel, vehicles[v]), vehicles[v],
                            settings.tours) for v in used]  # fmt: skip
        can = np.array([plan.possible[:, own] for plan in plans])
        part = fleet[used][:, None, None] * can
        part = part / np.maximum(part.sum(axis=0, keepdims=True), 1e-12)
        served = today.share[:, own]
        for v, plan, weight in zip(used, plans, part, strict=True):
            vehicle = vehicles[v]
            on_road = np.where(plan.possible[:, own], plan.trips[:, own], 0.0)
            kind = BIKE if vehicle.profile == "bike" else CAR
            trips[kind][own] += (on_road * weight * served * vehicle.pcu).T
            carried = (weight * served).sum(axis=1)
            inner += carried * plan.inner_km[:, 0] * vehicle.pcu
            if kind == CAR:
                lane += carried * stop_hours(drops, vehicle.stop_time_percent)
    template = Flows(
        hub=twice(world.places.agencies),
        place=stated.question.traffic.service.place,
        pcu=trips[CAR],
        kind=np.full((a, n), CAR),
        share=world.service_share,
    )
    parts = [(template, np.ones((a, n)))]
    if trips[BIKE].any():
        bikes = replace(template, pcu=trips[BIKE], kind=np.full((a, n), BIKE))
        parts.append((bikes, np.ones((a, n))))
    if len(world.places.gateways):
        approach = approach_flows(world, stated.trips, world.places.agencies)
        parts.append((approach, np.broadcast_to(today.agency_parcels, approach.pcu.shape)))
    zone = ready.demand.zone
    per_km = (stated.local.per_pcu_km @ world.service_share)[zone]
    per_stop = (stated.local.per_stop_hour @ world.service_share)[zone]
    kerb = float((lane * per_stop).sum())
    return parts, float((inner * per_km).sum()) + kerb, kerb
