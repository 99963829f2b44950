"""Two-stage and two-level location against enumeration, by hand, and hostile arrays."""

import re
import threading
import time
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from staged_oracle import best_two_level

import logistique as lg
from logistique.errors import InfeasibleError, InvalidInputError, NoSolutionError
from logistique.location import two_level_location, two_stage_location
from logistique.location.stages import search, wide_search
from logistique.model.plan import Termination

EXACT = lg.Limits(time_s=60, gap=0.0)
two_level_module = import_module("logistique.location.two_level")


def made(rng, *, products=1, sizes=1, single=False):
    """Arrays of a tiny question with ties, holes, zero demand and equal places."""
    n, m, s = (
        int(rng.integers(1, 4 if single else 7)),
        int(rng.integers(1, 4)),
        int(rng.integers(1, 3)),
    )
    whole = rng.random() < 0.5
    cost = (
        rng.integers(0, 9, (products, n, m)).astype(float)
        if whole
        else 9 * rng.random((products, n, m))
    )
    if rng.random() < 0.3:
        cost[rng.random(cost.shape) < 0.25] = np.inf
    demand = rng.integers(0, 5, (n, products)).astype(float)
    demand[0] += 1
    if not whole:
        demand *= 0.7
    total = demand.sum(axis=0)
    capacity = np.maximum(np.round(rng.uniform(0.4, 1.4, (m, sizes, products)) * total), 1.0)
    opening = rng.integers(0, 12, (m, sizes)).astype(float)
    floor = np.where(rng.random((m, sizes)) < 0.3, np.round(0.3 * capacity.sum(axis=2)), 0.0)
    feed = rng.integers(0, 5, (products, s, m)).astype(float)
    if rng.random() < 0.3:
        feed[rng.random(feed.shape) < 0.2] = np.inf
    store = np.maximum(np.round(rng.uniform(0.5, 1.5, (s, products)) * total), 1.0)
    storage_cost = rng.integers(0, 10, s).astype(float)
    storage_floor = np.where(rng.random(s) < 0.3, np.round(0.2 * store.sum(axis=1)), 0.0)
    rules = {}
    if m > 1 and rng.random() < 0.3:
        rules["required"] = [0]
    if m > 2 and rng.random() < 0.3:
        rules["forbidden"] = [2]
    if s > 1 and rng.random() < 0.3:
        rules[str(rng.choice(["required_storages", "forbidden_storages"]))] = [1]
    if rng.random() < 0.3:
        low = int(rng.integers(0, m))
        rules["n_open"] = (low, max(m - 1, low, 1))
    return cost, opening, capacity, demand, feed, storage_cost, store, floor, storage_floor, rules


def answered(call):
    """Answer of a call, or None where it says that there is none."""
    try:
        return call()
    except InfeasibleError:
        return None


def agree(found, best):
    if not np.isfinite(best):
        assert found is None
        return
    assert found is not None
    assert found.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.bound <= best + 1e-6 * max(1, abs(best))
    assert found.termination is Termination.OPTIMAL


def two_level(question, *, single=False, limits=EXACT):
    cost, opening, capacity, demand, feed, storage_cost, store, floor, storage_floor, rules = (
        question
    )
    return two_level_location(
        cost[0], opening, capacity[:, :, 0], demand[:, 0], feed[0], storage_cost, store[:, 0],
        floor=floor, storage_floor=storage_floor, single_source=single, limits=limits, **rules,
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
@example(128253, True)  # HiGHS sends 4e-16 through a storage that is closed
def test_two_level_is_optimal(seed, single):
    rng = np.random.default_rng(seed)
    question = made(rng, sizes=int(rng.integers(1, 3)), single=single)
    *arrays, floor, storage_floor, rules = question
    arrays[2] = arrays[2].copy()
    best = best_two_level(
        *arrays, floor=floor, storage_floor=storage_floor, rules=rules, single=single
    )
    found = answered(lambda: two_level(question, single=single))
    agree(found, best)
    if found is not None:
        consistent(found, question)


def consistent(found, question):
    """Recompute the cost from sizes, shares and feeds, and check every rule of the flows."""
    cost, opening, capacity, demand, feed, storage_cost, store, floor, _, _ = question
    shares = found.shares.toarray()
    brought = found.feeds[0].toarray()
    load = demand[:, 0] @ shares
    assert np.allclose(shares.sum(axis=1), 1)
    assert np.allclose(load, brought.sum(axis=0), atol=1e-6)
    assert np.allclose(load[found.open_sites], found.loads, atol=1e-6)
    assert (load[found.open_sites] <= capacity[found.open_sites, found.sizes, 0] + 1e-6).all()
    assert (load[found.open_sites] >= floor[found.open_sites, found.sizes] - 1e-6).all()
    assert (np.delete(load, found.open_sites) == 0).all()
    assert (brought.sum(axis=1)[found.open_storages] <= store[found.open_storages, 0] + 1e-6).all()
    assert (np.delete(brought, found.open_storages, axis=0) == 0).all()
    value = opening[found.open_sites, found.sizes].sum() + storage_cost[found.open_storages].sum()
    used, sent = shares > 0, brought > 0
    value += cost[0][used] @ shares[used] + feed[0][sent] @ brought[sent]
    assert found.objective == pytest.approx(value, rel=1e-9, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_two_stage_with_products_is_optimal(seed):
    rng = np.random.default_rng(seed)
    products = int(rng.integers(2, 4))
    cost, opening, capacity, demand, feed, storage_cost, store, _, _, rules = made(
        rng, products=products
    )
    nothing = np.zeros((opening.shape[0], 1)), np.zeros(storage_cost.size)
    best = best_two_level(
        cost, opening, capacity, demand, feed, storage_cost, store,
        floor=nothing[0], storage_floor=nothing[1], rules=rules,
    )  # fmt: skip
    found = answered(
        lambda: two_stage_location(
            cost, opening[:, 0], capacity[:, 0], demand, feed, storage_cost, store,
            limits=EXACT, **rules,
        )
    )  # fmt: skip
    agree(found, best)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_prices_and_tree_bound_every_answer(seed, single):
    """The way of large questions, on tiny ones: valid, and exact once HiGHS finishes."""
    rng = np.random.default_rng(seed)
    question = made(rng, sizes=int(rng.integers(1, 3)), single=single)
    *arrays, floor, storage_floor, rules = question
    best = best_two_level(
        *arrays, floor=floor, storage_floor=storage_floor, rules=rules, single=single
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SMALL", 0)
        found = answered(lambda: two_level(question, single=single))
    agree(found, best)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
@example(47, False)
def test_few_listed_pairs_bound_every_answer(seed, single):
    """The way of questions with too many pairs to list, on tiny ones: what it says holds."""
    rng = np.random.default_rng(seed)
    question = made(rng, sizes=int(rng.integers(1, 3)), single=single)
    *arrays, floor, storage_floor, rules = question
    best = best_two_level(
        *arrays, floor=floor, storage_floor=storage_floor, rules=rules, single=single
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two_level_module, "_WHOLE", 0)
        patch.setattr(wide_search, "_DEPTH", 1)
        patch.setattr(wide_search, "COARSE", 3)
        try:
            found = two_level(question, single=single, limits=lg.Limits(time_s=5, gap=0.0))
        except InfeasibleError:
            assert not np.isfinite(best)
            return
        except NoSolutionError:
            return
    assert found.bound <= best + 1e-6 * max(1, best)
    assert best <= found.objective + 1e-6 * max(1, best)
    consistent(found, question)
    if single:
        assert set(found.shares.data) <= {1.0}


def middling(seed=3, n=20, m=8, s=4, products=2):
    rng = np.random.default_rng(seed)
    places, customers, zones = rng.random((m, 2)), rng.random((n, 2)), rng.random((s, 2))
    demand = rng.integers(1, 9, (n, products)).astype(float)
    apart = np.linalg.norm(customers[:, None] - places[None], axis=2)
    cost = np.stack([np.rint(100 * apart * demand[:, p : p + 1]) for p in range(products)])
    feed = np.stack(
        [np.rint(40 * np.linalg.norm(zones[:, None] - places[None], axis=2))] * products
    )
    capacity = np.ceil(demand.sum(axis=0) / 4) * np.ones((m, 1))
    store = np.ceil(demand.sum(axis=0) / 2) * np.ones((s, 1))
    return cost, np.full(m, 900.0), capacity, demand, feed, np.full(s, 1500.0), store


def test_prices_find_what_the_whole_model_finds(monkeypatch):
    arrays = middling()
    exact = two_stage_location(*arrays, limits=EXACT)
    monkeypatch.setattr(search, "SMALL", 0)
    gap = lg.Limits(time_s=60, gap=0.02, threads=1)
    found = two_stage_location(*arrays, limits=gap)
    assert found.bound <= exact.objective * (1 + 1e-9)
    assert exact.objective * (1 - 1e-9) <= found.objective <= exact.objective * 1.0201
    again = two_stage_location(*arrays, limits=gap)
    assert (again.objective, again.bound) == (found.objective, found.bound)
    assert again.open_sites.tolist() == found.open_sites.tolist()


def test_interruption_keeps_the_answer(monkeypatch):
    monkeypatch.setattr(search, "SMALL", 0)
    arrays = middling(n=120, m=40, s=15, products=3)
    seen = []

    def listen(progress):
        if np.isfinite(progress.incumbent) and not seen:
            seen.append(progress)
            threading.Timer(0.0, lambda: __import__("signal").raise_signal(2)).start()

    before = time.perf_counter()
    found = two_stage_location(*arrays, limits=lg.Limits(time_s=120, gap=0.0), progress=listen)
    assert seen
    assert time.perf_counter() - before < 60
    assert found.termination is Termination.INTERRUPTED
    assert found.bound <= found.objective


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": [[1.0, np.nan], [2.0, 1.0]]}, "holds nan"),
        ({"demand": [1.0, -1.0]}, "holds -1"),
        ({"demand": [1.0, 1.0, 1.0]}, "has shape"),
        ({"feed_cost": [[1.0]]}, "feed_cost"),
        ({"storage_capacity": [1.0, 2.0]}, "storage_capacity"),
        ({"opening_cost": [1.0, np.inf]}, "opening_cost"),
        ({"n_open": (2, 1)}, "n_open"),
        ({"required": [0], "forbidden": [0]}, "both required and forbidden"),
        ({"required_storages": [4]}, "names site(s) 4"),
    ],
)
def test_bad_arrays_are_refused(change, words):
    arrays = {
        "cost": [[1.0, 4.0], [2.0, 1.0]], "opening_cost": [3.0, 2.0], "capacity": 3.0,
        "demand": [1.0, 1.0], "feed_cost": [[1.0, 2.0]], "storage_cost": [5.0],
        "storage_capacity": 9.0,
    }  # fmt: skip
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        two_stage_location(**(arrays | change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": 0.5}, "demand is 2, but the sites that may open can handle 1"),
        ({"storage_capacity": 1.0}, "the storages that may open can handle 1"),
        ({"cost": [[1.0, 4.0], [np.inf, np.inf]]}, "cannot be reached"),
        ({"cost": [[1.0, np.inf], [np.inf, 1.0]], "n_open": (0, 1)}, "no choice"),
    ],
)
def test_what_cannot_be_is_said(change, words):
    arrays = {
        "cost": [[1.0, 4.0], [2.0, 1.0]], "opening_cost": [3.0, 2.0], "capacity": 3.0,
        "demand": [1.0, 1.0], "feed_cost": [[1.0, 2.0]], "storage_cost": [5.0],
        "storage_capacity": 9.0,
    }  # fmt: skip
    with pytest.raises(InfeasibleError, match=re.escape(words)):
        two_stage_location(**(arrays | change))


def test_no_time_is_said():
    arrays = middling(n=200, m=60, s=20, products=3)
    found, said = None, ""
    try:
        found = two_stage_location(*arrays, limits=lg.Limits(time_s=0.01))
    except NoSolutionError as error:
        said = str(error)
    assert "0.01 s" in said if found is None else found.bound <= found.objective
