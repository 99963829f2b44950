"""Kernels of capacitated questions against linear programs and enumeration."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_relaxation import (
    SiteBounds,
    ascend,
    evaluate,
    first_multipliers,
    root_bounds,
    ruled_out,
    site_arcs,
)
from logistique.location.knapsack_kernels import choose_sizes, knapsack_shares, site_knapsacks
from logistique.location.transport_kernels import transport
from logistique.location.watch import Watch
from logistique.model.limits import Limits


def transport_program(unit, demand, capacity, floor):
    n, p = unit.shape
    weight = np.where(demand > 0, demand, 1.0)[:, None]
    cost = np.where(np.isfinite(unit), unit, 0) * weight
    once = np.kron(np.eye(n), np.ones((1, p)))
    load = np.kron(demand[None, :], np.eye(p))
    bounds = [(0, 1 if np.isfinite(c) else 0) for c in unit.ravel()]
    rows, limits = np.vstack([load, -load]), np.concatenate([capacity, -floor])
    found = linprog(cost.ravel(), rows, limits, once, np.ones(n), bounds)
    return found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize("seed", range(150))
def test_transport_is_the_optimum_of_its_linear_program(seed):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(1, 12)), int(rng.integers(1, 7))
    unit = rng.integers(0, 6, (n, p)).astype(float) if seed % 3 == 0 else rng.random((n, p))
    if seed % 4 == 1:
        unit[rng.random((n, p)) < 0.3] = np.inf
    demand = rng.integers(0, 6, n).astype(float)
    capacity = rng.random(p) * 2.5 * max(demand.sum(), 1) / p
    floor = capacity * rng.random(p) * (0.7 if seed % 2 else 0.0)
    price = np.empty(p)
    cost, customer, site, amount = transport(unit, demand, capacity, floor, price)
    expected = transport_program(unit, demand, capacity, floor)
    assert cost == pytest.approx(expected, rel=1e-9, abs=1e-9)
    if np.isinf(cost):
        return
    assert np.bincount(customer, amount, n) == pytest.approx(demand)
    load = np.bincount(site, amount, p)
    assert (load <= capacity + 1e-9).all()
    assert (load >= floor - 1e-9).all()
    # Prices and cheapest priced units are a dual solution of the same value.
    worth = np.where(demand > 0, demand, 1.0) * (unit + price).min(axis=1)
    worth -= np.where(demand > 0, 0.0, (unit + price).min(axis=1) - unit.min(axis=1))
    dual = worth.sum() - np.maximum(price, 0) @ capacity - np.minimum(price, 0) @ floor
    assert dual == pytest.approx(cost, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(150))
def test_knapsacks_are_the_optima_of_their_linear_programs(seed):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    cost = rng.integers(0, 5, n).astype(float) if seed % 3 == 0 else 3 * rng.random(n)
    demand = rng.integers(0, 5, n).astype(float)
    u = rng.integers(-1, 7, n).astype(float)
    capacity = 1 + 10 * rng.random((1, k))
    floor = capacity * rng.random((1, k)) * (seed % 2)
    opening = 5 * rng.random((1, k))
    value, price = np.empty((1, k)), np.empty((1, k))
    start, customer = np.array([0, n]), np.arange(n, dtype=np.int32)
    site_knapsacks(start, customer, cost, demand, u, opening, capacity, floor, value, price)
    for size in range(k):
        found = linprog(
            cost - u, np.vstack([demand, -demand]), [capacity[0, size], -floor[0, size]],
            bounds=(0, 1),
        )  # fmt: skip
        expected = opening[0, size] + found.fun if found.status == 0 else np.inf
        assert value[0, size] == pytest.approx(expected, abs=1e-8)
        if np.isfinite(expected):
            share = np.full(n, np.nan)
            knapsack_shares(
                start, customer, cost, demand, u, capacity, floor, price, np.array([size]), share
            )
            assert ((share >= 0) & (share <= 1)).all()
            assert floor[0, size] - 1e-9 <= demand @ share <= capacity[0, size] + 1e-9
            assert opening[0, size] + (cost - u) @ share == pytest.approx(expected, abs=1e-8)


def choices(value, fixed, lowest, highest):
    """Every choice of at most one size per site with its value."""
    m, k = value.shape
    for sizes in itertools.product(range(-1, k), repeat=m):
        chosen = [j for j in range(m) if sizes[j] >= 0]
        if lowest <= len(chosen) <= highest and all(sizes[j] >= 0 for j in np.flatnonzero(fixed)):
            yield sizes, sum(value[j, sizes[j]] for j in chosen)


@pytest.mark.parametrize("seed", range(100))
def test_choice_of_sizes_is_a_bound_and_exact_without_capacity(seed):
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(1, 6)), int(rng.integers(1, 3))
    value = rng.integers(-5, 6, (m, k)).astype(float)
    value[rng.random((m, k)) < 0.1] = np.inf
    capacity = rng.integers(1, 6, (m, k)).astype(float)
    fixed = rng.random(m) < 0.2
    lowest = int(rng.integers(0, m + 1))
    highest = int(rng.integers(max(lowest, fixed.sum()), m + 1))
    chosen, worth = np.empty(m, dtype=np.int64), np.empty(m)
    found, _ = choose_sizes(value, capacity, fixed, lowest, highest, 0.0, chosen, worth)
    every = list(choices(value, fixed, lowest, highest))
    assert found == pytest.approx(min((v for _, v in every), default=np.inf))
    total = float(rng.integers(1, 8))
    found, multiplier = choose_sizes(value, capacity, fixed, lowest, highest, total, chosen, worth)
    reaching = [
        v for sizes, v in every
        if sum(capacity[j, s] for j, s in enumerate(sizes) if s >= 0) >= total
    ]  # fmt: skip
    assert multiplier >= 0
    assert found <= min(reaching, default=np.inf) + 1e-9


def random_core(seed):
    rng = np.random.default_rng(seed)
    n, m, k = 6, 4, int(rng.integers(1, 3))
    demand = rng.integers(1, 5, n).astype(float)
    capacity = rng.integers(4, 12, (m, k)).astype(float)
    return CapacitatedCore(
        rng.integers(1, 20, (n, m)).astype(float), demand,
        rng.integers(5, 30, (m, k)).astype(float), capacity,
        np.floor(capacity * rng.random((m, k)) * 0.5 * (seed % 2)), rng.random(m) < 0.1, 1, m,
    )  # fmt: skip


def every_answer(core):
    """Cost of every choice of sizes, by linear programs."""
    for sizes in itertools.product(range(-1, core.n_sizes), repeat=core.m):
        opened = [j for j in range(core.m) if sizes[j] >= 0]
        at = (opened, [sizes[j] for j in opened])
        if opened and all(sizes[j] >= 0 for j in np.flatnonzero(core.fixed_open)):
            unit = core.cost[:, opened] / core.demand[:, None]
            served = transport_program(unit, core.demand, core.capacity[at], core.floor[at])
            yield np.array(sizes), core.opening[at].sum() + served


@pytest.mark.parametrize("seed", range(8))
def test_bound_and_exclusions_hold_for_every_answer(seed):
    core = random_core(seed)
    arcs, bounds = site_arcs(core.cost), root_bounds(core)
    answers = list(every_answer(core))
    best = min(cost for _, cost in answers)
    watch = Watch(Limits(60, 0))
    raised = ascend(core, arcs, bounds, first_multipliers(core), best, 300, watch)
    assert raised.best.bound <= best + 1e-9
    assert raised.best.bound >= 0.7 * best
    cutoff = best + 0.3 * (best - raised.best.bound)
    closed, opened = ruled_out(bounds, raised.best, cutoff)
    for sizes, cost in answers:
        if cost < cutoff - 1e-6:
            assert (sizes[opened] >= 0).all()
            taken = sizes >= 0
            assert not closed[np.flatnonzero(taken), sizes[taken]].any()


def test_a_count_that_cannot_be_reached_bounds_everything():
    core = random_core(0)
    nothing = SiteBounds(np.full_like(core.opening, np.inf), core.fixed_open, 1, core.m)
    at = evaluate(core, site_arcs(core.cost), nothing, first_multipliers(core))
    assert at.bound == np.inf
