"""Walk all stages: from a scenario to a verified run."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from logistique import __version__
from logistique.errors import LogistiqueError
from logistique.evaluation.run import NetworkFacts, Run
from logistique.evaluation.verify import verify
from logistique.network.graph import RoadGraph
from logistique.pipeline.clock import Clock
from logistique.pipeline.decide import decide
from logistique.pipeline.outlines import check_outlines
from logistique.pipeline.reference import has_today, today_and_gain
from logistique.pipeline.stages import Prepared, StageListener, prepare, silent
from logistique.pipeline.street_findings import road_findings

if TYPE_CHECKING:
    from logistique.findings import Finding
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
    clock = Clock()
    with clock.measure("prepare_s"):
        ready = prepare(scenario, progress)
        check_outlines(scenario, ready.demand.zones)
    decided = decide(scenario, ready, clock, progress)
    routing = None
    if scenario.settings.routing.check != "off":
        # The libraries of routing take longer to import than runs without it need.
        from logistique.pipeline.routing import RoutingStage

        with clock.measure("routing_s"):
            stage = RoutingStage(scenario, ready, clock, progress)
            scenario, ready, decided, routing = stage.run(decided)
    plan = decided.plan
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
        findings=(*road_findings(ready.roads, ready.demand), *_traffic_findings(scenario)),
        today=today,
        gain=gain,
        boundaries=_boundaries(scenario),
        timings=clock.seconds(),
        versions=_versions(),
        command=command,
        trace=decided.trace,
        traffic=decided.traffic,
        routing=routing,
    )


def _network_facts(scenario: Scenario, ready: Prepared) -> NetworkFacts:
    graph = ready.graph
    return NetworkFacts(
        source=graph.source if isinstance(ready.roads, RoadGraph) else Path(graph.source).name,
        nodes=len(graph.node_id),
        arcs=int(graph.tail.size),
        period=scenario.settings.network.period,
        length_km=float(graph.length_m.sum() / 1000),
    )


def _traffic_findings(scenario: Scenario) -> tuple[Finding, ...]:
    if scenario.settings.traffic.mode == "off":
        return ()
    from logistique.pipeline.traffic_world import unfitted_findings

    return unfitted_findings(scenario)


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
