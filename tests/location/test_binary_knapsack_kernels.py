import itertools

import numpy as np
import pytest

from logistique.location.binary_knapsack_kernels import (
    forced_real,
    forced_whole,
    subset_real,
    subset_whole,
)
from logistique.location.partition_kernels import divide_pair


def every(profit, weight, capacity, fixed=None):
    """Best value over all subsets; ``fixed`` = (item, in or out)."""
    best = -np.inf
    for bits in itertools.product([0, 1], repeat=len(profit)):
        if fixed is not None and bits[fixed[0]] != fixed[1]:
            continue
        taken = np.array(bits, dtype=bool)
        if weight[taken].sum() <= capacity * (1 + 1e-9):
            best = max(best, profit[taken].sum())
    return best


def items(rng, k, *, signed=False):
    low = -5.0 if signed else 0.01
    return rng.uniform(low, 10, k), rng.integers(0, 9, k)


@pytest.mark.parametrize("seed", range(24))
def test_best_subsets(seed):
    rng = np.random.default_rng(seed)
    profit, units = items(rng, int(rng.integers(0, 9 + seed % 5)))
    if seed % 3 == 0:
        profit = np.ceil(profit)  # ties
    if seed % 4 == 0:
        profit[:] = units + 1.0  # hardly told apart by profit per unit
    capacity, k = int(rng.integers(0, 30)), profit.size
    taken = np.zeros(k, dtype=bool)
    best = every(profit, units, capacity)
    assert subset_whole(profit, units, k, capacity, taken) == pytest.approx(best)
    assert profit[taken].sum() == pytest.approx(best)
    assert units[taken].sum() <= capacity
    weight = units * 0.37
    value = subset_real(profit, weight, k, capacity * 0.37, taken)
    assert value == pytest.approx(best)
    assert profit[taken].sum() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(8))
def test_single_items_forced(seed):
    rng = np.random.default_rng(100 + seed)
    profit, units = items(rng, 7, signed=True)
    capacity = int(rng.integers(0, 25))
    inside, outside, above, beside = (np.empty(7) for _ in range(4))
    forced_whole(profit, units, 7, capacity, inside, outside)
    forced_real(profit, units * 0.5, 7, capacity * 0.5, above, beside)
    for t in range(7):
        assert inside[t] == pytest.approx(every(profit, units, capacity, (t, 1)))
        assert outside[t] == pytest.approx(every(profit, units, capacity, (t, 0)))
        assert above[t] >= inside[t] - 1e-9
        assert beside[t] >= outside[t] - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_division_of_two_sites_is_the_best_of_all(seed):
    rng = np.random.default_rng(200 + seed)
    n, price = 7, 50.0
    cost = np.rint(rng.uniform(0, 20, (n, 3)))
    cost[0, 0], cost[1, 1] = np.inf, np.inf
    units, capacity = rng.integers(0, 6, n), rng.integers(4, 12, 3)
    assignment = np.array([1, 0, *rng.integers(0, 3, n - 2)])
    load = np.bincount(assignment, weights=units, minlength=3).astype(np.int64)

    def value(given):
        loads = np.bincount(given, weights=units, minlength=3)
        over = np.maximum(loads - capacity, 0)[:2].sum()
        return cost[np.arange(n), given].sum() + price * over

    movable = np.flatnonzero(assignment < 2)
    before, best = value(assignment), np.inf
    for sites in itertools.product([0, 1], repeat=movable.size):
        trial = assignment.copy()
        trial[movable] = sites
        best = min(best, value(trial))
    change = divide_pair(cost, units, capacity, price, 0, 1, assignment, load)
    assert value(assignment) == pytest.approx(before + change)
    assert value(assignment) == pytest.approx(best)
    assert load.tolist() == np.bincount(assignment, weights=units, minlength=3).tolist()
