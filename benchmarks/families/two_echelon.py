"""Two-echelon location-routing of Nguyen, Prins and Prodhon: two text formats, told by the ending.

``.dat`` (Prodhon): n, m, main depot, m satellites, n customers, Q2, Q1, m capacities, n demands, m
opening costs, cost of a second-level and a first-level tour, code. Ways: 100 times the distance
rounded up; first level: 200 times. ``.txt`` (Nguyen): m, n, Q1, Q2, costs of a first-level and a
second-level tour, main depot, m satellites (x y capacity opening), n customers (x y demand); 10
times and 20 times. (The formulas in the note beside the files swap the levels.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance
from benchmarks.routing import FirstLevel, Routing, euclid

FloatArray = NDArray[np.float64]


def read(case: Case) -> Instance:
    """Ways of both levels, demand, vehicles, lorries and satellites."""
    numbers = np.array(text_of(case.path).split(), dtype=float)
    return _prodhon(numbers) if ".dat" in case.path else _nguyen(numbers)


def _prodhon(numbers: FloatArray) -> Instance:
    n, m = int(numbers[0]), int(numbers[1])
    sizes = [2, 2, 2 * m, 2 * n, 1, 1, m, n, m, 1, 1]
    parts = np.split(numbers[: sum(sizes)], np.cumsum(sizes)[:-1])
    _, main, satellites, customers, q2, q1, capacity, demand, opening, f2, f1 = parts
    return _instance(
        main, satellites.reshape(m, 2), customers.reshape(n, 2), capacity, demand, opening,
        (float(q1[0]), float(f1[0])), (float(q2[0]), float(f2[0])), 100.0,
    )  # fmt: skip


def _nguyen(numbers: FloatArray) -> Instance:
    m, n = int(numbers[0]), int(numbers[1])
    q1, q2, f1, f2 = (float(x) for x in numbers[2:6])
    main, rest = numbers[6:8], numbers[8:]
    satellites = rest[: 4 * m].reshape(m, 4)
    customers = rest[4 * m : 4 * m + 3 * n].reshape(n, 3)
    return _instance(
        main, satellites[:, :2], customers[:, :2], satellites[:, 2].copy(),
        customers[:, 2].copy(), satellites[:, 3].copy(), (q1, f1), (q2, f2), 10.0,
    )  # fmt: skip


def _instance(
    main: FloatArray,
    satellites: FloatArray,
    customers: FloatArray,
    capacity: FloatArray,
    demand: FloatArray,
    opening: FloatArray,
    lorry: tuple[float, float],
    vehicle: tuple[float, float],
    factor: float,
) -> Instance:
    n = len(customers)
    ways = euclid(np.vstack([customers, satellites]), factor, "up")
    level = FirstLevel(
        euclid(np.vstack([satellites, main[None, :]]), 2 * factor, "up"),
        lorry[0],
        lorry[1],
        np.array([np.inf]),
        np.zeros(1),
    )
    data = Routing(ways, demand, vehicle[0], vehicle[1], capacity, opening, level)
    return Instance(MatrixCosts(ways[:n, n:].copy()), opening_cost=opening, routing=data)
