"""The section on routing: whether the plan's stops are routed, and what follows."""

from __future__ import annotations

from typing import Literal

from logistique.scenario.schema.section import Section, choice


class RoutingSection(Section):
    """The chosen plan routed for real, and the surrogate corrected by it."""

    check: Literal["off", "sample", "full"] = choice("off")
    """``sample``: samples of the stops of every open depot are routed and carried over, with the
    error of sampling. ``full``: all stops are routed."""
    solver: Literal["pyvrp", "ortools"] = choice("pyvrp")
    """Who routes; the second shares nothing with the first and has no reproducible search."""
    fleet: Literal["plan", "depot"] = choice("plan")
    """``plan``: each zone is served by the vehicle the plan chose for it, as its cost supposes.
    ``depot``: each group of stops by those vehicles of its depot that may serve it and are
    cheapest together (vehicles and drivers)."""
    patches: int = choice(4, ge=2, le=1000)
    """Samples of each depot: neighbouring stops that fill some vehicles. A depot whose difference
    may be on either side of the limit gets up to three times as many."""
    trips_per_patch: int = choice(4, ge=1, le=100)
    """Full trips of a sample, about."""
    iterations: int | None = choice(None, ge=1)
    """Iterations of the tour solver for each group of stops; when absent 200 for samples and 25
    where all stops are routed."""
    limit_percent: float = choice(5.0, gt=0, le=100)
    """Difference between routed and predicted kilometres of a depot beyond which the surrogate is
    corrected, by vehicle and stop density, and the plan solved again."""
    rounds: int = choice(3, ge=0, le=10)
    """Corrections at most; 0 only compares."""
    map_depot: str | None = choice(None)
    """Depot (id) whose routed tours the map shows; the largest one when absent or not open."""
