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
from pyvrp import PenaltyParams, SolveParams
from pyvrp.stop import MaxIterations

from logistique.errors import NoSolutionError
from logistique.tours.question import RoutedTours, Tour, TourQuestion, measured

_METRES, _SECONDS = 1000, 60
_LONGER = (1, 4, 16)
"""Factors of the iterations, until tours keep all rules."""
_PENALTY_TRIPS = 2
"""Largest penalty of a unit of load, second or metre too much, in out-and-back trips. Below one
trip it would be cheaper to break a rule by a unit than to send another vehicle."""
_BETWEEN_UPDATES = 50
"""Tours between two adjustments of the penalties: few, as searches are short."""
_SMALLEST_PRICE = 5
"""Whole number that stands for the smaller of the prices of a metre and a second."""
_FOREVER = 2**40


def route_with_pyvrp(question: TourQuestion, *, iterations: int, seed: int) -> RoutedTours:
    """Route with iterated local search.

    Parameters
    ----------
    question : TourQuestion
    iterations : int
        Iterations of the search, > 0; up to 16 times as many where rules are hard to keep.
    seed : int

    Raises
    ------
    NoSolutionError
        When no tours that keep all rules were found.
    """
    data = _data(question)
    params = SolveParams(
        penalty=PenaltyParams(
            max_penalty=_PENALTY_TRIPS * _dearest_trip(data),
            solutions_between_updates=_BETWEEN_UPDATES,
        )
    )
    for longer in _LONGER:
        stop = MaxIterations(iterations * longer)
        result = pyvrp.solve(
            data, stop, seed=seed, collect_stats=False, display=False, params=params
        )
        if result.is_feasible():
            break
    else:
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
                shift_duration=int(van.shift_h * 3600) + round(van.reload_min * _SECONDS),
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


def _dearest_trip(data: pyvrp.ProblemData) -> float:
    """Cost of the dearest trip to a single stop, in the units of the search."""
    metres, seconds, kind = data.distance_matrix(0), data.duration_matrix(0), data.vehicle_type(0)
    trip = kind.unit_distance_cost * (metres[0] + metres[:, 0])
    trip = trip + kind.unit_duration_cost * (seconds[0] + seconds[:, 0])
    stop = max(client.service_duration for client in data.clients())
    loading = data.depots()[0].service_duration
    return float(max(1, int(trip.max()) + kind.unit_duration_cost * (stop + loading)))


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
