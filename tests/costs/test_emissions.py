"""Emission factors between, at and beyond the speeds of the table."""

from __future__ import annotations

import numpy as np
import pytest
from hand_rows import factor, vehicle

from logistique.costs.emissions import emission_curves
from logistique.costs.tariffs import external_eur
from logistique.errors import InvalidInputError
from logistique.scenario.schema.money import CostsSection


def test_factors_are_interpolated_and_clamped() -> None:
    """300 g/km at 20, 200 at 40 km/h, in any order: 275 at 25; 300 below, 200 above."""
    rows = [factor(speed=40, co2e_g_per_km=200), factor(speed=20, co2e_g_per_km=300)]
    curve = emission_curves([vehicle()], rows)["van"]
    co2e, nox, pm10 = curve.kg(np.full(5, 10.0), np.array([5.0, 20.0, 25.0, 40.0, 90.0]))
    assert co2e == pytest.approx([3.0, 3.0, 2.75, 2.0, 2.0])
    assert nox == pytest.approx(np.full(5, 0.003))
    assert pm10 == pytest.approx(np.full(5, 0.0003))


def test_external_cost_by_hand() -> None:
    """1 000 kg at 50 EUR/t, 2 kg at 27, 3 kg at 87 EUR/kg."""
    costs = CostsSection(co2e_eur_per_t=50, nox_eur_per_kg=27, pm10_eur_per_kg=87)
    price = external_eur(np.array([1000.0]), np.array([2.0]), np.array([3.0]), costs)
    assert price == pytest.approx([50 + 54 + 261])


def test_refused_together() -> None:
    rows = [factor("car"), factor(speed=20), factor(speed=20)]
    with pytest.raises(InvalidInputError) as caught:
        emission_curves([vehicle(), vehicle("bike")], rows)
    text = str(caught.value)
    assert "car: is no vehicle" in text
    assert "bike: has no emission factor" in text
    assert "van: has two factors at one speed" in text
