"""A problem as a two-level question of the location core, its other requirements priced.

The question has the sizes, capacities, floors and storages of the problem, split service, and its hard
rules on places (counts, budgets, exclusions) as rules. Rules on services and feeds, and those that may be
missed, are in its costs at their prices. The bound is that of the same question with every rule in
the costs. Where service may be refused, one more site without limit or cost stands for refusal, fed
by a storage of its own; a problem of one level has that storage alone.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import DenseDistances
from logistique.location.stages.core import Arcs, PlaceRules, Side, Stages
from logistique.location.stages.flow import Flows
from logistique.model.arcs import usable_services
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.solvers.decisions import Decisions
from logistique.solvers.leeway import split_room
from logistique.solvers.valid_price import constant

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_WHOLE = 2.0**30
"""Total demand, about, of a question made whole; flows of whole quantities are found quickly."""


@dataclass(frozen=True, eq=False)
class StagedForm:
    """What the search for two levels is asked, and how to read its answer.

    Parameters
    ----------
    problem : Problem
        What is asked.
    question : Stages
        For answers, in whole quantities; every answer is one of the problem but for the rules in
        ``costs``.
    priced : Stages
        For bounds, in exact quantities, with every rule in its costs.
    source : DenseDistances
        Service costs of both.
    offset : float
        What the cost of the problem has besides.
    unit : float
        Units of the questions in one of the problem's.
    in_costs : bool
        Whether there are rules that answers of the question may miss.
    counted : (r,) bool
        Requirements that limit the number of all sites or storages, which both questions do.
    """

    problem: Problem
    question: Stages
    priced: Stages
    source: DenseDistances
    offset: float
    unit: float
    in_costs: bool
    counted: BoolArray

    @property
    def needs_flows(self) -> bool:
        """Whether flows of the question are not the best of the problem."""
        return self.in_costs or self.unit != 1.0 or self.problem.single_sourcing

    def decisions(self, stages: Stages, flows: Flows) -> Decisions:
        """Read an answer.

        Parameters
        ----------
        stages : Stages
            The question its arcs are those of.
        flows : Flows
            The answer.
        """
        problem = self.problem
        k, p = problem.n_sites, problem.n_storages
        chosen = flows.option[:k]
        option = np.zeros(problem.n_options, dtype=bool)
        option[chosen[chosen >= 0]] = True
        share = np.zeros((problem.n_consumers, k))
        own = stages.arcs.pair < k
        share[stages.arcs.client[own], stages.arcs.pair[own]] = flows.share[own]
        # Whole quantities are a hair larger than the exact ones: feeds shrink with their loads.
        load = problem.demand @ share
        feed = flows.feed[0][:p, :k]
        brought = feed.sum(axis=0)
        scale = np.divide(load, brought, out=np.zeros(k), where=brought > 0)
        return Decisions(option, flows.storage[:p], share, feed * scale)


def staged_form(problem: Problem, prices: FloatArray) -> StagedForm:
    """Build the question of a problem.

    Parameters
    ----------
    problem : Problem
        Without docks, with some demand.
    prices : (r,) float
        Of its requirements, valid ones.
    """
    rules = list(zip(problem.requirements, prices.tolist(), strict=True))
    counts = np.array([_counts(problem, rule) for rule, _ in rules], dtype=bool)
    counted = [rule for rule, _ in rules if _counts(problem, rule)]
    placed = [pair for pair, own in zip(rules, counts, strict=True)
              if not own and _on_places(pair[0])]  # fmt: skip
    others = [(rule, price) for rule, price in rules if not _on_places(rule)]
    option, storage, service, feed = _costs(problem, others)
    refusal = bool(np.isfinite(problem.unserved_cost).any())
    places = _Places(problem, refusal=refusal)
    exact = places.stages(option, storage, feed, counted)
    question, unit = _whole(places, exact, placed)
    extra_option = sum((price * rule.option for rule, price in placed), np.zeros(option.size))
    extra_storage = sum((price * rule.storage for rule, price in placed), np.zeros(storage.size))
    priced = dataclasses.replace(
        _scaled(exact, unit),
        option_cost=exact.option_cost - places.of_options(extra_option, 0.0),
        storage_cost=exact.storage_cost - places.of_storages(extra_storage, 0.0),
        fixed=math.fsum(constant(rule, price) for rule, price in placed),
    )
    offset = math.fsum(constant(rule, price) for rule, price in others)
    offset += float(problem.site_closing_cost.sum() + problem.storage_closing_cost.sum())
    source = DenseDistances(places.of_services(service))
    return StagedForm(problem, question, priced, source, offset, unit, bool(others), counts)


def _on_places(rule: Requirement) -> bool:
    return rule.hard and rule.service is None and rule.feed is None


def _counts(problem: Problem, rule: Requirement) -> bool:
    """Whether a rule limits the number of all sites, or of all storages."""
    if not _on_places(rule):
        return False
    sites, storages = rule.option, rule.storage
    return bool(
        ((sites == 1).all() and not storages.any())
        or (problem.n_storages and (storages == 1).all() and not sites.any())
    )


def _costs(
    problem: Problem, rules: list[tuple[Requirement, float]]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Costs of options, storages, services and feeds, with what rules ask."""
    option = problem.option_cost - problem.site_closing_cost[problem.option_site]
    storage = problem.storage_cost - problem.storage_closing_cost
    service = np.where(usable_services(problem), problem.service_cost, np.inf)
    feed = problem.feed_cost.copy()
    for rule, price in rules:
        if price == 0.0:
            continue
        option = option - price * rule.option
        storage = storage - price * rule.storage
        if rule.service is not None:
            entries = rule.service.tocoo()
            service[entries.coords] -= price * entries.data
        if rule.feed is not None:
            feed = feed - price * rule.feed.toarray()
    return option, storage, service, feed


class _Places:
    """The sites and storages of a problem, and those that stand for refusal or for one level."""

    def __init__(self, problem: Problem, *, refusal: bool) -> None:
        self.problem = problem
        self.refusal = refusal
        self.alone = problem.n_storages == 0
        self.more = refusal or self.alone

    def of_options(self, values: FloatArray, extra: float) -> FloatArray:
        """Values of the options, with that of refusal."""
        return np.append(values, extra) if self.refusal else values

    def of_storages(self, values: FloatArray, extra: float) -> FloatArray:
        """Values of the storages, with that of the one more."""
        return np.append(values, extra) if self.more else values

    def site_side(self) -> Side:
        """Say which sites may be open; refusal always is."""
        problem = self.problem
        sized = np.zeros(problem.n_sites, dtype=bool)
        sized[problem.option_site] = True
        more = int(self.refusal)
        required = _padded(problem.site_required, more, value=True)
        forbidden = _padded(problem.site_forbidden | ~sized, more, value=False)
        return Side(required, forbidden, 0, required.size)

    def storage_side(self) -> Side:
        """Say which storages may be open; the one more always is."""
        more = int(self.more)
        required = _padded(self.problem.storage_required, more, value=True)
        forbidden = _padded(self.problem.storage_forbidden, more, value=False)
        return Side(required, forbidden, 0, required.size)

    def of_services(self, service: FloatArray) -> FloatArray:
        """Costs of services, with those of refusal."""
        if not self.refusal:
            return service
        return np.column_stack([service, self.problem.unserved_cost])

    def of_feeds(self, feed: FloatArray) -> FloatArray:
        """Costs of feeds, (1, s, j)."""
        p, k = feed.shape
        if self.more:
            feed = np.vstack([feed, np.full((1, k), 0.0 if self.alone else np.inf)])
        if self.refusal:
            feed = np.column_stack([feed, np.append(np.full(p, np.inf), 0.0)])
        return np.ascontiguousarray(feed[None])

    def stages(
        self, option: FloatArray, storage: FloatArray, feed: FloatArray, counted: list[Requirement]
    ) -> Stages:
        """Question in exact quantities, without arcs or rules."""
        problem = self.problem
        k = problem.n_sites + self.refusal
        nothing = np.zeros(0, dtype=np.int64)
        site = problem.option_site
        sides = [self.site_side(), self.storage_side()]
        for rule in counted:
            level = 1 if rule.storage.any() else 0
            more = int(self.more if level else self.refusal)
            high = math.floor(min(rule.upper, sides[level].highest) + 1e-9) + more
            sides[level] = sides[level].counted(math.ceil(max(rule.lower, 0.0) - 1e-9) + more, high)
        return Stages(
            demand=problem.demand,
            product=np.zeros(problem.n_consumers, dtype=np.int64),
            option_site=np.append(site, k - 1) if self.refusal else site,
            option_cost=self.of_options(option, 0.0),
            option_capacity=self.of_options(problem.option_capacity, np.inf)[:, None],
            option_floor=self.of_options(problem.option_floor, 0.0),
            storage_cost=self.of_storages(storage, 0.0),
            storage_floor=self.of_storages(problem.storage_floor, 0.0),
            storage_capacity=self.of_storages(problem.storage_capacity, np.inf)[:, None],
            feed=self.of_feeds(feed),
            arcs=Arcs.of(nothing, nothing, np.zeros(0), k),
            unserved=np.full(problem.n_consumers, np.inf),
            sites=sides[0],
            storages=sides[1],
        )


def _padded(mask: BoolArray, more: int, *, value: bool) -> BoolArray:
    return np.append(mask, np.full(more, value))


def _scaled(stages: Stages, unit: float) -> Stages:
    """Return the question with quantities in other units."""
    return dataclasses.replace(
        stages,
        demand=stages.demand * unit,
        option_capacity=stages.option_capacity * unit,
        option_floor=stages.option_floor * unit,
        storage_floor=stages.storage_floor * unit,
        storage_capacity=stages.storage_capacity * unit,
        feed=stages.feed / unit,
    )


def _whole(
    places: _Places, exact: Stages, placed: list[tuple[Requirement, float]]
) -> tuple[Stages, float]:
    """Question whose quantities are whole, and its unit: demand rounded up, room down."""
    quantities = np.concatenate([exact.demand, exact.option_capacity.ravel(),
                                 exact.storage_capacity.ravel()])  # fmt: skip
    finite = quantities[np.isfinite(quantities)]
    small = exact.total.max() < _WHOLE
    unit = 1.0 if small and (finite == np.rint(finite)).all() else 2.0 ** math.floor(
        math.log2(_WHOLE / float(exact.total.sum()))
    )  # fmt: skip
    scaled = _scaled(exact, unit)
    room = places.of_options(split_room(places.problem), np.inf)
    question = dataclasses.replace(
        scaled,
        demand=np.ceil(scaled.demand),
        option_capacity=np.floor(room[:, None] * unit),
        storage_capacity=np.floor(scaled.storage_capacity),
    )
    if placed:
        rules = PlaceRules(
            np.array([places.of_options(rule.option, 0.0) for rule, _ in placed]),
            np.array([places.of_storages(rule.storage, 0.0) for rule, _ in placed]),
            np.array([rule.lower for rule, _ in placed]),
            np.array([rule.upper for rule, _ in placed]),
        )
        question = dataclasses.replace(question, rules=rules)
    return question, unit
