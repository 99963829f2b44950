"""Drivers answer: the best of a short list when everybody chooses routes anew.

The certificate of :mod:`logistique.congestion.search` holds while the other traffic keeps its
links. Under user equilibrium it re-routes, and the order of plans may change. No bound is proved
for that question; the best plans and their neighbours are judged by its own measure: ::

    C(x) + θ Σ_p h_p [E_p(x) − E_p(0) − T_p(x)]

with E the time of everybody in user equilibrium with the plan's vehicles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.answer import CongestedPlan, Visited
from logistique.congestion.cuts import cuts_at, linearised
from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import route
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.median_form import misfit
from logistique.traffic.assignment import equilibrium
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drivers:
    """Everybody else, as trips that choose their routes.

    Parameters
    ----------
    network : TrafficNetwork
        Of the same links as the question's roads.
    delay : tuple of VolumeDelay
        By period, hours at car units per hour.
    trips : tuple of VehicleClass
        By period, vehicles per hour.
    gap : float
        Relative gap of every equilibrium.
    """

    network: TrafficNetwork
    delay: tuple[VolumeDelay, ...]
    trips: tuple[VehicleClass, ...]
    gap: float = 1e-9

    def alone_h(self) -> tuple[float, ...]:
        """Time of everybody without the plan's vehicles, vehicle·hours per hour, by period."""
        pairs = zip(self.trips, self.delay, strict=True)
        return tuple(
            equilibrium(self.network, trips, delay, gap=self.gap).total_time
            for trips, delay in pairs
        )


@dataclass(frozen=True, eq=False)
class Answered:
    """What drivers made of the plans.

    Parameters
    ----------
    best : Visited
        The cheapest plan under equilibrium among those judged.
    eur : float
        Its cost then, EUR per day.
    certified_eur : float
        That of the certified plan.
    judged : int
        Number of plans judged.
    """

    best: Visited
    eur: float
    certified_eur: float
    judged: int

    @property
    def same(self) -> bool:
        """Whether the certified plan is the best one judged."""
        return self.eur >= self.certified_eur


def equilibrium_eur(
    question: CongestedProblem, drivers: Drivers, plan: Visited, alone_h: Sequence[float]
) -> float:
    """Cost of a plan when everybody chooses routes, EUR per day."""
    traffic = question.traffic
    lost = 0.0
    for number, period in enumerate(traffic.periods):
        origin, end, amount = [], [], []
        own = 0.0
        for flows, decision in zip(question.parts, (plan.assignment.T, plan.feed), strict=False):
            rate = flows.pcu * decision * (flows.share[number] / period.hours)
            hub, place = np.nonzero(rate)
            ways = flows.round_trip(flows.trees(traffic.roads, period.free))
            own += float((rate[hub, place] * ways[hub, place]).sum())
            origin += [flows.hub[hub, 0], flows.place[place, 0]]
            end += [flows.place[place, 1], flows.hub[hub, 1]]
            amount += [rate[hub, place]] * 2
        goods = VehicleClass(
            np.concatenate(origin), np.concatenate(end), np.concatenate(amount), "goods"
        )
        found = equilibrium(
            drivers.network, (drivers.trips[number], goods), drivers.delay[number], gap=drivers.gap
        )
        lost += period.hours * (found.total_time - alone_h[number] - own)
    return plan.base_eur + traffic.value_of_time * lost


def recommend(
    question: CongestedProblem,
    drivers: Drivers,
    answer: CongestedPlan,
    *,
    size: int = 8,
    most: int = 40,
) -> Answered:
    """Judge the best plans and their neighbours by equilibrium, and go on from the best of them.

    Parameters
    ----------
    question : CongestedProblem
    drivers : Drivers
    answer : CongestedPlan
        From the certificate loop.
    size : int
        Plans judged in each round: those of least cost at frozen routes not judged yet.
    most : int
        Plans judged in all.

    Returns
    -------
    Answered
    """
    alone = drivers.alone_h()
    values: dict[bytes, tuple[float, Visited]] = {}

    def judge(plan: Visited) -> float:
        if _key(plan) not in values:
            values[_key(plan)] = equilibrium_eur(question, drivers, plan, alone), plan
        return values[_key(plan)][0]

    certified = judge(answer.best)
    centre, at = answer.best, certified
    pool = list(answer.visited)
    while True:
        pool += neighbours(question, centre)
        by_cost = sorted(pool, key=lambda plan: plan.eur)
        fresh = {_key(plan): plan for plan in by_cost if _key(plan) not in values}
        for plan in [*fresh.values()][: min(size, most - len(values))]:
            judge(plan)
        eur, best = min(values.values(), key=lambda pair: pair[0])
        if eur >= at or len(values) >= most:
            return Answered(best, eur, certified, len(values))
        centre, at = best, eur


def _key(plan: Visited) -> bytes:
    return plan.assignment.tobytes() + plan.open_option.tobytes()


def neighbours(question: CongestedProblem, plan: Visited) -> list[Visited]:
    """Plans with one site more, less, or exchanged, at frozen routes.

    Consumers go where it is cheapest under the marginal costs at the plan's flows. Problems with
    capacities, two levels or other rules have none (empty list).
    """
    problem = question.problem
    if misfit(problem):
        return []
    linear, _ = linearised(question, cuts_at(question, plan.routed.flows))
    cheapest = _cheapest_options(problem)
    opened = frozenset(int(k) for k in problem.option_site[plan.open_option])
    every = [k for k in cheapest if not problem.site_forbidden[k]]
    required = set(np.flatnonzero(problem.site_required).tolist())
    closed = [k for k in every if k not in opened]
    removable = [k for k in opened if k not in required]
    sets = {opened | {k} for k in closed}
    sets |= {opened - {j} for j in removable}
    sets |= {(opened - {j}) | {k} for j in removable for k in closed}
    low, high = _count_range(problem)
    found = []
    for sites in sorted(sets, key=sorted):
        if low <= len(sites) <= high and sites:
            made = _plan(question, linear, sorted(sites), cheapest)
            if made is not None:
                found.append(made)
    return found


def _plan(
    question: CongestedProblem, linear: Problem, sites: list[int], cheapest: dict[int, int]
) -> Visited | None:
    problem = question.problem
    cost = linear.service_cost[:, sites]
    if not np.isfinite(cost).any(axis=1).all():
        return None
    assignment = np.zeros((problem.n_consumers, problem.n_sites))
    nearest = np.array(sites)[cost.argmin(axis=1)]
    assignment[np.arange(problem.n_consumers), nearest] = 1.0
    option = np.zeros(problem.n_options, dtype=np.bool_)
    option[[cheapest[k] for k in sites]] = True
    storage, feed = np.zeros(0, dtype=np.bool_), np.zeros((0, problem.n_sites))
    base = cost_of(problem, Decisions(option, storage, assignment, feed))
    # The routes only rank plans here: what they are worth is judged by equilibrium.
    routed = route(question, assignment, feed, within_eur=2e-3 * max(abs(base), 1e-9))
    return Visited(option, storage, assignment, feed, base, routed)


def _cheapest_options(problem: Problem) -> dict[int, int]:
    """Cheapest option of each site."""
    best: dict[int, int] = {}
    for option in np.argsort(problem.option_cost, kind="stable"):
        best.setdefault(int(problem.option_site[option]), int(option))
    return best


def _count_range(problem: Problem) -> tuple[float, float]:
    """Bounds on the number of open sites."""
    rules = problem.requirements
    low = max([1.0, *(rule.lower for rule in rules)])
    high = min([float(problem.n_sites), *(rule.upper for rule in rules)])
    return low, high
