"""Today: every operator delivers its share from its own agencies with its own fleet.

Same demand as the plan. Each operator serves every consumer from the cheapest of its agencies,
finds only its own stops as neighbours, pays its agencies' floor space and sorting, and brings
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
from logistique.evaluation.burden import MEASURES, each, scaled
from logistique.evaluation.fleets import (
    LEAST_DENSITY,
    TourPricer,
    fleet_shares,
    mixed_fleet,
    with_handling,
)
from logistique.evaluation.tally import VehicleTally, stop_hours
from logistique.findings import Finding
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
    agency : (n, o) int
        Agency that serves the consumer for the operator.
    agency_parcels, agency_area_m2 : (a,) float
        Throughput and the floor area it needs.
    tally : VehicleTally
        Use of each vehicle.
    """

    operators: tuple[Operator, ...]
    agencies: tuple[Agency, ...]
    account: Account
    agency: IntArray
    agency_parcels: FloatArray
    agency_area_m2: FloatArray
    tally: VehicleTally


@dataclass(frozen=True, eq=False)
class _OperatorDay:
    """One operator's lines: account (n,), agency (n,), parcels and km by vehicle (n, v)."""

    account: Account
    agency: IntArray
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

    Returns
    -------
    Today

    Raises
    ------
    InvalidInputError
        When an operator has no agency, or none from which its fleet reaches a zone.
    """
    shares = fleet_shares(operators, vehicles)
    _check_agencies(operators, agencies)
    days = [
        _operator_day(demand, operator, fleet, agencies, reach, section, days_per_year)
        for operator, fleet in zip(operators, shares, strict=True)
    ]
    findings = [
        f
        for day, operator in zip(days, operators, strict=True)
        for f in _unreached(demand, day, operator)
    ]
    if findings:
        raise InvalidInputError(findings)
    account = _stacked([day.account for day in days])
    agency = np.stack([day.agency for day in days], axis=1)
    through = np.bincount(
        agency.ravel(), weights=account.parcels.ravel(), minlength=len(agencies)
    ).astype(np.float64)
    return Today(
        operators=tuple(operators),
        agencies=tuple(agencies),
        account=account,
        agency=agency,
        agency_parcels=through,
        agency_area_m2=through / section.agency_parcels_per_m2_day,
        tally=_tally(demand, vehicles, days),
    )


def agency_rent(section: BaselineSection, days_per_year: float) -> float:
    """Rent of the floor space one parcel per day needs, EUR per parcel."""
    yearly = section.agency_rent_eur_per_m2_year / section.agency_parcels_per_m2_day
    return yearly / days_per_year


def own_agencies(operator: Operator, agencies: Sequence[Agency]) -> IntArray:
    """Positions of an operator's agencies."""
    return np.array([a for a, row in enumerate(agencies) if row.operator == operator.id], dtype=int)


def _operator_day(
    demand: Demand,
    operator: Operator,
    fleet: FloatArray,
    agencies: Sequence[Agency],
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
    agency = _cheapest_agency(tours, reach.approach, parcels, own_agencies(operator, agencies))
    handling = section.agency_handling_eur_per_parcel
    line = np.arange(len(parcels))
    by_vehicle = np.zeros((len(parcels), fleet.size))
    km = np.zeros_like(by_vehicle)
    for column, v in enumerate(used):
        part = split[line, agency, column]
        by_vehicle[:, v] = part
        at_agency = share * priced[column][0].km[line, agency]
        km[:, v] = part * np.where(part > 0, at_agency, 0.0)
    account = Account(
        parcels=parcels,
        parcel_km=parcels * reach.distance_km[demand.zone, agency],
        parcel_min=parcels * reach.minutes[demand.zone, agency],
        tours=with_handling(each(tours, lambda values: values[line, agency]), parcels, handling),
        feed=each(reach.approach, lambda values: values[agency] * parcels),
        sites_eur=parcels * agency_rent(section, days_per_year),
        penalties_eur=np.zeros_like(parcels),
    )
    return _OperatorDay(account, agency, by_vehicle * share, km)


def _cheapest_agency(
    tours: Burden, approach: Burden, parcels: FloatArray, own: IntArray
) -> IntArray:
    """Agency of least tour plus approach cost; rent and sorting are the same everywhere."""
    price = tours.eur[:, own] + approach.eur[own][None, :] * parcels[:, None]
    return np.asarray(own[np.argmin(price, axis=1)])


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


def _check_agencies(operators: Sequence[Operator], agencies: Sequence[Agency]) -> None:
    findings = [
        Finding(
            "no-agency",
            "agencies",
            operator.id,
            f"operator {operator.id!r} has {operator.share_percent:g} % of the parcels but no agency",
            "add an agency for it, or set baseline.enabled = false",
        )
        for operator in operators
        if not own_agencies(operator, agencies).size
    ]
    if not operators:
        findings = [
            Finding(
                "no-operator",
                "operators",
                "baseline.enabled",
                "today cannot be computed without operators",
                "give the tables operators and agencies, or set baseline.enabled = false",
            )
        ]
    if findings:
        raise InvalidInputError(findings)


def _unreached(demand: Demand, day: _OperatorDay, operator: Operator) -> list[Finding]:
    lost = np.flatnonzero(~np.isfinite(day.account.eur))
    if not lost.size:
        return []
    names = ", ".join(demand.consumer_id[i] for i in lost[:5])
    more = f" and {lost.size - 5} more" if lost.size > 5 else ""
    return [
        Finding(
            "today-unreached",
            "agencies",
            operator.id,
            f"no vehicle of today's fleet of {operator.id!r} reaches {names}{more} in one shift",
            "add an agency nearer, or a vehicle with a longer range to its fleet",
        )
    ]
