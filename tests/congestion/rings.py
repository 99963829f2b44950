"""Small congested problems on a ring, where every trip has two routes, and their enumeration."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion import CongestedProblem, Flows, Period, Roads, Traffic
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bpr:
    """Link times of the Bureau of Public Roads, written down again for the tests."""

    free: FloatArray
    capacity: FloatArray
    alpha: float = 0.15
    beta: float = 4.0

    def time(self, flow: FloatArray) -> FloatArray:
        return self.free * (1 + self.alpha * (flow / self.capacity) ** self.beta)

    def derivative(self, flow: FloatArray) -> FloatArray:
        power = (flow / self.capacity) ** (self.beta - 1)
        return self.free * self.alpha * self.beta * power / self.capacity

    def time_and_derivative(self, flow: FloatArray) -> tuple[FloatArray, FloatArray]:
        return self.time(flow), self.derivative(flow)

    def take(self, links: IntArray) -> Bpr:
        return Bpr(self.free[links], self.capacity[links], self.alpha, self.beta)


def ring_problem(
    seed: int,
    *,
    nodes: int = 6,
    sites: int = 3,
    consumers: int = 4,
    periods: int = 2,
    powers: tuple[float, ...] = (1.0, 2.0, 4.0),
) -> CongestedProblem:
    """Random single-level problem with single sourcing on a two-way ring."""
    rng = np.random.default_rng(seed)
    around = np.arange(nodes)
    tail = np.concatenate([around, (around + 1) % nodes])
    head = np.concatenate([(around + 1) % nodes, around])
    times = Bpr(
        free=np.tile(rng.uniform(0.05, 0.3, nodes), 2),
        capacity=rng.uniform(300, 900, 2 * nodes),
        alpha=rng.choice([0.15, 0.5, 1.0]),
        beta=rng.choice(powers),
    )
    spans = rng.uniform(2, 8, periods)
    load = rng.uniform(0.2, 1.2)
    at_site = rng.permutation(nodes)[:sites]
    at_consumer = rng.integers(0, nodes, consumers)
    trips = rng.uniform(50, 400, consumers) * rng.choice([1.0, 4.0])
    share = rng.dirichlet(np.ones(periods))
    traffic = Traffic(
        roads=Roads.of(nodes, tail, head),
        periods=tuple(
            Period(f"p{number}", float(span), times, load * rng.uniform(0, 1, 2 * nodes) * 600)
            for number, span in enumerate(spans)
        ),
        service=Flows(
            hub=np.repeat(at_site[:, None], 2, axis=1),
            place=np.repeat(at_consumer[:, None], 2, axis=1),
            pcu=np.broadcast_to(trips, (sites, consumers)).copy(),
            kind=np.zeros((sites, consumers), dtype=np.int64),
            share=share,
        ),
        feed=None,
        value_of_time=float(rng.uniform(5, 20)),
    )
    problem = Problem.of(
        demand=np.ones(consumers),
        service_cost=rng.uniform(100, 600, (consumers, sites)),
        option_cost=rng.uniform(50, 500, sites),
    )
    return CongestedProblem(problem, traffic)


def enumerate_ring(question: CongestedProblem, sweeps: int = 60) -> tuple[float, float]:
    """Interval that holds the optimum: every assignment, its routes by coordinate descent.

    Shares no code with the product: routes are the two ways around the ring.
    """
    problem, traffic = question.problem, question.traffic
    n, k = problem.n_consumers, problem.n_sites
    table = np.array(list(itertools.product(range(k), repeat=n)))
    base = np.zeros(len(table))
    for row, chosen in enumerate(table):
        base[row] = problem.option_cost[sorted(set(chosen))].sum()
        base[row] += problem.service_cost[np.arange(n), chosen].sum()
        if problem.docks is not None:  # quadratic: e v² / K
            load = np.bincount(chosen, problem.demand, k)
            base[row] += (problem.docks.price * load**2 / problem.docks.capacity).sum()
    ways = _ways(question)
    upper, lower = base.copy(), base.copy()
    pcu = traffic.service.pcu[table, np.arange(n)]
    for number, period in enumerate(traffic.periods):
        amounts = pcu * traffic.service.share[number] / period.hours
        value, least, own = _route_all(period, ways[table, np.arange(n)], amounts, sweeps)
        upper += traffic.value_of_time * period.hours * (value - own)
        lower += traffic.value_of_time * period.hours * (least - own)
    return float(lower.min()), float(upper.min())


def _ways(question: CongestedProblem) -> FloatArray:
    """Links used, (site, consumer, out or back, one way round or the other, link)."""
    service, nodes = question.traffic.service, question.traffic.roads.n_nodes
    k, n = service.pcu.shape
    ways = np.zeros((k, n, 2, 2, 2 * nodes))
    for site, consumer in itertools.product(range(k), range(n)):
        ends = int(service.hub[site, 0]), int(service.place[consumer, 0])
        for direction, (start, end) in enumerate((ends, ends[::-1])):
            up = [(start + step) % nodes for step in range((end - start) % nodes)]
            down = [(start - step - 1) % nodes + nodes for step in range((start - end) % nodes)]
            ways[site, consumer, direction, 0, up] = 1
            ways[site, consumer, direction, 1, down] = 1
    return ways


def _route_all(
    period: Period, ways: FloatArray, amounts: FloatArray, sweeps: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """D of the best routes of each assignment (upper, lower), and T, per hour.

    Trip by trip the split between its two ways is set where D stops falling (bisection); the
    lower value is the tangent's least over all routes.
    """
    background = period.background
    rows, n = amounts.shape

    def marginal(flow: FloatArray) -> FloatArray:
        total = background + flow
        return period.times.time(total) + total * period.times.derivative(total)

    def delay(flow: FloatArray) -> FloatArray:
        total = background + flow
        now = (total * period.times.time(total)).sum(axis=1)
        return now - float((background * period.times.time(background)).sum())

    def cheapest(weight: FloatArray) -> FloatArray:
        price = np.einsum("rndwa,ra->rndw", ways, weight)
        return (price.min(axis=3) * amounts[..., None]).sum(axis=(1, 2))

    own = cheapest(np.tile(period.times.time(background), (rows, 1)))
    change = amounts[:, :, None, None] * (ways[:, :, :, 0] - ways[:, :, :, 1])
    share = np.full((rows, n, 2), 0.5)
    second = np.einsum("rnda,rn->ra", ways[:, :, :, 1], amounts)
    least = np.full(rows, -np.inf)
    for _ in range(sweeps):
        flow = second + np.einsum("rnd,rnda->ra", share, change)
        weight = marginal(flow)
        least = np.maximum(least, delay(flow) + cheapest(weight) - (weight * flow).sum(axis=1))
        if (delay(flow) - least <= 1e-9 * np.abs(delay(flow))).all():
            break
        for trip, way in itertools.product(range(n), range(2)):
            move = change[:, trip, way]
            rest = flow - share[:, trip, way, None] * move
            low, high = np.zeros(rows), np.ones(rows)
            for _ in range(30):
                middle = (low + high) / 2
                rising = (marginal(rest + middle[:, None] * move) * move).sum(axis=1) > 0
                low, high = np.where(rising, low, middle), np.where(rising, middle, high)
            ends = np.where(low < 1e-8, 0.0, np.where(high > 1 - 1e-8, 1.0, (low + high) / 2))
            share[:, trip, way] = ends
            flow = rest + ends[:, None] * move
    return delay(flow), least, own
