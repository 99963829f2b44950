"""Tours by the routing library of OR-Tools: a second solver that shares nothing with the first.

A vehicle's return to the depot for another load is a visit of a copy of the depot that empties
its load; as many copies are at hand as trips can be needed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from logistique.errors import NoSolutionError
from logistique.tours.question import RoutedTours, Tour, TourQuestion, measured

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
    copies = max(0, math.ceil(question.parcels.sum() / question.van.capacity_parcels) * 2 - 1)
    vehicles = min(question.n, max(2, copies + 2))
    nodes = np.concatenate([[0], np.arange(1, question.n + 1), np.zeros(copies, np.int64)])
    manager = pywrapcp.RoutingIndexManager(len(nodes), vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    _measure(question, routing, manager, nodes)
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
    tours = (_tour(question, routing, manager, solution, k) for k in range(vehicles))
    return measured(question, tuple(tour for tour in tours if tour.trips), "OR-Tools")


def _measure(question: TourQuestion, routing: Any, manager: Any, nodes: Any) -> None:
    """Hand over costs, load, time and way."""
    van, n = question.van, question.n
    metres = np.ceil(np.round(question.km * _METRES, 6)).astype(np.int64)
    seconds = np.ceil(np.round(question.minutes * _SECONDS, 6)).astype(np.int64)
    reload = round(van.reload_min * _SECONDS)
    service = np.concatenate([[reload], np.round(question.stop_min * _SECONDS)]).astype(np.int64)
    price = np.round(
        _CENTS * (van.eur_per_km * question.km + van.eur_per_h * (question.minutes / 60)) * _METRES
    ).astype(np.int64)

    def between(matrix: Any, extra: Any = None) -> int:
        def value(a: int, b: int) -> int:
            i, j = int(nodes[manager.IndexToNode(a)]), int(nodes[manager.IndexToNode(b)])
            return int(matrix[i, j]) + (0 if extra is None else int(extra[i]))

        return int(routing.RegisterTransitCallback(value))

    def load(a: int) -> int:
        node = manager.IndexToNode(a)
        if node == 0:
            return 0
        return int(question.parcels[node - 1]) if node <= n else -van.capacity_parcels

    routing.SetArcCostEvaluatorOfAllVehicles(between(price))
    full = van.capacity_parcels
    routing.AddDimension(routing.RegisterUnaryTransitCallback(load), full, full, _FROM_ZERO, "load")
    loads = routing.GetDimensionOrDie("load")
    for index in range(routing.Size()):
        if 0 < manager.IndexToNode(index) <= n:
            loads.SlackVar(index).SetValue(0)
    shift = int(van.shift_h * 3600) + reload
    routing.AddDimension(between(seconds, service), 0, shift, _FROM_ZERO, "time")
    longest = _LONGEST if math.isinf(van.range_km) else int(van.range_km * _METRES)
    routing.AddDimension(between(metres), 0, longest, _FROM_ZERO, "way")


def _tour(question: TourQuestion, routing: Any, manager: Any, solution: Any, vehicle: int) -> Tour:
    trips: list[list[int]] = [[]]
    index = routing.Start(vehicle)
    while not routing.IsEnd(index):
        node = manager.IndexToNode(index)
        if 0 < node <= question.n:
            trips[-1].append(node - 1)
        elif node > question.n:
            trips.append([])
        index = solution.Value(routing.NextVar(index))
    return Tour(tuple(tuple(trip) for trip in trips if trip))
