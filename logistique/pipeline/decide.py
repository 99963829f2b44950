"""Decide: solve the question of a scenario, with traffic where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logistique.model.limits import Limits
from logistique.pipeline.clock import Clock
from logistique.pipeline.reference import has_today, today_only
from logistique.pipeline.stages import Prepared, StageListener
from logistique.solvers.choose import solve as solve_problem

if TYPE_CHECKING:
    from logistique.evaluation.traffic import TrafficOutcome
    from logistique.model.plan import Plan
    from logistique.model.progress import Progress
    from logistique.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Decided:
    """A plan, what was told on the way, and what the traffic says."""

    plan: Plan
    trace: tuple[Progress, ...]
    traffic: TrafficOutcome | None

    @property
    def certificate(self) -> tuple[float, float, float]:
        """Cost, bound and gap; delay included where it is priced."""
        source = self.plan if self.traffic is None else self.traffic
        return source.objective, source.lower_bound, source.gap


def decide(scenario: Scenario, ready: Prepared, clock: Clock, progress: StageListener) -> Decided:
    """Choose a plan; errors as :func:`logistique.solve`."""
    with clock.measure("solve_s"):
        plan, trace = _solve(scenario, ready, progress)
        stage, answer, naive = None, None, plan
        if scenario.settings.traffic.mode != "off":
            # The traffic's compiled kernels take longer to import than runs without it need.
            from logistique.pipeline.traffic import TrafficStage

            stage = TrafficStage(scenario, ready, progress)
            told: list[Progress] = []
            answer = stage.solve(naive, told.append)
            plan = stage.plan(answer, answer.best, naive)
            trace = tuple(told)
    with clock.measure("traffic_s"):
        traffic = None
        if stage is not None and answer is not None:
            today = today_only(scenario, ready) if has_today(scenario) else None
            chosen, traffic = stage.judge(answer, naive, today)
            plan = stage.plan(answer, chosen, naive)
    return Decided(plan, trace, traffic)


def _solve(
    scenario: Scenario, ready: Prepared, progress: StageListener
) -> tuple[Plan, tuple[Progress, ...]]:
    """Solve, and keep what the solver tells on the way."""
    section = scenario.settings.solve
    limits = Limits(
        time_s=section.time_limit_s,
        gap=section.gap_percent / 100,
        seed=section.seed,
        threads=section.threads,
    )
    progress("solve")
    trace: list[Progress] = []

    def told(state: Progress) -> None:
        trace.append(state)
        progress(
            "solve",
            f"{state.phase}: {state.seconds:.0f} s, "
            f"best {state.incumbent:,.0f}, bound {state.bound:,.0f} EUR/day",
        )

    plan = solve_problem(ready.problem, limits, method=section.method, progress=told)
    return plan, tuple(trace)
