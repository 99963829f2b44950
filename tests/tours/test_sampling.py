"""The estimator of totals, by hand and over many draws."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.tours.sampling import Drawn, draw, joined, ratio, stands_for


def population():
    rng = np.random.default_rng(5)
    foreseen = rng.uniform(10, 200, 60)
    part = rng.choice([1.0, 0.3], 60)
    return foreseen, foreseen * rng.normal(1.07, 0.05, 60), part


def test_the_mean_over_draws_is_the_total():
    foreseen, driven, part = population()
    size = part * foreseen
    truth = float(part @ driven) / float(part @ foreseen)
    found = []
    for seed in range(3000):
        drawn = draw(size, 5, np.random.default_rng(seed))
        p = drawn.patch
        found.append(ratio(drawn, stands_for(drawn, size, part), driven[p], foreseen[p]))
    values = np.array([each.value for each in found])
    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / np.sqrt(3000))
    told = np.sqrt(np.mean([each.error**2 for each in found]))
    assert values.std() <= 1.1 * told


def test_all_patches_leave_nothing_to_estimate():
    foreseen, driven, part = population()
    drawn = draw(part * foreseen, 60, np.random.default_rng(0))
    found = ratio(drawn, stands_for(drawn, part * foreseen, part), driven, foreseen)
    assert found.value == pytest.approx(float(part @ driven) / float(part @ foreseen))
    assert found.error == 0


def test_a_ratio_by_hand():
    """Patches of 10 and 30 km, drawn once each of a total of 100: standing for 5 and 5/3."""
    size = np.array([10.0, 30.0, 60.0])
    drawn = Drawn(np.array([0, 1]), whole=False)
    stands = stands_for(drawn, size, np.ones(3))
    assert stands == pytest.approx([5, 5 / 3])
    found = ratio(drawn, stands, np.array([11.0, 30.0]), size[:2])
    assert found.value == pytest.approx((55 + 50) / 100)
    assert found.error == pytest.approx(np.sqrt(2 * 2.5**2 / 2) / 50)


def test_one_draw_has_no_known_error():
    size = np.array([10.0, 30.0])
    drawn = Drawn(np.array([1]), whole=False)
    assert np.isnan(ratio(drawn, stands_for(drawn, size, np.ones(2)), size[1:], size[1:]).error)


def test_draws_of_the_same_patches_add_up():
    one, two = Drawn(np.array([0]), whole=False), Drawn(np.array([2]), whole=False)
    assert joined(one, two).patch.tolist() == [0, 2]
    assert joined(one, Drawn(np.arange(3), whole=True)).whole
