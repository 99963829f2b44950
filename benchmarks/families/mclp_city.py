"""Maximal covering with millions of customers, generated.

As the published grid instances: points uniform in a square of side 30, whole demand 1 … 100.
Customers are drawn in blocks of a million, each from its own stream of the seed, so that an
instance does not depend on how it is held.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import PointCosts
from benchmarks.instance import Instance

SIDE = 30.0
BLOCK = 1_000_000


def read(case: Case) -> Instance:
    """Generate ``sites`` and ``customers`` points from ``seed``. Memory: 24 bytes per customer."""
    seed, m, n = (int(case.parameters[key]) for key in ("seed", "sites", "customers"))
    sites = np.random.default_rng([seed, 0]).uniform(0, SIDE, (m, 2))
    points = np.empty((n, 2))
    weight = np.empty(n)
    for number, start in enumerate(range(0, n, BLOCK), start=1):
        stream = np.random.default_rng([seed, number])
        stop = min(start + BLOCK, n)
        points[start:stop] = stream.uniform(0, SIDE, (BLOCK, 2))[: stop - start]
        weight[start:stop] = stream.integers(1, 101, BLOCK)[: stop - start]
    return Instance(PointCosts(points, sites), weight=weight)
