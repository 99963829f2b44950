"""Congested location in the benchmarks: the made family, the judge, and the peers on one case."""

import numpy as np
import pytest
from made import case

from benchmarks.families import read
from benchmarks.instance import SolveLimits
from benchmarks.kinds import kind
from benchmarks.methods import method
from benchmarks.suite import load_suite

SIZE = {"seed": 4, "sites": 8, "customers": 12, "ratio": 4}


def question():
    made = case("congested-cfl", family="tbed1-made", p=4, parameters=SIZE)
    return kind("congested-cfl").build(made, read(made))


def test_made_instances_follow_the_recipe():
    made = read(case("congested-cfl", family="tbed1-made", parameters=SIZE))
    assert made.costs.shape == (12, 8)
    assert made.capacity.sum() == pytest.approx(4 * made.demand.sum())
    assert ((made.demand >= 5) & (made.demand <= 35)).all()
    assert (made.costs.matrix <= 10 * np.sqrt(2) * made.demand[:, None]).all()
    least = 100 * np.sqrt(made.capacity)
    assert ((made.opening_cost >= least) & (made.opening_cost <= 1.1 * least + 90)).all()
    again = read(case("congested-cfl", family="tbed1-made", parameters=SIZE))
    assert np.array_equal(made.costs.matrix, again.costs.matrix)


def test_three_methods_and_the_judge_agree():
    asked, values = question(), []
    for name in ("logistique", "compact-highs", "compact-scip"):
        answer = method(name)(asked, SolveLimits(60.0, 1e-6, 0, 1))
        assert answer.status == "optimal"
        found = kind("congested-cfl").recompute(asked, answer)
        assert found.faults == ()
        assert found.objective == pytest.approx(answer.objective, rel=1e-6)
        assert answer.bound <= found.objective * (1 + 1e-6)
        values.append(found.objective)
    assert max(values) == pytest.approx(min(values), rel=3e-6)


def test_every_case_of_the_made_suite_has_room_for_its_demand():
    cases = load_suite("congested-made").cases
    assert len({one.label for one in cases}) == len(cases) == 16
    for one in cases[:1] + cases[-1:]:
        made = read(one)
        largest = np.sort(made.capacity)[::-1][: one.p]
        assert largest.sum() > made.demand.sum()
