"""Small random points of the plane, for the smoke suite and tests."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import PointCosts, whole_matrix
from benchmarks.families.staged_random import staged
from benchmarks.instance import Instance
from benchmarks.routing import Routing, euclid


def read(case: Case) -> Instance:
    """Generate whole coordinates 0 … 99, demand 1 … 9 and opening costs 50 … 150 from ``seed``.

    The capacities are equal and together three times the demand; the distances are then costs of
    serving the whole of it. Vehicles carry 15 at 10 a route.
    """
    seed, m, n = (int(case.parameters[key]) for key in ("seed", "sites", "customers"))
    random = np.random.default_rng(seed)
    customers = random.integers(0, 100, (n, 2)).astype(float)
    sites = random.integers(0, 100, (m, 2)).astype(float)
    weight = random.integers(1, 10, n).astype(float)
    costs = PointCosts(customers, sites, case.parameters.get("rounding", "nearest"))
    opening = random.integers(50, 151, m).astype(float)
    capacity = np.full(m, np.ceil(3.0 * weight.sum() / m))
    ways = euclid(np.vstack([customers, sites]), 1.0, "nearest")
    return Instance(
        costs,
        weight=weight,
        opening_cost=opening,
        staged=staged(case.kind, whole_matrix(costs), weight, opening, seed),
        demand=weight,
        capacity=capacity,
        routing=Routing(ways, weight, 15.0, 10.0, capacity, opening),
    )
