"""The traffic of everybody else: car trips by period, and their equilibrium on the roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.network.graph import RoadClass, RoadGraph
from logistique.shortest_paths.side_by_side import side_by_side
from logistique.traffic.assignment import equilibrium
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.gravity import fitted_gravity, gravity
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COMMUTING = {"morning": 0.6, "evening": -0.6}
"""Part of the trips of a period that go from homes to jobs (negative: back); the others go between
any two zones by inhabitants and jobs alike (assumed)."""

NIGHT = "night"
"""Name of the period that is not daytime."""


@dataclass(frozen=True)
class CarPeriod:
    """A part of a working day.

    Parameters
    ----------
    name : str
    hours : float
        Length.
    share : float
        Part of the day's car trips.
    """

    name: str
    hours: float
    share: float


@dataclass(frozen=True, eq=False)
class CarTrips:
    """Car trips between zones.

    Parameters
    ----------
    node : (z,) int
        Node of each zone.
    matrix : tuple of (z, z) float
        Vehicles per hour, by period.
    deterrence : float
        Of the gravity model, per minute; NaN for a matrix of the user.
    """

    node: IntArray
    matrix: tuple[FloatArray, ...]
    deterrence: float


@dataclass(frozen=True, eq=False)
class Background:
    """Traffic without the vehicles of a plan.

    Parameters
    ----------
    graph : RoadGraph
    network : TrafficNetwork
        Of the graph's links, in their order.
    delays : tuple of VolumeDelay
        Hours at car units per hour, by period.
    access : (a,) bool
        Links whose time is constant.
    periods : tuple of CarPeriod
    trips : CarTrips
    local : (a,) float
        Mean daytime traffic that keeps its links, car units per hour.
    equilibria : tuple of Equilibrium
        User equilibrium of the cars, by period; their ``load`` includes the local traffic.
    """

    graph: RoadGraph
    network: TrafficNetwork
    delays: tuple[VolumeDelay, ...]
    access: BoolArray
    periods: tuple[CarPeriod, ...]
    trips: CarTrips
    local: FloatArray
    equilibria: tuple[Equilibrium, ...]

    def local_of(self, number: int) -> FloatArray:
        """Traffic of a period that keeps its links, car units per hour."""
        return np.asarray(self.local * local_scale(self.periods)[number])

    def assigned(
        self, number: int, matrix: FloatArray, start: Equilibrium | None, *, gap: float
    ) -> Equilibrium:
        """Equilibrium of other car trips in a period, begun at an earlier one."""
        return equilibrium(
            self.network,
            VehicleClass.from_matrix(matrix, self.trips.node),
            self.delays[number],
            gap=gap,
            preload=self.local_of(number),
            start=None if start is None else start.state,
        )

    def cars(self, number: int) -> VehicleClass:
        """Car trips of a period."""
        return VehicleClass.from_matrix(self.trips.matrix[number], self.trips.node)


def car_trips(
    node: IntArray,
    population: FloatArray,
    jobs: FloatArray,
    cars_per_inhabitant: FloatArray,
    minutes: FloatArray,
    periods: Sequence[CarPeriod],
    *,
    mean_minutes: float,
) -> CarTrips:
    """Car trips of every period by a doubly constrained gravity model.

    Homes send and receive trips in proportion to inhabitants times their car trips a day, jobs in
    proportion to jobs times the same rate of their zone, scaled to the same total. The
    deterrence is fitted to the mean trip of the whole day and used in all periods. Trips inside
    a zone are left out, as they do not load the network.

    Parameters
    ----------
    node : (z,) int
    population, jobs : (z,) float
    cars_per_inhabitant : (z,) float
        Car trips (drivers) per inhabitant and day to other zones.
    minutes : (z, z) float
        Travel times by day.
    periods : sequence of CarPeriod
        Names ``"morning"`` and ``"evening"`` are those of commuting.
    mean_minutes : float
        Mean duration of a trip by day.
    """
    home = population * cars_per_inhabitant
    total = float(home.sum())
    if total == 0:
        empty = np.zeros_like(minutes)
        return CarTrips(node, tuple(empty for _ in periods), float("nan"))
    work = jobs * cars_per_inhabitant
    work = work * (total / work.sum())
    both = (home + work) / 2
    cost = minutes.copy()
    np.fill_diagonal(cost, np.inf)
    mixed, deterrence = fitted_gravity(both, both, cost, mean_minutes)
    outward = gravity(home, work, cost, deterrence)
    matrices = []
    for period in periods:
        part = COMMUTING.get(period.name, 0.0)
        commuting = outward if part >= 0 else outward.T
        daily = (1 - abs(part)) * mixed + abs(part) * commuting
        matrices.append(daily * (period.share / period.hours))
    return CarTrips(node, tuple(matrices), deterrence)


def background(
    graph: RoadGraph,
    delays: Sequence[VolumeDelay],
    access: BoolArray,
    periods: Sequence[CarPeriod],
    trips: CarTrips,
    local: FloatArray,
    *,
    gap: float,
    start: Background | None = None,
) -> Background:
    """Put the cars of every period in user equilibrium.

    Parameters
    ----------
    delays : sequence of VolumeDelay
        One for each period.
    local : (a,) float
        Mean daytime traffic that keeps its links, car units per hour; it follows the hourly
        shape of the car trips.
    gap : float
        Relative gap of every equilibrium.
    start : Background, optional
        Of the same graph with other trips or delays; its network is used again.
    """
    network = TrafficNetwork.of(graph) if start is None else start.network

    def settled(period: tuple[FloatArray, VolumeDelay, float]) -> Equilibrium:
        matrix, delay, scale = period
        cars = VehicleClass.from_matrix(matrix, trips.node)
        return equilibrium(network, cars, delay, gap=gap, preload=local * scale)

    each = zip(trips.matrix, delays, local_scale(periods).tolist(), strict=True)
    found = side_by_side(settled, each)
    return Background(
        graph, network, tuple(delays), access, tuple(periods), trips, local, tuple(found)
    )


def local_scale(periods: Sequence[CarPeriod]) -> FloatArray:
    """Car trips per hour of each period over their mean by day (all but the night)."""
    rate = np.array([period.share / period.hours for period in periods])
    daily = [period for period in periods if period.name != NIGHT]
    hours = sum(period.hours for period in daily)
    mean = sum(period.share for period in daily) / hours if hours else float(rate.max())
    return rate / mean if mean > 0 else np.ones(rate.size)


def by_day(periods: Sequence[CarPeriod]) -> list[bool]:
    """Tell the periods of the day from the night."""
    return [period.name != NIGHT for period in periods]


def mean_load(
    world: Background, numbers: Sequence[int], road_class: RoadClass, capacity: FloatArray
) -> float:
    """Mean load ratio of a class over several periods: all traffic over all capacity, by km."""
    graph = world.graph
    links = (graph.road_class == int(road_class)) & ~world.access
    room = float((capacity * graph.length_m)[links].sum())
    span = sum(world.periods[number].hours for number in numbers)
    used = sum(
        world.periods[number].hours
        * float((world.equilibria[number].load * graph.length_m)[links].sum())
        for number in numbers
    )
    return used / (span * room) if room > 0 else float("nan")


def class_speed_kmh(world: Background, number: int, road_class: RoadClass) -> float:
    """Mean speed of the cars of a period on a class of roads: their km over their hours."""
    graph, state = world.graph, world.equilibria[number]
    links = (graph.road_class == int(road_class)) & ~world.access
    hours = float((state.load * state.time)[links].sum())
    if hours == 0:
        return float("nan")
    return float((state.load * graph.length_m)[links].sum()) / 1000 / hours


def mean_speed_kmh(world: Background, numbers: Sequence[int], road_class: RoadClass) -> float:
    """Mean speed over several periods: all kilometres over all hours."""
    km = hours = 0.0
    for number in numbers:
        graph, state = world.graph, world.equilibria[number]
        links = (graph.road_class == int(road_class)) & ~world.access
        span = world.periods[number].hours
        km += span * float((state.load * graph.length_m)[links].sum()) / 1000
        hours += span * float((state.load * state.time)[links].sum())
    return km / hours if hours > 0 else float("nan")
