"""Maximal covering on the plane (Cordeau, Furini, Ljubić): sites, customers and their demand.

``sites customers``; ``F id x y cost``; ``C id x y demand``. Covered: at most the case's radius
away. Every site costs 1, so the budget is the number of sites.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import PointCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """Points and demand."""
    text = text_of(case.path)
    head, _, body = text.partition("\n")
    m, n = (int(word) for word in head.split())
    words = np.array(body.replace("F", "0").replace("C", "1").split(), dtype=float).reshape(-1, 5)
    sites, customers = words[words[:, 0] == 0], words[words[:, 0] == 1]
    if len(sites) != m or len(customers) != n or (sites[:, 4] != 1).any():
        raise ValueError(
            f"{case.path}: {len(sites)} sites of cost 1 and {len(customers)} customers"
        )
    return Instance(
        PointCosts(customers[:, 2:4].copy(), sites[:, 2:4].copy()), weight=customers[:, 4].copy()
    )
