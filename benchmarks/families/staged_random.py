"""Storages, sizes and products added to the small random families."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.instance import Staged

FloatArray = NDArray[np.float64]

STORAGES = 4


def staged(
    kind: str, costs: FloatArray, demand: FloatArray, opening: FloatArray, seed: int
) -> Staged | None:
    """Two products for the kind two-stage, two sizes for two-level; None for other kinds.

    Parameters
    ----------
    kind : str
        Kind of the case.
    costs : (n, m) float
        Costs of serving one unit.
    demand, opening : (n,), (m,) float
        Demand of the first product, opening costs of the (smaller) size.
    seed : int
        Of what is added.
    """
    if kind not in ("two-stage", "two-level"):
        return None
    random = np.random.default_rng([seed, 1])
    products, sizes = (2, 1) if kind == "two-stage" else (1, 2)
    n, m = costs.shape
    demands = np.column_stack([demand, random.integers(1, 10, n).astype(float)])[:, :products]
    total = demands.sum(axis=0)
    room = np.ceil(np.multiply.outer(np.array([3.0, 6.0][:sizes]) / m, total))
    return Staged(
        costs=costs[None] * demands.T[:, :, None],
        demand=demands,
        opening_cost=np.rint(opening[:, None] * np.array([1.0, 1.6])[:sizes] * total[0] / n),
        capacity=np.repeat(room[None], m, axis=0),
        feed_cost=random.integers(1, 30, (products, STORAGES, m)).astype(float),
        storage_cost=np.rint(random.uniform(2, 4, STORAGES) * opening.mean() * total[0] / n),
        storage_capacity=np.repeat(np.ceil(total / 2)[None], STORAGES, axis=0),
    )
