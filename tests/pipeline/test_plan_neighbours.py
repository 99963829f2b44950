"""Neighbours of a plan in the short list: they keep every rule and differ by one depot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import logistique as lg
from logistique.congestion import Visited
from logistique.evaluation.verify import verify
from logistique.model.limits import Limits
from logistique.model.plan import Plan, Termination
from logistique.pipeline.plan_neighbours import plan_neighbours
from logistique.pipeline.stages import prepare
from logistique.pipeline.traffic import TrafficStage
from logistique.solvers.choose import solve

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutoriel"

SYSTEM = ["traffic.mode=system", "traffic.equilibrium_gap=1e-2"]


@pytest.fixture(scope="module")
def stage() -> TrafficStage:
    scenario = lg.load(TUTORIAL, overrides=SYSTEM)
    return TrafficStage(scenario, prepare(scenario), lambda *_: None)


@pytest.fixture(scope="module")
def best(stage: TrafficStage) -> Visited:
    naive = solve(stage.ready.problem, Limits(time_s=60, gap=1e-4))
    return stage._visited(naive)


def _as_plan(plan: Visited) -> Plan:
    return Plan(
        termination=Termination.LIMIT, objective=plan.base_eur, lower_bound=-np.inf,
        open_option=plan.open_option, open_storage=plan.open_storage,
        assignment=plan.assignment, feed=plan.feed, seconds=0.0, seed=0, method="", reason="",
    )  # fmt: skip


def test_neighbours_keep_every_rule_and_differ_by_one_depot(
    stage: TrafficStage, best: Visited
) -> None:
    problem = stage.stated.question.problem
    found = plan_neighbours(stage.screen, best, 10)
    assert found
    opened = set(problem.option_site[best.open_option].tolist())
    for plan in found:
        judged = verify(problem, _as_plan(plan))
        assert judged.ok, judged.violations
        sites = set(problem.option_site[plan.open_option].tolist())
        assert len(sites - opened) <= 1
        assert len(opened - sites) <= 1
        assert sites != opened
    prices = [stage.screen.first_order_eur(plan.decisions) for plan in found]
    assert prices == sorted(prices)


def test_a_neighbour_is_no_better_than_the_best_assignment_of_its_depots(
    stage: TrafficStage, best: Visited
) -> None:
    """The exact search with the same depots open cannot do worse, and not much better."""
    question = stage.stated.question
    problem = question.problem
    for plan in plan_neighbours(stage.screen, best, 3):
        sites = np.zeros(problem.n_sites, dtype=bool)
        sites[problem.option_site[plan.open_option]] = True
        same = problem.replace(
            site_required=sites, site_forbidden=~sites, site_closing_cost=np.zeros(problem.n_sites)
        )
        exact = solve(same, Limits(time_s=60, gap=1e-4))
        closing = float(problem.site_closing_cost[~sites].sum())
        assert exact.lower_bound + closing <= plan.base_eur * (1 + 1e-9)
        assert plan.base_eur <= (exact.objective + closing) * 1.1


def test_the_short_list_holds_them_and_says_so(stage: TrafficStage) -> None:
    naive = solve(stage.ready.problem, Limits(time_s=60, gap=1e-4))
    answer = stage.solve(naive, lambda _: None)
    told = {}
    for count in (0, 3):
        stage.section = stage.section.model_copy(update={"neighbours": count})
        told[count] = stage.judge(answer, naive, None)[1]
    traffic, none = told[3], told[0]
    assert 1 <= traffic.neighbours <= 3
    price = traffic.value_of_time
    assert traffic.recommended.eur(price) == min(item.eur(price) for item in traffic.short_list)
    assert none.neighbours == 0
    assert len(none.short_list) == len(traffic.short_list) - traffic.neighbours
    assert none.lower_bound == traffic.lower_bound
