"""Today's deliveries, and the split of the gain from today to the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from logistique.costs.emissions import emission_curves
from logistique.costs.feeds import approach_burden, feed_lorry
from logistique.costs.pricer import TourPricer
from logistique.costs.travel import measure_travel
from logistique.costs.vehicles import sites_inside
from logistique.evaluation.agencies import agency_areas
from logistique.evaluation.counterfactual import Counterfactuals, gain_of
from logistique.evaluation.gain import Gain
from logistique.evaluation.plan_account import book_plan
from logistique.evaluation.today import AgencyReach, Today, evaluate_today
from logistique.metropole.rings import Place, places
from logistique.model.plan import Plan
from logistique.network.projection import lambert_93
from logistique.pipeline.stages import Prepared
from logistique.places import commune_places
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.money import RulesSection


def has_today(scenario: Scenario) -> bool:
    """Whether the scenario describes today: operators with agencies, not switched off."""
    tables = scenario.tables
    return bool(scenario.settings.baseline.enabled and tables.operators and tables.agencies)


def today_and_gain(scenario: Scenario, ready: Prepared, plan: Plan) -> tuple[Today, Gain]:
    """Compute today's deliveries and split the gain of the plan over them.

    Parameters
    ----------
    scenario : Scenario
        With operators and agencies (:func:`has_today`).
    ready : Prepared
    plan : Plan

    Returns
    -------
    Today, Gain

    Raises
    ------
    InvalidInputError
        For agencies too far from any road and zones no operator can reach.
    """
    today, reach, at_depots = _today(scenario, ready)
    settings = scenario.settings
    world = Counterfactuals(
        demand=ready.demand,
        today=today,
        plan=plan,
        plan_account=book_plan(ready.demand, ready.costs, ready.problem, plan),
        costs=ready.costs,
        hub_types=ready.sites.hub_types,
        agency_price=reach.price,
        depot_price=at_depots,
        agency_handling_eur=settings.baseline.agency_handling_eur_per_parcel,
    )
    return today, gain_of(world)


def today_only(scenario: Scenario, ready: Prepared) -> Today:
    """Compute today's deliveries; parameters and errors as :func:`today_and_gain`."""
    return _today(scenario, ready)[0]


def _today(scenario: Scenario, ready: Prepared) -> tuple[Today, AgencyReach, TourPricer]:
    settings, tables = scenario.settings, scenario.tables
    at_depots = _depot_pricer(scenario, ready)
    reach = _agency_reach(scenario, ready, at_depots)
    today = evaluate_today(
        ready.demand,
        tables.operators,
        tables.agencies,
        tables.vehicles,
        reach,
        settings.baseline,
        days_per_year=settings.scenario.days_per_year,
        areas_m2=agency_areas(tables.agencies, tables.depots),
    )
    return today, reach, at_depots


def _depot_pricer(scenario: Scenario, ready: Prepared) -> TourPricer:
    settings, tables = scenario.settings, scenario.tables
    return TourPricer(
        demand=ready.demand,
        travel=ready.travel,
        origin_inside=sites_inside(ready.sites.depots, commune_places(tables.zones)),
        vehicles=tables.vehicles,
        curves=emission_curves(tables.vehicles, tables.emissions),
        costs=settings.costs,
        tours=settings.tours,
        rules=settings.rules,
        network=settings.network,
    )


def _agency_reach(scenario: Scenario, ready: Prepared, depots: TourPricer) -> AgencyReach:
    """Measure ways from the agencies; they stand in for depots and storage zones at once."""
    settings, tables = scenario.settings, scenario.tables
    travel = measure_travel(
        ready.roads,
        ready.demand.zones,
        tables.agencies,
        tables.agencies,
        tables.gateways,
        settings.network,
    )
    x_m, y_m = lambert_93(
        np.array([agency.lon for agency in tables.agencies]),
        np.array([agency.lat for agency in tables.agencies]),
    )
    # The scenario's access rules do not apply to today, its lorries included.
    lorry = feed_lorry(tables.vehicles, depots.curves, settings.costs, RulesSection())
    return AgencyReach(
        distance_km=travel.distance_km,
        minutes=travel.minutes,
        approach=approach_burden(
            tables.gateways, travel.gateway_km, travel.gateway_minutes, lorry, settings.costs
        ),
        price=replace(depots, travel=travel, origin_inside=places(x_m, y_m) != int(Place.OUTER)),
    )
