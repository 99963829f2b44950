import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from logistique.location import column_bound, single_source_relaxation
from logistique.location.assignment_search import AssignmentSearch
from logistique.location.assignment_search_kernels import recentre
from logistique.location.column_bound import ColumnBound
from logistique.location.customer_branching import customer_children
from logistique.location.partition_kernels import CHOICES, neighbours
from logistique.location.single_source_branching import branch
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import root_node
from logistique.location.single_source_relaxation import climb, fixed, relax
from logistique.location.single_source_residual import Residual, solve_residual
from logistique.location.watch import Watch
from logistique.model.limits import Limits


def question(seed, *, whole=True, medians=False, n=6, m=4):
    rng = np.random.default_rng(seed)
    points, sites = rng.uniform(0, 50, (n, 2)), rng.uniform(0, 50, (m, 2))
    cost = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))
    demand = rng.uniform(1, 9, n)
    if whole:
        cost, demand = np.rint(cost), np.rint(demand)
    capacity = np.full(m, np.ceil(demand.sum() * 0.45 + 4))
    opening = np.zeros(m) if medians else np.rint(rng.uniform(10, 60, m))
    count = (3, 3) if medians else (1, m)
    return SourcingCore(cost, demand, opening, capacity, np.zeros(m, dtype=bool), *count)


def answers(core):
    """All answers that are allowed and close what stands empty, with their costs."""
    found = []
    for sites in itertools.product([False, True], repeat=core.m):
        is_open = np.array(sites)
        if not core.lowest <= is_open.sum() <= core.highest:
            continue
        for chosen in itertools.product(np.flatnonzero(is_open), repeat=core.n):
            assignment = np.array(chosen)
            if core.fits(is_open, assignment):
                found.append((core.cost_of(is_open, assignment), is_open, assignment))
    return found


def raised(core):
    """Raise a bound by a few subgradient steps."""
    return lambda node: relax(core, node, target=1e3, cutoff=np.inf, iterations=10).node


def holds(node, is_open, assignment):
    """Whether an answer is in a part of the question."""
    pairs = set(zip(node.customer.tolist(), node.site.tolist(), strict=True))
    inside = all((i, int(j)) in pairs for i, j in enumerate(assignment))
    counted = node.lowest <= is_open.sum() <= node.highest
    sites = not is_open[node.state < 0].any() and is_open[node.state > 0].all()
    return inside and counted and sites


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("medians", [False, True])
def test_bound_is_below_every_answer_and_nothing_better_is_dropped(seed, medians):
    core = question(seed, whole=seed % 2 == 0, medians=medians)
    every = answers(core)
    best = min(value for value, _, _ in every)
    limit = best + 0.1 * abs(best)
    relaxed = relax(core, root_node(core), target=best, cutoff=np.inf, iterations=150)
    assert relaxed.node.bound <= best + 1e-9 * abs(best)
    left = fixed(core, relaxed, limit)
    assert left is not None
    for value, is_open, assignment in every:
        if value < limit - 1e-6:
            assert holds(left.node, is_open, assignment)


def test_pairs_stay_once_the_time_is_up(monkeypatch):
    """Looked at one site at a time the same pairs go; after the time no pair of theirs does."""

    class Over:
        def is_set(self):
            return True

    core = question(0)
    limit = min(value for value, _, _ in answers(core)) * 1.001
    relaxed = relax(core, root_node(core), target=limit, cutoff=np.inf, iterations=150)
    at_once = fixed(core, relaxed, limit)
    monkeypatch.setattr(single_source_relaxation, "_FORCED", core.n)
    by_site = fixed(core, relaxed, limit)
    late = fixed(core, relaxed, limit, Watch(Limits(time_s=60.0), interrupter=Over()))
    assert by_site.node.cost.size == at_once.node.cost.size < late.node.cost.size
    assert late.node.cost.size == relaxed.node.cost.size
    assert by_site.node.state.tolist() == at_once.node.state.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_a_branching_share_no_answer_and_lose_none(seed):
    core = question(seed, medians=seed % 2 == 0)
    relaxed = relax(core, root_node(core), target=1e3, cutoff=np.inf, iterations=40)
    every = answers(core)
    customers = [customer_children(core, relaxed, int(i)) for i in range(core.n)]
    for parts in [*customers, branch(core, relaxed, np.inf, raised(core))]:
        assert len(parts) == 2
        for _, is_open, assignment in every:
            assert sum(holds(part, is_open, assignment) for part in parts) == 1


@pytest.mark.parametrize("seed", range(4))
def test_branching_leaves_out_only_what_is_beyond_the_cutoff(seed):
    core = question(seed, medians=seed % 2 == 0)
    every = answers(core)
    best = min(value for value, _, _ in every)
    relaxed = relax(core, root_node(core), target=best, cutoff=np.inf, iterations=40)
    limit = best + 1.0
    parts = branch(core, relaxed, limit, raised(core))
    for value, is_open, assignment in every:
        if value < limit:
            assert sum(holds(part, is_open, assignment) for part in parts) == 1


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("medians", [False, True])
def test_columns_raise_the_bound_of_every_part_and_never_beyond_its_best_answer(seed, medians):
    core = question(seed, whole=seed % 2 == 0, medians=medians)
    every = answers(core)
    watch = Watch(Limits(60.0, 0.0, 0, 1))
    bounds = ColumnBound(core, AssignmentSearch(core, watch), watch)
    root = root_node(core)
    steps = relax(core, root, target=1e3, cutoff=np.inf, iterations=150)
    whole = bounds.raised(root)
    assert whole.node.bound >= steps.node.bound - 1e-6 * abs(steps.node.bound)
    children = [root.setting(j, state) for j in range(core.m) for state in (1, -1)]
    counts = [root.counting(core.lowest, 2), root.counting(3, core.highest)]
    customers = [part for i in range(core.n) for part in customer_children(core, steps, i)]
    for part in [root, *children, *counts, *customers]:
        inside = [value for value, is_open, x in every if holds(part, is_open, x)]
        least = min(inside, default=np.inf)
        assert bounds.raised(part).node.bound <= least + 1e-7 * abs(least)


@pytest.mark.parametrize("seed", range(6))
def test_columns_reach_the_best_convex_combination_of_bundles_and_sets(seed):
    core = question(seed, whole=False, medians=seed % 2 == 0)
    watch = Watch(Limits(60.0, 0.0, 0, 1))
    found = ColumnBound(core, AssignmentSearch(core, watch), watch).raised(root_node(core))
    assert found.node.bound == pytest.approx(all_columns(core), rel=1e-6)


def all_columns(core):
    """Optimum of the master with every bundle and every set, written out."""
    costs, columns = [], []
    for j in range(core.m):
        for mask in itertools.product([0.0, 1.0], repeat=core.n):
            members = np.array(mask)
            if members @ core.demand <= core.capacity[j]:
                costs.append(members @ core.cost[:, j])
                columns.append([*members, *np.eye(core.m)[j], 0.0])
    for sites in itertools.product([0.0, 1.0], repeat=core.m):
        chosen = np.array(sites)
        inside = core.lowest <= chosen.sum() <= core.highest
        if inside and chosen @ core.capacity >= core.demand.sum():
            costs.append(chosen @ core.opening)
            columns.append([*np.zeros(core.n), *-chosen, 1.0])
    rows = np.array(columns).T
    n, m = core.n, core.m
    return linprog(
        costs,
        A_ub=np.vstack([-rows[:n], rows[n : n + m]]),
        b_ub=np.concatenate([-np.ones(n), np.zeros(m)]),
        A_eq=rows[n + m :],
        b_eq=[1.0],
    ).fun


def test_a_part_without_answers_below_the_cutoff_is_nothing():
    core = question(1)
    best = min(value for value, _, _ in answers(core))
    relaxed = relax(core, root_node(core), target=best, cutoff=np.inf, iterations=300)
    assert fixed(core, relaxed, relaxed.node.bound - 1.0) is None


@pytest.mark.parametrize("seed", range(5))
def test_recentring_lowers_the_cost_and_keeps_the_rules(seed):
    core = question(seed, medians=True)
    is_open = np.array([True, True, True, False])
    assignment = np.array([0, 1, 2, 0, 1, 2])
    load = np.zeros(4)
    np.add.at(load, assignment, core.demand)
    if not core.fits(is_open, assignment):
        pytest.skip("the assignment to start from is overloaded")
    before = core.cost_of(is_open, assignment)
    moved = recentre(
        core.cost, core.capacity, core.opening, core.fixed_open, is_open, assignment, load
    )
    after = core.cost_of(is_open, assignment)
    assert core.fits(is_open, assignment)
    assert after < before if moved else after == before
    served = np.zeros(4)
    np.add.at(served, assignment, core.demand)
    assert load.tolist() == served.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_near_sites_are_two_of_the_cheapest_of_some_customer(seed):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1, 9, (7, 30))
    cost[rng.random(cost.shape) < 0.5] = np.inf
    sites = np.flatnonzero(rng.random(30) < 0.6)
    near = np.zeros((sites.size, sites.size), dtype=bool)
    for row in cost[:, sites]:
        cheapest = [a for a in np.argsort(row)[:CHOICES] if np.isfinite(row[a])]
        for a, b in itertools.permutations(cheapest, 2):
            near[a, b] = True
    assert (neighbours(cost, sites) == (near if sites.size > CHOICES else True)).all()


@pytest.mark.parametrize("seed", range(3))
def test_steps_with_looks_at_the_clock_raise_the_bound_too(seed, monkeypatch):
    core = question(seed, whole=False)
    best = min(value for value, _, _ in answers(core))
    watch = Watch(Limits(60.0, 0.0, 0, 1))
    start = relax(core, root_node(core), target=best, cutoff=np.inf, iterations=1).node.bound
    monkeypatch.setattr(single_source_relaxation, "_PAIRS", 3 * core.n * core.m)
    found = climb(core, root_node(core), watch, target=best, cutoff=np.inf, iterations=100)
    assert start < found.node.bound <= best + 1e-9 * abs(best)


def test_no_time_is_one_look_at_the_clock(monkeypatch):
    core = question(1)
    watch = Watch(Limits(1e-9, 0.0, 0, 1))
    monkeypatch.setattr(single_source_relaxation, "_PAIRS", 1)
    one = relax(core, root_node(core), target=500.0, cutoff=np.inf, iterations=1)
    found = climb(core, root_node(core), watch, target=500.0, cutoff=np.inf, iterations=100)
    assert found.node.bound == one.node.bound


@pytest.mark.parametrize("seed", range(3))
def test_a_master_that_is_given_up_leaves_a_bound_and_no_shares(seed, monkeypatch):
    monkeypatch.setattr(column_bound, "_STUCK", 0)
    core = question(seed)
    watch = Watch(Limits(60, 0.0, 0, 1))
    bounds = ColumnBound(core, AssignmentSearch(core, watch), watch)
    assert bounds.useful
    given_up = bounds.raised(root_node(core))
    assert not bounds.useful
    assert not given_up.mean_x.any()
    least = min(value for value, _, _ in answers(core))
    assert -np.inf < given_up.node.bound <= least


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("whole", [True, False])
def test_a_model_of_what_is_left_finds_the_best_answer_below_a_limit_or_shows_there_is_none(
    seed, whole
):
    core = question(seed, whole=whole)
    part = relax(core, root_node(core), target=1e3, cutoff=np.inf, iterations=30).node
    part = part.setting(int(np.argmin(core.opening)), 1)
    inside = [found for found in answers(core) if holds(part, *found[1:])]
    best = min(value for value, *_ in inside)
    for limit in (np.inf, best + 0.5, best - 0.5):
        search = AssignmentSearch(core, Watch(Limits(60, 0.0, 0, 1)))
        outcome = solve_residual(core, part, Watch(Limits(60, 0.0, 0, 1)), search.offer, limit)
        assert outcome is Residual.SOLVED
        assert search.value >= best - 1e-7
        assert limit < best or search.value == pytest.approx(best, rel=1e-7)
