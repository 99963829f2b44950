"""The proved bound against enumeration, and what a price of delay must not change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from congestion.rings import Bpr, enumerate_ring, ring_problem

from logistique.congestion import CongestedProblem, Period, Roads, solve_congested
from logistique.congestion.cuts import cuts_at
from logistique.congestion.routing import route
from logistique.congestion.search import _Search
from logistique.errors import InvalidInputError
from logistique.location.watch import Watch
from logistique.model.docks import Docks
from logistique.model.limits import Limits
from logistique.solvers.choose import solve
from logistique.traffic.volume_delay import VolumeDelay

GAP = 1e-4
LIMITS = Limits(gap=GAP, time_s=60)


def _check_against_enumeration(seed: int, question: CongestedProblem) -> None:
    least, most = enumerate_ring(question)
    assert most - least <= 1e-6 * most, seed
    answer = solve_congested(question, LIMITS)
    assert np.isfinite(answer.objective), seed
    assert answer.lower_bound <= most * (1 + 1e-9), seed
    assert answer.objective >= least * (1 - 1e-9), seed
    assert answer.objective <= most * (1 + 1.01 * GAP), seed
    assert answer.gap <= GAP, seed
    assert answer.termination.value == "optimal"
    for item in answer.rounds:
        assert item.bound <= most * (1 + 1e-9), seed
        assert item.value >= answer.objective * (1 - 1e-12), seed


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_the_bound_holds_and_the_gap_closes(first: int) -> None:
    for seed in range(first, first + 10):
        question = ring_problem(seed, nodes=5, sites=2 + seed % 2, consumers=3, periods=1)
        _check_against_enumeration(seed, question)


@pytest.mark.parametrize("first", range(200, 220, 5))
def test_with_several_periods(first: int) -> None:
    for seed in range(first, first + 5):
        _check_against_enumeration(seed, ring_problem(seed, consumers=3, periods=2 + seed % 3))


@pytest.mark.parametrize("seeds", [range(300, 306), range(306, 311), range(312, 320)])
def test_with_times_that_rise_with_the_sixteenth_power(seeds: range) -> None:
    for seed in seeds:
        question = ring_problem(seed, nodes=5, consumers=3, periods=1, powers=(16.0,))
        _check_against_enumeration(seed, question)


@pytest.mark.parametrize("seed", range(500, 508))
def test_docks_that_saturate_are_part_of_the_proof(seed: int) -> None:
    question = ring_problem(seed, nodes=5, consumers=4, periods=1)
    rng = np.random.default_rng(seed)
    docks = Docks("quadratic", rng.uniform(20, 200, 3), rng.uniform(1, 4, 3))
    full = CongestedProblem(question.problem.replace(docks=docks), question.traffic)
    _check_against_enumeration(seed, full)


def test_costs_of_many_magnitudes_are_no_infeasible_plan() -> None:
    """Delays of 4e8 beside costs of 1e3 (three times the capacity to the sixteenth power)."""
    question = ring_problem(311, nodes=5, consumers=3, periods=1, powers=(16.0,))
    least, most = enumerate_ring(question)
    answer = solve_congested(question, LIMITS)
    assert answer.lower_bound <= most
    assert least * (1 - 1e-9) <= answer.objective <= most


def test_delay_that_overflows_is_refused_by_the_name_of_a_link() -> None:
    base = ring_problem(0, periods=1)
    links = base.traffic.roads.n_links
    delay = VolumeDelay.bpr(np.full(links, 0.1), np.full(links, 1e-30), power=16.0)
    period = Period("hour", 1.0, delay, np.zeros(links))
    service = replace(base.traffic.service, share=np.ones(1))
    traffic = replace(base.traffic, periods=(period,), service=service)
    with pytest.raises(InvalidInputError, match=r"link \d+ overflows"):
        solve_congested(CongestedProblem(base.problem, traffic), LIMITS)


@pytest.mark.parametrize("seed", [5, 6, 11])
def test_the_master_alone_proves_as_much(seed: int) -> None:
    question = ring_problem(seed, consumers=3)
    least, most = enumerate_ring(question)
    search = _Search(question, Watch(LIMITS), "auto")
    search.master_rounds()
    answer = search.answer()
    assert least * (1 - 1e-9) <= answer.objective <= most * (1 + 1.01 * GAP)
    assert answer.lower_bound <= most * (1 + 1e-9)
    assert answer.gap <= GAP


def test_cuts_never_exceed_the_delay_of_any_plan() -> None:
    rng = np.random.default_rng(0)
    for seed in range(5):
        question = ring_problem(seed)
        n, k = question.problem.n_consumers, question.problem.n_sites
        links = question.traffic.roads.n_links
        feed = np.zeros((0, k))
        for _ in range(10):
            at = [rng.uniform(0, 500, links) for _ in question.traffic.periods]
            cuts = cuts_at(question, at)
            x = np.eye(k)[rng.integers(0, k, n)]
            routed = route(question, x, feed, within_eur=1e-3)
            own = float((question.own_hours[0] * x).sum())
            cost = routed.eur + question.traffic.value_of_time * own
            bound = sum(cut.constant + float((cut.service * x).sum()) for cut in cuts)
            assert bound <= cost - routed.slack_eur + 1e-6 * cost


def test_the_gradient_of_the_delay_by_finite_differences() -> None:
    rng = np.random.default_rng(1)
    period = ring_problem(3).traffic.periods[0]
    flow = rng.uniform(10, 500, period.background.size)
    gradient = period.marginal(flow)
    for link in range(flow.size):
        step = np.zeros(flow.size)
        step[link] = 1e-3 * flow[link]
        slope = (period.delay(flow + step) - period.delay(flow - step)) / (2 * step[link])
        assert slope == pytest.approx(gradient[link], rel=1e-5)


def test_the_delay_is_convex_and_zero_without_flow() -> None:
    rng = np.random.default_rng(2)
    for seed in range(20):
        period = ring_problem(seed).traffic.periods[0]
        one, other = rng.uniform(0, 800, (2, period.background.size))
        middle = period.delay((one + other) / 2)
        assert middle <= (period.delay(one) + period.delay(other)) / 2 * (1 + 1e-12)
        assert period.delay(np.zeros(one.size)) == 0


def _plain(question: CongestedProblem) -> tuple[float, np.ndarray]:
    plan = solve(question.problem, Limits(gap=0))
    return plan.objective, plan.open_option


def test_no_trips_give_the_plan_and_the_cost_without_traffic() -> None:
    for seed in range(10):
        question = ring_problem(seed)
        service = question.traffic.service
        quiet = replace(service, pcu=np.zeros_like(service.pcu))
        still = CongestedProblem(question.problem, replace(question.traffic, service=quiet))
        answer = solve_congested(still, LIMITS)
        cost, opened = _plain(question)
        assert answer.objective == pytest.approx(cost, rel=1e-12)
        assert np.array_equal(answer.best.open_option, opened)
        assert len(answer.rounds) == 1
        assert answer.best.routed.eur == 0


def test_constant_times_give_the_plan_and_the_cost_without_traffic() -> None:
    for seed in range(10):
        question = ring_problem(seed)
        periods = tuple(
            replace(p, times=Bpr(p.times.free, p.times.capacity, alpha=0.0))
            for p in question.traffic.periods
        )
        constant = CongestedProblem(question.problem, replace(question.traffic, periods=periods))
        answer = solve_congested(constant, LIMITS)
        cost, opened = _plain(question)
        assert answer.objective == pytest.approx(cost, rel=1e-9)
        assert np.array_equal(answer.best.open_option, opened)
        assert len(answer.rounds) == 1


def test_pigou_by_hand() -> None:
    """Two parallel links, t = 1 and t = v: system-optimal routes split one car in halves."""

    @dataclass
    class Line:
        fixed: np.ndarray
        slope: np.ndarray

        def time(self, flow: np.ndarray) -> np.ndarray:
            return self.fixed + self.slope * flow

        def time_and_derivative(self, flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return self.time(flow), self.slope + 0 * flow

        def take(self, links: np.ndarray) -> Line:
            return Line(self.fixed[links], self.slope[links])

    question = ring_problem(0, nodes=3, sites=1, consumers=1, periods=1)
    roads = Roads.of(2, np.array([0, 0, 1]), np.array([1, 1, 0]))
    service = replace(
        question.traffic.service,
        hub=np.array([[0, 0]]),
        place=np.array([[1, 1]]),
        pcu=np.array([[1.0]]),
        share=np.array([1.0]),
    )
    times = Line(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    period = Period("hour", 1.0, times, np.zeros(3))
    traffic = replace(
        question.traffic, roads=roads, periods=(period,), service=service, value_of_time=1.0
    )
    pigou = CongestedProblem(question.problem, traffic)
    routed = route(pigou, np.ones((1, 1)), np.zeros((0, 1)), within_eur=1e-9)
    assert routed.flows[0] == pytest.approx([0.5, 0.5, 1.0], abs=1e-6)
    # D = ½·1 + ½·½; the fastest empty route takes no time, so nothing is paid for already.
    assert routed.eur == pytest.approx(0.75, abs=1e-9)


def test_a_place_without_a_way_is_refused_by_name() -> None:
    question = ring_problem(0)
    roads = question.traffic.roads
    nowhere = replace(question.traffic, roads=replace(roads, n_nodes=roads.n_nodes + 1))
    nowhere = replace(
        nowhere, service=replace(nowhere.service, place=np.full_like(nowhere.service.place, 6))
    )
    with pytest.raises(InvalidInputError, match="no way there and back"):
        CongestedProblem(question.problem, nowhere)


def test_wrong_numbers_are_refused() -> None:
    question = ring_problem(0)
    traffic = question.traffic
    first = traffic.periods[0]
    negative = replace(first, background=first.background - 1e6)
    with pytest.raises(InvalidInputError, match="background flows"):
        CongestedProblem(
            question.problem, replace(traffic, periods=(negative, *traffic.periods[1:]))
        )
    shares = replace(traffic.service, share=traffic.service.share / 2)
    with pytest.raises(InvalidInputError, match="add up to 1"):
        CongestedProblem(question.problem, replace(traffic, service=shares))
