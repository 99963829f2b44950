"""Location-routing against enumeration of depots, assignments and routes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest

from benchmarks.families import read
from benchmarks.instance import Answer
from benchmarks.kinds import kind
from benchmarks.routing import AnsweredRoutes
from benchmarks.suite import SHARED, load_suite
from logistique import InfeasibleError, InvalidInputError, Limits, NoSolutionError
from logistique.routing.feeding import planned
from logistique.routing.loaded_route_kernels import relaxed_value
from logistique.routing.location_routing import costs_of, solve_location_routing
from logistique.routing.question import Feeding, FirstLevel, ask
from logistique.routing.recombine import Together, gathered, recombine
from logistique.routing.route_kernels import pour
from logistique.routing.tour_state import Route, empty_pool

TURNS = 60_000
needs_instances = pytest.mark.skipif(
    not (SHARED / "instances").is_dir(),
    reason="the shared instances are absent (set LOGISTIQUE_SHARED)",
)


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


def test_radial_bound_is_left_out_where_ways_break_the_triangle_inequality():
    ways, demand = _case()
    ways[20, 0] = ways[0, 20] = 1e6
    found = solve_location_routing(ways, demand, 20, turns=200)
    assert found.bound_method.startswith("Lagrangian")
    assert 0 < found.bound <= found.objective


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


def test_fewer_vehicles_than_would_be_cheapest():
    # Two routes cost 4 + 4; one route through both customers 2 + 10 + 2.
    ways = np.array([[0, 10, 2], [10, 0, 2], [2, 2, 0]], dtype=float)
    free, bound = (
        solve_location_routing(ways, [1, 1], 5, max_vehicles=most, turns=20_000)
        for most in (None, 1)
    )
    assert free.objective == pytest.approx(8)
    assert bound.objective == pytest.approx(14)
    assert len(bound.routes) == 1


def test_loads_cost_by_depot():
    ways = np.array([[0, 2, 3], [2, 0, 4], [3, 4, 0]], dtype=float)
    found = solve_location_routing(ways, [4], 5, unit_cost=[1.0, 0.25], turns=500)
    assert (found.open_sites.tolist(), found.objective) == ([1], pytest.approx(6 + 4 * 0.25))
    assert found.costs["loads"] == pytest.approx(1)
    assert found.bound <= found.objective + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_plan_of_lorries_without_tables_equals_enumeration(seed, monkeypatch):
    rng = np.random.default_rng(300 + seed)
    m, k = 5, 1 + seed % 3
    loads = rng.integers(0, 25, m).astype(float)
    distance = _ways(rng, m + k)
    cost, price = rng.integers(0, 10, k).astype(float), rng.integers(0, 60, k).astype(float)
    held = np.full(k, np.ceil(loads.sum() * (0.75 if k > 1 else 1.0)))
    level = FirstLevel(distance, 10.0, cost, held, price, 100)
    best = _least_feed(distance, m, k, 10.0, cost, held, price)(loads)
    exact, least = planned(level, loads)
    monkeypatch.setattr("logistique.routing.feeding._EXACT", 0)
    tours, searched = planned(level, loads)
    assert least == pytest.approx(best)
    assert searched == pytest.approx(best)
    for answer in (exact, tours):
        brought, used = np.zeros(m), {tour.platform for tour in answer}
        walked = sum(price[p] for p in used)
        for tour in answer:
            path = [m + tour.platform, *tour.depots, m + tour.platform]
            walked += sum(distance[a, b] for a, b in pairwise(path)) + cost[tour.platform]
            np.add.at(brought, list(tour.depots), tour.loads)
            assert sum(tour.loads) <= 10.0 + 1e-9
        assert brought == pytest.approx(loads)
        assert walked == pytest.approx(best)


@pytest.mark.parametrize("seed", range(4))
def test_plans_beside_the_routes_find_the_optimum_too(seed, monkeypatch):
    monkeypatch.setattr("logistique.routing.feeding.FAST", 0)
    test_two_levels_equal_enumeration(seed)


def _fed(**changes):
    level = {"lorry_capacity": 9.0, "lorry_cost": 0.0, "platform_capacity": None} | changes
    ways = np.ones((5, 5))
    return {"feeding": Feeding(ways[2:, 2:], **level), "distance": ways[:4, :4]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            _fed(platform_capacity=[5.0]),
            "all platforms together send out 5, less than the demand of 6",
        ),
        (_fed(lorry_capacity=2.0, max_lorries=2), "2 lorries of 2 hold 4"),
        ({"max_vehicles": 1}, "1 vehicles of 4 hold 4, less than the demand of 6; allow 2"),
        (
            {
                "feeding": Feeding(np.ones((4, 4)), 9.0, platform_capacity=[4.0, 4.0]),
                "distance": np.ones((4, 4)),
                "depot_capacity": [6.0, 1.0],
            },
            "at most 5 gets from the platforms through the depots",
        ),
        (
            {
                "feeding": Feeding(np.where(np.eye(3) > 0, 0.0, np.inf), 9.0),
                "distance": np.ones((4, 4)),
            },
            "with a way from and back to a platform hold 0",
        ),
    ],
)
def test_refuses_platforms_and_fleets_that_hold_too_little(changes, message):
    given = {"demand": [3.0, 3.0], "vehicle_capacity": 4.0, "distance": np.ones((4, 4))} | changes
    with pytest.raises(InfeasibleError, match=message):
        solve_location_routing(turns=10, **given)


def test_says_what_is_scarce_when_nothing_is_found():
    # Three customers of 3 do not fit into two vehicles of 5, though 9 is less than 10.
    with pytest.raises(NoSolutionError, match=r"90\.0% of 2 vehicles"):
        solve_location_routing(np.ones((4, 4)), [3, 3, 3], 5, max_vehicles=2, turns=2_000)


@needs_instances
@pytest.mark.parametrize("start", ["Set2a_E-n22-k4-s10-14", "Set3_E-n33-k4-s24-28"])
def test_two_echelon_vrp_meets_published_optima(start):
    asked = next(c for c in load_suite("2evrp").cases if c.instance.startswith(start))
    question = kind(asked.kind).build(asked, read(asked))
    data, level = question.routing, question.routing.first_level
    found = solve_location_routing(
        data.distance,
        data.demand,
        data.vehicle_capacity,
        vehicle_cost=data.vehicle_cost,
        unit_cost=data.unit_cost,
        max_vehicles=data.max_vehicles,
        feeding=Feeding(level.distance, level.lorry_capacity, max_lorries=level.max_lorries),
        turns=20_000,
        limits=Limits(600, 0, 0, 1),
    )
    routes = AnsweredRoutes(
        tuple((r.depot, r.stops) for r in found.routes),
        tuple((t.platform, t.depots, t.loads) for t in found.feed_routes),
    )
    judged = kind(asked.kind).recompute(question, Answer("heuristic", routes=routes))
    assert not judged.faults
    assert judged.objective == pytest.approx(asked.best_known, abs=0.005001)
    for fewer, fault in (
        (replace(data, max_vehicles=3), "drives 4 routes of 3"),
        (replace(data, first_level=replace(level, max_lorries=1)), "sends 2 lorries of 1"),
    ):
        again = replace(question, routing=fewer)
        assert kind(asked.kind).recompute(again, Answer("heuristic", routes=routes)).faults == (
            fault,
        )


@pytest.mark.parametrize("seed", range(4))
def test_recombination_finds_the_best_routes_of_a_pool(seed):
    rng = np.random.default_rng(500 + seed)
    n, m = 6, 2
    ways = _ways(rng, n + m)
    demand = rng.integers(1, 6, n).astype(float)
    capacity = np.array([14.0, 14.0]) + rng.integers(0, 8, m)
    cost = _route_costs(ways, demand, 8.0, np.zeros(m), n, m)
    best = _least(ways, demand, 8.0, capacity, np.zeros(m), np.zeros(m))
    question = ask(ways, demand, 8.0, capacity, 0.0, 0.0, None, None, None, None)
    pool = empty_pool(n, 100)
    for mask in range(1, 1 << n):
        for depot in range(m):
            if np.isfinite(cost[depot, mask]):
                stops = [i for i in range(n) if mask >> i & 1]
                order = min(permutations(stops), key=lambda o: _shortest_of(ways, n + depot, o))
                one = empty_pool(n, 1)
                one[2][1], one[4][0] = len(stops), 1
                one[3][: len(stops)] = order
                pour(one, pool)
    assert pool[4][0] == sum(np.isfinite(cost[0, 1:]))
    incumbent, room = [], capacity.copy()
    for i in np.argsort(-demand):
        depot = int(np.argmax(room))
        room[depot] -= demand[i]
        incumbent.append(Route(depot, (int(i),)))
    nowhere = np.zeros(m, dtype=bool)
    routes = recombine(question, gathered(pool, incumbent), incumbent, nowhere, [], 60.0, 1_000)
    assert sum(costs_of(question, routes).values()) == pytest.approx(best)
    most = float(demand.sum()) - 9.0
    routes = recombine(
        question,
        gathered(pool, incumbent),
        incumbent,
        nowhere,
        [Together((0,), most)],
        60.0,
        1_000,
    )
    limited = _least(
        ways, demand, 8.0, np.minimum(capacity, [most, np.inf]), np.zeros(m), np.zeros(m)
    )
    if sum(demand[r.stops[0]] for r in incumbent if r.depot == 0) <= most:
        assert sum(costs_of(question, routes).values()) == pytest.approx(limited)


@pytest.mark.parametrize("seed", range(8))
def test_any_prizes_give_a_lower_bound(seed):
    rng = np.random.default_rng(700 + seed)
    n, m = 6, 3
    ways = _ways(rng, n + m, symmetric=seed % 2 > 0)
    demand = rng.integers(1, 6, n).astype(float)
    capacity = rng.integers(9, 25, m).astype(float)
    opening, fixed = rng.integers(0, 40, m).astype(float), rng.integers(0, 10, m).astype(float)
    best = _least(ways, demand, 8.0, capacity, opening, fixed)
    loads, rooms = demand.astype(int), np.minimum(capacity, demand.sum()).astype(int)
    total = int(loads.sum())
    for prize in (np.zeros(n), rng.uniform(0, 60, n), rng.uniform(-10, 100, n)):
        visits = np.zeros(n, np.int64)
        work = (
            np.empty((9, n, 2)),
            np.empty((m, 9, n, 2), np.int64),
            np.empty((m, 9)),
            np.empty((m, 9), np.int64),
            np.empty((m, total + 1)),
            np.zeros((m, total + 1), np.int64),
            np.zeros((m, total + 1), np.int64),
        )
        least = relaxed_value(
            ways[n:, :n].copy(), ways[:n, n:].T.copy(), ways[:n, :n].T.copy(), np.zeros((m, n)),
            prize, loads, 8, rooms, opening, fixed, np.zeros(m, bool), work, visits,
        )  # fmt: skip
        assert least + prize.sum() <= best + 1e-9
        assert visits @ loads == total


@pytest.mark.parametrize("seed", range(6))
def test_bound_from_relaxed_routes_is_close_and_below(seed):
    rng = np.random.default_rng(800 + seed)
    n, m, k = 6, 3, seed % 2
    ways = _ways(rng, n + m + 2)
    demand = rng.integers(1, 6, n).astype(float)
    opening = rng.integers(0, 40, m).astype(float)
    given = {}
    feed = None
    if k:
        first = ways[n:, n:] * 2
        price = np.array([20.0, 30.0])
        held = np.array([demand.sum() - 1, demand.sum() - 2])
        given["feeding"] = Feeding(first, 9.0, 5.0, held, price)
        feed = _least_feed(first, m, 2, 9.0, np.full(2, 5.0), held, price)
    inner = ways[: n + m, : n + m]
    best = _least(inner, demand, 8.0, np.full(m, 99.0), opening, np.full(m, 2.0), feed)
    found = solve_location_routing(
        inner,
        demand,
        8.0,
        opening_cost=opening,
        vehicle_cost=2.0,
        turns=4 * TURNS,
        limits=Limits(600, 0, 0, 1),
        **given,
    )
    assert found.objective == pytest.approx(best)
    assert found.bound_method.startswith("Lagrangian") or k
    assert (0.75 if k else 0.93) * best <= found.bound <= best + 1e-9


def test_no_relaxed_routes_for_demands_in_parts():
    ways, demand = _case()
    ways[20, 0] = ways[0, 20] = 1e6
    found = solve_location_routing(ways, demand + 0.5, 20, turns=200)
    assert found.bound == -np.inf
    assert "whole numbers" in found.bound_method


def _shortest_of(ways, depot, order):
    return (
        ways[depot, order[0]] + sum(ways[a, b] for a, b in pairwise(order)) + ways[order[-1], depot]
    )
