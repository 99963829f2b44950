"""Lorries from the gateways to the storage zones, as feeds in disguise and by enumeration."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from congestion.rings import ring_problem

from logistique.congestion import CongestedProblem, Flows, solve_congested
from logistique.congestion.cuts import cuts_at
from logistique.congestion.routing import route
from logistique.errors import InvalidInputError
from logistique.model.limits import Limits
from logistique.model.problem import Problem

LIMITS = Limits(gap=1e-4, time_s=60)
NO_KIND = np.int64


def _flows(hub, place, pcu, share) -> Flows:
    kind = np.zeros(pcu.shape, dtype=NO_KIND)
    hub, place = (np.repeat(np.asarray(ends)[:, None], 2, axis=1) for ends in (hub, place))
    return Flows(hub, place, pcu, kind, share)


def two_levels(seed: int, *, own_feed: bool) -> tuple[CongestedProblem, CongestedProblem]:
    """Return one gateway's lorries as approach, and the same lorries as feeds.

    A feed goes between the zone and the depot; for the second all depots lie at the gateway.
    """
    base = ring_problem(seed, sites=2, consumers=3, periods=1 + seed % 2)
    rng = np.random.default_rng(seed)
    k, p, nodes = 2, 2, base.traffic.roads.n_nodes
    at, gateway = rng.permutation(nodes)[:p], int(rng.integers(nodes))
    problem = Problem.of(
        demand=np.ones(3),
        service_cost=base.problem.service_cost,
        option_cost=base.problem.option_cost,
        feed_cost=rng.uniform(10, 80, (p, k)),
        storage_cost=rng.uniform(20, 150, p),
    )
    share = base.traffic.service.share
    amount = float(rng.uniform(100, 400))
    sites = base.traffic.service.hub[:, 0]
    pcu = rng.uniform(20, 90, (p, k)) if own_feed else np.zeros((p, k))
    feed = _flows(at, sites, pcu, share)
    approach = _flows([gateway], at, np.full((1, p), amount), share)
    as_feed = _flows(at, [gateway] * k, np.full((p, k), amount), share)
    one = replace(base.traffic, feed=feed, approach=approach)
    other = replace(base.traffic, feed=as_feed)
    return CongestedProblem(problem, one), CongestedProblem(problem, other)


def decisions(question: CongestedProblem):
    """Yield every plan: consumers to depots, depots to storage zones."""
    n, k, p = (
        question.problem.n_consumers, question.problem.n_sites, question.problem.n_storages,
    )  # fmt: skip
    for served in itertools.product(range(k), repeat=n):
        for fed in itertools.product(range(p), repeat=k):
            x = np.eye(k)[list(served)]
            yield x, np.eye(p)[list(fed)].T * x.sum(axis=0)


@pytest.mark.parametrize("seed", range(4))
def test_approach_is_a_feed_in_disguise(seed: int) -> None:
    one, other = two_levels(seed, own_feed=False)
    rng = np.random.default_rng(seed)
    links = one.traffic.roads.n_links
    at = [rng.uniform(0, 500, links) for _ in one.traffic.periods]
    for a, b in zip(cuts_at(one, at), cuts_at(other, at), strict=True):
        assert a.constant == pytest.approx(b.constant)
        assert a.feed == pytest.approx(b.feed)
    assert one.own_hours[1] == pytest.approx(other.own_hours[1])
    for x, feed in decisions(one):
        a, b = (route(q, x, feed, within_eur=1e-4) for q in (one, other))
        assert a.eur == pytest.approx(b.eur, rel=1e-5, abs=1e-3)
    a, b = solve_congested(one, LIMITS), solve_congested(other, LIMITS)
    assert a.objective == pytest.approx(b.objective, rel=2e-4)


@pytest.mark.parametrize("seed", range(20, 25))
def test_the_bound_holds_with_feeds_and_approach(seed: int) -> None:
    """No plan found by hand is below the bound, none is better than the answer."""
    question, _ = two_levels(seed, own_feed=True)
    problem = question.problem
    values = []
    for x, feed in [*decisions(question), *_mixed(question, seed)]:
        routed = route(question, x, feed, within_eur=1e-4)
        cost = (problem.service_cost * x).sum() + (problem.feed_cost * feed).sum()
        cost += problem.option_cost[x.sum(axis=0) > 0].sum()
        cost += problem.storage_cost[feed.sum(axis=1) > 0].sum()
        values.append(cost + routed.eur)
    answer = solve_congested(question, LIMITS)
    assert answer.lower_bound <= min(values) * (1 + 1e-9)
    assert answer.objective <= min(values) * (1 + 2e-4)
    assert answer.gap <= LIMITS.gap
    best = answer.best
    again = route(question, best.assignment, best.feed, within_eur=1e-4)
    assert again.eur == pytest.approx(best.routed.eur, rel=1e-3, abs=1e-2)


def _mixed(question: CongestedProblem, seed: int):
    """Yield plans that feed depots from both storage zones."""
    rng = np.random.default_rng(seed)
    n, k = question.problem.n_consumers, question.problem.n_sites
    for _ in range(20):
        x = np.eye(k)[rng.integers(0, k, n)]
        part = rng.uniform(0, 1, k)
        yield x, np.stack([part, 1 - part]) * x.sum(axis=0)


def test_all_lorries_are_on_the_roads() -> None:
    """On an empty ring with fixed times each part's flow is the sum of its trips."""
    question, _ = two_levels(3, own_feed=True)
    x = np.eye(2)[[0, 1, 1]]
    feed = np.array([[1.0, 0.0], [0.0, 2.0]])
    alone = replace(question.traffic, approach=None)
    with_all = route(question, x, feed, within_eur=1e-9)
    without = route(CongestedProblem(question.problem, alone), x, feed, within_eur=1e-9)
    approach = question.traffic.approach
    period = question.traffic.periods[0]
    more = with_all.flows[0].sum() - without.flows[0].sum()
    rate = float((approach.pcu[0] * feed.sum(axis=1)).sum()) * approach.share[0] / period.hours
    assert more >= 2 * rate  # at least one link out and one back for every lorry


def test_approach_without_feeds_is_refused() -> None:
    question, _ = two_levels(0, own_feed=False)
    with pytest.raises(InvalidInputError, match="without feed"):
        CongestedProblem(question.problem, replace(question.traffic, feed=None))
