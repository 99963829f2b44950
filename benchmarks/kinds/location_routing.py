"""Location-routing with one or two levels: opening, vehicles and ways of given routes."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed
from benchmarks.routing import AnsweredRoutes, FirstLevel, Routing

ROOM = 1e-6
"""How far a load may be above a capacity."""


def build(case: Case, instance: Instance) -> Question:
    """Everything the file says of places, loads and costs."""
    if instance.routing is None:
        raise ValueError(f"{case.label}: the family reads no location-routing")
    return Question(case.kind, costs=instance.costs, routing=instance.routing)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Walk every route and tour; say what breaks a rule."""
    data, given = question.routing, answer.routes
    if data is None or given is None:
        return Recomputed(None, ("names no routes",))
    faults, cost, loads = _customers(data, given)
    if data.first_level is not None and not faults:
        more, feeding = _feeding(data.first_level, given, loads)
        faults += more
        cost += feeding
    return Recomputed(None, tuple(faults)) if faults else Recomputed(cost)


def _customers(data: Routing, given: AnsweredRoutes) -> tuple[list[str], float, np.ndarray]:
    """Faults, cost and depot loads of the routes to customers."""
    n, m = data.demand.size, data.depot_capacity.size
    visits = np.zeros(n, dtype=int)
    loads = np.zeros(m)
    cost, faults = 0.0, []
    for depot, stops in given.routes:
        if not 0 <= depot < m or not stops or min(stops) < 0 or max(stops) >= n:
            return [f"has a route from depot {depot} through {stops}"], 0.0, loads
        load = sum(float(data.demand[i]) for i in stops)
        if load > data.vehicle_capacity + ROOM:
            faults.append(f"loads a vehicle with {load:g} of {data.vehicle_capacity:g}")
        loads[depot] += load
        here = n + depot
        for stop in (*stops, n + depot):
            cost += float(data.distance[here, stop])
            here = stop
        cost += data.vehicle_cost
        for stop in stops:
            visits[stop] += 1
    if (visits != 1).any():
        faults.append(
            f"visits customer {int(np.argmax(visits != 1))} {visits[visits != 1][0]} times"
        )
    over = np.flatnonzero(loads > data.depot_capacity + ROOM)
    faults += [f"sends {loads[j]:g} of {data.depot_capacity[j]:g} from depot {j}" for j in over]
    if data.max_vehicles is not None and len(given.routes) > data.max_vehicles:
        faults.append(f"drives {len(given.routes)} routes of {data.max_vehicles}")
    if data.unit_cost is not None:
        cost += float((loads * data.unit_cost).sum())
    used = sorted({depot for depot, _ in given.routes})
    return faults, cost + float(data.opening_cost[used].sum()), loads


def _feeding(
    level: FirstLevel, given: AnsweredRoutes, loads: np.ndarray
) -> tuple[list[str], float]:
    """Faults and cost of the lorry tours."""
    m, k = loads.size, level.platform_capacity.size
    brought, sent = np.zeros(m), np.zeros(k)
    cost, faults = 0.0, []
    for platform, depots, amounts in given.feed_routes:
        if sum(amounts) > level.lorry_capacity + ROOM:
            faults.append(f"loads a lorry with {sum(amounts):g} of {level.lorry_capacity:g}")
        here = m + platform
        for depot, amount in zip(depots, amounts, strict=True):
            cost += float(level.distance[here, depot])
            brought[depot] += amount
            here = depot
        cost += float(level.distance[here, m + platform]) + level.lorry_cost
        sent[platform] += sum(amounts)
    if not np.allclose(brought, loads, atol=ROOM):
        faults.append("brings the depots other loads than they send out")
    if (sent > level.platform_capacity + ROOM).any():
        faults.append("sends more from a platform than it holds")
    if level.max_lorries is not None and len(given.feed_routes) > level.max_lorries:
        faults.append(f"sends {len(given.feed_routes)} lorries of {level.max_lorries}")
    used = sorted({platform for platform, _, _ in given.feed_routes})
    return faults, cost + float(level.platform_cost[used].sum())
