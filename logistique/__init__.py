"""logistique: urban logistics hubs for the Métropole du Grand Paris, with a proved gap.

The public names are loaded on first use, so that ``import logistique`` (and the command
line's ``--help``) stays fast.

>>> import logistique as lg
>>> scenario = lg.load("scenarios/tutoriel")           # doctest: +SKIP
>>> run = lg.solve(scenario)                           # doctest: +SKIP
>>> lg.write_report(run, "runs/tutoriel")              # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logistique.kernel_cache import forget_stale_kernels

if TYPE_CHECKING:
    from logistique.errors import (
        InfeasibleError,
        InvalidInputError,
        LogistiqueError,
        NoSolutionError,
    )
    from logistique.evaluation.run import Run
    from logistique.evaluation.verify import verify
    from logistique.location import (
        BprCongestion,
        CoverClasses,
        NetworkDistances,
        PiecewiseCongestion,
        PointDistances,
        QuadraticCongestion,
        QueueCongestion,
        Siting,
        congested_facility_location,
        covers_within,
        facility_location,
        maximal_cover,
        p_center,
        p_median,
        set_cover,
    )
    from logistique.model.limits import Limits
    from logistique.model.plan import Plan, Termination
    from logistique.model.problem import Problem
    from logistique.pipeline import compare, solve, validate, write_report, write_run_sheets
    from logistique.pipeline.routed_check import check_by_routes
    from logistique.plotting import tables
    from logistique.routing.location_routing import solve_location_routing
    from logistique.routing.question import Feeding
    from logistique.routing.routed import RoutedSiting
    from logistique.scenario.load import load
    from logistique.scenario.scenario import Scenario
    from logistique.shortest_paths import ShortestPaths
    from logistique.solvers.choose import solve as solve_problem
    from logistique.traffic.assignment import equilibrium
    from logistique.traffic.network import TrafficNetwork
    from logistique.traffic.vehicles import VehicleClass
    from logistique.traffic.volume_delay import VolumeDelay

__version__ = "0.1.0"

forget_stale_kernels(Path(__file__).parent)

_HOME = {
    "BprCongestion": "logistique.location",
    "PiecewiseCongestion": "logistique.location",
    "QuadraticCongestion": "logistique.location",
    "QueueCongestion": "logistique.location",
    "congested_facility_location": "logistique.location",
    "ShortestPaths": "logistique.shortest_paths",
    "Siting": "logistique.location",
    "PointDistances": "logistique.location",
    "NetworkDistances": "logistique.location",
    "CoverClasses": "logistique.location",
    "covers_within": "logistique.location",
    "maximal_cover": "logistique.location",
    "p_center": "logistique.location",
    "p_median": "logistique.location",
    "set_cover": "logistique.location",
    "InfeasibleError": "logistique.errors",
    "InvalidInputError": "logistique.errors",
    "Limits": "logistique.model.limits",
    "LogistiqueError": "logistique.errors",
    "NoSolutionError": "logistique.errors",
    "Plan": "logistique.model.plan",
    "Problem": "logistique.model.problem",
    "Run": "logistique.evaluation.run",
    "Scenario": "logistique.scenario.scenario",
    "Termination": "logistique.model.plan",
    "check_by_routes": "logistique.pipeline.routed_check",
    "compare": "logistique.pipeline",
    "facility_location": "logistique.location",
    "Feeding": "logistique.routing.question",
    "RoutedSiting": "logistique.routing.routed",
    "solve_location_routing": "logistique.routing.location_routing",
    "load": "logistique.scenario.load",
    "solve": "logistique.pipeline",
    "tables": "logistique.plotting.tables",
    "solve_problem": "logistique.solvers.choose",
    "TrafficNetwork": "logistique.traffic.network",
    "VehicleClass": "logistique.traffic.vehicles",
    "VolumeDelay": "logistique.traffic.volume_delay",
    "equilibrium": "logistique.traffic.assignment",
    "validate": "logistique.pipeline",
    "verify": "logistique.evaluation.verify",
    "write_report": "logistique.pipeline",
    "write_run_sheets": "logistique.pipeline",
}

__all__ = [
    "BprCongestion",
    "CoverClasses",
    "Feeding",
    "InfeasibleError",
    "InvalidInputError",
    "Limits",
    "LogistiqueError",
    "NetworkDistances",
    "NoSolutionError",
    "PiecewiseCongestion",
    "Plan",
    "PointDistances",
    "Problem",
    "QuadraticCongestion",
    "QueueCongestion",
    "RoutedSiting",
    "Run",
    "Scenario",
    "ShortestPaths",
    "Siting",
    "Termination",
    "TrafficNetwork",
    "VehicleClass",
    "VolumeDelay",
    "__version__",
    "check_by_routes",
    "compare",
    "congested_facility_location",
    "covers_within",
    "equilibrium",
    "facility_location",
    "load",
    "maximal_cover",
    "p_center",
    "p_median",
    "set_cover",
    "solve",
    "solve_location_routing",
    "solve_problem",
    "tables",
    "validate",
    "verify",
    "write_report",
    "write_run_sheets",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'logistique' has no attribute {name!r}")
    home = import_module(_HOME[name])
    if name == "solve_problem":
        return home.solve
    return getattr(home, name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
