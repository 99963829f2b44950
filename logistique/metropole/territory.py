"""Communes, arrondissements, territories, and the zones the demand is counted in."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from logistique.metropole.tables import facts_table

Year = Literal[2024, 2025]
"""2024: the 131 communes of 2016-2024. 2025: the 130 since 1 January 2025."""

PARIS = "75056"
SAINT_DENIS = "93066"
PIERREFITTE = "93059"

_COUNTS = (
    "households_2022",
    "jobs_2022",
    "employer_estab_2024",
    "estab_industry_2024",
    "estab_construction_2024",
    "estab_trade_transport_services_2024",
    "estab_public_health_edu_2024",
    "estab_10plus_staff_2024",
    "population_2023",
)
"""Columns INSEE publishes for the two former communes together."""


def communes(year: Year = 2025) -> pd.DataFrame:
    """Return the communes of the Métropole, Paris as one row.

    Parameters
    ----------
    year : {2024, 2025}
        131 communes until 2024; 130 from 2025, Pierrefitte-sur-Seine being part of
        Saint-Denis.

    Returns
    -------
    pandas.DataFrame
        ``insee`` (text), ``name``, ``ept``, ``ept_name``, ``department``; ``lon``, ``lat`` of
        the area centroid and ``road_lon``, ``road_lat`` of the median road junction (degrees,
        WGS84), ``road_nodes``; ``area_km2``; ``population_2022``, ``population_2023``,
        ``households_2022``, ``jobs_2022``, employer establishments by sector
        (``estab_*_2024``), ``median_income_2021_eur``; ``inside_a86`` (0/1, centroid),
        ``a86_area_share``; ``note``, ``source``, ``year``. Sorted by ``insee``.

    Notes
    -----
    Households, jobs, establishments and the 2023 population of 93059 and 93066 are published
    together. For 2024 they are split by population and those two rows carry the source
    ``zones-apportioned`` (assumed).
    """
    frame = _with_territory(facts_table("communes"))
    return _merged(frame) if _checked(year) == 2025 else _apportioned(frame)


def arrondissements() -> pd.DataFrame:
    """Return the 20 arrondissements of Paris with the columns of :func:`communes`."""
    return _with_territory(facts_table("arrondissements"))


def zones(year: Year = 2025) -> pd.DataFrame:
    """Return the zones: communes outside Paris and the arrondissements of Paris.

    Parameters
    ----------
    year : {2024, 2025}
        150 zones for 2024, 149 for 2025.

    Returns
    -------
    pandas.DataFrame
        Columns of :func:`communes`, sorted by ``insee``.
    """
    outside = communes(year)
    outside = outside[outside["insee"] != PARIS]
    both = pd.concat([arrondissements(), outside], ignore_index=True)
    return both.sort_values("insee", ignore_index=True)


def territories() -> pd.DataFrame:
    """Return the 12 territories: ``ept`` (T1..T12), ``name``, ``communes_2024``, source, year."""
    return facts_table("epts")


def _checked(year: int) -> int:
    if year not in (2024, 2025):
        raise ValueError(f"year is {year!r}; allowed: 2024 (131 communes) or 2025 (130 communes)")
    return year


def _with_territory(frame: pd.DataFrame) -> pd.DataFrame:
    names = territories().set_index("ept")["name"]
    frame.insert(frame.columns.get_loc("ept") + 1, "ept_name", frame["ept"].map(names))
    return frame.sort_values("insee", ignore_index=True)


def _apportioned(frame: pd.DataFrame) -> pd.DataFrame:
    former = frame["insee"].isin((PIERREFITTE, SAINT_DENIS))
    people = frame.loc[former, "population_2022"]
    share = people / people.sum()
    for column in _COUNTS:
        whole = frame.loc[former, column].sum()
        first, second = (share * whole).round()
        assert first + second == whole
        frame.loc[former, column] = [first, second]
    frame.loc[former, "source"] = "zones-apportioned"
    return frame


def _merged(frame: pd.DataFrame) -> pd.DataFrame:
    """Saint-Denis of 2025: sums, and means weighted by area, junctions or people."""
    former = frame[frame["insee"].isin((PIERREFITTE, SAINT_DENIS))]
    row = former[former["insee"] == SAINT_DENIS].index[0]
    summed = ("area_km2", "population_2022", "road_nodes", *_COUNTS)
    weights = {
        "lon": "area_km2",
        "lat": "area_km2",
        "a86_area_share": "area_km2",
        "road_lon": "road_nodes",
        "road_lat": "road_nodes",
        "median_income_2021_eur": "population_2022",
    }
    means = {
        column: float(np.average(former[column], weights=former[weight]))
        for column, weight in weights.items()
    }
    for column in summed:
        frame.loc[row, column] = former[column].sum()
    digits = {"a86_area_share": 3, "median_income_2021_eur": 0}
    for column, value in means.items():
        frame.loc[row, column] = round(value, digits.get(column, 5))
    frame.loc[row, ["source", "note"]] = ["zones-2025", "includes the former Pierrefitte-sur-Seine"]
    return frame[frame["insee"] != PIERREFITTE].reset_index(drop=True)
