"""What is to be routed from one depot, and the tours that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Van:
    """A kind of vehicle, as many of which as needed are at hand.

    Parameters
    ----------
    capacity_parcels : int
        Load of a trip, > 0.
    shift_h : float
        Longest time on the road of one vehicle, loading between its trips included, the first
        loading not, > 0.
    reload_min : float
        Time at the depot before each trip, ≥ 0; paid each time.
    range_km : float
        Longest way of a vehicle in a shift, > 0; may be ``inf``.
    eur_per_km, eur_per_h : float
        Costs of driving, ≥ 0, not both 0.
    """

    capacity_parcels: int
    shift_h: float
    reload_min: float = 0.0
    range_km: float = float("inf")
    eur_per_km: float = 0.0
    eur_per_h: float = 1.0


@dataclass(frozen=True, eq=False)
class TourQuestion:
    """Stops to be served from a depot by one kind of vehicle.

    Parameters
    ----------
    km, minutes : (n + 1, n + 1) float
        Ways between the depot (first) and the n stops.
    parcels : (n,) int
        Handed over at each stop, > 0.
    stop_min : (n,) float
        Time at each stop, ≥ 0.
    van : Van

    Raises
    ------
    InvalidInputError
        NaN, negative or infinite ways, shapes that disagree, limits that are not positive.
    InfeasibleError
        A stop that no trip can serve: its parcels do not fit, or the way there and back takes
        more than a shift or the range.
    """

    km: FloatArray
    minutes: FloatArray
    parcels: NDArray[np.int64]
    stop_min: FloatArray
    van: Van

    def __post_init__(self) -> None:
        findings = list(_findings(self))
        if findings:
            raise InvalidInputError(findings)
        _refuse_unreachable(self)

    @property
    def n(self) -> int:
        """Number of stops."""
        return int(self.parcels.size)


@dataclass(frozen=True)
class Tour:
    """One vehicle's day: its trips, each a sequence of stops (0 is the first stop)."""

    trips: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class RoutedTours:
    """Tours that serve every stop, measured on the matrices of the question.

    Parameters
    ----------
    tours : tuple of Tour
    km, hours, eur : float
        Driven; paid, stops and reloading included; cost of both.
    solver : str
        Who routed.
    """

    tours: tuple[Tour, ...]
    km: float
    hours: float
    eur: float
    solver: str

    @property
    def n_trips(self) -> int:
        """Number of trips."""
        return sum(len(tour.trips) for tour in self.tours)


class TourSolver(Protocol):
    """A tour solver: good tours, no proof."""

    def __call__(self, question: TourQuestion, *, iterations: int, seed: int) -> RoutedTours:
        """Route; the same question, iterations and seed give the same tours."""
        ...


def measured(question: TourQuestion, tours: tuple[Tour, ...], solver: str) -> RoutedTours:
    """Measure tours on the question's own matrices.

    Raises
    ------
    InfeasibleError
        When the tours break a rule: a stop missed or visited twice, too much load, time or way.
    """
    seen = sorted(stop for tour in tours for trip in tour.trips for stop in trip)
    if seen != list(range(question.n)):
        raise InfeasibleError(f"{solver} does not visit every stop once")
    km = minutes = 0.0
    for tour in tours:
        way, time = _of_tour(question, tour, solver)
        km += way
        minutes += time
    hours = minutes / 60
    van = question.van
    return RoutedTours(tours, km, hours, van.eur_per_km * km + van.eur_per_h * hours, solver)


_ROUNDING_MIN, _ROUNDING_KM = 1.0, 0.2
"""What rounding to seconds and metres may add up to over one tour."""


def _of_tour(question: TourQuestion, tour: Tour, solver: str) -> tuple[float, float]:
    van = question.van
    km = minutes = 0.0
    for trip in tour.trips:
        stops = np.array(trip)
        if question.parcels[stops].sum() > van.capacity_parcels:
            raise InfeasibleError(f"{solver} loads a vehicle beyond {van.capacity_parcels} parcels")
        path = np.concatenate([[0], stops + 1, [0]])
        km += float(question.km[path[:-1], path[1:]].sum())
        driven = float(question.minutes[path[:-1], path[1:]].sum())
        minutes += driven + float(question.stop_min[stops].sum()) + van.reload_min
    on_road = minutes - van.reload_min
    if on_road > 60 * van.shift_h + _ROUNDING_MIN:
        raise InfeasibleError(f"{solver} drives {on_road:.1f} min in a shift of {van.shift_h:g} h")
    if km > van.range_km + _ROUNDING_KM:
        raise InfeasibleError(f"{solver} drives {km:.1f} km with a range of {van.range_km:g} km")
    return km, minutes


def _findings(question: TourQuestion) -> list[Finding]:
    n, van = question.parcels.size, question.van
    rules = [
        ("parcels", n > 0 and bool((question.parcels > 0).all()), "whole numbers > 0"),
        ("van.capacity_parcels", van.capacity_parcels > 0, "a whole number > 0"),
        ("van.shift_h", van.shift_h > 0, "hours > 0"),
        ("van.reload_min", van.reload_min >= 0, "minutes ≥ 0"),
        ("van.range_km", van.range_km > 0, "km > 0"),
        (
            "van.eur_per_km, van.eur_per_h",
            min(van.eur_per_km, van.eur_per_h) >= 0 < max(van.eur_per_km, van.eur_per_h),
            "costs ≥ 0, not both 0",
        ),
    ]
    for name, part, shape in (
        ("km", question.km, (n + 1, n + 1)),
        ("minutes", question.minutes, (n + 1, n + 1)),
        ("stop_min", question.stop_min, (n,)),
    ):
        fine = part.shape == shape and bool(np.isfinite(part).all() and (part >= 0).all())
        rules.append((name, fine, f"finite numbers ≥ 0 of shape {shape}"))
    return [
        Finding("arrays", "tours", name, f"allowed: {allowed}")
        for name, holds, allowed in rules
        if not holds
    ]


def _refuse_unreachable(question: TourQuestion) -> None:
    van = question.van
    minutes = question.minutes[0, 1:] + question.minutes[1:, 0] + question.stop_min
    km = question.km[0, 1:] + question.km[1:, 0]
    for wrong, said in (
        (question.parcels > van.capacity_parcels, "receives more parcels than a vehicle holds"),
        (minutes > 60 * van.shift_h, "is too far for a shift"),
        (km > van.range_km, "is beyond the range of the vehicle"),
    ):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise InfeasibleError(
                f"stop {at} {said} ({int(wrong.sum())} such stops); "
                "choose another vehicle or leave the stop out"
            )
