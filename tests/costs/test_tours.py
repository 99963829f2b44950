"""The tour-length surrogate against paper, simulation and common sense.

The example on paper. Circuity 1, a = 1, b = 0.8. Two zones of 2π km², so that the spread
√(A / 2π) is 1 km; one depot at 0 km of the first and 2.4 km (7.2 min) of the second; 20 km/h
everywhere. Hence r = √(0² + 1²) = 1 km in 3 min, and √(2.4² + 1²) = 2.6 km in 7.8 min.
Density (0.729167 / 0.25)² stops per km² gives δ = 0.25 km, so a hop is 0.2 km in 0.6 min; with
3.4 min at the stop, 4 min per stop. 120 parcels at 60 stops, 40 parcels a van: 3 trips.

    zone 1: 3 · 2 · 1.0 + 60 · 0.2 = 18.0 km,  3 · ( 6.0 + 10) / 60 + 60 · 4 / 60 = 4.80 h
    zone 2: 3 · 2 · 2.6 + 60 · 0.2 = 27.6 km,  3 · (15.6 + 10) / 60 + 60 · 4 / 60 = 5.28 h
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand_rows import factor, vehicle
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from logistique.costs.emissions import emission_curves
from logistique.costs.service import service_burden
from logistique.costs.tours import (
    NEIGHBOURS,
    RANDOM_PAIR,
    Drops,
    Haul,
    neighbour_km,
    plan_tours,
    spread_km,
)
from logistique.scenario.schema.money import CostsSection, ToursSection

TOURS = ToursSection(
    line_haul_coefficient=1, neighbour_coefficient=0.8, circuity_percent=100, shift_h=7
)
DENSITY = (2.1875 / 3 / 0.25) ** 2
VAN = vehicle(capacity_parcels=40, reload_min=10)
PRICES = CostsSection(co2e_eur_per_t=100, nox_eur_per_kg=20, pm10_eur_per_kg=100)


def drops(n: int = 2, **changes: float) -> Drops:
    values = {
        "parcels": 120.0,
        "stops": 60.0,
        "density_per_km2": DENSITY,
        "stop_min": 3.4,
        "area_km2": 2 * np.pi,
        "local_kmh": 20.0,
    }
    return Drops(**{name: np.full(n, value) for name, value in (values | changes).items()})


HAUL = Haul(km=np.array([[0.0], [2.4]]), minutes=np.array([[0.0], [7.2]]))


def test_the_example_on_paper() -> None:
    tours = plan_tours(drops(), HAUL, VAN, TOURS)
    assert tours.load_parcels[:, 0] == pytest.approx([40, 40])
    assert tours.trips[:, 0] == pytest.approx([3, 3])
    assert tours.line_km[:, 0] == pytest.approx([6, 15.6])
    assert tours.inner_km[:, 0] == pytest.approx([12, 12])
    assert tours.hours[:, 0] == pytest.approx([4.8, 5.28])
    assert tours.line_kmh[:, 0] == pytest.approx([20, 20])


def test_the_example_in_money() -> None:
    """Zone 2: 5.28 · 30 + 27.6 · 0.2 = 163.92 EUR; 8.28 kg CO2e, 8.28 g NOx, 0.828 g PM10:
    0.828 + 0.1656 + 0.0828 EUR.
    """
    curve = emission_curves([VAN], [factor()])["van"]
    burden, possible = service_burden(drops(), HAUL, VAN, curve, tours=TOURS, costs=PRICES)
    assert possible.all()
    assert burden.km[:, 0] == pytest.approx([18, 27.6])
    assert burden.hours[:, 0] == pytest.approx([4.8, 5.28])
    assert burden.operating_eur[1, 0] == pytest.approx(163.92)
    assert burden.co2e_kg[1, 0] == pytest.approx(8.28)
    assert burden.nox_kg[1, 0] == pytest.approx(0.00828)
    assert burden.pm10_kg[1, 0] == pytest.approx(0.000828)
    assert burden.external_eur[1, 0] == pytest.approx(0.828 + 0.1656 + 0.0828)
    assert burden.eur[1, 0] == pytest.approx(163.92 + 1.0764)


def test_line_haul_and_inner_tour_emit_at_their_own_speed() -> None:
    """Zone 2 reached at 60 km/h: line haul 15.6 km near 60, hops 12 km at 20 km/h.

    t = √(2.4² + 3²) = 3.842 min for 2.6 km: 40.6 km/h. Factors 300 at 20, 100 at 60 km/h.
    """
    haul = Haul(km=HAUL.km, minutes=np.array([[0.0], [2.4]]))
    curve = emission_curves(
        [VAN], [factor(speed=20, co2e_g_per_km=300), factor(speed=60, co2e_g_per_km=100)]
    )["van"]
    burden, _ = service_burden(drops(), haul, VAN, curve, tours=TOURS, costs=PRICES)
    speed = 60 * 2.6 / np.hypot(2.4, 3.0)
    line = 15.6 * (300 - 200 * (speed - 20) / 40)
    assert burden.co2e_kg[1, 0] == pytest.approx((line + 12 * 300) / 1000)


@pytest.mark.parametrize(
    ("changes", "shift_h", "load"),
    [
        ({"capacity_parcels": 100}, 2.0, 52.2),  # (120 − 15.6) / 4 = 26.1 stops
        ({"range_km": 8.2}, 7.0, 30.0),  # (8.2 − 5.2) / 0.2 = 15 stops
        ({"capacity_parcels": 2}, 7.0, 2.0),
        ({}, 19.6 / 60, 2.0),  # exactly one stop
        ({}, 19.5 / 60, 0.0),
        ({"range_km": 5.3}, 7.0, 0.0),
        ({"capacity_parcels": 1.9}, 7.0, 0.0),
        ({"range_km": 3.0}, 7.0, 0.0),
    ],
)
def test_load_is_what_fits(changes: dict[str, Any], shift_h: float, load: float) -> None:
    van = vehicle(**({"capacity_parcels": 40} | changes))
    tours = plan_tours(drops(), HAUL, van, TOURS.model_copy(update={"shift_h": shift_h}))
    assert tours.load_parcels[1, 0] == pytest.approx(load)
    assert tours.possible[1, 0] == (load > 0)


def test_what_does_not_fit_costs_inf_everywhere() -> None:
    haul = Haul(km=np.array([[np.inf], [2.4]]), minutes=np.array([[np.inf], [500.0]]))
    curve = emission_curves([VAN], [factor()])["van"]
    burden, possible = service_burden(drops(), haul, VAN, curve, tours=TOURS, costs=PRICES)
    assert not possible.any()
    for name in ("km", "hours", "co2e_kg", "nox_kg", "pm10_kg", "operating_eur", "external_eur"):
        assert np.isposinf(getattr(burden, name)).all()


def test_a_range_does_not_hide_a_missing_path() -> None:
    haul = Haul(km=np.full((2, 1), np.inf), minutes=np.full((2, 1), np.inf))
    tours = plan_tours(drops(), haul, vehicle(range_km=100), TOURS)
    assert not tours.possible.any()


def test_a_bike_keeps_its_own_speed_and_parks_faster() -> None:
    """12 km/h: 2.4 km in 12 min, spread in 5 min: 13 min; hop 1 min; stop 1.7 min."""
    bike = vehicle(
        "bike", profile="bike", max_speed_kmh=12, stop_time_percent=50, capacity_parcels=40
    )
    tours = plan_tours(drops(), HAUL, bike, TOURS)
    assert tours.hours[1, 0] == pytest.approx(3 * 26 / 60 + 60 * 2.7 / 60)


def test_a_slow_car_is_slow_on_every_road() -> None:
    """10 km/h: 14.4 min and 6 min: 15.6 min; hop 1.2 min."""
    slow = vehicle(max_speed_kmh=10, capacity_parcels=40)
    tours = plan_tours(drops(), HAUL, slow, TOURS)
    assert tours.hours[1, 0] == pytest.approx(3 * 31.2 / 60 + 60 * 4.6 / 60)


def test_part_of_the_volume_finds_its_neighbours_further_away() -> None:
    whole, part = drops(), drops().part(0.25, density_factor=0.25)
    assert part.parcels == pytest.approx(whole.parcels / 4)
    assert part.stops == pytest.approx(whole.stops / 4)
    assert neighbour_km(part.density_per_km2, part.area_km2, 1.0) == pytest.approx(
        2 * neighbour_km(whole.density_per_km2, whole.area_km2, 1.0)
    )


def test_neighbour_constant_against_random_points() -> None:
    rng = np.random.default_rng(20190901)
    points = rng.random((20_000, 2))
    distance, _ = cKDTree(points, boxsize=1.0).query(points, k=4)
    simulated = distance[:, 1:].mean() * np.sqrt(len(points))
    assert pytest.approx(simulated, rel=0.01) == NEIGHBOURS


def test_disc_constants_against_random_points() -> None:
    """Points of a disc of area 1: pair distance, and distance to a depot 2 km away."""
    rng = np.random.default_rng(20190901)
    radius = np.sqrt(rng.random((2, 200_000)) / np.pi)
    angle = 2 * np.pi * rng.random((2, 200_000))
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    pairs = np.hypot(x[0] - x[1], y[0] - y[1]).mean()
    assert pytest.approx(pairs, rel=0.01) == RANDOM_PAIR
    away = np.sqrt(np.mean((x[0] - 2) ** 2 + y[0] ** 2))
    assert np.hypot(2, spread_km(np.array([1.0]), 1.0)[0]) == pytest.approx(away, rel=0.01)


def test_few_stops_are_no_further_apart_than_the_zone_is_wide() -> None:
    sparse = neighbour_km(np.array([0.01]), np.array([4.0]), 1.4)
    assert sparse == pytest.approx(1.4 * 128 / (45 * np.pi) * np.sqrt(4 / np.pi))


km = st.floats(0, 40)
factor_up = st.floats(1, 3)


def cost(haul_km: float, minutes: float, **changes: float) -> float:
    curve = emission_curves(
        [VAN],
        [
            factor(speed=10, co2e_g_per_km=453),
            factor(speed=20, co2e_g_per_km=324),
            factor(speed=50, co2e_g_per_km=228),
        ],
    )["van"]
    haul = Haul(km=np.array([[haul_km]]), minutes=np.array([[minutes]]))
    burden, _ = service_burden(drops(1, **changes), haul, VAN, curve, tours=TOURS, costs=PRICES)
    return float(burden.eur[0, 0])


@given(km, st.floats(8, 60), factor_up)
def test_farther_is_dearer(distance: float, kmh: float, more: float) -> None:
    near = cost(distance, 60 * distance / kmh)
    far = cost(distance * more, 60 * distance * more / kmh)
    assert far >= near * (1 - 1e-12)


@given(km, st.floats(1, 1000), factor_up)
def test_more_stops_drive_more(distance: float, stops: float, more: float) -> None:
    haul = Haul(km=np.array([[distance]]), minutes=np.array([[2 * distance]]))
    few = plan_tours(drops(1, stops=stops, parcels=2 * stops), haul, VAN, TOURS)
    many = plan_tours(drops(1, stops=stops * more, parcels=2 * stops * more), haul, VAN, TOURS)
    assert many.inner_km[0, 0] >= few.inner_km[0, 0]
    assert many.hours[0, 0] >= few.hours[0, 0]


@given(st.floats(0.1, 1e4), factor_up, st.floats(0.1, 50))
def test_denser_stops_are_closer(density: float, more: float, area: float) -> None:
    low, high = (
        neighbour_km(np.array([x]), np.array([area]), 1.4) for x in (density, density * more)
    )
    assert high[0] <= low[0] * (1 + 1e-12)


@given(km, st.floats(0.05, 0.95))
def test_serving_is_linear_in_the_share_served(distance: float, share: float) -> None:
    """Among the same neighbours a part costs its part: the model may split a zone."""
    haul = Haul(km=np.array([[distance]]), minutes=np.array([[2 * distance]]))
    whole = plan_tours(drops(1), haul, VAN, TOURS)
    part = plan_tours(drops(1).part(share, density_factor=1.0), haul, VAN, TOURS)
    assert part.hours == pytest.approx(share * whole.hours)
    assert part.line_km == pytest.approx(share * whole.line_km)
