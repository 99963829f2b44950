"""Places that obey all requirements, from a small integral model of groups of consumers.

The sites of an answer that misses requirements, and closed ones near its consumers, are chosen from anew,
with its storages, by branch and bound; who is served alike is one consumer there.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.location.distances import DenseDistances
from logistique.location.stages.groups import groups
from logistique.location.watch import Watch
from logistique.model.arcs import usable_services
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, decisions_of
from logistique.solvers.formulation import formulate
from logistique.solvers.grouped import grouped
from logistique.solvers.leeway import split_room
from logistique.solvers.master import restricted
from logistique.solvers.supervised import supervised_search

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_GROUPS = 400
_MORE = 1.5
"""Closed sites, for each open one."""

_DEPTH = 12
"""Cheapest of these sites for each group, what requirements pay included."""

_GAP = 0.5
"""Gap of the small model, as a part of the gap asked for."""


def group_plan(
    problem: Problem, known: Decisions, prices: FloatArray, watch: Watch
) -> Decisions | None:
    """Choose places anew around those of an answer.

    Parameters
    ----------
    problem : Problem
        What is asked.
    known : Decisions
        Answer that misses requirements.
    prices : (r,) float
        Prices of the requirements.
    watch : Watch
        Clock.

    Returns
    -------
    Decisions or None
        Their places are what counts: ``refined`` finds the services. None: nothing found in time.
    """
    if watch.over:
        return None
    member = groups(
        DenseDistances(problem.service_cost), problem.demand, _GROUPS, watch.limits.seed
    )
    roomy = problem.replace(option_capacity=split_room(problem))
    try:
        small = _around(grouped(roomy, member), known, prices)
    except InvalidInputError:  # a problem of these places alone is refused: they do not serve all
        return None
    limits = dataclasses.replace(watch.limits, time_s=watch.left, gap=_GAP * watch.limits.gap)
    formulation = formulate(small)
    outcome = supervised_search(formulation, limits, lambda *_: None)
    if outcome.values is None:
        return None
    found = decisions_of(formulation, outcome.values)
    return dataclasses.replace(found, assignment=found.assignment[member])


def _around(small: Problem, known: Decisions, prices: FloatArray) -> Problem:
    """Problem with the open sites, closed ones that promise most, and near arcs only."""
    opened = np.zeros(small.n_sites, dtype=bool)
    opened[small.option_site[known.open_option]] = True
    price = small.service_cost.copy()
    for rule, value in zip(small.requirements, prices.tolist(), strict=True):
        if rule.service is not None:
            price -= value * rule.service.toarray()
    usable = usable_services(small)
    price = np.where(usable, price, np.inf)
    now = price[:, opened].min(axis=1, initial=np.inf)
    worth = np.maximum(np.where(np.isfinite(now), now, 0.0)[:, None] - price, 0.0).sum(axis=0)
    cheapest = np.full(small.n_sites, np.inf)
    np.minimum.at(cheapest, small.option_site, small.option_cost)
    score = np.where(opened | small.site_forbidden, np.inf, cheapest - worth)
    count = min(int(_MORE * opened.sum()), small.n_sites)
    order = np.argsort(score, kind="stable")[:count]
    inside = opened | small.site_required
    inside[order[np.isfinite(score[order])]] = True
    near = np.where(inside, price, np.inf)
    depth = min(_DEPTH, small.n_sites)
    marked = np.zeros(price.shape, dtype=bool)
    np.put_along_axis(
        marked, np.argpartition(near, depth - 1, axis=1)[:, :depth], values=True, axis=1
    )
    small = restricted(small, marked & np.isfinite(near))
    return small.replace(
        site_forbidden=small.site_forbidden | ~inside,
        storage_forbidden=small.storage_forbidden | ~(known.open_storage | small.storage_required),
    )
