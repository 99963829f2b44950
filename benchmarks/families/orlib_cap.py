"""OR-Library warehouse location: costs of serving the whole demand of a customer.

``m n``, then m lines ``capacity opening_cost`` (the capacity may be the word ``capacity``), then
for each customer its demand and m costs. Capacities and demands are not used here.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Cost matrix (customers, sites) and opening costs."""
    words = text_of(case.path).split()
    m, n = int(words[0]), int(words[1])
    opening_cost = np.array(words[3 : 2 + 2 * m : 2], dtype=float)
    rows = np.array(words[2 + 2 * m :], dtype=float).reshape(n, m + 1)
    return Instance(MatrixCosts(rows[:, 1:].copy()), opening_cost=opening_cost)
