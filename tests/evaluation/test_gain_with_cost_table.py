"""Both ends of the gain's split with the real cost formulas on hand-made distances.

The cost table and the counterfactual states are computed by different code paths; they must
meet exactly at the plan, rules of the road included.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import three_zones as case

from logistique.costs import build_costs
from logistique.costs.emissions import emission_curves
from logistique.costs.feeds import approach_burden, feed_lorry
from logistique.costs.pricer import TourPricer
from logistique.costs.travel import Travel
from logistique.costs.vehicles import sites_inside
from logistique.evaluation.account import Account
from logistique.evaluation.burden import MEASURES
from logistique.evaluation.counterfactual import Counterfactuals, gain_of, tours_of
from logistique.evaluation.gain import PLAN, TODAY
from logistique.evaluation.plan_account import book_plan
from logistique.evaluation.today import AgencyReach, evaluate_today
from logistique.model.plan import Plan, Termination
from logistique.places import commune_places
from logistique.scenario.schema.money import CostsSection, RulesSection, ToursSection
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import EmissionFactor, Gateway

VEHICLES = tuple(
    vehicle.model_copy(
        update={"eur_per_h": 30.0, "reload_min": 10.0, "service_radius_km": radius, "critair": air}
    )
    for vehicle, radius, air in zip(
        case.VEHICLES, (3.0, 12.0, 30.0, 60.0), (0, 0, 3, 2), strict=True
    )
)
FACTORS = tuple(
    EmissionFactor(
        vehicle=vehicle.id,
        speed_kmh=speed,
        co2e_g_per_km=grams * 20 / speed,
        nox_g_per_km=grams / 1000,
        pm10_g_per_km=0.03,
        **case.ROW,
    )
    for vehicle, grams in zip(VEHICLES, (0.0, 15.0, 300.0, 800.0), strict=True)
    for speed in (10.0, 40.0)
)
GATEWAYS = (Gateway(id="a1", name="A1", lon=2.4, lat=49.0, share_percent=100.0, **case.ROW),)
HUBS = tuple(hub.model_copy(update={"vehicles": ("bike", "van", "diesel")}) for hub in case.HUBS)


def ways(km: np.ndarray, places: int) -> Travel:
    """Cars at 20 km/h, bikes at 15; feeding 30 km, gateways 40 km away."""
    feed = np.full((places, km.shape[1]), 30.0)
    gateway = np.full((1, places), 40.0)
    return Travel(
        distance_km=km,
        minutes=3.0 * km,
        bike_km=km,
        bike_minutes=4.0 * km,
        feed_km=feed,
        feed_minutes=feed,
        feed_straight_km=feed,
        gateway_km=gateway,
        gateway_minutes=gateway,
    )


def build(rules: RulesSection) -> Counterfactuals:
    where, place = case.demand(), replace(case.sites(), hub_types=HUBS)
    costs, tours, network = CostsSection(feed_vehicle="lorry"), ToursSection(), NetworkSection()
    travel = ways(case.DEPOT_KM, 2)
    table = build_costs(
        where,
        place,
        travel,
        zones=case.ZONES,
        vehicles=VEHICLES,
        emissions=FACTORS,
        gateways=GATEWAYS,
        costs=costs,
        tours=tours,
        rules=rules,
        network=network,
    )
    question = case.problem(where, place, table, ())
    through = where.parcels @ case.ASSIGNMENT
    plan = Plan(
        termination=Termination.HEURISTIC,
        objective=0.0,
        lower_bound=-np.inf,
        open_option=np.array([True, False, True, False, False]),
        open_storage=np.array([True, False]),
        assignment=case.ASSIGNMENT,
        feed=np.stack([through, np.zeros(4)]),
        seconds=0.0,
        seed=0,
        method="by-hand",
    )
    curves = emission_curves(VEHICLES, FACTORS)
    depot_price = TourPricer(
        demand=where,
        travel=travel,
        origin_inside=sites_inside(place.depots, commune_places(case.ZONES)),
        vehicles=VEHICLES,
        curves=curves,
        costs=costs,
        tours=tours,
        rules=rules,
        network=network,
    )
    from_agencies = ways(case.AGENCY_KM, 3)
    agency_price = replace(depot_price, travel=from_agencies, origin_inside=np.ones(3, dtype=bool))
    lorry = feed_lorry(VEHICLES, curves, costs, rules)
    reach = AgencyReach(
        distance_km=from_agencies.distance_km,
        minutes=from_agencies.minutes,
        approach=approach_burden(
            GATEWAYS, from_agencies.gateway_km, from_agencies.gateway_minutes, lorry, costs
        ),
        price=agency_price,
    )
    now = evaluate_today(
        where,
        case.OPERATORS,
        case.AGENCIES,
        VEHICLES,
        reach,
        case.settings().baseline,
        days_per_year=case.DAYS,
        areas_m2=np.array([50.0, 1000.0, np.nan]),
    )
    return Counterfactuals(
        demand=where,
        today=now,
        plan=plan,
        plan_account=book_plan(where, table, question, plan),
        costs=table,
        hub_types=HUBS,
        agency_price=agency_price,
        depot_price=depot_price,
        agency_handling_eur=0.3,
    )


@pytest.fixture(scope="module", params=["off", "a86"])
def world(request: pytest.FixtureRequest) -> Counterfactuals:
    return build(RulesSection(low_emission_zone=request.param))


@pytest.mark.parametrize("measure", MEASURES)
def test_ends_meet(world: Counterfactuals, measure: str) -> None:
    ends: list[tuple[tuple[int, int, int], Account]] = [
        (TODAY, world.today.account),
        (PLAN, world.plan_account),
    ]
    for state, account in ends:
        expected = float(getattr(account.tours, measure).sum())
        assert float(getattr(tours_of(world, state), measure)) == pytest.approx(expected, rel=1e-12)


def test_parts_add_up(world: Counterfactuals) -> None:
    for part in gain_of(world).parts:
        assert np.isfinite(part.total)
        assert part.location + part.fleet + part.sharing == pytest.approx(part.total, rel=1e-9)


def test_sharing_never_costs(world: Counterfactuals) -> None:
    """Stops of all carriers are closer together than those of one, whatever else holds."""
    states = gain_of(world).states
    for location in (0, 1):
        for fleet in (0, 1):
            apart, pooled = states[location, fleet, 0], states[location, fleet, 1]
            assert pooled.eur_per_day < apart.eur_per_day


def test_the_plans_fleet_is_never_dearer_at_the_same_place_without_bans() -> None:
    """Without a low-emission zone today's vehicles are among those the plan may choose from."""
    states = gain_of(build(RulesSection(low_emission_zone="off"))).states
    for sharing in (0, 1):
        old, new = states[0, 0, sharing], states[0, 1, sharing]
        assert new.eur_per_day <= old.eur_per_day


def test_today_does_not_depend_on_the_low_emission_zone() -> None:
    off, on = (build(RulesSection(low_emission_zone=zone)).today for zone in ("off", "a86"))
    assert off.account.eur.tolist() == on.account.eur.tolist()
