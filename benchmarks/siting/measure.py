"""Runs of the suite: certified gaps against rivals, and choice under re-routing drivers."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.siting.family import World, drivers, question
from logistique.congestion import CongestedProblem, Visited, solve_congested
from logistique.congestion.cuts import Cut, linearised
from logistique.congestion.drivers import Drivers, loaded_all, priced_eur
from logistique.congestion.rerouting import reassigned, recommend
from logistique.congestion.routing import route
from logistique.congestion.screening import Screen, on_sites
from logistique.model.limits import Limits
from logistique.model.plan import Plan
from logistique.solvers.choose import solve
from logistique.solvers.decisions import Decisions, cost_of

MOST_ASSIGNMENTS = 1024

Row = dict[str, object]


def certify(
    place: World,
    seed: int,
    *,
    sites: int = 100,
    consumers: int = 150,
    goods: float = 0.03,
    gap: float = 0.001,
    time_s: float = 120.0,
) -> Row:
    """One generated instance: the certified plan beside its rivals, and an own check."""
    asked = question(place, seed, sites=sites, consumers=consumers, goods=goods)
    load = os.getloadavg()[0]
    began, cpu = time.perf_counter(), time.process_time()
    found = solve_congested(asked, Limits(gap=gap, time_s=time_s, seed=seed))
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    distance = judged(asked, solve(asked.problem, Limits(gap=1e-6, time_s=60)))
    fixed = fixed_point(asked)
    checked = recomputed(asked, found.best)
    brute = brute_force(asked)
    return {
        "suite": "congested-siting", "network": place.name, "seed": seed,
        "sites": asked.problem.n_sites, "consumers": asked.problem.n_consumers, "goods": goods,
        "objective": found.objective, "bound": found.lower_bound, "gap": found.gap,
        "seconds": seconds, "cpu_s": cpu_s, "load_before": load, "reason": found.reason,
        "delay_share": found.best.routed.eur / found.objective,
        "distance_only_dearer": distance.eur / found.objective - 1,
        "fixed_point_dearer": fixed.eur / found.objective - 1,
        "brute_force_dearer": None if brute is None else brute / found.objective - 1,
        "value_error": abs(checked / found.objective - 1),
    }  # fmt: skip


def judged(asked: CongestedProblem, plan: Plan) -> Visited:
    """Route a plan of somebody else at best."""
    own = Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)
    base = cost_of(asked.problem, own)
    routed = route(asked, plan.assignment, plan.feed, within_eur=1e-6 * abs(base))
    return Visited(plan.open_option, plan.open_storage, plan.assignment, plan.feed, base, routed)


def brute_force(asked: CongestedProblem) -> float | None:
    """Least cost of all assignments, each on its best routes; None where there are too many."""
    n, k = asked.problem.n_consumers, asked.problem.n_sites
    if k**n > MOST_ASSIGNMENTS:
        return None
    least = float("inf")
    for chosen in itertools.product(range(k), repeat=n):
        x = np.eye(k)[list(chosen)]
        option = np.isin(asked.problem.option_site, chosen)
        plan = Decisions(option, np.zeros(0, dtype=bool), x, np.zeros((0, k)))
        base = cost_of(asked.problem, plan)
        if base < least:
            routed = route(asked, x, plan.feed, within_eur=1e-6 * abs(base))
            least = min(least, base + routed.eur)
    return least


def fixed_point(asked: CongestedProblem, rounds: int = 20) -> Visited:
    """Solve, load, take the new travel times as costs, until a plan comes back; no bound."""
    traffic = asked.traffic
    flow = np.zeros(traffic.roads.n_links)
    best: Visited | None = None
    seen: set[bytes] = set()
    period = traffic.periods[0]
    for _ in range(rounds):
        times = period.times.time(period.background + flow)
        trips = traffic.service.round_trip(traffic.service.trees(traffic.roads, times))
        hours = (np.where(np.isfinite(trips), trips, 0.0) * traffic.service.pcu).T
        problem, _ = linearised(asked, [Cut(0.0, hours, np.zeros_like(asked.problem.feed_cost))])
        plan = solve(problem, Limits(gap=1e-6, time_s=60))
        visited = judged(asked, plan)
        if best is None or visited.eur < best.eur:
            best = visited
        key = plan.assignment.tobytes()
        if key in seen:
            break
        seen.add(key)
        flow = visited.routed.flows[0]
    assert best is not None
    return best


def recomputed(asked: CongestedProblem, plan: Visited) -> float:
    """Cost of a plan from its flows: conservation at every node, then D by its definition."""
    traffic, period = asked.traffic, asked.traffic.periods[0]
    flow = plan.routed.flows[0]
    roads, service = traffic.roads, traffic.service
    balance = np.bincount(roads.head, flow, roads.n_nodes)
    balance -= np.bincount(roads.tail, flow, roads.n_nodes)
    trips = service.pcu * plan.assignment.T
    for start, end in (
        (service.hub[:, 0][:, None], service.place[:, 1][None, :]),
        (service.place[:, 0][None, :], service.hub[:, 1][:, None]),
    ):
        np.add.at(balance, np.broadcast_to(start, trips.shape), trips)
        np.add.at(balance, np.broadcast_to(end, trips.shape), -trips)
    if np.abs(balance).max() > 1e-6 or flow.min() < 0:
        return float("nan")
    both = period.background + flow
    delay = both @ period.times.time(both)
    delay -= period.background @ period.times.time(period.background)
    own = float((asked.own_hours[0] * plan.assignment).sum())
    return plan.base_eur + float(delay) - own


def reroute(place: World, seed: int, *, sites: int, consumers: int, p: int) -> Row:
    """One draw: the plan recommended against all plans enumerated under equilibrium."""
    asked = question(place, seed, sites=sites, consumers=consumers, p=p)
    found = solve_congested(asked, Limits(gap=0.001, time_s=60, seed=seed))
    cars = drivers(place)
    began = time.process_time()
    answered = recommend(asked, cars, found)
    cpu_s = time.process_time() - began
    screen = Screen.of(asked, cars.delay, cars.alone)
    began = time.process_time()
    truth = [
        least_on(screen, cars, sites)
        for sites in itertools.combinations(range(asked.problem.n_sites), p)
    ]
    best = min(truth)
    return {
        "suite": "congested-siting/reroute", "network": place.name, "seed": seed,
        "sites": asked.problem.n_sites, "p": p, "plans": len(truth), "judged": answered.judged,
        "regret": max(0.0, answered.eur / best - 1),
        "certified_regret": max(0.0, answered.certified_eur / best - 1),
        "best": answered.eur <= best * (1 + 1e-6),
        "cpu_s": cpu_s, "enumeration_cpu_s": time.process_time() - began,
    }  # fmt: skip


def least_on(screen: Screen, cars: Drivers, sites: Sequence[int]) -> float:
    """Least cost met on given sites, consumers choosing again under the prices they cause."""
    plan = on_sites(screen, sites)
    if plan is None:
        return float("inf")
    found = loaded_all(screen.question, cars, plan)
    costs = [priced_eur(screen.question, cars, plan, found)]
    costs += [eur for _, eur in reassigned(screen, cars, plan, found)]
    return min(costs)
