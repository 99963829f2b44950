"""Drivers answer: the best of a short list when everybody chooses routes anew.

The certificate of :mod:`logistique.congestion.search` holds while the other traffic keeps its
links. Under user equilibrium it re-routes, and the order of plans may change. No bound is proved
for that question: plans are ranked by an estimate (:mod:`logistique.congestion.screening`), the
best of them are judged by equilibrium (:mod:`logistique.congestion.drivers`), and what was judged
corrects the estimate of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from logistique.congestion.answer import CongestedPlan, Visited
from logistique.congestion.drivers import Drivers, loaded_all, priced_eur
from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import route
from logistique.congestion.screening import Screen, fitted_share, on_sites
from logistique.errors import NoSolutionError
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.solvers.choose import solve
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.median_form import misfit
from logistique.traffic.equilibrium_result import Equilibrium

CURVED = 60
"""Plans of least cost to first order whose curvature is looked at in a round."""

NEAR = 0.05
"""Plans at most so much dearer than the best are looked at more closely."""

ROUNDS = 3
"""Times that the consumers of a plan choose again."""

CAUTION = 1.5
"""Plans are judged while the estimate, less this many times its largest error so far, is below
the best."""


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


def recommend(
    question: CongestedProblem,
    drivers: Drivers,
    answer: CongestedPlan,
    *,
    size: int = 6,
    most: int = 48,
    time_s: float = 30.0,
) -> Answered:
    """Judge the plans that may be the best by equilibrium, and go on from the best of them.

    Candidates are the plans of the certificate loop, the best plan when delay is priced to first
    order with the others' answer, and what lies one site from the best plan so far. Where a plan
    comes near the best, its consumers choose their sites again under the prices of its own
    traffic.

    Parameters
    ----------
    question : CongestedProblem
    drivers : Drivers
    answer : CongestedPlan
        From the certificate loop.
    size : int
        Plans judged between two corrections of the estimate.
    most : int
        Plans judged in all.
    time_s : float
        For the location problem to first order.

    Returns
    -------
    Answered
    """
    pool = _Pool(question, drivers, most)
    certified = answer.best.decisions
    certified_eur = pool.judge(certified)
    pool.add(plan.decisions for plan in answer.visited)
    first = first_order_plan(pool.screen, Limits(gap=1e-4, time_s=time_s))
    if first is not None:
        pool.judge(first)
    centre: Decisions | None = None
    while pool.left > 0:
        if pool.best is not centre:
            centre = pool.best
            pool.add(neighbours(pool.screen, centre))
        due = pool.due()[:size]
        for plan in due:
            pool.judge(plan)
        settled = pool.settle()
        if not due and not settled:
            break
    best = pool.best
    base = cost_of(question.problem, best)
    routed = route(question, best.assignment, best.feed, within_eur=1e-3 * max(abs(base), 1e-9))
    visited = Visited(best.open_option, best.open_storage, best.assignment, best.feed, base, routed)
    return Answered(visited, pool.judged[_key(best)], certified_eur, len(pool.judged))


class _Pool:
    """Candidates with their estimates, and what judged ones cost."""

    def __init__(self, question: CongestedProblem, drivers: Drivers, most: int) -> None:
        self.question = question
        self.drivers = drivers
        self.screen = Screen.of(question, drivers.delay, drivers.alone)
        self.most = most
        self.plans: dict[bytes, Decisions] = {}
        self.linear: dict[bytes, float] = {}
        self.curved: dict[bytes, float] = {}
        self.judged: dict[bytes, float] = {}
        self.traffic: dict[bytes, list[Equilibrium]] = {}

    @property
    def left(self) -> int:
        return self.most - len(self.judged)

    @property
    def best(self) -> Decisions:
        return self.plans[min(self.judged, key=lambda key: self.judged[key])]

    def add(self, plans: Iterable[Decisions]) -> None:
        for plan in plans:
            key = _key(plan)
            if key not in self.plans:
                self.plans[key] = plan
                self.linear[key] = self.screen.first_order_eur(plan)

    def judge(self, plan: Decisions) -> float:
        """Cost under equilibrium; infinite when nothing more may be judged."""
        key = _key(plan)
        if key not in self.judged:
            if self.left <= 0:
                return np.inf
            self.add([plan])
            found = loaded_all(self.question, self.drivers, plan)
            self.judged[key] = priced_eur(self.question, self.drivers, plan, found)
            self.traffic[key] = found
        return self.judged[key]

    def settle(self) -> bool:
        """Let consumers of plans near the best choose again; False where none is left to do."""
        near = (1 + NEAR) * min(self.judged.values())
        todo = sorted(
            (key for key in self.traffic if self.judged[key] <= near), key=self.judged.__getitem__
        )
        for key in todo:
            traffic = self.traffic.pop(key)
            for plan, eur in reassigned(self.screen, self.drivers, self.plans[key], traffic):
                self.add([plan])
                self.judged.setdefault(_key(plan), eur)
        return bool(todo)

    def due(self) -> list[Decisions]:
        """Plans that may be better than the best judged, the most promising first."""
        open_ = sorted((k for k in self.plans if k not in self.judged), key=self.linear.__getitem__)
        open_ = open_[:CURVED]
        for key in [*open_, *self.judged]:
            if key not in self.curved:
                self.curved[key] = self.screen.curvature_eur(self.plans[key])
        known = [*self.judged]
        linear, curved = (
            np.array([part[key] for key in known]) for part in (self.linear, self.curved)
        )
        truth = np.array([self.judged[key] for key in known])
        share = fitted_share(linear, curved, truth)
        over = CAUTION * max(float((linear + share * curved - truth).max()), 0.0)
        least = float(truth.min()) + (over if len(known) > 2 else np.inf)
        estimate = {key: self.linear[key] + share * self.curved[key] for key in open_}
        return [
            self.plans[key] for key in sorted(open_, key=estimate.__getitem__)
            if estimate[key] < least
        ]  # fmt: skip


def first_order_plan(screen: Screen, limits: Limits) -> Decisions | None:
    """Best plan at the prices of a screen; None when the time is over before there is one."""
    try:
        plan = solve(screen.linear, limits)
    except NoSolutionError:
        return None
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)


def reassigned(
    screen: Screen, drivers: Drivers, plan: Decisions, found: Sequence[Equilibrium]
) -> list[tuple[Decisions, float]]:
    """Let the consumers of a plan choose among its sites under the prices of its own traffic.

    Prices are averaged over the rounds (method of successive averages), from those without plan.
    Problems with capacities, two levels or other rules are left as they are.

    Parameters
    ----------
    screen : Screen
        In the traffic without plan.
    drivers : Drivers
    plan : Decisions
    found : sequence of Equilibrium
        The plan's own traffic, by period.

    Returns
    -------
    list of (Decisions, float)
        The plans met, and their costs under equilibrium.
    """
    question = screen.question
    sites = sorted({int(k) for k in question.problem.option_site[plan.open_option]})
    met: list[tuple[Decisions, float]] = []
    if misfit(question.problem) or len(sites) == 1:
        return met
    mixture, now = screen, plan
    for turn in range(1, ROUNDS + 1):
        mixture = mixture.mixed(Screen.of(question, drivers.delay, found), 1 / (turn + 1))
        again = on_sites(mixture, sites)
        if again is None or _key(again) == _key(now):
            break
        now, found = again, loaded_all(question, drivers, again)
        met.append((now, priced_eur(question, drivers, now, found)))
    return met


def _key(plan: Decisions) -> bytes:
    return b"".join(
        part.tobytes() for part in (plan.open_option, plan.open_storage, plan.assignment, plan.feed)
    )


def neighbours(screen: Screen, plan: Decisions) -> list[Decisions]:
    """Plans with one site more, less, or exchanged, and with the same sites.

    Consumers go where it is cheapest to first order. Problems with capacities, two levels or
    other rules have none (empty list).
    """
    problem = screen.question.problem
    if misfit(problem):
        return []
    opened = frozenset(int(k) for k in problem.option_site[plan.open_option])
    every = np.flatnonzero(
        ~problem.site_forbidden & np.isin(np.arange(problem.n_sites), problem.option_site)
    ).tolist()
    required = set(np.flatnonzero(problem.site_required).tolist())
    closed = [k for k in every if k not in opened]
    removable = [k for k in opened if k not in required]
    sets = {opened} | {opened | {k} for k in closed}
    sets |= {opened - {j} for j in removable}
    sets |= {(opened - {j}) | {k} for j in removable for k in closed}
    low, high = _count_range(problem)
    made = (
        on_sites(screen, sorted(sites))
        for sites in sorted(sets, key=sorted)
        if sites and low <= len(sites) <= high
    )
    return [plan for plan in made if plan is not None]


def _count_range(problem: Problem) -> tuple[float, float]:
    """Bounds on the number of open sites."""
    rules = problem.requirements
    low = max([1.0, *(rule.lower for rule in rules)])
    high = min([float(problem.n_sites), *(rule.upper for rule in rules)])
    return low, high
