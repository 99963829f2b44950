"""Local traffic and empty-road times at which cars in equilibrium drive as fast as was observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.network.graph import RoadClass, RoadGraph
from logistique.traffic.background import (
    Background,
    CarPeriod,
    CarTrips,
    background,
    mean_speed_kmh,
)
from logistique.traffic.streets import StreetParameters, street_delays

BoolArray = NDArray[np.bool_]

_DAMPING = 1.4


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
class SpeedCheck:
    """A target and what the model says."""

    target: SpeedTarget
    modelled_kmh: float

    @property
    def error_percent(self) -> float:
        """Modelled over target speed, less one."""
        return 100 * (self.modelled_kmh / self.target.kmh - 1)


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


def calibrated(
    graph: RoadGraph,
    access: BoolArray,
    periods: Sequence[CarPeriod],
    trips: CarTrips,
    parameters: StreetParameters,
    targets: Sequence[SpeedTarget],
    *,
    rounds: int = 30,
    within_percent: float = 0.5,
    gap: float = 1e-5,
) -> tuple[StreetParameters, Background]:
    """Fit local traffic by class to speeds by day, and empty-road times to those at night.

    A damped fixed point on the load ratio that a BPR function needs for a mean speed.

    Parameters
    ----------
    targets : sequence of SpeedTarget
        A target of ``("night",)`` fits the empty-road time of its class, any other the traffic
        that keeps its links.

    Returns
    -------
    StreetParameters
    Background
        At the fitted parameters.
    """
    world = _world(graph, access, periods, trips, parameters, gap)
    for _ in range(rounds):
        checks = speed_checks(world, targets)
        if max(abs(check.error_percent) for check in checks) <= within_percent:
            break
        parameters = _moved(graph, access, parameters, checks)
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
    delay = street_delays(graph, parameters, access)
    local = parameters.local_traffic(graph, access)
    return background(graph, delay, access, periods, trips, local, gap=gap)


def _moved(
    graph: RoadGraph,
    access: BoolArray,
    parameters: StreetParameters,
    checks: Sequence[SpeedCheck],
) -> StreetParameters:
    free, local = dict(parameters.free_factor), dict(parameters.local_load)
    hours = parameters.free_hours(graph)
    for check in checks:
        road_class = check.target.road_class
        if check.target.periods == ("night",):
            ratio = check.modelled_kmh / check.target.kmh
            free[road_class] = max(1.0, free.get(road_class, 1.0) * ratio)
            continue
        links = (graph.road_class == int(road_class)) & ~access
        empty = float(graph.length_m[links].sum() / 1000 / hours[links].sum())
        wanted, found = (
            (max(empty / kmh - 1, 1e-4) / parameters.alpha) ** (1 / parameters.beta)
            for kmh in (check.target.kmh, check.modelled_kmh)
        )
        local[road_class] = max(0.0, local.get(road_class, 0.0) + _DAMPING * (wanted - found))
    return replace(parameters, free_factor=free, local_load=local)
