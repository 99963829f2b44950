"""The least mixture of plans against a fine grid of shares."""

from dataclasses import replace

import numpy as np
import pytest
from congestion.rings import Bpr, ring_problem

from logistique.congestion import Period
from logistique.congestion.mixture import least_step
from logistique.congestion.plan_mixture import PlanMixture

GRID = 200


def value(mixture: PlanMixture, weight: np.ndarray, periods, price: float) -> float:
    """C − θT + θ Σ h D of one combination, written down from its definition."""
    total = float(weight @ mixture.eur)
    for period, rows in zip(periods, mixture.flows, strict=True):
        flow = period.background + weight @ rows
        late = flow @ period.times.time(flow) - period.background @ period.times.time(
            period.background
        )
        total += price * period.hours * float(late)
    return total


@pytest.mark.parametrize("seed", range(12))
def test_shares_are_the_best_of_a_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    links = 5
    periods = tuple(
        Period(
            name,
            float(rng.uniform(1, 4)),
            Bpr(rng.uniform(0.1, 1, links), rng.uniform(50, 200, links)),
            rng.uniform(0, 150, links),
        )
        for name in ("night", "day")
    )
    rows = [rng.uniform(0, 80, (3, links)) * rng.integers(0, 2, (3, links)) for _ in periods]
    traffic = replace(ring_problem(seed).traffic, periods=periods, value_of_time=10.0)
    mixture = PlanMixture(rng.uniform(0, 2000, 3), tuple(rows), np.array([1.0, 0.0, 0.0]))
    found = mixture.settled(traffic, 1e-6)
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.weight.min() >= 0
    here = value(mixture, found.weight, periods, 10.0)
    least = min(
        value(mixture, np.array([i, j, GRID - i - j]) / GRID, periods, 10.0)
        for i in range(GRID + 1)
        for j in range(GRID + 1 - i)
    )
    assert here <= least * (1 + 1e-9)
    assert here >= least * (1 - 1e-3)


@pytest.mark.parametrize(
    ("slope", "most", "expected"),
    [
        (lambda step: step - 0.3, 1.0, 0.3),
        (lambda step: step**3 - 0.2, 1.0, 0.2 ** (1 / 3)),
        (lambda step: -1.0, 0.7, 0.7),
        (lambda step: 1.0, 1.0, 0.0),
        (lambda step: 0.0, 1.0, 0.0),
    ],
)
def test_step_ends_where_the_slope_is_zero(slope, most: float, expected: float) -> None:
    assert least_step(slope, most) == pytest.approx(expected, abs=1e-6)


def test_an_offered_plan_replaces_those_without_weight() -> None:
    mixture = PlanMixture.of(3.0, [np.array([1.0, 0.0])]).offered(1.0, [np.array([0.0, 1.0])])
    assert mixture.weight.tolist() == [1.0, 0.0]
    again = mixture.offered(2.0, [np.array([5.0, 5.0])])
    assert again.eur.tolist() == [3.0, 2.0]
    assert again.point[0].tolist() == [1.0, 0.0]
