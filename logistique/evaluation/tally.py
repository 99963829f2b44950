"""What each vehicle does: parcels, kilometres and time at stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import CostTable
from logistique.demand import Demand
from logistique.model.plan import Plan

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VehicleTally:
    """Use of each of the scenario's vehicles by delivery tours, per working day.

    Parameters
    ----------
    parcels : (v,) float
        Parcels delivered.
    km : (v,) float
        Vehicle kilometres of tours.
    stop_hours : (v,) float
        Hours standing at stops.
    """

    parcels: FloatArray
    km: FloatArray
    stop_hours: FloatArray


def stop_hours(demand: Demand, stop_time_percent: FloatArray) -> FloatArray:
    """Hours at stops when each vehicle served everything, (n, v).

    Parameters
    ----------
    demand : Demand
        Stops and minutes per stop of n consumers.
    stop_time_percent : (v,) float
        Stop time of each vehicle in percent of the stream's.
    """
    minutes = demand.stops * demand.stop_min
    return minutes[:, None] * stop_time_percent[None, :] / 100.0 / 60.0


def tally_plan(demand: Demand, costs: CostTable, plan: Plan) -> VehicleTally:
    """Use of each vehicle under a plan.

    Parameters
    ----------
    demand : Demand
    costs : CostTable
        Vehicle of each (consumer, depot) pair.
    plan : Plan

    Returns
    -------
    VehicleTally
        Arrays in the order of ``costs.vehicles``.
    """
    size = len(costs.vehicles)
    hours = stop_hours(demand, np.array([v.stop_time_percent for v in costs.vehicles]))
    consumer, depot = np.nonzero(plan.assignment > 0)
    share = plan.assignment[consumer, depot]
    vehicle = costs.service_vehicle[consumer, depot]

    def by_vehicle(values: FloatArray) -> FloatArray:
        return np.bincount(vehicle, weights=values * share, minlength=size).astype(np.float64)

    return VehicleTally(
        parcels=by_vehicle(demand.parcels[consumer]),
        km=by_vehicle(costs.service.km[consumer, depot]),
        stop_hours=by_vehicle(hours[consumer, vehicle]),
    )
