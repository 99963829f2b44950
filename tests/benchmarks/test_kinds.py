import itertools

import numpy as np
import pytest
from made import case, instance
from scipy import sparse

from benchmarks.families import read
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds import KINDS, MAXIMISED, kind
from benchmarks.methods import method
from benchmarks.suite import load_suite

INF = np.inf
MATRIX = [[0, 4, 9], [4, 0, 5], [9, 5, 0], [2, 3, INF]]


def ask(name, answer, p=2, parameters=None, **given):
    made = case(name, p=p, parameters=parameters or {})
    question = kind(name).build(made, instance(MATRIX, **given))
    return kind(name).recompute(question, answer)


def answered(sites, assignment=None, shares=None):
    given = None if assignment is None else np.array(assignment)
    return Answer("optimal", open_sites=np.array(sites, dtype=int), assignment=given, shares=shares)


def test_p_median_by_hand():
    weight = np.array([1.0, 2, 3, 10])
    assert ask("p-median", answered([0, 2]), weight=weight).objective == 2 * 4 + 10 * 2
    worse = answered([0, 2], [0, 2, 2, 0])
    assert ask("p-median", worse, weight=weight).objective == 2 * 5 + 10 * 2


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (answered([0]), "opens 1 sites; asked: 2 to 2"),
        (answered([0, 0]), "twice"),
        (answered([0, 3]), "outside 0 … 2"),
        (answered([0, 1], [0, 1, 2, 0]), "1 customers from closed sites"),
        (answered([0, 2], [0, 0, 2, 2]), "cannot reach"),
        (answered([0, 2], [0, 0, 2]), "assigns (3,)"),
        (Answer("optimal", 5.0), "no open sites"),
    ],
)
def test_p_median_answers_that_break_the_rules(answer, fault):
    found = ask("p-median", answer)
    assert found.objective is None
    assert fault in found.faults[0]


def test_p_centre_by_hand():
    assert ask("p-centre", answered([0, 2])).objective == 4
    assert ask("p-centre", answered([1])).objective == 5  # fewer sites than allowed is fine
    assert "opens 3 sites" in ask("p-centre", answered([0, 1, 2])).faults[0]


def test_ufl_by_hand():
    opening = np.array([10.0, 20, 30])
    assert ask("ufl", answered([0, 1]), None, opening_cost=opening).objective == 30 + 0 + 0 + 5 + 2


def test_quadratic_by_hand():
    # Two sites at costs 4 and 1: shares 1/5 and 4/5, cost 1 / (1/4 + 1/1) = 0.8.
    made = case("quadratic-ufl")
    question = kind("quadratic-ufl").build(
        made, instance([[4.0, 1.0], [0.0, 1.0]], opening_cost=np.array([7.0, 2.0]))
    )
    recompute = kind("quadratic-ufl").recompute
    zero = 1 / (1e5 + 1)  # a cost of 0 counts as 1e-5
    assert recompute(question, answered([0, 1])).objective == pytest.approx(9.8 + zero, abs=1e-12)
    shares = sparse.csr_array(np.array([[0.2, 0.8], [1.0, 0.0]]))
    found = recompute(question, answered([0, 1], shares=shares))
    assert found.objective == pytest.approx(9 + 4 * 0.04 + 0.64 + 1e-5, abs=1e-12)
    for bad, fault in (
        ([[0.2, 0.7], [1, 0]], "sum to 1"),
        ([[1.2, -0.2], [1, 0]], "negative"),
    ):
        given = answered([0, 1], shares=sparse.csr_array(np.array(bad)))
        assert any(fault in text for text in recompute(question, given).faults)
    closed = answered([0], shares=shares)
    assert recompute(question, closed).faults == ("serves customers from closed sites",)


def test_covers_by_hand():
    weight = np.array([1.0, 2, 3, 10])
    within = {"radius": 4}
    found = ask("maximal-cover", answered([0]), 1, within, weight=weight)
    assert found.objective == 1 + 2 + 10
    bad = answered([0], [0, 1, -1, 0])
    assert "1 customers" in ask("maximal-cover", bad, 1, within, weight=weight).faults[0]
    assert ask("set-cover", answered([0, 2]), None, within).objective == 2
    assert "leaves 1 customers" in ask("set-cover", answered([0]), None, within).faults[0]
    priced = {"radius": 4, "costed": True}
    cost = np.array([3.0, 4, 5])
    assert ask("set-cover", answered([0, 2]), None, priced, opening_cost=cost).objective == 8


def test_congested_location_by_hand():
    """Two customers of 4 and 2 units: loads, their squares, and the best split of the loads."""
    kind_of = kind("congested-cfl")
    made = case("congested-cfl", p=2, parameters={"linear": 1.0, "quadratic": 0.5})
    given = instance(
        [[0.0, 0.0], [0.0, 0.0]],
        opening_cost=np.array([3.0, 4.0]),
        demand=np.array([4.0, 2.0]),
        capacity=np.array([5.0, 6.0]),
    )
    question = kind_of.build(made, given)
    shares = sparse.csr_array(np.array([[1.0, 0.0], [0.5, 0.5]]))
    found = kind_of.recompute(question, answered([0, 1], shares=shares))
    assert found.objective == pytest.approx(7 + 6 + 0.5 * (25 + 1))
    found = kind_of.recompute(question, answered([0, 1]))
    assert found.objective == pytest.approx(7 + 6 + 0.5 * (9 + 9), rel=1e-8)
    whole = sparse.csr_array(np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert "loads site 0" in kind_of.recompute(question, answered([0, 1], shares=whole)).faults[0]
    assert "opens 1 sites" in kind_of.recompute(question, answered([1])).faults[0]
    few = kind_of.build(case("congested-cfl", p=1), given)
    assert "too little capacity" in kind_of.recompute(few, answered([0])).faults[0]


def test_a_kind_without_p_anywhere_is_refused():
    with pytest.raises(ValueError, match="says p"):
        kind("p-median").build(case("p-median"), instance(MATRIX))


PLANE = [c for c in load_suite("smoke").cases if c.instance == "plane30"]
STAGED = {"two-stage", "two-level"}  # held to enumeration in test_staged_kinds


def test_the_smoke_suite_has_every_kind():
    assert {c.kind for c in load_suite("smoke").cases} == set(KINDS)


ASSIGNED = ("sscfl", "cpmp")  # sites alone do not answer these


@pytest.mark.parametrize("made", [c for c in PLANE if c.kind in ASSIGNED], ids=lambda c: c.kind)
def test_smoke_values_of_single_sourcing_are_what_cp_sat_proves(made):
    question = kind(made.kind).build(made, read(made))
    answer = method("cp-sat")(question, SolveLimits(60.0, 0.0, 0, 1))
    assert (answer.status, answer.objective) == ("optimal", made.best_known)
    assert kind(made.kind).recompute(question, answer).objective == made.best_known


@pytest.mark.parametrize(
    "made", [c for c in PLANE if c.kind not in {*ASSIGNED, *STAGED}], ids=lambda c: c.kind
)
def test_smoke_values_are_the_best_of_all_choices(made):
    module = kind(made.kind)
    question = module.build(made, read(made))
    values = []
    for size in range(1, 6 if made.p is None else made.p + 1):
        for sites in itertools.combinations(range(12), size):
            found = module.recompute(question, answered(sites))
            if found.objective is not None:
                values.append(found.objective)
    best = max(values) if made.kind in MAXIMISED else min(values)
    assert best == pytest.approx(made.best_known, rel=1e-12, abs=made.tolerance)


def split(parts, sites=(0, 1)):
    given = {"demand": np.array([2.0, 2, 2, 4]), "capacity": np.array([8.0, 5, 1])}
    answer = answered(list(sites), shares=sparse.csr_array(np.array(parts, dtype=float)))
    return ask("cfl", answer, opening_cost=np.array([10.0, 20, 30]), **given)


def test_capacitated_location_by_hand():
    parts = [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]]
    assert split(parts).objective == 10 + 20 + 0 + 2 + 5 + 2


@pytest.mark.parametrize(
    ("parts", "sites", "fault"),
    [
        ([[1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]], (0, 1), "loads site 0 with 10"),
        ([[1, 0, 0], [0.5, 0.4, 0], [0, 1, 0], [1, 0, 0]], (0, 1), "sum to 1 ± 0.1"),
        ([[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], (0, 2), "from closed sites"),
        ([[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [0.9, 0, 0.1]], (0, 1, 2), "cannot reach"),
        ([[2, -1, 0], [0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], (0, 1), "negative shares"),
    ],
)
def test_shares_that_break_the_rules(parts, sites, fault):
    found = split(parts, sites)
    assert found.objective is None
    assert any(fault in said for said in found.faults)


def test_capacitated_location_without_shares_is_split_at_best():
    given = {"demand": np.array([2.0, 2, 2, 4]), "opening_cost": np.array([10.0, 20, 30])}
    room = np.array([8.0, 5, 1])
    found = ask("cfl", answered([0, 1]), capacity=room, **given)
    assert found.objective == pytest.approx(10 + 20 + 0 + 0 + 5 + 2)
    assert "too little" in ask("cfl", answered([1, 2]), capacity=room, **given).faults[0]
    room = np.array([1.0, 1, 9])
    assert "cannot serve" in ask("cfl", answered([0, 1, 2]), capacity=room, **given).faults[0]


def whole(kind_name, sites, assignment, **changed):
    given = {
        "demand": np.array([2.0, 2, 2, 4]), "capacity": np.array([8.0, 5, 1]),
        "opening_cost": np.array([10.0, 20, 30]), **changed,
    }  # fmt: skip
    return ask(kind_name, answered(sites, assignment), **given)


def test_single_sourcing_by_hand():
    assert whole("sscfl", [0, 1], [0, 0, 1, 0]).objective == 10 + 20 + 0 + 4 + 5 + 2
    assert whole("cpmp", [0, 1], [0, 0, 1, 0]).objective == 0 + 4 + 5 + 2  # never weighted


@pytest.mark.parametrize(
    ("sites", "assignment", "fault"),
    [
        ([0, 1], [0, 0, 0, 0], "loads site 0 with 10, its capacity is 8"),
        ([0, 1], [0, 0, 2, 0], "1 customers from closed sites"),
        ([0, 2], [0, 0, 0, 2], "cannot reach"),
        ([0, 1], None, "assigns no customers"),
    ],
)
@pytest.mark.parametrize("kind_name", ["sscfl", "cpmp"])
def test_single_sourcing_that_breaks_the_rules(kind_name, sites, assignment, fault):
    found = whole(kind_name, sites, assignment)
    assert found.objective is None
    assert any(fault in said for said in found.faults)


def test_capacitated_median_with_another_number_of_sites():
    assert "opens 1 sites; asked: 2 to 2" in whole("cpmp", [0], [0, 0, 0, 0]).faults[0]


@pytest.mark.parametrize("kind_name", ["sscfl", "cpmp"])
@pytest.mark.parametrize("method_name", ["logistique", "compact-highs", "compact-scip", "cp-sat"])
def test_methods_agree_on_single_sourcing(kind_name, method_name):
    made = case(kind_name, p=2)
    question = kind(kind_name).build(
        made,
        instance(
            [[1, 4, 9], [4, 1, 5], [9, 5, 2], [2, 3, INF], [7, 2, 2]],
            demand=np.array([2.0, 3, 2, 4, 3]), capacity=np.array([6.0, 8, 7]),
            opening_cost=np.array([10.0, 12, 11]),
        ),
    )  # fmt: skip
    best = min(
        found.objective
        for count in (1, 2, 3)
        for sites in itertools.combinations(range(3), count)
        for assignment in itertools.product(sites, repeat=5)
        if (found := kind(kind_name).recompute(question, answered(sites, assignment))).objective
        is not None
    )
    answer = method(method_name)(question, SolveLimits(300.0, 0.0, 0, 1))
    assert answer.status == "optimal"
    assert kind(kind_name).recompute(question, answer).objective == best
    assert answer.bound == pytest.approx(best)


@pytest.mark.parametrize("name", ["logistique", "compact-highs", "compact-scip", "cp-sat"])
def test_methods_agree_on_capacitated_location(name):
    rng = np.random.default_rng(3)
    demand = rng.integers(1, 9, 12).astype(float)
    unit = rng.integers(1, 30, (12, 6)).astype(float)
    given = {
        "opening_cost": rng.integers(50, 90, 6).astype(float),
        "demand": demand,
        "capacity": np.full(6, np.ceil(3 * demand.sum() / 6)),
    }
    question = kind("cfl").build(case("cfl"), instance(unit * demand[:, None], **given))
    found = method(name)(question, SolveLimits(60.0, 0.0, 0, 1))
    assert found.status == "optimal"
    judged = kind("cfl").recompute(question, found)
    assert judged.faults == ()
    sets = (s for k in range(2, 7) for s in itertools.combinations(range(6), k))
    values = (kind("cfl").recompute(question, answered(s)).objective for s in sets)
    best = min(value for value in values if value is not None)
    assert found.objective == pytest.approx(best)
    assert judged.objective == pytest.approx(best)
    assert found.bound <= best * (1 + 1e-9)
