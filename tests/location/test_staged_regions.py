"""Regions of an answer sited anew, against every choice of sites and sizes."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged_oracle import flow_cost
from test_staged_parts import tiny

from logistique.location import two_level
from logistique.location.stages import regions, search
from logistique.location.stages.core import Arcs, Side
from logistique.location.stages.flow import best_flows
from logistique.location.stages.primal import Improver, allowed
from logistique.location.stages.quick import unit_costs
from logistique.location.stages.regions import Regions
from logistique.location.watch import Watch
from logistique.model.limits import Limits


def with_room(stages):
    """The question with storages that hold everything, of which the first must be open."""
    total = stages.demand.sum()
    first = np.arange(stages.n_storages) == 0
    side = dataclasses.replace(stages.storages, required=first, forbidden=~first)
    return dataclasses.replace(
        stages, storage_capacity=np.full_like(stages.storage_capacity, total), storages=side
    )


def choices(stages):
    """Every allowed choice of options, (m,) int, −1 where closed."""
    own = [np.flatnonzero(stages.option_site == j).tolist() for j in range(stages.n_sites)]
    for sizes in itertools.product(*[[-1, *numbers] for numbers in own]):
        option = np.array(sizes)
        if allowed(stages, option, stages.storages.required):
            yield option


def exact_cost(stages, option):
    """Cost of a choice by a linear program written down in full."""
    opened = option >= 0
    room = np.where(opened, stages.option_capacity[option, 0], 0.0)[:, None]
    floor = np.where(opened, stages.option_floor[option], 0.0)
    store = stages.storage_capacity * stages.storages.required[:, None]
    cost = np.where(opened, unit_costs(stages)[0], np.inf)  # not even clients without demand
    flow = flow_cost(
        cost[None], stages.demand[:, None], stages.feed, room, floor, store,
        stages.storage_floor,
    )  # fmt: skip
    opening = stages.option_cost[option[opened]].sum()
    return flow + opening + stages.storage_cost[stages.storages.required].sum()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_region_of_all_open_sites_holds_the_best_choice(seed, ruled):
    rng = np.random.default_rng(seed)
    stages = with_room(tiny(rng, n=5, m=4, s=2, whole=bool(rng.integers(2)))[0])
    if ruled:
        sites = dataclasses.replace(Side.free(4), required=np.arange(4) == 1, highest=2)
        stages = dataclasses.replace(stages, sites=sites)
    costs = [(exact_cost(stages, option), option) for option in choices(stages)]
    possible = [(cost, option) for cost, option in costs if np.isfinite(cost)]
    if not possible:
        return
    best = min(cost for cost, _ in possible)
    worst = max(possible, key=lambda pair: pair[0])
    watch = Watch(Limits(60, 0.0, seed, 1))
    improver = Improver(stages, watch)
    start = improver.tried(worst[1], stages.storages.required)
    assert start is not None
    found = Regions(improver).search(start, rng, watch)
    assert found.cost >= best * (1 - 1e-9)
    assert found.cost <= best * (1 + regions._GAP) + 1e-6
    assert found.cost == pytest.approx(exact_cost(stages, found.option), rel=1e-6)


def test_small_regions_make_an_answer_better_and_keep_it_allowed(monkeypatch):
    """Regions of two open sites: the storages share out their room at the prices of the flow."""
    monkeypatch.setattr(regions, "SIZES", ((2, 3), (3, 4)))
    rng = np.random.default_rng(8)
    stages = tiny(rng, n=40, m=14, s=3)[0]
    room = np.ceil(stages.demand.sum() * rng.uniform(0.08, 0.3, (28, 1)))
    stages = dataclasses.replace(stages, option_capacity=room)
    watch = Watch(Limits(60, 0.0, 0, 1))
    improver = Improver(stages, watch)
    option = np.where(np.arange(14) % 2 == 0, 2 * np.arange(14) + 1, -1)
    option[1::4] = 2 * np.arange(14)[1::4]
    start = improver.tried(option, np.ones(3, dtype=bool))
    assert start is not None
    found = Regions(improver).search(start, rng, watch)
    assert found.cost < 0.95 * start.cost
    assert allowed(stages, found.option, found.storage)
    assert found.cost == improver.cost


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("pairs", [0, 10**6])
def test_where_nothing_is_asked_for_one_site_opens(monkeypatch, single, pairs):
    """Clients without demand cost nothing to serve but need an open site; storages stay closed."""
    monkeypatch.setattr(two_level, "_WHOLE", pairs)
    monkeypatch.setattr(search, "SMALL", 0)
    opening = np.random.default_rng(2).uniform(5, 9, 4)
    found = two_level.two_level_location(
        np.zeros((9, 4)), opening, 3.0, np.zeros(9), np.ones((2, 4)), [7.0, 8.0], 5.0,
        single_source=single, limits=Limits(10, 0.005, 0, 1),
    )  # fmt: skip
    assert found.objective == pytest.approx(opening.min())
    assert found.open_storages.size == 0


def test_a_client_without_demand_is_not_left_out_of_reach():
    """Two clients, each of whom only its own site reaches; one asks for nothing."""
    arcs = Arcs.of(np.arange(2), np.arange(2), np.array([3.0, 0.0]), 2)
    stages = dataclasses.replace(
        with_room(tiny(np.random.default_rng(1), n=2, m=2, s=2)[0]),
        demand=np.array([4.0, 0.0]), arcs=arcs, option_capacity=np.full((4, 1), 9.0),
        storage_capacity=np.full((2, 1), 9.0),
    )  # fmt: skip
    storage = stages.storages.required
    assert best_flows(stages, np.array([0, -1]), storage) is None
    served = best_flows(stages, np.array([0, 2]), storage)
    assert served is not None
    assert served.share.tolist() == [1.0, 1.0]
