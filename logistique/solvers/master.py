"""The linear relaxation of a large problem on few of its service arcs, all of them priced.

The problem is restricted to some arcs; every other row of it, requirements included, stays in
the master. Strong linking rows enter where they are violated. With the dual prices of the
master every arc left out is priced exactly:

    reduced cost of x_ik = cost_ik − Σ_rows price · coefficient,

and the value of the master plus Σ min(0, reduced cost) over the arcs left out is a lower bound
for the whole problem, because x_ik ≤ 1. Arcs that pay join the master until none is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpAnswer, LpModel, LpStatus
from logistique.location.watch import Watch
from logistique.model.arcs import usable_services
from logistique.model.problem import Problem
from logistique.solvers.formulation import Formulation, formulate

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FIRST_ARCS = 8
"""Arcs per consumer the master begins with."""

_MOST_NEW = 6
"""Arcs per consumer that may join in one round."""

_VIOLATED = 1e-6
_LINK_ROUNDS = 12
_ROUNDS = 40


@dataclass(frozen=True, eq=False)
class Master:
    """Solved relaxation.

    Parameters
    ----------
    formulation : Formulation
        Of the problem restricted to the arcs in the master.
    kept : (n, k) bool
        Arcs in the master.
    bound : float
        Proved lower bound on the cost of every plan of the whole problem.
    usable : (n, k) bool
        Arcs that some plan can use.
    reduced_cost : (n, k) float
        Reduced costs of the usable arcs left out, 0 for others.
    site_cost : (k,) float
        What opening a site costs beyond the bound, at least.
    feasible : bool
        False: not even split service satisfies all rules.
    """

    formulation: Formulation
    kept: BoolArray
    bound: float
    usable: BoolArray
    reduced_cost: FloatArray
    site_cost: FloatArray
    feasible: bool = True


def restricted(problem: Problem, kept: BoolArray) -> Problem:
    """Problem without the arcs that are not kept."""
    return problem.replace(service_cost=np.where(kept, problem.service_cost, np.inf))


def solve_master(problem: Problem, watch: Watch) -> Master | None:
    """Solve the relaxation by adding arcs; None if time is up before its first bound.

    Parameters
    ----------
    problem : Problem
        Large.
    watch : Watch
        Clock.
    """
    usable = usable_services(problem)
    arriving = problem.demand @ usable
    kept = _cheapest(problem, usable, FIRST_ARCS)
    best: Master | None = None
    for _ in range(_ROUNDS):
        formulation = formulate(restricted(problem, kept), arriving)
        answer = _relaxed(formulation, watch)
        if answer.status is LpStatus.INFEASIBLE:
            if (kept == usable).all():
                none = np.zeros(kept.shape)
                return Master(formulation, kept, math.inf, usable, none, none[0], feasible=False)
            kept = kept | _cheapest(problem, usable & ~kept, 2 * _MOST_NEW)
            continue
        if answer.row_dual is None:
            return best
        reduced = reduced_costs(problem, formulation, answer.row_dual, usable & ~kept)
        missing = float(np.minimum(reduced, 0.0).sum())
        # Whatever the tolerances of HiGHS let pass, times the range of a decision.
        slip = answer.dual_slip * max(1.0, problem.total_demand / formulation.columns.unit)
        bound = answer.bound + formulation.model.offset + missing - slip
        if best is None or bound > best.bound:
            site_cost = _site_cost(formulation, answer.reduced_cost)
            best = Master(formulation, kept, bound, usable, reduced, site_cost)
        watch.tell(math.inf, best.bound, "master")
        pays = reduced < -1e-9 * max(1.0, abs(bound))
        if not pays.any() or watch.over:
            break
        kept = kept | _most_paying(reduced, pays, _MOST_NEW)
    return best


def _cheapest(problem: Problem, allowed: BoolArray, count: int) -> BoolArray:
    """Cheapest of the allowed arcs of each consumer, feeding included."""
    price = np.where(allowed, problem.service_cost, np.inf)
    if problem.n_storages:
        feed = problem.feed_cost.min(axis=0)
        price = price + np.where(np.isfinite(feed), feed, 0.0) * problem.demand[:, None]
    count = min(count, price.shape[1])
    places = np.argpartition(price, count - 1, axis=1)[:, :count]
    marked = np.zeros(price.shape, dtype=bool)
    np.put_along_axis(marked, places, values=True, axis=1)
    return marked & allowed


def _most_paying(reduced: FloatArray, pays: BoolArray, count: int) -> BoolArray:
    count = min(count, reduced.shape[1])
    value = np.where(pays, reduced, np.inf)
    places = np.argpartition(value, count - 1, axis=1)[:, :count]
    marked = np.zeros(reduced.shape, dtype=bool)
    np.put_along_axis(marked, places, values=True, axis=1)
    return marked & pays


def reduced_costs(
    problem: Problem, formulation: Formulation, price: FloatArray, wanted: BoolArray
) -> FloatArray:
    """Price service arcs that are no columns of the model.

    Parameters
    ----------
    problem : Problem
        The whole problem.
    formulation : Formulation
        Of a restriction of it.
    price : (rows,) float
        Dual prices of the rows of the formulation.
    wanted : (n, k) bool
        Arcs to price.

    Returns
    -------
    (n, k) float
        Reduced costs; 0 for arcs that are not wanted.
    """
    unit = formulation.columns.unit
    per_unit = price[formulation.load_rows].copy()
    if formulation.floor_rows.stop > formulation.floor_rows.start:
        per_unit += price[formulation.floor_rows]
    if formulation.balance_rows.stop > formulation.balance_rows.start:
        per_unit -= price[formulation.balance_rows]
    refusal = np.where(np.isfinite(problem.unserved_cost), problem.unserved_cost, 0.0)
    constant = refusal + price[formulation.serve_rows]
    reduced = np.where(wanted, problem.service_cost, 0.0)
    reduced -= constant[:, None] + np.outer(problem.demand / unit, per_unit)
    for requirement, sigma in zip(
        problem.requirements, price[formulation.requirement_rows], strict=True
    ):
        if requirement.service is not None and sigma != 0.0:
            reduced -= sigma * requirement.service.toarray()
    return np.where(wanted, reduced, 0.0)


def _site_cost(formulation: Formulation, reduced_cost: FloatArray | None) -> FloatArray:
    """Least reduced cost of opening each site at some size, ≥ 0."""
    columns, problem = formulation.columns, formulation.problem
    assert reduced_cost is not None
    cheapest = np.full(columns.k, np.inf)
    sizes = np.maximum(reduced_cost[: columns.m], 0.0)
    np.minimum.at(cheapest, problem.option_site, sizes)
    cheapest[np.isinf(cheapest)] = 0.0
    return cheapest + np.maximum(reduced_cost[columns.open_site : columns.storage], 0.0)


def _relaxed(formulation: Formulation, watch: Watch) -> LpAnswer:
    """Solve without integrality; the answer's prices are those of all rows of the formulation."""
    model, links = formulation.model, formulation.link_rows
    base = np.ones(model.matrix.shape[0], dtype=bool)
    base[links] = False
    rows = np.flatnonzero(base)
    lp = LpModel(model.cost, model.lower, model.upper, stop=lambda: watch.interrupted)
    lp.add_rows(sparse.csr_array(model.matrix[rows]), model.row_lower[rows], model.row_upper[rows])
    present = np.zeros(0, dtype=np.int64)
    columns = formulation.columns
    arc = columns.service + np.arange(columns.consumer.size)
    for turn in range(_LINK_ROUNDS):
        answer = lp.solve(time_s=watch.left)
        if answer.values is None or answer.row_dual is None:
            return answer
        apart = answer.values[arc] - answer.values[columns.open_site + columns.site]
        new = np.setdiff1d(np.flatnonzero(apart > _VIOLATED), present)
        if new.size == 0 or turn == _LINK_ROUNDS - 1 or watch.over:
            break
        lp.add_rows(
            sparse.csr_array(model.matrix[links.start + new]),
            np.full(new.size, -np.inf),
            np.zeros(new.size),
        )
        present = np.concatenate([present, new])
    price = np.zeros(model.matrix.shape[0])
    assert answer.row_dual is not None
    price[rows] = answer.row_dual[: rows.size]
    price[links.start + present] = answer.row_dual[rows.size : rows.size + present.size]
    return LpAnswer(
        answer.status, answer.objective, answer.bound, answer.values, answer.reduced_cost, price,
        answer.dual_slip,
    )  # fmt: skip
