"""Set cover and maximal cover against enumeration, on hand-made cases and published optima."""

from __future__ import annotations

import csv
import lzma
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import CoverClasses, covers_within, maximal_cover, set_cover
from logistique.location.cover_reduction import reduced_cover
from logistique.location.distances import PointDistances
from logistique.model.plan import Termination

GRID = Path(os.environ.get("LOGISTIQUE_SHARED", "../shared")) / "instances/mclp-grid"


@st.composite
def covering(draw):
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    covers = rng.random((n, m)) < draw(st.sampled_from([0.15, 0.4, 0.7]))
    numbers = rng.integers(0, 6, max(n, m)) * draw(st.sampled_from([1.0, 0.37]))
    kind = rng.choice(4, m, p=[0.7, 0.1, 0.1, 0.1])
    rules = {
        name: np.flatnonzero(kind == code)
        for code, name in ((1, "required"), (2, "forbidden"), (3, "existing"))
    }
    return covers, numbers, draw(st.integers(0, m)), rules


def choices(m, rules):
    free = [j for j in range(m) if j not in rules["forbidden"] and j not in rules["existing"]]
    for size in range(len(free) + 1):
        for chosen in combinations(free, size):
            if set(rules["required"]) <= set(chosen):
                yield list(chosen), list(chosen) + rules["existing"].tolist()


def assert_serves(answer, covers):
    served = np.flatnonzero(answer.assignment >= 0)
    assert covers[served, answer.assignment[served]].all()
    assert np.isin(answer.assignment[served], answer.open_sites).all()


@settings(max_examples=200, deadline=None)
@given(covering(), st.booleans())
def test_maximal_cover_equals_enumeration(question, as_sparse):
    covers, numbers, p, rules = question
    weight = numbers[: len(covers)]
    values = [
        weight[covers[:, sites].any(axis=1)].sum()
        for chosen, sites in choices(covers.shape[1], rules)
        if len(chosen) == p
    ]
    given_covers = sparse.csr_array(covers) if as_sparse else covers
    if not values:
        with pytest.raises(InfeasibleError):
            maximal_cover(given_covers, p, weight=weight, **rules)
        return
    answer = maximal_cover(given_covers, p, weight=weight, **rules)
    assert answer.objective == pytest.approx(max(values))
    assert answer.bound == pytest.approx(max(values))
    assert answer.termination is Termination.OPTIMAL
    assert weight[answer.assignment >= 0].sum() == pytest.approx(answer.objective)
    assert len(set(answer.open_sites.tolist()) - set(rules["existing"])) == p
    assert_serves(answer, covers)


@settings(max_examples=200, deadline=None)
@given(covering(), st.booleans())
def test_set_cover_equals_enumeration(question, bounded):
    covers, numbers, low, rules = question
    m = covers.shape[1]
    cost = numbers[:m]
    n_open = (low, min(m, low + 1)) if bounded else None
    values = [
        cost[chosen].sum()
        for chosen, sites in choices(m, rules)
        if covers[:, sites].any(axis=1).all()
        and (n_open is None or n_open[0] <= len(chosen) <= n_open[1])
    ]
    if not values:
        with pytest.raises(InfeasibleError):
            set_cover(covers, cost=cost, n_open=n_open, **rules)
        return
    answer = set_cover(covers, cost=cost, n_open=n_open, **rules)
    assert answer.objective == pytest.approx(min(values))
    assert answer.bound == pytest.approx(min(values))
    assert answer.termination is Termination.OPTIMAL
    assert (answer.assignment >= 0).all()
    opened = sorted(set(answer.open_sites.tolist()) - set(rules["existing"]))
    assert cost[opened].sum() == pytest.approx(answer.objective)
    assert n_open is None or n_open[0] <= len(opened) <= n_open[1]
    assert_serves(answer, covers)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_reduction_keeps_the_least_cost(seed):
    rng = np.random.default_rng(seed)
    covers = rng.random((8, 6)) < 0.4
    covers[~covers.any(axis=1), 0] = True
    cost = rng.integers(1, 4, 6).astype(float)

    def least(matrix, price):
        return min(
            price[list(chosen)].sum()
            for size in range(len(price) + 1)
            for chosen in combinations(range(len(price)), size)
            if matrix[:, list(chosen)].any(axis=1).all()
        )

    part = reduced_cover(sparse.csr_array(covers), cost)
    assert least(part.covers.toarray(), cost[part.columns]) == least(covers, cost)
    assert (part.covers.toarray() == covers[np.ix_(part.rows, part.columns)]).all()


def test_classes_from_chunks_equal_unique_rows():
    rng = np.random.default_rng(4)
    covers = rng.random((30_000, 70)) < 0.03
    weight = rng.integers(0, 9, 30_000).astype(float)
    chunks = [(covers[a : a + 7000], weight[a : a + 7000]) for a in range(0, 30_000, 7000)]
    chunks[1] = (sparse.csr_array(chunks[1][0]), chunks[1][1])
    classes = CoverClasses.from_chunks(chunks)
    rows, inverse = np.unique(covers, axis=0, return_inverse=True)
    assert len(classes.weight) == len(rows) > 8192
    assert (classes.covers.toarray()[classes.member] == covers).all()
    total = np.bincount(inverse.ravel(), weights=weight)
    assert (np.sort(classes.weight) == np.sort(total)).all()


def test_covers_within_is_the_comparison():
    points = np.random.default_rng(0).random((40, 2))
    source = PointDistances(points, points[:9])
    covers = covers_within(source, 0.3)
    assert (covers.toarray() == (source.rows(0, 40) <= 0.3)).all()
    assert (covers_within([[0, np.inf]], 5.0).toarray() == [[True, False]]).all()


def test_names_uncovered_customers():
    with pytest.raises(InfeasibleError, match="customer\\(s\\) 1, 2"):
        set_cover(np.array([[1, 0], [0, 0], [0, 1]], dtype=bool), forbidden=[1])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: set_cover([[2, 0]]), "other than 0 and 1"),
        (lambda: set_cover([[np.nan, 0]]), "other than 0 and 1"),
        (lambda: set_cover([[1, 0]], cost=[1]), "expected \\(2,\\)"),
        (lambda: set_cover([[1, 0]], n_open=(2, 1)), "least ≤ greatest"),
        (lambda: maximal_cover([[1, 0]], 3), "from 0 to 2"),
        (lambda: maximal_cover([[1, 0]], 1, weight=[-1]), "≥ 0"),
        (lambda: covers_within([[1.0]], np.nan), "finite"),
        (lambda: CoverClasses.from_chunks([]), "at least one"),
        (lambda: maximal_cover([[1, 0]], 1, method="x"), "merged classes"),
    ],
)
def test_refuses_bad_input(call, text):
    with pytest.raises(InvalidInputError, match=text):
        call()


@pytest.mark.skipif(not GRID.exists(), reason=f"shared instances not found at {GRID}")
@pytest.mark.parametrize(("radius", "p"), [("5.5", "20"), ("6.25", "15"), ("6.25", "20")])
def test_published_grid(radius, p):
    name = "mclp_n100_m10000_s1"
    with (GRID / "optima.csv").open() as table:
        row = next(
            row
            for row in csv.DictReader(table)
            if (row["instance"], row["radius"], row["budget_p"]) == (name, radius, p)
        )
    with lzma.open(GRID / f"{name}.dat.xz", "rt") as file:
        lines = file.read().split("\n")
    sites = np.array([line.split()[2:4] for line in lines if line.startswith("F")], dtype=float)
    people = np.array([line.split()[2:5] for line in lines if line.startswith("C")], dtype=float)
    classes = CoverClasses.within(PointDistances(people[:, :2], sites), float(radius), people[:, 2])
    answer = maximal_cover(classes, int(p))
    assert answer.objective == answer.bound == float(row["covered_opt"])
