"""Tours by the routing library of OR-Tools: a second solver that shares nothing with the first.

A vehicle's return to the depot for another load is a visit of a copy of the depot that empties
its load; as many copies are at hand as trips can be needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from logistique.errors import NoSolutionError
from logistique.tours.question import Kind, RoutedTours, Tour, TourQuestion, measured

_METRES, _SECONDS = 1000, 60
_CENTS = 100
_LONGEST = 2**40
_FROM_ZERO = True
"""Sums along a tour begin with 0."""


def route_with_ortools(question: TourQuestion, *, iterations: int, seed: int) -> RoutedTours:
    """Route by cheapest arcs and guided local search.

    Parameters
    ----------
    question : TourQuestion
    iterations : int
        Solutions looked at, > 0.
    seed : int
        Not used: the search of this library draws nothing.

    Raises
    ------
    NoSolutionError
        When no tours that keep all rules were found.
    """
    del seed
    trips = [_trips(question, number) for number in range(len(question.kinds))]
    copies = max(0, max(trips) * 2 - 1)
    of_kind = [
        number
        for number, kind in enumerate(question.kinds)
        for _ in range(min(question.n, max(2, 2 * trips[number] + 1), kind.most or question.n))
    ]
    nodes = np.concatenate([[0], np.arange(1, question.n + 1), np.zeros(copies, np.int64)])
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(of_kind), 0)
    routing = pywrapcp.RoutingModel(manager)
    _measure(question, routing, manager, nodes, of_kind)
    for copy in range(question.n + 1, len(nodes)):
        routing.AddDisjunction([manager.NodeToIndex(copy)], 0)
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    options.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    options.solution_limit = iterations
    solution = routing.SolveWithParameters(options)
    if solution is None:
        raise NoSolutionError("OR-Tools found no tours that keep all rules")
    tours = (
        _tour(question, routing, manager, solution, vehicle, kind)
        for vehicle, kind in enumerate(of_kind)
    )
    return measured(question, tuple(tour for tour in tours if tour.trips), "OR-Tools")


def _trips(question: TourQuestion, number: int) -> int:
    """Fewest trips of a kind for all it can serve."""
    parcels = int(question.parcels[question.served_by(number)].sum())
    return math.ceil(parcels / question.kinds[number].van.capacity_parcels)


def _measure(
    question: TourQuestion, routing: Any, manager: Any, nodes: Any, of_kind: list[int]
) -> None:
    """Hand over costs, load, time and way of every vehicle, and whom it may serve."""
    n, kinds = question.n, question.kinds

    def between(matrix: Any) -> int:
        def value(a: int, b: int) -> int:
            return int(matrix[nodes[manager.IndexToNode(a)], nodes[manager.IndexToNode(b)]])

        return int(routing.RegisterTransitCallback(value))

    def of_vehicles(measure: Callable[[Kind], Any]) -> list[int]:
        found = [between(measure(kind)) for kind in kinds]
        return [found[number] for number in of_kind]

    def load(a: int) -> int:
        node = manager.IndexToNode(a)
        if node == 0:
            return 0
        return int(question.parcels[node - 1]) if node <= n else -largest

    for vehicle, price in enumerate(of_vehicles(_price)):
        routing.SetArcCostEvaluatorOfVehicle(price, vehicle)
    vans = [kinds[number].van for number in of_kind]
    full = [van.capacity_parcels for van in vans]
    largest = max(full)
    weight = routing.RegisterUnaryTransitCallback(load)
    routing.AddDimensionWithVehicleCapacity(weight, largest, full, _FROM_ZERO, "load")
    loads = routing.GetDimensionOrDie("load")
    for index in range(routing.Size()):
        if 0 < manager.IndexToNode(index) <= n:
            loads.SlackVar(index).SetValue(0)
    shifts = [int(van.shift_h * 3600) + round(van.reload_min * _SECONDS) for van in vans]
    routing.AddDimensionWithVehicleTransitAndCapacity(
        of_vehicles(_seconds), 0, shifts, _FROM_ZERO, "time"
    )
    longest = [_LONGEST if math.isinf(v.range_km) else int(v.range_km * _METRES) for v in vans]
    routing.AddDimensionWithVehicleTransitAndCapacity(
        of_vehicles(lambda kind: _whole(kind.km * _METRES)), 0, longest, _FROM_ZERO, "way"
    )
    served = np.array([question.served_by(number) for number in of_kind])
    for stop in np.flatnonzero(~served.all(axis=0)).tolist():
        vehicle = routing.VehicleVar(manager.NodeToIndex(stop + 1))
        vehicle.RemoveValues(np.flatnonzero(~served[:, stop]).tolist())


def _price(kind: Kind) -> Any:
    """Thousandths of a cent of a way and of the time at its begin, which differs by kind."""
    hours = kind.minutes / 60 + _before(kind)[:, None] / 60
    euros = kind.van.eur_per_km * kind.km + kind.van.eur_per_h * hours
    return np.round(_CENTS * euros * _METRES).astype(np.int64)


def _seconds(kind: Kind) -> Any:
    """Seconds of a way, with the time at its begin."""
    before = np.round(_before(kind) * _SECONDS).astype(np.int64)
    return _whole(kind.minutes * _SECONDS) + before[:, None]


def _before(kind: Kind) -> Any:
    """Minutes at the depot and at each stop before driving on."""
    return np.concatenate([[kind.van.reload_min], kind.stop_min])


def _whole(values: Any) -> Any:
    return np.ceil(np.round(values, 6)).astype(np.int64)


def _tour(
    question: TourQuestion, routing: Any, manager: Any, solution: Any, vehicle: int, kind: int
) -> Tour:
    trips: list[list[int]] = [[]]
    index = routing.Start(vehicle)
    while not routing.IsEnd(index):
        node = manager.IndexToNode(index)
        if 0 < node <= question.n:
            trips[-1].append(node - 1)
        elif node > question.n:
            trips.append([])
        index = solution.Value(routing.NextVar(index))
    return Tour(tuple(tuple(trip) for trip in trips if trip), kind)
