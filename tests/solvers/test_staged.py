"""Large problems by the two-level search: answers obey every rule, bounds hold with all of them."""

import dataclasses
import threading

import numpy as np
import pytest
from location_oracle import brute_force
from random_problems import random_problem
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

import logistique as lg
from logistique.errors import InfeasibleError
from logistique.evaluation.verify import verify
from logistique.location.first_use import rehearse
from logistique.location.split_search import rehearse_split
from logistique.location.stages import rule_ascent
from logistique.location.stages.core import Arcs, PlaceRules, Side, Stages
from logistique.location.stages.link_ascent import LinkAscent
from logistique.location.stages.prices import Prices, Relaxation
from logistique.location.stages.primal import allowed
from logistique.location.stages.rehearsal import rehearse_stages
from logistique.location.stages.rules import nearest
from logistique.location.stages.wide_search import WideSearch
from logistique.location.watch import Watch
from logistique.model.requirements import budget, count, coverage
from logistique.solvers import choose, large
from logistique.solvers.decisions import cost_of
from logistique.solvers.feasible import feasible
from logistique.solvers.formulation import formulate
from logistique.solvers.staged_form import staged_form
from logistique.solvers.staged_search import staged_search
from logistique.solvers.valid_price import valid_price
from logistique.solvers.whole_services import Choices, whole_services

LIMITS = lg.Limits(time_s=20, gap=0.0)


@pytest.mark.parametrize("seed", [*range(30), 213])
def test_bounds_and_plans_of_random_problems(seed):
    problem = random_problem(seed)
    if problem is None or problem.total_demand == 0:
        pytest.skip("the draw is refused as input, or asks for nothing")
    best = brute_force(problem)
    found = staged_search(problem, dataclasses.replace(LIMITS, time_s=2), lambda *_: None)
    if found.decisions is None:
        assert found.bound <= best + 1e-6 * max(1.0, abs(best))
        return
    assert found.bound <= best + 1e-6 * max(1.0, abs(best))
    assert found.cost >= best - 1e-6 * max(1.0, abs(best))
    assert found.cost == pytest.approx(cost_of(problem, found.decisions))


@pytest.mark.parametrize("seed", range(24))
def test_any_valid_price_bounds(seed):
    """Whatever the prices, what the search proves is below the cost of every plan."""
    problem = random_problem(seed)
    if problem is None or problem.total_demand == 0 or not problem.requirements:
        pytest.skip("the draw is refused as input, asks for nothing or has no rule")
    rng = np.random.default_rng(seed)
    prices = np.array([valid_price(rule, rng.normal(0, 3)) for rule in problem.requirements])
    form = staged_form(problem, prices)
    watch = Watch(dataclasses.replace(LIMITS, time_s=2))
    try:
        found = WideSearch(form.question, form.source, watch, form.priced).run()
    except InfeasibleError:
        pytest.skip("no answer in whole quantities")
    best = brute_force(problem)
    assert found.bound + form.offset <= best + 1e-6 * max(1.0, abs(best))


def city(n=300, k=24, p=4, seed=2, *, single=True, near=0.8, price=None):
    """Two levels with sizes, floors, territories, a budget and coverage."""
    rng = np.random.default_rng(seed)
    homes, places, zones = rng.random((n, 2)), rng.random((k, 2)), rng.random((p, 2))
    demand = np.round(rng.uniform(1, 20, n), 2)
    apart = np.linalg.norm(homes[:, None] - places[None], axis=2)
    total = demand.sum()
    room = np.tile([total / 16, total / 8], k)
    opening = np.tile([200.0, 320.0], k) * rng.uniform(0.7, 1.3, 2 * k)
    site = np.repeat(np.arange(k), 2)
    east, none = places[site, 0] > 0.5, np.zeros(p)
    return lg.Problem.of(
        demand, 3.0 * demand[:, None] * apart, option_site=site,
        option_cost=opening, option_capacity=room, option_floor=room / 10,
        feed_cost=0.3 * np.linalg.norm(zones[:, None] - places[None], axis=2),
        storage_cost=np.full(p, 250.0), storage_capacity=np.full(p, 0.45 * total),
        single_sourcing=single,
        requirements=[
            count("hubs", np.ones(2 * k), none, at_most=14),
            count("east", east, none, at_least=2, at_most=5),
            budget("money", opening, np.full(p, 100.0), 3600.0),
            coverage("near", demand, apart < 0.3, near, n_options=2 * k, n_storages=p,
                     shortfall_price=price),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("price", [None, 0.05])
def test_plans_obey_every_rule_and_bounds_hold(single, price):
    problem = city(n=120, k=14, single=single, price=price)
    found = staged_search(problem, lg.Limits(time_s=8, gap=0.01), lambda *_: None)
    assert found.decisions is not None
    relaxed = formulate(problem.replace(single_sourcing=False)).model
    exact = milp(
        relaxed.cost, integrality=relaxed.integer.astype(int),
        bounds=(relaxed.lower, relaxed.upper),
        constraints=LinearConstraint(relaxed.matrix, relaxed.row_lower, relaxed.row_upper),
        options={"time_limit": 60, "mip_rel_gap": 0.01},
    )  # fmt: skip
    assert exact.x is not None
    assert found.bound <= exact.fun + relaxed.offset + 1e-6
    assert found.cost >= exact.mip_dual_bound + relaxed.offset - 1e-6
    assert found.cost <= 1.08 * (exact.fun + relaxed.offset)


def test_sites_without_room_to_spare_are_no_wrong_input():
    """Single sources where all sites are full to the brim: a plan or none, with a bound."""
    n, k = 120, 6
    homes, places = np.linspace(0, 1, n), np.linspace(0, 1, k)
    problem = lg.Problem.of(
        np.ones(n), np.abs(homes[:, None] - places[None]), option_cost=np.full(k, 1.0),
        option_capacity=np.full(k, n / k), single_sourcing=True,
    )  # fmt: skip
    found = staged_search(problem, lg.Limits(time_s=5, gap=0.01), lambda *_: None)
    rows, columns = linear_sum_assignment(np.repeat(problem.service_cost, n // k, axis=1))
    best = k + np.repeat(problem.service_cost, n // k, axis=1)[rows, columns].sum()
    assert found.bound <= best + 1e-6
    assert found.cost >= best - 1e-6


def test_the_plan_of_a_large_problem_is_verified(monkeypatch):
    monkeypatch.setattr(choose, "LARGE_ARCS", 1_000)
    problem = city()
    plan = lg.solve_problem(problem, lg.Limits(time_s=30, gap=0.03))
    assert plan.method == "staged-lagrangian"
    verdict = verify(problem, plan)
    assert verdict.ok, verdict
    assert plan.gap <= 0.03 + 1e-9


def test_an_interrupted_search_returns_its_plan():
    """Stopped once it has an answer, it still finds the single sources of a plan."""
    stop = threading.Event()
    problem = city(n=400, k=30)
    ready = Watch(lg.Limits(time_s=60))
    rehearse("stages", ready, rehearse_stages)
    rehearse("split customers", ready, rehearse_split)

    def tell(_incumbent, _bound, phase):
        if phase == "clients":
            stop.set()

    found = staged_search(problem, lg.Limits(time_s=120, gap=0.0), tell, stop)
    assert found.interrupted
    assert found.decisions is not None
    assert feasible(problem, found.decisions)


def test_what_the_two_level_search_leaves_is_taken_up(monkeypatch):
    """Rules that no plan obeys are found out, and said, by the search that follows."""
    monkeypatch.setattr(choose, "LARGE_ARCS", 100)
    monkeypatch.setattr(large, "_FIRST", 0.2)
    problem = city(n=40, k=8)
    rule = budget("money", np.full(16, 100.0), np.zeros(4), 50.0)
    with pytest.raises(InfeasibleError, match="money"):
        lg.solve_problem(problem.replace(requirements=(rule,)), lg.Limits(time_s=20, gap=0.01))


def stages_of(random, n=12, m=6, s=3):
    """Small question of one product, with every arc."""
    client, site = np.divmod(np.arange(n * m), m)
    demand = random.integers(1, 9, n).astype(float)
    total = demand.sum()
    return Stages(
        demand=demand, product=np.zeros(n, dtype=np.int64), option_site=np.arange(m),
        option_cost=random.uniform(5, 20, m), option_capacity=np.full((m, 1), np.ceil(total / 2)),
        option_floor=np.zeros(m), storage_cost=random.uniform(5, 20, s),
        storage_floor=np.zeros(s), storage_capacity=np.full((s, 1), total),
        feed=random.uniform(0, 1, (1, s, m)),
        arcs=Arcs.of(site, client, random.uniform(0, 30, n * m), m),
        unserved=np.full(n, np.inf), sites=Side.free(m), storages=Side.free(s),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_prices_of_rules_bound_and_raise(seed):
    """Against the whole model with the rules, solved by scipy; and better than no prices at all."""
    random = np.random.default_rng(seed)
    stages = stages_of(random)
    m, s = stages.n_sites, stages.n_storages
    arcs = stages.arcs
    near = (random.random(arcs.client.size) < 0.5) * stages.demand[arcs.client]
    rules = rule_ascent.LinearRules(
        option=np.vstack([np.zeros(m), np.ones(m)]), storage=np.zeros((2, s)),
        arc=np.vstack([near, np.zeros(near.size)]),
        lower=np.array([0.8 * stages.demand.sum(), -np.inf]), upper=np.array([np.inf, 3.0]),
        most=np.array([np.inf, np.inf]),
    )  # fmt: skip
    watch = Watch(lg.Limits(time_s=60))
    price, bound = rule_ascent.climbed_rules(LinkAscent, stages, rules, 300, watch)
    optimum = whole_model(stages, rules)
    free = dataclasses.replace(rules, lower=np.full(2, -np.inf), upper=np.full(2, np.inf))
    without = rule_ascent.climbed_rules(LinkAscent, stages, free, 300, watch)[1]
    assert price[0] >= 0
    assert price[1] <= 0
    assert bound <= optimum + 1e-6
    assert bound >= without - 1e-3 * abs(without)
    linear = whole_model(stages, rules, integral=False)
    assert bound >= linear - 0.02 * abs(linear)


def whole_model(stages, rules, *, integral=True):
    """Optimum (or linear bound) of a question with rules, inf if there is none."""
    n, m, s, e = stages.n, stages.n_sites, stages.n_storages, stages.arcs.client.size
    client, site = stages.arcs.client, stages.arcs.pair
    size = m + s + e + s * m
    y, z, x, w = np.arange(m), m + np.arange(s), m + s + np.arange(e), m + s + e
    rows, low, high = [], [], []

    def add(entries, least, most):
        row = np.zeros(size)
        for place, value in entries:
            row[place] += value
        rows.append(row)
        low.append(least)
        high.append(most)

    for i in range(n):
        add([(x[a], 1.0) for a in np.flatnonzero(client == i)], 1, 1)
    for a in range(e):
        add([(x[a], 1.0), (y[site[a]], -1.0)], -np.inf, 0)
    for j in range(m):
        load = [(x[a], stages.demand[client[a]]) for a in np.flatnonzero(site == j)]
        add([*load, (y[j], -stages.option_capacity[j, 0])], -np.inf, 0)
        add([*load, *((w + k * m + j, -1.0) for k in range(s))], 0, 0)
        for k in range(s):
            add([(w + k * m + j, 1.0), (z[k], -stages.demand.sum())], -np.inf, 0)
    for option, storage, arc, least, most in zip(
        rules.option, rules.storage, rules.arc, rules.lower, rules.upper, strict=True
    ):
        rows.append(np.concatenate([option, storage, arc, np.zeros(s * m)]))
        low.append(least)
        high.append(most)
    cost = np.concatenate(
        [stages.option_cost, stages.storage_cost, stages.arcs.cost, stages.feed[0].ravel()]
    )
    upper = np.concatenate([np.ones(m + s + e), np.full(s * m, np.inf)])
    whole = np.concatenate([np.full(m + s, int(integral)), np.zeros(e + s * m, dtype=int)])
    answer = milp(cost, integrality=whole, bounds=(np.zeros(size), upper),
                  constraints=LinearConstraint(np.array(rows), low, high))  # fmt: skip
    return answer.fun if answer.status == 0 else np.inf


@pytest.mark.parametrize("seed", range(20))
def test_the_nearest_places_obey_the_rules(seed):
    """Found whenever enumeration finds some, and as near as the nearest, within the gap asked for."""
    random = np.random.default_rng(seed)
    stages = stages_of(random)
    m, s = stages.n_sites, stages.n_storages
    rules = PlaceRules(
        np.vstack([random.integers(0, 4, m), random.random(m) < 0.5]).astype(float),
        np.vstack([random.integers(0, 4, s), np.zeros(s)]).astype(float),
        np.array([-np.inf, 1.0]), np.array([float(random.integers(2, 9)), 2.0]),
    )  # fmt: skip
    stages = dataclasses.replace(stages, rules=rules)
    wish = random.random(m + s)
    zero = Prices(None, 0.0, np.zeros(m), np.zeros(s))
    relaxation = Relaxation(zero, wish[:m], wish[m:], 1.0)
    found = nearest(stages, rules, relaxation, wish, Watch(lg.Limits(time_s=30)))
    least = np.inf
    for bits in range(2 ** (m + s)):
        chosen = np.array([bits >> k & 1 for k in range(m + s)], dtype=bool)
        option = np.where(chosen[:m], np.arange(m), -1)
        fits = stages.option_capacity[chosen[:m]].sum() >= stages.demand.sum()
        if fits and chosen[m:].any() and allowed(stages, option, chosen[m:]):
            least = min(least, ((1 - 2 * wish) * chosen).sum())
    if found is None:
        assert np.isinf(least)
        return
    option, storage = found
    assert allowed(stages, option, storage)
    value = ((1 - 2 * wish) * np.concatenate([option >= 0, storage])).sum()
    assert value <= least + 0.05 * abs(least) + 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_whole_services_keep_to_their_rooms(seed):
    random = np.random.default_rng(seed)
    n, k = 30, 4
    demand = random.integers(1, 10, n).astype(float)
    consumer, site = np.divmod(np.arange(n * k), k)
    room = np.full(k, np.ceil(demand.sum() / k) + 6)
    choices = Choices.of(consumer, site, random.uniform(0, 9, n * k), n)
    share = np.zeros(n * k)
    share[np.arange(n) * k + random.integers(0, k, n)] = 1.0
    for i in range(0, n, 5):
        share[i * k : (i + 1) * k] = 1.0 / k
    load = np.bincount(site, share * demand[consumer], k)
    share[:] = np.where(load[site] > room[site], 0.0, share)
    arc = whole_services(choices, demand, room, share, np.ones(n, dtype=bool))
    assert arc is not None
    assert (choices.consumer[arc] == np.arange(n)).all()
    assert (np.bincount(site[arc], demand, k) <= room + 1e-9).all()
    stays = np.flatnonzero(share >= 1.0)
    assert np.isin(arc, stays).sum() >= stays.size - (n - stays.size)
