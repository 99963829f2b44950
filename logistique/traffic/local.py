"""What tours between stops and vehicles at the kerb cost the traffic of a zone's streets.

A zone's streets carry ``load`` times the load ratio ρ of its main streets (the power mean of the
links near its middle). With a BPR function a car unit on them costs others
``t₀ αβ ρ^β`` hours per kilometre (t₀ per kilometre). A vehicle that stands on one of N lanes takes
1/N of the capacity of a block of length ℓ; the delay of its traffic v = N k ρ (k per lane)
grows by ``−∂(v t)/∂f · 1/N = k ρ · ℓ t₀ · αβ ρ^β`` vehicle·hours per hour (HCM saturation factors,
differentiated at f = 1): the number of lanes cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.network.graph import RoadClass, RoadGraph

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_STREETS = (RoadClass.STREET_PARIS, RoadClass.STREET_INNER, RoadClass.STREET_OUTER)
_LEAST_LINKS = 4


@dataclass(frozen=True)
class Kerb:
    """How deliveries stand and drive in a zone's streets.

    Parameters
    ----------
    load : float
        Load ratio of those streets over that of the main ones.
    block_km : float
        Length of street that loses a lane.
    obstructive : float
        Part of the time at stops that obstructs a lane.
    """

    load: float
    block_km: float
    obstructive: float


@dataclass(frozen=True, eq=False)
class LocalDelay:
    """Delay to others in each zone and period.

    Parameters
    ----------
    per_pcu_km : (z, periods) float
        Vehicle·hours per car unit and kilometre between stops.
    per_stop_hour : (z, periods) float
        Vehicle·hours per hour that a vehicle stands at stops.
    """

    per_pcu_km: FloatArray
    per_stop_hour: FloatArray


def local_delay(
    graph: RoadGraph,
    access: BoolArray,
    zones: IntArray,
    radius_m: FloatArray,
    free_h: FloatArray,
    capacity: FloatArray,
    loads: FloatArray,
    kerb: Kerb,
    *,
    alpha: float,
    beta: float,
) -> LocalDelay:
    """Delay that a kilometre and a stop cost others.

    Parameters
    ----------
    graph : RoadGraph
    access : (a,) bool
        Links that are no streets.
    zones : (z,) int
        Nodes in the middle of the zones.
    radius_m : (z,) float
        Streets with their middle within it count, at least the four nearest.
    free_h : (periods, a) float
        Times of the empty links.
    capacity : (a,) float
        Capacities of the traffic model.
    loads : (periods, a) float
        Traffic, car units per hour.
    kerb : Kerb
    alpha, beta : float
    """
    street = np.flatnonzero(np.isin(graph.road_class, [int(c) for c in _STREETS]) & ~access)
    x = (graph.x_m[graph.tail[street]] + graph.x_m[graph.head[street]]) / 2
    y = (graph.y_m[graph.tail[street]] + graph.y_m[graph.head[street]]) / 2
    far = np.hypot(graph.x_m[zones][:, None] - x[None, :], graph.y_m[zones][:, None] - y[None, :])
    few = np.sort(far, axis=1)[:, min(_LEAST_LINKS, street.size) - 1]
    near = (far <= np.maximum(radius_m, few)[:, None]) * graph.length_m[street][None, :]
    weight = near / near.sum(axis=1, keepdims=True)
    power = weight @ ((loads[:, street] / capacity[street]) ** beta).T
    ratio = kerb.load * power ** (1 / beta)
    slow = weight @ (free_h[:, street] / (graph.length_m[street] / 1000)).T
    lane = weight @ (graph.capacity_veh_h[street] / graph.lanes[street])
    per_km = slow * alpha * beta * ratio**beta
    per_stop = kerb.obstructive * kerb.block_km * lane[:, None] * ratio * per_km
    return LocalDelay(per_km, per_stop)
