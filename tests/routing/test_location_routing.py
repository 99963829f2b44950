"""Location-routing against enumeration of depots, assignments and routes."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest

from benchmarks.families import read
from benchmarks.suite import load_suite
from logistique import InfeasibleError, InvalidInputError, Limits
from logistique.routing.location_routing import solve_location_routing
from logistique.routing.question import Feeding

TURNS = 60_000


def _ways(rng, count, symmetric=True):
    points = rng.integers(0, 30, (count, 2)).astype(float)
    ways = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    return ways if symmetric else ways * rng.uniform(1, 1.3, ways.shape)


def _shortest(ways, depot, stops):
    return min(
        ways[depot, order[0]] + sum(ways[a, b] for a, b in pairwise(order)) + ways[order[-1], depot]
        for order in permutations(stops)
    )


def _route_costs(ways, demand, vehicle, fixed, n, m):
    """Cheapest route of every set of customers (bits) from every depot."""
    cost = np.full((m, 1 << n), np.inf)
    for mask in range(1, 1 << n):
        stops = [i for i in range(n) if mask >> i & 1]
        if demand[stops].sum() <= vehicle:
            for j in range(m):
                cost[j, mask] = _shortest(ways, n + j, stops) + fixed[j]
    return cost


def _by_depot(cost, n):
    """Cheapest partition into routes of every set of customers, by one depot's route costs."""
    best = np.full(1 << n, np.inf)
    best[0] = 0
    for mask in range(1, 1 << n):
        sub = mask
        while sub:
            best[mask] = min(best[mask], cost[sub] + best[mask ^ sub])
            sub = (sub - 1) & mask
    return best


def _least(ways, demand, vehicle, capacity, opening, fixed, feed=None):
    """Optimum by dividing the customers among the depots in every way."""
    n, m = len(demand), len(capacity)
    cost = _route_costs(ways, demand, vehicle, fixed, n, m)
    tables = [_by_depot(cost[j], n) for j in range(m)]
    best = np.inf

    def divide(j, rest, so_far, loads):
        nonlocal best
        if so_far >= best:
            return
        if j == m:
            if rest == 0:
                best = min(best, so_far + (feed(loads) if feed else 0.0))
            return
        sub = rest
        while True:
            load = sum(demand[i] for i in range(n) if sub >> i & 1)
            if load <= capacity[j]:
                price = tables[j][sub] + (opening[j] if sub else 0.0)
                divide(j + 1, rest ^ sub, so_far + price, [*loads, load])
            if sub == 0:
                break
            sub = (sub - 1) & rest

    divide(0, (1 << n) - 1, 0.0, [])
    return best


def _walk(ways, demand, vehicle, capacity, opening, fixed, found):
    """Value of an answer, every rule checked."""
    n = len(demand)
    visited = sorted(i for route in found.routes for i in route.stops)
    assert visited == list(range(n))
    loads = np.zeros(len(capacity))
    total = 0.0
    for route in found.routes:
        path = [n + route.depot, *route.stops, n + route.depot]
        total += sum(ways[a, b] for a, b in pairwise(path)) + fixed[route.depot]
        load = demand[list(route.stops)].sum()
        assert load <= vehicle
        loads[route.depot] += load
        assert all(found.assignment[i] == route.depot for i in route.stops)
    assert (loads <= np.asarray(capacity)).all()
    return total + np.asarray(opening)[found.open_sites].sum()


@pytest.mark.parametrize("seed", range(12))
def test_equals_enumeration(seed):
    rng = np.random.default_rng(seed)
    n, m = 6, 3
    ways = _ways(rng, n + m, symmetric=seed % 3 > 0)
    demand = rng.integers(0, 6, n).astype(float)
    vehicle = float(max(demand.max(), 8))
    capacity = rng.integers(10, 25, m).astype(float)
    opening, fixed = rng.integers(0, 40, m).astype(float), rng.integers(0, 10, m).astype(float)
    if seed % 4 == 0:
        ways[:, 1] = ways[:, 0]
        ways[1, :] = ways[0, :]
        ways[0, 1] = ways[1, 0] = 0
    best = _least(ways, demand, vehicle, capacity, opening, fixed)
    found = solve_location_routing(
        ways,
        demand,
        vehicle,
        depot_capacity=capacity,
        opening_cost=opening,
        vehicle_cost=fixed,
        turns=TURNS,
        limits=Limits(600, 0, seed, 1),
    )
    value = _walk(ways, demand, vehicle, capacity, opening, fixed, found)
    assert found.objective == pytest.approx(value)
    assert found.objective == pytest.approx(best)
    assert found.bound <= best * (1 + 1e-9)


def _tours(distance, origin, cost, lorry, depots, left):
    """Cheapest partition of the depots into tours from an origin."""
    if not depots:
        return 0.0
    first, rest = depots[0], depots[1:]
    best = np.inf
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            group = (first, *others)
            if sum(left[d] for d in group) <= lorry:
                path = _shortest(distance, origin, group) + cost
                remaining = [d for d in rest if d not in others]
                best = min(best, path + _tours(distance, origin, cost, lorry, remaining, left))
    return best


def _from_platform(distance, origin, cost, lorry, depots, loads):
    """Full lorries direct, the rest by tours."""
    full = {d: loads[d] // lorry for d in depots}
    left = {d: loads[d] - full[d] * lorry for d in depots}
    direct = sum(full[d] * (distance[origin, d] + distance[d, origin] + cost) for d in depots)
    rest = [d for d in depots if left[d] > 0]
    return direct + _tours(distance, origin, cost, lorry, rest, left)


def _least_feed(distance, m, k, lorry, cost, held, price):
    """Cheapest feeding by trying every platform of every depot and every partition into tours."""

    def feed(loads):
        used = [d for d in range(m) if loads[d] > 0]
        best = np.inf
        for at in product(range(k), repeat=len(used)):
            own = [[d for d, q in zip(used, at, strict=True) if q == p] for p in range(k)]
            if any(sum(loads[d] for d in own[p]) > held[p] for p in range(k)):
                continue
            parts = [
                price[p] + _from_platform(distance, m + p, cost[p], lorry, own[p], loads)
                for p in range(k)
                if own[p]
            ]
            best = min(best, sum(parts))
        return best

    return feed


@pytest.mark.parametrize("seed", range(8))
def test_two_levels_equal_enumeration(seed):
    rng = np.random.default_rng(100 + seed)
    n, m, k = 6, 3, 1 + seed % 2
    ways = _ways(rng, n + m + k)
    demand = rng.integers(1, 6, n).astype(float)
    capacity = rng.integers(10, 25, m).astype(float)
    opening = rng.integers(0, 30, m).astype(float)
    first = ways[n:, n:] * 2
    lorry, cost = 9.0, rng.integers(0, 10, k).astype(float)
    held = np.full(k, demand.sum() * (0.8 if k > 1 else 1.0)).round()
    price = rng.integers(0, 10, k).astype(float)
    fixed = np.full(m, 2.0)
    feed = _least_feed(first, m, k, lorry, cost, held, price)
    best = _least(ways[: n + m, : n + m], demand, 8.0, capacity, opening, fixed, feed)
    found = solve_location_routing(
        ways[: n + m, : n + m],
        demand,
        8.0,
        depot_capacity=capacity,
        opening_cost=opening,
        vehicle_cost=2.0,
        feeding=Feeding(first, lorry, cost, held, price),
        turns=TURNS,
        limits=Limits(600, 0, seed, 1),
    )
    loads = [demand[found.assignment == j].sum() for j in range(m)]
    assert found.costs["feeding"] == pytest.approx(feed(loads))
    assert found.objective == pytest.approx(best)
    brought = np.zeros(m)
    for tour in found.feed_routes:
        assert sum(tour.loads) <= lorry + 1e-9
        np.add.at(brought, list(tour.depots), tour.loads)
    assert brought == pytest.approx(loads)


def _case():
    rng = np.random.default_rng(5)
    return _ways(rng, 24), rng.integers(1, 9, 20).astype(float)


def test_same_seed_same_answer():
    ways, demand = _case()
    asked = {"opening_cost": 20.0, "depot_capacity": 60.0, "turns": 3_000}
    first, second = (
        solve_location_routing(ways, demand, 20, limits=Limits(600, 0, 7, 2), **asked)
        for _ in range(2)
    )
    assert first.objective == second.objective
    assert first.routes == second.routes


def test_required_and_forbidden_depots():
    ways, demand = _case()
    found = solve_location_routing(
        ways,
        demand,
        20,
        opening_cost=[5.0, 500.0, 5.0, 0.0],
        required=[1],
        forbidden=[0],
        turns=500,
    )
    assert 1 in found.open_sites
    assert 0 not in found.open_sites
    assert found.costs["opening"] >= 500.0


def test_time_limit_is_kept_and_answer_has_no_false_proof():
    ways, demand = _case()
    found = solve_location_routing(ways, demand, 20, opening_cost=20.0, limits=Limits(1.0, 0, 0, 1))
    assert found.termination.value in ("limit", "optimal")
    assert found.bound <= found.objective * (1 + 1e-9)


def test_no_bound_where_ways_break_the_triangle_inequality():
    ways, demand = _case()
    ways[20, 0] = ways[0, 20] = 1e6
    found = solve_location_routing(ways, demand, 20, turns=200)
    assert found.bound == -np.inf
    assert found.termination.value == "heuristic"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"demand": [1.0, -1.0]}, "entry 1 is -1"),
        ({"demand": [1.0, np.nan]}, "entry 1 is nan"),
        ({"vehicle_capacity": 0}, "allowed: a number > 0"),
        ({"opening_cost": [1.0, 2.0, 3.0]}, r"got shape \(3,\)"),
        ({"distance": np.full((3, 3), np.nan)}, "is nan"),
        ({"distance": np.zeros((2, 3))}, "square"),
        ({"distance": np.zeros((2, 2))}, "customers and then depots"),
    ],
)
def test_refuses_bad_arrays(changes, message):
    given = {"distance": np.ones((3, 3)), "demand": [1.0, 1.0], "vehicle_capacity": 5.0} | changes
    with pytest.raises(InvalidInputError, match=message):
        solve_location_routing(turns=10, **given)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"demand": [1.0, 9.0]}, "customer 1 wants 9"),
        ({"depot_capacity": 1.0}, "less than the demand of 2"),
        ({"distance": np.full((3, 3), np.inf)}, "no way"),
    ],
)
def test_refuses_hopeless_questions(changes, message):
    given = {"distance": np.ones((3, 3)), "demand": [1.0, 1.0], "vehicle_capacity": 5.0} | changes
    with pytest.raises(InfeasibleError, match=message):
        solve_location_routing(turns=10, **given)


def test_value_of_the_smoke_suite():
    made = next(c for c in load_suite("smoke").cases if c.kind == "location-routing")
    data = read(made).routing
    fixed = np.full(3, data.vehicle_cost)
    best = _least(
        data.distance,
        data.demand,
        data.vehicle_capacity,
        data.depot_capacity,
        data.opening_cost,
        fixed,
    )
    assert best == made.best_known


def test_customers_without_demand_are_visited_too():
    far = np.inf
    ways = np.array([[0, far, far, 4], [far, 0, 5, 4], [far, 5, 0, 9], [4, 4, 9, 0]])
    found = solve_location_routing(ways, [0, 1], 2, opening_cost=[0, 100], turns=500)
    assert found.assignment.tolist() == [1, 1]
    assert found.objective == pytest.approx(100 + 8 + 8)
