"""The p-median against enumeration, published optima and hostile arrays."""

import threading
import time

import networkx as nx
import numpy as np
import pytest
from enumeration import best_median
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import pmed_matrix, pmedian_optimum, shared
from scipy import sparse

import logistique as lg
from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import NetworkDistances, PointDistances, p_median
from logistique.model.plan import Termination

EXACT = lg.Limits(time_s=60, gap=0.0)


@st.composite
def questions(draw):
    """Small questions with ties, duplicates, zero weights and unreachable pairs."""
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 9))
    style = draw(st.sampled_from(["ties", "points", "real", "holes"]))
    if style == "ties":
        cost = rng.integers(0, 3, (n, m)).astype(float)
    elif style == "points":
        spots = rng.integers(0, 4, (max(n, m), 2)).astype(float)
        cost = np.linalg.norm(spots[:n, None] - spots[None, :m], axis=2)
    else:
        cost = rng.random((n, m)) * 10
    if style == "holes":
        cost[rng.random((n, m)) < 0.4] = np.inf
    weight = rng.integers(0, 4, n).astype(float)
    p = int(rng.integers(1, m + 1))
    roles = rng.permutation(m)
    forbidden = roles[: int(rng.integers(0, 2))] if m > p else roles[:0]
    required = roles[1:2] if rng.random() < 0.3 and p < m else roles[:0]
    return cost, weight, p, required, forbidden


@settings(max_examples=250, deadline=None)
@given(questions())
def test_agrees_with_enumeration(question):
    cost, weight, p, required, forbidden = question
    expected = best_median(
        cost, np.zeros(cost.shape[1]), weight, p, p, required.tolist(), forbidden.tolist()
    )
    if np.isinf(expected):
        with pytest.raises(InfeasibleError):
            p_median(cost, p, weight=weight, required=required, forbidden=forbidden, limits=EXACT)
        return
    found = p_median(cost, p, weight=weight, required=required, forbidden=forbidden, limits=EXACT)
    assert found.objective == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found.bound <= expected + 1e-7 * max(1, expected)
    assert found.termination is Termination.OPTIMAL
    assert found.open_sites.size == p
    assert set(required) <= set(found.open_sites.tolist())
    assert not set(forbidden) & set(found.open_sites.tolist())
    served = cost[np.arange(len(cost)), found.assignment]
    assert weight @ served == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert np.isin(found.assignment, found.open_sites).all()


def test_existing_sites_serve_and_are_not_counted():
    rng = np.random.default_rng(5)
    points = rng.random((40, 2))
    cost = np.linalg.norm(points[:, None] - points, axis=2)
    existing = [3, 17]
    found = p_median(cost, 2, existing=existing, limits=EXACT)
    expected = best_median(cost, np.zeros(40), np.ones(40), 4, 4, existing)
    assert found.objective == pytest.approx(expected)
    assert found.open_sites.size == 4
    assert set(existing) <= set(found.open_sites.tolist())


def test_all_kinds_of_distances_give_the_same_answer():
    rng = np.random.default_rng(1)
    street = nx.grid_2d_graph(8, 8)
    for edge in street.edges.values():
        edge["weight"] = float(rng.integers(1, 9))
    graph = nx.to_scipy_sparse_array(street, weight="weight", format="csr")
    customers, sites = np.arange(64), np.arange(0, 64, 3)
    lengths = dict(nx.all_pairs_dijkstra_path_length(nx.convert_node_labels_to_integers(street)))
    dense = np.array([[lengths[i][j] for j in sites] for i in customers])
    answers = [
        p_median(given, 5, limits=EXACT).objective
        for given in (
            dense,
            dense.tolist(),
            sparse.csr_array(sparse.coo_array(_explicit(dense), shape=dense.shape)),
            NetworkDistances(graph, customers, sites),
        )
    ]
    assert answers == pytest.approx([answers[0]] * 4)
    points = rng.random((30, 2)) * 100
    exact = np.linalg.norm(points[:, None] - points, axis=2)
    for rounding, matrix in (
        ("none", exact),
        ("floor", np.floor(exact)),
        ("nearest", np.rint(exact)),
    ):
        by_points = p_median(PointDistances(points, points, rounding), 4, limits=EXACT)
        assert by_points.objective == pytest.approx(p_median(matrix, 4, limits=EXACT).objective)


def _explicit(dense):
    rows, columns = np.indices(dense.shape)
    return dense.ravel(), (rows.ravel(), columns.ravel())


def test_cut_lists_keep_the_bound_below_the_optimum(monkeypatch):
    monkeypatch.setattr("logistique.location.median._WHOLE", 0)
    monkeypatch.setattr("logistique.location.median._LEAST_DEPTH", 4)
    rng = np.random.default_rng(3)
    for _ in range(20):
        points = rng.random((14, 2))
        cost = np.linalg.norm(points[:, None] - points, axis=2)
        expected = best_median(cost, np.zeros(14), np.ones(14), 3, 3)
        for depth in (0.5, 1.0, 2.0):
            monkeypatch.setattr("logistique.location.median._DEPTH", depth)
            found = p_median(cost, 3, limits=EXACT)
            assert found.bound <= expected * (1 + 1e-9)
            assert found.objective >= expected * (1 - 1e-9)
            if found.termination is Termination.OPTIMAL:
                assert found.objective == pytest.approx(expected)


@pytest.mark.parametrize("name", ["pmed2", "pmed7", "pmed11", "pmed17", "pmed25"])
def test_published_optima(name):
    matrix, p = pmed_matrix(shared("pmed-orlib"), name)
    found = p_median(matrix, p, limits=EXACT)
    assert found.objective == found.bound == pmedian_optimum(shared("pmed-orlib"), name)
    assert found.termination is Termination.OPTIMAL


def test_same_seed_same_answer():
    rng = np.random.default_rng(8)
    points = rng.random((300, 2))
    source = PointDistances(points, points)
    answers = [p_median(source, 12, limits=lg.Limits(seed=4, gap=0.0)) for _ in range(2)]
    assert np.array_equal(answers[0].open_sites, answers[1].open_sites)
    assert answers[0].bound == answers[1].bound
    assert answers[0].reason == answers[1].reason


def hard_question():
    """Asymmetric random distances: the bound needs far longer than any test."""
    return np.random.default_rng(2).integers(1, 600, (600, 600)).astype(float)


def test_time_limit_returns_answer_and_bound():
    matrix = hard_question()
    p_median(matrix[:30, :30], 3)
    begun = time.perf_counter()
    found = p_median(matrix, 20, limits=lg.Limits(time_s=3.0, gap=0.0))
    assert time.perf_counter() - begun <= 3.0 * 1.05 + 1.0
    assert found.termination is Termination.LIMIT
    assert 0 < found.bound < found.objective
    assert found.gap > 0


def test_ctrl_c_returns_answer_and_bound():
    import os
    import signal

    threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.perf_counter()
    found = p_median(hard_question(), 20, limits=lg.Limits(time_s=60.0, gap=0.0))
    assert time.perf_counter() - begun < 10.0
    assert found.termination is Termination.INTERRUPTED
    assert 0 < found.bound < found.objective


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distance": [[1.0, np.nan]]}, "NaN"),
        ({"distance": [[1.0, -2.0]]}, "negative"),
        ({"distance": [1.0, 2.0]}, "shape"),
        ({"distance": np.zeros((0, 3))}, "shape"),
        ({"distance": [["near", "far"]]}, "matrix"),
        ({"p": 3}, "from 0 to 2"),
        ({"p": 1.5}, "integer"),
        ({"p": True}, "integer"),
        ({"weight": [1.0]}, "weight"),
        ({"weight": [1.0, -1.0]}, "weight"),
        ({"weight": [1.0, np.nan]}, "weight"),
        ({"required": [7]}, "7"),
        ({"required": [True]}, "mask"),
        ({"required": [0], "forbidden": [0]}, "both required and forbidden"),
        ({"required": [0.5]}, "required"),
        ({"method": "magic"}, "magic"),
    ],
)
def test_bad_arrays_are_refused_with_the_reason(change, message):
    question = {"distance": [[1.0, 2.0], [2.0, 1.0]], "p": 1} | change
    with pytest.raises(InvalidInputError, match=message):
        p_median(question.pop("distance"), question.pop("p"), **question)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p": 0}, "no site"),
        ({"p": 1, "required": [0, 1]}, "required"),
        ({"p": 2, "forbidden": [0]}, "neither forbidden nor existing"),
        ({"distance": [[np.inf, np.inf], [0.0, 1.0]]}, "cannot be reached"),
        ({"distance": [[0.0, np.inf], [np.inf, 0.0]]}, "2 are needed"),
    ],
)
def test_impossible_questions_say_why(change, message):
    question = {"distance": [[1.0, 2.0], [2.0, 1.0]], "p": 1} | change
    with pytest.raises(InfeasibleError, match=message):
        p_median(question.pop("distance"), question.pop("p"), **question)


def test_progress_is_told():
    told = []
    rng = np.random.default_rng(0)
    found = p_median(rng.random((80, 80)), 8, limits=EXACT, progress=told.append)
    assert told
    assert min(state.incumbent for state in told) == pytest.approx(found.objective)
    assert all(state.bound <= found.objective + 1e-6 for state in told)
