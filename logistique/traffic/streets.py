"""Volume-delay functions of a road graph by class of road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.network.graph import RoadClass, RoadGraph
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class StreetParameters:
    """What turns the free-flow times and capacities of a graph into traffic.

    Parameters
    ----------
    free_factor : mapping of RoadClass to float
        Time without traffic over the graph's free-flow time, ≥ 1: lights and crossings.
    capacity_factor : mapping of RoadClass to float
        Capacity over the graph's, > 0: a link of a coarse network stands for several streets.
    local_load : mapping of RoadClass to float
        Traffic that the car trips do not hold (inside the zones, taxis, buses, visitors, through
        traffic) over capacity, mean of the daytime, ≥ 0; it keeps its links.
    narrow : (a,) bool, optional
        Links of the graph that hold ``narrow_share`` of the capacity of others of their class:
        local streets beside main ones.
    narrow_share : float
        > 0.
    alpha, beta : float
        Of the BPR function: time at capacity is 1 + alpha times that of the empty road.
    day_factor : mapping of RoadClass to float
        Time of an empty road by day over that at night, ≥ 1: people who cross, vehicles that stop
        or turn, buses; what slows traffic by day whatever the number of cars.
    """

    free_factor: Mapping[RoadClass, float]
    capacity_factor: Mapping[RoadClass, float]
    local_load: Mapping[RoadClass, float]
    alpha: float
    beta: float
    day_factor: Mapping[RoadClass, float] = field(default_factory=dict)
    narrow: BoolArray | None = None
    narrow_share: float = 1.0

    def free_hours(self, graph: RoadGraph, *, by_day: bool = False) -> FloatArray:
        """Return the times of the empty links at night or by day, hours."""
        factor = _by_class(self.free_factor, 1.0)
        if by_day:
            factor = factor * _by_class(self.day_factor, 1.0)
        return np.asarray(graph.free_time_s * factor[graph.road_class] / 3600)

    def capacity(self, graph: RoadGraph) -> FloatArray:
        """Capacities of the links, car units per hour."""
        factor = _by_class(self.capacity_factor, 1.0)
        capacity = graph.capacity_veh_h * factor[graph.road_class]
        if self.narrow is None:
            return np.asarray(capacity)
        return np.where(self.narrow, self.narrow_share * capacity, capacity)

    def local_traffic(self, graph: RoadGraph, access: BoolArray) -> FloatArray:
        """Mean daytime traffic that keeps its links, car units per hour."""
        load = _by_class(self.local_load, 0.0)
        return np.where(access, 0.0, load[graph.road_class] * self.capacity(graph))


def _by_class(values: Mapping[RoadClass, float], otherwise: float) -> FloatArray:
    found = np.full(len(RoadClass), otherwise)
    for road_class, value in values.items():
        found[int(road_class)] = value
    return found


def access_links(graph: RoadGraph, nodes: Sequence[str]) -> BoolArray:
    """Links that tie a place to the network: those that start or end at one of the nodes."""
    at = np.zeros(graph.n_nodes, dtype=bool)
    at[graph.positions(nodes)] = True
    return np.asarray(at[graph.tail] | at[graph.head])


def street_delays(
    graph: RoadGraph, parameters: StreetParameters, access: BoolArray, *, by_day: bool = False
) -> VolumeDelay:
    """Volume-delay functions in hours at car units per hour.

    Parameters
    ----------
    graph : RoadGraph
    parameters : StreetParameters
    access : (a,) bool
        Links without a capacity of their own (:func:`access_links`): their time is constant.
    by_day : bool
        Whether empty roads take the time of the day or of the night.
    """
    return VolumeDelay.bpr(
        np.where(access, parameters.free_hours(graph), parameters.free_hours(graph, by_day=by_day)),
        parameters.capacity(graph),
        np.where(access, 0.0, parameters.alpha),
        parameters.beta,
    )
