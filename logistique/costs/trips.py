"""How many vehicles a plan sends from where to where, and what they do inside the zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.feeds import ROAD
from logistique.costs.pricer import drops_of, haul_of
from logistique.costs.table import CostTable
from logistique.costs.tours import Drops, plan_tours
from logistique.costs.travel import Travel
from logistique.demand import Demand
from logistique.scenario.schema.money import CostsSection, ToursSection
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Gateway

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trips:
    """Round trips of delivery and feeding vehicles; n consumers, k depots, p storage zones.

    Parameters
    ----------
    service_pcu : (n, k) float
        Car units of round trips a day to serve all of i from k; 0 where not allowed.
    bike : (n, k) bool
        Whether a cargo bike serves.
    inner_pcu_km : (n, k) float
        Car units times kilometres between stops a day.
    lane_hours : (n, k) float
        Hours a day that vehicles stand at stops on the carriageway; bikes stand off it.
    feed_pcu : (p, k) float
        Car units of round trips of lorries for one parcel; 0 for other modes.
    approach_pcu : (g,) float
        Car units of round trips of full lorries from each gateway for one parcel at a storage
        zone (or agency).
    """

    service_pcu: FloatArray
    bike: BoolArray
    inner_pcu_km: FloatArray
    lane_hours: FloatArray
    feed_pcu: FloatArray
    approach_pcu: FloatArray


def trips_of(
    demand: Demand,
    travel: Travel,
    costs: CostTable,
    *,
    tours: ToursSection,
    network: NetworkSection,
    prices: CostsSection,
    gateways: Sequence[Gateway] = (),
) -> Trips:
    """Trips of the vehicles the cost table chose.

    Parameters
    ----------
    demand : Demand
    travel : Travel
    costs : CostTable
        Vehicle of each pair.
    tours, network, prices : sections of the scenario
    gateways : sequence of Gateway, length g
    """
    drops = drops_of(demand, network)
    shape = costs.service_vehicle.shape
    service, inner, lane = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    bike = np.zeros(shape, dtype=np.bool_)
    for position, vehicle in enumerate(costs.vehicles):
        chosen = costs.service_vehicle == position
        if not chosen.any():
            continue
        plan = plan_tours(drops, haul_of(demand, travel, vehicle), vehicle, tours)
        service = np.where(chosen, plan.trips * vehicle.pcu, service)
        inner = np.where(chosen, plan.inner_km * vehicle.pcu, inner)
        if vehicle.profile == "bike":
            bike |= chosen
        else:
            lane = np.where(chosen, stop_hours(drops, vehicle.stop_time_percent)[:, None], lane)
    lorry = next(v for v in costs.vehicles if v.id == prices.feed_vehicle)
    per_parcel = lorry.pcu / (lorry.capacity_parcels * prices.feed_load_percent / 100)
    feed = np.where(costs.feed_mode == ROAD, per_parcel, 0.0)
    share = np.array([gateway.share_percent for gateway in gateways]) / 100
    approach = share * (lorry.pcu / lorry.capacity_parcels)
    return Trips(service, bike, inner, lane, feed, approach)


def stop_hours(drops: Drops, stop_time_percent: float) -> FloatArray:
    """Hours a day at the stops of each consumer, (n,)."""
    return drops.stops * drops.stop_min * stop_time_percent / 100 / 60
