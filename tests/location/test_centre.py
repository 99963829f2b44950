"""The p-centre problem against enumeration, by hand, and on its rules."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import p_center
from logistique.location.distances import NetworkDistances, PointDistances
from logistique.model.limits import Limits
from logistique.model.plan import Termination


def best_radius(distance, p, required=(), forbidden=(), existing=()):
    """Least radius over all choices of p sites."""
    m = distance.shape[1]
    free = [j for j in range(m) if j not in forbidden and j not in existing]
    best = np.inf
    for chosen in combinations(free, p):
        if set(required) - set(existing) <= set(chosen):
            sites = list(chosen) + list(existing)
            if sites:
                best = min(best, distance[:, sites].min(axis=1).max())
    return best


@st.composite
def questions(draw):
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    distance = rng.integers(0, draw(st.sampled_from([3, 40])), (n, m)).astype(float)
    if draw(st.booleans()):
        distance[rng.random((n, m)) < 0.35] = np.inf
    if draw(st.booleans()):
        distance *= 0.1
    if n > 1 and draw(st.booleans()):
        distance[1] = distance[0]
    kind = rng.choice(4, m, p=[0.7, 0.1, 0.1, 0.1])
    rules = {
        name: np.flatnonzero(kind == code)
        for code, name in ((1, "required"), (2, "forbidden"), (3, "existing"))
    }
    p = draw(st.integers(0, m))
    return distance, p, {name: sites for name, sites in rules.items() if sites.size}


@settings(max_examples=150, deadline=None)
@given(questions())
def test_equals_enumeration(question):
    distance, p, rules = question
    expected = best_radius(distance, p, **{name: s.tolist() for name, s in rules.items()})
    if not np.isfinite(expected):
        with pytest.raises(InfeasibleError):
            p_center(distance, p, **rules)
        return
    answer = p_center(distance, p, **rules)
    assert answer.objective == answer.bound == expected
    assert answer.termination is Termination.OPTIMAL
    opened = set(answer.open_sites.tolist()) - set(rules.get("existing", []))
    assert len(opened) == p
    assert set(rules.get("required", [])) <= set(answer.open_sites.tolist())
    assert not set(rules.get("forbidden", [])) & set(answer.open_sites.tolist())
    served = distance[np.arange(len(distance)), answer.assignment]
    assert served.max() == expected
    assert (served == distance[:, answer.open_sites].min(axis=1)).all()


def test_sampled_rows_give_the_radius_of_all_rows(monkeypatch):
    rng = np.random.default_rng(3)
    points = rng.integers(0, 200, (120, 2)).astype(float)
    source = PointDistances(points, points[:50], rounding="nearest")
    whole = p_center(source, 6)
    monkeypatch.setattr("logistique.location.centre_problem.WHOLE", 0)
    sampled = p_center(source, 6)
    assert sampled.objective == sampled.bound == whole.objective == whole.bound
    assert "sampled" in sampled.reason


def test_sparse_and_network_sources_agree_with_the_matrix():
    graph = sparse.csr_array(np.array([[0, 2, 0, 9], [2, 0, 3, 0], [0, 3, 0, 4], [9, 0, 4, 0.0]]))
    matrix = np.array([[0, 2, 5, 9], [2, 0, 3, 7], [5, 3, 0, 4], [9, 7, 4, 0.0]])
    network = p_center(NetworkDistances(graph, np.arange(4), np.arange(4)), 2)
    assert network.objective == p_center(matrix, 2).objective == 3.0
    near = sparse.csr_array(([1.0, 5.0, 2.0], ([0, 1, 1], [0, 0, 1])), shape=(2, 2))
    assert p_center(near, 1).objective == 5.0


def test_names_customers_out_of_reach():
    with pytest.raises(InfeasibleError, match="customer\\(s\\) 1"):
        p_center([[0, 1], [np.inf, np.inf]], 1)
    apart = np.where(np.eye(3, dtype=bool), 0.0, np.inf)
    with pytest.raises(InfeasibleError, match="customers 0, 1, 2 alone need more"):
        p_center(apart, 2)


@pytest.mark.parametrize(
    ("distance", "p", "text"),
    [
        ([[0, np.nan]], 1, "NaN"),
        ([[0, -1]], 1, "negative"),
        ([[0, 1]], 3, "allowed: an integer from 0 to 2"),
        ([0, 1], 1, "shape"),
    ],
)
def test_refuses_bad_arrays(distance, p, text):
    with pytest.raises(InvalidInputError, match=text):
        p_center(distance, p)


def test_refuses_unknown_method():
    with pytest.raises(InvalidInputError, match="radius search"):
        p_center([[0.0]], 1, method="magic")


def test_a_gap_is_proved_when_one_is_allowed():
    rng = np.random.default_rng(0)
    points = rng.random((60, 2))
    loose = p_center(PointDistances(points, points), 5, limits=Limits(gap=0.1))
    exact = p_center(PointDistances(points, points), 5)
    assert loose.gap <= 0.1
    assert loose.bound <= exact.objective <= loose.objective


def test_stops_in_time_with_a_valid_bound():
    rng = np.random.default_rng(1)
    points = rng.random((1500, 2))
    answer = p_center(PointDistances(points, points), 60, limits=Limits(time_s=0.5, gap=0.0))
    assert answer.seconds["total"] < 0.5 * 1.05 + 1
    assert answer.bound <= answer.objective < np.inf
    assert answer.termination is Termination.LIMIT


def test_same_seed_same_answer():
    rng = np.random.default_rng(2)
    points = rng.random((80, 2))
    first, second = (p_center(PointDistances(points, points), 7) for _ in range(2))
    assert (first.open_sites == second.open_sites).all()
