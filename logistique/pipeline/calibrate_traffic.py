"""Fit the traffic of a scenario to its observed and assumed speeds."""

from __future__ import annotations

from logistique.network.graph import RoadGraph
from logistique.pipeline.stages import prepare
from logistique.pipeline.traffic_world import (
    free_kmh,
    load_targets,
    road_places,
    speed_targets,
    street_parameters,
)
from logistique.scenario.scenario import Scenario
from logistique.traffic.calibration import (
    LoadCheck,
    SpeedCheck,
    calibrated,
    load_checks,
    speed_checks,
)
from logistique.traffic.streets import StreetParameters


def calibrate_traffic(
    scenario: Scenario, *, rounds: int = 30, within_percent: float = 0.5, gap: float = 1e-4
) -> tuple[StreetParameters, tuple[SpeedCheck, ...], tuple[LoadCheck, ...]]:
    """Fit ``traffic.roads`` of a scenario, starting from its own values.

    Parameters
    ----------
    scenario : Scenario
        The defaults were fitted on ``scenarios/pacte-mgp``.
    rounds : int
        Most rounds; each puts the cars of all periods in equilibrium.
    within_percent : float
        Error of every speed at which to stop.
    gap : float
        Relative gap of the equilibria.

    Returns
    -------
    StreetParameters
        Local loads, capacities and empty-road times to write into the scenario.
    tuple of SpeedCheck
        Modelled against target speeds at these parameters.
    tuple of LoadCheck
        Modelled against target loads.
    """
    ready = prepare(scenario)
    roads = road_places(scenario, ready)
    section = scenario.settings.traffic
    loads = load_targets(section)
    targets = speed_targets(scenario, free_kmh(roads.graph, roads.access))
    found, world = calibrated(
        roads.graph,
        roads.access,
        roads.periods,
        roads.trips,
        street_parameters(section, roads.straight, builtin=isinstance(ready.roads, RoadGraph)),
        targets,
        loads,
        rounds=rounds,
        within_percent=within_percent,
        gap=gap,
    )
    return (
        found,
        speed_checks(world, targets),
        load_checks(world, loads, found.capacity(roads.graph)),
    )
