"""Location-routing: which depots to open and which tours serve everybody from them."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from logistique.errors import NoSolutionError
from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.model.plan import Termination
from logistique.model.progress import Listener
from logistique.routing.bound import Bound, lower_bound
from logistique.routing.compilation import compile_kernels
from logistique.routing.feeding import feed_routes
from logistique.routing.question import Feeding, RoutingQuestion, ask
from logistique.routing.route_bound import relaxed_route_bound
from logistique.routing.routed import RoutedSiting
from logistique.routing.search import Found, search
from logistique.routing.tour_state import Route

DEFAULT_LIMITS = Limits()
_SEARCH = 0.94
"""Part of the time for routes; the rest is for their bound."""
_EVALUATIONS = 40
"""Of the relaxation that proves a bound, where turns are counted instead of time."""


class _Ended:
    """Ends a search when the whole is interrupted."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def is_set(self) -> bool:
        return self._watch.interrupted


def solve_location_routing(
    distance: ArrayLike,
    demand: ArrayLike,
    vehicle_capacity: float,
    *,
    depot_capacity: ArrayLike | None = None,
    opening_cost: ArrayLike = 0.0,
    vehicle_cost: ArrayLike = 0.0,
    unit_cost: ArrayLike = 0.0,
    max_vehicles: int | None = None,
    feeding: Feeding | None = None,
    required: ArrayLike | None = None,
    forbidden: ArrayLike | None = None,
    existing: ArrayLike | None = None,
    turns: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
) -> RoutedSiting:
    """Open depots and route vehicles so that opening, vehicles and ways cost least.

    Every customer is visited once; every route begins and ends at one open depot and carries at
    most ``vehicle_capacity``; a depot sends out at most its capacity. With ``feeding``, lorries
    bring the depots' loads from platforms, whose use may cost too (two-echelon location-routing; with
    depots that cost nothing and limits on vehicles and lorries, the two-echelon VRP).

    Parameters
    ----------
    distance : (n + m, n + m) array
        Cost of the way between any two places, ≥ 0, the n customers first, then the m depots; need
        not be symmetric; ``inf``: no way.
    demand : (n,) float
        What each customer receives, ≥ 0, at most ``vehicle_capacity``.
    vehicle_capacity : float
        What a vehicle carries.
    depot_capacity : (m,) float, optional
        What each depot sends out at most; default: no limit.
    opening_cost, vehicle_cost : (m,) float or float
        Cost of each open depot; of each route, by its depot.
    unit_cost : (m,) float or float
        Cost of each unit of load that a depot sends out.
    max_vehicles : int, optional
        Routes at most; default: no limit.
    feeding : Feeding, optional
        The first level.
    required, forbidden, existing : mask or depot numbers, optional
        Depots that must be opened, stay closed, or are open already (at no cost).
    turns : int, optional
        Turns of ruin and recreate of each processor instead of the time limit: the answer then
        depends on the arrays, the seed and the number of threads alone.
    limits : Limits
        Time, gap, seed and processors.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.

    Returns
    -------
    RoutedSiting
        The best answer found; Ctrl-C returns the best so far. It is called optimal only where the
        proved bound comes within the gap.

    Raises
    ------
    InvalidInputError
        NaN, negative numbers, shapes that disagree: all findings at once.
    InfeasibleError
        A demand above the vehicle's capacity; too little capacity of depots, vehicles, platforms or
        lorries; customers or depots out of reach.
    NoSolutionError
        When no routes within all capacities were found in time, with the capacities that are scarce.

    Notes
    -----
    Sets of depots are ranked by a linear surrogate, routed by ruin and recreate with simulated
    annealing, the better ones longer; the routes met are recombined by set partitioning (HiGHS).
    The bound is the better of a radial one, for ways that keep the triangle inequality, and a
    Lagrangian one over relaxed routes, for demands in whole numbers and up to about 200 customers.
    Memory: 16 (n + m)² bytes and 14 MB for each of 16 sets. The first search of an installation
    compiles its kernels before the clock starts, about a minute of one processor; it says so in
    ``seconds["compilation"]``.

    Examples
    --------
    >>> distance = [[0, 2, 5, 4], [2, 0, 5, 4], [5, 5, 0, 9], [4, 4, 9, 0]]
    >>> found = solve_location_routing(distance, [1, 1], 2, opening_cost=[3, 1], turns=100)
    >>> found.objective, found.open_sites.tolist()
    (11.0, [1])
    """
    question = ask(
        distance,
        demand,
        vehicle_capacity,
        depot_capacity,
        opening_cost,
        vehicle_cost,
        feeding,
        required,
        forbidden,
        existing,
        unit_cost,
        max_vehicles,
    )
    begun = time.perf_counter()
    compiled = compile_kernels()
    spent = time.perf_counter() - begun - compiled
    limited = replace(limits, time_s=max(0.5 * limits.time_s, limits.time_s - spent))
    watch = Watch(limited, progress)
    with watch.interruptible():
        with watch.part("bound"):
            bound = lower_bound(question, watch)
        searching = Watch(replace(limited, time_s=_SEARCH * watch.left), progress, _Ended(watch))
        found = search(
            question, searching, lambda routes: sum(costs_of(question, routes).values()), turns
        )
        with watch.part("bound"):
            evaluations = None if turns is None else _EVALUATIONS
            other = relaxed_route_bound(question, found.routes, found.value, watch, evaluations)
        if other.value > bound.value or not np.isfinite(bound.value):
            both = f"{bound.method}; {other.method}"
            bound = other if np.isfinite(other.value) else Bound(-np.inf, both)
        seconds = {**searching.seconds(), **watch.seconds()}
        if compiled:
            seconds["compilation"] = compiled
        return _answer(question, found, bound, watch, seconds)


def costs_of(question: RoutingQuestion, routes: list[Route]) -> dict[str, float]:
    """Costs of routes by kind; depots that are required count as open."""
    n = question.n
    ways = 0.0
    for route in routes:
        stops = np.array([n + route.depot, *route.stops, n + route.depot])
        ways += float(question.distance[stops[:-1], stops[1:]].sum())
    used = {route.depot for route in routes} | set(
        np.flatnonzero(question.rules.fixed_open).tolist()
    )
    costs = {
        "opening": float(question.opening[sorted(used)].sum()),
        "vehicles": float(sum(question.fixed[route.depot] for route in routes)),
        "ways": ways,
    }
    if question.unit.any():
        costs["loads"] = float(
            sum(
                question.unit[route.depot] * question.demand[list(route.stops)].sum()
                for route in routes
            )
        )
    if question.first_level is not None:
        costs["feeding"] = feed_routes(question, routes)[1]
    return costs


def _answer(
    question: RoutingQuestion, found: Found, bound: Bound, watch: Watch, seconds: dict[str, float]
) -> RoutedSiting:
    costs = costs_of(question, found.routes)
    objective = sum(costs.values())
    assignment = np.full(question.n, -1, dtype=np.int64)
    for route in found.routes:
        assignment[list(route.stops)] = route.depot
    if (assignment < 0).any():
        raise NoSolutionError(f"no route was found to customer {int(np.argmin(assignment))}")
    open_sites = np.union1d(assignment, np.flatnonzero(question.rules.fixed_open))
    proved = objective - bound.value <= watch.limits.gap * abs(objective)
    termination = watch.verdict(proved=proved)
    return RoutedSiting(
        Termination.HEURISTIC if not np.isfinite(bound.value) and not proved else termination,
        objective,
        bound.value,
        open_sites.astype(np.int64),
        assignment,
        tuple(found.routes),
        tuple(feed_routes(question, found.routes)[0]),
        costs,
        found.n_sets,
        seconds,
        bound.method,
        watch.limits.seed,
    )
