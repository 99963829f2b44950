"""Volume-delay functions of a road graph by class of road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    alpha, beta : float
        Of the BPR function: time at capacity is 1 + alpha times that of the empty road.
    """

    free_factor: Mapping[RoadClass, float]
    capacity_factor: Mapping[RoadClass, float]
    local_load: Mapping[RoadClass, float]
    alpha: float
    beta: float

    def free_hours(self, graph: RoadGraph) -> FloatArray:
        """Return the times of the empty links, hours."""
        factor = np.ones(len(RoadClass))
        for road_class, value in self.free_factor.items():
            factor[int(road_class)] = value
        return np.asarray(graph.free_time_s * factor[graph.road_class] / 3600)

    def capacity(self, graph: RoadGraph) -> FloatArray:
        """Capacities of the links, car units per hour."""
        factor = np.ones(len(RoadClass))
        for road_class, value in self.capacity_factor.items():
            factor[int(road_class)] = value
        return np.asarray(graph.capacity_veh_h * factor[graph.road_class])

    def local_traffic(self, graph: RoadGraph, access: BoolArray) -> FloatArray:
        """Mean daytime traffic that keeps its links, car units per hour."""
        load = np.zeros(len(RoadClass))
        for road_class, value in self.local_load.items():
            load[int(road_class)] = value
        return np.where(access, 0.0, load[graph.road_class] * self.capacity(graph))


def access_links(graph: RoadGraph, nodes: Sequence[str]) -> BoolArray:
    """Links that tie a place to the network: those that start or end at one of the nodes."""
    at = np.zeros(graph.n_nodes, dtype=bool)
    at[graph.positions(nodes)] = True
    return np.asarray(at[graph.tail] | at[graph.head])


def street_delays(graph: RoadGraph, parameters: StreetParameters, access: BoolArray) -> VolumeDelay:
    """Volume-delay functions in hours at car units per hour.

    Parameters
    ----------
    graph : RoadGraph
    parameters : StreetParameters
    access : (a,) bool
        Links without a capacity of their own (:func:`access_links`): their time is constant.
    """
    return VolumeDelay.bpr(
        parameters.free_hours(graph),
        parameters.capacity(graph),
        np.where(access, 0.0, parameters.alpha),
        parameters.beta,
    )
