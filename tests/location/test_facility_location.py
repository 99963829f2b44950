"""Facility location against enumeration, published optima and hostile arrays."""

import gzip
import itertools
import lzma
import os
import signal
import threading
import time

import numpy as np
import pytest
from enumeration import best_median, every_set
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import rows, shared
from scipy import sparse

import logistique as lg
from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import PointDistances, facility_location
from logistique.model.plan import Termination

EXACT = lg.Limits(time_s=60, gap=0.0)


@st.composite
def questions(draw):
    """Small questions with ties, duplicates, zero weights, unreachable pairs and rules."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 8))
    style = draw(st.sampled_from(["ties", "real", "holes", "cover"]))
    cost = rng.integers(0, 4, (n, m)).astype(float) if style == "ties" else 10 * rng.random((n, m))
    if style in ("holes", "cover"):
        cost = np.rint(cost) if style == "cover" else cost
        cost[rng.random((n, m)) < 0.5] = np.inf
    opening = rng.integers(0, 12, m).astype(float)
    if style == "cover":
        opening[:] = 300.0
    weight = rng.integers(0, 4, n).astype(float)
    roles = rng.permutation(m)
    rules = {}
    if m >= 3:
        for name, site in zip(("required", "forbidden", "existing"), roles, strict=False):
            if rng.random() < 0.3:
                rules[name] = [int(site)]
    spare = m - len(rules.get("forbidden", [])) - len(rules.get("existing", []))
    n_open = None
    if rng.random() < 0.5:
        least = int(rng.integers(0, spare + 1))
        n_open = (least, int(rng.integers(max(least, len(rules.get("required", []))), spare + 1)))
    return cost, opening, weight, n_open, rules


def enumerated(question, value):
    """Best value over all sets of sites that the rules allow."""
    cost, opening, _, n_open, rules = question
    m = cost.shape[1]
    existing = rules.get("existing", [])
    low, high = n_open or (0, m)
    free = opening.copy()
    free[existing] = 0
    fixed = sorted({*existing, *rules.get("required", [])})
    best = np.inf
    top = min(m, high + len(existing))
    for sites in every_set(m, max(1, low + len(existing)), top, fixed, rules.get("forbidden", [])):
        if sites:
            best = min(best, free[sites].sum() + value(sites))
    return best


def check_rules(found, question):
    _, _, _, n_open, rules = question
    chosen = set(found.open_sites.tolist())
    assert set(rules.get("required", [])) | set(rules.get("existing", [])) <= chosen
    assert not chosen & set(rules.get("forbidden", []))
    if n_open:
        assert n_open[0] <= len(chosen - set(rules.get("existing", []))) <= n_open[1]
    assert np.isin(found.assignment, found.open_sites).all()


@pytest.mark.parametrize("method", ["auto", "benders", "multipliers"])
@settings(max_examples=120, deadline=None)
@given(question=questions())
def test_linear_agrees_with_enumeration(method, question):
    cost, opening, weight, n_open, rules = question

    def serving(sites):
        served = cost[:, sites].min(axis=1)
        return weight @ served if np.isfinite(served).all() else np.inf

    expected = enumerated(question, serving)

    def call():
        return facility_location(
            cost, opening, weight=weight, n_open=n_open, limits=EXACT, method=method, **rules
        )

    if np.isinf(expected):
        with pytest.raises(InfeasibleError):
            call()
        return
    found = call()
    assert found.objective == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found.bound <= expected + 1e-7 * max(1, expected)
    assert found.termination is Termination.OPTIMAL
    check_rules(found, question)


@settings(max_examples=150, deadline=None)
@given(question=questions())
def test_quadratic_agrees_with_enumeration(question):
    cost, opening, weight, n_open, rules = question
    raised = np.where(cost == 0, 1e-5, cost)

    def splitting(sites):
        inverse = (1 / raised[:, sites]).sum(axis=1)
        return np.inf if (inverse == 0).any() else weight @ (1 / inverse)

    expected = enumerated(question, splitting)

    def call():
        return facility_location(
            cost, opening, weight=weight, quadratic=True, n_open=n_open, limits=EXACT, **rules
        )

    if np.isinf(expected):
        with pytest.raises(InfeasibleError):
            call()
        return
    found = call()
    assert found.objective == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert found.bound <= expected + 1e-9 * max(1, expected)
    assert found.termination is Termination.OPTIMAL
    check_rules(found, question)
    shares = found.shares.toarray()
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares >= 0).all()
    assert not np.delete(shares, found.open_sites, axis=1).any()
    spent = (np.where(shares > 0, raised, 0) * shares**2).sum(axis=1)
    free = opening.copy()
    free[rules.get("existing", [])] = 0
    assert weight @ spent + free[found.open_sites].sum() == pytest.approx(expected, abs=1e-9)


def test_counting_argument_closes_a_large_gap():
    """A projective plane: q + 1 lines through a point cover it, and no fewer lines do."""
    q = 5
    points = [
        p for p in itertools.product(range(q), repeat=3) if any(p) and next(x for x in p if x) == 1
    ]
    on_line = np.array(
        [[sum(a * b for a, b in zip(p, r, strict=True)) % q == 0 for r in points] for p in points]
    )
    rng = np.random.default_rng(2)
    cost = np.where(on_line, rng.integers(0, 5, on_line.shape).astype(float), np.inf)
    found = facility_location(cost, 3000.0, limits=EXACT, method="multipliers")
    pencils = min(cost[:, np.flatnonzero(row)].min(axis=1).sum() for row in on_line)
    assert found.open_sites.size == q + 1
    assert found.objective == found.bound == 3000 * (q + 1) + pencils
    assert found.method == "branching on the number of sites"
    assert "gap" in found.reason


@pytest.mark.parametrize(
    ("name", "optimum"), [("Kcapmo1", 1156.909), ("Kcapmo2", 1227.667), ("Kcapmp1", 2460.101)]
)
def test_published_optima_with_large_gaps(name, optimum):
    with lzma.open(shared("ufl-mstar") / f"{name}.txt.xz", "rt") as file:
        cost, opening = warehouses(file.read())
    found = facility_location(cost, opening, limits=EXACT)
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(optimum, abs=6e-4)
    assert found.bound <= optimum + 6e-4
    assert "multipliers" in found.reason


@pytest.mark.parametrize("name", ["D5.1", "D10.2", "E9.1"])
def test_published_quadratic_optima_to_six_decimals(name):
    folder = shared("ufl-bildekrarup")
    (row,) = (row for row in rows(folder / "optima.csv") if row["instance"] == name)
    with gzip.open(folder / f"{name}.txt.gz", "rt") as file:
        table = np.array([line.split() for line in file.readlines()[2:] if line.split()], float)
    found = facility_location(table[:, 2:].T, table[:, 1], quadratic=True, limits=EXACT)
    assert found.objective == pytest.approx(float(row["qufl_opt"]), abs=2e-6)
    assert found.bound <= float(row["qufl_opt"]) + 1e-6
    assert found.bound == pytest.approx(found.objective, rel=1e-9)


@pytest.mark.parametrize("name", ["cap71", "cap104", "cap131"])
def test_published_warehouses_linear_and_quadratic(name):
    folder = shared("ufl-orlib")
    (row,) = (row for row in rows(folder / "optima.csv") if row["instance"] == name)
    cost, opening = warehouses((folder / f"{name}.txt").read_text())
    linear = facility_location(cost, opening, limits=EXACT)
    quadratic = facility_location(cost, opening, quadratic=True, limits=EXACT)
    assert linear.objective == pytest.approx(float(row["ufl_opt"]), abs=1e-3)
    assert quadratic.objective == pytest.approx(float(row["qufl_opt"]), abs=2e-6)
    assert linear.termination is quadratic.termination is Termination.OPTIMAL


def warehouses(text):
    """Costs and opening costs of an OR-Library file."""
    numbers = text.split()
    m, n = int(numbers[0]), int(numbers[1])
    table = np.array(numbers[2 + 2 * m :], float).reshape(n, m + 1)
    return table[:, 1:], np.array(numbers[3 : 2 + 2 * m : 2], float)


def test_sparse_and_point_costs_agree_with_the_matrix():
    rng = np.random.default_rng(3)
    points = rng.random((20, 2))
    cost = np.linalg.norm(points[:, None] - points, axis=2)
    near = cost < 0.5
    holes = np.where(near, cost, np.inf)
    customers, sites = np.nonzero(near)
    listed = sparse.csr_array((cost[near], (customers, sites)), shape=cost.shape)
    for quadratic in (False, True):
        dense = facility_location(holes, 0.4, quadratic=quadratic, limits=EXACT)
        same = facility_location(listed, 0.4, quadratic=quadratic, limits=EXACT)
        assert same.objective == pytest.approx(dense.objective)
        made = facility_location(
            PointDistances(points, points), 0.4, quadratic=quadratic, limits=EXACT
        )
        whole = facility_location(cost, 0.4, quadratic=quadratic, limits=EXACT)
        assert made.objective == pytest.approx(whole.objective)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"opening_cost": [1.0, 2.0]}, "opening_cost"),
        ({"opening_cost": [1.0, -2.0, 1.0]}, "-2"),
        ({"opening_cost": np.nan}, "nan"),
        ({"cost": [[1.0, np.nan, 0.0]]}, "NaN"),
        ({"cost": [[1.0, -1.0, 0.0]]}, "negative"),
        ({"weight": [1.0, 2.0]}, "weight"),
        ({"n_open": (2, 1)}, "n_open"),
        ({"n_open": 2}, "n_open"),
        ({"n_open": (0.5, 2)}, "n_open"),
        ({"n_open": (-1, 2)}, "n_open"),
        ({"required": [7]}, "7"),
        ({"required": [1], "forbidden": [1]}, "both required and forbidden"),
        ({"method": "magic"}, "magic"),
        ({"method": "benders", "quadratic": True}, "benders"),
    ],
)
def test_bad_arguments_are_refused_with_the_reason(change, words):
    arguments = {"cost": [[1.0, 2.0, 3.0]], "opening_cost": [1.0, 1.0, 1.0], **change}
    with pytest.raises(InvalidInputError, match=words):
        facility_location(**arguments)


@pytest.mark.parametrize(
    "change",
    [
        {"n_open": (3, None), "forbidden": [0]},
        {"n_open": (0, 1), "required": [0, 1]},
        {"n_open": (0, 0)},
        {"cost": [[np.inf, np.inf, np.inf]]},
        {"cost": [[1.0, np.inf, 1.0], [np.inf, 1.0, np.inf]], "n_open": (0, 1)},
    ],
)
@pytest.mark.parametrize("quadratic", [False, True])
def test_rules_nobody_can_meet_are_infeasible(change, quadratic):
    arguments = {"cost": [[1.0, 2.0, 3.0]], "opening_cost": 1.0, **change}
    with pytest.raises(InfeasibleError):
        facility_location(**arguments, quadratic=quadratic)


def hard_question(quadratic):
    """A question far beyond a second, with whole costs."""
    rng = np.random.default_rng(0)
    size = 150
    cost = rng.integers(1, 1000, (size, size)).astype(float)
    return cost, np.full(size, 400.0 if quadratic else 1500.0)


@pytest.mark.parametrize("quadratic", [False, True])
def test_time_limit_is_kept_with_answer_and_bound(quadratic):
    cost, opening = hard_question(quadratic)
    facility_location(cost[:9, :9], opening[:9], quadratic=quadratic)  # compiled
    begun = time.perf_counter()
    found = facility_location(
        cost, opening, quadratic=quadratic, limits=lg.Limits(time_s=1.5, gap=0.0)
    )
    assert time.perf_counter() - begun < 1.5 * 1.05 + 1.0
    assert found.termination is Termination.LIMIT
    assert 0 < found.bound < found.objective


@pytest.mark.parametrize("quadratic", [False, True])
def test_interruption_keeps_the_incumbent(quadratic):
    cost, opening = hard_question(quadratic)
    threading.Timer(2.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    found = facility_location(
        cost, opening, quadratic=quadratic, limits=lg.Limits(time_s=30, gap=0.0)
    )
    assert found.termination is Termination.INTERRUPTED
    assert 0 < found.bound < found.objective
    assert found.seconds["total"] < 10


def test_same_seed_same_answer():
    rng = np.random.default_rng(8)
    cost = rng.integers(0, 50, (60, 40)).astype(float)
    found = [facility_location(cost, 60.0, limits=EXACT) for _ in range(2)]
    assert found[0].open_sites.tolist() == found[1].open_sites.tolist()
    assert found[0].objective == best_of_benders(cost)


def best_of_benders(cost):
    return facility_location(cost, 60.0, limits=EXACT, method="benders").objective


def test_lagrangian_alone_gives_a_bound_and_no_false_proof():
    rng = np.random.default_rng(1)
    cost = rng.integers(1, 100, (40, 30)).astype(float)
    whole = facility_location(cost, 150.0, limits=EXACT)
    alone = facility_location(cost, 150.0, limits=EXACT, method="lagrangian")
    assert alone.bound <= whole.objective
    assert alone.objective >= whole.objective


def test_small_median_by_enumeration_on_the_count():
    rng = np.random.default_rng(4)
    cost = rng.random((9, 9))
    found = facility_location(cost, 0.0, n_open=(3, 3), limits=EXACT)
    assert found.objective == pytest.approx(best_median(cost, np.zeros(9), np.ones(9), 3, 3))
