"""Names and limits in the settings of tours and routing."""

from __future__ import annotations

import numpy as np
import pytest

from logistique import InvalidInputError, load
from logistique.costs.tours import fitted_percent

TUTORIAL = "scenarios/tutoriel"


def refused(*overrides: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        load(TUTORIAL, overrides=overrides)
    return str(caught.value)


def test_a_correction_of_an_unknown_vehicle_suggests_the_nearest() -> None:
    told = refused("tours.fit.a.vehicle=e-vam", "tours.fit.a.line_haul_percent=103")
    assert "tours.fit.a.vehicle" in told
    assert "e-van" in told


def test_two_corrections_of_one_class_are_refused() -> None:
    told = refused(
        *(f"tours.fit.{name}.vehicle=e-van" for name in "ab"),
        *(f"tours.fit.{name}.from_stops_per_km2=100" for name in "ab"),
    )
    assert "same density" in told


def test_an_unknown_depot_of_the_map_is_refused() -> None:
    assert "routing.map_depot" in refused("routing.map_depot=agence-z")


@pytest.mark.parametrize(
    "bad",
    [
        "routing.check=yes",
        "routing.patches=1",
        "routing.rounds=-1",
        "routing.limit_percent=0",
        "routing.iterations=0",
        "routing.solver=vroom",
        "tours.fit.a.vehicle=e-van tours.fit.a.neighbour_percent=0",
        "tours.shift_h=-1",
        "tours.shift_h=nan",
        "cells.vehicles.e-van.capacity_parcels=0",
        "cells.vehicles.e-van.reload_min=-1",
    ],
)
def test_values_out_of_range_are_refused_with_their_key(bad: str) -> None:
    told = refused(*bad.split(" "))
    assert bad.split(" ")[-1].split("=")[0].split(".")[-1] in told


def test_a_correction_holds_from_its_density_to_the_next() -> None:
    scenario = load(
        TUTORIAL,
        overrides=(
            "tours.fit.a.vehicle=e-van",
            "tours.fit.a.from_stops_per_km2=100",
            "tours.fit.a.line_haul_percent=90",
            "tours.fit.b.vehicle=e-van",
            "tours.fit.b.from_stops_per_km2=1000",
            "tours.fit.b.line_haul_percent=80",
        ),
    )
    density = np.array([99.9, 100.0, 999.0, 1000.0, 5000.0])
    line, neighbour = fitted_percent(scenario.settings.tours, "e-van", density)
    assert line.tolist() == [100, 90, 90, 80, 80]
    assert neighbour.tolist() == [100] * 5
    assert fitted_percent(scenario.settings.tours, "cargo-bike", density)[0].tolist() == [100] * 5
