"""Single-source instances of Holmberg, Diaz and Fernandez, and Yang, in one common layout.

``m n``; m capacities; m opening costs; n demands; then for each customer its m costs of being
served whole.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Costs (customers, sites), opening costs, demand and capacities."""
    words = text_of(case.path).split()
    m, n = int(words[0]), int(words[1])
    numbers = np.array(words[2:], dtype=float)
    if numbers.size != 2 * m + n + n * m:
        raise ValueError(f"{case.path}: {numbers.size} numbers, not {2 * m + n + n * m}")
    capacity, opening, demand, costs = np.split(numbers, np.cumsum([m, m, n]))
    return Instance(
        MatrixCosts(costs.reshape(n, m).copy()),
        opening_cost=opening,
        demand=demand,
        capacity=capacity,
    )
