"""Walks through assignments: complete, resumable, and never past an answer below the cutoff."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from logistique.location import assignment_tree
from logistique.location import assignment_tree_kernels as kernels
from logistique.location.assignment_tree import AssignmentTree
from logistique.location.single_source import rehearse_single_source, solve_single_source
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import fill_sites, tilt
from logistique.location.single_source_node import root_node
from logistique.location.single_source_relaxation import relax
from logistique.location.site_choice_kernels import choose_sites
from logistique.location.watch import Watch
from logistique.model.limits import Limits

MANY = 10**6


def clock(time_s=60.0):
    return Watch(Limits(time_s, 0.0, 0, 1))


def question(seed, n=7, m=3):
    """Costs with ties and absent pairs, demands of 0 among others, sites with little to spare."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 12, (n, m)).astype(float)
    if seed % 3 == 0:
        cost += rng.random((n, m))
    cost[rng.random((n, m)) < 0.15] = np.inf
    cost[np.isinf(cost).all(axis=1)] = 4.0
    demand = rng.integers(0 if seed % 2 else 3, 12, n).astype(float)
    capacity = np.floor(rng.dirichlet(np.full(m, 9.0)) * demand.sum() * 1.15) + 2.0
    return SourcingCore(cost, demand, np.full(m, 10.0), capacity, np.zeros(m, dtype=bool), 1, m)


def part(core):
    """All sites open, with prices that are good but not the best."""
    node = replace(root_node(core), state=np.ones(core.m, dtype=np.int64))
    return relax(core, node, target=float(core.cost.max(initial=0, where=np.isfinite(core.cost))
                 * core.n + 30.0), cutoff=np.inf, iterations=5).node  # fmt: skip


def answers(core, node):
    """Costs and assignments of all answers of a part without free sites."""
    sites = [node.site[node.customer == i].tolist() for i in range(core.n)]
    is_open = node.state > 0
    found = [np.array(chosen) for chosen in itertools.product(*sites)]
    found = [chosen for chosen in found if core.fits(is_open, chosen)]
    return [(core.cost_of(is_open, chosen), chosen) for chosen in found]


@pytest.mark.parametrize("seed", range(40))
def test_a_walk_ends_with_the_best_answer_below_the_limit(seed):
    core = question(seed)
    node = part(core)
    best = min((value for value, _ in answers(core, node)), default=np.inf)
    for limit in (best + 1e-3, best - 1e-3, np.inf):
        tree = AssignmentTree(core, node)
        tree.run(clock(), limit, MANY)
        assert tree.left() == []
        costs = [core.cost_of(*answer) for answer in tree.answers]
        assert all(core.fits(*answer) for answer in tree.answers)
        assert costs == sorted(costs, reverse=True)
        if best < limit:
            assert costs[-1] == pytest.approx(best, abs=1e-9)
        else:
            assert costs == []


@pytest.mark.parametrize("seed", range(30))
def test_parts_left_by_walks_of_few_nodes_hold_all_that_was_not_seen(seed, monkeypatch):
    monkeypatch.setattr("logistique.location.assignment_tree.FIRST", 1)
    monkeypatch.setattr("logistique.location.assignment_tree.STEPS", 1)
    core = question(seed, n=8)
    node = part(core)
    best = min((value for value, _ in answers(core, node)), default=np.inf)
    waiting, value, looks = [node], np.inf, 0
    while waiting:
        here = waiting.pop()
        least = min((value for value, _ in answers(core, here)), default=np.inf)
        assert here.bound <= least + 1e-9
        tree = AssignmentTree(core, here)
        tree.run(clock(), value, 1 + looks % 3)
        value = min([value, *(core.cost_of(*answer) for answer in tree.answers)])
        left = tree.left()
        assert all(child.walked and child.free.size == 0 for child in left)
        waiting += left[::-1]
        looks += 1
        assert looks < 5000
    assert value == (pytest.approx(best, abs=1e-9) if np.isfinite(best) else np.inf)


def test_no_time_leaves_the_part_as_it_was():
    core = question(1)
    node = part(core)
    tree = AssignmentTree(core, node)
    tree.run(clock(1e-9), np.inf, MANY)
    (left,) = tree.left()
    assert (left.bound, left.cost.tolist()) == (node.bound, node.cost.tolist())


@pytest.mark.parametrize("seed", range(20))
def test_the_value_of_a_pair_is_the_bound_of_the_answers_that_have_it(seed):
    """Exactly what the knapsacks of all sites are worth with the customer at one and nowhere else."""
    core = question(seed, n=6)
    node = part(core)
    n, m, pairs = core.n, core.m, node.cost.size
    choices, begin = np.empty(n, dtype=np.int64), np.empty(m + 1, dtype=np.int64)
    pair, room = np.empty(pairs, dtype=np.int64), np.empty(m, dtype=np.int64)
    alive, value = np.ones(pairs, dtype=bool), np.empty(pairs)
    certain = kernels.packed(
        node.start, node.customer, node.cost, core.units, core.capacity_units, alive, choices,
        begin, pair, room,
    )  # fmt: skip
    if not np.isfinite(certain):
        assert answers(core, node) == []
        return
    kernels.pair_values(
        node.customer, node.cost, core.units, choices, begin, pair, room, certain, node.u, value
    )
    torn = choices[node.customer] > 1
    for t, e in enumerate(pair[: begin[m]].tolist()):
        bound = certain + sum(node.u[i] for i in range(n) if choices[i] > 1)
        for j in range(m):
            items = [
                f for f in range(node.start[j], node.start[j + 1])
                if alive[f] and torn[f] and (f == e or node.customer[f] != node.customer[e])
            ]  # fmt: skip
            bound -= best_filling(core, node, items, room[j], e if e in items else None)
        assert value[t] == pytest.approx(bound, abs=1e-9)


def best_filling(core, node, items, room, forced):
    """Most that pairs of a site earn within its room, with one of them forced in."""
    most = -np.inf
    for size in range(len(items) + 1):
        for chosen in itertools.combinations(items, size):
            customers = node.customer[list(chosen)]
            if core.units[customers].sum() <= room and (forced is None or forced in chosen):
                most = max(most, sum(node.u[node.customer[f]] - node.cost[f] for f in chosen))
    return most


@pytest.mark.parametrize("seed", [5, 14, 46, 128, 139])  # where the slope is slight, not level
def test_a_tilt_moves_prices_by_demand_and_raises_the_bound(seed):
    core = question(seed, n=40)
    node = part(core)
    before = lagrangian(core, node, node.u)
    u = node.u.copy()
    tilt(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening, core.capacity,
        core.capacity_units, node.state, core.lowest, core.highest, u, before + 50.0,
    )  # fmt: skip
    assert lagrangian(core, node, u) > before
    moved = (u - node.u)[core.demand > 0] / core.demand[core.demand > 0]
    assert moved[0] != 0
    assert moved == pytest.approx(np.full(moved.size, moved[0]), abs=1e-9)


def tilted(demand, cost, u, target):
    """Bounds of one site with room for all but a unit more, before and after a tilt, and the prices."""
    core = SourcingCore(
        np.array(cost)[:, None], np.array(demand), np.zeros(1), np.array([sum(demand) + 1.0]),
        np.zeros(1, dtype=bool), 1, 1,
    )  # fmt: skip
    node = replace(root_node(core), state=np.ones(1, dtype=np.int64), u=np.array(u))
    after = node.u.copy()
    tilt(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening, core.capacity,
        core.capacity_units, node.state, core.lowest, core.highest, after, target,
    )  # fmt: skip
    return lagrangian(core, node, node.u), lagrangian(core, node, after), after


def test_a_tilt_goes_where_steps_do_not_get():
    # One of a hundred units is not served, for it costs 60 and 10 are offered: the bound rises by
    # one for every unit of price until it is, which is 50 away.
    before, after, _ = tilted([1.0, 99.0], [60.0, 495.0], [10.0, 990.0], 555.0)
    assert (before, after) == (505.0, 555.0)


def test_steep_slopes_are_left_to_steps():
    # Nobody is served at these prices.
    before, after, u = tilted([3.0, 4.0, 4.0], [15.0, 20.0, 20.0], [0.0, 0.0, 0.0], 55.0)
    assert before == after == 0.0
    assert u.tolist() == [0.0, 0.0, 0.0]


def lagrangian(core, node, u):
    """Bound of a part at some prices."""
    rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
    fill_sites(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, u, rho, taken,
    )  # fmt: skip
    chosen = np.zeros(core.m, dtype=bool)
    return u.sum() + choose_sites(
        rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        core.demand, core.units, chosen,
    )  # fmt: skip


def optimum(core):
    """Least cost by the compact model of HiGHS."""
    n, m = core.n, core.m
    here = np.isfinite(core.cost)
    x = np.eye(n * m, n * m + m)
    once = x.reshape(n, m, -1).sum(axis=1)
    load = (core.demand[:, None, None] * x.reshape(n, m, -1)).sum(axis=0)
    link = x.reshape(n, m, -1).copy()
    for j in range(m):
        load[j, n * m + j] = -core.capacity[j]
        link[:, j, n * m + j] = -1.0
    rows = [
        LinearConstraint(once, 1, 1), LinearConstraint(load, -np.inf, 0),
        LinearConstraint(link.reshape(n * m, -1), -np.inf, 0),
    ]  # fmt: skip
    found = milp(
        np.concatenate([np.where(here, core.cost, 0.0).ravel(), core.opening]), constraints=rows,
        bounds=Bounds(0, np.concatenate([here.ravel(), np.ones(m)])), integrality=1,
        options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return found.fun


@pytest.mark.parametrize("most", [0, 10**9])
def test_parts_too_large_to_walk_are_divided_instead(most, monkeypatch):
    monkeypatch.setattr(assignment_tree, "LARGEST", most)
    walks = []
    run = AssignmentTree.run
    monkeypatch.setattr(AssignmentTree, "run", lambda *given: (walks.append(1), run(*given))[1])
    core = question(6, n=24, m=6)
    best = optimum(core)
    rehearse_single_source(clock())
    walks.clear()
    found = solve_single_source(core, clock())
    assert core.cost_of(found.is_open, found.assignment) == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    assert bool(walks) == bool(most)
