"""Capacitated facility location against enumeration with linear programs, and hostile arrays."""

import gzip
import itertools
import os
import signal
import threading

import numpy as np
import pytest
from enumeration import best_median
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import rows, shared
from scipy.optimize import linprog

import logistique as lg
from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import capacitated_facility_location
from logistique.model.plan import Termination

EXACT = lg.Limits(time_s=60, gap=0.0)


@st.composite
def questions(draw):
    """Small questions with ties, duplicates, zero demand, unreachable pairs, floors and sizes."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 6))
    style = draw(st.sampled_from(["ties", "real", "holes", "tight", "floors", "sizes"]))
    cost = rng.integers(0, 4, (n, m)).astype(float) if style == "ties" else 10 * rng.random((n, m))
    if style == "holes":
        cost[rng.random((n, m)) < 0.4] = np.inf
    if n > 2 and rng.random() < 0.3:
        cost[1] = cost[0]
    demand = rng.integers(0, 5, n).astype(float)
    k = int(rng.integers(1, 4)) if style in ("sizes", "floors") else 1
    capacity = rng.integers(1, 9, (m, k)).astype(float)
    if style == "tight":
        capacity = np.ceil(np.full((m, k), demand.sum() / m))
    opening = rng.integers(0, 12, (m, k)).astype(float)
    if style == "sizes":
        opening[rng.random((m, k)) < 0.2] = np.inf
    floor = np.floor(capacity * rng.random((m, k))) if style == "floors" else None
    roles = rng.permutation(m)
    rules = {}
    if m >= 3:
        for name, site in zip(("required", "forbidden", "existing"), roles, strict=False):
            if rng.random() < 0.3 and np.isfinite(opening[site, 0]):
                rules[name] = [int(site)]
    spare = m - len(rules.get("forbidden", [])) - len(rules.get("existing", []))
    n_open = None
    if rng.random() < 0.4:
        least = int(rng.integers(0, spare + 1))
        n_open = (least, int(rng.integers(max(least, len(rules.get("required", []))), spare + 1)))
    return cost, opening, capacity, demand, floor, n_open, rules


def served(cost, demand, low, high):
    """Least cost of serving everybody from sites with these loads; inf if impossible."""
    n, p = cost.shape
    once = np.kron(np.eye(n), np.ones((1, p)))
    load = np.kron(demand[None, :], np.eye(p))
    bounds = [(0, 1 if np.isfinite(c) else 0) for c in cost.ravel()]
    found = linprog(
        np.where(np.isfinite(cost), cost, 0).ravel(),
        np.vstack([load, -load]),
        np.concatenate([high, -low]),
        once,
        np.ones(n),
        bounds,
    )
    return found.fun if found.status == 0 else np.inf


def enumerated(question):
    """Best value over every choice of a size, or none, at every site."""
    cost, opening, capacity, demand, floor, n_open, rules = question
    m, k = opening.shape
    existing, required = set(rules.get("existing", [])), set(rules.get("required", []))
    floor = np.zeros((m, k)) if floor is None else floor
    price = opening.copy()
    for j in existing:
        price[j] -= opening[j, 0]
    low, high = n_open or (0, m)
    best = np.inf
    for sizes in itertools.product(range(-1, k), repeat=m):
        chosen = [j for j in range(m) if sizes[j] >= 0]
        if not chosen or set(rules.get("forbidden", [])) & set(chosen):
            continue
        if not (existing | required) <= set(chosen):
            continue
        if not low <= len(set(chosen) - existing) <= high:
            continue
        at = (chosen, [sizes[j] for j in chosen])
        if not np.isfinite(price[at]).all():
            continue
        value = price[at].sum()
        if value < best:
            best = min(best, value + served(cost[:, chosen], demand, floor[at], capacity[at]))
    return best


def check_answer(found, question):
    cost, opening, capacity, demand, floor, n_open, rules = question
    shares = found.shares.toarray()
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(1)
    assert not np.delete(shares, found.open_sites, axis=1).any()
    at = (found.open_sites, found.sizes)
    loads = demand @ shares[:, found.open_sites]
    assert loads == pytest.approx(found.loads, abs=1e-9)
    assert (loads <= capacity[at] * (1 + 1e-7)).all()
    if floor is not None:
        assert (loads >= floor[at] * (1 - 1e-7)).all()
    chosen, existing = set(found.open_sites.tolist()), set(rules.get("existing", []))
    assert existing | set(rules.get("required", [])) <= chosen
    assert not chosen & set(rules.get("forbidden", []))
    if n_open:
        assert n_open[0] <= len(chosen - existing) <= n_open[1]
    price = opening[at] - np.where(
        np.isin(found.open_sites, sorted(existing)), opening[found.open_sites, 0], 0
    )
    spent = (np.where(shares > 0, cost, 0) * shares).sum() + price.sum()
    assert spent == pytest.approx(found.objective, rel=1e-9, abs=1e-9)
    assert np.isin(found.assignment, found.open_sites).all()


@pytest.mark.parametrize("method", ["auto", "integral"])
@settings(max_examples=70, deadline=None)
@given(question=questions())
def test_split_agrees_with_enumeration(method, question):
    cost, opening, capacity, demand, floor, n_open, rules = question
    expected = enumerated(question)

    def call():
        return capacitated_facility_location(
            cost, opening, capacity, demand, floor=floor, n_open=n_open, limits=EXACT,
            method=method, **rules,
        )  # fmt: skip

    if np.isinf(expected):
        with pytest.raises(InfeasibleError):
            call()
        return
    found = call()
    assert found.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert found.bound <= expected + 1e-6 * max(1, abs(expected))
    assert found.termination is Termination.OPTIMAL
    check_answer(found, question)


GOOD = {
    "cost": [[1.0, 2.0], [3.0, 4.0]],
    "opening_cost": [5.0, 6.0],
    "capacity": [7.0, 8.0],
    "demand": [1.0, 2.0],
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cost": [[1.0, np.nan], [3.0, 4.0]]}, r"NaN at \[0, 1\]"),
        ({"cost": [[1.0, -2.0], [3.0, 4.0]]}, "negative values"),
        ({"cost": [1.0, 2.0]}, "has shape"),
        ({"opening_cost": [5.0, -6.0]}, "holds -6 at site 1"),
        ({"opening_cost": [5.0, np.nan]}, "holds nan at site 1"),
        ({"opening_cost": [5.0, 6.0, 7.0]}, "has shape 3"),
        ({"capacity": [[7.0, -1.0], [8.0, 8.0]]}, "holds -1 at site 0, size 1"),
        ({"capacity": [[7.0, 1.0], [8.0, 8.0]], "floor": np.zeros((2, 3))}, "same number of sizes"),
        ({"capacity": "much"}, "capacity"),
        ({"demand": [1.0, -2.0]}, "holds -2 at 1"),
        ({"demand": [1.0, np.nan]}, "holds nan at 1"),
        ({"demand": [1.0]}, "has shape"),
        ({"floor": [8.0, 0.0]}, "is 8 at site 0, size 0, above its capacity 7"),
        ({"floor": [np.inf, 0.0]}, "holds inf at site 0"),
        ({"existing": [0], "opening_cost": [np.inf, 1.0]}, "first size of existing site 0"),
        ({"method": "guess"}, "guess"),
    ],
)
def test_bad_arrays_are_refused_with_the_reason(change, said):
    with pytest.raises(InvalidInputError, match=said):
        capacitated_facility_location(**(GOOD | change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"capacity": 1.0}, "all demand is 3, but the 2 largest allowed sites can take 2"),
        ({"n_open": (None, 1), "capacity": 2.0}, "all demand is 3, but the 1 largest"),
        ({"cost": [[1.0, 2.0], [np.inf, np.inf]]}, "for example customer 1"),
        ({"required": [0], "opening_cost": [np.inf, 1.0]}, "site 0 is required"),
        ({"required": [0, 1], "floor": 2.0}, "load of at least 4"),
        ({"cost": [[1.0, np.inf], [1.0, np.inf]], "capacity": [1.0, 9.0]}, "no answer"),
    ],
)
def test_impossible_questions_say_why(change, said):
    with pytest.raises(InfeasibleError, match=said):
        capacitated_facility_location(**(GOOD | change))


def test_an_existing_site_pays_only_for_growing():
    cost = np.array([[0.0], [0.0]])
    found = capacitated_facility_location(
        cost, [[10.0, 14.0]], [[1.0, 2.0]], [1.0, 1.0], existing=[0], limits=EXACT
    )
    assert found.objective == pytest.approx(4.0)
    assert found.sizes.tolist() == [1]


def plane(seed, n, m, ratio):
    """Points of the unit square after Avella and Boccia, with total capacity over demand given."""
    rng = np.random.default_rng(seed)
    customers, places = rng.random((n, 2)), rng.random((m, 2))
    demand = rng.uniform(5, 35, n)
    capacity = rng.uniform(10, 160, m)
    capacity *= ratio * demand.sum() / capacity.sum()
    opening = rng.uniform(0, 90, m) + rng.uniform(100, 110, m) * np.sqrt(capacity)
    cost = 10 * np.hypot(*(customers[:, None] - places).T).T * demand[:, None]
    return cost, opening, capacity, demand


def valid_answer(found, cost, opening, capacity, demand):
    columns = (cost, opening[:, None], capacity[:, None], demand, None, None, {})
    check_answer(found, columns)


@pytest.mark.parametrize("method", ["branching", "integral", "lagrangian"])
def test_a_limit_returns_answer_and_bound(method):
    question = plane(1, 150, 120, 3.0)
    limits = lg.Limits(time_s=1.5, gap=0.0)
    found = capacitated_facility_location(*question, limits=limits, method=method)
    valid_answer(found, *question)
    assert found.termination is Termination.LIMIT
    assert 0.9 * found.objective < found.bound < found.objective


def test_interruption_keeps_the_incumbent():
    question = plane(1, 150, 120, 3.0)
    threading.Timer(2.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    found = capacitated_facility_location(*question, limits=lg.Limits(time_s=200, gap=0.0))
    valid_answer(found, *question)
    assert found.termination is Termination.INTERRUPTED
    assert 0 < found.bound < found.objective


@pytest.mark.parametrize("sizes", [False, True])
def test_same_seed_same_answer_by_either_way(sizes):
    cost, opening, capacity, demand = plane(2, 40, 25, 4.0)
    if sizes:
        opening = np.column_stack([opening, 1.6 * opening])
        capacity = np.column_stack([capacity, 2.0 * capacity])
    found = [
        capacitated_facility_location(cost, opening, capacity, demand, limits=EXACT, method=name)
        for name in ("auto", "auto", "integral")
    ]
    first, again, other = found
    assert first.open_sites.tolist() == again.open_sites.tolist()
    assert (first.shares != again.shares).nnz == 0
    assert first.objective == again.objective
    assert first.objective == pytest.approx(other.objective, rel=1e-7)
    assert {one.termination for one in found} == {Termination.OPTIMAL}


@pytest.mark.parametrize("name", ["cap41", "cap51", "cap122", "cap132", "cap134"])
def test_published_optima(name):
    folder = shared("cflp-orlib")
    (row,) = (row for row in rows(folder / "optima.csv") if row["instance"] == name)
    words = np.array(gzip.decompress((folder / row["file"]).read_bytes()).split(), dtype=float)
    m, n = words[:2].astype(int)
    capacity, opening = words[2 : 2 + 2 * m].reshape(m, 2).T
    if row["capacity_override"]:
        capacity = np.full(m, float(row["capacity_override"]))
    demand, cost = words[2 + 2 * m :][:n], words[2 + 2 * m :][n:].reshape(m, n).T
    found = capacitated_facility_location(cost, opening, capacity, demand, limits=EXACT)
    valid_answer(found, cost, opening, capacity, demand)
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(float(row["cflp_opt"]), abs=1e-3)


def test_unlimited_capacities_give_the_uncapacitated_problem():
    cost, opening, _, demand = plane(3, 30, 8, 4.0)
    found = capacitated_facility_location(cost, opening, np.inf, demand, limits=EXACT)
    expected = best_median(cost, opening, np.ones(30), 1, 8)
    assert found.objective == pytest.approx(expected)
