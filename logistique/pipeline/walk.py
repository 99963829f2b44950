"""Walk all stages: from a scenario to a verified run."""

from __future__ import annotations

import platform
import time
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from logistique import __version__
from logistique.errors import LogistiqueError
from logistique.evaluation.run import NetworkFacts, Run
from logistique.evaluation.verify import verify
from logistique.model.limits import Limits
from logistique.network.graph import RoadGraph
from logistique.pipeline.outlines import check_outlines
from logistique.pipeline.reference import has_today, today_and_gain, today_only
from logistique.pipeline.stages import Prepared, StageListener, prepare, silent
from logistique.pipeline.street_findings import road_findings
from logistique.solvers.choose import solve as solve_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logistique.findings import Finding
    from logistique.model.plan import Plan
    from logistique.model.progress import Progress
    from logistique.scenario.scenario import InputFile, Scenario

_LIBRARIES = ("numpy", "scipy", "ortools", "pydantic", "geopandas", "shapely")


def solve(scenario: Scenario, *, command: str = "", progress: StageListener = silent) -> Run:
    """Solve a scenario: the whole way from its tables to a verified plan.

    Parameters
    ----------
    scenario : Scenario
        From :func:`logistique.load`.
    command : str
        The command that repeats the run, for the record.
    progress : callable
        Told the name of each stage, and the solver's bounds while it runs.

    Returns
    -------
    Run

    Raises
    ------
    InvalidInputError
        When a stage refuses its input.
    InfeasibleError
        When no plan satisfies all rules; it names rules to relax.
    NoSolutionError
        When the time limit is reached before any plan is found.
    """
    clock = _Clock()
    with clock.measure("prepare_s"):
        ready = prepare(scenario, progress)
        check_outlines(scenario, ready.demand.zones)
    with clock.measure("solve_s"):
        plan, trace = _solve(scenario, ready, progress)
        stage, answer, naive = None, None, plan
        unfitted: tuple[Finding, ...] = ()
        if scenario.settings.traffic.mode != "off":
            # The traffic's compiled kernels take longer to import than runs without it need.
            from logistique.pipeline.traffic import TrafficStage
            from logistique.pipeline.traffic_world import unfitted_findings

            unfitted = unfitted_findings(scenario)

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
    progress("verification and today")
    with clock.measure("evaluate_s"):
        verification = verify(ready.problem, plan)
        if not verification.ok:
            raise LogistiqueError(
                "the plan does not pass its independent verification: "
                + "; ".join(str(violation) for violation in verification.violations[:5]),
                hint="this is a defect of the program; please report it with the scenario",
            )
        today, gain = today_and_gain(scenario, ready, plan) if has_today(scenario) else (None, None)
    return Run(
        scenario=scenario,
        demand=ready.demand,
        sites=ready.sites,
        costs=ready.costs,
        problem=ready.problem,
        plan=plan,
        verification=verification,
        network=_network_facts(scenario, ready),
        findings=(*road_findings(ready.roads, ready.demand), *unfitted),
        today=today,
        gain=gain,
        boundaries=_boundaries(scenario),
        timings=clock.seconds(),
        versions=_versions(),
        command=command,
        trace=trace,
        traffic=traffic,
    )


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


def _network_facts(scenario: Scenario, ready: Prepared) -> NetworkFacts:
    graph = ready.graph
    return NetworkFacts(
        source=graph.source if isinstance(ready.roads, RoadGraph) else Path(graph.source).name,
        nodes=len(graph.node_id),
        arcs=int(graph.tail.size),
        period=scenario.settings.network.period,
        length_km=float(graph.length_m.sum() / 1000),
    )


def _boundaries(scenario: Scenario) -> InputFile | None:
    """File of real outlines, among the files the scenario read."""
    name = scenario.settings.area.boundaries
    if name is None:
        return None
    read = (scenario.path.parent / name).resolve()
    files = (f for f in scenario.inputs if (scenario.path.parent / f.path).resolve() == read)
    return next(files, None)


def _versions() -> dict[str, str]:
    found = {name: version(name) for name in _LIBRARIES}
    return {"logistique": __version__, "python": platform.python_version(), **found}


class _Clock:
    """Wall time by stage."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self._seconds[name] = time.perf_counter() - begun

    def seconds(self) -> dict[str, float]:
        return {**self._seconds, "total_s": time.perf_counter() - self._started}
