"""The choice under re-routing drivers against enumeration on small rings."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from congestion.rings import ring_problem
from traffic.certificate import shortest

from logistique.congestion import (
    CongestedProblem,
    Flows,
    Period,
    Roads,
    Traffic,
    routing,
    solve_congested,
)
from logistique.congestion.drivers import Drivers, equilibrium_eur
from logistique.congestion.rerouting import neighbours, recommend
from logistique.congestion.screening import Screen, on_sites
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, cost_of
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


def _every_assignment(question: CongestedProblem) -> list[Decisions]:
    problem = question.problem
    n, k = problem.n_consumers, problem.n_sites
    plans = []
    for chosen in itertools.product(range(k), repeat=n):
        option = np.isin(np.arange(k), chosen)
        storage, feed = np.zeros(0, dtype=bool), np.zeros((0, k))
        plans.append(Decisions(option, storage, np.eye(k)[list(chosen)], feed))
    return plans


@pytest.mark.parametrize("seed", range(6))
def test_the_best_plan_of_all_is_found(seed: int) -> None:
    question, drivers = _town(seed)
    found = recommend(question, drivers, solve_congested(question, LIMITS))
    truth = [equilibrium_eur(question, drivers, plan) for plan in _every_assignment(question)]
    assert len(truth) == 256
    assert found.eur <= min(truth) * (1 + 5e-3)
    assert found.eur >= min(truth) * (1 - 1e-9)
    assert found.eur <= found.certified_eur
    assert found.judged <= 24


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_costs_what_an_equilibrium_from_nothing_says(seed: int) -> None:
    """Cars and lorries as two classes, started cold, the times of the lorries by Dijkstra."""
    question, drivers = _town(seed)
    plan = _every_assignment(question)[7]
    (period,) = question.traffic.periods
    service = question.traffic.service
    trips = [
        (int(service.hub[j, 0]), int(service.place[i, 0]), float(service.pcu[j, i]))
        for i, j in enumerate(plan.assignment.argmax(axis=1))
    ]
    trips += [(end, start, q) for start, end, q in trips]
    origin, end, amount = (np.array(part) for part in zip(*trips, strict=True))
    lorries = VehicleClass(origin, end, amount, "lorries")
    cars, delay = drivers.trips[0], drivers.delay[0]
    both = equilibrium(drivers.network, (cars, lorries), delay, gap=1e-12)
    alone = equilibrium(drivers.network, cars, delay, gap=1e-12)
    ends = drivers.network.n_nodes, drivers.network.tail, drivers.network.head
    label = shortest(*ends, period.free, origin)
    own = sum(q * label[row, d] for row, (_, d, q) in enumerate(trips))
    lost = both.total_time - alone.total_time - own
    expected = cost_of(question.problem, plan) + question.traffic.value_of_time * lost
    assert equilibrium_eur(question, drivers, plan) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_estimates_are_those_of_vanishing_trips(seed: int) -> None:
    """With few trips the first order is the truth, and curvature is nothing beside it."""
    question, drivers = _town(seed)
    service = question.traffic.service
    few = replace(service, pcu=service.pcu * 1e-4)
    question = CongestedProblem(question.problem, replace(question.traffic, service=few))
    screen = Screen.of(question, drivers.delay, drivers.alone)
    for plan in _every_assignment(question)[::50]:
        base = cost_of(question.problem, plan)
        truth = equilibrium_eur(question, drivers, plan) - base
        assert screen.first_order_eur(plan) - base == pytest.approx(truth, rel=1e-2)
        assert 0 <= screen.curvature_eur(plan) <= 1e-2 * abs(truth)


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
    assert drivers.alone[0].total_time == pytest.approx(1.0)
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
    best = answer.best
    plan = Decisions(best.open_option, best.open_storage, best.assignment, best.feed)
    cost = equilibrium_eur(question, drivers, plan)
    assert cost == pytest.approx(5.0, abs=1e-6)


def test_neighbours_are_all_sets_one_change_away() -> None:
    question, drivers = _town(1)
    screen = Screen.of(question, drivers.delay, drivers.alone)
    opened = frozenset([0, 2])
    plan = on_sites(screen, sorted(opened))
    assert plan is not None
    found = {frozenset(np.flatnonzero(p.open_option).tolist()) for p in neighbours(screen, plan)}
    expected = set()
    for size in range(1, 5):
        for sites in itertools.combinations(range(4), size):
            added, removed = set(sites) - opened, opened - set(sites)
            if len(added) <= 1 and len(removed) <= 1:
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
