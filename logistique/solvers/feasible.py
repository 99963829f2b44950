"""Whether decisions obey everything a problem asks, within rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions

FloatArray = NDArray[np.float64]

TOLERANCE = 1e-7
"""Part of a limit by which it may be missed."""


def feasible(problem: Problem, decisions: Decisions) -> bool:
    """Check service, rooms, floors, feeds and hard requirements.

    Parameters
    ----------
    problem : Problem
        What is asked.
    decisions : Decisions
        What is decided; at most one option a site.
    """
    return _served(problem, decisions) and _rooms(problem, decisions) and _rules(problem, decisions)


def _served(problem: Problem, decisions: Decisions) -> bool:
    share = decisions.assignment
    served = share.sum(axis=1)
    must = np.isposinf(problem.unserved_cost)
    least = np.where(must, 1.0 - TOLERANCE, 0.0)
    if (served < least).any() or (served > 1.0 + TOLERANCE).any():
        return False
    used = share > 0
    whole = not problem.single_sourcing or bool((share[used] == 1.0).all())
    return whole and bool(np.isfinite(problem.service_cost[used]).all())


def _rooms(problem: Problem, decisions: Decisions) -> bool:
    load, feed = problem.demand @ decisions.assignment, decisions.feed
    chosen = np.flatnonzero(decisions.open_option)
    site = problem.option_site[chosen]
    if np.unique(site).size < site.size:
        return False
    opened = np.zeros(problem.n_sites, dtype=bool)
    opened[site] = True
    room, floor = np.zeros(problem.n_sites), np.zeros(problem.n_sites)
    room[site], floor[site] = problem.option_capacity[chosen], problem.option_floor[chosen]
    if (decisions.assignment[:, ~opened] > 0).any() or not _between(load, floor, room):
        return False
    if (problem.site_required & ~opened).any() or (problem.site_forbidden & opened).any():
        return False
    if problem.n_storages == 0:
        return True
    stored = decisions.open_storage
    if (problem.storage_required & ~stored).any() or (problem.storage_forbidden & stored).any():
        return False
    sent, brought = feed.sum(axis=1), feed.sum(axis=0)
    return (
        bool(np.isfinite(problem.feed_cost[feed > 0]).all())
        and _between(brought, load, load)
        and _between(
            sent,
            np.where(stored, problem.storage_floor, 0.0),
            np.where(stored, problem.storage_capacity, 0.0),
        )
    )


def _between(value: FloatArray, low: FloatArray, high: FloatArray) -> bool:
    unit = TOLERANCE * max(1.0, float(value.max(initial=0.0)))
    slack = np.minimum(unit, TOLERANCE * np.maximum(np.abs(value), 1.0))
    return bool((value >= low - slack).all() and (value <= high + slack).all())


def _rules(problem: Problem, decisions: Decisions) -> bool:
    for rule in problem.requirements:
        if not rule.hard:
            continue
        parts = [rule.option[decisions.open_option], rule.storage[decisions.open_storage]]
        if rule.service is not None:
            parts.append(rule.service.multiply(decisions.assignment).data)
        if rule.feed is not None:
            parts.append(rule.feed.multiply(decisions.feed).data)
        terms = np.concatenate(parts)
        limits = [abs(limit) for limit in (rule.lower, rule.upper) if np.isfinite(limit)]
        slack = TOLERANCE * max(1.0, *limits, 0.0)
        if not rule.lower - slack <= float(terms.sum()) <= rule.upper + slack:
            return False
    return True
