"""Tours by PyVRP (Wouda, Lan, Kool, INFORMS Journal on Computing 36 (2024)); its only importer.

Its interface changes between minor versions, hence the pinned requirement. Ways are handed over in
metres, times in seconds; prices of both as small whole numbers, because its penalties of broken
rules are bounded and must stay above them. Every kind of vehicle has a routing profile and a depot
of its own, with its times on the road, at the stops and of loading.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp import PenaltyParams, SolveParams
from pyvrp.search import NeighbourhoodParams
from pyvrp.stop import MaxIterations

from logistique.errors import NoSolutionError
from logistique.tours.question import RoutedTours, Tour, TourQuestion, Van, measured

_METRES, _SECONDS = 1000, 60
_LONGER = (1, 4, 16)
"""Factors of the iterations, until tours keep all rules."""
_PENALTY_TRIPS = 2
"""Largest penalty of a unit of load, second or metre too much, in out-and-back trips. Below one
trip it would be cheaper to break a rule by a unit than to send another vehicle."""
_BETWEEN_UPDATES = 50
"""Tours between two adjustments of the penalties: few, as searches are short."""
_SMALLEST_PRICE = 5
"""Whole number that stands for the smallest of the prices of a metre and a second."""
_NEIGHBOURS = 20
"""Near stops to which a stop may move: on groups of some 200 stops, equal tours in half the time of
the 50 that PyVRP has by itself."""
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
            max_penalty=_PENALTY_TRIPS * _dearest_trip(question, data),
            solutions_between_updates=_BETWEEN_UPDATES,
        ),
        neighbourhood=NeighbourhoodParams(num_neighbours=_NEIGHBOURS),
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
    kinds = range(len(question.kinds))
    locations = [pyvrp.Location(0, 0) for _ in range(question.n + 1)]
    prices = whole_prices(
        [(k.van.eur_per_km / _METRES, k.van.eur_per_h / 3600) for k in question.kinds]
    )
    ways = [_ways(question, kind) for kind in kinds]
    return pyvrp.ProblemData(
        locations=locations,
        clients=[
            pyvrp.Client(location=stop + 1, delivery=[int(question.parcels[stop])])
            for stop in range(question.n)
        ],
        depots=[
            pyvrp.Depot(location=0, service_duration=round(kind.van.reload_min * _SECONDS))
            for kind in question.kinds
        ],
        vehicle_types=[_vehicles(question, kind, *prices[kind]) for kind in kinds],
        distance_matrices=[metres for metres, _ in ways],
        duration_matrices=[seconds for _, seconds in ways],
    )


def _ways(question: TourQuestion, number: int) -> tuple[Any, Any]:
    """Metres and seconds between places; time at a stop counts with the way that leaves it.

    A stop that a kind may not serve is further away than a shift takes.
    """
    kind = question.kinds[number]
    at_stops = np.round(np.concatenate([[0.0], kind.stop_min * _SECONDS])).astype(np.int64)
    seconds = _rounded_up(kind.minutes * _SECONDS) + at_stops[:, None]
    beyond = np.concatenate([[False], ~question.served_by(number)])
    seconds[beyond] = seconds[:, beyond] = _shift_s(kind.van) + 1
    np.fill_diagonal(seconds, 0)
    return _rounded_up(kind.km * _METRES), seconds


def _vehicles(
    question: TourQuestion, number: int, per_metre: int, per_second: int
) -> pyvrp.VehicleType:
    kind = question.kinds[number]
    van = kind.van
    return pyvrp.VehicleType(
        num_available=question.n if kind.most is None else min(kind.most, question.n),
        capacity=[van.capacity_parcels],
        start_depot=number,
        end_depot=number,
        shift_duration=_shift_s(van),
        max_distance=_FOREVER if math.isinf(van.range_km) else int(van.range_km * _METRES),
        unit_distance_cost=per_metre,
        unit_duration_cost=per_second,
        profile=number,
        reload_depots=[number],
        max_reloads=max(1, math.ceil(question.parcels.sum() / van.capacity_parcels)),
    )


def _shift_s(van: Van) -> int:
    """Seconds of a shift, with the first loading, which PyVRP counts too."""
    return int(van.shift_h * 3600) + round(van.reload_min * _SECONDS)


def _dearest_trip(question: TourQuestion, data: pyvrp.ProblemData) -> float:
    """Cost of the dearest trip to a single stop, in the units of the search."""
    dearest = 1.0
    for number in range(len(question.kinds)):
        served = np.flatnonzero(question.served_by(number)) + 1
        metres, seconds = data.distance_matrix(number), data.duration_matrix(number)
        kind = data.vehicle_type(number)
        trip = kind.unit_distance_cost * (metres[0] + metres[:, 0])[served]
        trip = trip + kind.unit_duration_cost * (seconds[0] + seconds[:, 0])[served]
        loading = kind.unit_duration_cost * data.depots()[number].service_duration
        dearest = max(dearest, float(trip.max(initial=0)) + loading)
    return dearest


def whole_prices(prices: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """Whole numbers in the ratio of prices, to a tenth of the smallest; a price of 0 stays 0."""
    unit = min(price for pair in prices for price in pair if price > 0) / _SMALLEST_PRICE
    return [(round(per_metre / unit), round(per_second / unit)) for per_metre, per_second in prices]


def _rounded_up(values: NDArray[np.float64]) -> Any:
    """Whole numbers that never understate a way."""
    return np.ceil(np.round(values, 6)).astype(np.int64)


def _tour(route: pyvrp.Route) -> Tour:
    trips: dict[int, list[int]] = {}
    for activity in route:
        if activity.is_client():
            trips.setdefault(int(activity.trip), []).append(int(activity.idx))
    return Tour(tuple(tuple(trips[key]) for key in sorted(trips)), int(route.vehicle_type()))
