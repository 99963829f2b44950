"""Instances made by the recipe of Avella and Boccia's test bed 1, of any size.

Points uniform in the unit square, costs per unit 10 × distance, demand U[5, 35], capacities
U[10, 160] scaled to ``ratio`` times the demand, opening costs U[0, 90] + U[100, 110] √capacity.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Generate from ``seed``, ``sites``, ``customers`` and ``ratio``."""
    seed, m, n = (int(case.parameters[key]) for key in ("seed", "sites", "customers"))
    random = np.random.default_rng(seed)
    apart = np.linalg.norm(random.random((n, 1, 2)) - random.random((1, m, 2)), axis=2)
    demand = random.uniform(5, 35, n)
    capacity = random.uniform(10, 160, m)
    capacity *= float(case.parameters["ratio"]) * demand.sum() / capacity.sum()
    opening = random.uniform(0, 90, m) + random.uniform(100, 110, m) * np.sqrt(capacity)
    cost = 10 * apart * demand[:, None]
    return Instance(MatrixCosts(cost), opening_cost=opening, demand=demand, capacity=capacity)
