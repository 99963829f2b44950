"""The tuples of arrays that the compiled search works on.

``field``: distance, demand, vehicle capacity, depot capacity, cost of a route, opening cost, nearest
customers of each customer, how many of them are tried, routes at most, cost of a unit of load by
depot. ``state``: next and previous customer and
route of each customer (n each), first and last customer, depot, load and number of customers of
each route (n each), load and number of routes of each depot (m each), and the free routes, behind
their number. ``pool``: code of each customer, hash table of keys, starts, customers, count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logistique.routing.question import RoutingQuestion

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Tuple = tuple[Any, ...]

NONE = -1
_WIDTH = 40
"""Served neighbours beside which a customer may be inserted."""
_STOPS = 20
"""Customers of a route for which a pool has room, on average."""


@dataclass(frozen=True)
class Route:
    """One tour: its depot and its customers in order."""

    depot: int
    stops: tuple[int, ...]


def nearest_customers(question: RoutingQuestion) -> IntArray:
    """Order the other customers of each customer by distance there and back. Memory: 8 n² bytes."""
    n = question.n
    apart = question.distance[:n, :n] + question.distance[:n, :n].T
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable").astype(np.int64)
    return np.ascontiguousarray(order[:, : n - 1])


def field_of(question: RoutingQuestion, near: IntArray, opening: FloatArray) -> Tuple:
    """Gather what does not change during a search."""
    return (
        question.distance,
        question.demand,
        question.vehicle,
        question.capacity,
        question.fixed,
        opening,
        near,
        _WIDTH,
        question.most,
        question.unit,
    )


def empty_state(n: int, m: int) -> Tuple:
    """No customer is served; as many routes as customers can be made. Memory: 72 n + 16 m bytes."""
    free = np.concatenate([[n], np.arange(n - 1, -1, -1)]).astype(np.int64)
    links = [np.full(n, NONE, np.int64) for _ in range(6)]
    return (
        *links,
        np.zeros(n),
        np.zeros(n, np.int64),
        np.zeros(m),
        np.zeros(m, np.int64),
        free,
    )


def state_of(routes: list[Route], question: RoutingQuestion) -> Tuple:
    """Make the arrays of given routes."""
    state = empty_state(question.n, question.m)
    after, before, at, first, last, depot, load, size, depot_load, depot_routes, free = state
    for r, route in enumerate(routes):
        stops = np.array(route.stops, dtype=np.int64)
        after[stops[:-1]] = stops[1:]
        before[stops[1:]] = stops[:-1]
        at[stops] = r
        first[r], last[r], depot[r], size[r] = stops[0], stops[-1], route.depot, stops.size
        load[r] = question.demand[stops].sum()
        depot_load[route.depot] += load[r]
        depot_routes[route.depot] += 1
    free[0] = question.n - len(routes)
    return state


def copied(state: Tuple) -> Tuple:
    """Copy every array."""
    return tuple(part.copy() for part in state)


def routes_of(state: Tuple) -> list[Route]:
    """Read the routes of a solution, by depot and first customer."""
    after, first, depot = state[0], state[3], state[5]
    routes = []
    for r in np.flatnonzero(depot >= 0):
        stops = []
        v = int(first[r])
        while v != NONE:
            stops.append(v)
            v = int(after[v])
        routes.append(Route(int(depot[r]), tuple(stops)))
    return sorted(routes, key=lambda route: (route.depot, route.stops))


def empty_pool(n: int, room: int) -> Tuple:
    """Room for routes found. Memory: 180 bytes for each route, and 8 to 16 of keys for each of 4."""
    codes = np.random.default_rng(1).integers(1, 2**63, n).astype(np.uint64)
    return (
        codes,
        np.zeros(1 << (4 * room).bit_length(), np.uint64),
        np.zeros(room + 1, np.int64),
        np.zeros(_STOPS * room, np.int64),
        np.zeros(1, np.int64),
    )
