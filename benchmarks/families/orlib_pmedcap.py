"""OR-Library capacitated p-median: ``id best_known``; ``n p capacity``; n lines ``id x y demand``.

Every point is a customer and a site; distances are floors of Euclid.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import PointCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Points, demand, equal capacities and p."""
    words = text_of(case.path).split()
    n, p, capacity = int(words[2]), int(words[3]), float(words[4])
    rows = np.array(words[5:], dtype=float)
    if rows.size != 4 * n:
        raise ValueError(f"{case.path}: {rows.size} numbers of points, not {4 * n}")
    points = rows.reshape(n, 4)[:, 1:3].copy()
    return Instance(
        PointCosts(points, points, "floor"),
        demand=rows.reshape(n, 4)[:, 3].copy(),
        capacity=np.full(n, capacity),
        p=p,
    )
