"""The judge of two-stage and two-level location, by hand; readers; methods that agree."""

import dataclasses

import numpy as np
import pytest
from made import case, needs_instances
from scipy import sparse

from benchmarks.costs import MatrixCosts
from benchmarks.families import read
from benchmarks.instance import Answer, Instance, SolveLimits, Staged
from benchmarks.kinds import kind
from benchmarks.methods import method
from benchmarks.suite import load_suite

STAGED = Staged(
    costs=np.array([[[1.0, 4], [2, 1], [np.inf, 3]]]),
    demand=np.array([[1.0], [2], [1]]),
    opening_cost=np.array([[10.0, 15], [20, 28]]),
    capacity=np.array([[[2.0], [4]], [[2], [4]]]),
    feed_cost=np.array([[[1.0, 2], [3, 1]]]),
    storage_cost=np.array([5.0, 7]),
    storage_capacity=np.array([[3.0], [9]]),
)
QUESTION = kind("two-level").build(
    case("two-level"), Instance(MatrixCosts(STAGED.costs[0]), staged=STAGED)
)
GOOD = Answer(
    "optimal",
    open_sites=np.array([0, 1]),
    sizes=np.array([0, 1]),
    storages=np.array([0, 1]),
    product_shares=(sparse.csr_array(np.array([[1.0, 0], [0.5, 0.5], [0, 1]])),),
    feeds=(sparse.csr_array(np.array([[2.0, 0], [0, 2]])),),
)


def told(**changes):
    return kind("two-level").recompute(QUESTION, dataclasses.replace(GOOD, **changes))


def test_value_by_hand():
    opened, served, fed = 10 + 28 + 5 + 7, 1 + 1 + 0.5 + 3, 2 * 1 + 2 * 1
    assert told().objective == opened + served + fed
    assert told().faults == ()


def table(rows):
    return (sparse.csr_array(np.array(rows, dtype=float)),)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sizes": np.array([0, 0]), "product_shares": table([[0, 1], [0, 1], [0, 1]])}, "loads site 1 with 4"),
        ({"product_shares": table([[1, 0], [0.5, 0.4], [0, 1]])}, "sum to 1 ± 0.1"),
        ({"product_shares": table([[2, -1], [0.5, 0.5], [0, 1]])}, "negative shares"),
        ({"product_shares": table([[1, 0], [0, 1], [1, 0]])}, "not possible"),
        ({"open_sites": np.array([0]), "sizes": np.array([1])}, "closed sites"),
        ({"feeds": table([[2, 0], [0, 1]])}, "brings 1 to site 1, which serves 2"),
        ({"storages": np.array([0])}, "loads storage 1 with 2, its capacity is 0"),
        ({"feeds": table([[3, -1], [-1, 3]])}, "negative feeds"),
        ({"storages": None}, "no open storages"),
        ({"feeds": ()}, "of 1 products of 1"),
        ({"open_sites": np.array([0, 0])}, "twice"),
    ],
)  # fmt: skip
def test_answers_that_break_the_rules(changes, fault):
    found = told(**changes)
    assert found.objective is None
    assert any(fault in said for said in found.faults)


@pytest.mark.parametrize("name", ["two-stage", "two-level"])
def test_methods_agree_on_the_smoke_cases(name):
    (made,) = [c for c in load_suite("smoke").cases if c.kind == name]
    question = kind(name).build(made, read(made))
    values = []
    for who in ("logistique", "compact-highs"):
        answer = method(who)(question, SolveLimits(60.0, 1e-6, 0, 1))
        found = kind(name).recompute(question, answer)
        assert found.faults == ()
        assert answer.status == "optimal"
        assert found.objective == pytest.approx(answer.objective, rel=1e-6)
        values.append(found.objective)
    assert values[0] == pytest.approx(values[1], rel=3e-6)


@needs_instances
def test_two_stage_files_are_read():
    cases = {c.instance: c for c in load_suite("tscflp-mauri").cases}
    staged = read(cases["PSC1-C1-50-5"]).staged
    assert staged.costs.shape == (5, 200, 100)
    assert staged.feed_cost.shape == (5, 50, 100)
    assert staged.demand.sum(axis=0)[0] == 3008
    one = read(load_suite("tscflp-fernandes").cases[0]).staged
    assert one.costs.shape == (1, 200, 100)
