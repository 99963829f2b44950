"""The best routes of a given plan's vehicles, and what they cost everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.mixture import Mixture
from logistique.congestion.question import CongestedProblem, Flows
from logistique.traffic.assignment import equilibrium
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]

MOST_PASSES = 100
"""Passes of shortest paths per period after which routes are good enough as they are: whatever
their flows, they are possible, so that what they cost bounds the plan's cost from above."""

MIXTURE_PASSES = 1
"""Passes after which volume-delay functions that the assignment knows are handed to it."""

_LEAST_GAP = 1e-12


@dataclass(frozen=True, eq=False)
class Routed:
    """Flows of a plan's vehicles and their delay.

    Parameters
    ----------
    flows : tuple of (a,) float
        Car units per hour, by period.
    delay_h : (periods,) float
        D − T of each period, vehicle·hours per day.
    eur : float
        The same at the value of time, all periods, EUR per day.
    slack_eur : float
        The best routes cost at least ``eur − slack_eur``.
    """

    flows: tuple[FloatArray, ...]
    delay_h: FloatArray
    eur: float
    slack_eur: float


def route(
    question: CongestedProblem,
    assignment: FloatArray,
    feed: FloatArray,
    *,
    within_eur: float,
    start: Sequence[FloatArray] | None = None,
) -> Routed:
    """Send a plan's vehicles on routes that delay everybody least.

    Simplicial decomposition by hub (Larsson and Patriksson, Transportation Science 26, 1992): in
    turn the cheapest paths of each hub's vehicles under marginal social costs, and the mixture of
    all the paths found so far that delays least. It starts from the cheapest paths under the
    marginal costs at ``start``.

    Parameters
    ----------
    question : CongestedProblem
    assignment : (n, k) float
    feed : (p, k) float
    within_eur : float
        Precision asked for, EUR per day, all periods together.
    start : one (a,) float array for each period, optional
        Flows to take first marginal costs at; none by default.
    """
    traffic = question.traffic
    parts = _active(question, assignment, feed)
    price = traffic.value_of_time
    flows, costs, slack = [], np.zeros(len(traffic.periods)), 0.0
    for number, period in enumerate(traffic.periods):
        precision_h = within_eur / (price * period.hours * len(traffic.periods) or 1.0)
        guess = np.zeros(traffic.roads.n_links) if start is None else start[number]
        flow, miss = _route_period(question, parts, number, guess, precision_h)
        flows.append(flow)
        costs[number] = period.hours * period.delay(flow)
        slack += price * period.hours * miss
    delay = costs - _own_by_period(question, parts)
    return Routed(tuple(flows), delay, price * float(delay.sum()), slack)


def _active(
    question: CongestedProblem, assignment: FloatArray, feed: FloatArray
) -> list[tuple[Flows, FloatArray]]:
    """Flows of the hubs that send something, with their decisions."""
    found = []
    for part, decision in question.moving(assignment, feed):
        busy = (decision > 0).any(axis=1)
        found.append(
            (
                replace(part, hub=part.hub[busy], pcu=part.pcu[busy], kind=part.kind[busy]),
                np.ascontiguousarray(decision[busy]),
            )
        )
    return found


def columns(
    question: CongestedProblem,
    parts: Sequence[tuple[Flows, FloatArray]],
    number: int,
    weight: FloatArray,
) -> FloatArray:
    """Flow of each hub, out and back, on the cheapest paths of a period, (2 hubs, a), pcu/h."""
    roads, hours = question.traffic.roads, question.traffic.periods[number].hours
    rows = [
        (part.share[number] / hours)
        * part.loads(roads, part.trees(roads, weight), decision).reshape(-1, roads.n_links)
        for part, decision in parts
    ]
    return np.concatenate(rows)


def cheapest_flows(
    question: CongestedProblem,
    assignment: FloatArray,
    feed: FloatArray,
    at: Sequence[FloatArray],
) -> tuple[FloatArray, ...]:
    """Flows of a plan on the cheapest paths under the marginal costs at given flows."""
    parts = _active(question, assignment, feed)
    return tuple(
        columns(question, parts, number, period.marginal(flow)).sum(axis=0)
        for number, (period, flow) in enumerate(zip(question.traffic.periods, at, strict=True))
    )


def _route_period(
    question: CongestedProblem,
    parts: Sequence[tuple[Flows, FloatArray]],
    number: int,
    guess: FloatArray,
    precision_h: float,
) -> tuple[FloatArray, float]:
    """Flow of one period, and by how much its D may exceed the least, hours per hour."""
    period = question.traffic.periods[number]
    mixture = Mixture.of(columns(question, parts, number, period.marginal(guess)))
    miss = np.inf
    bushes = isinstance(period.times, VolumeDelay) and not question.traffic.roads.has_loops
    for turn in range(MOST_PASSES):
        marginal = period.marginal(mixture.flow)
        other = columns(question, parts, number, marginal)
        miss = min(miss, max(0.0, float(marginal @ (mixture.flow - other.sum(axis=0)))))
        if miss <= precision_h:
            break
        if bushes and turn + 1 == MIXTURE_PASSES:
            return _by_bushes(question, parts, number, precision_h)
        mixture.add(other, marginal)
        mixture.settle(period, precision_h / 4)
    return mixture.flow, miss


def _by_bushes(
    question: CongestedProblem,
    parts: Sequence[tuple[Flows, FloatArray]],
    number: int,
    precision_h: float,
) -> tuple[FloatArray, float]:
    """Solve the same by the system-optimal assignment of :mod:`logistique.traffic`.

    What its flows may exceed the least by is measured here, on paths of our own.
    """
    traffic = question.traffic
    period = traffic.periods[number]
    classes = classes_of(question, parts, number)
    gap, miss = 1e-6, np.inf
    while True:
        found = equilibrium(
            traffic.roads.network,
            classes,
            period.times,  # type: ignore[arg-type]  # the caller looked
            gap=gap,
            objective="system",
            preload=period.background,
        )
        flow = found.flow.sum(axis=0)
        marginal = period.marginal(flow)
        other = columns(question, parts, number, marginal).sum(axis=0)
        miss = max(0.0, float(marginal @ (flow - other)))
        if miss <= precision_h or gap < _LEAST_GAP:
            return flow, miss
        gap /= 100


def classes_of(
    question: CongestedProblem, parts: Sequence[tuple[Flows, FloatArray]], number: int
) -> list[VehicleClass]:
    """Trips of a period out and back by kind of vehicle, car units per hour."""
    roads, hours = question.traffic.roads, question.traffic.periods[number].hours
    found = []
    for kind, open_to in enumerate(roads.open_to):
        origin, end, amount = [], [], []
        for part, decision in parts:
            rate = part.pcu * decision * (part.share[number] / hours)
            hub, place = np.nonzero(np.where(part.kind == kind, rate, 0.0))
            origin += [part.hub[hub, 0], part.place[place, 0]]
            end += [part.place[place, 1], part.hub[hub, 1]]
            amount += [rate[hub, place]] * 2
        shut = None if open_to.all() else np.where(open_to, 0.0, np.inf)
        ends = np.concatenate(origin), np.concatenate(end)
        if ends[0].size:
            trips = np.concatenate(amount)
            found.append(VehicleClass(*ends, trips, f"kind {kind}", link_cost=shut))
    return found


def _own_by_period(
    question: CongestedProblem, parts: Sequence[tuple[Flows, FloatArray]]
) -> FloatArray:
    """T of each period, vehicle·hours per day."""
    traffic = question.traffic
    own = np.zeros(len(traffic.periods))
    for number, period in enumerate(traffic.periods):
        for part, decision in parts:
            trip = part.round_trip(part.trees(traffic.roads, period.free))
            hours = np.where(np.isfinite(trip), trip, 0.0)
            own[number] += part.share[number] * float((part.pcu * hours * decision).sum())
    return own
