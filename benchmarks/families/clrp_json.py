"""Location-routing of Schneider and Löffler: JSON with customers, depots and vehicles.

Ways are 100 times the distance, rounded up.
"""

from __future__ import annotations

import json

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance
from benchmarks.routing import Routing, euclid


def read(case: Case) -> Instance:
    """Ways between all places, demand, vehicles and depots."""
    table = json.loads(text_of(case.path))
    customers, depots = table["customers"], table["depots"]
    points = np.array([[place["x"], place["y"]] for place in customers + depots], dtype=float)
    ways = euclid(points, 100.0, "up")
    opening = np.array([depot["costs"] for depot in depots], dtype=float)
    data = Routing(
        ways,
        np.array([customer["demand"] for customer in customers], dtype=float),
        float(table["vehicle_capacity"]),
        float(table["vehicle_costs"]),
        np.array([depot["capacity"] for depot in depots], dtype=float),
        opening,
    )
    n = len(customers)
    return Instance(MatrixCosts(ways[:n, n:].copy()), opening_cost=opening, routing=data)
