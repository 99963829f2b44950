"""The eight states between today and the plan, priced with the formulas of the cost table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden, CostTable
from logistique.demand import Demand
from logistique.evaluation.account import Account
from logistique.evaluation.agencies import own_agencies
from logistique.evaluation.burden import added, chosen, scaled, summed, weighted
from logistique.evaluation.fleets import (
    LEAST_DENSITY,
    TourPricer,
    cheapest_fleet,
    fleet_shares,
    mixed_fleet,
    with_handling,
)
from logistique.evaluation.gain import Gain, State, StateTotals, all_states, split_gain
from logistique.evaluation.today import Today
from logistique.model.plan import Plan
from logistique.scenario.schema.rows import HubType

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Priced = Callable[..., tuple[Burden, BoolArray]]


@dataclass(frozen=True, eq=False)
class Counterfactuals:
    """Everything the states are made of.

    Parameters
    ----------
    demand : Demand
        n consumers.
    today : Today
        Today's agencies, fleets and account.
    plan, plan_account : Plan, Account
        The plan and its account by consumer.
    costs : CostTable
        The plan's cost table.
    hub_types : tuple of HubType, length k
        Hub type of each depot site.
    agency_price, depot_price : TourPricer
        Prices tours from the agencies, (n, a), and from the depot sites, (n, k).
    agency_handling_eur : float
        Sorting cost at an agency, EUR per parcel.
    """

    demand: Demand
    today: Today
    plan: Plan
    plan_account: Account
    costs: CostTable
    hub_types: Sequence[HubType]
    agency_price: TourPricer
    depot_price: TourPricer
    agency_handling_eur: float


def gain_of(world: Counterfactuals) -> Gain:
    """Price all eight states and split the gain.

    Parameters
    ----------
    world : Counterfactuals

    Returns
    -------
    Gain
        State (0, 0, 0) equals today's account, (1, 1, 1) the plan's.
    """
    tours = {state: tours_of(world, state) for state in all_states()}
    now, then = world.today.account.summed(), world.plan_account.summed()
    states = {state: _totals(burden, then if state[0] else now) for state, burden in tours.items()}
    upstream = {
        "km_per_day": float(now.feed.km - then.feed.km),
        "eur_per_day": float(now.feed.eur - then.feed.eur),
        "co2e_kg_per_day": float(now.feed.co2e_kg - then.feed.co2e_kg),
    }
    fixed_now = now.sites_eur + now.penalties_eur
    fixed_then = then.sites_eur + then.penalties_eur
    sites = {
        "km_per_day": 0.0,
        "eur_per_day": float(fixed_now - fixed_then),
        "co2e_kg_per_day": 0.0,
    }
    return split_gain(states, upstream, sites)


def tours_of(world: Counterfactuals, state: State) -> Burden:
    """Total burden of the delivery tours in one state, handling included.

    Parameters
    ----------
    world : Counterfactuals
    state : State
        (location, fleet, sharing).

    Returns
    -------
    Burden of scalars
    """
    location, fleet, sharing = state
    price = world.depot_price if location else world.agency_price
    shares = fleet_shares(world.today.operators, world.costs.vehicles)
    usable = _plan_vehicles(world, location=bool(location))
    together = _priced_once(price, 1.0)
    parts = []
    for position, operator in enumerate(world.today.operators):
        share = operator.share_percent / 100.0
        alone = together if sharing else _priced_once(price, share)
        burden = _cheapest(alone, usable) if fleet else _todays_fleet(alone, shares[position])
        carried = scaled(burden, share)
        parts.append(
            _from_depots(world, carried, share)
            if location
            else _from_agencies(world, carried, position, share)
        )
    return added(parts)


def _priced_once(price: TourPricer, density_factor: float) -> Priced:
    """Price each vehicle once at the density of a carrier's own stops, or of all stops."""

    @cache
    def priced(vehicle: int, *, rules: bool) -> tuple[Burden, BoolArray]:
        return price(vehicle, density_factor=max(density_factor, LEAST_DENSITY), rules=rules)

    return priced


def _plan_vehicles(world: Counterfactuals, *, location: bool) -> BoolArray:
    """Whether the plan may use a vehicle, (v, k) from depots or (v, 1) from agencies."""
    may = np.array(
        [[v.id in hub.vehicles for hub in world.hub_types] for v in world.costs.vehicles]
    )
    return may if location else np.asarray(may.any(axis=1, keepdims=True))


def _todays_fleet(price: Priced, shares: FloatArray) -> Burden:
    used = np.flatnonzero(shares > 0)
    priced = [price(int(v), rules=False) for v in used]
    return mixed_fleet([b for b, _ in priced], [m for _, m in priced], shares[used])[0]


def _cheapest(price: Priced, usable: BoolArray) -> Burden:
    """Cheapest vehicle under the rules; where none may go, the cheapest that physically can."""
    vehicles = np.flatnonzero(usable.any(axis=1))

    def best(*, rules: bool) -> tuple[Burden, IntArray]:
        priced = [price(int(v), rules=rules) for v in vehicles]
        masks = [mask & usable[v][None, :] for v, (_, mask) in zip(vehicles, priced, strict=True)]
        return cheapest_fleet([burden for burden, _ in priced], masks)

    allowed, vehicle = best(rules=True)
    return chosen(vehicle >= 0, allowed, best(rules=False)[0])


def _from_agencies(world: Counterfactuals, burden: Burden, operator: int, share: float) -> Burden:
    own = own_agencies(world.today.operators[operator], world.today.agencies)
    x = np.zeros_like(world.today.share)
    x[:, own] = world.today.share[:, own]
    parcels = share * world.demand.parcels[:, None] * x
    return summed(with_handling(weighted(burden, x), parcels, world.agency_handling_eur))


def _from_depots(world: Counterfactuals, burden: Burden, share: float) -> Burden:
    x = world.plan.assignment
    handling = np.array([hub.handling_eur_per_parcel for hub in world.hub_types])
    parcels = share * world.demand.parcels[:, None] * x
    return summed(with_handling(weighted(burden, x), parcels, handling[None, :]))


def _totals(tours: Burden, rest: Account) -> StateTotals:
    fixed = rest.sites_eur + rest.penalties_eur
    return StateTotals(
        km_per_day=float(tours.km + rest.feed.km),
        eur_per_day=float(tours.eur + rest.feed.eur + fixed),
        co2e_kg_per_day=float(tours.co2e_kg + rest.feed.co2e_kg),
    )
