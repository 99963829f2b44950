"""Drawn stops: where they lie, and how they are cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.tours.patches import (
    FEWEST,
    MOST,
    Streets,
    by_distance,
    cut,
    in_disc,
    part_of,
    patch_size,
    whole_parcels,
)


def test_points_fill_the_disc_evenly():
    rng = np.random.default_rng(1)
    x, y = in_disc((3.0, 4.0), 10.0, 40_000, rng)
    away = np.hypot(x - 3, y - 4)
    radius = np.sqrt(10 / np.pi)
    assert away.max() <= radius
    assert (away < radius / 2).mean() == pytest.approx(0.25, abs=0.01)


def test_points_along_streets_lie_on_them_in_proportion_to_length():
    """One street of 3 km along y = 0, one of 1 km along y = 1; a third is out of reach."""
    streets = Streets(np.array([[0, 3], [0, 1], [50, 60]]), np.array([[0.0, 0], [1, 1], [0, 0]]))
    x, y = streets.points((1.0, 0.5), 20.0, 20_000, np.random.default_rng(2))
    long = y == 0
    assert set(y) == {0.0, 1.0}
    assert long.mean() == pytest.approx(0.75, abs=0.01)
    assert (x[long].min(), x[long].max()) == pytest.approx((0, 3), abs=0.01)
    assert x[~long].max() <= 1


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 300), size=st.integers(1, 80), seed=st.integers(0, 99))
def test_groups_have_every_point_once_and_only_one_is_smaller(count, size, seed):
    points = np.random.default_rng(seed).random((2, count))
    groups = list(cut(*points, size))
    assert sorted(np.concatenate(groups).tolist()) == list(range(count))
    assert sorted(group.size for group in groups)[1:] == [size] * (len(groups) - 1)


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 300), size=st.integers(1, 80), data=st.data())
def test_a_part_has_as_many_stops_as_asked(count, size, data):
    stops = data.draw(st.integers(1, count))
    points = np.random.default_rng(count).random((2, count))
    part = np.concatenate(list(part_of(list(cut(*points, size)), stops)))
    assert part.size == stops == len(set(part.tolist()))


def test_a_part_of_the_groups_is_as_far_from_the_depot_as_all_are():
    """Square of 3 x 3 km, the depot 1 km beside it; a twentieth to a half of its 60 groups."""
    points = 3 * np.random.default_rng(5).random((2, 6000))
    depot = (-1.0, 1.0)
    away = np.hypot(points[0] - depot[0], points[1] - depot[1])
    groups = by_distance(list(cut(*points, 100)), *points, depot)
    for stops in (300, 600, 1500, 3000):
        part = np.concatenate(list(part_of(groups, stops)))
        assert part.size == stops
        assert away[part].mean() == pytest.approx(away.mean(), rel=0.03)


def test_groups_are_compact():
    """100 groups of a square of 10 x 10 km are about 1 km wide."""
    points = 10 * np.random.default_rng(3).random((2, 10_000))
    sides = [max(np.ptp(points[0][g]), np.ptp(points[1][g])) for g in cut(*points, 100)]
    assert len(sides) == 100
    assert max(sides) < 2.5


@pytest.mark.parametrize("full", [1.0, 26.0, 45.3, 200.0, 900.0])
def test_patches_are_whole_trips_within_limits(full):
    size = patch_size(full, 4)
    trips = round(size / (0.98 * full))
    assert trips >= 1
    assert size == int(trips * full * 0.98)
    assert trips == 1 or 0.9 * FEWEST <= size <= MOST


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 200), mean=st.floats(1, 9), seed=st.integers(0, 99))
def test_whole_parcels_keep_the_mean(count, mean, seed):
    parcels = whole_parcels(count, mean, np.random.default_rng(seed))
    assert abs(int(parcels.sum()) - count * mean) <= 1
    assert set(parcels.tolist()) <= {int(mean), int(mean) + 1}
