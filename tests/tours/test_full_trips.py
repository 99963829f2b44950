"""What trips cost where neighbours fill the vehicle up, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.tours.full_trips import with_full_trips
from logistique.tours.question import Tour, TourQuestion, Van, measured


def question(**van):
    """Depot at 0, stops at 10, 11 and 12 km on a line; a minute per kilometre."""
    at = np.array([0.0, 10, 11, 12])
    km = np.abs(at[:, None] - at[None, :])
    given = {"capacity_parcels": 4, "shift_h": 8.0, "reload_min": 20.0, "eur_per_km": 1.0}
    van = Van(**({"eur_per_h": 60.0} | given | van))
    return TourQuestion.of_one(km, km, np.array([1, 1, 1]), np.full(3, 4.0), van)


def routed(asked):
    return measured(asked, (Tour(((0, 1, 2),)),), "hand")


def test_a_trip_three_quarters_full_counts_three_quarters_of_its_way():
    found = with_full_trips(question(), routed(question()))
    assert found.line_km == pytest.approx(0.75 * 22)
    assert found.inner_km == pytest.approx(2)
    assert found.hours * 60 == pytest.approx(2 + 12 + 0.75 * (22 + 20))
    assert found.eur == pytest.approx(found.km + 60 * found.hours)


def test_full_trips_count_whole():
    full = question(capacity_parcels=3)
    found = with_full_trips(full, routed(full))
    assert (found.km, found.hours) == pytest.approx((routed(full).km, routed(full).hours))


def test_in_a_short_shift_the_time_beside_the_way_counts():
    """The way takes 22 of 42 minutes; of the 20 left the stops and the way between them use 14."""
    short = question(capacity_parcels=100, shift_h=0.7)
    found = with_full_trips(short, routed(short))
    assert found.line_km == pytest.approx(22 * 14 / 20)


def test_the_range_counts_as_well():
    """Of 26 km the way takes 22; between the stops 2 of the 4 km left are driven."""
    near = question(capacity_parcels=100, range_km=26.0)
    assert with_full_trips(near, routed(near)).line_km == pytest.approx(22 * 2 / 4)
