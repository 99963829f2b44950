"""Traffic and empty-road times at which cars in equilibrium drive as fast as was observed.

Speeds alone do not tell how much of the daytime is queueing. Where a load ratio is counted, it
fixes the queueing of the volume-delay function, and what slows the day besides it (people who
cross, vehicles that stop or turn, buses) is a factor on the empty road. Elsewhere all of it is
taken as queueing, and the speed fixes the load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.network.graph import RoadClass, RoadGraph
from logistique.traffic.background import (
    NIGHT,
    Background,
    CarPeriod,
    CarTrips,
    background,
    by_day,
    mean_load,
    mean_speed_kmh,
)
from logistique.traffic.streets import StreetParameters, street_delays
from logistique.traffic.volume_delay import VolumeDelay

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

_DAMPING = 0.8


@dataclass(frozen=True)
class SpeedTarget:
    """A mean speed to meet.

    Parameters
    ----------
    road_class : RoadClass
    periods : tuple of str
        Periods it is a mean of.
    kmh : float
    grade : str
        ``observed`` or ``assumed``.
    """

    road_class: RoadClass
    periods: tuple[str, ...]
    kmh: float
    grade: str


@dataclass(frozen=True)
class LoadTarget:
    """A mean load ratio to meet by day: traffic over capacity, by kilometre.

    Parameters
    ----------
    road_class : RoadClass
    load : float
        > 0.
    grade : str
        ``derived`` or ``assumed``.
    """

    road_class: RoadClass
    load: float
    grade: str


@dataclass(frozen=True)
class SpeedCheck:
    """A target and what the model says."""

    target: SpeedTarget
    modelled_kmh: float

    @property
    def error_percent(self) -> float:
        """Modelled over target speed, less one."""
        return 100 * (self.modelled_kmh / self.target.kmh - 1)


@dataclass(frozen=True)
class LoadCheck:
    """A target of a load and what the model says."""

    target: LoadTarget
    modelled: float

    @property
    def error_percent(self) -> float:
        """Modelled over target load, less one."""
        return 100 * (self.modelled / self.target.load - 1)


def speed_checks(world: Background, targets: Sequence[SpeedTarget]) -> tuple[SpeedCheck, ...]:
    """Compare modelled mean speeds (car kilometres over car hours) with targets."""
    names = [period.name for period in world.periods]
    return tuple(
        SpeedCheck(
            target,
            mean_speed_kmh(world, [names.index(p) for p in target.periods], target.road_class),
        )
        for target in targets
    )


def load_checks(
    world: Background, targets: Sequence[LoadTarget], capacity: FloatArray
) -> tuple[LoadCheck, ...]:
    """Compare modelled mean loads by day with targets."""
    daily = daytime(world.periods)
    return tuple(
        LoadCheck(target, mean_load(world, daily, target.road_class, capacity))
        for target in targets
    )


def daytime(periods: Sequence[CarPeriod]) -> list[int]:
    """Positions of all periods but the night."""
    return [number for number, day in enumerate(by_day(periods)) if day]


def period_delays(
    graph: RoadGraph,
    parameters: StreetParameters,
    access: BoolArray,
    periods: Sequence[CarPeriod],
) -> tuple[VolumeDelay, ...]:
    """Volume-delay functions of every period."""
    return tuple(street_delays(graph, parameters, access, by_day=day) for day in by_day(periods))


def calibrated(
    graph: RoadGraph,
    access: BoolArray,
    periods: Sequence[CarPeriod],
    trips: CarTrips,
    parameters: StreetParameters,
    targets: Sequence[SpeedTarget],
    loads: Sequence[LoadTarget] = (),
    *,
    rounds: int = 30,
    within_percent: float = 0.5,
    gap: float = 1e-5,
) -> tuple[StreetParameters, Background]:
    """Fit the parameters of roads to speeds by day and at night, and to loads.

    A damped fixed point on the load ratio that a BPR function needs for a mean speed.

    Parameters
    ----------
    targets : sequence of SpeedTarget
        A target of ``("night",)`` fits the empty-road time of its class. One of the day fits
        the factor of the day where the class has a load target, else its capacity where
        ``parameters`` have a factor for it, else the traffic that keeps its links.
    loads : sequence of LoadTarget
        Fit the capacity of their class.

    Returns
    -------
    StreetParameters
    Background
        At the fitted parameters.
    """
    world = _world(graph, access, periods, trips, parameters, gap)
    for _ in range(rounds):
        speeds = speed_checks(world, targets)
        filled = load_checks(world, loads, parameters.capacity(graph))
        errors = [check.error_percent for check in speeds]
        errors += [check.error_percent for check in filled]
        if max(abs(error) for error in errors) <= within_percent:
            break
        parameters = _moved(graph, access, parameters, speeds, filled)
        world = _world(graph, access, periods, trips, parameters, gap)
    return parameters, world


def _world(
    graph: RoadGraph,
    access: BoolArray,
    periods: Sequence[CarPeriod],
    trips: CarTrips,
    parameters: StreetParameters,
    gap: float,
) -> Background:
    delays = period_delays(graph, parameters, access, periods)
    local = parameters.local_traffic(graph, access)
    return background(graph, delays, access, periods, trips, local, gap=gap)


def _moved(
    graph: RoadGraph,
    access: BoolArray,
    parameters: StreetParameters,
    speeds: Sequence[SpeedCheck],
    loads: Sequence[LoadCheck],
) -> StreetParameters:
    free, local = dict(parameters.free_factor), dict(parameters.local_load)
    day, room = dict(parameters.day_factor), dict(parameters.capacity_factor)
    loaded = {check.target.road_class for check in loads}
    for check in speeds:
        road_class = check.target.road_class
        ratio = check.modelled_kmh / check.target.kmh
        if check.target.periods == (NIGHT,):
            free[road_class] = max(1.0, free.get(road_class, 1.0) * ratio)
            # The day's factor is on top of the night's: what moves the one moves the other back.
            moved = free[road_class] / parameters.free_factor.get(road_class, 1.0)
            if road_class in day:
                day[road_class] = max(1.0, day[road_class] / moved)
        elif road_class in loaded:
            day[road_class] = max(1.0, day.get(road_class, 1.0) * ratio)
        else:
            wanted, found = _load_ratios(graph, access, parameters, check)
            if road_class in room:
                room[road_class] *= float(np.clip(found / wanted, 0.5, 2.0))
            else:
                moved = local.get(road_class, 0.0) + _DAMPING * (wanted - found)
                local[road_class] = max(0.0, moved)
    for item in loads:
        road_class = item.target.road_class
        # Traffic that keeps its links grows with the capacity: only the rest fills it.
        own = max(item.modelled - local.get(road_class, 0.0), 1e-6)
        aim = max(item.target.load - local.get(road_class, 0.0), 1e-3)
        room[road_class] = room.get(road_class, 1.0) * float(np.clip(own / aim, 0.2, 5.0))
    return replace(
        parameters, free_factor=free, local_load=local, day_factor=day, capacity_factor=room
    )


def _load_ratios(
    graph: RoadGraph, access: BoolArray, parameters: StreetParameters, check: SpeedCheck
) -> tuple[float, float]:
    """Load ratios at which the BPR function takes a class to its target and modelled speeds."""
    links = (graph.road_class == int(check.target.road_class)) & ~access
    hours = parameters.free_hours(graph, by_day=True)[links]
    empty = float(graph.length_m[links].sum() / 1000 / hours.sum())
    wanted, found = (
        (max(empty / kmh - 1, 1e-4) / parameters.alpha) ** (1 / parameters.beta)
        for kmh in (check.target.kmh, check.modelled_kmh)
    )
    return wanted, found
