"""UflLib ``simple`` files, whole or sparse.

``FILE: name``; ``facilities customers 0|sparse``; per facility ``number opening_cost`` and either
all costs or ``customer:cost`` pairs (from 1), where pairs that are not listed are forbidden.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts, SparseCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Costs (customers, sites), whole or sparse as the file is, and opening costs."""
    lines = text_of(case.path).splitlines()[1:]
    first, second, form = lines[0].split()
    m, n = int(first), int(second)
    rows = [line.split() for line in lines[1 : 1 + m]]
    opening_cost = np.array([float(row[1]) for row in rows])
    if form == "sparse":
        return Instance(SparseCosts(_listed(rows, n, m)), opening_cost=opening_cost)
    matrix = np.array([row[2:] for row in rows], dtype=float).reshape(m, n).T.copy()
    return Instance(MatrixCosts(matrix), opening_cost=opening_cost)


def _listed(rows: list[list[str]], n: int, m: int) -> sparse.csr_array:
    pairs = [
        (int(customer) - 1, site, float(cost))
        for site, row in enumerate(rows)
        for customer, cost in (pair.split(":") for pair in row[2:])
    ]
    customers, sites, costs = zip(*pairs, strict=True)
    return sparse.csr_array((np.array(costs), (customers, sites)), (n, m))
