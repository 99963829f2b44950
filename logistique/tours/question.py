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
class Kind:
    """Vehicles of one kind, the roads as they find them, and whom they may serve.

    Vehicles that drive at another time of the day are a kind of their own.

    Parameters
    ----------
    van : Van
    km, minutes : (n + 1, n + 1) float
        Ways between the depot (first) and the n stops.
    stop_min : (n,) float
        Time at each stop, ≥ 0.
    serves : (n,) bool, optional
        Stops these vehicles may serve; default: all.
    most : int, optional
        Vehicles at hand; default: as many as needed.
    """

    van: Van
    km: FloatArray
    minutes: FloatArray
    stop_min: FloatArray
    serves: NDArray[np.bool_] | None = None
    most: int | None = None


@dataclass(frozen=True, eq=False)
class TourQuestion:
    """Stops to be served from a depot by vehicles of one or several kinds.

    Parameters
    ----------
    parcels : (n,) int
        Handed over at each stop, > 0.
    kinds : tuple of Kind
        At least one.

    Raises
    ------
    InvalidInputError
        NaN, negative or infinite ways, shapes that disagree, limits that are not positive.
    InfeasibleError
        A stop that no trip can serve: its parcels do not fit, or the way there and back takes
        more than a shift or the range, or no kind of vehicle may serve it.
    """

    parcels: NDArray[np.int64]
    kinds: tuple[Kind, ...]

    def __post_init__(self) -> None:
        findings = list(_findings(self))
        if findings:
            raise InvalidInputError(findings)
        _refuse_unreachable(self)

    @classmethod
    def of_one(
        cls,
        km: FloatArray,
        minutes: FloatArray,
        parcels: NDArray[np.int64],
        stop_min: FloatArray,
        van: Van,
    ) -> TourQuestion:
        """Ask about one kind of vehicle, as many of which as needed are at hand."""
        return cls(parcels, (Kind(van, km, minutes, stop_min),))

    @property
    def n(self) -> int:
        """Number of stops."""
        return int(self.parcels.size)

    def served_by(self, kind: int) -> NDArray[np.bool_]:
        """Say which stops a trip of a kind may and can serve, (n,)."""
        return np.asarray(_why_not(self.parcels, self.kinds[kind]) == 0)


@dataclass(frozen=True)
class Tour:
    """One vehicle's day: its trips, each a sequence of stops (0 is the first stop), and its kind."""

    trips: tuple[tuple[int, ...], ...]
    kind: int = 0


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
    for number, kind in enumerate(question.kinds):
        sent = sum(tour.kind == number for tour in tours)
        if kind.most is not None and sent > kind.most:
            raise InfeasibleError(f"{solver} sends {sent} of {kind.most} vehicles")
    km = hours = eur = 0.0
    for tour in tours:
        way, minutes = _of_tour(question, tour, solver)
        van = question.kinds[tour.kind].van
        km += way
        hours += minutes / 60
        eur += van.eur_per_km * way + van.eur_per_h * minutes / 60
    return RoutedTours(tours, km, hours, eur, solver)


_ROUNDING_MIN, _ROUNDING_KM = 1.0, 0.2
"""What rounding to seconds and metres may add up to over one tour."""


def _of_tour(question: TourQuestion, tour: Tour, solver: str) -> tuple[float, float]:
    kind = question.kinds[tour.kind]
    van = kind.van
    km = minutes = 0.0
    for trip in tour.trips:
        stops = np.array(trip)
        if question.parcels[stops].sum() > van.capacity_parcels:
            raise InfeasibleError(f"{solver} loads a vehicle beyond {van.capacity_parcels} parcels")
        if kind.serves is not None and not kind.serves[stops].all():
            raise InfeasibleError(f"{solver} sends a vehicle to a stop that it may not serve")
        path = np.concatenate([[0], stops + 1, [0]])
        km += float(kind.km[path[:-1], path[1:]].sum())
        driven = float(kind.minutes[path[:-1], path[1:]].sum())
        minutes += driven + float(kind.stop_min[stops].sum()) + van.reload_min
    on_road = minutes - van.reload_min
    if on_road > 60 * van.shift_h + _ROUNDING_MIN:
        raise InfeasibleError(f"{solver} drives {on_road:.1f} min in a shift of {van.shift_h:g} h")
    if km > van.range_km + _ROUNDING_KM:
        raise InfeasibleError(f"{solver} drives {km:.1f} km with a range of {van.range_km:g} km")
    return km, minutes


def _findings(question: TourQuestion) -> list[Finding]:
    n = question.parcels.size
    rules = [
        ("parcels", n > 0 and bool((question.parcels > 0).all()), "whole numbers > 0"),
        ("kinds", len(question.kinds) > 0, "at least one kind of vehicle"),
    ]
    for kind in question.kinds:
        rules += _rules_of(kind, n)
    return [
        Finding("arrays", "tours", name, f"allowed: {allowed}")
        for name, holds, allowed in rules
        if not holds
    ]


def _rules_of(kind: Kind, n: int) -> list[tuple[str, bool, str]]:
    van = kind.van
    rules = [
        ("van.capacity_parcels", van.capacity_parcels > 0, "a whole number > 0"),
        ("van.shift_h", van.shift_h > 0, "hours > 0"),
        ("van.reload_min", van.reload_min >= 0, "minutes ≥ 0"),
        ("van.range_km", van.range_km > 0, "km > 0"),
        (
            "van.eur_per_km, van.eur_per_h",
            min(van.eur_per_km, van.eur_per_h) >= 0 < max(van.eur_per_km, van.eur_per_h),
            "costs ≥ 0, not both 0",
        ),
        ("serves", kind.serves is None or kind.serves.shape == (n,), f"shape ({n},)"),
        ("most", kind.most is None or kind.most > 0, "a whole number > 0"),
    ]
    for name, part, shape in (
        ("km", kind.km, (n + 1, n + 1)),
        ("minutes", kind.minutes, (n + 1, n + 1)),
        ("stop_min", kind.stop_min, (n,)),
    ):
        fine = part.shape == shape and bool(np.isfinite(part).all() and (part >= 0).all())
        rules.append((name, fine, f"finite numbers ≥ 0 of shape {shape}"))
    return rules


_SAID = (
    "",
    "receives more parcels than a vehicle holds",
    "is too far for a shift",
    "is beyond the range of the vehicle",
    "is served by no vehicle",
)


def _why_not(parcels: NDArray[np.int64], kind: Kind) -> NDArray[np.int64]:
    """Why a kind of vehicle cannot serve each stop, a position in the sentences; 0 if it can."""
    van = kind.van
    minutes = kind.minutes[0, 1:] + kind.minutes[1:, 0] + kind.stop_min
    km = kind.km[0, 1:] + kind.km[1:, 0]
    refused = np.zeros(parcels.size, np.bool_) if kind.serves is None else ~kind.serves
    wrong = [
        refused,
        parcels > van.capacity_parcels,
        minutes > 60 * van.shift_h,
        km > van.range_km,
    ]
    return np.select(wrong, [4, 1, 2, 3], 0)


def _refuse_unreachable(question: TourQuestion) -> None:
    """Refuse stops that no kind of vehicle can serve, for the reason of the best that may."""
    why = np.array([_why_not(question.parcels, kind) for kind in question.kinds])
    if not (alone := why.all(axis=0)).any():
        return
    reason = why.min(axis=0)
    at = int(np.flatnonzero(alone)[0])
    count = int((alone & (reason == reason[at])).sum())
    raise InfeasibleError(
        f"stop {at} {_SAID[reason[at]]} ({count} such stops); "
        "choose another vehicle or leave the stop out"
    )
