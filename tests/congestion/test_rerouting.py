"""The choice under re-routing drivers against enumeration on small rings."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from congestion.rings import ring_problem

from logistique.congestion import (
    CongestedProblem,
    Flows,
    Period,
    Roads,
    Traffic,
    routing,
    solve_congested,
)
from logistique.congestion.rerouting import Drivers, equilibrium_eur, neighbours, recommend
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.traffic.assignment import equilibrium
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

LIMITS = Limits(gap=1e-4, time_s=60)


def _town(seed: int) -> tuple[CongestedProblem, Drivers]:
    """A ring whose cars are in equilibrium, with a hub to choose among four sites."""
    rng = np.random.default_rng(seed)
    base = ring_problem(seed, nodes=6, sites=4, consumers=4, periods=1)
    roads = base.traffic.roads
    network = TrafficNetwork(6, roads.tail, roads.head)
    delay = VolumeDelay.bpr(np.tile(rng.uniform(0.05, 0.3, 6), 2), rng.uniform(300, 900, 12))
    origin, end = np.nonzero(~np.eye(6, dtype=bool))
    cars = VehicleClass(origin, end, rng.uniform(20, 120, origin.size))
    loaded = equilibrium(network, cars, delay, gap=1e-12)
    period = Period("hour", 1.0, delay, loaded.load)
    service = replace(base.traffic.service, share=np.ones(1), pcu=base.traffic.service.pcu / 4)
    traffic = replace(base.traffic, periods=(period,), service=service)
    return CongestedProblem(base.problem, traffic), Drivers(network, (delay,), (cars,), 1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_set_of_sites_is_found(seed: int) -> None:
    question, drivers = _town(seed)
    answer = solve_congested(question, LIMITS)
    found = recommend(question, drivers, answer)
    alone = drivers.alone_h()
    plans, seen = [answer.best], {answer.best.open_option.tobytes()}
    for plan in plans:
        for other in neighbours(question, plan):
            if other.open_option.tobytes() not in seen:
                seen.add(other.open_option.tobytes())
                plans.append(other)
    assert len(plans) == 15
    truth = [equilibrium_eur(question, drivers, plan, alone) for plan in plans]
    assert found.eur <= min(truth) * (1 + 2e-3)
    assert found.eur <= found.certified_eur
    assert found.judged <= 40


def test_pigou_with_a_lorry_by_hand() -> None:
    """Cars between two parallel links, t = 1 and t = v; half a lorry there and back.

    Alone all cars take the second link: 1 hour. The lorry has the first one left, which takes
    1 hour as well, and nobody else loses anything.
    """
    network = TrafficNetwork(2, np.array([0, 0, 1]), np.array([1, 1, 0]))
    delay = VolumeDelay.piecewise(
        np.array([1.0, 1.0, 0.25]),
        np.ones(3),
        [([0.0, 1.0], [1.0, 1.0]), ([0.0, 1.0], [0.0, 1.0])],
        np.array([0, 1, 0]),
    )
    cars = VehicleClass(np.array([0]), np.array([1]), np.array([1.0]))
    drivers = Drivers(network, (delay,), (cars,), 1e-12)
    assert drivers.alone_h() == pytest.approx((1.0,))
    load = equilibrium(network, cars, delay, gap=1e-12).load
    service = Flows(
        hub=np.array([[0, 0]]),
        place=np.array([[1, 1]]),
        pcu=np.array([[0.5]]),
        kind=np.zeros((1, 1), dtype=np.int64),
        share=np.ones(1),
    )
    traffic = Traffic(
        Roads.of(2, network.tail, network.head),
        (Period("hour", 1.0, delay, load),),
        service,
        None,
        10.0,
    )
    problem = Problem.of([1.0], [[3.0]], option_cost=[2.0])
    question = CongestedProblem(problem, traffic)
    answer = solve_congested(question, LIMITS)
    # System-optimal: the lorry costs nobody anything on the first link.
    assert answer.objective == pytest.approx(5.0, abs=1e-6)
    cost = equilibrium_eur(question, drivers, answer.best, drivers.alone_h())
    assert cost == pytest.approx(5.0, abs=1e-6)


def test_neighbours_are_all_sets_one_change_away() -> None:
    question, _ = _town(1)
    answer = solve_congested(question, LIMITS)
    opened = frozenset(np.flatnonzero(answer.best.open_option).tolist())
    found = {
        frozenset(np.flatnonzero(p.open_option).tolist()) for p in neighbours(question, answer.best)
    }
    expected = set()
    for size in range(1, 5):
        for sites in itertools.combinations(range(4), size):
            added, removed = set(sites) - opened, opened - set(sites)
            if len(added) + len(removed) > 0 and len(added) <= 1 and len(removed) <= 1:
                expected.add(frozenset(sites))
    assert found == expected


@pytest.mark.parametrize("seed", range(6))
def test_routes_by_bushes_are_those_by_mixtures(seed: int) -> None:
    """The two ways of routing a plan bracket the same least delay."""
    question, _ = _town(seed)
    heavy = replace(question.traffic.service, pcu=question.traffic.service.pcu * 12)
    busy = CongestedProblem(question.problem, replace(question.traffic, service=heavy))
    rng = np.random.default_rng(seed)
    x = np.eye(4)[rng.integers(0, 4, 4)]
    parts = routing._active(busy, x, np.zeros((0, 4)))
    period = busy.traffic.periods[0]
    flow, miss = routing._by_bushes(busy, parts, 0, 1e-6)
    assert miss <= 1e-6
    mixture = routing.Mixture.of(routing.columns(busy, parts, 0, period.marginal(np.zeros(12))))
    for _ in range(60):
        marginal = period.marginal(mixture.flow)
        mixture.add(routing.columns(busy, parts, 0, marginal), marginal)
        mixture.settle(period, 1e-9)
    least, other = period.delay(flow), period.delay(mixture.flow)
    assert least <= other * (1 + 1e-9) + 1e-6
    assert other <= least * (1 + 1e-3)
