"""A city on its real roads with storage zones, hubs of several sizes and capacities, generated.

Demand points, hubs and roads as in :mod:`benchmarks.families.city_roads`; storage zones are
further junctions. All money is EUR per day: deliveries cost 0.25 per unit and km, feeds 0.05 per
unit and km plus 0.02 per unit. A hub has three sizes with room for 1/200, 1/100 and 1/50 of
all demand (1 000 to 4 000 parcels of 200 000); a storage zone has room for a fifth. Costs grow
with the 0.7th power of the room and vary by ± 30 % from place to place, as rents do.

Fair and realistic: a city hub hands out one to a few thousand parcels a day, so that a city needs
some fifty of them; five storage zones just hold all demand and are filled to the brim. Rents that
vary without a pattern leave many near ties. Larger hubs would make the question harder to prove
for a reason no city has (a handful of hubs, each of which is a tenth of the cost); smaller ones
would make rounding cheaper and the question easier. These numbers stay as they are: rows of
different dates are compared.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts, NetworkCosts
from benchmarks.families import city_roads
from benchmarks.instance import Instance, Staged

DELIVERY, FEED, HANDLING = 0.25e-3, 0.05e-3, 0.02
"""EUR per unit and metre, twice, and EUR per unit."""

ROOMS = (1 / 200, 1 / 100, 1 / 50)
STORAGE_ROOM = 1 / 5
HUB, STORAGE = 0.9, 0.5
"""EUR per unit of room and day at room 1/100 (hubs) and 1/5 (storage zones) of all demand."""


def read(case: Case) -> Instance:
    """Generate ``customers``, ``sites`` and ``storages`` from ``seed`` on the case's roads."""
    base = city_roads.read(case)
    costs, demand = base.costs, base.weight
    assert isinstance(costs, NetworkCosts)
    assert demand is not None
    seed, m, s = (int(case.parameters[key]) for key in ("seed", "sites", "storages"))
    random = np.random.default_rng([seed, 2])
    junctions = costs.graph.shape[0] - demand.size
    zones = np.sort(random.choice(junctions, s, replace=False))
    distance = np.empty((m, demand.size))
    backwards = sparse.csr_array(costs.graph.T)
    for start in range(0, m, 64):
        chunk = costs.candidate_nodes[start : start + 64]
        reached = csgraph.dijkstra(backwards, indices=chunk)
        distance[start : start + chunk.size] = reached[:, costs.demand_nodes]
    feed = csgraph.dijkstra(costs.graph, indices=zones)[:, costs.candidate_nodes]
    total = demand.sum()
    rooms = np.ceil(np.array(ROOMS) * total)
    prices = HUB * total / 100 * (np.array(ROOMS) * 100) ** 0.7
    matrix = np.ascontiguousarray(distance.T)
    matrix *= DELIVERY * demand[:, None]
    staged = Staged(
        costs=matrix[None],
        demand=demand[:, None],
        opening_cost=prices * random.uniform(0.7, 1.3, m)[:, None],
        capacity=np.repeat(rooms[None, :, None], m, axis=0),
        feed_cost=(HANDLING + FEED * feed)[None],
        storage_cost=STORAGE * STORAGE_ROOM * total * random.uniform(0.7, 1.3, s),
        storage_capacity=np.full((s, 1), np.ceil(STORAGE_ROOM * total)),
    )
    return Instance(MatrixCosts(matrix), staged=staged)
