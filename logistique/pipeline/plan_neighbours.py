"""Plans beside a plan: one depot more, one less, one exchanged, for the short list.

The rules of a scenario (capacities, least throughput, feeding, requirements) hold for every one
of them; what does not satisfy them is dropped. Consumers of a depot that closes go where it is
cheapest among those with room, a depot that opens takes those who gain most by it, at prices that
hold the answer of all drivers to first order; feeding is solved anew. Nothing is proved about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from logistique.congestion import Visited
from logistique.congestion.question import CongestedProblem
from logistique.congestion.routing import route
from logistique.congestion.screening import Screen
from logistique.evaluation.verify import verify
from logistique.model.plan import Plan, Termination
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, cost_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_TRIED = 6
"""Candidates checked against all rules for each plan asked for."""


@dataclass(frozen=True, eq=False)
class _Prices:
    """Costs at the flows of a plan: of services with their feeding (n, k), of options (m,)."""

    service: FloatArray
    option: FloatArray


@dataclass(frozen=True, eq=False)
class _Draft:
    """Options and assignment of a neighbour, and its cost at the prices, EUR per day."""

    option: BoolArray
    assignment: FloatArray
    eur: float


def plan_neighbours(screen: Screen, plan: Visited, count: int) -> list[Visited]:
    """Neighbours of a plan that satisfy all rules and promise most when drivers answer.

    Parameters
    ----------
    screen : Screen
        Prices of delay, the others' answer included.
    plan : Visited
    count : int
        Most plans returned.

    Returns
    -------
    list of Visited
        By their cost at the prices of the screen.
    """
    question, linear = screen.question, screen.linear
    problem = question.problem
    prices = _Prices(_with_feed(linear, plan.open_storage), problem.option_cost)
    drafts = sorted(_drafts(problem, plan, prices), key=lambda draft: draft.eur)
    found: list[Visited] = []
    for draft in drafts[: _TRIED * count]:
        if len(found) >= count:
            break
        made = _completed(question, linear, plan.open_storage, draft)
        if made is not None:
            found.append(made)
    return sorted(found, key=lambda made: screen.first_order_eur(made.decisions))


def _with_feed(linear: Problem, open_storage: BoolArray) -> FloatArray:
    """Service costs with the cheapest feeding from an open storage zone, (n, k)."""
    if linear.n_storages == 0:
        return linear.service_cost
    opened = np.where(open_storage[:, None], linear.feed_cost, np.inf)
    return np.asarray(linear.service_cost + linear.demand[:, None] * opened.min(axis=0)[None, :])


def _drafts(problem: Problem, plan: Visited, prices: _Prices) -> Iterator[_Draft]:
    opened = set(problem.option_site[plan.open_option].tolist())
    every = np.flatnonzero(~problem.site_forbidden).tolist()
    closed = [k for k in every if k not in opened]
    removable = [k for k in sorted(opened) if not problem.site_required[k]]
    start = _Draft(plan.open_option, plan.assignment, 0.0)
    for k in closed:
        for option in np.flatnonzero(problem.option_site == k).tolist():
            draft = _opened(problem, start, prices, option)
            if draft is not None:
                yield _priced(problem, draft, prices)
    for j in removable:
        draft = _closed(problem, start, prices, j)
        if draft is not None:
            yield _priced(problem, draft, prices)
        for k in closed:
            options = np.flatnonzero(problem.option_site == k)
            largest = int(options[problem.option_capacity[options].argmax()])
            both = _exchanged(problem, start, prices, j, largest)
            if both is not None:
                yield _priced(problem, both, prices)


def _priced(problem: Problem, draft: _Draft, prices: _Prices) -> _Draft:
    used = draft.assignment > 0
    eur = float((prices.service[used] * draft.assignment[used]).sum())
    eur += float(prices.option[draft.option].sum())
    opened = np.bincount(problem.option_site[draft.option], minlength=problem.n_sites) > 0
    eur += float(problem.site_closing_cost[~opened].sum())
    return _Draft(draft.option, draft.assignment, eur)


def _room(problem: Problem, draft: _Draft) -> tuple[FloatArray, FloatArray]:
    """Throughput that open sites can still take, and that they can still give up, (k,)."""
    load = problem.demand @ draft.assignment
    most, least = np.zeros(problem.n_sites), np.zeros(problem.n_sites)
    chosen = draft.option
    most[problem.option_site[chosen]] = problem.option_capacity[chosen]
    least[problem.option_site[chosen]] = problem.option_floor[chosen]
    return most - load, load - least


def _closed(problem: Problem, draft: _Draft, prices: _Prices, site: int) -> _Draft | None:
    """Close a depot: its consumers go, the hardest to place first, where there is room."""
    option = draft.option & (problem.option_site != site)
    assignment = draft.assignment.copy()
    room, _ = _room(problem, draft)
    room[site] = 0.0
    open_sites = np.unique(problem.option_site[option])
    if open_sites.size == 0:
        return None
    consumers = np.flatnonzero(assignment[:, site] > 0)
    cost = prices.service[np.ix_(consumers, open_sites)]
    ordered = np.sort(cost, axis=1)
    regret = ordered[:, 1] - ordered[:, 0] if open_sites.size > 1 else ordered[:, 0]
    regret = np.where(np.isnan(regret), np.inf, regret)
    for row in np.lexsort((consumers, -regret)):
        i = int(consumers[row])
        need = problem.demand[i] * assignment[i, site]
        able = np.where(room[open_sites] >= need, cost[row], np.inf)
        k = int(open_sites[able.argmin()])
        if not np.isfinite(able.min()):
            return None
        assignment[i, k] += assignment[i, site]
        assignment[i, site] = 0.0
        room[k] -= need
    return _Draft(option, assignment, 0.0)


def _opened(problem: Problem, draft: _Draft, prices: _Prices, opened: int) -> _Draft | None:
    """Open a depot: it takes those who gain most by it until it is full."""
    site = int(problem.option_site[opened])
    option, assignment = draft.option.copy(), draft.assignment.copy()
    option[opened] = True
    _, spare = _room(problem, draft)
    consumer, before = np.nonzero(assignment > 0)
    part = assignment[consumer, before]
    gain = (prices.service[consumer, before] - prices.service[consumer, site]) * part
    need = problem.demand[consumer] * part
    left = float(problem.option_capacity[opened])
    for row in np.lexsort((consumer, -gain / np.maximum(need, 1e-9))).tolist():
        if not gain[row] > 0:
            break
        j = before[row]
        if need[row] <= left and need[row] <= spare[j] + 1e-9:
            assignment[consumer[row], j] = 0.0
            assignment[consumer[row], site] += part[row]
            left -= float(need[row])
            spare[j] -= need[row]
    taken = float(problem.demand @ assignment[:, site])
    if taken <= 0 or taken < problem.option_floor[opened]:
        return None
    return _Draft(option, assignment, 0.0)


def _exchanged(
    problem: Problem, draft: _Draft, prices: _Prices, site: int, opened: int
) -> _Draft | None:
    """Open a depot, then close another, whose consumers may go to it."""
    option = draft.option.copy()
    option[opened] = True
    shut = _closed(problem, _Draft(option, draft.assignment, 0.0), prices, site)
    if shut is None:
        return None
    fresh = int(problem.option_site[opened])
    load = float(problem.demand @ shut.assignment[:, fresh])
    return shut if load > 0 and load >= problem.option_floor[opened] else None


def _completed(
    question: CongestedProblem, linear: Problem, open_storage: BoolArray, draft: _Draft
) -> Visited | None:
    """Feed the depots of a draft and check every rule; None where one is broken."""
    problem = question.problem
    feed = _feeding(linear, open_storage, draft.assignment)
    if feed is None:
        return None
    base = cost_of(problem, Decisions(draft.option, open_storage, draft.assignment, feed))
    if not np.isfinite(base):
        return None
    claim = Plan(
        termination=Termination.LIMIT,
        objective=base,
        lower_bound=-np.inf,
        open_option=draft.option,
        open_storage=open_storage,
        assignment=draft.assignment,
        feed=feed,
        seconds=0.0,
        seed=0,
        method="neighbour",
        reason="",
    )
    if not verify(problem, claim).ok:
        return None
    routed = route(question, draft.assignment, feed, within_eur=1e-5 * abs(base))
    return Visited(draft.option, open_storage, draft.assignment, feed, base, routed)


def _feeding(linear: Problem, open_storage: BoolArray, assignment: FloatArray) -> FloatArray | None:
    """Cheapest feeding of the loads from open storage zones, (p, k); None where there is none."""
    p, k = linear.n_storages, linear.n_sites
    feed = np.zeros((p, k))
    if p == 0:
        return feed
    load = linear.demand @ assignment
    usable = open_storage[:, None] & (load > 0)[None, :] & np.isfinite(linear.feed_cost)
    storage, site = np.nonzero(usable)
    if storage.size == 0:
        return None if load.any() else feed
    column, ones = np.arange(storage.size), np.ones(storage.size)
    arriving = coo_array((ones, (site, column)), shape=(k, storage.size)).tocsr()
    leaving = coo_array((ones, (storage, column)), shape=(p, storage.size)).tocsr()
    opened = np.flatnonzero(open_storage)
    bounded = opened[np.isfinite(linear.storage_capacity[opened])]
    rows = [leaving[bounded], -leaving[opened]]
    most = [linear.storage_capacity[bounded], -linear.storage_floor[opened]]
    stacked = coo_array(np.vstack([part.toarray() for part in rows])).tocsr()
    busy = np.flatnonzero(load > 0)
    found = linprog(
        linear.feed_cost[storage, site], A_ub=stacked, b_ub=np.concatenate(most),
        A_eq=arriving[busy], b_eq=load[busy], method="highs",
    )  # fmt: skip
    if found.status != 0:
        return None
    feed[storage, site] = np.maximum(found.x, 0.0)
    total = feed.sum(axis=0)
    # Rounding of the solver must not unbalance a depot.
    feed[:, busy] *= (load[busy] / total[busy])[None, :]
    return feed
