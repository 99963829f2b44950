"""Random costs without geometry: questions whose bounds are far from their answers."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.staged_random import staged
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Generate whole costs 1 … 999 and opening costs 500 … 1500 from ``seed``.

    The capacities are equal and together three times the demand.
    """
    seed, m, n = (int(case.parameters[key]) for key in ("seed", "sites", "customers"))
    random = np.random.default_rng(seed)
    costs = random.integers(1, 1000, (n, m)).astype(float)
    weight = random.integers(1, 10, n).astype(float)
    opening = random.integers(500, 1501, m).astype(float)
    return Instance(
        MatrixCosts(costs),
        weight=weight,
        opening_cost=opening,
        staged=staged(case.kind, costs, weight, opening, seed),
        demand=weight,
        capacity=np.full(m, np.ceil(3.0 * weight.sum() / m)),
    )
