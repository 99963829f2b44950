"""The exact solver agrees with enumeration on hundreds of tiny problems, feasible or not."""

import math

import pytest
from location_oracle import brute_force
from random_problems import KINDS, random_problem

from logistique.errors import InfeasibleError
from logistique.evaluation.verify import verify
from logistique.model.limits import Limits
from logistique.solvers.choose import solve

SEEDS = range(330)
EXACT = Limits(time_s=30, gap=0.0)


def drawn():
    problems = {seed: random_problem(seed) for seed in SEEDS}
    return {seed: problem for seed, problem in problems.items() if problem is not None}


DRAWN = drawn()


@pytest.mark.parametrize("block", range(10))
def test_solver_and_enumeration_agree(block):
    for seed, problem in DRAWN.items():
        if seed % 10 != block:
            continue
        expected = brute_force(problem)
        if math.isinf(expected):
            with pytest.raises(InfeasibleError):
                solve(problem, EXACT)
            continue
        plan = solve(problem, EXACT)
        assert plan.objective == pytest.approx(expected, rel=1e-6, abs=1e-6), seed
        assert plan.lower_bound <= expected + 1e-6 * max(1, abs(expected)), seed
        assert plan.gap <= 1e-5 or abs(plan.objective - plan.lower_bound) < 1e-5, seed
        verdict = verify(problem, plan)
        assert verdict.ok, (seed, verdict.violations)


def test_the_draw_covers_every_feature():
    problems = DRAWN.values()
    assert len(DRAWN) >= 200
    for kind in KINDS:
        rules = [r for p in problems for r in p.requirements if r.kind == kind]
        assert any(rule.hard for rule in rules), kind
        if kind not in {"exclusive", "quorum"}:
            assert any(not rule.hard for rule in rules), kind
    for levels in (0, 1, 2):
        for single in (True, False):
            assert any(p.n_storages == levels and p.single_sourcing == single for p in problems)
    assert any(p.site_required.any() for p in problems)
    assert any(p.site_forbidden.any() for p in problems)
    assert any(p.site_closing_cost.any() for p in problems)
    assert any((p.unserved_cost < math.inf).any() for p in problems)
    assert any(p.option_floor.any() for p in problems)
    assert any(p.storage_floor.any() for p in problems)
    assert any(p.storage_required.any() for p in problems)
    assert any(p.storage_forbidden.any() for p in problems)
    assert any(p.storage_closing_cost.any() for p in problems)
    assert any((p.storage_capacity < p.total_demand).any() for p in problems)
    assert any(p.n_consumers == 10 for p in problems)
    for single in (True, False):
        tight = [p for p in problems if (p.option_capacity < p.total_demand).any()]
        assert any(p.single_sourcing == single for p in tight)
