"""What exchanges of open places change, estimated by the prices of the flow.

A place that comes takes what it earns most from, up to its capacity; what a place that goes leaves
behind is served at the prices of those that stay. Prices hold for small changes only: by
duality no site that comes or goes costs less than estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Stages
from logistique.location.stages.flow import Flows
from logistique.location.stages.flow_prices import FlowPrices, flow_prices

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PricedChanges:
    """Estimated changes of cost.

    Parameters
    ----------
    closing : (p,) float
        An open site goes.
    sites : (1 + p, m) float
        A site comes, while no site, or one of the open ones, goes.
    storages : (1 + q, s) float
        A storage comes, while none, or one of the open ones, goes.
    """

    closing: FloatArray
    sites: FloatArray
    storages: FloatArray


def priced_changes(
    stages: Stages, table: list[FloatArray], flows: Flows, option: IntArray
) -> PricedChanges:
    """Estimate every exchange of one site and of one storage.

    Parameters
    ----------
    stages, table, flows
        As for :func:`flow_prices`.
    option : (m,) int
        Option that a site is opened with.
    """
    opened, stores = np.flatnonzero(flows.option >= 0), np.flatnonzero(flows.storage)
    p, q = opened.size, stores.size
    closing = -stages.option_cost[flows.option[opened]]
    sites = np.zeros((1 + p, stages.n_sites)) + stages.option_cost[option]
    storages = np.zeros((1 + q, stages.n_storages)) + stages.storage_cost
    for k, prices in enumerate(flow_prices(stages, table, flows)):
        room = stages.option_capacity[option, k]
        feed = stages.feed[k]
        through = prices.unit + (feed[stores] + prices.storage[:, None]).min(axis=0)
        sent = flows.feed[k][np.ix_(stores, opened)]
        with np.errstate(invalid="ignore"):  # what is out of reach on both sides is worth nothing
            closing = closing + _site_changes(prices, opened, through, room, sites)
            _storage_changes(
                prices, feed[:, opened], stores, stages.storage_capacity[:, k], sent, storages
            )
    with np.errstate(invalid="ignore"):  # neither is a change that cannot be made on both
        sites[1:] += closing[:, None]
    storages[1:] -= stages.storage_cost[stores, None]
    return PricedChanges(closing, sites, storages)


def _site_changes(
    prices: FlowPrices, opened: IntArray, through: FloatArray, room: FloatArray, sites: FloatArray
) -> FloatArray:
    """Add what sites that come save; return what closing each open one costs."""
    paid = prices.unit[:, opened] + prices.out
    order = np.argsort(paid, axis=1)
    row = np.arange(paid.shape[0])
    least = paid[row, order[:, 0]]
    second = paid[row, order[:, min(1, opened.size - 1)]]
    sites[0] -= filled(least[:, None] - through, prices.demand, room)
    lost = np.zeros(opened.size)
    for a in range(opened.size):
        other = np.where(order[:, 0] == a, second, least)
        spent = prices.unit[:, opened[a]] + prices.into[a]
        own = prices.carried[:, a]
        busy = own > 0
        lost[a] = float(own[busy] @ (other - spent)[busy])
        # What others send may come over as well as what the site leaves behind.
        worth = np.where(busy, other, least)
        sites[a + 1] -= filled(worth[:, None] - through, prices.demand, room)
    return lost


def _storage_changes(
    prices: FlowPrices,
    feed: FloatArray,
    stores: IntArray,
    capacity: FloatArray,
    sent: FloatArray,
    storages: FloatArray,
) -> None:
    """Add what storages that come save, and what is lost where one goes."""
    load = sent.sum(axis=0)
    storages[0] -= filled((prices.into - feed).T, load, capacity)
    price = feed[stores] + prices.storage[:, None]
    for a in range(stores.size):
        left = np.delete(price, a, axis=0)
        other = left.min(axis=0) if left.size else price[a] + np.ptp(feed)
        own = sent[a]
        busy = own > 0
        lost = float(own[busy] @ (other - feed[stores[a]])[busy])
        worth = np.where(busy, np.maximum(other, prices.into), prices.into)
        storages[a + 1] += lost - filled((worth - feed).T, load, capacity)


def filled(worth: FloatArray, amount: FloatArray, room: FloatArray) -> FloatArray:
    """Most worth of amounts within the room of each column, (c,).

    Parameters
    ----------
    worth : (k, c) float
        Worth of a unit of each amount in each column; what is below 0 is not taken.
    amount : (k,) float
    room : (c,) float
    """
    order = np.argsort(-worth, axis=0)
    gain = np.take_along_axis(worth, order, axis=0)
    own = amount[order]
    before = np.cumsum(own, axis=0) - own
    taken = np.clip(room - before, 0.0, own)
    worths: FloatArray = np.where(gain > 0, gain * taken, 0.0).sum(axis=0)
    return worths
