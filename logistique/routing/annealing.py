"""One search: routes from a given set of depots, improved for a share of the budget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.routing.budget import Slice
from logistique.routing.depot_sets import cheap_depots
from logistique.routing.draws import words
from logistique.routing.feeding import feed_of
from logistique.routing.question import RoutingQuestion
from logistique.routing.route_kernels import exact_cost
from logistique.routing.ruin_kernels import anneal, recreate, sort_removed
from logistique.routing.tour_state import (
    Route,
    Tuple,
    copied,
    empty_pool,
    empty_state,
    field_of,
    routes_of,
    state_of,
)

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_CHUNK = 2_000
"""Turns between looks at the clock."""
_HOT, _COLD = 1.0, 0.01
"""First and last temperature, in mean lengths of a leg."""
_NEVER = 1e9
"""Price of excess, in ways for a mean demand, that is never worth it."""
_KEEP = 1.02
"""Routes of solutions up to this times the best cost go to the pool."""


@dataclass(frozen=True, eq=False)
class Search:
    """A set of depots with the best routes found from it.

    Parameters
    ----------
    members : (k,) int
        Depots that may be used.
    routes : list of Route
        Best routes within all capacities; empty if none was found.
    value : float
        Their whole cost, opening costs of the depots that are used included; ``inf`` if none.
    pool : tuple of arrays
        Routes met.
    """

    members: IntArray
    routes: list[Route]
    value: float
    pool: Tuple


def begin(question: RoutingQuestion, members: IntArray, room: int) -> Search:
    """Start without routes, with room for so many in the pool."""
    return Search(members, [], np.inf, empty_pool(question.n, room))


def improve(
    question: RoutingQuestion,
    near: IntArray,
    search: Search,
    budget: Slice,
    seed: int,
    warmth: float = 1.0,
    *,
    overloads: bool = False,
) -> Search:
    """Anneal within a slice of the budget, from the routes of the search where it has some.

    Parameters
    ----------
    warmth : float
        Factor of the first temperature; 1 forgets where the search starts.
    overloads : bool
        Whether vehicles may be overloaded on the way: better in long searches; in short ones the
        depots' capacities are hard enough to keep.
    """
    members = search.members
    usable = np.zeros(question.m, dtype=np.bool_)
    usable[members] = True
    # Opening costs of the set are paid whatever the routes, but for those small enough to be saved.
    saved = np.where(cheap_depots(question) & ~question.rules.fixed_open, question.opening, 0.0)
    field = field_of(question, near, saved)
    feed = feed_of(question.first_level, question.m, members)
    reach = question.distance[: question.n, question.n :][:, members].min(axis=1)
    rng = words(seed)
    price = _price_of_excess(question, overloads=overloads)
    state = _start(question, field, usable, price, reach, search.routes, rng)
    if (state[2] < 0).any():
        return search  # somebody cannot be reached from this set
    leg = _mean_leg(question, state)
    best_state, best = copied(state), np.inf
    hot, cold = warmth * _HOT * leg, _COLD * leg
    while budget.goes_on():
        now, then, turns = budget.step(_CHUNK)
        best = anneal(
            turns, hot * (cold / hot) ** now, hot * (cold / hot) ** then, field, usable, reach,
            feed, price, state, best_state, best, search.pool, _KEEP, rng,
        )  # fmt: skip
    if not np.isfinite(best):
        return search
    routes = routes_of(best_state)
    used = np.union1d([r.depot for r in routes], np.flatnonzero(question.rules.fixed_open))
    value = best + float((question.opening - saved)[used.astype(np.int64)].sum())
    return replace(search, routes=routes, value=value) if value < search.value else search


def _start(
    question: RoutingQuestion,
    field: Tuple,
    usable: BoolArray,
    price: NDArray[np.float64],
    reach: NDArray[np.float64],
    routes: list[Route],
    rng: NDArray[np.uint64],
) -> Tuple:
    if routes:
        return state_of(routes, question)
    n = question.n
    state = empty_state(n, question.m)
    order = np.arange(n)
    sort_removed(order, n, question.demand, reach, np.empty(n), rng)
    lean, live, touched = np.zeros(question.m), np.empty(n + 1, np.int64), np.zeros(n + 1, np.int64)
    recreate(field, usable, price, lean, state, live, order, n, touched, rng)
    return state


def _price_of_excess(question: RoutingQuestion, *, overloads: bool) -> NDArray[np.float64]:
    """First, least and largest price of a unit above a depot's capacity, then of a vehicle's."""
    ways = question.distance[: question.n, question.n :].min(axis=1)
    unit = max(1e-9, float(np.median(ways))) / max(1e-9, float(question.demand.mean()))
    vehicle = (1.0, 1e-2, 100.0) if overloads else (_NEVER,) * 3
    return unit * np.array([0.2, 1e-3, 100.0, *vehicle])


def _mean_leg(question: RoutingQuestion, state: Tuple) -> float:
    n_routes = int((state[5] >= 0).sum())
    field = list(field_of(question, np.zeros((0, 0), np.int64), np.zeros(question.m)))
    field[4] = field[9] = np.zeros(question.m)
    length = float(exact_cost(tuple(field), state))
    return max(1e-9, length / (question.n + n_routes))
