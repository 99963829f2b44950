"""The problem of a scenario: its arrays from the cost table, its rows from the requirements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from logistique.costs.table import CostTable
from logistique.demand import Demand
from logistique.model.problem import Problem
from logistique.question.docks import build_docks
from logistique.question.rows import Context, requirement_rows
from logistique.scenario.schema.docks import DocksSection
from logistique.scenario.schema.question import ModelSection, RequirementSection
from logistique.sites import Sites


def build_problem(
    demand: Demand,
    sites: Sites,
    costs: CostTable,
    *,
    model: ModelSection,
    requirements: Sequence[RequirementSection] = (),
    days_per_year: float,
    docks: DocksSection | None = None,
) -> Problem:
    """State the location problem of a scenario.

    Parameters
    ----------
    demand : Demand
        n consumers.
    sites : Sites
        k depot sites with m options, p storage zones.
    costs : CostTable
        (n, k) and (p, k) burdens; operating plus external EUR is what counts.
    model : ModelSection
        Single or split service, largest service distance, price of parcels not served.
    requirements : sequence of requirement sections
        Those of kind ``required`` and ``forbidden`` are in ``sites`` already.
    days_per_year : float
        Working days per year; yearly caps are divided by it.
    docks : DocksSection, optional
        Off when absent. Docks that hold less than a size lower its largest throughput.

    Returns
    -------
    Problem
        With the scenario's identifiers; options are named ``<depot>@<area>m2``.

    Raises
    ------
    InvalidInputError
        For requirements about unknown sites, hub types, streams, communes or territories, and
        whatever :class:`~logistique.model.problem.Problem` refuses.
    """
    service = costs.service.eur
    if model.max_service_km is not None:
        service = np.where(costs.distance_km <= model.max_service_km, service, np.inf)
    stated, capacity = build_docks(sites, docks or DocksSection())
    price = model.unserved_eur_per_parcel
    return Problem(
        demand=demand.parcels,
        service_cost=service,
        option_site=sites.option_site,
        option_cost=sites.option_cost,
        option_capacity=capacity,
        option_floor=np.minimum(sites.option_floor, capacity),
        docks=stated,
        feed_cost=costs.feed.eur,
        storage_cost=sites.storage_cost,
        storage_capacity=sites.storage_capacity,
        storage_floor=sites.storage_floor,
        site_required=sites.depot_required,
        site_forbidden=sites.depot_forbidden,
        storage_required=sites.storage_required,
        storage_forbidden=sites.storage_forbidden,
        site_closing_cost=sites.depot_closing_cost,
        storage_closing_cost=sites.storage_closing_cost,
        unserved_cost=demand.parcels * (np.inf if price is None else price),
        single_sourcing=model.assignment == "single",
        requirements=requirement_rows(requirements, Context(demand, sites, costs, days_per_year)),
        consumer_id=demand.consumer_id,
        site_id=tuple(depot.id for depot in sites.depots),
        option_id=_option_ids(sites),
        storage_id=tuple(storage.id for storage in sites.storages),
    )


def _option_ids(sites: Sites) -> tuple[str, ...]:
    return tuple(
        f"{sites.depots[site].id}@{area:g}m2"
        for site, area in zip(sites.option_site, sites.option_area_m2, strict=True)
    )
