"""Costs of many choices of open places, each a minimum-cost flow over few arcs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from logistique.location.stages.core import Stages
from logistique.location.stages.flow import enough, opening_cost, whole

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DEPTH = 8
_COST_STEPS = 2.0**40
_WHOLE = 2.0**30


def unit_costs(stages: Stages) -> list[FloatArray]:
    """Cost of serving all of each client from each site, per product (n_l, m); ``inf``: no arc."""
    arcs, products = stages.arcs, stages.n_products
    number = np.empty(stages.n, dtype=np.int64)
    tables = []
    pair_product, pair_site = arcs.pair % products, arcs.pair // products
    for product in range(products):
        clients = np.flatnonzero(stages.product == product)
        number[clients] = np.arange(clients.size)
        table = np.full((clients.size, stages.n_sites), np.inf)
        mine = pair_product == product
        table[number[arcs.client[mine]], pair_site[mine]] = arcs.cost[mine]
        tables.append(table)
    return tables


class QuickCosts:
    """Cost of open places with split service and without floors, from each client's near sites.

    Good for comparing choices. Quantities that are not whole are rounded to 30 binary digits.

    Parameters
    ----------
    stages : Stages
        The question.
    table : list of (n_l, m) float
        :func:`unit_costs` of it.
    """

    def __init__(self, stages: Stages, table: list[FloatArray]) -> None:
        self.stages = stages
        self.usable = bool(np.isinf(stages.unserved).all())
        self._exact = whole(stages)
        self._table = table
        self._demand = [stages.demand[stages.product == k] for k in range(stages.n_products)]

    def __call__(self, option: IntArray, storage: BoolArray) -> float:
        """Cost of serving everybody from what is open; ``inf`` if it cannot be done."""
        if not enough(self.stages, option, storage):
            return np.inf
        total = opening_cost(self.stages, option, storage)
        for product in range(self.stages.n_products):
            cost = self._flow(product, option, storage, _DEPTH)
            if np.isinf(cost):
                cost = self._flow(product, option, storage, option.size)
            total += cost
        return total

    def _flow(self, product: int, option: IntArray, storage: BoolArray, depth: int) -> float:
        stages = self.stages
        sites = np.flatnonzero(option >= 0)
        store = np.flatnonzero(storage)
        demand = self._demand[product]
        cost = self._table[product][:, sites]
        idle = demand == 0
        nothing = float(cost[idle].min(axis=1, initial=np.inf).sum()) if idle.any() else 0.0
        cost, demand = cost[~idle] / demand[~idle, None], demand[~idle]
        n, p, q = demand.size, sites.size, store.size
        if n == 0 or np.isinf(nothing):
            return nothing
        feed = stages.feed[product][np.ix_(store, sites)]
        depth = min(depth, p)
        rank = cost + np.where(np.isfinite(feed), feed, np.inf).min(axis=0) if q else cost
        near = np.argpartition(rank, depth - 1, axis=1)[:, :depth]
        client, place = np.repeat(np.arange(n), depth), near.ravel()
        price = cost[client, place]
        kept = np.isfinite(price)
        client, place, price = client[kept], place[kept], price[kept]
        total = demand.sum()
        factor = 1.0 if self._exact else _WHOLE / total
        pieces = np.rint(demand * factor)
        supply = pieces.sum()
        room = self._room(stages.option_capacity[option[sites], product], total, factor)
        # Nodes: source, storages, sites in, sites out, clients.
        inside, outside, first = 1 + q, 1 + q + p, 1 + q + 2 * p
        tails = [inside + np.arange(p), outside + place]
        heads = [outside + np.arange(p), first + client]
        rooms, prices = [room, pieces[client]], [np.zeros(p), price]
        if q:
            s, j = np.nonzero(np.isfinite(feed))
            stock = self._room(stages.storage_capacity[store, product], total, factor)
            tails += [np.zeros(q, dtype=np.int64), 1 + s]
            heads += [1 + np.arange(q), inside + j]
            rooms += [stock, np.minimum(stock[s], room[j])]
            prices += [np.zeros(q), feed[s, j]]
        else:
            tails.append(np.zeros(p, dtype=np.int64))
            heads.append(inside + np.arange(p))
            rooms.append(room)
            prices.append(np.zeros(p))
        money = np.concatenate(prices)
        scale = _COST_STEPS / max(float(money.max(initial=0.0)) * (first + n), 1e-30)
        flow = min_cost_flow.SimpleMinCostFlow()
        handles = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate(tails).astype(np.int32),
            np.concatenate(heads).astype(np.int32),
            np.concatenate(rooms).astype(np.int64),
            np.rint(money * scale).astype(np.int64),
        )
        flow.set_nodes_supplies(
            np.concatenate([[0], first + np.arange(n)]).astype(np.int32),
            np.concatenate([[supply], -pieces]).astype(np.int64),
        )
        if flow.solve() != flow.OPTIMAL:
            return np.inf
        return nothing + float(flow.flows(handles) @ money) / factor

    def _room(self, capacity: FloatArray, total: float, factor: float) -> FloatArray:
        """Capacities in whole pieces; what is rounded fits where everything just fits."""
        most = np.minimum(capacity, total) * factor
        return most if self._exact else np.ceil(most) + self.stages.n
