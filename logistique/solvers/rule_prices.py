"""Prices of side requirements: with them a problem has none, and its bounds hold for the problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import DenseDistances
from logistique.location.stages.core import Stages
from logistique.location.stages.groups import groups
from logistique.location.stages.link_ascent import LinkAscent
from logistique.location.stages.rule_ascent import LinearRules, climbed_rules
from logistique.location.stages.wide import Wide
from logistique.location.watch import Watch
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.solvers.grouped import grouped
from logistique.solvers.staged_form import staged_form
from logistique.solvers.valid_price import valid_price

FloatArray = NDArray[np.float64]

_GROUPS = 300
"""Groups of consumers that prices are found on."""

_DEPTH = 48
"""Arcs per group."""

_STEPS = 400
"""Steps of each climb of these prices."""


def rule_prices(problem: Problem, watch: Watch) -> FloatArray:
    """Prices of the requirements at which groups of consumers bound most.

    Parameters
    ----------
    problem : Problem
        Without docks, with some demand.
    watch : Watch
        Clock.

    Returns
    -------
    (r,) float
        Valid prices per unit of each row; 0 for those the question of the problem obeys by itself.
    """
    prices = np.zeros(len(problem.requirements))
    if not prices.size:
        return prices
    source = DenseDistances(problem.service_cost)
    member = groups(source, problem.demand, _GROUPS, watch.limits.seed)
    small = grouped(problem, member)
    form = staged_form(small, prices)
    numbers = np.flatnonzero(~form.counted)
    if not numbers.size:
        return prices
    feed = form.priced.feed[0].min(axis=0)
    nearby = np.where(np.isfinite(feed), feed, 0.0)
    stages = Wide.of(form.priced, form.source, nearby, min(_DEPTH, nearby.size)).stages
    requirements = [small.requirements[number] for number in numbers]
    rules = _linear(small, stages, requirements)
    found = climbed_rules(LinkAscent, stages, rules, _STEPS, watch)[0]
    pairs = zip(requirements, found.tolist(), strict=True)
    prices[numbers] = [valid_price(rule, price) for rule, price in pairs]
    return prices


def _linear(problem: Problem, stages: Stages, requirements: list[Requirement]) -> LinearRules:
    """Rules on the arcs of a question; what feeds count goes with the loads of the cheapest ones."""
    client, site = stages.arcs.client.astype(np.int64), stages.arcs.pair
    real = site < problem.n_sites
    count = len(requirements)
    option = np.zeros((count, stages.option_cost.size))
    storage = np.zeros((count, stages.n_storages))
    arc = np.zeros((count, client.size))
    for r, rule in enumerate(requirements):
        option[r, : rule.option.size] = rule.option
        storage[r, : rule.storage.size] = rule.storage
        if rule.service is not None:
            arc[r, real] = rule.service.toarray()[client[real], site[real]]
        if rule.feed is not None and problem.n_storages:
            nearest = np.argmin(problem.feed_cost, axis=0)
            unit = rule.feed.toarray()[nearest, np.arange(problem.n_sites)]
            arc[r, real] += problem.demand[client[real]] * unit[site[real]]
    return LinearRules(
        option,
        storage,
        arc,
        np.array([rule.lower for rule in requirements]),
        np.array([rule.upper for rule in requirements]),
        np.array([np.inf if rule.hard else float(rule.shortfall_price or 0.0)
                  for rule in requirements]),
    )  # fmt: skip
