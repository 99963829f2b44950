import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_oracle import best_by_enumeration

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.location import (
    capacitated_facility_location,
    column_bound,
    single_source,
    single_source_tree,
)
from logistique.location.single_source import solve_single_source
from logistique.location.single_source_answer import sourcing_core
from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.model.plan import Termination

EXACT = Limits(60, 0.0, 0, 1)


def solve(cost, opening, capacity, demand, limits=EXACT, **rules):
    return capacitated_facility_location(
        cost, opening, capacity, demand, single_source=True, limits=limits, **rules
    )


def check(found, cost, opening, capacity, demand, existing=()):
    """The answer keeps the rules, costs what it says, and its bound is no higher."""
    n = len(demand)
    served = np.asarray(cost)[np.arange(n), found.assignment].sum()
    paid = sum(opening[j] for j in found.open_sites if j not in existing)
    assert found.objective == pytest.approx(served + paid, rel=1e-12, abs=1e-12)
    assert set(found.assignment) <= set(found.open_sites)
    load = np.bincount(found.assignment, weights=demand, minlength=len(capacity))
    assert (load <= np.asarray(capacity) * (1 + 1e-9)).all()
    assert found.loads == pytest.approx(load[found.open_sites])
    assert found.bound <= found.objective


@st.composite
def questions(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    whole = draw(st.booleans())
    number = st.integers(0, 9) if whole else st.floats(0, 9, allow_subnormal=False, width=16)
    price = st.one_of(number, st.just(np.inf)) if draw(st.booleans()) else number
    cost = np.array([[draw(price) for _ in range(m)] for _ in range(n)], dtype=float)
    if n > 1 and draw(st.booleans()):
        cost[-1] = cost[0]  # duplicate points
    demand = np.array([draw(number) for _ in range(n)], dtype=float)
    opening = np.array([draw(number) for _ in range(m)], dtype=float)
    capacity = np.array([draw(st.integers(0, 20)) for _ in range(m)], dtype=float)
    role = draw(st.sampled_from(["none", "none", "required", "forbidden", "existing"]))
    rules = {} if role == "none" else {role: [draw(st.integers(0, m - 1))]}
    low = draw(st.integers(0, m))
    return cost, opening, capacity, demand, rules, (low, draw(st.integers(low, m)))


@settings(max_examples=150, deadline=None)
@given(questions())
def test_equals_enumeration(question):
    cost, opening, capacity, demand, rules, (low, high) = question
    best = best_by_enumeration(
        cost, opening, capacity, demand, low=low, high=high,
        **{name: tuple(sites) for name, sites in rules.items()},
    )  # fmt: skip
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(cost, opening, capacity, demand, n_open=(low, high), **rules)
        return
    found = solve(cost, opening, capacity, demand, n_open=(low, high), **rules)
    check(found, cost, opening, capacity, demand, rules.get("existing", ()))
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(best, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(
    ("small", "wide", "stuck", "threads"),
    [
        (0, False, 10, 2),
        (1000, False, 10, 2),
        (0, True, 10, 1),
        (0, True, 0, 1),
        (0, True, 10, 2),
        (0, True, 0, 2),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_random_questions_equal_the_whole_model(whole, small, wide, stuck, threads, monkeypatch):
    """Larger than enumeration can do: against the textbook model through HiGHS.

    With linear programs for every part, for the first ones alone, with dives and regions before
    the branching, and with masters that are given up at once. Hardly anything is left to
    mixed-integer models. With two threads two parts are bounded at once, or, where there are
    dives, answers are sought beside the branching.
    """
    monkeypatch.setattr(single_source_tree, "_RESIDUAL", 4)
    monkeypatch.setattr(column_bound, "_STUCK", stuck)
    monkeypatch.setattr(single_source_tree, "_SMALL", small)
    if wide:
        monkeypatch.setattr(single_source, "_wide", lambda *_: True)
    from logistique.location.capacitated_core import CapacitatedCore
    from logistique.location.single_source_model import solve_sized

    rng = np.random.default_rng(3)
    for _ in range(3):
        n, m = 18, 6
        points, sites = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2))
        cost = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))
        demand = rng.uniform(5, 35, n)
        if whole:
            cost, demand = np.rint(cost), np.rint(demand)
        capacity = np.rint(rng.uniform(0.2, 0.5, m) * demand.sum()) + 20
        opening = np.rint(rng.uniform(100, 300, m))
        limits = Limits(60, 0.0, 0, threads)
        found = solve(cost, opening, capacity, demand, limits)
        check(found, cost, opening, capacity, demand)
        column = (m, 1)
        core = CapacitatedCore(
            cost, demand, opening.reshape(column), capacity.reshape(column), np.zeros(column),
            np.zeros(m, dtype=bool), 1, m,
        )  # fmt: skip
        model = solve_sized(core, Watch(EXACT))
        assert found.termination is Termination.OPTIMAL
        assert found.objective == pytest.approx(model.bound, rel=1e-6)


def test_a_customer_is_not_split():
    # Split, the two sites share; whole, the second customer needs the dear site alone.
    cost = np.array([[1.0, 5.0], [1.0, 5.0]])
    found = solve(cost, [0.0, 0.0], [3.0, 2.0], [2.0, 2.0])
    assert (found.objective, sorted(found.assignment)) == (6.0, [0, 1])
    split = capacitated_facility_location(cost, [0.0, 0.0], [3.0, 2.0], [2.0, 2.0], limits=EXACT)
    assert split.objective == pytest.approx(4.0)


def test_demand_that_fills_every_capacity_exactly():
    demand = np.array([3.0, 3.0, 2.0, 2.0, 2.0, 4.0, 4.0])
    rng = np.random.default_rng(1)
    cost = np.rint(rng.uniform(1, 50, (7, 2)))
    found = solve(cost, [5.0, 5.0], [10.0, 10.0], demand)
    check(found, cost, [5.0, 5.0], [10.0, 10.0], demand)
    assert found.loads.tolist() == [10.0, 10.0]
    assert found.objective == best_by_enumeration(cost, [5.0, 5.0], [10.0, 10.0], demand)


def test_capacity_that_suffices_only_for_split_customers():
    with pytest.raises(InfeasibleError, match="packed into the capacities without splitting"):
        solve(np.ones((3, 2)), [1.0, 1.0], [3.0, 3.0], [2.0, 2.0, 2.0])


def test_a_customer_larger_than_every_site_in_reach():
    cost = np.array([[1.0, np.inf], [1.0, 1.0]])
    with pytest.raises(InfeasibleError, match="customer 0 has a demand of 4, more than"):
        solve(cost, [1.0, 1.0], [3.0, 9.0], [4.0, 1.0])


def test_capacity_below_demand():
    with pytest.raises(InfeasibleError, match="all demand is 6"):
        solve(np.ones((2, 2)), [1.0, 1.0], [2.0, 3.0], [3.0, 3.0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"demand": [1.0, -1.0]}, "holds -1 at 1"),
        ({"demand": [1.0, np.nan]}, "holds nan at 1"),
        ({"demand": [1.0]}, "has shape"),
        ({"capacity": [np.nan, 1.0]}, "holds nan at site 0"),
        ({"opening": [1.0, 1.0, 1.0]}, "has shape"),
    ],
)
def test_bad_arrays_are_refused_with_the_reason(change, reason):
    given = {"opening": [1.0, 1.0], "capacity": [2.0, 2.0], "demand": [1.0, 1.0]} | change
    with pytest.raises(InvalidInputError, match=reason):
        solve(np.ones((2, 2)), given["opening"], given["capacity"], given["demand"])


def test_no_limit_on_capacity_is_plain_facility_location():
    from logistique.location import facility_location

    rng = np.random.default_rng(5)
    cost, opening = rng.uniform(0, 10, (12, 5)), rng.uniform(1, 9, 5)
    found = solve(cost, opening, np.inf, rng.uniform(0, 3, 12))
    assert found.objective == pytest.approx(
        facility_location(cost, opening, limits=EXACT).objective
    )


def test_zero_demand_everywhere():
    found = solve(np.array([[1.0, 2.0], [4.0, 3.0]]), [1.0, 1.0], [0.0, 0.0], [0.0, 0.0])
    assert found.objective == 6.0


def test_sizes_and_floors_with_whole_customers():
    # Size 0 holds 3 for 1, size 1 holds 5 for 3; the far site must carry 2 at least.
    cost = np.array([[1.0, 9.0], [1.0, 9.0], [1.0, 2.0]])
    found = solve(cost, [[1.0, 3.0], [1.0, np.inf]], [[3.0, 5.0], [4.0, 0.0]], [2.0, 2.0, 1.0])
    assert (found.objective, found.sizes.tolist()) == (6.0, [1])
    floored = solve(
        cost, [[1.0, 9.0], [1.0, np.inf]], [[3.0, 5.0], [4.0, 0.0]], [2.0, 2.0, 1.0],
        floor=[[0.0, 0.0], [2.0, 0.0]],
    )  # fmt: skip
    assert floored.objective == 12.0  # large: 9 + 3; small and far: 2 + 1 + 9 + 1 or more


def large(seed=11, n=60, m=15):
    rng = np.random.default_rng(seed)
    points, sites = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2))
    cost = np.rint(10 * np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1)))
    demand = rng.integers(5, 36, n).astype(float)
    capacity = np.rint(rng.uniform(0.08, 0.2, m) * demand.sum())
    return cost, np.rint(rng.uniform(300, 900, m)), capacity, demand


def test_time_limit_keeps_the_answer_and_a_valid_bound():
    cost, opening, capacity, demand = large()
    best = solve(cost, opening, capacity, demand)
    assert best.termination is Termination.OPTIMAL
    short = solve(cost, opening, capacity, demand, Limits(0.25, 0.0, 0, 1))
    check(short, cost, opening, capacity, demand)
    assert short.bound <= best.objective <= short.objective


def test_an_interrupt_ends_the_search_with_what_it_has():
    cost, opening, capacity, demand = large()
    stop, bounds = threading.Event(), []

    def listen(progress):
        bounds.append(progress.bound)
        stop.set()

    watch = Watch(EXACT, listen, stop)
    core = sourcing_core(cost, demand, opening, capacity, np.zeros(15, dtype=bool), (1, 15))
    found = solve_single_source(core, watch)
    assert len(bounds) == 1
    assert core.fits(found.is_open, found.assignment)
    assert found.bound <= core.cost_of(found.is_open, found.assignment)


def test_same_seed_same_answer():
    cost, opening, capacity, demand = large(4, 40, 10)
    first, second = (solve(cost, opening, capacity, demand) for _ in range(2))
    assert first.assignment.tolist() == second.assignment.tolist()
    assert first.reason == second.reason


def test_regions_keep_the_rules_and_never_make_an_answer_worse():
    from logistique.location.assignment_search import AssignmentSearch
    from logistique.location.regional_search import search_regions
    from logistique.location.single_source import _small

    cost, opening, capacity, demand = large(7, 90, 30)
    core = sourcing_core(cost, demand, opening, capacity, np.zeros(30, dtype=bool), (12, 14))
    watch = Watch(EXACT)
    search = AssignmentSearch(core, watch)
    assert search.build(np.linspace(1.0, 0.0, 30), rounds=0)
    before = search.value
    search_regions(core, search, watch, _small, -np.inf)
    assert core.fits(search.is_open, search.assignment)
    assert search.value == core.cost_of(search.is_open, search.assignment)
    assert search.value < before
