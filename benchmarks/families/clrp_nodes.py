"""Location-routing in lines of nodes: Akca (one level) and Sterle (two levels).

Akca: ``n m Q g v``; ``LB UB ic``; customers ``number x y demand``; depots ``number x y opening
capacity ...``. Sterle: ``n m k Q2 Q1 CPV2 CPV1 VC``; ``LB UB CN CF``; customers; depots; platforms
``number x y opening capacity``. CN is the rounding (0 none, 1 up, 2 nearest), CF the factor of
first-level ways.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance
from benchmarks.routing import FirstLevel, Routing, euclid

_ROUNDING = {0: "no", 1: "up", 2: "nearest"}


def read(case: Case) -> Instance:
    """Ways, demand, vehicles, depots and, with two levels, platforms."""
    lines = [line.split() for line in text_of(case.path).splitlines() if line.strip()]
    head, second = lines[0], lines[1]
    two = len(head) >= 8
    n, m = int(head[0]), int(head[1])
    k = int(head[2]) if two else 0
    rows = [np.array(line, dtype=float) for line in lines[2 : 2 + n + m + k]]
    if len(rows) != n + m + k:
        raise ValueError(f"{case.path}: {len(rows)} places, not {n + m + k}")
    points = np.array([row[1:3] for row in rows])
    demand = np.array([row[3] for row in rows[:n]])
    opening = np.array([row[3] for row in rows[n : n + m]])
    capacity = np.array([row[4] for row in rows[n : n + m]])
    rounding = _ROUNDING[int(float(second[2]))]
    ways = euclid(points[: n + m], 1.0, rounding)
    level = None
    if two:
        if float(head[7]) != 0:
            raise ValueError(f"{case.path}: a cost per unit of demand ({head[7]}) is not read")
        level = FirstLevel(
            euclid(points[n:], 1.0, rounding) * float(second[3]),
            float(head[4]),
            float(head[6]),
            np.array([row[4] for row in rows[n + m :]]),
            np.array([row[3] for row in rows[n + m :]]),
        )
    vehicle, cost = (float(head[3]), float(head[5])) if two else (float(head[2]), float(head[4]))
    data = Routing(ways, demand, vehicle, cost, capacity, opening, level)
    return Instance(MatrixCosts(ways[:n, n:].copy()), opening_cost=opening, routing=data)
