"""Figures that only the plan has: what opens, what it costs, how well it is used."""

from __future__ import annotations

import numpy as np

from logistique.evaluation.assessment import Assessment
from logistique.evaluation.indicators import part_percent
from logistique.evaluation.plan_account import depot_opening


def hub_figures(assessment: Assessment) -> dict[str, float | None]:
    """Figures about the opened depots and storage zones.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    dict
        Key → value; the keys are those of :data:`logistique.evaluation.figures.FIGURES`.

    Notes
    -----
    ``jobs_fte`` = Σ throughput / 1 000 × jobs per 1 000 parcels of the hub type.
    ``new_area_m2`` counts opened sites that do not exist today, ``reused_area_m2`` those that do.
    ``hub_use_percent`` = throughput over capacity of the opened options.
    """
    run = assessment.run
    sites = run.sites
    opened = np.flatnonzero(assessment.option >= 0)
    option = assessment.option[opened]
    through = assessment.throughput()
    area = sites.option_area_m2[option]
    existing = np.array([sites.depots[k].status == "existing" for k in opened], dtype=bool)
    jobs = np.array([hub.jobs_per_1000_parcels for hub in sites.hub_types])
    storages = run.plan.open_storage
    opening = float(depot_opening(run.problem, run.plan).sum())
    opening += float(run.problem.storage_cost[storages].sum())
    days = run.scenario.settings.scenario.days_per_year
    return {
        "hubs_open": float(opened.size),
        "storages_open": float(storages.sum()),
        "investment_eur": float(sites.option_investment_eur[option].sum())
        + float(sites.storage_investment_eur[storages].sum()),
        "yearly_cost_eur": opening * days,
        "hub_use_percent": part_percent(
            float(through.sum()), float(sites.option_capacity[option].sum())
        ),
        "parcels_per_m2_day": float(through.sum() / area.sum()) if area.size else None,
        "jobs_fte": float((through * jobs).sum() / 1000.0),
        "new_area_m2": float(area[~existing].sum()),
        "reused_area_m2": float(area[existing].sum()),
    }
