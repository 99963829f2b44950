"""Exchanges of open places, ranked by what they cost if the place that comes takes all over.

Or by the prices of the flow, see :mod:`priced_exchange`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.stages.core import Stages
from logistique.location.stages.flow import Flows
from logistique.location.stages.priced_exchange import priced_changes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_WITHIN = 0.02
"""Estimated loss, relative to the cost, up to which an exchange is worth a flow."""

_PRICED = 5_000_000
"""Open sites × clients × sites up to which exchanges are priced."""

_PER_PLACE = 12
"""Most exchanges of one open place."""


@dataclass(frozen=True)
class Move:
    """A change of open places.

    Parameters
    ----------
    estimate : float
        Estimated change of cost.
    site, option : int
        Site that closes (−1: none) and option that opens at another or the same site (−1: none).
    leaves, enters : int
        Storage that closes and storage that opens, −1: none.
    """

    estimate: float
    site: int = -1
    option: int = -1
    leaves: int = -1
    enters: int = -1

    def applied(
        self, stages: Stages, option: IntArray, storage: BoolArray
    ) -> tuple[IntArray, BoolArray]:
        """Places after the change."""
        option, storage = option.copy(), storage.copy()
        if self.site >= 0:
            option[self.site] = -1
        if self.option >= 0:
            option[stages.option_site[self.option]] = self.option
        if self.leaves >= 0:
            storage[self.leaves] = False
        if self.enters >= 0:
            storage[self.enters] = True
        return option, storage


def moves(stages: Stages, table: list[FloatArray], flows: Flows) -> list[Move]:
    """Exchanges, closings, openings and changes of size, the most promising first.

    Parameters
    ----------
    stages : Stages
        The question.
    table : list of (n_l, m) float
        Costs of serving all of each client from each site by product.
    flows : Flows
        Answer to change.
    """
    limit = _WITHIN * abs(flows.cost)
    return _ranked(_sites(stages, table, flows) + _storages(stages, flows), limit)


def storage_moves(stages: Stages, flows: Flows) -> list[Move]:
    """Exchanges, closings and openings of storages, the most promising first."""
    return _ranked(_storages(stages, flows), np.inf)


def _ranked(found: list[Move], limit: float) -> list[Move]:
    return sorted((move for move in found if move.estimate < limit), key=lambda move: move.estimate)


def priced_moves(stages: Stages, table: list[FloatArray], flows: Flows) -> list[Move]:
    """Exchanges, closings and openings that may pay at the prices of the flow, the best first.

    Where places are not near or far from each other, as with costs drawn at random, these rank
    better than :func:`moves`. None where :func:`priceable` says no.

    Parameters
    ----------
    stages, table, flows
        As for :func:`moves`.
    """
    return _ranked(_priced(stages, table, flows), 0.0)


def priceable(stages: Stages, flows: Flows) -> bool:
    """Whether a question has two levels and is small enough for its exchanges to be priced."""
    opened = int((flows.option >= 0).sum())
    return stages.n_storages > 0 and opened * stages.n * stages.n_sites <= _PRICED


def _priced(stages: Stages, table: list[FloatArray], flows: Flows) -> list[Move]:
    """Exchanges with what they change at the prices of the flow."""
    if not priceable(stages, flows):
        return []
    opened, closed = np.flatnonzero(flows.option >= 0), flows.option < 0
    _, largest = _options_for(stages, np.zeros((0, stages.n_products)))
    changes = priced_changes(stages, table, flows, largest)
    result = []
    may_enter = closed & ~stages.sites.forbidden & (largest >= 0)
    for a, site in enumerate([-1, *opened.tolist()]):
        if site >= 0 and stages.sites.required[site]:
            continue
        if site >= 0:
            result.append(Move(float(changes.closing[a - 1]), site=site))
        change = np.where(may_enter, changes.sites[a], np.inf)
        result += [
            Move(float(change[b]), site=site, option=int(largest[b]))
            for b in np.argsort(change, kind="stable")[:_PER_PLACE]
            if np.isfinite(change[b])
        ]
    stores = np.flatnonzero(flows.storage)
    may_enter = ~flows.storage & ~stages.storages.forbidden
    for a, store in enumerate([-1, *stores.tolist()]):
        if store >= 0 and stages.storages.required[store]:
            continue
        change = np.where(may_enter, changes.storages[a], np.inf)
        result += [
            Move(float(change[b]), leaves=store, enters=int(b))
            for b in np.argsort(change, kind="stable")[:_PER_PLACE]
            if np.isfinite(change[b])
        ]
    return result


def _carried(
    stages: Stages, table: list[FloatArray], flows: Flows
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Say what the open sites carry.

    Returns
    -------
    opened : (p,) int
        Open sites.
    total : (p, m) float
        Cost of what an open site carries if it went through any other site.
    load : (p, l) float
        Its load by product.
    away : (p,) float
        What the clients of a site pay more at their second open site.
    gain : (m,) float
        What clients would save at a site, capacities aside, ≤ 0.
    """
    opened = np.flatnonzero(flows.option >= 0)
    arcs, products = stages.arcs, stages.n_products
    slot = np.full(stages.n_sites, -1, dtype=np.int64)
    slot[opened] = np.arange(opened.size)
    used = np.flatnonzero(flows.share > 0)
    site, product = arcs.pair[used] // products, arcs.pair[used] % products
    total = np.zeros((opened.size, stages.n_sites))
    load = np.zeros((opened.size, products))
    away = np.zeros(opened.size)
    gain = np.zeros(stages.n_sites)
    for k in range(products):
        clients = np.flatnonzero(stages.product == k)
        number = np.full(stages.n, -1, dtype=np.int64)
        number[clients] = np.arange(clients.size)
        mine = product == k
        ends = slot[site[mine]], number[arcs.client[used[mine]]]
        share = sparse.csr_array((flows.share[used[mine]], ends), (opened.size, clients.size))
        total += share @ table[k]
        load[:, k] = share @ stages.demand[clients]
        own = table[k][:, opened]
        paid = np.bincount(
            ends[1], flows.share[used[mine]] * own[ends[1], ends[0]], minlength=clients.size
        )
        gain += np.minimum(table[k] - paid[:, None], 0.0).sum(axis=0)
        if opened.size > 1:
            two = np.partition(own, 1, axis=1)[:, :2]
            least = own[ends[1], ends[0]] <= two[ends[1], 0]
            other = np.where(least, two[ends[1], 1], two[ends[1], 0])
            extra = flows.share[used[mine]] * (other - own[ends[1], ends[0]])
            away += np.bincount(ends[0], extra, minlength=opened.size)
        if stages.n_storages:
            sent = sparse.csr_array(flows.feed[k][:, opened].T)
            total += sent @ stages.feed[k]
    return opened, total, load, away, gain


def _sites(stages: Stages, table: list[FloatArray], flows: Flows) -> list[Move]:
    opened, total, load, away, gain = _carried(stages, table, flows)
    closed = flows.option < 0
    fits, largest = _options_for(stages, load)
    result = []
    for a, site in enumerate(opened):
        saved = float(total[a, site] + stages.option_cost[flows.option[site]])
        option = np.where(fits[a] >= 0, fits[a], largest)
        with np.errstate(invalid="ignore"):
            change = total[a] + stages.option_cost[option] - saved
        change = np.where(closed & (option >= 0) & ~stages.sites.forbidden, change, np.inf)
        if stages.sites.required[site]:
            change[:] = np.inf
        else:
            value = float(away[a] - stages.option_cost[flows.option[site]])
            result.append(Move(value, site=int(site)))
        result += [
            Move(float(change[b]), site=int(site), option=int(option[b]))
            for b in np.argsort(change, kind="stable")[:_PER_PLACE]
            if np.isfinite(change[b])
        ]
    mine = np.flatnonzero(~closed[stages.option_site])
    present = flows.option[stages.option_site[mine]]
    for number, now in zip(mine, present, strict=True):
        if number != now:
            value = float(stages.option_cost[number] - stages.option_cost[now])
            result.append(Move(value, option=int(number)))
    away_from = np.flatnonzero(closed[stages.option_site])
    away_from = away_from[~stages.sites.forbidden[stages.option_site[away_from]]]
    worth = stages.option_cost[away_from] + gain[stages.option_site[away_from]]
    for number, value in zip(away_from, worth, strict=True):
        if value < 0:
            result.append(Move(float(value), option=int(number)))
    return result


def _options_for(stages: Stages, load: FloatArray) -> tuple[IntArray, IntArray]:
    """Cheapest option of every site that holds each load, −1 if none does; largest option."""
    order = np.lexsort((-stages.option_cost, stages.option_site))  # the cheapest comes last
    fits = np.full((load.shape[0], stages.n_sites), -1, dtype=np.int64)
    for number in order:
        holds = (load <= stages.option_capacity[number] * (1 + 1e-12)).all(axis=1)
        fits[holds, stages.option_site[number]] = number
    largest = np.full(stages.n_sites, -1, dtype=np.int64)
    room = np.minimum(stages.option_capacity, stages.total).sum(axis=1)
    for number in np.lexsort((room, stages.option_site)):
        largest[stages.option_site[number]] = number
    return fits, largest


def _storages(stages: Stages, flows: Flows) -> list[Move]:
    if stages.n_storages == 0:
        return []
    result = []
    on, off = np.flatnonzero(flows.storage), np.flatnonzero(~flows.storage)
    off = off[~stages.storages.forbidden[off]]
    carried = np.zeros((stages.n_storages, stages.n_storages))
    for k in range(stages.n_products):
        sent = sparse.csr_array(flows.feed[k])
        carried += sent @ stages.feed[k].T
    for s in on:
        if stages.storages.required[s]:
            continue
        result.append(Move(float(-stages.storage_cost[s]), leaves=int(s)))
        change = carried[s, off] - carried[s, s] + stages.storage_cost[off] - stages.storage_cost[s]
        result += [
            Move(float(change[t]), leaves=int(s), enters=int(off[t]))
            for t in np.argsort(change, kind="stable")[:_PER_PLACE]
            if np.isfinite(change[t])
        ]
    return result + [Move(float(stages.storage_cost[t]), enters=int(t)) for t in off]
