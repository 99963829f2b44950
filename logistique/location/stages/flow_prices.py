"""What one unit more costs at the open places of an answer: the prices of its minimum-cost flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Stages
from logistique.location.stages.flow import Flows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_FULL = 1e-9
"""Relative rest of a capacity, or of a flow, that counts as none."""


@dataclass(frozen=True, eq=False)
class FlowPrices:
    """Prices of one product in an answer.

    Parameters
    ----------
    clients : (n_l,) int
        Clients of the product that demand something.
    demand : (n_l,) float
        Their demand.
    unit : (n_l, m) float
        Cost of a unit to each of them from each site.
    carried : (n_l, p) float
        Units that each open site sends them.
    storage : (q,) float
        Price of a unit at each open storage, 0 where it has room.
    into, out : (p,) float
        Price of a unit that arrives at each open site, and of one that may leave it.
    """

    clients: IntArray
    demand: FloatArray
    unit: FloatArray
    carried: FloatArray
    storage: FloatArray
    into: FloatArray
    out: FloatArray


def flow_prices(stages: Stages, table: list[FloatArray], flows: Flows) -> list[FlowPrices]:
    """Prices of each product: lengths of the shortest ways in the residual network.

    Parameters
    ----------
    stages : Stages
        The question.
    table : list of (n_l, m) float
        Costs of serving all of each client from each site by product.
    flows : Flows
        Minimum-cost flow through its open places.
    """
    opened, stores = np.flatnonzero(flows.option >= 0), np.flatnonzero(flows.storage)
    place = np.full(stages.n_sites, -1, dtype=np.int64)
    place[opened] = np.arange(opened.size)
    arcs, products = stages.arcs, stages.n_products
    used = np.flatnonzero(flows.share > 0)
    site, client = arcs.pair[used] // products, arcs.client[used].astype(np.int64)
    found = []
    for k in range(products):
        mine = np.flatnonzero(stages.product == k)
        asking = stages.demand[mine] > 0
        clients = mine[asking]
        demand = stages.demand[clients]
        unit = table[k][asking] / demand[:, None]
        row = np.full(stages.n, -1, dtype=np.int64)
        row[clients] = np.arange(clients.size)
        own = row[client] >= 0
        carried = np.zeros((clients.size, opened.size))
        ends = row[client[own]], place[site[own]]
        np.add.at(carried, ends, flows.share[used[own]] * stages.demand[client[own]])
        sent = flows.feed[k][np.ix_(stores, opened)]
        slack = (
            sent.sum(axis=1) < stages.storage_capacity[stores, k] * (1 - _FULL),
            carried.sum(axis=0) < stages.option_capacity[flows.option[opened], k] * (1 - _FULL),
        )
        price = _shortest(
            stages.feed[k][np.ix_(stores, opened)], sent, unit[:, opened], carried, *slack
        )
        q, p = stores.size, opened.size
        found.append(
            FlowPrices(clients, demand, unit, carried, price[:q], price[q : q + p], price[q + p :])
        )
    return found


def _shortest(
    feed: FloatArray,
    sent: FloatArray,
    unit: FloatArray,
    carried: FloatArray,
    roomy_storage: BoolArray,
    roomy_site: BoolArray,
) -> FloatArray:
    """Lengths of the shortest ways to storages, into sites and out of them, (q + 2 p,).

    What is full has a way too, longer than any other: prices stay prices of the flow with it.
    """
    full = _spread(unit) + _spread(feed)
    q, p = feed.shape
    size = q + 2 * p
    length = np.full((size, size), np.inf)
    into, out = slice(q, q + p), slice(q + p, size)
    length[:q, into] = feed
    back = sent > _FULL * max(float(sent.max(initial=0.0)), 1e-300)
    length[into, :q] = np.where(back, -feed, np.inf).T
    passage = q + np.arange(p), q + p + np.arange(p)
    length[passage] = np.where(roomy_site, 0.0, full)
    busy = carried.sum(axis=0) > 0
    length[passage[1][busy], passage[0][busy]] = 0.0
    least = _FULL * max(float(carried.max(initial=0.0)), 1e-300)
    for k in range(p):
        served = carried[:, k] > least
        if served.any():
            # A client of k may be served from another site instead.
            length[out, q + p + k] = (unit[served] - unit[served, k][:, None]).min(axis=0)
    price = np.full(size, np.inf)
    price[:q] = np.where(roomy_storage, 0.0, full)
    for _ in range(size):
        shorter = np.minimum(price, (price[:, None] + length).min(axis=0))
        if np.array_equal(shorter, price):
            break
        price = shorter
    return price


def _spread(cost: FloatArray) -> float:
    """Return the distance of the largest from the least of the finite costs."""
    finite = cost[np.isfinite(cost)]
    return float(np.ptp(finite)) if finite.size else 0.0
