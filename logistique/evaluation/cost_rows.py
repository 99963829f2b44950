"""The objective, component by component, beside what today pays for the same."""

from __future__ import annotations

from logistique.evaluation.account import Account
from logistique.evaluation.assessment import Assessment
from logistique.evaluation.dock_cost import dock_costs
from logistique.evaluation.plain import Row, number
from logistique.evaluation.plan_account import (
    closing_eur,
    depot_opening,
    shortfall_eur,
    unserved_eur,
)

_LABELS = {
    "tours_operating": ("Tournées et tri au dépôt", "Tours and handling at the depot"),
    "tours_external": ("Émissions des tournées", "Emissions of the tours"),
    "feed_operating": (
        "Approche, stockage et approvisionnement",
        "Approach, storage handling and feeding",
    ),
    "feed_external": ("Émissions de l'approvisionnement", "Emissions of feeding"),
    "depot_opening": ("Dépôts : loyers, annuités, frais", "Depots: rents, annuities, fixed costs"),
    "docks": ("Attente et saturation des quais", "Waiting and saturation at the docks"),
    "storage_opening": ("Zones de stockage : loyers, annuités", "Storage zones: rents, annuities"),
    "closing": ("Fermeture de sites", "Closing of sites"),
    "unserved": ("Colis non livrés", "Parcels not served"),
    "shortfall": ("Exigences manquées", "Requirements missed"),
}


def cost_rows(assessment: Assessment) -> list[Row]:
    """Table ``cost_components``; the plan's column adds up to the objective.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    list of Row
        ``today_eur_per_day`` is None when today is not computed.
    """
    run = assessment.run
    plan = _transport(assessment.plan) | {
        "depot_opening": float(depot_opening(run.problem, run.plan).sum()),
        "docks": float(dock_costs(run.problem, run.plan).sum()),
        "storage_opening": float(run.problem.storage_cost[run.plan.open_storage].sum()),
        "closing": closing_eur(run.problem, run.plan),
        "unserved": float(unserved_eur(run.problem, run.plan).sum()),
        "shortfall": shortfall_eur(run.problem, run.plan),
    }
    today: dict[str, float] | None = None
    if assessment.today is not None:
        today = dict.fromkeys(_LABELS, 0.0) | _transport(assessment.today)
        today["depot_opening"] = float(assessment.today.sites_eur.sum())
    return [
        {
            "key": key,
            "label_fr": fr,
            "label_en": en,
            "eur_per_day": number(plan[key]),
            "today_eur_per_day": None if today is None else number(today[key]),
        }
        for key, (fr, en) in _LABELS.items()
    ]


def _transport(account: Account) -> dict[str, float]:
    return {
        "tours_operating": float(account.tours.operating_eur.sum()),
        "tours_external": float(account.tours.external_eur.sum()),
        "feed_operating": float(account.feed.operating_eur.sum()),
        "feed_external": float(account.feed.external_eur.sum()),
    }
