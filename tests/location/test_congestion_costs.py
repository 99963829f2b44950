import numpy as np
import pytest

from logistique.errors import InvalidInputError
from logistique.location import (
    BprCongestion,
    PiecewiseCongestion,
    QuadraticCongestion,
    QueueCongestion,
)

SITES = 3
EACH = {
    "quadratic": QuadraticCongestion([0.0, 1.5, 2.0], [0.75, 0.0, 0.25]),
    "linear": QuadraticCongestion(0.0, 0.0),
    "bpr": BprCongestion([2.0, 0.5, 1.0], [10.0, 4.0, 7.0], beta=[4.0, 1.0, 2.5]),
    "queue": QueueCongestion([3.0, 1.0, 0.5], [12.0, 20.0, 30.0]),
    "table": PiecewiseCongestion([0.0, 2.0, 5.0, 11.5], [0.0, 1.0, 4.0, 20.0]),
    "tables": PiecewiseCongestion(
        [[0.0, 2.0, 11.5], [0, 3, 12], [0, 1, 20]], [[0.0, 0.0, 9.5], [0, 3, 12], [0, 2, 60]]
    ),
}


@pytest.mark.parametrize("cost", EACH.values(), ids=EACH)
def test_slope_is_the_finite_difference(cost):
    step = 1e-6
    for load in (0.3, 1.7, 4.4, 8.9, 11.2):
        apart = np.broadcast_to((cost.value(load + step) - cost.value(load - step)) / 2 / step, 3)
        assert np.allclose(cost.slope(np.full(SITES, load)), apart, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("cost", EACH.values(), ids=EACH)
def test_conjugate_and_load_are_the_best_of_a_fine_grid(cost):
    grid = np.linspace(0.0, 11.4, 200_001)[:, None]
    value = np.broadcast_to(cost.value(grid * np.ones(SITES)), (grid.size, SITES))
    for price in (0.0, 0.4, 1.1, 1.6, 2.2):
        load = np.broadcast_to(cost.load_at(price), SITES)
        best = (price * grid - value).max(axis=0)
        reached = load <= 11.4
        found = np.broadcast_to(cost.conjugate(price), SITES)
        assert np.allclose(found[reached], best[reached], rtol=0, atol=1e-4)
        assert (found[~reached] >= best[~reached] - 1e-9).all()
        inside = np.minimum(load, 11.4)
        at_load = price * inside - np.broadcast_to(cost.value(inside), SITES)
        assert (at_load >= best - 1e-7).all()


@pytest.mark.parametrize("cost", EACH.values(), ids=EACH)
def test_nothing_costs_nothing_and_costs_are_convex(cost):
    assert (np.broadcast_to(cost.value(np.zeros(SITES)), SITES) == 0.0).all()
    loads = np.linspace(0.0, 11.4, 58)[:, None] * np.ones(SITES)
    slopes = np.broadcast_to(cost.slope(loads), loads.shape)
    assert (np.diff(slopes, axis=0) >= -1e-12).all()


def test_what_cannot_be_handled_costs_infinitely():
    queue = QueueCongestion(2.0, 10.0)
    assert queue.value([5.0, 10.0, 11.0]).tolist() == [2.0, np.inf, np.inf]
    assert queue.slope([10.0]).tolist() == [np.inf]
    assert (queue.limit < 10.0).all()
    free = QueueCongestion(0.0, 10.0)
    assert free.value([5.0, 10.0]).tolist() == [0.0, np.inf]
    table = PiecewiseCongestion([0.0, 4.0], [0.0, 8.0])
    assert table.value([4.0, 4.1]).tolist() == [8.0, np.inf]
    assert table.limit == 4.0


def test_published_values_of_the_volume_delay_function():
    """At capacity a unit costs 1.15 times as much, at twice the capacity 3.4 times."""
    assert BprCongestion(1.0, 100.0).value([100.0, 200.0]) == pytest.approx([115.0, 680.0])


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: QuadraticCongestion(-1.0, 1.0), "linear: holds -1"),
        (lambda: QuadraticCongestion(1.0, [1.0, np.nan]), "holds nan"),
        (lambda: QuadraticCongestion("x", 1.0), "linear"),
        (lambda: QuadraticCongestion([], 1.0), "is empty"),
        (lambda: BprCongestion(1.0, 0.0), "capacity: holds 0"),
        (lambda: QueueCongestion(1.0, np.inf), "rate: holds inf"),
        (lambda: PiecewiseCongestion([0, 1, 2], [0, 2, 3]), "not convex: its slope falls"),
        (lambda: PiecewiseCongestion([[0, 1, 2]] * 2, [[0, 1, 2], [0, 2, 3]]), "site 1"),
        (lambda: PiecewiseCongestion([0, 1, 1], [0, 2, 5]), "does not rise"),
        (lambda: PiecewiseCongestion([0, 1], [1, 2]), "opening cost"),
        (lambda: PiecewiseCongestion([1, 2], [0, 2]), "begin elsewhere"),
        (lambda: PiecewiseCongestion([0, 1, 2], [0, 1]), "has shape"),
        (lambda: PiecewiseCongestion([0], [0]), "k ≥ 2"),
        (lambda: PiecewiseCongestion(0, 0), "has shape"),
    ],
)
def test_what_is_refused(make, word):
    with pytest.raises(InvalidInputError, match=word):
        make()


def test_instances_cannot_be_changed():
    given = np.array([1.0, 2.0])
    cost = QuadraticCongestion(given, 1.0)
    given[0] = 9.0
    assert cost.linear.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        cost.linear[0] = 3.0
