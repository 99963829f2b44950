"""Emissions of a vehicle at a speed, from the factors of the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.scenario.schema.rows import EmissionFactor, Vehicle

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EmissionCurve:
    """Factors of one vehicle by speed.

    Parameters
    ----------
    speed_kmh : (s,) float
        Increasing.
    co2e_g_per_km, nox_g_per_km, pm10_g_per_km : (s,) float
        Greenhouse gases well to wheel; particles with brake and tyre wear.
    """

    speed_kmh: FloatArray
    co2e_g_per_km: FloatArray
    nox_g_per_km: FloatArray
    pm10_g_per_km: FloatArray

    def kg(self, km: FloatArray, kmh: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Emissions of driving ``km`` at ``kmh``.

        Parameters
        ----------
        km, kmh : float arrays
            Broadcast against each other; ``kmh`` finite.

        Returns
        -------
        tuple of three float arrays
            CO2e, NOx and PM10 in kg. Between speeds of the table factors are interpolated,
            outside of it the nearest one holds.
        """

        def grams(factors: FloatArray) -> FloatArray:
            return km * np.interp(kmh, self.speed_kmh, factors) / 1000

        return grams(self.co2e_g_per_km), grams(self.nox_g_per_km), grams(self.pm10_g_per_km)


def emission_curves(
    vehicles: Sequence[Vehicle], factors: Sequence[EmissionFactor]
) -> Mapping[str, EmissionCurve]:
    """Emission curve of every vehicle, by its identifier.

    Raises
    ------
    InvalidInputError
        For vehicles without a factor, factors of unknown vehicles and repeated speeds.
    """
    known = {vehicle.id for vehicle in vehicles}
    rows: dict[str, list[EmissionFactor]] = {vehicle.id: [] for vehicle in vehicles}
    findings = []
    for factor in factors:
        if factor.vehicle in known:
            rows[factor.vehicle].append(factor)
        else:
            hint = f"vehicles: {', '.join(sorted(known))}"
            findings.append(_finding(factor.vehicle, "is no vehicle of the vehicles table", hint))
    for name, of_vehicle in rows.items():
        speeds = [factor.speed_kmh for factor in of_vehicle]
        if not speeds:
            findings.append(_finding(name, "has no emission factor", "give at least one speed"))
        elif len(set(speeds)) < len(speeds):
            findings.append(_finding(name, "has two factors at one speed", "keep one of them"))
    if findings:
        raise InvalidInputError(findings)
    return {name: _curve(of_vehicle) for name, of_vehicle in rows.items()}


def _curve(factors: Sequence[EmissionFactor]) -> EmissionCurve:
    rows = sorted(factors, key=lambda factor: factor.speed_kmh)
    return EmissionCurve(
        speed_kmh=np.array([row.speed_kmh for row in rows]),
        co2e_g_per_km=np.array([row.co2e_g_per_km for row in rows]),
        nox_g_per_km=np.array([row.nox_g_per_km for row in rows]),
        pm10_g_per_km=np.array([row.pm10_g_per_km for row in rows]),
    )


def _finding(vehicle: str, message: str, hint: str) -> Finding:
    return Finding("emission-factor", "emissions", vehicle, message, hint)
