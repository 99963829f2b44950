"""What kilometres, hours and grams cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden
from logistique.scenario.schema.money import CostsSection

FloatArray = NDArray[np.float64]


def external_eur(
    co2e_kg: FloatArray, nox_kg: FloatArray, pm10_kg: FloatArray, costs: CostsSection
) -> FloatArray:
    """Emissions at the scenario's prices, EUR."""
    return np.asarray(
        co2e_kg * costs.co2e_eur_per_t / 1000
        + nox_kg * costs.nox_eur_per_kg
        + pm10_kg * costs.pm10_eur_per_kg
    )


def priced(
    *,
    km: FloatArray,
    hours: FloatArray,
    emissions_kg: tuple[FloatArray, FloatArray, FloatArray],
    operating_eur: FloatArray,
    costs: CostsSection,
) -> Burden:
    """Burden with its emissions priced.

    Parameters
    ----------
    km, hours, operating_eur : float arrays of one shape
    emissions_kg : tuple of three float arrays
        CO2e, NOx, PM10 in kg.
    costs : CostsSection
        Prices of emissions.
    """
    co2e, nox, pm10 = emissions_kg
    return Burden(
        km=km,
        hours=hours,
        co2e_kg=co2e,
        nox_kg=nox,
        pm10_kg=pm10,
        operating_eur=operating_eur,
        external_eur=external_eur(co2e, nox, pm10, costs),
    )
