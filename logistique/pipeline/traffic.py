"""Solve a scenario with the delay its vehicles impose on everybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from logistique.congestion import CongestedPlan, Visited, solve_congested
from logistique.congestion.rerouting import first_order_plan
from logistique.congestion.routing import route
from logistique.congestion.screening import Screen
from logistique.evaluation.today import Today
from logistique.evaluation.traffic import Judged, Speed, TrafficOutcome
from logistique.model.limits import Limits
from logistique.model.plan import Plan, Termination
from logistique.model.progress import Progress
from logistique.network.graph import RoadClass
from logistique.pipeline.plan_neighbours import plan_neighbours
from logistique.pipeline.reroute import Loaded, cars_alone, delay_hours, parts_of_plan, reloaded
from logistique.pipeline.stages import Prepared, StageListener
from logistique.pipeline.today_trips import today_parts
from logistique.pipeline.traffic_facts import count_period, counted_roads, road_supply
from logistique.pipeline.traffic_links import link_traffic, over_near_hubs
from logistique.pipeline.traffic_question import ScenarioQuestion, traffic_question
from logistique.pipeline.traffic_world import TrafficWorld, traffic_world
from logistique.scenario.scenario import Scenario
from logistique.solvers.decisions import Decisions, cost_of

_CENTRES = 2
"""Plans of the loop whose neighbours are looked at."""


class TrafficStage:
    """The traffic of one scenario: states the question once, solves it, lets drivers answer.

    Parameters
    ----------
    scenario : Scenario
        With ``traffic.mode`` other than ``off``.
    ready : Prepared
    progress : callable
        Told the stages.
    """

    def __init__(self, scenario: Scenario, ready: Prepared, progress: StageListener) -> None:
        self.scenario, self.ready, self.progress = scenario, ready, progress
        self.section = scenario.settings.traffic
        progress("traffic", "cars in equilibrium, four periods")
        self.world: TrafficWorld = traffic_world(scenario, ready)
        self.stated: ScenarioQuestion = traffic_question(scenario, ready, self.world)

    def solve(self, naive: Plan, told: Callable[[Progress], None]) -> CongestedPlan:
        """Run the loop, from the plan chosen without looking at traffic."""
        solve = self.scenario.settings.solve
        fixed = self.section.mode == "fixed"
        known = () if fixed else (decisions(naive), *self._answered_first())
        limits = Limits(
            time_s=self.section.time_limit_s,
            gap=(solve.gap_percent if fixed else self.section.gap_percent) / 100,
            seed=solve.seed,
            threads=solve.threads,
        )
        self.progress("solve with traffic")
        return solve_congested(
            self.stated.question,
            limits,
            method=solve.method,
            most_rounds=1 if fixed else None,
            known=known,
            progress=told,
        )

    def plan(self, answer: CongestedPlan, chosen: Visited, naive: Plan) -> Plan:
        """Return a plan as the other stages know it: its cost without delay, and their bound."""
        reached = answer.gap <= self.section.gap_percent / 100
        return replace(
            naive,
            termination=Termination.OPTIMAL if reached else answer.termination,
            objective=self._base(chosen),
            open_option=chosen.open_option,
            open_storage=chosen.open_storage,
            assignment=chosen.assignment,
            feed=chosen.feed,
            seconds=naive.seconds + answer.seconds,
            method=f"congestion-{self.section.mode}",
            reason=answer.reason,
        )

    def judge(
        self, answer: CongestedPlan, naive: Plan, today: Today | None
    ) -> tuple[Visited, TrafficOutcome]:
        """Let drivers answer to the best plans, and recommend the best of them."""
        equilibria = self.section.mode == "system"
        alone = cars_alone(self.world)
        listed = self._promising(answer) if equilibria else list(answer.visited)
        beside = self._neighbours(answer, listed) if equilibria else []
        plans = listed[: self.section.short_list] + beside
        without = self._visited(naive)
        loads: dict[int, Loaded] = {}
        judged = [self._judged(plan, alone, loads, equilibria) for plan in plans]
        price = self.section.value_of_time_eur_per_h
        first = int(np.argmin([item.eur(price) for item in judged])) if equilibria else 0
        today_load, today_judged = self._today(today, alone) if equilibria else (None, None)
        loaded = loads.get(id(plans[first]))
        outcome = TrafficOutcome(
            mode=self.section.mode,
            value_of_time=price,
            objective=answer.objective,
            lower_bound=answer.lower_bound,
            gap=answer.gap,
            target_gap=self.section.gap_percent / 100,
            rounds=tuple(
                {
                    "phase": item.phase,
                    "bound": item.bound,
                    "value": item.value,
                    "best_bound": item.best_bound,
                    "best_value": item.best_value,
                }
                for item in answer.rounds
            ),
            reason=answer.reason,
            seconds=answer.seconds,
            recommended=judged[first],
            certified=judged[0],
            naive=self._judged(without, alone, loads, equilibria),
            today=today_judged,
            nothing=Judged(
                float("nan"), 0.0, 0.0, 0.0, 0.0, alone.vehicle_hours,
                alone.relative_gap, alone.node_imbalance,
            ),
            same_plan=first == 0,
            neighbours=len(beside),
            short_list=tuple(judged),
            links=(
                None if loaded is None
                else link_traffic(self.world, loaded, today_load or alone, alone)
            ),
            near_hubs_over_percent=(
                float("nan") if loaded is None
                else over_near_hubs(self.world, self.ready, plans[first], loaded)
            ),
            near_hubs_over_without_percent=over_near_hubs(
                self.world, self.ready, plans[first], alone
            ),
            speeds=self._speeds(),
            roads=road_supply(self.world, self.ready),
            trips_from="table" if self.scenario.tables.car_trips else "gravity",
            count_periods=tuple(count_period(item) for item in self.world.fits),
            counted_roads=tuple(road for item in self.world.fits for road in counted_roads(item)),
            car_trips_per_day=sum(
                float(matrix.sum()) * period.hours
                for matrix, period in zip(
                    self.world.background.trips.matrix, self.world.background.periods, strict=True
                )
            ),
            periods=tuple((p.name, p.hours) for p in self.world.background.periods),
        )  # fmt: skip
        return plans[first], outcome

    @cached_property
    def screen(self) -> Screen:
        """What trips cost everybody once drivers have answered, to first order."""
        state = self.world.background
        return Screen.of(self.stated.question, state.delays, state.equilibria)

    def _answered_first(self) -> list[Decisions]:
        """Return the best plan at these prices, if one is found soon enough."""
        solve = self.scenario.settings.solve
        self.progress("solve with drivers' answer")
        limits = Limits(
            time_s=min(solve.time_limit_s, self.section.time_limit_s),
            gap=solve.gap_percent / 100,
            seed=solve.seed,
            threads=solve.threads,
        )
        plan = first_order_plan(self.screen, limits)
        return [] if plan is None else [plan]

    def _promising(self, answer: CongestedPlan) -> list[Visited]:
        """Plans of the loop: the proved one, then by what drivers are expected to make of them."""
        certified, *others = answer.visited
        return [certified, *sorted(others, key=lambda p: self.screen.estimate_eur(p.decisions))]

    def _neighbours(self, answer: CongestedPlan, listed: Sequence[Visited]) -> list[Visited]:
        """Neighbours of the most promising plans that the loop has not seen itself."""
        count = self.section.neighbours
        known = {_key(plan) for plan in answer.visited}
        found: dict[bytes, Visited] = {}
        for plan in listed[:_CENTRES] if count else ():
            for made in plan_neighbours(self.screen, plan, count):
                if _key(made) not in known:
                    found.setdefault(_key(made), made)
        return sorted(found.values(), key=lambda p: self.screen.estimate_eur(p.decisions))[:count]

    def _base(self, plan: Visited) -> float:
        return cost_of(self.ready.problem, plan.decisions)

    def _visited(self, plan: Plan) -> Visited:
        own = decisions(plan)
        base = cost_of(self.stated.question.problem, own)
        routed = route(
            self.stated.question, plan.assignment, plan.feed, within_eur=1e-5 * abs(base)
        )
        return Visited(
            plan.open_option, plan.open_storage, plan.assignment, plan.feed, base, routed
        )

    def _judged(
        self,
        plan: Visited,
        alone: Loaded,
        loads: dict[int, Loaded],
        equilibria: bool,  # noqa: FBT001
    ) -> Judged:
        used = plan.assignment > 0
        local = float((self.stated.local_hours[used] * plan.assignment[used]).sum())
        kerb = float((self.stated.kerb_hours[used] * plan.assignment[used]).sum())
        frozen = float(plan.routed.delay_h.sum()) + local
        if not equilibria:
            return Judged(
                self._base(plan), frozen, frozen, local, kerb, alone.vehicle_hours, 0.0, 0.0
            )
        self.progress("drivers answer")
        loaded = reloaded(
            self.world,
            self.stated,
            parts_of_plan(self.stated, plan),
            local,
            gap=self.section.equilibrium_gap,
        )
        loads[id(plan)] = loaded
        return self._as_judged(loaded, alone, self._base(plan), frozen, kerb)

    def _today(self, today: Today | None, alone: Loaded) -> tuple[Loaded | None, Judged | None]:
        if today is None:
            return None, None
        parts, local, kerb = today_parts(self.scenario, self.ready, today, self.world, self.stated)
        loaded = reloaded(self.world, self.stated, parts, local, gap=self.section.equilibrium_gap)
        nan = float("nan")
        return loaded, self._as_judged(loaded, alone, nan, nan, kerb)

    def _as_judged(
        self, loaded: Loaded, alone: Loaded, base: float, frozen: float, kerb: float
    ) -> Judged:
        return Judged(
            base_eur=base,
            frozen_delay_h=frozen,
            delay_h=delay_hours(loaded, alone),
            local_h=loaded.local_hours,
            kerb_h=kerb,
            vehicle_hours=loaded.vehicle_hours,
            relative_gap=loaded.relative_gap,
            node_imbalance=loaded.node_imbalance,
        )

    def _speeds(self) -> tuple[Speed, ...]:
        return tuple(
            Speed(
                RoadClass(check.target.road_class).name,
                "+".join(check.target.periods),
                check.target.kmh,
                check.modelled_kmh,
                check.target.grade,
            )
            for check in self.world.checks
        )


def _key(plan: Visited) -> bytes:
    return plan.open_option.tobytes() + np.round(plan.assignment, 9).tobytes()


def decisions(plan: Plan) -> Decisions:
    """Decisions of a plan."""
    return Decisions(plan.open_option, plan.open_storage, plan.assignment, plan.feed)
