"""Pairs of segments and the moves across them."""

from __future__ import annotations

from operator import itemgetter

import numpy as np
import pytest
from networks import bpr_time, random_network, vehicles
from scipy.optimize import minimize

from logistique.traffic.bush_kernels import Costs, volumes
from logistique.traffic.search import Search
from logistique.traffic.segment_kernels import Pairs, balance, pairs_of, shares_after
from logistique.traffic.volume_delay import VolumeDelay


def begun(network, classes, delay, sweeps=1):
    """Return a search after some passes, far from its equilibrium."""
    search = Search(network, classes, delay, "user", None)
    search.begin(None)
    for _ in range(sweeps):
        search._improved(grow=True)
    search._renew()
    return search


def pairs(search):
    return pairs_of(search.links, search.trips, search.bushes, search.costs, search.scratch)


def sides(found, i):
    """Return the two sides of pair i."""
    a, c, end = found.begin[2 * i : 2 * i + 3]
    return found.link[a:c].tolist(), found.link[c:end].tolist()


def used_links(search, k):
    """Return links into each used node of commodity k, origin first, and its flows, by loops."""
    trips, bushes = search.trips, search.bushes
    order = bushes.order[k, : bushes.used[k]].tolist()
    links, share = {}, {}
    for j in order[1:]:
        e = int(bushes.pred[k, j])
        if e >= 0:
            links[j], share[e] = [e], 1.0
            continue
        m = bushes.merge[k] - 2 - e
        ways = range(bushes.first[m], bushes.first[m + 1])
        links[j] = [int(bushes.link[i]) for i in ways]
        share |= {int(bushes.link[i]): float(bushes.share[i]) for i in ways}
    through = dict.fromkeys(order, 0.0)
    for i in range(trips.first[k], trips.first[k + 1]):
        through[int(trips.destination[i])] += trips.volume[i]
    flow = {}
    for j in reversed(order[1:]):
        for e in links[j]:
            flow[e] = share[e] * through[j]
            through[int(search.links.tail[e])] += flow[e]
    return order, links, flow


def expected_pairs(search):
    """Room of both sides by class and sides, from paths written out in full."""
    rooms, users = {}, {}
    for k in range(search.trips.origin.size):
        order, links, flow = used_links(search, k)
        kind = int(search.trips.vehicle[k])
        cost, tail = search.costs.cost[kind], search.links.tail
        short = {order[0]: (0.0, [])}
        for j in order[1:]:
            ways = [(short[int(tail[e])], e) for e in links[j]]
            ways = [(path[0] + cost[e], [*path[1], e]) for path, e in ways]
            short[j] = min(ways, key=itemgetter(0))  # the first of equals
            for _, one in ways:
                if one is short[j][1]:
                    continue
                two = short[j][1]
                _count(rooms, users, (kind, k), one, two, order, tail, flow)
    return rooms, users


def _count(rooms, users, who, one, two, order, tail, flow):
    """Enter the parts of two paths after the last node they have in common."""
    kind, k = who
    met = {int(tail[e]) for e in one} & {int(tail[e]) for e in two}
    parting = max(order.index(i) for i in met)
    sides = [tuple(e for e in way if order.index(int(tail[e])) >= parting) for way in (one, two)]
    for side in sides:
        key = (kind, frozenset(sides), side)
        rooms[key] = rooms.get(key, 0.0) + min(flow[e] for e in side)
        users.setdefault(key, []).append(k)


@pytest.mark.parametrize("seed", range(8))
def test_pairs_compare_every_link_into_a_merge_with_the_shortest(seed):
    network, trips, parameters = random_network(seed, n=16, extra=30, zones=9)
    toll = np.zeros(network.n_links)
    toll[::3] = 0.7
    classes = [vehicles(trips), vehicles(trips[::2], name="lorry", pcu=2.0, link_cost=toll)]
    search = begun(network, classes, VolumeDelay.bpr(**parameters), sweeps=4)
    found = pairs(search)
    rooms, users = expected_pairs(search)
    got = {}
    for i in range(found.room.shape[0]):
        both = [tuple(reversed(side)) for side in sides(found, i)]
        for side, amount in zip(both, found.room[i], strict=True):
            got[int(found.vehicle[i]), frozenset(both), side] = amount
    assert got == pytest.approx(rooms)
    assert found.pair.size == sum(len(each) for each in users.values()) / 2
    assert any(len(each) > 1 for each in users.values())
    whole = np.zeros_like(found.room)
    np.add.at(whole, found.pair, found.part)
    assert whole == pytest.approx(1.0)


def random_pairs(seed, links=30, n=12):
    """Sides of random links, rooms and costs of one class."""
    rng = np.random.default_rng(seed)
    link, begin = [], [0]
    for _ in range(n):
        several = rng.choice(links, rng.integers(2, 8), replace=False)
        cut = int(rng.integers(1, len(several)))
        link += several.tolist()
        begin += [begin[-1] + cut, begin[-1] + len(several)]
    room = rng.uniform(0, 5, (n, 2))
    room[rng.random((n, 2)) < 0.2] = 0.0
    slope = rng.uniform(0, 1, links)
    slope[rng.random(links) < 0.2] = 0.0
    cost = rng.uniform(1, 4, (1, links))
    found = Pairs(
        np.array(begin), np.array(link, dtype=np.int32), np.zeros(n, dtype=np.int64), room,
        np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros((0, 2)),
    )  # fmt: skip
    return found, Costs(np.zeros(links), np.zeros((1, links)), cost, slope)


@pytest.mark.parametrize("seed", range(12))
def test_balance_is_the_minimum_of_its_model(seed):
    found, costs = random_pairs(seed)
    effect = np.zeros((costs.slope.size, found.room.shape[0]))
    for i in range(found.room.shape[0]):
        one, two = sides(found, i)
        effect[one, i] -= 1.0
        effect[two, i] += 1.0

    def model(shift):
        moved = effect @ shift
        return costs.cost[0] @ moved + 0.5 * costs.slope @ moved**2

    def gradient(shift):
        return effect.T @ (costs.cost[0] + costs.slope * (effect @ shift))

    bounds = list(zip(-found.room[:, 1], found.room[:, 0], strict=True))
    best = minimize(
        model, np.zeros(len(bounds)), jac=gradient, bounds=bounds, method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000},
    )  # fmt: skip
    shift = balance(found, costs, 20_000, 0.0)
    assert np.all(shift <= found.room[:, 0] + 1e-12)
    assert np.all(shift >= -found.room[:, 1] - 1e-12)
    assert model(shift) == pytest.approx(best.fun, abs=1e-8)
    few = [model(balance(found, costs, sweeps, 0.0)) for sweeps in (1, 2, 5)]
    assert 0.0 >= few[0] >= few[1] >= few[2] >= best.fun - 1e-8


@pytest.mark.parametrize("seed", range(6))
def test_shares_after_a_small_move_carry_just_that_move(seed):
    network, trips, parameters = random_network(seed, n=20, extra=60, zones=8)
    search = begun(network, [vehicles(trips)], VolumeDelay.bpr(**parameters), sweeps=3)
    found = pairs(search)
    assert found.room.shape[0] > 0
    rng = np.random.default_rng(seed)
    shift = rng.uniform(-1e-3, 1e-3, found.room.shape[0]) * found.room.min(axis=1)
    share = shares_after(search.links, search.trips, search.bushes, found, shift, search.scratch)
    assert np.add.reduceat(share, search.bushes.first[:-1]) == pytest.approx(1.0)
    flows = np.zeros_like(search.flows)
    moved = search.bushes._replace(share=share)
    volumes(search.links, search.trips, moved, search.scratch, flows)
    expected = search.flows[0].copy()
    for i, amount in enumerate(shift):
        one, two = sides(found, i)
        expected[one] -= amount
        expected[two] += amount
    assert flows[0] == pytest.approx(expected, abs=1e-12 * search.flows.max())


@pytest.mark.parametrize("seed", range(6))
def test_a_correction_never_raises_the_objective(seed):
    network, trips, parameters = random_network(seed, n=20, extra=60, zones=8)
    delay = VolumeDelay.bpr(**parameters)
    search = begun(network, [vehicles(trips)], delay)

    def beckmann():
        flow = np.zeros(network.n_links)
        search._renew()
        flow[network.layout.link] = search.flows[0]
        return delay.integral(flow).sum()

    before = beckmann()
    moved = search.correct()
    after = beckmann()
    assert after < before if moved else after == before
    cost = np.zeros(network.n_links)
    flow = np.zeros(network.n_links)
    cost[network.layout.link], flow[network.layout.link] = search.costs.cost[0], search.flows[0]
    assert cost == pytest.approx(bpr_time(flow, **parameters), rel=1e-12)
