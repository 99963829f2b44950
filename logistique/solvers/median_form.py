"""Problems without levels, capacities or side rules, seen as medians with opening costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.model.problem import Problem
from logistique.model.requirements import Requirement

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Uncapacitated:
    """A problem seen as ``min Σ f_j y_j + Σ_i min c_ij`` with bounds on the number of sites.

    Parameters
    ----------
    problem : Problem
        What is seen so.
    sites : (s,) int
        Sites that may open.
    option : (s,) int
        The cheapest option of each.
    opening : (s,) float
        Its cost less the price of closing the site, EUR per day.
    offset : float
        Price of closing every site, EUR per day.
    lowest, highest : int
        Bounds on the number of open sites.
    """

    problem: Problem
    sites: IntArray
    option: IntArray
    opening: FloatArray
    offset: float
    lowest: int
    highest: int


def misfit(problem: Problem) -> str:
    """Say why a problem is not of this kind; empty if it is."""
    total = problem.total_demand
    rules = problem.requirements
    reasons = (
        (problem.n_storages > 0, "it has storage zones"),
        (bool((problem.option_capacity < total).any()), "depots have capacities that can bind"),
        (bool((problem.option_floor > 0).any()), "depots have a least throughput"),
        (bool(np.isfinite(problem.unserved_cost).any()), "consumers may stay unserved"),
        (
            any(not _counts_sites(rule) for rule in rules),
            "it has requirements other than hard bounds on the number of all sites",
        ),
    )
    return "; ".join(reason for holds, reason in reasons if holds)


def _counts_sites(rule: Requirement) -> bool:
    plain = rule.hard and rule.service is None and rule.feed is None
    return plain and bool((rule.option == 1.0).all()) and not rule.storage.any()


def as_uncapacitated(problem: Problem) -> Uncapacitated:
    """See a problem whose :func:`misfit` is empty as a median with opening costs."""
    order = np.lexsort((np.arange(problem.n_options), problem.option_cost, problem.option_site))
    first = np.unique(problem.option_site[order], return_index=True)[1]
    option = order[first]
    site = problem.option_site[option]
    may_open = ~problem.site_forbidden[site]
    site, option = site[may_open], option[may_open]
    lower = max([0.0, *(rule.lower for rule in problem.requirements)])
    upper = min([float(site.size), *(rule.upper for rule in problem.requirements)])
    return Uncapacitated(
        problem=problem,
        sites=site,
        option=option,
        opening=problem.option_cost[option] - problem.site_closing_cost[site],
        offset=float(problem.site_closing_cost.sum()),
        lowest=int(np.ceil(lower - 1e-9)),
        highest=int(np.floor(upper + 1e-9)),
    )
