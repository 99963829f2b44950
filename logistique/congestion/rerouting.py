"""Drivers answer: the best of a short list when everybody chooses routes anew.

The certificate of :mod:`logistique.congestion.search` holds while the other traffic keeps its
links. Under user equilibrium it re-routes, and the order of plans may change. No bound is proved
for that question: plans are ranked by an estimate (:mod:`logistique.congestion.screening`), the
best of them are judged by equilibrium (:mod:`logistique.congestion.drivers`), and what was judged
corrects the estimate of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from logistique.congestion.answer import CongestedPlan, Visited
from logistique.congestion.drivers import Drivers, equilibrium_eur
from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import route
from logistique.congestion.screening import Screen, fitted_share, on_sites
from logistique.errors import NoSolutionError
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.solvers.choose import solve
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.median_form import misfit

CURVED = 60
"""Plans of least cost to first order whose curvature is looked at in a round."""

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
    size: int = 4,
    most: int = 24,
    time_s: float = 30.0,
) -> Answered:
    """Judge the plans that may be the best by equilibrium, and go on from the best of them.

    Candidates are the plans of the certificate loop, the best plan when delay is priced to first
    order with the others' answer, and what lies one site from the best plan so far.

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
    screen = Screen.of(question, drivers)
    pool = _Pool(question, drivers, screen)
    certified = _decisions(answer.best)
    certified_eur = pool.judge(certified)
    pool.add(_decisions(plan) for plan in answer.visited)
    first = _first_order_plan(screen, time_s)
    if first is not None:
        pool.add([first])
        pool.judge(first)
    centre: Decisions | None = None
    while len(pool.judged) < most:
        best = pool.best
        if best is not centre:
            centre = best
            pool.add(neighbours(screen, centre))
        due = pool.due()[: min(size, most - len(pool.judged))]
        if not due:
            break
        for plan in due:
            pool.judge(plan)
    best = pool.best
    base = cost_of(question.problem, best)
    routed = route(question, best.assignment, best.feed, within_eur=1e-3 * max(abs(base), 1e-9))
    visited = Visited(best.open_option, best.open_storage, best.assignment, best.feed, base, routed)
    return Answered(visited, pool.judged[_key(best)], certified_eur, len(pool.judged))


class _Pool:
    """Candidates with their estimates, and what judged ones cost."""

    def __init__(self, question: CongestedProblem, drivers: Drivers, screen: Screen) -> None:
        self.question = question
        self.drivers = drivers
        self.screen = screen
        self.plans: dict[bytes, Decisions] = {}
        self.linear: dict[bytes, float] = {}
        self.curved: dict[bytes, float] = {}
        self.judged: dict[bytes, float] = {}

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
        self.add([plan])
        key = _key(plan)
        if key not in self.judged:
            self.judged[key] = equilibrium_eur(self.question, self.drivers, plan)
        return self.judged[key]

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


def _first_order_plan(screen: Screen, time_s: float) -> Decisions | None:
    try:
        plan = solve(screen.linear, Limits(gap=1e-4, time_s=time_s))
    except NoSolutionError:
        return None
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)


def _decisions(plan: Visited) -> Decisions:
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)


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
