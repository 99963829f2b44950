"""Problems without levels, capacities or side rules, solved by the core of array siting."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.distances import DenseDistances
from logistique.location.near import near_lists
from logistique.location.uncapacitated import solve_uncapacitated
from logistique.location.watch import Watch
from logistique.location.weights import integral
from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.verdict import verdict

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


def solve_as_uncapacitated(seen: Uncapacitated, watch: Watch, started: float) -> Plan:
    """Solve a problem through the core of array siting.

    Raises
    ------
    InfeasibleError
        If the rules leave consumers without a depot.
    """
    problem = seen.problem
    costs = DenseDistances(problem.service_cost)
    lists = near_lists(costs, seen.sites, seen.sites.size)
    core = Core(
        lists=lists,
        weight=np.ones(problem.n_consumers),
        opening=seen.opening,
        fixed_open=problem.site_required[seen.sites],
        lowest=max(seen.lowest, 1),
        highest=seen.highest,
        integral=integral(lists.length, seen.opening) and integral(np.array([seen.offset])),
    )
    with watch.interruptible():
        proof = solve_uncapacitated(core, watch)
    decisions = _decisions(seen, proof.is_open)
    objective = cost_of(problem, decisions)
    bound = min(proof.bound + seen.offset, objective)
    return Plan(
        termination=verdict(objective, bound, watch.limits, interrupted=watch.interrupted),
        objective=objective,
        lower_bound=bound,
        open_option=decisions.open_option,
        open_storage=decisions.open_storage,
        assignment=decisions.assignment,
        feed=decisions.feed,
        seconds=time.perf_counter() - started,
        seed=watch.limits.seed,
        method="benders",
        reason=f"one level, no capacities, no rules but on the number of sites: {proof.reason}",
    )


def _decisions(seen: Uncapacitated, is_open: NDArray[np.bool_]) -> Decisions:
    problem = seen.problem
    open_option = np.zeros(problem.n_options, dtype=bool)
    open_option[seen.option[is_open]] = True
    sites = seen.sites[is_open]
    nearest = np.argmin(problem.service_cost[:, sites], axis=1)
    assignment = np.zeros(problem.service_cost.shape)
    assignment[np.arange(nearest.size), sites[nearest]] = 1.0
    return Decisions(
        open_option=open_option,
        open_storage=np.zeros(0, dtype=bool),
        assignment=assignment,
        feed=np.zeros((0, problem.n_sites)),
    )
