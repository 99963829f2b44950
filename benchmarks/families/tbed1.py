"""Test bed 1 of Avella and Boccia, ``.plc`` files: customers, sites and costs per unit of demand.

``n m``, n demands, m capacities, m opening costs, then for each site n costs per unit.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Costs of serving whole customers (customers, sites), demand, capacities, opening costs."""
    words = text_of(case.path).split()
    n, m = int(words[0]), int(words[1])
    numbers = np.array(words[2:], dtype=float)
    if numbers.size != n + 2 * m + n * m:
        raise ValueError(f"{case.path}: {numbers.size} numbers, not {n + 2 * m + n * m}")
    demand, capacity, opening, unit = np.split(numbers, np.cumsum([n, m, m]))
    cost = np.ascontiguousarray(unit.reshape(m, n).T) * demand[:, None]
    return Instance(MatrixCosts(cost), opening_cost=opening, demand=demand, capacity=capacity)
