"""What serving zones with one vehicle takes: tours, emissions and prices together."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from logistique.costs.emissions import EmissionCurve
from logistique.costs.table import Burden
from logistique.costs.tariffs import priced
from logistique.costs.tours import Drops, Haul, plan_tours
from logistique.scenario.schema.money import CostsSection, ToursSection
from logistique.scenario.schema.rows import Vehicle

BoolArray = NDArray[np.bool_]


def service_burden(
    drops: Drops,
    haul: Haul,
    vehicle: Vehicle,
    curve: EmissionCurve,
    *,
    tours: ToursSection,
    costs: CostsSection,
) -> tuple[Burden, BoolArray]:
    """Burden of serving all of every consumer from every origin with one vehicle.

    The same formulas price the plan, today (:meth:`Drops.part` of one operator from its own
    agencies) and the states between them.

    Parameters
    ----------
    drops : Drops
        n consumers.
    haul : Haul
        (n, k) ways on the roads of the vehicle's profile.
    vehicle : Vehicle
    curve : EmissionCurve
        Emission factors of the vehicle.
    tours : ToursSection
        The tour-length surrogate.
    costs : CostsSection
        Prices of emissions.

    Returns
    -------
    Burden of (n, k) arrays
        Per day, handling at the hub not included; ``inf`` where not possible. Line haul and
        inner tour emit at their own mean speeds.
    (n, k) bool
        Whether a trip fits in vehicle, shift and range; rules and service radius are the
        business of :func:`~logistique.costs.vehicles.may_serve`.
    """
    plan = plan_tours(drops, haul, vehicle, tours)
    line_km = np.where(plan.possible, plan.line_km, 0.0)
    line = curve.kg(line_km, plan.line_kmh)
    inner = curve.kg(plan.inner_km, plan.inner_kmh)
    km = line_km + plan.inner_km
    hours = np.where(plan.possible, plan.hours, 0.0)
    burden = priced(
        km=km,
        hours=hours,
        emissions_kg=(line[0] + inner[0], line[1] + inner[1], line[2] + inner[2]),
        operating_eur=hours * vehicle.eur_per_h + km * vehicle.eur_per_km,
        costs=costs,
    )
    return only_where(burden, plan.possible), plan.possible


def only_where(burden: Burden, allowed: BoolArray) -> Burden:
    """Return the burden where allowed, ``inf`` in every array elsewhere."""
    return Burden(
        **{
            field.name: np.where(allowed, getattr(burden, field.name), np.inf)
            for field in fields(Burden)
        }
    )
