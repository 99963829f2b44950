"""Every kind of rule means what it says: tables to plan against enumeration of its words."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from random_scenarios import KINDS, Case, scenario
from scenario_oracle import least_cost

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.evaluation.verify import verify
from logistique.model.limits import Limits
from logistique.solvers.choose import solve

SEEDS = 11
EXACT = Limits(time_s=30, gap=0.0)


def drawn(kind: str) -> list[Case]:
    """Scenarios of a kind; draws that are refused as input (say, no site in T6) are left out."""
    found: list[Case] = []
    seed = 0
    while len(found) < SEEDS:
        try:
            found.append(scenario(kind, seed))
        except InvalidInputError:
            assert seed < 5 * SEEDS, f"most draws of {kind} are refused"
        seed += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_means_what_it_says(kind: str) -> None:
    seen: Counter[str] = Counter()
    for position, case in enumerate(drawn(kind)):
        expected = least_cost(case)
        if math.isinf(expected):
            with pytest.raises(InfeasibleError):
                solve(case.problem, EXACT)
            seen["infeasible"] += 1
            continue
        plan = solve(case.problem, EXACT)
        assert plan.objective == pytest.approx(expected, rel=1e-6), (kind, position)
        assert plan.lower_bound <= expected * (1 + 1e-6), (kind, position)
        verdict = verify(case.problem, plan)
        assert verdict.ok, (kind, position, verdict.violations)
        seen["solved"] += 1
    assert seen["solved"] >= 3, seen


def test_two_hundred_scenarios_of_all_kinds() -> None:
    assert SEEDS * len(KINDS) >= 200
