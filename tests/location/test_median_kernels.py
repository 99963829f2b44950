"""The kernels of the median, each against a direct formula."""

import numpy as np
import pytest
from enumeration import best_median, every_set

from logistique.location.benders import Master
from logistique.location.core import Core
from logistique.location.cut_kernels import thresholds
from logistique.location.distances import DenseDistances
from logistique.location.grouped import GroupedMaster
from logistique.location.lagrangian import ascend, evaluate, first_multipliers, ruled_out
from logistique.location.lp import LpStatus
from logistique.location.near import near_lists
from logistique.location.relink_kernels import relink
from logistique.location.swap import improved
from logistique.location.uncapacitated import solve_uncapacitated
from logistique.location.watch import Watch
from logistique.model.limits import Limits


def core_of(seed, n=9, m=7, count=3, depth=99, opening=False):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 20, (n, m)).astype(float)
    f = rng.integers(1, 9, m).astype(float) if opening else np.zeros(m)
    weight = rng.integers(1, 4, n).astype(float)
    lists = near_lists(DenseDistances(cost), np.arange(m), depth)
    low, high = (1, m) if opening else (count, count)
    return cost, Core(lists, weight, f, np.zeros(m, dtype=bool), low, high, integral=True)


def value(cost, core, is_open):
    return core.weight @ cost[:, is_open].min(axis=1) + core.opening[is_open].sum()


@pytest.mark.parametrize("seed", range(10))
def test_lists_are_sorted_and_cut_with_their_tail(seed):
    cost, core = core_of(seed, depth=3)
    for i in range(core.n):
        mine = slice(core.lists.start[i], core.lists.start[i + 1])
        assert core.lists.length[mine].tolist() == sorted(cost[i])[:3]
        assert cost[i, core.lists.site[mine]].tolist() == core.lists.length[mine].tolist()
        assert core.lists.tail[i] == sorted(cost[i])[2]
    for j in range(core.m):
        mine = slice(core.lists.site_start[j], core.lists.site_start[j + 1])
        assert cost[core.lists.site_customer[mine], j].tolist() == (
            core.lists.site_length[mine].tolist()
        )


@pytest.mark.parametrize("seed", range(20))
def test_no_single_swap_improves_what_the_search_returns(seed):
    cost, core = core_of(seed)
    start = np.zeros(core.m, dtype=bool)
    start[:3] = True
    found, is_open = improved(core, start, np.random.default_rng(seed))
    assert found == value(cost, core, is_open)
    for j in np.flatnonzero(~is_open):
        for r in np.flatnonzero(is_open):
            other = is_open.copy()
            other[j], other[r] = True, False
            assert value(cost, core, other) >= found


@pytest.mark.parametrize("seed", range(20))
def test_no_opening_or_closing_improves_either(seed):
    cost, core = core_of(seed, opening=True)
    start = np.zeros(core.m, dtype=bool)
    start[0] = True
    found, is_open = improved(core, start, np.random.default_rng(seed))
    assert found == pytest.approx(value(cost, core, is_open))
    for j in range(core.m):
        other = is_open.copy()
        other[j] = not other[j]
        if other.any():
            assert value(cost, core, other) >= found


@pytest.mark.parametrize("seed", range(10))
def test_a_path_reports_the_change_it_made(seed):
    cost, core = core_of(seed, m=9, count=4)
    first, second = np.zeros(9, dtype=bool), np.zeros(9, dtype=bool)
    first[:4], second[5:] = True, True
    between = np.zeros(9, dtype=bool)
    lists = core.lists
    change = relink(
        lists.start,
        lists.site,
        lists.length,
        core.far,
        lists.site_start,
        lists.site_customer,
        lists.site_length,
        core.weight,
        core.opening,
        core.fixed_open,
        first.copy(),
        second,
        between,
    )
    assert between.sum() == 4
    assert change == pytest.approx(value(cost, core, between) - value(cost, core, first))


@pytest.mark.parametrize("opening", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_lagrangian_is_below_every_answer_and_matches_its_definition(seed, opening):

    cost, core = core_of(seed, opening=opening)
    optimum = best_median(cost, core.opening, core.weight, core.lowest, core.highest)
    u = np.random.default_rng(seed).random(core.n) * 15
    rho = core.opening + (core.weight[:, None] * np.minimum(0, cost - u[:, None])).sum(axis=0)
    best = min(rho[s].sum() for s in every_set(core.m, core.lowest, core.highest))
    assert evaluate(core, u).bound == pytest.approx(core.weight @ u + best)
    watch = Watch(Limits())
    is_open = np.zeros(core.m, dtype=bool)
    is_open[:3] = True
    raised = ascend(core, first_multipliers(core, is_open), optimum, 300, watch)
    assert evaluate(core, u).bound <= raised.bound + 1e-9 or raised.bound > optimum * 0.5
    assert raised.bound <= optimum + 1e-9


@pytest.mark.parametrize("opening", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_no_site_of_a_better_answer_is_ruled_out(seed, opening):

    cost, core = core_of(seed, opening=opening)
    upper = float(np.random.default_rng(seed).integers(60, 200))
    found = evaluate(core, np.random.default_rng(seed).random(core.n) * 9)
    opened, closed = ruled_out(core, found, upper)
    for sites in every_set(core.m, core.lowest, core.highest):
        mask = np.zeros(core.m, dtype=bool)
        mask[sites] = True
        if sites and value(cost, core, mask) <= upper - 1:
            assert not (mask & closed).any()
            assert not (~mask & opened).any()


@pytest.mark.parametrize("seed", range(10))
def test_the_strongest_cut_is_the_value_of_sending_to_the_nearest_open_parts(seed):
    cost, core = core_of(seed)
    y = np.random.default_rng(seed).dirichlet(np.ones(core.m)) * 3
    y = np.minimum(y, 1.0)
    threshold, found = np.empty(core.n), np.empty(core.n)
    lists = core.lists
    thresholds(lists.start, lists.site, lists.length, lists.tail, y, threshold, found)
    for i in range(core.n):
        left, expected = 1.0, 0.0
        for j in np.argsort(cost[i]):
            part = min(left, y[j])
            expected, left = expected + part * cost[i, j], left - part
        assert found[i] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_relaxation_is_that_of_the_compact_model(seed):
    from scipy.optimize import linprog

    cost, core = core_of(seed, opening=seed % 2 == 0)
    relaxed = Master(core, Watch(Limits())).solve()
    n, m = cost.shape
    objective = np.concatenate([core.opening, (core.weight[:, None] * cost).ravel()])
    served = np.hstack([np.zeros((n, m)), np.kron(np.eye(n), np.ones(m))])
    linked = np.hstack([-np.tile(np.eye(m), (n, 1)), np.eye(n * m)])
    count = np.concatenate([np.ones(m), np.zeros(n * m)])
    compact = linprog(
        objective,
        A_ub=np.vstack([linked, count, -count]),
        b_ub=np.concatenate([np.zeros(n * m), [core.highest, -core.lowest]]),
        A_eq=served,
        b_eq=np.ones(n),
        bounds=(0, 1),
    )
    assert relaxed.status is LpStatus.OPTIMAL
    assert relaxed.bound == pytest.approx(compact.fun, rel=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_grouped_costs_reach_the_bound_of_single_ones(seed):
    _, core = core_of(seed, n=30, m=9, opening=seed % 2 == 0)
    single = Master(core, Watch(Limits())).solve()
    group = np.random.default_rng(seed).permutation(np.arange(30) % 4)
    grouped = GroupedMaster(core, Watch(Limits()), group)
    grouped.seed(np.random.default_rng(seed).random(30) * 20)
    found = grouped.solve()
    assert found.bound == pytest.approx(single.bound, rel=1e-5)
    assert found.bound <= single.bound * (1 + 1e-9)
    kept = np.flatnonzero(found.y > 0)
    smaller = core.restricted(kept, np.zeros(9, dtype=bool))
    assert grouped.moved(smaller).solve().bound == pytest.approx(single.bound, rel=1e-5)


def test_many_customers_are_solved_in_groups(monkeypatch):
    monkeypatch.setattr("logistique.location.uncapacitated._SINGLE", 10)
    monkeypatch.setattr("logistique.location.uncapacitated._MEMBERS", 2)
    rng = np.random.default_rng(0)
    solved = 0
    for _ in range(12):
        cost = rng.integers(1, 40, (60, 9)).astype(float)
        cost[rng.random(cost.shape) < 0.2] = np.inf
        cost[:, 0] = rng.integers(20, 60, 60)
        lists = near_lists(DenseDistances(cost), np.arange(9), 9)
        core = Core(lists, np.ones(60), np.zeros(9), np.zeros(9, dtype=bool), 3, 3, integral=True)
        proof = solve_uncapacitated(core, Watch(Limits(gap=0.0)))
        optimum = best_median(cost, core.opening, core.weight, 3, 3)
        assert value(cost, core, proof.is_open) == optimum == proof.bound
        solved += "nodes" in proof.reason
    assert solved > 3


def test_integral_solves_finish_what_the_tree_leaves(monkeypatch):
    monkeypatch.setattr("logistique.location.uncapacitated._NODES", 1)
    for grouped in (False, True):
        if grouped:
            monkeypatch.setattr("logistique.location.uncapacitated._SINGLE", 10)
            monkeypatch.setattr("logistique.location.uncapacitated._MEMBERS", 2)
        rng = np.random.default_rng(0)
        resolved = 0
        for _ in range(25):
            cost = rng.integers(1, 40, (40, 10)).astype(float)
            lists = near_lists(DenseDistances(cost), np.arange(10), 10)
            fixed = np.zeros(10, dtype=bool)
            core = Core(lists, np.ones(40), np.zeros(10), fixed, 3, 3, integral=True)
            proof = solve_uncapacitated(core, Watch(Limits(gap=0.0)))
            optimum = best_median(cost, core.opening, core.weight, 3, 3)
            assert value(cost, core, proof.is_open) == optimum == proof.bound
            resolved += "integral solves" in proof.reason
        assert resolved > 3
