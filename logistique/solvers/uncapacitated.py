"""Problems that are medians with opening costs, solved by the core of array siting."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.distances import DenseDistances
from logistique.location.near import near_lists
from logistique.location.uncapacitated import solve_uncapacitated
from logistique.location.watch import Watch
from logistique.location.weights import integral
from logistique.model.plan import Plan
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.median_form import Uncapacitated
from logistique.solvers.verdict import verdict


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
