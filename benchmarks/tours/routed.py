"""Tours of the project's tour solvers on CVRP instances, beside best known lengths."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.routing import euclid
from benchmarks.tours.cvrp import Cvrp
from logistique.tours.question import TourQuestion, TourSolver, Van

_FOREVER_H = 1e5


@dataclass(frozen=True)
class RoutedLength:
    """One instance: number of stops, length of the tours found, best known one, seconds of wall."""

    instance: str
    stops: int
    length: int
    best_known: float
    seconds: float

    @property
    def gap_percent(self) -> float:
        """Length above the best known one."""
        return 100 * (self.length / self.best_known - 1)


def routed(
    found: Iterable[Cvrp], solver: TourSolver, iterations: int, seed: int
) -> Iterator[RoutedLength]:
    """Route instances; lengths are recomputed here from coordinates.

    Raises
    ------
    ValueError
        For tours that miss a stop, visit one twice or load too much.
    """
    for one in found:
        ways = euclid(one.points, 1.0, "nearest")
        stops = len(one.points) - 1
        van = Van(int(one.capacity), _FOREVER_H, eur_per_km=1.0, eur_per_h=0.0)
        question = TourQuestion.of_one(
            ways, np.zeros_like(ways), one.demand[1:].astype(np.int64), np.zeros(stops), van
        )
        begun = time.perf_counter()
        answer = solver(question, iterations=iterations, seed=seed)
        spent = time.perf_counter() - begun
        trips = [trip for tour in answer.tours for trip in tour.trips]
        yield RoutedLength(one.name, stops, length_of(one, trips), one.best_known, spent)


def length_of(one: Cvrp, trips: Sequence[Sequence[int]]) -> int:
    """Length of trips (0 is the first stop) that serve everybody, by nothing but the instance."""
    visited = sorted(stop for trip in trips for stop in trip)
    if visited != list(range(len(one.points) - 1)):
        raise ValueError(f"{one.name}: not every stop is visited once")
    total = 0
    for trip in trips:
        load = sum(one.demand[stop + 1] for stop in trip)
        if load > one.capacity:
            raise ValueError(f"{one.name}: a load of {load:g} in a vehicle of {one.capacity:g}")
        path = [0, *(stop + 1 for stop in trip), 0]
        for a, b in itertools.pairwise(path):
            total += math.floor(math.dist(one.points[a], one.points[b]) + 0.5)
    return total


def line(row: RoutedLength) -> str:
    """Row of a table."""
    return (
        f"| {row.instance} | {row.stops} | {row.length} | {row.best_known:.0f} "
        f"| {row.gap_percent:+.2f} | {row.seconds:.1f} |"
    )


HEADER = "| instance | stops | length | best known | gap % | s |\n|---|---:|---:|---:|---:|---:|"


def ending(rows: Sequence[RoutedLength]) -> str:
    """Mean and largest gap."""
    gaps = np.array([row.gap_percent for row in rows])
    return f"{len(rows)} instances: mean gap {gaps.mean():.2f} %, largest {gaps.max():.2f} %"
