"""The list of figures of a result: labels, units, direction, and their values on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from logistique.evaluation.assessment import Assessment, feed_vehicle
from logistique.evaluation.hub_figures import hub_figures
from logistique.evaluation.indicators import (
    change_percent,
    cost_of_tonne,
    gini,
    obstructive_hours,
    part_percent,
    share_within,
    traffic_pcu_km,
    weighted_mean,
    weighted_quantile,
    worst_decile,
)
from logistique.evaluation.partition import by_commune
from logistique.evaluation.plain import Row, number
from logistique.evaluation.side import Side, plan_side, today_side
from logistique.scenario.schema.rows import Vehicle

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A figure of the result.

    Parameters
    ----------
    key : str
        Identifier; the unit is part of it where there is one.
    label_fr, label_en, unit_fr, unit_en : str
        What readers see.
    better : {"lower", "higher", "neutral"}
        Which direction is an improvement.
    """

    key: str
    label_fr: str
    label_en: str
    unit_fr: str
    unit_en: str
    better: Literal["lower", "higher", "neutral"]


def _f(
    key: str,
    fr: str,
    en: str,
    unit: str | tuple[str, str],
    better: Literal["lower", "higher", "neutral"] = "lower",
) -> Figure:
    unit_fr, unit_en = (unit, unit) if isinstance(unit, str) else unit
    return Figure(key, fr, en, unit_fr, unit_en, better)


_EUR_DAY = ("€/jour", "EUR/day")
_KM_DAY = ("km/jour", "km/day")
_H_DAY = ("h/jour", "h/day")
_PARCELS = ("colis/jour", "parcels/day")

FIGURES: tuple[Figure, ...] = (
    _f("cost_eur_per_parcel", "Coût par colis", "Cost per parcel", ("€/colis", "EUR/parcel")),
    _f("km_per_day", "Kilomètres parcourus", "Vehicle kilometres", _KM_DAY),
    _f("hours_per_day", "Heures de conduite et d'arrêt", "Driving and stop hours", _H_DAY),
    _f("co2e_t_per_year", "Gaz à effet de serre", "Greenhouse gases", ("t CO₂e/an", "t CO2e/year")),
    _f("mean_distance_km", "Distance moyenne dépôt–destinataire", "Mean depot–consumer distance", "km"),
    _f("nox_kg_per_year", "Oxydes d'azote", "Nitrogen oxides", ("kg/an", "kg/year")),
    _f("total_cost_eur_per_day", "Coût total", "Total cost", _EUR_DAY),
    _f("operating_cost_eur_per_day", "dont exploitation et locaux", "of which operation and premises", _EUR_DAY),
    _f("external_cost_eur_per_day", "dont émissions (coût externe)", "of which emissions (external)", _EUR_DAY),
    _f("tour_km_per_day", "Kilomètres des tournées", "Delivery tour kilometres", _KM_DAY),
    _f("van_km_per_day", "dont camionnettes", "of which vans", _KM_DAY),
    _f("feed_km_per_day", "Kilomètres d'approvisionnement", "Feeding kilometres", _KM_DAY),
    _f("pm10_kg_per_year", "Particules PM10", "Particles PM10", ("kg/an", "kg/year")),
    _f("p95_distance_km", "Distance au 95e centile", "Distance at the 95th centile", "km"),
    _f("mean_minutes", "Temps moyen dépôt–destinataire", "Mean depot–consumer time", "min"),
    _f("coverage_2km_percent", "Colis servis à moins de 2 km", "Parcels served within 2 km", "%", "higher"),
    _f("coverage_5km_percent", "Colis servis à moins de 5 km", "Parcels served within 5 km", "%", "higher"),
    _f("coverage_10km_percent", "Colis servis à moins de 10 km", "Parcels served within 10 km", "%", "higher"),
    _f("parcels_per_day", "Colis livrés", "Parcels delivered", _PARCELS, "neutral"),
    _f("hubs_open", "Dépôts en service", "Depots in use", ("dépôts", "depots"), "neutral"),
    _f("storages_open", "Zones de stockage en service", "Storage zones in use", ("sites", "sites"), "neutral"),
    _f("investment_eur", "Investissement", "Investment", ("€", "EUR")),
    _f("yearly_cost_eur", "Loyers, annuités et frais fixes", "Rents, annuities and fixed costs", ("€/an", "EUR/year")),
    _f("hub_use_percent", "Taux d'utilisation des dépôts", "Use of depot capacity", "%", "higher"),
    _f("parcels_per_m2_day", "Colis par m² de dépôt", "Parcels per m² of depot", ("colis/m²/jour", "parcels/m²/day"), "higher"),
    _f("bike_share_percent", "Colis livrés à vélo", "Parcels delivered by bike", "%", "higher"),
    _f("electric_van_share_percent", "Colis livrés en camionnette électrique", "Parcels delivered by electric van", "%", "higher"),
    _f("diesel_share_percent", "Colis livrés en diesel", "Parcels delivered by diesel vehicle", "%"),
    _f("pcu_km_per_day", "Trafic de marchandises", "Goods traffic", ("uvp·km/jour", "pcu·km/day")),
    _f("obstructive_stop_hours_per_day", "Arrêts gênants sur la chaussée", "Obstructive stops on the carriageway", _H_DAY),
    _f("gini_distance", "Inégalité des distances entre communes (Gini)", "Inequality of distances between communes (Gini)", ""),
    _f("worst_decile_distance_km", "Distance du dixième d'habitants le moins bien servi", "Distance of the worst-served tenth of inhabitants", "km"),
    _f("co2e_g_per_parcel", "Gaz à effet de serre par colis", "Greenhouse gases per parcel", ("g CO₂e/colis", "g CO2e/parcel")),
    _f("jobs_fte", "Emplois dans les dépôts", "Jobs in the depots", ("ETP", "FTE"), "higher"),
    _f("new_area_m2", "Surface nouvelle", "New floor area", "m²"),
    _f("reused_area_m2", "Surface existante réemployée", "Existing floor area reused", "m²", "neutral"),
    _f("cost_per_tonne_avoided_eur", "Coût de la tonne de CO₂e évitée", "Cost of a tonne of CO2e avoided", ("€/t", "EUR/t")),
)  # fmt: skip
"""All figures, the six key figures first."""

KEY_FIGURES: tuple[str, ...] = tuple(figure.key for figure in FIGURES[:6])


def figure_rows(assessment: Assessment) -> list[Row]:
    """Table ``figures``: every figure of :data:`FIGURES` for the plan and for today.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    list of Row
        ``today`` and ``change_percent`` are None where today has no such figure.
    """
    then, now = plan_side(assessment), today_side(assessment)
    plan = side_figures(assessment, then) | hub_figures(assessment)
    today: dict[str, float | None] = {}
    if now is not None:
        today = side_figures(assessment, now) | _agency_figures(assessment)
        plan["cost_per_tonne_avoided_eur"] = _tonne(then, now)
    return [
        {
            "key": figure.key,
            "label_fr": figure.label_fr,
            "label_en": figure.label_en,
            "unit_fr": figure.unit_fr,
            "unit_en": figure.unit_en,
            "plan": number(plan.get(figure.key)),
            "today": number(today.get(figure.key)),
            "change_percent": number(change_percent(plan.get(figure.key), today.get(figure.key))),
            "better": figure.better,
        }
        for figure in FIGURES
    ]


def side_figures(assessment: Assessment, side: Side) -> dict[str, float | None]:
    """Figures that exist on both sides, by key.

    Parameters
    ----------
    assessment : Assessment
        For the days per year, the vehicles and the communes.
    side : Side
        The plan or today.
    """
    days = assessment.run.scenario.settings.scenario.days_per_year
    total = side.account.summed()
    parcels = float(total.parcels)
    return {
        "cost_eur_per_parcel": float(total.eur) / parcels if parcels else None,
        "km_per_day": float(total.km),
        "hours_per_day": float(total.hours),
        "co2e_t_per_year": float(total.co2e_kg) * days / 1000.0,
        "nox_kg_per_year": float(total.nox_kg) * days,
        "pm10_kg_per_year": float(total.pm10_kg) * days,
        "total_cost_eur_per_day": float(total.eur),
        "operating_cost_eur_per_day": float(total.operating_eur),
        "external_cost_eur_per_day": float(total.external_eur),
        "tour_km_per_day": float(total.tours.km),
        "feed_km_per_day": float(total.feed.km),
        "mean_minutes": float(total.parcel_min) / parcels if parcels else None,
        "parcels_per_day": parcels,
        "co2e_g_per_parcel": 1000.0 * float(total.co2e_kg) / parcels if parcels else None,
        **_distance_figures(assessment, side),
        **_vehicle_figures(assessment, side),
    }


def _distance_figures(assessment: Assessment, side: Side) -> dict[str, float | None]:
    km, parcels = side.line_km, side.line_parcels
    zones = assessment.run.demand.zones
    communes = by_commune(zones)
    size = len(communes.ids)
    account = side.account.grouped(communes.zone_group[assessment.run.demand.zone], size)
    people = np.bincount(
        communes.zone_group, weights=[zone.population for zone in zones], minlength=size
    )
    weight = np.where(account.parcels > 0, people, 0.0)
    mean = np.divide(
        account.parcel_km, account.parcels, out=np.zeros(size), where=account.parcels > 0
    )
    return {
        "mean_distance_km": weighted_mean(km, parcels),
        "p95_distance_km": weighted_quantile(km, parcels, 0.95),
        "coverage_2km_percent": share_within(km, parcels, 2.0),
        "coverage_5km_percent": share_within(km, parcels, 5.0),
        "coverage_10km_percent": share_within(km, parcels, 10.0),
        "gini_distance": gini(mean, weight),
        "worst_decile_distance_km": worst_decile(mean, weight),
    }


def _vehicle_figures(assessment: Assessment, side: Side) -> dict[str, float | None]:
    vehicles = assessment.run.costs.vehicles
    tally = side.tally
    motor = np.array([_mode(vehicle) for vehicle in vehicles])
    delivered = float(tally.parcels.sum())
    feed_km = np.array([float(side.account.feed.km.sum())])
    feed_pcu = np.array([feed_vehicle(assessment.run).pcu])
    return {
        "van_km_per_day": float(tally.km[motor != "bike"].sum()),
        "bike_share_percent": part_percent(float(tally.parcels[motor == "bike"].sum()), delivered),
        "electric_van_share_percent": part_percent(
            float(tally.parcels[motor == "electric"].sum()), delivered
        ),
        "diesel_share_percent": part_percent(
            float(tally.parcels[motor == "diesel"].sum()), delivered
        ),
        "pcu_km_per_day": traffic_pcu_km(tally.km, np.array([v.pcu for v in vehicles]))
        + traffic_pcu_km(feed_km, feed_pcu),
        "obstructive_stop_hours_per_day": obstructive_hours(tally.stop_hours, motor != "bike"),
    }


def _mode(vehicle: Vehicle) -> str:
    """``bike`` for what rides on cycle paths, else the motor."""
    return "bike" if vehicle.profile == "bike" else vehicle.motor


def _agency_figures(assessment: Assessment) -> dict[str, float | None]:
    today = assessment.run.today
    if today is None:
        return {}
    section = assessment.run.scenario.settings.baseline
    area = float(today.agency_area_m2.sum())
    return {
        "hubs_open": float((today.agency_parcels > 0).sum()),
        "yearly_cost_eur": area * section.agency_rent_eur_per_m2_year,
        "parcels_per_m2_day": float(today.agency_parcels.sum()) / area if area else None,
        "reused_area_m2": area,
        "new_area_m2": 0.0,
    }


def _tonne(plan: Side, today: Side) -> float | None:
    then, now = plan.account.summed(), today.account.summed()
    return cost_of_tonne(
        float(then.operating_eur - now.operating_eur), float(now.co2e_kg - then.co2e_kg)
    )
