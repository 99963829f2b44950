"""Parts of the search for two-level questions, against enumeration and full linear programs."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from staged_oracle import best_two_level

from logistique.location.distances import DenseDistances
from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.dual_kernels import least_options
from logistique.location.stages.exchange import moves
from logistique.location.stages.feed_ascent import FeedAscent, FeedPoint
from logistique.location.stages.flow import best_flows
from logistique.location.stages.groups import groups
from logistique.location.stages.link_ascent import LinkAscent, LinkPoint
from logistique.location.stages.priced_exchange import priced_changes
from logistique.location.stages.prices import excluded
from logistique.location.stages.quick import QuickCosts, unit_costs
from logistique.location.stages.search import first_prices
from logistique.location.stages.wide import Wide
from logistique.location.stages.wide_ascent import WideAscent
from logistique.location.watch import Watch
from logistique.model.limits import Limits

SEEDS = st.integers(0, 10**6)


def tiny(rng, *, n, m, s, whole=True):
    """A one-product question with two sizes; capacities bind, some demands are 0, some costs tie."""
    cost = rng.integers(1, 30, (n, m)).astype(float)
    demand = rng.integers(0, 6, n).astype(float)
    demand[0] += 1
    if not whole:
        demand *= 0.37
    total = demand.sum()
    room = np.ceil(total * rng.uniform(0.3, 0.9, (m, 2)))
    opening = rng.integers(3, 25, (m, 2)).astype(float)
    feed = rng.integers(0, 6, (s, m)).astype(float)
    store = np.ceil(total * rng.uniform(0.5, 1.2, s))
    storage_cost = rng.integers(2, 20, s).astype(float)
    place, client = np.meshgrid(np.arange(m), np.arange(n), indexing="ij")
    stages = Stages(
        demand=demand,
        product=np.zeros(n, dtype=np.int64),
        option_site=np.repeat(np.arange(m), 2),
        option_cost=opening.ravel(),
        option_capacity=room.reshape(-1, 1),
        option_floor=np.zeros(2 * m),
        storage_cost=storage_cost,
        storage_floor=np.zeros(s),
        storage_capacity=store[:, None],
        feed=feed[None],
        arcs=Arcs.of(place.ravel(), client.ravel(), cost.T.ravel(), m),
        unserved=np.full(n, np.inf),
        sites=Side.free(m),
        storages=Side.free(s),
    )
    return stages, cost


def optimum(stages, cost, **rules):
    m = stages.n_sites
    return best_two_level(
        cost[None], stages.option_cost.reshape(m, 2), stages.option_capacity.reshape(m, 2, 1),
        stages.demand[:, None], stages.feed, stages.storage_cost, stages.storage_capacity,
        floor=np.zeros((m, 2)), storage_floor=np.zeros(stages.n_storages), rules=rules,
    )  # fmt: skip


LAGRANGIANS = [FeedAscent, LinkAscent]


def near_prices(rng, stages, cost, kind):
    """Prices of about what serving costs, so that some arcs pay and some do not."""
    u = np.sort(cost, axis=1)[:, :2].mean(axis=1) + stages.demand * rng.uniform(0, 8, stages.n)
    if kind is FeedAscent:
        return FeedPoint(u, rng.uniform(0, 5, stages.n_sites))
    link = rng.uniform(-1, 1, (stages.n, stages.n_storages)).clip(min=0)
    return LinkPoint(u, link, rng.uniform(0, 3, (stages.n_storages, 1)))


@pytest.mark.parametrize("kind", LAGRANGIANS)
@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_all_pairs_are_priced(kind, seed):
    """Whatever is listed, the bound is that of all pairs, and the pairs named are what it took."""
    rng = np.random.default_rng(seed)
    stages, cost = tiny(rng, n=8, m=4, s=2)
    point = near_prices(rng, stages, cost, kind)
    full = kind(stages).evaluate(point, stages.sites, stages.storages)[0]
    source = DenseDistances(cost)
    wide = Wide.of(stages, source, np.zeros(4), int(rng.integers(1, 4)))
    ascent = kind(wide.stages)
    part = ascent.evaluate(point, stages.sites, stages.storages)[0]
    units = ascent.units(point, stages.storages)
    exact, pairs = wide.everywhere(part, units, stages.sites.forbidden)
    exact = ascent.totalled(exact, stages.sites, stages.storages)
    assert exact.bound == pytest.approx(full.bound, rel=1e-9, abs=1e-9)
    assert np.allclose(exact.option_value, full.option_value)
    assert not wide.listed[pairs[0], pairs[1]].any()
    wider = kind(wide.with_arcs(*pairs).stages)
    again = wider.evaluate(point, stages.sites, stages.storages)[0]
    assert again.bound == pytest.approx(full.bound, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", LAGRANGIANS)
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_prices_bound_every_answer(kind, seed):
    """No prices bound above the optimum by enumeration, wherever the ascent stands or goes."""
    rng = np.random.default_rng(seed)
    stages, cost = tiny(rng, n=5, m=3, s=2)
    ascent, point = kind(stages), near_prices(rng, stages, cost, kind)
    best = optimum(stages, cost)
    start = ascent.evaluate(point, stages.sites, stages.storages)[0]
    assert start.bound <= best + 1e-6
    found = ascent.raise_bound(point, np.inf, 60, Watch(Limits(time_s=60.0)))
    assert start.bound <= found.prices.bound <= best + 1e-6
    fixed = ascent.raise_bound(point, np.inf, 20, Watch(Limits(time_s=60.0)), clients_only=True)
    assert fixed.prices.bound <= best + 1e-6
    again = ascent.evaluate(fixed.prices.point, stages.sites, stages.storages)[0]
    assert fixed.prices.bound == pytest.approx(again.bound, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_closed_storages_may_be_left_out(seed):
    """A bound with few storages allowed is that of the question without the others."""
    rng = np.random.default_rng(seed)
    stages, cost = tiny(rng, n=6, m=3, s=4)
    point = near_prices(rng, stages, cost, LinkAscent)
    closed = np.zeros(4, dtype=bool)
    closed[rng.permutation(4)[:2]] = True
    side = dataclasses.replace(stages.storages, forbidden=closed)
    watch = Watch(Limits(time_s=60.0))
    found = LinkAscent(stages).raise_bound(point, np.inf, 5, watch, storages=side)
    small = stages.narrowed(~closed)
    other = LinkAscent(small).raise_bound(point.narrowed(~closed), np.inf, 5, watch)
    assert found.prices.bound == pytest.approx(other.prices.bound, rel=1e-12)
    whole = LinkAscent(stages).evaluate(found.prices.point, stages.sites, side)[0]
    assert whole.bound == pytest.approx(found.prices.bound, rel=1e-9)
    assert not found.storage[closed].any()


def test_links_bound_more_where_a_storage_serves_many():
    """Two clients, a storage beside each, room for both in either: one of them must go far.

    Feeds by site open half of each storage and pay 10 + 2·1 = 12 by their bound; links see that a
    client gets no more than half through half a storage: 10 + 1/2·(1 + 9)·2 = 20, the optimum.
    """
    nobody = np.zeros(2, dtype=bool)
    stages = dataclasses.replace(
        tiny(np.random.default_rng(0), n=2, m=2, s=2)[0],
        demand=np.ones(2),
        option_site=np.arange(2),
        option_cost=np.zeros(2),
        option_capacity=np.full((2, 1), 2.0),
        option_floor=np.zeros(2),
        storage_cost=np.full(2, 10.0),
        storage_floor=np.zeros(2),
        storage_capacity=np.full((2, 1), 2.0),
        feed=np.array([[[1.0, 9.0], [9.0, 1.0]]]),
        arcs=Arcs.of(np.arange(2), np.arange(2), np.zeros(2), 2),
        storages=Side(nobody, nobody, 1, 2),
    )
    watch = Watch(Limits(time_s=60.0))
    feeds, links = (
        kind(stages).raise_bound(first_prices(kind(stages)), 20.0, 2_000, watch).prices.bound
        for kind in LAGRANGIANS
    )
    assert feeds == pytest.approx(12.0, rel=1e-2)
    assert links == pytest.approx(20.0, rel=1e-2)


def test_a_bound_is_claimed_only_after_all_pairs_are_priced():
    """One arc per client overstates the bound; without time to price the others there is none."""
    stages, cost = tiny(np.random.default_rng(5), n=8, m=4, s=2)
    wide = Wide.of(stages, DenseDistances(cost), np.zeros(4), 1)
    point = near_prices(np.random.default_rng(5), stages, cost, LinkAscent)
    whole = LinkAscent(stages).evaluate(point, stages.sites, stages.storages)[0].bound
    part = LinkAscent(wide.stages).evaluate(point, stages.sites, stages.storages)[0].bound
    assert part > whole
    watch = Watch(Limits(time_s=60.0))
    first = WideAscent(wide, LinkAscent).raise_bound(point, np.inf, 0, watch)
    assert first.prices.bound == pytest.approx(whole, rel=1e-9)
    late = WideAscent(wide, LinkAscent, pricing=100.0).raise_bound(point, np.inf, 50, watch)
    assert np.isneginf(late.prices.bound)


def test_a_search_inside_another_ends_with_it():
    class Switch:
        on = False

        def is_set(self):
            return self.on

    switch = Switch()
    outer = Watch(Limits(time_s=600.0), interrupter=switch)
    inner = outer.within(300.0)
    assert not inner.over
    assert inner.left <= 300.0
    switch.on = True
    assert inner.over


@pytest.mark.parametrize("kind", LAGRANGIANS)
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_excluded_places_are_in_no_better_answer(kind, seed):
    rng = np.random.default_rng(seed)
    stages, cost = tiny(rng, n=5, m=3, s=2)
    least = int(rng.integers(0, 3))
    stages = dataclasses.replace(stages, sites=dataclasses.replace(stages.sites, lowest=least))
    point = near_prices(rng, stages, cost, kind)
    prices = kind(stages).evaluate(point, stages.sites, stages.storages)[0]
    room = float(rng.uniform(0, 15))
    sites, storages = excluded(prices, stages, stages.sites, stages.storages, room)
    for j in np.flatnonzero(sites.forbidden):
        forced = optimum(stages, cost, required=[j], n_open=(least, 3))
        assert forced >= prices.bound + room - 1e-6
    for k in np.flatnonzero(storages.forbidden):
        forced = optimum(stages, cost, required_storages=[k], n_open=(least, 3))
        assert forced >= prices.bound + room - 1e-6


def chosen(rng, stages):
    """Places that can serve everybody, with their flows."""
    for _ in range(20):
        size = rng.integers(0, 2, stages.n_sites) + 2 * np.arange(stages.n_sites)
        option = np.where(rng.random(stages.n_sites) < 0.6, size, -1)
        storage = rng.random(stages.n_storages) < 0.7
        flows = best_flows(stages, option, storage)
        if flows is not None:
            return flows
    return None


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.booleans())
def test_quick_costs_are_those_of_the_flows(seed, whole):
    rng = np.random.default_rng(seed)
    stages, _ = tiny(rng, n=9, m=5, s=3, whole=whole)
    flows = chosen(rng, stages)
    assume(flows is not None)
    quick = QuickCosts(stages, unit_costs(stages))
    assert quick(flows.option, flows.storage) == pytest.approx(flows.cost, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
@example(13926)
def test_prices_say_the_least_that_a_site_which_comes_or_goes_costs(seed):
    """By duality: the prices of the flow, changed at one place, bound the flow without or with it."""
    rng = np.random.default_rng(seed)
    stages, cost = tiny(rng, n=9, m=5, s=3)
    flows = chosen(rng, stages)
    assume(flows is not None)
    idle = cost[stages.demand == 0].max(axis=1).sum()
    changes = priced_changes(stages, unit_costs(stages), flows, 2 * np.arange(5) + 1)
    opened = np.flatnonzero(flows.option >= 0)
    for a, site in enumerate(opened):
        option = flows.option.copy()
        option[site] = -1
        after = best_flows(stages, option, flows.storage)
        if after is not None:
            assert after.cost - flows.cost >= changes.closing[a] - 1e-6
    for site in np.flatnonzero(flows.option < 0):
        option = flows.option.copy()
        option[site] = 2 * site + 1
        after = best_flows(stages, option, flows.storage)
        assert after is not None
        assert after.cost - flows.cost >= changes.sites[0, site] - idle - 1e-6


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_estimated_exchanges_are_not_better_than_they_are(seed):
    """A place that takes over all that another carries costs what is said, or less after flows."""
    rng = np.random.default_rng(seed)
    stages, _ = tiny(rng, n=9, m=5, s=3)
    flows = chosen(rng, stages)
    assume(flows is not None)
    arcs = stages.arcs
    load = np.bincount(arcs.pair, flows.share * stages.demand[arcs.client], minlength=5)
    sent = flows.feed[0].sum(axis=1)
    for move in moves(stages, unit_costs(stages), flows):
        takes_over = (
            move.site >= 0
            and move.option >= 0
            and load[move.site] <= stages.option_capacity[move.option, 0]
        )
        passes_on = (
            move.leaves >= 0
            and move.enters >= 0
            and sent[move.leaves] <= stages.storage_capacity[move.enters, 0]
        )
        if takes_over or passes_on:
            after = best_flows(stages, *move.applied(stages, flows.option, flows.storage))
            assert after is not None
            assert after.cost <= flows.cost + move.estimate + 1e-6


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_groups_hold_everybody_and_keep_islands_apart(seed):
    rng = np.random.default_rng(seed)
    n, m, count = int(rng.integers(2, 40)), int(rng.integers(2, 9)), int(rng.integers(2, 12))
    island = rng.integers(0, 2, n)
    place = rng.random((n, 2))[rng.integers(0, n, n)]  # duplicates
    cost = np.linalg.norm(place[:, None] - rng.random((m, 2))[None], axis=2)
    cost[island[:, None] != (np.arange(m) % 2)[None]] = np.inf
    demand = np.where(rng.random(n) < 0.2, 0.0, rng.integers(1, 9, n))
    unit = np.where(demand > 0, demand, 1.0)[:, None]
    member = groups(DenseDistances(cost * unit), demand, count, seed)
    sizes = np.bincount(member)
    assert member.shape == (n,)
    assert (sizes > 0).all()
    assert sizes.size <= max(count, np.unique(island).size)
    assert all(np.unique(island[member == g]).size == 1 for g in range(sizes.size))


def test_least_options_are_the_first_of_the_cheapest_of_their_site():
    rng = np.random.default_rng(0)
    for _ in range(30):
        site = rng.integers(0, 6, 15)
        value = rng.integers(-3, 4, 15).astype(float)
        expected = [
            min((o for o in range(15) if site[o] == j), key=lambda o: (value[o], o), default=-1)
            for j in range(6)
        ]
        assert least_options(site, value, 6).tolist() == expected
