"""The correction of the surrogate: it finds what made the tours longer, class by class."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.scenario.schema.money import ToursSection
from logistique.tours.check import DepotSample, RoutedPatch, check_depot
from logistique.tours.foreseen import Effort
from logistique.tours.patches import Patch, Service
from logistique.tours.question import RoutedTours
from logistique.tours.refit import class_factors, refitted
from logistique.tours.sampling import Drawn

DENSITY = np.array([50.0, 500.0])
VEHICLES = ("bike", "van", "lorry")


def sample(depot, vehicle, consumer, line, inner, *, shift=1.0, n=12, seed=0):
    """A depot whose patches take ``line`` and ``inner`` times what was foreseen, less noise."""
    rng = np.random.default_rng(seed)
    foreseen = tuple(Effort(a, b, 1.0, 1.0) for a, b in rng.uniform([20, 5], [90, 40], (n, 2)))
    one = np.ones(1)
    patches = tuple(
        Patch(depot, consumer, vehicle, one, one, np.ones(1, np.int64)) for _ in range(n)
    )
    routed = tuple(
        RoutedPatch(
            patch,
            RoutedTours((), 0.0, 0.0, 0.0, "hand"),
            Effort(line * e.line_km, inner * e.inner_km, 1.0, 1.0),
            e,
        )
        for patch, e in zip(patches, foreseen, strict=True)
    )
    whole = Effort(
        sum(e.line_km for e in foreseen) / shift, sum(e.inner_km for e in foreseen), 1.0, 1.0
    )
    service = Service(depot, np.array([consumer]), one, np.array([vehicle]), one)
    return DepotSample(
        service, patches, foreseen, Drawn(np.arange(n), whole=True), routed, (whole,)
    )


def factors(*samples):
    found = class_factors(samples, DENSITY, VEHICLES)
    return {(f.vehicle, f.from_stops_per_km2): f for f in found}


def test_finds_both_factors_of_a_class():
    found = factors(sample(0, 1, 1, 1.06, 1.12, n=60))["van", 316.0]
    assert (found.line, found.neighbour) == pytest.approx((1.06, 1.12), abs=0.01)
    assert found.patches == 60


def test_classes_are_corrected_apart():
    found = factors(sample(0, 1, 0, 0.95, 0.95, n=60), sample(1, 0, 1, 1.1, 1.1, n=60, seed=1))
    assert found["van", 0.0].line == pytest.approx(0.95, abs=0.02)
    assert found["bike", 316.0].line == pytest.approx(1.1, abs=0.02)


def test_what_was_not_measured_takes_the_factors_of_the_next_larger_group():
    found = factors(sample(0, 1, 0, 0.95, 0.95, n=60), sample(1, 0, 1, 1.1, 1.1, n=60, seed=1))
    assert found["van", 1000.0].patches == 0
    assert found["van", 1000.0].line == pytest.approx(0.95, abs=0.02)
    assert 0.97 < found["lorry", 100.0].line < 1.08


def test_a_few_patches_move_a_class_only_part_of_the_way():
    near, far = sample(0, 1, 1, 1.0, 1.0, n=60), sample(1, 1, 0, 1.3, 1.3, n=1)
    found = factors(near, far)["van", 0.0]
    told = far.foreseen[0]
    moved = (found.line * told.line_km + found.neighbour * told.inner_km) / told.km
    assert 1.05 < moved < 1.27


def test_the_error_of_zone_middles_is_made_good():
    """The patches were foreseen 8 % nearer than the middles of their zones say."""
    found = factors(sample(0, 1, 1, 1.0, 1.0, shift=0.92))["van", 316.0]
    assert (found.line, found.neighbour) == pytest.approx((0.92, 1.0), abs=1e-9)


def test_two_depots_of_one_class_share_its_factors_and_keep_their_difference():
    near, far = sample(0, 1, 1, 1.0, 1.0, n=30), sample(1, 1, 1, 1.1, 1.1, n=30)
    found = factors(near, far)["van", 316.0]
    assert (found.line, found.neighbour) == pytest.approx((1.05, 1.05), abs=0.01)
    assert check_depot(far).km.difference_percent == pytest.approx(10)


def test_refitting_multiplies_what_is_in_force():
    found = class_factors([sample(0, 1, 1, 1.1, 1.1, n=60)], DENSITY, VEHICLES)
    once = ToursSection(fit=dict(refitted(ToursSection(), found)))
    twice = refitted(once, found)
    row = once.fit["van-316"]
    assert twice["van-316"].line_haul_percent == pytest.approx(
        row.line_haul_percent**2 / 100, rel=1e-4
    )
    assert (row.vehicle, row.from_stops_per_km2) == ("van", 316.0)
