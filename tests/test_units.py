"""Every number of every schema says its unit in its name, or is listed here as having none."""

from __future__ import annotations

import pytest

from logistique.scenario.catalog import TABLES
from logistique.scenario.fields import accepts, schema_fields
from logistique.units import UNIT_SUFFIXES, unit_of

WITHOUT_UNIT = {
    "annuity_years": "years, a count",
    "line_haul_coefficient": "ratio of lengths",
    "neighbour_coefficient": "ratio of lengths",
    "population": "a count of inhabitants",
    "jobs": "a count of jobs",
    "establishments": "a count of establishments",
    "pcu": "passenger-car units, itself a unit",
    "weight": "a weight among actors",
    "hours": "hours, a length of time",
    "equilibrium_gap": "ratio of costs",
    "bpr_alpha": "ratio of times",
    "bpr_beta": "power of a ratio",
    "trips": "a count of trips",
    "paris_car_trips_per_inhabitant": "a count of trips",
    "inner_car_trips_per_inhabitant": "a count of trips",
    "outer_car_trips_per_inhabitant": "a count of trips",
}


def numbers() -> dict[str, str]:
    """Names of all fields that may hold a fractional number, with where they are."""
    found = {
        entry.path[-1]: ".".join(entry.path)
        for entry in schema_fields()
        if entry.path[0] not in {"variant", "cells"}  # they change other keys
        if accepts(entry.info.annotation, float)
        or any(accepts(part, float) for part in getattr(entry.info.annotation, "__args__", ()))
    }
    for spec in TABLES:
        for name, info in spec.row.model_fields.items():
            inner = getattr(info.annotation, "__args__", ())
            if any(accepts(kind, float) for kind in (info.annotation, *inner)):
                found[name] = f"{spec.name}.{name}"
    return found


def test_every_number_has_a_unit_or_is_listed() -> None:
    missing = {
        place
        for name, place in numbers().items()
        if unit_of(name) is None and name not in WITHOUT_UNIT
    }
    assert missing == set()


def test_the_walk_reaches_settings_rows_and_nested_tables() -> None:
    names = numbers()
    assert len(names) > 70
    assert {"co2e_eur_per_t", "parcels_per_unit_year", "sizes_m2", "existing_area_m2"} <= set(names)


def test_nothing_is_listed_without_need() -> None:
    names = numbers()
    assert [n for n in WITHOUT_UNIT if n not in names or unit_of(n) is not None] == []


def test_every_registered_suffix_is_described() -> None:
    assert all(words and not suffix.startswith("_") for suffix, words in UNIT_SUFFIXES.items())


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("rent_eur_per_m2_year", "eur_per_m2_year"),
        ("capex_eur_per_m2", "eur_per_m2"),
        ("lon", "lon"),
        ("centroid_lat", "lat"),
        ("days_per_year", "days_per_year"),
        ("co2e_max_t_per_year", "t_per_year"),
        ("population", None),
        ("salon", None),
    ],
)
def test_unit_of(name: str, unit: str | None) -> None:
    assert unit_of(name) == unit
