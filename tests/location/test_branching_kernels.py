"""Kernels of the branchings, each against a slow and plain computation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from logistique.location.count_branching import CLOSED, FREE, OPEN, tighten
from logistique.location.distances import DenseDistances
from logistique.location.multiplier_kernels import (
    ascend_node,
    node_lists,
    serving_cost,
    settle_forced,
)
from logistique.location.multiplier_search import count_ranges
from logistique.location.near import near_lists
from logistique.location.quadratic_kernels import (
    curvature,
    descend,
    factor,
    gains,
    prices,
    set_cost,
    solve_factored,
)
from logistique.location.quadratic_relaxation import cheapest_sites, relax

seeds = st.integers(0, 10**6)


def cheapest(reduced, low, high):
    """Least sum of low … high numbers, and each set that attains a sum."""
    sums = {}
    for size in range(low, high + 1):
        for chosen in itertools.combinations(range(reduced.size), size):
            sums[chosen] = reduced[list(chosen)].sum()
    return sums


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_tighten_settles_what_enumeration_settles(seed):
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 7))
    reduced = np.rint(rng.normal(0, 4, m))
    low = int(rng.integers(0, m + 1))
    high = int(rng.integers(low, m + 1))
    sums = cheapest(reduced, low, high)
    bound = 100.0 + min(sums.values())
    cutoff = bound + float(rng.integers(0, 8)) + 0.5
    state = np.zeros(m, dtype=np.int8)
    least, most = tighten(state, reduced, low, high, bound, cutoff)
    kept = [set(chosen) for chosen, value in sums.items() if 100.0 + value < cutoff]
    for j in range(m):
        inside = {j in chosen for chosen in kept}
        expected = FREE if len(inside) == 2 else (OPEN if True in inside else CLOSED)
        assert state[j] == expected
    opened = int((state == OPEN).sum())
    counts = [len(chosen) - opened for chosen in kept]
    assert least <= min(counts)
    assert most >= max(counts)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_cheapest_sites_is_the_least_sum(seed):
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 8))
    reduced = np.rint(rng.normal(0, 4, m))
    fixed = int(rng.integers(0, m + 1))
    low = int(rng.integers(0, m - fixed + 1))
    high = int(rng.integers(low, m - fixed + 1))
    expected = reduced[:fixed].sum() + min(cheapest(reduced[fixed:], low, high).values())
    assert cheapest_sites(reduced, fixed, low, high) == pytest.approx(expected)


def node(seed, n=7, m=6):
    """A node of a random question: lists, opening costs, decided sites."""
    rng = np.random.default_rng(seed)
    cost = np.rint(10 * rng.random((n, m)))
    cost[rng.random((n, m)) < 0.3] = np.inf
    opening = np.rint(10 * rng.random(m))
    state = rng.choice(np.array([FREE, FREE, FREE, OPEN, CLOSED], dtype=np.int8), m)
    lists = near_lists(DenseDistances(cost), np.arange(m), m)
    return rng, cost, opening, state, lists


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_ascent_bounds_the_node_and_nears_its_linear_relaxation(seed):
    rng, cost, opening, state, lists = node(seed)
    n, m = cost.shape
    free = np.flatnonzero(state == FREE)
    low = int(rng.integers(0, free.size + 1))
    high = int(rng.integers(low, free.size + 1))
    inner = [np.empty_like(a) for a in (lists.start, lists.site, lists.length)]
    ceiling = np.empty(n)
    node_lists(lists.start, lists.site, lists.length, state, *inner, ceiling)
    opened = np.flatnonzero(state == OPEN)
    reach = cost[:, opened].min(axis=1, initial=np.inf)
    assert np.array_equal(ceiling, reach)
    best = np.inf
    for size in range(low, high + 1):
        for chosen in itertools.combinations(free, size):
            sites = np.array([*opened, *chosen], dtype=int)
            served = cost[:, sites].min(axis=1, initial=np.inf).sum()
            best = min(best, opening[sites].sum() + served)
    relaxed = linear_relaxation(cost, opening, state, low, high)
    u, reduced, share = np.zeros(n), np.zeros(m), np.zeros(m)
    aim = best if np.isfinite(best) else 1000.0
    bound = ascend_node(
        *inner,
        ceiling,
        opening,
        free,
        opening[opened].sum(),
        low,
        high,
        u,
        aim,
        400,
        reduced,
        share,
    )
    assert bound <= best + 1e-9
    if np.isfinite(relaxed):
        assert bound <= relaxed + 1e-6
        assert bound >= 0.93 * relaxed - 1e-6
    if np.isinf(bound):
        return  # a customer is left without sites
    gains_at = np.maximum(np.where(np.isfinite(cost), u[:, None] - cost, 0), 0).sum(axis=0)
    assert reduced[free] == pytest.approx((opening - gains_at)[free])


def linear_relaxation(cost, opening, state, low, high):
    """Optimum of the strong linear relaxation of a node; inf if it has none."""
    n, m = cost.shape
    arcs = np.argwhere(np.isfinite(cost))
    size = m + len(arcs)
    objective = np.concatenate([opening, cost[tuple(arcs.T)]])
    serve = np.zeros((n, size))
    link = np.zeros((len(arcs), size))
    for k, (i, j) in enumerate(arcs):
        serve[i, m + k] = 1
        link[k, m + k], link[k, j] = 1, -1
    count = np.zeros((1, size))
    count[0, :m] = state == FREE
    bounds = [{FREE: (0, 1), OPEN: (1, 1), CLOSED: (0, 0)}[int(s)] for s in state]
    found = linprog(
        objective,
        A_ub=np.vstack([link, count, -count]),
        b_ub=np.concatenate([np.zeros(len(arcs)), [high, -low]]),
        A_eq=serve,
        b_eq=np.ones(n),
        bounds=bounds + [(0, 1)] * len(arcs),
    )
    return found.fun if found.status == 0 else np.inf


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_forced_sites_keep_every_feasible_choice(seed):
    _, cost, _, state, lists = node(seed)
    free = np.flatnonzero(state == FREE)
    opened = np.flatnonzero(state == OPEN)
    feasible = [
        set(chosen)
        for size in range(free.size + 1)
        for chosen in itertools.combinations(free.tolist(), size)
        if np.isfinite(cost[:, [*opened, *chosen]].min(axis=1, initial=np.inf)).all()
    ]
    settled = state.copy()
    low, high = settle_forced(lists.start, lists.site, settled, 0, free.size)
    if low > high:
        assert not feasible
        return
    forced = set(np.flatnonzero((settled == OPEN) & (state == FREE)).tolist())
    assert feasible
    assert all(forced <= chosen for chosen in feasible)
    assert serving_cost(lists.start, lists.site, lists.length, settled != CLOSED) < np.inf


def test_numbers_of_sites_are_split_around_the_known_one():
    assert count_ranges(1, 9, 4) == [(1, 3), (4, 4), (5, 9)]
    assert count_ranges(4, 4, 4) == [(4, 4)]
    assert count_ranges(1, 4, 4) == [(1, 3), (4, 4)]


def quadratic(seed, n=5, m=4):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.5, 10, (n, m))
    return rng, cost, 0.5 / cost, rng.uniform(0, 5, m)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_prices_solve_the_splitting_of_fractional_sites(seed):
    rng, cost, slope, _ = quadratic(seed)
    n, m = cost.shape
    y = rng.uniform(0.3, 1, m)
    price, density = np.empty(n), np.empty(n)
    total = prices(slope, y, price, density)
    z = np.minimum(1, price[:, None] * slope)
    assert (z * y).sum(axis=1) == pytest.approx(1)
    assert total == pytest.approx((cost * y * z**2).sum())
    expected = 0.0
    for row in cost:
        found = minimize(
            lambda x, row=row: (row * x**2 / y).sum(),
            np.minimum(y, 1 / m),
            jac=lambda x, row=row: 2 * row * x / y,
            bounds=[(0, v) for v in y],
            constraints={"type": "eq", "fun": lambda x: x.sum() - 1},
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 500},
        )
        expected += found.fun
    assert total == pytest.approx(expected, rel=1e-6)


def test_gains_and_curvature_are_derivatives_of_the_serving_cost():
    _, cost, slope, _ = quadratic(3)
    n, m = cost.shape
    y = np.array([0.5, 0.6, 0.7, 0.4])
    price, density = np.empty(n), np.empty(n)

    def value(point):
        return prices(slope, point, np.empty(n), np.empty(n))

    value(y)
    prices(slope, y, price, density)
    step = 1e-5
    unit = np.eye(m) * step
    slopes = np.array([(value(y + e) - value(y - e)) / (2 * step) for e in unit])
    assert -gains(slope, price) == pytest.approx(slopes, rel=1e-6)
    hessian = curvature(slope, price, density)

    def gradient(point):
        at = np.empty(n)
        prices(slope, point, at, np.empty(n))
        return -gains(slope, at)

    bends = np.array([(gradient(y + e) - gradient(y - e)) / (2 * step) for e in unit])
    assert hessian == pytest.approx(bends, rel=1e-4)


def test_factor_and_solve_agree_with_numpy():
    rng = np.random.default_rng(0)
    root = rng.random((9, 6))
    matrix = root.T @ root
    side = rng.random(6)
    expected = np.linalg.solve(matrix, side)
    factor(matrix)
    solve_factored(matrix, side)
    assert side == pytest.approx(expected, rel=1e-8)


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_relaxation_bounds_every_choice(seed):
    rng, cost, slope, opening = quadratic(seed, n=6, m=5)
    m = opening.size
    fixed = int(rng.integers(0, 3))
    low = int(rng.integers(0, m - fixed + 1))
    high = int(rng.integers(max(low, 1 - min(fixed, 1)), m - fixed + 1))
    best = np.inf
    for size in range(low, high + 1):
        for chosen in itertools.combinations(range(fixed, m), size):
            sites = [*range(fixed), *chosen]
            if sites:
                value = opening[sites].sum() + (1 / (1 / cost[:, sites]).sum(axis=1)).sum()
                best = min(best, value)
    share = np.full(m, 0.5)
    low = max(low, 1 - min(fixed, 1))
    bound, _, value = relax(slope, opening, fixed, low, high, share, np.inf, 1e-9, 200)
    assert bound <= best + 1e-9 * best
    assert bound <= value * (1 + 1e-9)


def test_relaxation_is_solved_inside_the_range_of_numbers():
    rng = np.random.default_rng(11)
    cost = rng.uniform(1, 10, (30, 12))
    share = np.full(12, 0.5)
    bound, _, value = relax(0.5 / cost, np.full(12, 2.0), 0, 1, 12, share, np.inf, 1e-9, 100)
    assert 1 < share.sum() < 12
    assert bound == pytest.approx(value, rel=1e-6)


def test_descent_ends_where_no_single_move_helps():
    _, _, slope, opening = quadratic(5, n=8, m=7)
    is_open = np.zeros(7, dtype=bool)
    is_open[2] = True
    movable = np.ones(7, dtype=bool)
    value = descend(slope, opening, is_open, movable, 1, 7)
    assert value == pytest.approx(set_cost(slope, opening, is_open))
    sites = np.flatnonzero(is_open)
    for j in range(7):
        for k in [*np.flatnonzero(~is_open), -1]:
            other = set(sites.tolist()) ^ {j} | ({int(k)} if k >= 0 else set())
            if other:
                mask = np.isin(np.arange(7), list(other))
                assert set_cost(slope, opening, mask) >= value - 1e-8
