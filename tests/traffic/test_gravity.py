"""The gravity model against hand calculation and its own definition."""

from __future__ import annotations

import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.traffic.gravity import fitted_gravity, gravity


def test_sums_are_met_and_ratios_are_those_of_the_model() -> None:
    rng = np.random.default_rng(0)
    rows, columns = rng.uniform(1, 9, 6), rng.uniform(1, 9, 6)
    cost = rng.uniform(5, 60, (6, 6))
    matrix = gravity(rows, columns, cost, 0.07)
    assert matrix.sum(axis=1) == pytest.approx(rows, rel=1e-8)
    assert matrix.sum(axis=0) == pytest.approx(columns * rows.sum() / columns.sum(), rel=1e-8)
    # T_ij T_kl / (T_il T_kj) does not depend on the balancing factors.
    odds = matrix[0, 1] * matrix[2, 3] / (matrix[0, 3] * matrix[2, 1])
    assert np.log(odds) == pytest.approx(
        -0.07 * (cost[0, 1] + cost[2, 3] - cost[0, 3] - cost[2, 1])
    )


def test_without_deterrence_trips_mix_evenly() -> None:
    matrix = gravity(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.ones((2, 2)), 0.0)
    assert matrix == pytest.approx(np.array([[0.5, 0.5], [1.5, 1.5]]))


def test_the_mean_cost_is_met() -> None:
    rng = np.random.default_rng(1)
    rows = rng.uniform(1, 9, 8)
    cost = rng.uniform(5, 60, (8, 8))
    np.fill_diagonal(cost, np.inf)
    matrix, deterrence = fitted_gravity(rows, rows, cost, 22.0)
    finite = np.where(np.isfinite(cost), cost, 0.0)
    assert (matrix * finite).sum() / matrix.sum() == pytest.approx(22.0, rel=1e-6)
    assert deterrence > 0
    assert not matrix.diagonal().any()


def test_what_no_matrix_can_do_is_refused() -> None:
    alone = np.array([[np.inf, 1.0], [1.0, np.inf]])
    with pytest.raises(InvalidInputError, match="row and column sums"):
        gravity(np.array([5.0, 1.0]), np.array([5.0, 1.0]), alone, 0.1)
    with pytest.raises(InvalidInputError, match="not be negative"):
        gravity(np.array([-1.0, 1.0]), np.ones(2), np.ones((2, 2)), 0.1)
