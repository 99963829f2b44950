"""Best choice among the routes a search has met: set partitioning from given open depots.

Which depots are open is not decided here: where opening is part of the linear model, depots open by
fractions and its value is too low to exclude any route.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpModel, LpStatus
from logistique.routing.question import RoutingQuestion
from logistique.routing.route_kernels import price_routes
from logistique.routing.tour_state import Route, Tuple

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_FIRST = 4_000
"""Columns the first linear model begins with."""
_ADDED = 3_000
"""Columns added at once for their reduced cost."""
_KEPT = 1_500
"""Columns of the integral model at most."""
_DEPOTS = 3
"""Cheapest depots at which a set of customers is offered."""


@dataclass(frozen=True, eq=False)
class Together:
    """Depots whose loads together are at most a capacity."""

    depots: tuple[int, ...]
    capacity: float


@dataclass(frozen=True, eq=False)
class _Room:
    """Depots (m,) that are open whatever is chosen, and common capacities."""

    sunk: BoolArray
    together: list[Together]

    def inside(self, m: int) -> FloatArray:
        """Depots (groups, m) of every common capacity."""
        table = np.zeros((len(self.together), m))
        for k, group in enumerate(self.together):
            table[k, list(group.depots)] = 1.0
        return table


@dataclass(frozen=True, eq=False)
class _Columns:
    """Priced routes: route number, depot, cost, load, and which customers (csc)."""

    route: IntArray
    depot: IntArray
    cost: FloatArray
    load: FloatArray
    stops: sparse.csc_array

    def take(self, at: IntArray | BoolArray) -> _Columns:
        return _Columns(
            self.route[at], self.depot[at], self.cost[at], self.load[at], self.stops[:, at]
        )


@dataclass(frozen=True, eq=False)
class RoutePool:
    """Distinct sets of customers visited together, each with one order of visits."""

    starts: IntArray
    nodes: IntArray

    @property
    def size(self) -> int:
        """Number of routes."""
        return int(self.starts.size - 1)


def gathered(pool: Tuple, first: list[Route]) -> RoutePool:
    """Routes of a pool behind those of a known solution."""
    count = int(pool[4][0])
    known = [np.array(route.stops, dtype=np.int64) for route in first]
    lengths = np.concatenate([[part.size for part in known], np.diff(pool[2][: count + 1])])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return RoutePool(starts, np.concatenate([*known, pool[3][: pool[2][count]]]))


def recombine(
    question: RoutingQuestion,
    pool: RoutePool,
    incumbent: list[Route],
    also: BoolArray,
    together: list[Together],
    time_s: float,
    nodes: int,
) -> list[Route]:
    """Find the cheapest routes of the pool that serve everybody from the depots of the incumbent.

    The linear model is solved over the whole pool by adding columns of negative reduced cost; the
    integral one over the columns that its duals do not exclude, at most 1 500. Returns the
    incumbent when nothing cheaper is found within the limits.

    Parameters
    ----------
    also : (m,) bool
        Depots that may be opened besides those the incumbent uses.
    together : list of Together
        Depots with a common capacity, that of a lorry or a platform.
    time_s : float
        Wall time for everything.
    nodes : int
        Branch-and-bound nodes of the integral model.
    """
    sunk = np.zeros(question.m, dtype=np.bool_)
    sunk[[route.depot for route in incumbent]] = True
    room = _Room(sunk, together)
    usable = sunk | also
    cost = np.empty((pool.size, question.m))
    cut = np.zeros((pool.size, question.m), dtype=np.int64)
    price_routes(pool.starts, pool.nodes, question.distance, question.fixed, usable, cost, cut)
    if question.unit.any():
        loads = np.add.reduceat(question.demand[pool.nodes], pool.starts[:-1])
        cost += loads[:, None] * question.unit[None, :]
    columns = _columns(question, pool, cost)
    begin = _columns_of(incumbent, columns)
    upper = float(columns.cost[begin].sum() + _opening_of(question, sunk))
    fractional = _linear(question, columns, begin, room, time_s * 0.5)
    if fractional is None:
        return incumbent
    value, reduced = fractional
    order = np.argsort(reduced, kind="stable")[:_KEPT]
    kept = np.union1d(order[reduced[order] <= max(0.0, upper - value)], begin)
    chosen = _integral(
        question, columns.take(kept), np.isin(kept, begin), room, upper, time_s * 0.5, nodes
    )
    if chosen is None:
        return incumbent
    return [_route(pool, cut, columns, int(k)) for k in kept[chosen]]


def _columns(question: RoutingQuestion, pool: RoutePool, cost: FloatArray) -> _Columns:
    cheapest = np.argsort(cost, axis=1, kind="stable")[:, :_DEPOTS]
    route = np.repeat(np.arange(pool.size), cheapest.shape[1])
    depot = cheapest.ravel()
    price = cost[route, depot]
    real = np.isfinite(price)
    stops = sparse.csc_array(
        (np.ones(pool.nodes.size), pool.nodes, pool.starts), shape=(question.n, pool.size)
    )
    load = np.asarray(stops.T @ question.demand)
    route, depot = route[real], depot[real]
    return _Columns(route, depot, price[real], load[route], stops[:, route])


def _columns_of(incumbent: list[Route], columns: _Columns) -> IntArray:
    """Find the columns of the incumbent, whose routes are the first of the pool."""
    at = []
    for k, route in enumerate(incumbent):
        own = np.flatnonzero(columns.route == k)
        same = own[columns.depot[own] == route.depot]
        at.append(int(same[0] if same.size else own[0]))
    return np.array(at, dtype=np.int64)


def _opening_of(question: RoutingQuestion, depots: BoolArray) -> float:
    return float(question.opening[depots | question.rules.fixed_open].sum())


def _model(question: RoutingQuestion, columns: _Columns, room: _Room) -> LpModel:
    """Variables: columns, then depots. Rows: customers, capacities, number of routes, groups."""
    m = question.m
    count = columns.cost.size
    fixed = (question.rules.fixed_open | room.sunk).astype(float)
    model = LpModel(
        np.concatenate([columns.cost, question.opening]),
        np.concatenate([np.zeros(count), fixed]),
        np.concatenate([np.full(count, math.inf), np.ones(m)]),
    )
    n = question.n
    serve = sparse.hstack([columns.stops, sparse.csc_array((n, m))]).tocsr()
    model.add_rows(serve, np.ones(n), np.ones(n))
    used = sparse.csr_array((columns.load, (columns.depot, np.arange(count))), shape=(m, count))
    hold = sparse.hstack([used, sparse.diags_array(-question.capacity)]).tocsr()
    model.add_rows(hold, np.full(m, -math.inf), np.zeros(m))
    each = sparse.csr_array(np.concatenate([np.ones(count), np.zeros(m)])[None, :])
    model.add_rows(each, np.array([-math.inf]), np.array([float(min(question.most, n))]))
    if room.together:
        loads = np.where(room.inside(m)[:, columns.depot], columns.load, 0.0)
        rows = sparse.csr_array(np.hstack([loads, np.zeros((len(loads), m))]))
        held = np.array([group.capacity for group in room.together])
        model.add_rows(rows, np.full(held.size, -math.inf), held)
    return model


def _linear(
    question: RoutingQuestion, columns: _Columns, begin: IntArray, room: _Room, time_s: float
) -> tuple[float, FloatArray] | None:
    """Value of the relaxation over all columns and their reduced costs, or None in time trouble."""
    n = question.n
    per_stop = columns.cost / np.maximum(1, np.diff(columns.stops.indptr))
    inside = np.union1d(np.argsort(per_stop, kind="stable")[:_FIRST], begin)
    spent = 0.0
    for _ in range(30):
        answer = _model(question, columns.take(inside), room).solve(time_s=max(0.1, time_s - spent))
        if answer.status is not LpStatus.OPTIMAL or answer.row_dual is None:
            return None
        duals = answer.row_dual
        reduced = (
            columns.cost
            - np.asarray(columns.stops.T @ duals[:n])
            - columns.load * duals[n + columns.depot]
            - duals[n + question.m]
        )
        reduced -= columns.load * (
            duals[n + question.m + 1 :] @ room.inside(question.m)[:, columns.depot]
        )
        new = np.setdiff1d(
            np.flatnonzero(reduced < -1e-6 * max(1.0, abs(answer.objective))), inside
        )
        if new.size == 0:
            return answer.objective, reduced
        worst = new[np.argsort(reduced[new], kind="stable")[:_ADDED]]
        useful = inside[reduced[inside] < 0.05 * answer.objective]
        inside = np.union1d(np.union1d(useful, worst), begin)
    return None


def _integral(
    question: RoutingQuestion,
    columns: _Columns,
    start: BoolArray,
    room: _Room,
    upper: float,
    time_s: float,
    nodes: int,
) -> IntArray | None:
    model = _model(question, columns, room)
    count = columns.cost.size
    model.set_integer(np.arange(count + question.m), integer=True)
    values = np.zeros(count + question.m)
    values[:count][start] = 1.0
    values[count + np.unique(columns.depot[start])] = 1.0
    values[count:][question.rules.fixed_open | room.sunk] = 1.0
    model.set_start(values)
    answer = model.solve(
        time_s=time_s, options={"mip_max_nodes": nodes, "mip_rel_gap": 1e-6, "threads": 1}
    )
    if answer.values is None or not answer.objective < upper - 1e-9 * abs(upper):
        return None
    return np.flatnonzero(answer.values[:count] > 0.5)


def _route(pool: RoutePool, cut: IntArray, columns: _Columns, k: int) -> Route:
    r, depot = int(columns.route[k]), int(columns.depot[k])
    stops = pool.nodes[pool.starts[r] : pool.starts[r + 1]]
    return Route(depot, tuple(np.roll(stops, -int(cut[r, depot])).tolist()))
