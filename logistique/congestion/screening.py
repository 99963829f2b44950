"""What plans will cost when drivers answer, estimated without an equilibrium for each.

To first order, everybody's time grows by what one more trip costs all, the answer of the others
included (:mod:`logistique.traffic.sensitivity`), times the trips: linear in the decisions, so that
location solvers take it as it is. What traffic of its own adds to a plan beyond that is taken as a
share of the curvature of D where nobody answers, D(v) − ∇D(0) v with v on the quickest routes:
others get out of the way of part of it. The share is fitted to the plans that were judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import CongestedProblem, Flows
from logistique.congestion.roads import Roads, Trees
from logistique.congestion.tree_kernels import sum_trees
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, cost_of
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.sensitivity import rerouting_prices
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

USUAL_SHARE = 0.3
"""Of the curvature, before any plan was judged."""

ByKind = dict[int, tuple[Trees, Trees]]


@dataclass(frozen=True, eq=False)
class Screen:
    """Estimates of what plans cost under equilibrium.

    Parameters
    ----------
    question : CongestedProblem
    service, feed : (n, k), (p, k) float
        The price of delay to first order, EUR per day and unit of the decision.
    trees : tuple of dict
        Quickest routes in the traffic, by period and part.
    """

    question: CongestedProblem
    service: FloatArray
    feed: FloatArray
    trees: tuple[tuple[ByKind, ...], ...]

    @classmethod
    def of(
        cls,
        question: CongestedProblem,
        delays: Sequence[VolumeDelay],
        found: Sequence[Equilibrium],
    ) -> Screen:
        """Price all trips in the traffic of all periods, without or with a plan's.

        Parameters
        ----------
        question : CongestedProblem
        delays : sequence of VolumeDelay
            By period.
        found : sequence of Equilibrium
            By period, found with these delays.
        """
        traffic = question.traffic
        hours = [np.zeros(part.pcu.shape) for part in question.parts]
        trees = []
        for number, (now, delay) in enumerate(zip(found, delays, strict=True)):
            price = rerouting_prices(now, delay)
            ways = tuple(part.trees(traffic.roads, now.time) for part in question.parts)
            trees.append(ways)
            for place, (part, way) in enumerate(zip(question.parts, ways, strict=True)):
                trip = _round_trips(part, traffic.roads, way, price)
                hours[place] = hours[place] + part.share[number] * part.pcu * trip
        service, feed = (
            traffic.value_of_time * (hours - own)
            for hours, own in zip(question.per_decision(hours), question.own_hours, strict=True)
        )
        return cls(question, service, feed, tuple(trees))

    @cached_property
    def linear(self) -> Problem:
        """The location problem with these prices.

        Costs below 0, which a network where more traffic saves time may ask for, are 0.
        """
        problem = self.question.problem
        return problem.replace(
            service_cost=np.maximum(problem.service_cost + self.service, 0.0),
            feed_cost=np.maximum(problem.feed_cost + self.feed, 0.0),
        )

    def mixed(self, other: Screen, share: float) -> Screen:
        """Return the same with prices moved by a share towards those of another."""
        return replace(
            self,
            service=self.service + share * (other.service - self.service),
            feed=self.feed + share * (other.feed - self.feed),
        )

    def first_order_eur(self, plan: Decisions) -> float:
        """Cost of a plan with the delay to first order, EUR per day."""
        delay = (self.service * plan.assignment).sum() + (self.feed * plan.feed).sum()
        return cost_of(self.question.problem, plan) + float(delay)

    def estimate_eur(self, plan: Decisions, share: float = USUAL_SHARE) -> float:
        """Cost of a plan with a share of the delay's curvature, EUR per day."""
        return self.first_order_eur(plan) + share * self.curvature_eur(plan)

    def curvature_eur(self, plan: Decisions) -> float:
        """Delay beyond the first order where nobody answers, EUR per day."""
        traffic = self.question.traffic
        total = 0.0
        for number, (period, trees) in enumerate(zip(traffic.periods, self.trees, strict=True)):
            flow = np.zeros(traffic.roads.n_links)
            moving = self.question.moving(plan.assignment, plan.feed)
            for (part, decision), way in zip(moving, trees, strict=True):
                busy: BoolArray = np.asarray((decision > 0).any(axis=1))
                few, kept = _busy(part, way, busy)
                loads = few.loads(traffic.roads, kept, np.ascontiguousarray(decision[busy]))
                flow += loads.sum(axis=(0, 1)) * (part.share[number] / period.hours)
            start = period.marginal(np.zeros_like(flow))
            total += period.hours * (period.delay(flow) - float(start @ flow))
        return traffic.value_of_time * total


def fitted_share(first_order: FloatArray, curvature: FloatArray, truth: FloatArray) -> float:
    """Share in [0, 1] of the curvature that explains judged plans best (least squares)."""
    squares = float(curvature @ curvature)
    if squares <= 0.0:
        return USUAL_SHARE
    return float(np.clip((truth - first_order) @ curvature / squares, 0.0, 1.0))


def _round_trips(part: Flows, roads: Roads, ways: ByKind, value: FloatArray) -> FloatArray:
    """Sum of link values over one round trip, (h, t); 0 where no trips are made or can be."""
    found = np.zeros(part.pcu.shape)
    for kind, pair in ways.items():
        sums = []
        for tree in pair:
            total = np.zeros(tree.cost.shape)
            before = roads.tail if tree.outward else roads.head
            sum_trees(np.ascontiguousarray(tree.link), before, value, total)
            sums.append(total)
        both = sums[0][:, part.place[:, 1]] + sums[1][:, part.place[:, 0]]
        found = np.where((part.kind == kind) & (part.pcu > 0), both, found)
    return found


def _busy(part: Flows, ways: ByKind, busy: BoolArray) -> tuple[Flows, ByKind]:
    few = replace(part, hub=part.hub[busy], pcu=part.pcu[busy], kind=part.kind[busy])
    return few, {kind: (_rows(out, busy), _rows(back, busy)) for kind, (out, back) in ways.items()}


def _rows(tree: Trees, busy: BoolArray) -> Trees:
    return Trees(tree.cost[busy], tree.link[busy], tree.outward)


def on_sites(screen: Screen, sites: Sequence[int]) -> Decisions | None:
    """Open the cheapest option of each site; consumers go where they cost least to first order.

    None where a consumer reaches none of them. Only for problems without capacities, levels or
    other rules.
    """
    problem = screen.question.problem
    cost = (problem.service_cost + screen.service)[:, list(sites)]
    if not np.isfinite(cost).any(axis=1).all():
        return None
    assignment = np.zeros((problem.n_consumers, problem.n_sites))
    assignment[np.arange(problem.n_consumers), np.asarray(sites)[cost.argmin(axis=1)]] = 1.0
    option = np.zeros(problem.n_options, dtype=np.bool_)
    option[_cheapest_options(problem)[list(sites)]] = True
    storage, feed = np.zeros(0, dtype=np.bool_), np.zeros((0, problem.n_sites))
    return Decisions(option, storage, assignment, feed)


def _cheapest_options(problem: Problem) -> NDArray[np.int64]:
    """Cheapest option of each site, −1 where it has none."""
    best = np.full(problem.n_sites, -1)
    order = np.argsort(problem.option_cost, kind="stable")[::-1]
    best[problem.option_site[order]] = order
    return best
