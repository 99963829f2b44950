"""Formulas of indicators against pencil and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.evaluation import indicators as ind

A = np.array


def test_weighted_mean_by_hand() -> None:
    assert ind.weighted_mean(A([1.0, 4.0]), A([3.0, 1.0])) == pytest.approx(1.75)


def test_values_without_weight_do_not_count() -> None:
    assert ind.weighted_mean(A([1.0, np.inf]), A([1.0, 0.0])) == 1.0
    assert ind.weighted_mean(A([1.0]), A([0.0])) is None
    assert ind.weighted_quantile(A([1.0]), A([0.0]), 0.5) is None
    assert ind.share_within(A([1.0]), A([0.0]), 5.0) is None
    assert ind.gini(A([1.0]), A([0.0])) is None
    assert ind.worst_decile(A([1.0]), A([0.0])) is None


def test_quantile_by_hand() -> None:
    # 60 parcels at 1 km, 35 at 2 km, 5 at 9 km: 95 % lie at 2 km or less, 96 % do not.
    km, parcels = A([9.0, 1.0, 2.0]), A([5.0, 60.0, 35.0])
    assert ind.weighted_quantile(km, parcels, 0.95) == 2.0
    assert ind.weighted_quantile(km, parcels, 0.96) == 9.0
    assert ind.weighted_quantile(km, parcels, 0.10) == 1.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=8), st.integers(1, 100))
def test_quantile_equals_the_expanded_list(weights: list[int], percent: int) -> None:
    values = A([7.0, 3.0, 5.0, 1.0, 9.0, 2.0, 8.0, 4.0][: len(weights)])
    expanded = np.sort(np.repeat(values, weights))
    expected = expanded[-(-len(expanded) * percent // 100) - 1]
    assert ind.weighted_quantile(values, A(weights, dtype=float), percent / 100) == expected


def test_share_within_counts_the_limit() -> None:
    assert ind.share_within(A([2.0, 5.0, 5.1]), A([1.0, 2.0, 1.0]), 5.0) == pytest.approx(75.0)


def test_gini_by_hand() -> None:
    # Two equal groups, one with nothing: half the people hold everything, Gini = 0.5.
    assert ind.gini(A([0.0, 2.0]), A([1.0, 1.0])) == pytest.approx(0.5)
    assert ind.gini(A([3.0, 3.0]), A([1.0, 5.0])) == pytest.approx(0.0)
    assert ind.gini(A([0.0, 0.0]), A([1.0, 5.0])) == 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.1, 50.0)), min_size=1, max_size=8).filter(
        lambda lines: sum(v * w for v, w in lines) > 1e-3
    )
)
def test_gini_equals_the_sum_over_pairs(lines: list[tuple[float, float]]) -> None:
    v, w = A([line[0] for line in lines]), A([line[1] for line in lines])
    mean = (v * w).sum() / w.sum()
    pairs = (w[:, None] * w[None, :] * np.abs(v[:, None] - v[None, :])).sum()
    expected = pairs / (2 * w.sum() ** 2 * mean)
    assert ind.gini(v, w) == pytest.approx(expected, abs=1e-9)


def test_worst_decile_takes_part_of_a_line() -> None:
    # 100 people: the worst 10 are 4 at 9 km and 6 of the 20 at 5 km.
    got = ind.worst_decile(A([1.0, 9.0, 5.0]), A([76.0, 4.0, 20.0]))
    assert got == pytest.approx((4 * 9 + 6 * 5) / 10)


def test_traffic_and_stops() -> None:
    assert ind.traffic_pcu_km(A([10.0, 5.0]), A([1.3, 0.2])) == pytest.approx(14.0)
    hours = ind.obstructive_hours(A([10.0, 5.0]), A([True, False]))
    assert hours == pytest.approx(4.6)


def test_cost_of_a_tonne() -> None:
    assert ind.cost_of_tonne(100.0, 500.0) == pytest.approx(200.0)
    assert ind.cost_of_tonne(-100.0, 500.0) == pytest.approx(-200.0)
    assert ind.cost_of_tonne(100.0, 0.0) is None


def test_changes_and_parts() -> None:
    assert ind.change_percent(80.0, 100.0) == pytest.approx(-20.0)
    assert ind.change_percent(None, 100.0) is None
    assert ind.change_percent(80.0, None) is None
    assert ind.change_percent(80.0, 0.0) is None
    assert ind.part_percent(1.0, 4.0) == 25.0
    assert ind.part_percent(1.0, 0.0) is None
