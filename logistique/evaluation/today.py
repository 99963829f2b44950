"""Today: every operator delivers its share from its own agencies with its own fleet.

Same demand as the plan. Each operator serves every consumer from the cheapest of its agencies
that has room (:mod:`logistique.evaluation.agencies`), finds only its own stops as neighbours, pays its agencies' floor space and sorting, and brings
its parcels from the gateways to the agencies in the same lorries as those that feed storage
zones. Access rules of the scenario do not apply to today: it is the reference that all variants
of a scenario share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden
from logistique.demand import Demand
from logistique.errors import InvalidInputError
from logistique.evaluation.account import Account
from logistique.evaluation.agencies import agency_capacities, allocate, own_agencies
from logistique.evaluation.burden import MEASURES, scaled, summed, weighted
from logistique.evaluation.fleets import (
    LEAST_DENSITY,
    TourPricer,
    fleet_shares,
    mixed_fleet,
    with_handling,
)
from logistique.evaluation.tally import VehicleTally, stop_hours
from logistique.evaluation.today_findings import check_agencies, no_room, unreached
from logistique.scenario.schema.money import BaselineSection
from logistique.scenario.schema.rows import Agency, Operator, Vehicle

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AgencyReach:
    """What lies between the agencies and the zones, and between gateways and agencies.

    Parameters
    ----------
    distance_km, minutes : (z, a) float
        Fastest path from agency to zone by car in the scenario's period.
    approach : Burden of (a,) arrays
        Bringing one parcel from the gateways to the agency.
    price : TourPricer
        Prices tours from the agencies, (n, a).
    """

    distance_km: FloatArray
    minutes: FloatArray
    approach: Burden
    price: TourPricer


@dataclass(frozen=True, eq=False)
class Today:
    """Today's deliveries, o operators and a agencies.

    Parameters
    ----------
    operators : tuple of Operator
    agencies : tuple of Agency
    account : Account
        Lines of shape (n, o).
    share : (n, a) float
        Share of the consumer that the agency's operator serves from it; the agencies of one
        operator add up to 1.
    served, distance_km : (n, a) float
        Parcels per day from agency to consumer, and network distance.
    agency_parcels, agency_area_m2 : (a,) float
        Throughput and the floor area it needs.
    tally : VehicleTally
        Use of each vehicle.
    """

    operators: tuple[Operator, ...]
    agencies: tuple[Agency, ...]
    account: Account
    share: FloatArray
    served: FloatArray
    distance_km: FloatArray
    agency_parcels: FloatArray
    agency_area_m2: FloatArray
    tally: VehicleTally


@dataclass(frozen=True, eq=False)
class _OperatorDay:
    """One operator's lines: account (n,), share (n, a), vehicle shares and km (n, v)."""

    account: Account
    share: FloatArray
    vehicle_share: FloatArray
    vehicle_km: FloatArray


def evaluate_today(
    demand: Demand,
    operators: Sequence[Operator],
    agencies: Sequence[Agency],
    vehicles: Sequence[Vehicle],
    reach: AgencyReach,
    section: BaselineSection,
    *,
    days_per_year: float,
    areas_m2: FloatArray | None = None,
) -> Today:
    """Compute today's deliveries.

    Parameters
    ----------
    demand : Demand
        n consumers.
    operators : sequence of Operator
        Shares adding up to 100, today's fleets.
    agencies : sequence of Agency
        At least one per operator with parcels.
    vehicles : sequence of Vehicle
        Vehicles of the scenario, in the order the pricer counts them.
    reach : AgencyReach
        Distances, approach and tour prices.
    section : BaselineSection
        Rents, throughput and sorting cost of agencies.
    days_per_year : float
        Working days per year.
    areas_m2 : (a,) float, optional
        Floor area of the agencies (:func:`~logistique.evaluation.agencies.agency_areas`), NaN
        where not known; without it agencies have room for everything.

    Returns
    -------
    Today

    Raises
    ------
    InvalidInputError
        When an operator has no agency, none from which its fleet reaches a zone, or no room.
    """
    shares = fleet_shares(operators, vehicles)
    check_agencies(operators, agencies)
    areas = np.full(len(agencies), np.nan) if areas_m2 is None else areas_m2
    days = [
        _operator_day(demand, operator, fleet, agencies, areas, reach, section, days_per_year)
        for operator, fleet in zip(operators, shares, strict=True)
    ]
    account = _stacked([day.account for day in days])
    served = sum(
        (day.account.parcels[:, None] * day.share for day in days),
        np.zeros((1, len(agencies))),
    )
    through = served.sum(axis=0)
    return Today(
        operators=tuple(operators),
        agencies=tuple(agencies),
        account=account,
        share=sum((day.share for day in days), np.zeros((1, len(agencies)))),
        served=served,
        distance_km=reach.distance_km[demand.zone],
        agency_parcels=through,
        agency_area_m2=through / section.agency_parcels_per_m2_day,
        tally=_tally(demand, vehicles, days),
    )


def agency_rent(section: BaselineSection, days_per_year: float) -> float:
    """Rent of the floor space one parcel per day needs, EUR per parcel."""
    yearly = section.agency_rent_eur_per_m2_year / section.agency_parcels_per_m2_day
    return yearly / days_per_year


def _operator_day(
    demand: Demand,
    operator: Operator,
    fleet: FloatArray,
    agencies: Sequence[Agency],
    areas_m2: FloatArray,
    reach: AgencyReach,
    section: BaselineSection,
    days_per_year: float,
) -> _OperatorDay:
    share = operator.share_percent / 100.0
    parcels = share * demand.parcels
    used = np.flatnonzero(fleet > 0)
    priced = [
        reach.price(int(v), density_factor=max(share, LEAST_DENSITY), rules=False) for v in used
    ]
    whole, split = mixed_fleet([b for b, _ in priced], [m for _, m in priced], fleet[used])
    tours = scaled(whole, share)
    own = own_agencies(operator, agencies)
    x = _agency_share(demand, operator, tours, parcels, own, areas_m2, reach, section)
    by_vehicle = np.zeros((len(parcels), fleet.size))
    km = np.zeros_like(by_vehicle)
    for column, v in enumerate(used):
        part = x * split[..., column]
        by_vehicle[:, v] = part.sum(axis=1)
        km[:, v] = share * weighted(priced[column][0], part).km.sum(axis=1)
    carried = parcels[:, None] * x
    account = Account(
        parcels=parcels,
        parcel_km=_times(carried, reach.distance_km[demand.zone]),
        parcel_min=_times(carried, reach.minutes[demand.zone]),
        tours=with_handling(
            summed(weighted(tours, x), axis=1), parcels, section.agency_handling_eur_per_parcel
        ),
        feed=summed(weighted(reach.approach, carried), axis=1),
        sites_eur=parcels * agency_rent(section, days_per_year),
        penalties_eur=np.zeros_like(parcels),
    )
    return _OperatorDay(account, x, by_vehicle * share, km)


def _agency_share(
    demand: Demand,
    operator: Operator,
    tours: Burden,
    parcels: FloatArray,
    own: IntArray,
    areas_m2: FloatArray,
    reach: AgencyReach,
    section: BaselineSection,
) -> FloatArray:
    """Share of each consumer by agency, (n, a); rent and sorting are the same at all of them."""
    price = tours.eur[:, own] + reach.approach.eur[own][None, :] * parcels[:, None]
    lost = np.flatnonzero(~np.isfinite(price).any(axis=1))
    if lost.size:
        raise InvalidInputError([unreached(demand, operator, lost)])
    capacity = agency_capacities(
        areas_m2[own], float(parcels.sum()), section.agency_parcels_per_m2_day
    )
    chosen = allocate(price, parcels, capacity)
    if chosen is None:
        raise InvalidInputError([no_room(operator)])
    share = np.zeros(tours.eur.shape)
    share[:, own] = chosen
    return share


def _times(weights: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray((weights * np.where(weights > 0, values, 0.0)).sum(axis=1))


def _stacked(accounts: Sequence[Account]) -> Account:
    def stack(name: str) -> FloatArray:
        return np.stack([getattr(account, name) for account in accounts], axis=1)

    def stack_burden(name: str) -> Burden:
        parts = [getattr(account, name) for account in accounts]
        return Burden(
            **{
                measure: np.stack([getattr(b, measure) for b in parts], axis=1)
                for measure in MEASURES
            }
        )

    return Account(
        parcels=stack("parcels"),
        parcel_km=stack("parcel_km"),
        parcel_min=stack("parcel_min"),
        tours=stack_burden("tours"),
        feed=stack_burden("feed"),
        sites_eur=stack("sites_eur"),
        penalties_eur=stack("penalties_eur"),
    )


def _tally(
    demand: Demand, vehicles: Sequence[Vehicle], days: Sequence[_OperatorDay]
) -> VehicleTally:
    share = sum((day.vehicle_share for day in days), np.zeros((1, len(vehicles))))
    hours = stop_hours(demand, np.array([v.stop_time_percent for v in vehicles]))
    return VehicleTally(
        parcels=(demand.parcels[:, None] * share).sum(axis=0),
        km=sum((day.vehicle_km.sum(axis=0) for day in days), np.zeros(len(vehicles))),
        stop_hours=(hours * share).sum(axis=0),
    )
