"""From a scenario to a problem: demand, sites, roads, costs, question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from logistique.costs.build import build_costs
from logistique.costs.travel import Travel, measure_travel
from logistique.demand import Demand, build_demand
from logistique.metropole.roads import build_roads
from logistique.network.graph import RoadGraph
from logistique.network.roads import RoadNetwork
from logistique.pact import served_communes
from logistique.pipeline.streets import open_streets
from logistique.question import build_problem
from logistique.scenario.schema.place import BUILTIN_NETWORK
from logistique.sites import Sites, build_sites

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logistique.costs.table import CostTable
    from logistique.model.problem import Problem
    from logistique.scenario.scenario import Scenario

MERGED_IN_2025 = "93059"
"""Pierrefitte-sur-Seine: a zone of its own until 2024, part of Saint-Denis since."""

StageListener = Callable[..., None]
"""Called with the name of the stage that begins, and a detail while it goes on."""


def silent(stage: str, detail: str = "") -> None:
    """Listen to nothing."""
    del stage, detail


@dataclass(frozen=True, eq=False)
class Prepared:
    """Everything before the solve.

    Parameters
    ----------
    demand, sites, travel, costs, problem
        The artefacts of the stages.
    roads : RoadGraph or RoadNetwork
        The road network, without the places attached to it.
    """

    demand: Demand
    sites: Sites
    roads: RoadGraph | RoadNetwork
    travel: Travel
    costs: CostTable
    problem: Problem

    @property
    def graph(self) -> RoadGraph:
        """The roads as a graph."""
        return graph_of(self.roads)


def graph_of(roads: RoadGraph | RoadNetwork) -> RoadGraph:
    """Return the graph of a road network."""
    return roads if isinstance(roads, RoadGraph) else roads.graph


def road_network(
    zone_ids: Iterable[str], source: str = BUILTIN_NETWORK, folder: Path | None = None
) -> RoadGraph | RoadNetwork:
    """Open the road network a scenario names.

    Parameters
    ----------
    zone_ids : iterable of str
        Zones; the built-in network takes the commune borders they were drawn with.
    source : str
        ``builtin:metropole``, or a file of streets.
    folder : Path, optional
        Folder the file is relative to.

    Raises
    ------
    InvalidInputError
        As :func:`logistique.network.read`; for an unknown built-in network.
    """
    if source == BUILTIN_NETWORK:
        return build_roads(2024 if MERGED_IN_2025 in set(zone_ids) else 2025)
    return open_streets(source if folder is None else folder / source)


def demand_of(scenario: Scenario) -> Demand:
    """Demand of a scenario: all zones, or those of the signatories."""
    settings, tables = scenario.settings, scenario.tables
    return build_demand(
        tables.zones,
        settings.demand,
        days_per_year=settings.scenario.days_per_year,
        pool_streams=settings.tours.pool_streams,
        rows=tables.demand,
        served=served_communes(settings.pact, tables.actors),
    )


def sites_of(scenario: Scenario) -> Sites:
    """Candidate sites of a scenario with their rules."""
    settings, tables = scenario.settings, scenario.tables
    return build_sites(
        tables.depots,
        tables.hub_types,
        tables.storages,
        zones=tables.zones,
        costs=settings.costs,
        days_per_year=settings.scenario.days_per_year,
        pact=settings.pact,
        actors=tables.actors,
        requirements=settings.requirement,
        min_use_percent=settings.model.min_use_percent,
    )


def scenario_roads(scenario: Scenario) -> RoadGraph | RoadNetwork:
    """Open the road network of a scenario."""
    ids = (zone.id for zone in scenario.tables.zones)
    return road_network(ids, scenario.settings.network.source, scenario.path.parent)


def costs_of(scenario: Scenario, demand: Demand, sites: Sites, travel: Travel) -> CostTable:
    """Cost table of a scenario."""
    settings, tables = scenario.settings, scenario.tables
    return build_costs(
        demand,
        sites,
        travel,
        zones=tables.zones,
        vehicles=tables.vehicles,
        emissions=tables.emissions,
        gateways=tables.gateways,
        costs=settings.costs,
        tours=settings.tours,
        rules=settings.rules,
        network=settings.network,
    )


def repriced(scenario: Scenario, ready: Prepared) -> Prepared:
    """Price the same demand, sites and ways by another surrogate of the tours."""
    costs = costs_of(scenario, ready.demand, ready.sites, ready.travel)
    return replace(ready, costs=costs, problem=_problem(scenario, ready.demand, ready.sites, costs))


def _problem(scenario: Scenario, demand: Demand, sites: Sites, costs: CostTable) -> Problem:
    settings = scenario.settings
    return build_problem(
        demand,
        sites,
        costs,
        model=settings.model,
        requirements=settings.requirement,
        days_per_year=settings.scenario.days_per_year,
        docks=settings.docks,
    )


def prepare(scenario: Scenario, progress: StageListener = silent) -> Prepared:
    """Walk all stages before the solve.

    Parameters
    ----------
    scenario : Scenario
    progress : callable
        Told the name of each stage.

    Returns
    -------
    Prepared

    Raises
    ------
    InvalidInputError
        With the findings of the first stage that refuses its input.
    """
    settings, tables = scenario.settings, scenario.tables
    progress("demand and sites")
    demand, sites = demand_of(scenario), sites_of(scenario)
    progress("road network")
    roads = scenario_roads(scenario)
    travel = measure_travel(
        roads, demand.zones, sites.depots, sites.storages, tables.gateways, settings.network
    )
    progress("costs")
    costs = costs_of(scenario, demand, sites, travel)
    problem = _problem(scenario, demand, sites, costs)
    return Prepared(demand, sites, roads, travel, costs, problem)
