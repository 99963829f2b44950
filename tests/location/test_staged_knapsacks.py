"""Knapsacks of the two-stage Lagrangian, filled from ranks kept between prices."""

import numpy as np
import pytest
from scipy.optimize import linprog

from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.feed_ascent import FeedAscent, FeedPoint


def question(rng):
    n, m, s, products = 24, 14, 3, 2
    product = np.arange(n) % products
    demand = rng.integers(0, 6, n).astype(float)
    site, client = np.nonzero(rng.random((m, n)) < 0.9)
    arcs = Arcs.of(
        site * products + product[client], client, rng.integers(0, 40, site.size) * 1.0,
        m * products,
    )  # fmt: skip
    option_site = np.sort(np.concatenate([np.arange(m), rng.integers(0, m, 5)]))
    room = rng.integers(0, 12, (option_site.size, products)).astype(float)
    room[rng.random(room.shape) < 0.2] = np.inf
    feed = rng.integers(0, 9, (products, s, m)).astype(float)
    feed[rng.random(feed.shape) < 0.1] = np.inf
    return Stages(
        demand=demand, product=product, option_site=option_site,
        option_cost=rng.integers(0, 20, option_site.size) * 1.0, option_capacity=room,
        option_floor=np.zeros(option_site.size), storage_cost=rng.integers(0, 20, s) * 1.0,
        storage_floor=np.zeros(s), storage_capacity=rng.integers(0, 200, (s, products)) * 1.0,
        feed=feed, arcs=arcs, unserved=np.full(n, np.inf), sites=Side.free(m),
        storages=Side.free(s),
    )  # fmt: skip


def least(worth, amount, most, room):
    """Least value of parts up to ``most`` of amounts that fit into a room, by linear programming."""
    if worth.size == 0:
        return 0.0
    limit = {} if np.isinf(room) else {"A_ub": amount[None, :], "b_ub": [room]}
    return linprog(worth, bounds=np.column_stack([np.zeros(worth.size), most]), **limit).fun


def site_value(stages, point, option, open_site):
    if not open_site:
        return stages.option_cost[option]
    value, products = stages.option_cost[option], stages.n_products
    for k in range(products):
        pair = stages.option_site[option] * products + k
        mine = stages.arcs.pair == pair
        client = stages.arcs.client[mine]
        amount = stages.demand[client]
        worth = stages.arcs.cost[mine] + amount * point.beta[pair] - point.u[client]
        value += least(worth, amount, np.ones(client.size), stages.option_capacity[option, k])
    return value


def storage_value(stages, point, storage, open_sites):
    value, products = stages.storage_cost[storage], stages.n_products
    for k in range(products):
        usable = open_sites & np.isfinite(stages.feed[k, storage])
        worth = (stages.feed[k, storage] - point.beta[k::products])[usable]
        most = stages.most[k, storage, usable]
        value += least(worth, np.ones(worth.size), most, stages.storage_capacity[storage, k])
    return value


@pytest.mark.parametrize("seed", range(6))
def test_values_are_those_of_the_knapsacks_whatever_the_prices_before(seed):
    rng = np.random.default_rng(seed)
    stages = question(rng)
    ascent = FeedAscent(stages)
    point = FeedPoint(rng.uniform(0, 60, stages.n), rng.uniform(0, 9, stages.n_pairs))
    for jump in (0.0, 0.1, 1.0, 20.0, 0.1, 60.0):
        point = FeedPoint(
            np.maximum(point.u + rng.normal(0, 1, stages.n) * jump, 0.0),
            point.beta + rng.normal(0, 0.1, stages.n_pairs) * jump,
        )
        sites = Side.free(stages.n_sites).where(int(rng.integers(stages.n_sites)), opened=False)
        prices = ascent.evaluate(point, sites, stages.storages)[0]
        open_site = ~sites.forbidden
        values = [
            site_value(stages, point, o, open_site[stages.option_site[o]])
            for o in range(stages.option_cost.size)
        ]
        np.testing.assert_allclose(prices.option_value, values, rtol=1e-7, atol=1e-7)
        values = [storage_value(stages, point, s, open_site) for s in range(stages.n_storages)]
        np.testing.assert_allclose(prices.storage_value, values, rtol=1e-7, atol=1e-7)
