"""Location-routing in the format of Prins, Prodhon and Wolfler Calvo.

Numbers in this order: n, m, m depots (x y), n customers (x y), vehicle capacity, m depot
capacities, n demands, m opening costs, cost of a route, distance code. Code 0: ways are 100 times
the distance, rounded up (the published values hold for that; the note beside the files says
truncated); code 1: not rounded. One file of the family gives four numbers for each depot, the last two
of them 0.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance
from benchmarks.routing import Routing, euclid


def read(case: Case) -> Instance:
    """Ways between all places, demand, vehicles and depots."""
    numbers = np.array(text_of(case.path).split(), dtype=float)
    n, m = int(numbers[0]), int(numbers[1])
    behind = [2 * n, 1, m, n, m, 1, 1]
    wide = next((w for w in (2, 4) if numbers.size == 2 + w * m + sum(behind)), 0)
    if wide == 0:
        raise ValueError(f"{case.path}: {numbers.size} numbers, not {2 + 2 * m + sum(behind)}")
    parts = np.split(numbers, np.cumsum([2, wide * m, *behind])[:-1])
    _, rows, customers, vehicle, capacity, demand, opening, cost, code = parts
    depots, rest = np.split(rows.reshape(m, wide), [2], axis=1)
    if rest.any():
        raise ValueError(f"{case.path}: a depot has more than coordinates: {rest[rest != 0][0]:g}")
    points = np.vstack([customers.reshape(n, 2), depots])
    ways = euclid(points, 100.0, "up") if code[0] == 0 else euclid(points, 1.0, "no")
    data = Routing(ways, demand, float(vehicle[0]), float(cost[0]), capacity, opening)
    return Instance(MatrixCosts(ways[:n, n:].copy()), opening_cost=opening, routing=data)
