"""Drivers answer: the user equilibrium of cars with the vehicles of a plan, or of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from logistique.congestion import Flows, Visited
from logistique.network.graph import FloatArray, IntArray
from logistique.pipeline.traffic_question import BIKE, ScenarioQuestion
from logistique.pipeline.traffic_world import TrafficWorld
from logistique.shortest_paths.side_by_side import side_by_side
from logistique.traffic.assignment import equilibrium
from logistique.traffic.background import Background
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.vehicles import VehicleClass


@dataclass(frozen=True, eq=False)
class Loaded:
    """Traffic with goods vehicles, everybody on routes of their own choice.

    Parameters
    ----------
    load, time : tuple of (a,) float
        Car units per hour and hours, by period.
    vehicle_hours : float
        Of everybody on the network, per day.
    own_hours : float
        T: what the goods vehicles would need at the times of the cars alone, per day.
    local_hours : float
        Lost in the streets of the zones, per day.
    relative_gap, node_imbalance : float
        The largest over the periods, recomputed from the flows.
    """

    load: tuple[FloatArray, ...]
    time: tuple[FloatArray, ...]
    vehicle_hours: float
    own_hours: float
    local_hours: float
    relative_gap: float
    node_imbalance: float


def parts_of_plan(stated: ScenarioQuestion, plan: Visited) -> list[tuple[Flows, FloatArray]]:
    """Flows of a plan with its decisions."""
    return stated.question.moving(plan.assignment, plan.feed)


def reloaded(
    world: TrafficWorld,
    stated: ScenarioQuestion,
    parts: Sequence[tuple[Flows, FloatArray]],
    local_hours: float,
    *,
    gap: float,
) -> Loaded:
    """Assign cars and goods vehicles of every period.

    Parameters
    ----------
    world : TrafficWorld
    stated : ScenarioQuestion
        Roads, and the cars' own periods.
    parts : sequence of (Flows, decisions)
        Goods vehicles; cargo bikes keep their shortest ways and load them.
    local_hours : float
        Delay in the streets of the zones.
    gap : float
        Relative gap of each equilibrium.
    """
    state = world.background

    def settled(number: int) -> tuple[Equilibrium, float]:
        cars_and_goods, kept, own = _goods_of(state, stated, parts, number)
        found = equilibrium(
            state.network,
            cars_and_goods,
            state.delays[number],
            gap=gap,
            preload=kept,
            start=state.equilibria[number].state,
        )
        return found, own

    found, own = zip(*side_by_side(settled, range(len(state.periods))), strict=True)
    spans = [period.hours for period in state.periods]
    return Loaded(
        tuple(one.load for one in found),
        tuple(one.time for one in found),
        sum(span * one.total_time for span, one in zip(spans, found, strict=True)),
        sum(own),
        local_hours,
        max(one.relative_gap for one in found),
        max(one.node_imbalance for one in found),
    )


def _goods_of(
    state: Background,
    stated: ScenarioQuestion,
    parts: Sequence[tuple[Flows, FloatArray]],
    number: int,
) -> tuple[VehicleClass, FloatArray, float]:
    """Cars and goods vehicles of a period, traffic that keeps its links, hours of the goods."""
    roads, period = stated.question.traffic.roads, state.periods[number]
    kept, own = state.local_of(number), 0.0
    origin, end, trips = [], [], []
    for flows, decision in parts:
        rate = flows.share[number] / period.hours
        amounts = flows.pcu * decision * rate
        trees = flows.trees(roads, state.equilibria[number].time)
        ways = flows.round_trip(trees)
        own += period.hours * float((amounts * np.where(np.isfinite(ways), ways, 0.0)).sum())
        on_bike = np.where(flows.kind == BIKE, decision, 0.0)
        if on_bike.any():
            kept = kept + rate * flows.loads(roads, trees, on_bike).sum(axis=(0, 1))
        hub, place = np.nonzero(np.where(flows.kind == BIKE, 0.0, amounts))
        for start, stop in ((flows.hub[hub, 0], flows.place[place, 1]),
                            (flows.place[place, 0], flows.hub[hub, 1])):  # fmt: skip
            origin.append(start)
            end.append(stop)
            trips.append(amounts[hub, place])
    return _with_goods(state.cars(number), origin, end, trips), kept, own


def _with_goods(
    cars: VehicleClass,
    origin: Sequence[IntArray],
    end: Sequence[IntArray],
    trips: Sequence[FloatArray],
) -> VehicleClass:
    """Goods vehicles, in car units, among the cars: they choose as cars do, and no origin is new."""
    return replace(
        cars,
        origin=np.concatenate([cars.origin, *origin]),
        destination=np.concatenate([cars.destination, *end]),
        trips=np.concatenate([cars.trips, *trips]),
    )


def cars_alone(world: TrafficWorld) -> Loaded:
    """Traffic without any goods vehicle."""
    state = world.background
    spans = [period.hours for period in state.periods]
    return Loaded(
        tuple(found.load for found in state.equilibria),
        tuple(found.time for found in state.equilibria),
        sum(h * found.total_time for h, found in zip(spans, state.equilibria, strict=True)),
        0.0,
        0.0,
        max(found.relative_gap for found in state.equilibria),
        max(found.node_imbalance for found in state.equilibria),
    )


def delay_hours(loaded: Loaded, alone: Loaded) -> float:
    """Vehicle·hours a day that goods vehicles cost everybody beyond their own undisturbed way."""
    return loaded.vehicle_hours - alone.vehicle_hours - loaded.own_hours + loaded.local_hours
