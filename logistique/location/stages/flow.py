"""Least cost of serving everybody from given open places: a minimum-cost flow per product."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from logistique.location.stages.core import Stages
from logistique.location.stages.program import Part, Program
from logistique.location.watch import Watch
from logistique.model.limits import Limits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_COST_STEPS = 2.0**40
"""Largest sum of path costs in the integers of the flow algorithm."""

_LARGEST_WHOLE = 2.0**31

_HAIR = 1e-12
"""Part of a floor that whole quantities, as shares, may miss for rounding."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Open places, what flows between them and what it costs.

    Parameters
    ----------
    cost : float
        Opening, feeding, serving and what is left unserved.
    option : (j,) int
        Option of each site, −1 where closed.
    storage : (s,) bool
        Open storages.
    share : (e,) float
        Part of the client that each service arc carries.
    feed : (l, s, j) float
        Units from storages to sites.
    """

    cost: float
    option: IntArray
    storage: BoolArray
    share: FloatArray
    feed: FloatArray


def whole(stages: Stages) -> bool:
    """Whether all quantities are whole, so that flow algorithms on integers are exact."""
    values = np.concatenate(
        [stages.demand, stages.option_capacity.ravel(), stages.storage_capacity.ravel()]
    )
    finite = values[np.isfinite(values)]
    return bool((finite == np.rint(finite)).all() and stages.total.max(initial=0) < _LARGEST_WHOLE)


def opening_cost(stages: Stages, option: IntArray, storage: BoolArray) -> float:
    """Cost of what is open."""
    return float(stages.option_cost[option[option >= 0]].sum() + stages.storage_cost[storage].sum())


def enough(stages: Stages, option: IntArray, storage: BoolArray) -> bool:
    """Whether what is open can handle the demand of clients that must be served."""
    need = stages.compulsory
    slack = 1e-9 * np.maximum(need, 1.0)
    if (stages.option_capacity[option[option >= 0]].sum(axis=0) < need - slack).any():
        return False
    if stages.n_storages == 0:
        return True
    return bool((stages.storage_capacity[storage].sum(axis=0) >= need - slack).all())


def best_flows(
    stages: Stages, option: IntArray, storage: BoolArray, watch: Watch | None = None
) -> Flows | None:
    """Cheapest flows through what is open; None if not everybody can be served.

    With ``watch`` also None if the time is up before a linear program ends.

    Notes
    -----
    Split service. Whole quantities: cost scaling on integers, product by product (unit costs are
    rounded to about 12 digits, the cost is recomputed from the flows). One linear program for
    other quantities, and where these flows are below a floor.
    """
    if not enough(stages, option, storage):
        return None
    if stages.single or not whole(stages):
        return _by_program(stages, option, storage, watch)
    share = np.zeros(stages.arcs.client.size)
    feed = np.zeros_like(stages.feed)
    for product in range(stages.n_products):
        if not _by_scaling(stages, product, option, storage, share, feed):
            return None
    if not _above_floors(stages, option, storage, share, feed):
        return _by_program(stages, option, storage, watch)
    return costed(stages, option, storage, share, feed)


def _above_floors(
    stages: Stages, option: IntArray, storage: BoolArray, share: FloatArray, feed: FloatArray
) -> bool:
    """Whether every open place has its least throughput."""
    opened = np.flatnonzero(option >= 0)
    floor = stages.option_floor[option[opened]]
    if floor.any():
        client = stages.arcs.client
        load = np.bincount(
            stages.arcs.pair // stages.n_products, share * stages.demand[client], stages.n_sites
        )
        if (load[opened] < floor * (1 - _HAIR)).any():
            return False
    least = stages.storage_floor[storage]
    return not least.any() or bool((feed.sum(axis=(0, 2))[storage] >= least * (1 - _HAIR)).all())


def costed(
    stages: Stages, option: IntArray, storage: BoolArray, share: FloatArray, feed: FloatArray
) -> Flows:
    """Flows with their cost, computed from the flows."""
    used = feed > 0
    served = np.bincount(stages.arcs.client, weights=share, minlength=stages.n)
    carrying = share > 0
    parts = [
        opening_cost(stages, option, storage),
        float(stages.arcs.cost[carrying] @ share[carrying]),
        float(stages.feed[used] @ feed[used]),
    ]
    optional = np.isfinite(stages.unserved)
    parts.append(float(stages.unserved[optional] @ np.maximum(1.0 - served[optional], 0.0)))
    return Flows(math.fsum(parts), option, storage, share, feed)


def trimmed(stages: Stages, flows: Flows) -> Flows:
    """Give every open site its cheapest size that holds what it serves."""
    if stages.option_site.size == np.unique(stages.option_site).size:
        return flows
    arcs, products = stages.arcs, stages.n_products
    load = np.bincount(
        arcs.pair, weights=flows.share * stages.demand[arcs.client], minlength=stages.n_pairs
    ).reshape(-1, products)
    own = load[stages.option_site]
    opened = flows.option[stages.option_site] >= 0
    fits = (own <= stages.option_capacity).all(axis=1) & opened
    fits &= own.sum(axis=1) >= stages.option_floor
    kept = flows.option[flows.option >= 0]
    fits[kept] = True
    number = np.flatnonzero(fits)
    order = number[np.lexsort((stages.option_cost[number], stages.option_site[number]))]
    site = stages.option_site[order]
    first = np.ones(site.size, dtype=bool)
    first[1:] = site[1:] != site[:-1]
    option = np.full(stages.n_sites, -1, dtype=np.int64)
    option[site[first]] = order[first]
    if (option == flows.option).all():
        return flows
    return costed(stages, option, flows.storage, flows.share, flows.feed)


def _by_scaling(
    stages: Stages,
    product: int,
    option: IntArray,
    storage: BoolArray,
    share: FloatArray,
    feed: FloatArray,
) -> bool:
    """Fill the flows of one product; false if it cannot be served."""
    clients = np.flatnonzero(stages.product == product)
    number = np.full(stages.n, -1, dtype=np.int64)
    number[clients] = np.arange(clients.size)
    opened = np.flatnonzero(option >= 0)
    arc = np.concatenate(
        [np.arange(*stages.arcs.start[j * stages.n_products + product :][:2]) for j in opened]
        or [np.zeros(0, dtype=np.int64)]
    ).astype(np.int64)
    demand = stages.demand[clients]
    total = float(demand.sum())
    zero = stages.demand[stages.arcs.client[arc]] == 0
    _serve_nothing(stages, arc[zero], share)
    idle = np.zeros(stages.n, dtype=bool)
    idle[clients] = (demand == 0) & np.isinf(stages.unserved[clients])
    idle[stages.arcs.client[arc]] = False
    if idle.any():  # nobody who must be served, demand or not, is out of reach of what is open
        return False
    arc = arc[~zero]
    slot = np.full(stages.n_sites, -1, dtype=np.int64)
    slot[opened] = np.arange(opened.size)
    # Nodes: source, storages, sites in, sites out, clients.
    store = np.flatnonzero(storage)
    inside, outside = 1 + store.size, 1 + store.size + opened.size
    first = outside + opened.size
    capacity = np.minimum(stages.option_capacity[option[opened], product], total)
    unit = stages.arcs.cost[arc] / stages.demand[stages.arcs.client[arc]]
    tails = [
        inside + np.arange(opened.size),
        outside + slot[stages.arcs.pair[arc] // stages.n_products],
    ]
    heads = [outside + np.arange(opened.size), first + number[stages.arcs.client[arc]]]
    rooms = [capacity, stages.demand[stages.arcs.client[arc]]]
    prices = [np.zeros(opened.size), unit]
    optional = clients[np.isfinite(stages.unserved[clients]) & (demand > 0)]
    tails.append(np.zeros(optional.size, dtype=np.int64))
    heads.append(first + number[optional])
    rooms.append(stages.demand[optional])
    prices.append(stages.unserved[optional] / stages.demand[optional])
    if stages.n_storages:
        s, j = np.nonzero(np.isfinite(stages.feed[product][np.ix_(store, opened)]))
        tails += [np.zeros(store.size, dtype=np.int64), 1 + s]
        heads += [1 + np.arange(store.size), inside + j]
        room = np.minimum(stages.storage_capacity[store, product], total)
        rooms += [room, np.minimum(room[s], capacity[j])]
        prices += [np.zeros(store.size), stages.feed[product][store[s], opened[j]]]
    else:
        tails.append(np.zeros(opened.size, dtype=np.int64))
        heads.append(inside + np.arange(opened.size))
        rooms.append(capacity)
        prices.append(np.zeros(opened.size))
    price = np.concatenate(prices)
    scale = _COST_STEPS / max(float(np.abs(price).max(initial=0.0)) * (first + clients.size), 1e-30)
    flow = min_cost_flow.SimpleMinCostFlow()
    handles = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate(tails).astype(np.int32),
        np.concatenate(heads).astype(np.int32),
        np.concatenate(rooms).astype(np.int64),
        np.rint(price * scale).astype(np.int64),
    )
    flow.set_nodes_supplies(
        np.concatenate([[0], first + np.arange(clients.size)]).astype(np.int32),
        np.concatenate([[total], -demand]).astype(np.int64),
    )
    if flow.solve() != flow.OPTIMAL:
        return False
    flows = flow.flows(handles).astype(float)
    begun = opened.size
    share[arc] = flows[begun : begun + arc.size] / stages.demand[stages.arcs.client[arc]]
    if stages.n_storages:
        feed[product][store[s], opened[j]] = flows[flows.size - s.size :]
    return True


def _serve_nothing(stages: Stages, arc: IntArray, share: FloatArray) -> None:
    """Serve clients without demand from their cheapest arc."""
    client = stages.arcs.client[arc]
    order = np.lexsort((stages.arcs.cost[arc], client))
    first = np.ones(order.size, dtype=bool)
    first[1:] = client[order][1:] != client[order][:-1]
    best = arc[order[first]]
    share[best[stages.arcs.cost[best] <= stages.unserved[stages.arcs.client[best]]]] = 1.0


def _by_program(
    stages: Stages, option: IntArray, storage: BoolArray, watch: Watch | None = None
) -> Flows | None:
    """All products at once, with floors (and single sources), as one model."""
    part = Part.of(stages, np.sort(option[option >= 0]), np.flatnonzero(storage))
    watch = Watch(Limits(time_s=math.inf)) if watch is None else watch
    program = Program(stages, part, watch, integral=stages.single)
    program.fix(option, storage)
    answer = program.model.solve(time_s=watch.left)
    if answer.values is None:
        return None
    share, feed = program.flows(answer)
    if stages.single:
        share = np.rint(share)
    return costed(stages, option, storage, share, feed)
