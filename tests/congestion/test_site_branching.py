"""Bounds by hub and branching on sites against enumeration, finite differences, brute force."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from congestion.rings import enumerate_ring, ring_problem

from logistique.congestion import CongestedProblem
from logistique.congestion import located as located_module
from logistique.congestion.hub_mixture import HubMixture, HubPlan
from logistique.congestion.hub_prices import Point, hub_prices
from logistique.congestion.located import Settled, located
from logistique.congestion.routing import route
from logistique.congestion.search import _Search
from logistique.congestion.site_branching import SiteTree
from logistique.errors import NoSolutionError
from logistique.location.watch import Watch
from logistique.model.docks import Docks
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.model.requirements import count
from logistique.solvers.median_form import as_uncapacitated


def test_prices_by_hub_never_exceed_the_delay_of_any_plan() -> None:
    """Whatever flows tangents are taken at, and whatever the shares of the two kinds."""
    rng = np.random.default_rng(0)
    near = 0.0
    for seed in range(8):
        question = ring_problem(seed)
        n, k = question.problem.n_consumers, question.problem.n_sites
        links = question.traffic.roads.n_links
        for _ in range(10):
            points = [
                Point(rng.uniform(0, 500, links), rng.uniform(0, 1, links),
                      rng.uniform(0, 500, (k, links)))
                for _ in question.traffic.periods
            ]  # fmt: skip
            prices = hub_prices(question, np.arange(k), points)
            x = np.eye(k)[rng.integers(0, k, n)]
            routed = route(question, x, np.zeros((0, k)), within_eur=1e-3)
            own = float((question.own_hours[0] * x).sum())
            cost = routed.eur + question.traffic.value_of_time * own
            bound = prices.constant + float((prices.service * x).sum())
            bound -= float(prices.refund[x.any(axis=0)].sum())
            assert bound <= cost - routed.slack_eur + 1e-6 * cost
            near = max(near, bound / cost)
    assert near > 0.5


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_prices_are_exact_for_the_one_hub_whose_flows_they_were_taken_at(share: float) -> None:
    """A plan of one hub, tangents at its best flows: together or alone, nothing is lost."""
    for seed in range(6):
        question = ring_problem(seed)
        k, n = question.problem.n_sites, question.problem.n_consumers
        x = np.zeros((n, k))
        x[:, 1] = 1.0
        routed = route(question, x, np.zeros((0, k)), within_eur=1e-6)
        links = question.traffic.roads.n_links
        points = [
            Point(flow, np.full(links, share), np.tile(flow, (k, 1))) for flow in routed.flows
        ]
        prices = hub_prices(question, np.arange(k), points)
        bound = prices.constant + float(prices.service[:, 1].sum()) - float(prices.refund[1])
        own = float(question.own_hours[0][:, 1].sum())
        cost = routed.eur + question.traffic.value_of_time * own
        assert bound == pytest.approx(cost, rel=1e-6)


def _mixture(seed: int) -> HubMixture:
    question = ring_problem(seed)
    rng = np.random.default_rng(seed)
    links, k = question.traffic.roads.n_links, question.problem.n_sites
    plans = []
    for hubs in ([0], [0, 1], [1, 2]):
        flows = tuple(
            rng.uniform(0, 300, (len(hubs), links)) * rng.integers(0, 2, (len(hubs), links))
            for _ in question.traffic.periods
        )
        chosen = np.asarray(hubs)[rng.integers(0, len(hubs), 4)]
        served = (chosen == np.array(hubs)[:, None]).astype(float)
        opened = np.ones(len(hubs))
        plans.append(HubPlan(rng.uniform(0, 3000), np.array(hubs), opened, served, flows))
    return HubMixture.of(question.traffic, k, plans)


def _value(mixture: HubMixture, weight: np.ndarray) -> float:
    """Price of the larger of both kinds of delay on every link, from its definition."""
    traffic = mixture.traffic
    value = float(weight @ [plan.eur for plan in mixture.plans])
    for number, period in enumerate(traffic.periods):
        by_hub = np.zeros((mixture.k, traffic.roads.n_links))
        opened = np.zeros(mixture.k)
        for share, plan in zip(weight, mixture.plans, strict=True):
            opened[plan.hubs] += share
            by_hub[plan.hubs] += share * plan.flows[number]

        def delay(flow: np.ndarray, period=period) -> np.ndarray:
            there = period.background + flow
            before = period.background * period.times.time(period.background)
            return there * period.times.time(there) - before

        apart = sum(y * delay(v / y) for y, v in zip(opened, by_hub, strict=True) if y > 0)
        larger = np.maximum(delay(by_hub.sum(axis=0)), apart)
        value += traffic.value_of_time * period.hours * float(larger.sum())
    return value


@pytest.mark.parametrize("seed", range(8))
def test_shares_are_the_best_of_a_grid(seed: int) -> None:
    mixture, parts = _mixture(seed), 60
    blunt = 0.01
    found = mixture.settled(blunt, 1e-3)
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.weight.min() >= 0
    smooth = found.eur(found.slopes(blunt))
    here = _value(found, found.weight)
    links = sum(2 * 6 for _ in mixture.traffic.periods)
    assert here <= smooth * (1 + 1e-12) <= here + links * blunt * np.log(2) + 1e-6
    least = min(
        _value(mixture, np.array([i, j, parts - i - j]) / parts)
        for i in range(parts + 1)
        for j in range(parts + 1 - i)
    )
    assert here <= least + links * blunt + 1e-6 * least


@pytest.mark.parametrize("seed", range(6))
def test_slopes_of_a_mixture_by_finite_differences(seed: int) -> None:
    mixture = _mixture(seed)
    blunt = 50.0
    middle = np.array([0.5, 0.3, 0.2])
    cost = mixture._costs(mixture.slopes(blunt, middle))

    def value(weight: np.ndarray) -> float:
        now = replace(mixture, weight=weight)
        return now.eur(now.slopes(blunt))

    for one, other in itertools.permutations(range(3), 2):
        step = 1e-5 * (np.eye(3)[one] - np.eye(3)[other])
        slope = (value(middle + step) - value(middle - step)) / 2e-5
        assert slope == pytest.approx(cost[one] - cost[other], rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_curvature_of_a_mixture_by_finite_differences(seed: int) -> None:
    mixture = _mixture(seed)
    blunt = 500.0
    middle = np.array([0.5, 0.3, 0.2])
    curvature = mixture._curvature(mixture.slopes(blunt, middle), blunt, middle)

    def cost(weight: np.ndarray) -> np.ndarray:
        return mixture._costs(mixture.slopes(blunt, weight))

    for one, other in itertools.combinations(range(3), 2):
        along = np.eye(3)[one] - np.eye(3)[other]
        change = (cost(middle + 1e-5 * along) - cost(middle - 1e-5 * along)) / 2e-5
        assert curvature @ along == pytest.approx(change, rel=1e-2, abs=1e-2 * abs(change).max())


@pytest.mark.parametrize("few", [0, 12])
@pytest.mark.parametrize("seed", range(30))
def test_located_keeps_to_what_is_settled(
    seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By multipliers, and by a look at every set, whose bound is the optimum."""
    monkeypatch.setattr(located_module, "FEW", few)
    rng = np.random.default_rng(seed)
    n, k = 6, 5
    cost = rng.uniform(1, 9, (n, k))
    opening = rng.uniform(-1, 6, k)
    least, most = (1, k) if seed % 3 else (2, 3)
    rules = [count("sites", np.ones(k, bool), np.zeros(0, bool), at_least=least, at_most=most)]
    problem = Problem.of(np.ones(n), cost, option_cost=opening, requirements=rules)
    state = rng.integers(0, 4, k)
    settled = Settled(state == 0, state == 1, rng.random((n, k)) < 0.2)
    priced = np.where(settled.barred, np.inf, cost)
    values = {}
    for open_ in itertools.product([False, True], repeat=k):
        now = np.array(open_)
        if (settled.opened & ~now).any() or (settled.shut & now).any():
            continue
        if least <= now.sum() <= most:
            value = opening[now].sum() + priced[:, now].min(axis=1, initial=np.inf).sum()
            values[open_] = float(value)
    best = min(values.values(), default=np.inf)
    limit = best + 0.5
    watch = Watch(Limits(time_s=60))
    seen = as_uncapacitated(problem)
    found = located(seen, settled, cost, opening, None, limit, watch)
    if np.isinf(best):
        assert found is None
        return
    assert found is not None
    assert found.bound <= best + 1e-9
    if few:
        assert found.bound == pytest.approx(best)
    plan = tuple(np.isin(np.arange(k), found.hubs).tolist())
    assert np.isfinite(values[plan])
    for open_, value in values.items():
        if value < limit - 1e-6:
            assert not (found.shut & open_).any()
            assert (np.array(open_) | ~found.opened).all()


def _branched(question: CongestedProblem, gap: float) -> tuple[SiteTree, _Search]:
    """Search by branching alone, from one plan and tangents without traffic."""
    search = _Search(question, Watch(Limits(gap=gap, time_s=60)), "auto")
    search.linear_rounds(1)
    first = search.best
    assert first is not None
    tree = SiteTree(question, search.watch, search._judged, search._bounded, first.eur)
    still = [np.zeros(question.traffic.roads.n_links) for _ in question.traffic.periods]
    tree.search(still, [first.decisions])
    return tree, search


def test_branching_alone_proves_the_optimum() -> None:
    gap, divided = 1e-4, 0
    for seed in range(400, 412):
        question = ring_problem(seed, nodes=5, sites=3, consumers=3, periods=1 + seed % 2)
        least, most = enumerate_ring(question)
        tree, search = _branched(question, gap)
        assert tree.bound <= most * (1 + 1e-9), seed
        assert search.best is not None
        assert tree.best == search.best.eur
        assert least * (1 - 1e-9) <= tree.best <= most * (1 + 1.01 * gap), seed
        assert tree.best - tree.bound <= gap * tree.best, seed
        for item in search.rounds:
            assert item.best_bound <= most * (1 + 1e-9), seed
        divided += tree.nodes > 1
    assert divided > 1


def test_split_consumers_are_never_dearer() -> None:
    """Where consumers may be split, the optimum lies between the bound and the single one."""
    for seed in range(450, 456):
        question = ring_problem(seed, nodes=5, sites=2, consumers=3, periods=1)
        single, _ = _branched(question, 1e-4)
        loose = replace(question.problem, single_sourcing=False)
        tree, _ = _branched(CongestedProblem(loose, question.traffic), 1e-4)
        assert tree.bound <= single.best
        assert tree.best <= single.best * (1 + 1e-4)
        assert tree.best - tree.bound <= 1e-4 * tree.best


def test_time_that_is_up_at_the_root_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans found before stay the answer, with the bound proved before."""

    def none_in_time(*_: object) -> None:
        raise NoSolutionError("time is up")

    monkeypatch.setattr("logistique.congestion.site_branching.located", none_in_time)
    for seed in range(400, 404):
        question = ring_problem(seed, nodes=5, sites=3, consumers=3, periods=1)
        tree, search = _branched(question, 1e-6)
        assert tree.bound == -np.inf
        least, most = enumerate_ring(question)
        assert search.best is not None
        assert search.best.eur >= least * (1 - 1e-9)
        assert search.bound <= most * (1 + 1e-9)


def test_docks_and_large_questions_are_not_branched(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ring_problem(3)
    assert _Search(question, Watch(Limits()), "auto")._branches()
    docks = Docks("quadratic", np.full(3, 2.0), np.full(3, 5.0))
    full = CongestedProblem(question.problem.replace(docks=docks), question.traffic)
    assert not _Search(full, Watch(Limits()), "auto")._branches()
    monkeypatch.setattr("logistique.congestion.search.BRANCHING_ENTRIES", 10)
    assert not _Search(question, Watch(Limits()), "auto")._branches()
