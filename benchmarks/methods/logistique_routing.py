"""The product's own location-routing."""

from __future__ import annotations

import numpy as np

from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question
from benchmarks.routing import AnsweredRoutes, FirstLevel
from logistique import Limits, NoSolutionError
from logistique.routing.location_routing import solve_location_routing
from logistique.routing.question import Feeding


def routed(question: Question, limits: SolveLimits) -> Answer:
    """Hand the question over and give back routes and tours."""
    data = question.routing
    if data is None:
        raise ValueError("a location-routing question without its data")
    try:
        found = solve_location_routing(
            data.distance,
            data.demand,
            data.vehicle_capacity,
            depot_capacity=data.depot_capacity,
            opening_cost=data.opening_cost,
            vehicle_cost=data.vehicle_cost,
            unit_cost=0.0 if data.unit_cost is None else data.unit_cost,
            max_vehicles=data.max_vehicles,
            feeding=_feeding(data.first_level),
            limits=Limits(limits.time_s, limits.gap, limits.seed, limits.threads),
        )
    except NoSolutionError as error:
        return Answer("limit", reason=str(error))
    return Answer(
        found.termination.value,
        float(found.objective),
        float(found.bound) if np.isfinite(found.bound) else None,
        found.open_sites,
        found.assignment,
        routes=AnsweredRoutes(
            tuple((route.depot, route.stops) for route in found.routes),
            tuple((tour.platform, tour.depots, tour.loads) for tour in found.feed_routes),
        ),
        seconds={f"solve_{part}": float(value) for part, value in found.seconds.items()},
        reason=f"{found.n_sets} sets of depots; {found.bound_method}",
    )


def _feeding(level: FirstLevel | None) -> Feeding | None:
    if level is None:
        return None
    return Feeding(
        level.distance,
        level.lorry_capacity,
        level.lorry_cost,
        level.platform_capacity,
        level.platform_cost,
        level.max_lorries,
    )
