"""Every planted error is found, and a plan worked out by hand passes."""

import dataclasses

import numpy as np
import pytest

from logistique.evaluation.verify import verify
from logistique.model.plan import Plan, Termination
from logistique.model.problem import Problem
from logistique.model.requirements import Requirement, budget, count, coverage


def hand_problem(**changes):
    """Two consumers of 10 and 30, sites A (sizes 20 and 50) and B (40), two storage zones."""
    arrays = {
        "demand": [10.0, 30.0],
        "service_cost": [[5.0, 9.0], [8.0, 6.0]],
        "option_site": [0, 0, 1],
        "option_cost": [7.0, 11.0, 13.0],
        "option_capacity": [20.0, 50.0, 40.0],
        "option_floor": [4.0, 12.0, 20.0],
        "feed_cost": [[0.1, 0.2], [0.3, np.inf]],
        "storage_cost": [2.0, 3.0],
        "storage_capacity": [45.0, 60.0],
        "storage_floor": [5.0, 0.0],
        "site_closing_cost": [0.5, 1.5],
        "storage_closing_cost": [0.0, 0.25],
        "site_id": ["A", "B"],
        "storage_id": ["S", "T"],
    }
    return Problem.of(**(arrays | changes))


def hand_plan(**changes):
    """Consumer 0 from A (small), consumer 1 from B, all fed by S.

    7 + 13 (options) + 2 (S) + 0.25 (T closed) + 5 + 6 (service) + 0.1·10 + 0.2·30 (feed).
    """
    plan = Plan(
        termination=Termination.OPTIMAL,
        objective=40.25,
        lower_bound=40.0,
        open_option=np.array([True, False, True]),
        open_storage=np.array([True, False]),
        assignment=np.array([[1.0, 0.0], [0.0, 1.0]]),
        feed=np.array([[10.0, 30.0], [0.0, 0.0]]),
        seconds=0.0,
        seed=0,
        method="hand",
    )
    return dataclasses.replace(plan, **changes)


def rules(problem, plan):
    return {violation.rule for violation in verify(problem, plan).violations}


def test_a_correct_plan_passes_with_its_cost():
    verdict = verify(hand_problem(), hand_plan())
    assert verdict.ok
    assert verdict.violations == ()
    assert verdict.objective_recomputed == pytest.approx(40.25)
    assert verdict.objective_error == pytest.approx(0.0)


PLANTED = {
    "unserved": {"assignment": np.array([[0.0, 0.0], [0.0, 1.0]])},
    "served-twice": {"assignment": np.array([[1.0, 1.0], [0.0, 1.0]])},
    "capacity": {
        "assignment": np.array([[1.0, 0.0], [1.0, 0.0]]),
        "feed": np.array([[40.0, 0.0], [0.0, 0.0]]),
    },
    "floor": {
        "assignment": np.array([[0.0, 1.0], [0.0, 1.0]]),
        "feed": np.array([[0.0, 40.0], [0.0, 0.0]]),
    },
    "flow": {"feed": np.array([[10.0, 29.9], [0.0, 0.0]])},
    "objective": {"objective": 39.0, "lower_bound": 38.0},
    "closed-site": {"open_option": np.array([True, False, False])},
    "closed-storage": {"feed": np.array([[5.0, 30.0], [5.0, 0.0]])},
    "one-size": {"open_option": np.array([True, True, True])},
    "forbidden-arc": {"feed": np.array([[10.0, 29.0], [0.0, 1.0]])},
    "single-sourcing": {"assignment": np.array([[0.5, 0.5], [0.0, 1.0]])},
    "bound": {"lower_bound": 41.0},
    "finite": {"assignment": np.array([[np.nan, 0.0], [0.0, 1.0]])},
    "sign": {"feed": np.array([[10.0, 31.0], [0.0, -1.0]])},
    "shape": {"open_storage": np.array([True])},
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_error_is_found(rule):
    assert rule in rules(hand_problem(), hand_plan(**PLANTED[rule]))


def test_a_nan_bound_or_objective_is_not_accepted():
    assert "bound" in rules(hand_problem(), hand_plan(lower_bound=np.nan))
    assert "objective" in rules(hand_problem(), hand_plan(objective=np.nan))


def test_no_bound_is_acceptable():
    assert verify(hand_problem(), hand_plan(lower_bound=-np.inf)).ok


def test_an_overfull_storage_zone_is_found():
    problem = hand_problem(storage_capacity=[39.0, 60.0])
    assert rules(problem, hand_plan()) == {"storage-capacity"}


def test_a_storage_zone_below_its_floor_is_found():
    problem = hand_problem(storage_floor=[41.0, 0.0])
    assert rules(problem, hand_plan()) == {"storage-floor"}


@pytest.mark.parametrize("status", ["required", "forbidden"])
def test_site_and_storage_statuses_are_checked(status):
    closed, opened = hand_plan(), hand_plan()
    plan = closed if status == "required" else opened
    mark = [False, True] if status == "required" else [True, False]
    assert rules(hand_problem(**{f"storage_{status}": mark}), plan) == {status}
    # site: the plan opens both, so only "forbidden" can be broken without another error
    if status == "forbidden":
        other = {"service_cost": [[5.0, 9.0], [8.0, 6.0]], "option_capacity": [20.0, 50.0, 90.0]}
        assert rules(hand_problem(site_forbidden=mark, **other), plan) == {"forbidden"}


def test_a_required_site_that_is_closed_is_found():
    plan = hand_plan(
        open_option=np.array([False, True, False]),
        assignment=np.array([[1.0, 0.0], [1.0, 0.0]]),
        feed=np.array([[40.0, 0.0], [0.0, 0.0]]),
        objective=11 + 1.5 + 2 + 0.25 + 5 + 8 + 4.0,
        lower_bound=0.0,
    )
    assert verify(hand_problem(), plan).ok
    assert rules(hand_problem(site_required=[False, True]), plan) == {"required"}


def test_split_service_is_accepted_where_it_is_allowed():
    plan = hand_plan(
        assignment=np.array([[1.0, 0.0], [0.2, 0.8]]),
        feed=np.array([[16.0, 24.0], [0.0, 0.0]]),
        objective=7 + 13 + 2 + 0.25 + 5 + 0.2 * 8 + 0.8 * 6 + 1.6 + 4.8,
        lower_bound=40.0,
    )
    assert verify(hand_problem(single_sourcing=False), plan).ok
    assert rules(hand_problem(), plan) == {"single-sourcing"}


def test_unserved_demand_is_paid_for_where_it_has_a_price():
    problem = hand_problem(unserved_cost=[4.0, np.inf])
    plan = hand_plan(
        assignment=np.array([[0.0, 0.0], [0.0, 1.0]]),
        feed=np.array([[0.0, 30.0], [0.0, 0.0]]),
        open_option=np.array([False, False, True]),
        objective=13 + 0.5 + 2 + 0.25 + 6 + 6 + 4.0,
        lower_bound=-np.inf,
    )
    assert verify(problem, plan).ok


def test_a_hard_requirement_that_is_missed_is_found_with_its_amount():
    rule = count("one hub", [True] * 3, [False] * 2, at_most=1)
    verdict = verify(hand_problem(requirements=[rule]), hand_plan())
    assert [(v.rule, v.subject, v.amount) for v in verdict.violations] == [
        ("requirement", "one hub", 1.0)
    ]
    assert verdict.requirements[0].slack == -1.0


def test_a_priced_requirement_enters_the_cost():
    near = coverage(
        "near",
        [10.0, 30.0],
        [[True, False], [True, False]],
        0.75,
        n_options=3,
        n_storages=2,
        shortfall_price=0.5,
    )
    spend = budget("spend", [1.0, 2.0, 3.0], [1.0, 1.0], 6.0)
    problem = hand_problem(requirements=[near, spend])
    verdict = verify(problem, hand_plan(objective=40.25 + 0.5 * 20))
    assert verdict.ok
    assert verdict.requirements[0].value == pytest.approx(10.0)
    assert verdict.requirements[0].shortfall_cost == pytest.approx(10.0)
    assert verdict.requirements[1].slack == pytest.approx(1.0)
    assert rules(problem, hand_plan()) == {"objective"}


def test_a_requirement_on_feeds_counts_the_flows():
    tonnes = Requirement(
        name="feed",
        kind="row",
        words="",
        unit="t",
        option=np.zeros(3),
        storage=np.zeros(2),
        feed=np.array([[2.0, 1.0], [0.0, 0.0]]),
        upper=49.0,
    )
    verdict = verify(hand_problem(requirements=[tonnes]), hand_plan())
    assert verdict.requirements[0].value == pytest.approx(50.0)
    assert not verdict.ok
