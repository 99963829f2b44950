"""Book a plan: every EUR and kilometre of its objective on the consumer it is spent for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden, CostTable
from logistique.demand import Demand
from logistique.evaluation.account import Account
from logistique.evaluation.burden import each, none, summed, weighted
from logistique.evaluation.dock_cost import dock_costs
from logistique.evaluation.verify import verify
from logistique.model.plan import Plan
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]


def book_plan(demand: Demand, costs: CostTable, problem: Problem, plan: Plan) -> Account:
    """Account of a plan by consumer; ``eur`` adds up to the plan's objective.

    Tours go to the consumer they serve. Feeding and opening costs of a depot go to the parcels
    that pass through it, a storage zone's costs to the parcels it sends out. What no parcel
    causes (closing costs, sites kept open without use, missed requirements) is spread over all
    parcels alike.

    Parameters
    ----------
    demand : Demand
        n consumers.
    costs : CostTable
        (n, k) and (p, k) burdens.
    problem : Problem
        The problem the plan answers (opening and closing costs, prices).
    plan : Plan
        Decisions.

    Returns
    -------
    Account
        Lines of length n.
    """
    served = demand.parcels[:, None] * plan.assignment
    return Account(
        parcels=served.sum(axis=1),
        parcel_km=_times(served, costs.distance_km),
        parcel_min=_times(served, costs.minutes),
        tours=summed(weighted(costs.service, plan.assignment), axis=1),
        feed=_by_parcels(depot_feed(costs, plan), served),
        sites_eur=_site_costs(demand, problem, plan, served),
        penalties_eur=unserved_eur(problem, plan)
        + shortfall_eur(problem, plan) * _part(demand.parcels),
    )


def depot_feed(costs: CostTable, plan: Plan) -> Burden:
    """Burden of feeding each depot site, (k,), per day."""
    if costs.feed.km.shape[0] == 0:
        return none(plan.assignment.shape[1])
    return summed(weighted(costs.feed, plan.feed), axis=0)


def opened_option(problem: Problem, plan: Plan) -> NDArray[np.int64]:
    """Position of the option opened at each depot site, (k,); −1 where none is."""
    option = np.full(plan.assignment.shape[1], -1, dtype=np.int64)
    opened = np.flatnonzero(plan.open_option)
    option[problem.option_site[opened]] = opened
    return option


def depot_opening(problem: Problem, plan: Plan) -> FloatArray:
    """Return the opening cost of each depot site, (k,), EUR per day; zero where it stays closed."""
    option = opened_option(problem, plan)
    return np.where(option >= 0, problem.option_cost[np.maximum(option, 0)], 0.0)


def closing_eur(problem: Problem, plan: Plan) -> float:
    """Cost of all sites that are not open although they could stay, EUR per day."""
    depot_closed = opened_option(problem, plan) < 0
    storage_closed = ~plan.open_storage
    return float(
        problem.site_closing_cost[depot_closed].sum()
        + problem.storage_closing_cost[storage_closed].sum()
    )


def unserved_eur(problem: Problem, plan: Plan) -> FloatArray:
    """Price of what is not served of each consumer, (n,), EUR per day."""
    missing = np.clip(1.0 - plan.assignment.sum(axis=1), 0.0, 1.0)
    missing[missing < 1e-9] = 0.0
    price = np.where(missing > 0, problem.unserved_cost, 0.0)
    return np.asarray(missing * price)


def shortfall_eur(problem: Problem, plan: Plan) -> float:
    """Add up the price of all requirements missed, EUR per day."""
    return sum(row.shortfall_cost for row in verify(problem, plan).requirements)


def _site_costs(demand: Demand, problem: Problem, plan: Plan, served: FloatArray) -> FloatArray:
    depot_eur = depot_opening(problem, plan) + dock_costs(problem, plan)
    common = closing_eur(problem, plan)
    sent = plan.feed.sum(axis=1)
    for storage in np.flatnonzero(plan.open_storage):
        if sent[storage] > 0:
            depot_eur = depot_eur + (
                problem.storage_cost[storage] * plan.feed[storage] / sent[storage]
            )
        else:
            common += float(problem.storage_cost[storage])
    idle = served.sum(axis=0) <= 0
    common += float(depot_eur[idle].sum())
    by_depot = np.where(idle, 0.0, depot_eur)
    return _spread(by_depot, served) + common * _part(demand.parcels)


def _by_parcels(depot: Burden, served: FloatArray) -> Burden:
    return each(depot, lambda values: _spread(values, served))


def _spread(by_depot: FloatArray, served: FloatArray) -> FloatArray:
    """Share amounts of depots, (k,), among consumers in proportion to parcels, (n,)."""
    through = served.sum(axis=0)
    part = np.divide(served, through, out=np.zeros_like(served), where=through > 0)
    return np.asarray(part @ by_depot)


def _part(parcels: FloatArray) -> FloatArray:
    total = parcels.sum()
    return parcels / total if total > 0 else np.full(parcels.shape, 1.0 / max(parcels.size, 1))


def _times(weights: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray((weights * np.where(weights > 0, values, 0.0)).sum(axis=1))
