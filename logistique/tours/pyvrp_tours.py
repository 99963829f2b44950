"""Tours by PyVRP (Wouda, Lan, Kool, INFORMS Journal on Computing 36 (2024)); its only importer.

Its interface changes between minor versions, hence the pinned requirement. Ways are handed over in
metres, times in seconds; prices of both as small whole numbers, because its penalties of broken
rules are bounded and must stay above them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.stop import MaxIterations

from logistique.errors import NoSolutionError
from logistique.tours.question import RoutedTours, Tour, TourQuestion, measured

_METRES, _SECONDS = 1000, 60
_SMALLEST_PRICE = 5
"""Whole number that stands for the smaller of the prices of a metre and a second."""
_FOREVER = 2**40


def route_with_pyvrp(question: TourQuestion, *, iterations: int, seed: int) -> RoutedTours:
    """Route with iterated local search.

    Parameters
    ----------
    question : TourQuestion
    iterations : int
        Iterations of the search, > 0.
    seed : int

    Raises
    ------
    NoSolutionError
        When no tours that keep all rules were found.
    """
    result = pyvrp.solve(
        _data(question), MaxIterations(iterations), seed=seed, collect_stats=False, display=False
    )
    if not result.is_feasible():
        raise NoSolutionError("PyVRP found no tours that keep all rules; allow more iterations")
    tours = tuple(_tour(route) for route in result.best.routes())
    return measured(question, tours, "PyVRP")


def _data(question: TourQuestion) -> pyvrp.ProblemData:
    van = question.van
    count = question.n + 1
    km = _rounded_up(question.km * _METRES)
    seconds = _rounded_up(question.minutes * _SECONDS)
    per_metre, per_second = whole_prices(van.eur_per_km / _METRES, van.eur_per_h / 3600)
    trips = max(1, math.ceil(question.parcels.sum() / van.capacity_parcels))
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(count)],
        clients=[
            pyvrp.Client(
                location=stop + 1,
                delivery=[int(question.parcels[stop])],
                service_duration=round(float(question.stop_min[stop]) * _SECONDS),
            )
            for stop in range(question.n)
        ],
        depots=[pyvrp.Depot(location=0, service_duration=round(van.reload_min * _SECONDS))],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=question.n,
                capacity=[van.capacity_parcels],
                shift_duration=int(van.shift_h * 3600),
                max_distance=_FOREVER if math.isinf(van.range_km) else int(van.range_km * _METRES),
                unit_distance_cost=per_metre,
                unit_duration_cost=per_second,
                reload_depots=[0],
                max_reloads=trips,
            )
        ],
        distance_matrices=[km],
        duration_matrices=[seconds],
    )


def whole_prices(per_metre: float, per_second: float) -> tuple[int, int]:
    """Whole numbers in the ratio of two prices, to a tenth; a price of 0 stays 0."""
    unit = min(price for price in (per_metre, per_second) if price > 0) / _SMALLEST_PRICE
    return round(per_metre / unit), round(per_second / unit)


def _rounded_up(values: NDArray[np.float64]) -> Any:
    """Whole numbers that never understate a way."""
    return np.ceil(np.round(values, 6)).astype(np.int64)


def _tour(route: pyvrp.Route) -> Tour:
    trips: dict[int, list[int]] = {}
    for activity in route:
        if activity.is_client():
            trips.setdefault(int(activity.trip), []).append(int(activity.idx))
    return Tour(tuple(tuple(trips[key]) for key in sorted(trips)))
