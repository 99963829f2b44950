"""Samples of stops, and predicted against routed, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.costs.tours import Drops
from logistique.tours.check import RoutedPatch, check_depot
from logistique.tours.full_trips import with_full_trips
from logistique.tours.patch_question import Foreseen
from logistique.tours.patches import Service, draw_patches
from logistique.tours.question import Tour, TourQuestion, Van, measured


def question():
    """Depot at 0, stops at 10, 11 and 12 km on a line; a minute per kilometre."""
    at = np.array([0.0, 10, 11, 12])
    km = np.abs(at[:, None] - at[None, :])
    return TourQuestion(
        km, km, np.array([1, 1, 1]), np.full(3, 4.0), Van(4, 8.0, 20.0, eur_per_km=1, eur_per_h=60)
    )


def test_a_trip_three_quarters_full_counts_three_quarters_of_its_way():
    routed = measured(question(), (Tour(((0, 1, 2),)),), "hand")
    found = with_full_trips(question(), routed)
    assert found.km == pytest.approx(2 + 0.75 * 22)
    assert found.hours * 60 == pytest.approx(2 + 12 + 0.75 * (22 + 20))
    assert found.eur == pytest.approx(found.km + 60 * found.hours)


def test_full_trips_count_whole():
    given = question()
    full = TourQuestion(
        given.km, given.minutes, given.parcels, given.stop_min, Van(3, 8.0, 20.0, eur_per_km=1)
    )
    routed = measured(full, (Tour(((0, 1, 2),)),), "hand")
    found = with_full_trips(full, routed)
    assert (found.km, found.hours) == pytest.approx((routed.km, routed.hours))


def _patch(foreseen, routed):
    return RoutedPatch(
        0, 0, 0, 10, 5.0, Foreseen(foreseen, foreseen, 1.0), 2, Foreseen(routed, routed, 1.0)
    )


def test_ratio_of_a_depot_by_hand():
    found = check_depot(0, [_patch(10, 11), _patch(30, 31)], km=100.0, hours=40.0, eur=7.0)
    assert found.km.routed == pytest.approx(100 * 42 / 40)
    assert found.km.difference_percent == pytest.approx(5.0)
    residuals = np.array([11 - 10.5, 31 - 31.5])
    assert found.km.error == pytest.approx(100 * np.sqrt((residuals**2).sum() / 2) / 20)
    assert found.hours.routed == pytest.approx(42.0)
    assert found.eur.difference_percent == pytest.approx(0.0)
    assert (found.n_patches, found.n_stops, found.n_trips) == (2, 20, 4)


def _drops(n):
    one = np.ones(n)
    return Drops(
        parcels=3000 * one,
        stops=2000 * one,
        density_per_km2=400 * one,
        stop_min=3 * one,
        area_km2=10 * one,
        local_kmh=15 * one,
    )


def test_patches_have_the_density_of_their_zone_and_whole_trips(metropole_zone):
    zones = [metropole_zone] * 3
    service = Service(
        7,
        np.array([0, 2]),
        np.array([1.0, 0.5]),
        np.array([1, 1]),
        np.array([10.0, 30.0]),
        np.array([50.0, 50.0]),
    )
    drawn = draw_patches(
        service, zones, _drops(3), patches=40, trips=3, rng=np.random.default_rng(1)
    )
    assert [patch.consumer for patch in drawn].count(2) == 30
    for patch in drawn:
        assert patch.n_stops == int(3 * 50 * 0.98)
        assert patch.n_stops / patch.zone.area_km2 == pytest.approx(400)
        radius = np.sqrt(patch.zone.area_km2 / np.pi)
        assert np.hypot(patch.east_km, patch.north_km).max() <= radius
        assert set(patch.parcels) == {1, 2}
        degrees = np.hypot(
            patch.zone.lat - metropole_zone.centroid_lat,
            (patch.zone.lon - metropole_zone.centroid_lon) * np.cos(np.radians(48.8)),
        )
        assert degrees * 111.32 <= np.sqrt(metropole_zone.area_km2 / np.pi)


@pytest.fixture
def metropole_zone():
    from logistique import load

    return load("scenarios/tutoriel").tables.zones[0]
