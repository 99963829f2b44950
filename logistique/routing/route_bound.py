"""A lower bound on location-routing from relaxed routes, valid whatever the ways are.

That every customer is visited once is priced instead of required (Lagrangian relaxation): routes of a
depot are then chosen by their loads alone, which have to add up to the whole demand within the depots'
capacities, each used depot paying its opening. Routes may come back to a customer, though not at once
after one other (see :mod:`logistique.routing.loaded_route_kernels`). Any prices give a bound; they
are improved by subgradients (Held, Wolfe, Crowder, Mathematical Programming 6 (1974)).
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from logistique.location.watch import Watch
from logistique.routing.bound import Bound, feeding_floor
from logistique.routing.loaded_route_kernels import relaxed_value
from logistique.routing.question import RoutingQuestion
from logistique.routing.tour_state import Route, Tuple

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MOST_WORK = 3e8
"""Elementary steps of one evaluation beyond which none is tried."""
_PATIENCE = 6
"""Evaluations without a better bound after which steps become shorter."""
_SHORTER, _SHORTEST = 0.7, 0.005
_MEMORY = 0.3
"""Share of the last direction in the next one."""


def relaxed_route_bound(
    question: RoutingQuestion, routes: list[Route], upper: float, watch: Watch, turns: int | None
) -> Bound:
    """Prove a lower bound until the watch is over, or for a number of evaluations.

    Parameters
    ----------
    routes : list of Route
        A solution, from which the first prices are taken.
    upper : float
        Its cost; only the lengths of steps depend on it.

    Returns
    -------
    Bound
        ``-inf`` where demands are not whole numbers ≥ 1, or loads too many for the tables.
    """
    loads = np.rint(question.demand).astype(np.int64)
    if (loads != question.demand).any() or (loads < 1).any():
        return Bound(-np.inf, "no relaxed routes: demands are not whole numbers above 0")
    sizes = _sizes(question, loads)
    if _work_of(question.n, question.m, *sizes) > _MOST_WORK:
        return Bound(-np.inf, "no relaxed routes: too many loads")
    return _ascend(question, loads, *sizes, routes, upper, watch, turns)


def _sizes(question: RoutingQuestion, loads: IntArray) -> tuple[int, IntArray]:
    """Whole loads of a vehicle and of each depot; forbidden depots hold none."""
    total = int(loads.sum())
    vehicle = int(min(total, np.floor(question.vehicle * (1.0 + 1e-9))))
    room = np.minimum(np.floor(question.capacity * (1.0 + 1e-9)), total).astype(np.int64)
    room[question.rules.forbidden] = 0
    return vehicle, room


def _work_of(n: int, m: int, vehicle: int, room: IntArray) -> float:
    steps = float(m) * vehicle * n * n + float(room.sum()) * vehicle
    return steps + float(room.sum()) * float(room.max(initial=1))


def _tables(n: int, m: int, vehicle: int, total: int) -> Tuple:
    return (
        np.empty((vehicle + 1, n, 2)), np.empty((m, vehicle + 1, n, 2), np.int64),
        np.empty((m, vehicle + 1)), np.empty((m, vehicle + 1), np.int64),
        np.empty((m, total + 1)), np.zeros((m, total + 1), np.int64),
        np.zeros((m, total + 1), np.int64),
    )  # fmt: skip


def _ascend(
    question: RoutingQuestion,
    loads: IntArray,
    vehicle: int,
    room: IntArray,
    routes: list[Route],
    upper: float,
    watch: Watch,
    turns: int | None,
) -> Bound:
    n, m = question.n, question.m
    ways = question.distance
    out, home = ways[n:, :n].copy(), np.ascontiguousarray(ways[:n, n:].T)
    inner = np.ascontiguousarray(ways[:n, :n].T)
    floor, constant = feeding_floor(question)
    extra = (question.unit + floor)[:, None] * question.demand[None, :]
    work = _tables(n, m, vehicle, int(loads.sum()))
    prize = _first_prizes(question, routes)
    visits, direction = np.zeros(n, np.int64), np.zeros(n)
    best, length, since, done = -np.inf, 1.0, 0, 0
    slowest = 0.0
    while done < turns if turns is not None else watch.left > 1.2 * slowest:
        begun = time.perf_counter()
        least = relaxed_value(
            out, home, inner, extra, prize, loads, vehicle, room, question.opening,
            question.fixed, question.rules.fixed_open, work, visits,
        )  # fmt: skip
        slowest = max(slowest, time.perf_counter() - begun)
        done += 1
        value = least + prize.sum() + constant
        if value > best:
            best, since = value, 0
        else:
            since += 1
        direction = 1.0 - visits + _MEMORY * direction
        norm = float(direction @ direction)
        if since >= _PATIENCE:
            length, since = length * _SHORTER, 0
        if norm == 0.0 or not upper > value or length < _SHORTEST:
            break
        prize += length * (upper - value) / norm * direction
    if not np.isfinite(best):
        return Bound(-np.inf, "no relaxed routes: no time")
    return Bound(
        best - 1e-9 * abs(best), f"Lagrangian relaxation over routes by load, {done} evaluations"
    )


def _first_prizes(question: RoutingQuestion, routes: list[Route]) -> FloatArray:
    """Share each route's cost, and each depot's opening, among the customers."""
    n = question.n
    prize = np.zeros(n)
    served = np.zeros(question.m)
    for route in routes:
        served[route.depot] += question.demand[list(route.stops)].sum()
    for route in routes:
        stops, depot = np.array(route.stops), n + route.depot
        path = np.concatenate([[depot], stops, [depot]])
        cost = question.distance[path[:-1], path[1:]].sum() + question.fixed[route.depot]
        radial = question.distance[depot, stops] + question.distance[stops, depot]
        weight = (
            radial * question.demand[stops] / question.vehicle + question.distance[path[:-2], stops]
        )
        share = weight / weight.sum() if weight.sum() > 0 else np.full(stops.size, 1 / stops.size)
        unit = question.unit[route.depot] + question.opening[route.depot] / served[route.depot]
        prize[stops] = cost * share + unit * question.demand[stops]
    return prize
