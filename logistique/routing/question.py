"""A location-routing question on arrays: what is given, checked once, never changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InfeasibleError, InvalidInputError
from logistique.findings import Finding
from logistique.location.site_rules import SiteRules, site_rules

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MANY = 2**62
_TRIED = 100_000
"""Ways of dividing depots among platforms that are looked at for a proof that none fits."""


@dataclass(frozen=True, eq=False)
class Feeding:
    """The first level: lorries that bring the depots' loads from platforms.

    A depot is fed by one platform. Lorries it fills come directly; what is left of its load comes
    by one tour, which may serve several depots.

    Parameters
    ----------
    distance : (m + k, m + k) float
        Distance or cost between the m depots (first) and the k platforms, ≥ 0.
    lorry_capacity : float
        Load of a lorry, > 0.
    lorry_cost : float or (k,) float
        Cost of a tour from each platform, ≥ 0.
    platform_capacity : (k,) float, optional
        Largest load each platform sends out; default: no limit.
    platform_cost : (k,) float or float
        Cost of using a platform, ≥ 0.
    max_lorries : int, optional
        Lorry tours at most, full lorries included; default: no limit.
    """

    distance: ArrayLike
    lorry_capacity: float
    lorry_cost: ArrayLike = 0.0
    platform_capacity: ArrayLike | None = None
    platform_cost: ArrayLike = 0.0
    max_lorries: int | None = None


@dataclass(frozen=True, eq=False)
class FirstLevel:
    """A checked `Feeding`: arrays of k platforms, and how many lorries there are at most."""

    distance: FloatArray
    lorry: float
    lorry_cost: FloatArray
    capacity: FloatArray
    opening: FloatArray
    most: int


@dataclass(frozen=True, eq=False)
class RoutingQuestion:
    """A checked question: n customers, m depots.

    Parameters
    ----------
    distance : (n + m, n + m) float
        Customers first.
    demand : (n,) float
    vehicle : float
        Capacity of a vehicle.
    capacity, opening, fixed, unit : (m,) float
        Capacity and opening cost of each depot, cost of each route from it and of each unit of load.
    most : int
        Routes at most.
    rules : SiteRules
        Depots that must be, are, or cannot be open.
    first_level : FirstLevel, optional
    """

    distance: FloatArray
    demand: FloatArray
    vehicle: float
    capacity: FloatArray
    opening: FloatArray
    fixed: FloatArray
    unit: FloatArray
    most: int
    rules: SiteRules
    first_level: FirstLevel | None

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.demand.size)

    @property
    def m(self) -> int:
        """Number of depots."""
        return int(self.capacity.size)


class _Checks:
    """Collects what is wrong with the arrays."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def say(self, name: str, text: str) -> None:
        self.findings.append(Finding("arrays", "location-routing", name, text))

    def numbers(self, given: ArrayLike, count: int, name: str, *, inf: bool = False) -> FloatArray:
        """Read ``count`` numbers ≥ 0; one number stands for all."""
        try:
            values = np.array(given, dtype=float)
        except (TypeError, ValueError):
            self.say(name, f"got {type(given).__name__}; allowed: numbers")
            return np.zeros(count)
        if values.ndim == 0:
            values = np.full(count, float(values))
        if values.shape != (count,):
            self.say(name, f"got shape {values.shape}; allowed: ({count},) or one number")
            return np.zeros(count)
        wrong = np.isnan(values) | (values < 0) | (np.isinf(values) & (not inf))
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            self.say(name, f"entry {at} is {values[at]}; allowed: a number ≥ 0")
            return np.zeros(count)
        return values

    def number(self, given: float, name: str) -> float:
        """Read one number > 0."""
        value = float(given)
        if not (np.isfinite(value) and value > 0):
            self.say(name, f"got {given!r}; allowed: a number > 0")
            return 1.0
        return value

    def count(self, given: int | None, name: str) -> int:
        """Read a whole number ≥ 1; none stands for as many as one likes."""
        if given is None:
            return _MANY
        if isinstance(given, bool) or int(given) != given or given < 1:
            self.say(name, f"got {given!r}; allowed: a whole number ≥ 1")
            return 1
        return int(given)

    def square(self, given: ArrayLike, name: str) -> FloatArray:
        """Read a square matrix of numbers ≥ 0; its diagonal counts as 0."""
        values = np.array(given, dtype=float)
        if values.ndim != 2 or values.shape[0] != values.shape[1]:
            self.say(name, f"got shape {values.shape}; allowed: a square matrix")
            return np.zeros((0, 0))
        np.fill_diagonal(values, 0.0)
        wrong = np.isnan(values) | (values < 0)
        if wrong.any():
            a, b = (int(x) for x in np.argwhere(wrong)[0])
            self.say(name, f"entry ({a}, {b}) is {values[a, b]}; allowed: a number ≥ 0, or inf")
        return np.ascontiguousarray(values)

    def end(self) -> None:
        """Raise everything found."""
        if self.findings:
            raise InvalidInputError(self.findings)


def ask(
    distance: ArrayLike,
    demand: ArrayLike,
    vehicle_capacity: float,
    depot_capacity: ArrayLike | None,
    opening_cost: ArrayLike,
    vehicle_cost: ArrayLike,
    feeding: Feeding | None,
    required: ArrayLike | None,
    forbidden: ArrayLike | None,
    existing: ArrayLike | None,
    unit_cost: ArrayLike = 0.0,
    max_vehicles: int | None = None,
) -> RoutingQuestion:
    """Check arrays and make a question of them.

    Raises
    ------
    InvalidInputError
        For NaN, negative numbers, shapes that disagree, a vehicle of no capacity: all at once.
    InfeasibleError
        For a demand above the vehicle's capacity, demands above the capacity of all depots, vehicles,
        platforms or lorries, customers without a way from and to any depot, or depots without one
        from and to any platform.
    """
    checks = _Checks()
    matrix = checks.square(distance, "distance")
    n = int(np.size(demand))
    m = matrix.shape[0] - n
    demands = checks.numbers(demand, n, "demand")
    if matrix.shape[0] and (m < 1 or n < 1):
        checks.say(
            "distance",
            f"got {matrix.shape[0]} rows for {n} customers; allowed: customers and then depots, "
            "at least one of each",
        )
    m = max(1, m)
    vehicle = checks.number(vehicle_capacity, "vehicle_capacity")
    given = np.inf if depot_capacity is None else depot_capacity
    capacity = checks.numbers(given, m, "depot_capacity", inf=True)
    opening = checks.numbers(opening_cost, m, "opening_cost")
    fixed = checks.numbers(vehicle_cost, m, "vehicle_cost")
    unit = checks.numbers(unit_cost, m, "unit_cost")
    most = checks.count(max_vehicles, "max_vehicles")
    first_level = None if feeding is None else _first_level(feeding, m, checks)
    checks.end()
    rules = site_rules(m, required, forbidden, existing)
    opening[rules.existing] = 0.0
    question = RoutingQuestion(
        matrix,
        demands,
        vehicle,
        np.minimum(capacity, max(1.0, demands.sum())),
        opening,
        fixed,
        unit,
        most,
        rules,
        first_level,
    )
    _refuse_hopeless(question)
    return question


def _first_level(feeding: Feeding, m: int, checks: _Checks) -> FirstLevel:
    matrix = checks.square(feeding.distance, "feeding.distance")
    k = matrix.shape[0] - m
    if k < 1:
        checks.say(
            "feeding.distance", f"got {matrix.shape[0]} rows; allowed: {m} depots, platforms"
        )
        k = 1
    given = np.inf if feeding.platform_capacity is None else feeding.platform_capacity
    return FirstLevel(
        matrix,
        checks.number(feeding.lorry_capacity, "feeding.lorry_capacity"),
        checks.numbers(feeding.lorry_cost, k, "feeding.lorry_cost"),
        checks.numbers(given, k, "feeding.platform_capacity", inf=True),
        checks.numbers(feeding.platform_cost, k, "feeding.platform_cost"),
        checks.count(feeding.max_lorries, "feeding.max_lorries"),
    )


def _refuse_hopeless(question: RoutingQuestion) -> None:
    n = question.n
    heavy = np.flatnonzero(question.demand > question.vehicle)
    if heavy.size:
        i = int(heavy[0])
        raise InfeasibleError(
            f"customer {i} wants {question.demand[i]:g}, more than a vehicle holds "
            f"({question.vehicle:g}); split the customer or use a larger vehicle"
        )
    allowed = ~question.rules.forbidden
    total = float(question.demand.sum())
    if question.capacity[allowed].sum() < total * (1 - 1e-12):
        raise InfeasibleError(
            f"all allowed depots together hold {question.capacity[allowed].sum():g}, "
            f"less than the demand of {total:g}"
        )
    _refuse_fleet(question.most, "vehicles", question.vehicle, total)
    if question.first_level is not None:
        _refuse_feeding(question, question.first_level, total)
    there = question.distance[n:][allowed][:, :n]
    back = question.distance[:n, n:][:, allowed]
    lost = np.flatnonzero(~np.isfinite(there.T + back).any(axis=1))
    if lost.size:
        raise InfeasibleError(
            f"{lost.size} customers have no way from and back to any allowed depot, "
            f"the first is {int(lost[0])}"
        )


def _refuse_fleet(most: int, name: str, room: float, total: float) -> None:
    if most * room < total * (1 - 1e-12):
        raise InfeasibleError(
            f"{most} {name} of {room:g} hold {most * room:g}, less than the demand of {total:g}; "
            f"allow {int(np.ceil(total / room))} at least"
        )


def _refuse_feeding(question: RoutingQuestion, level: FirstLevel, total: float) -> None:
    """Refuse platforms that cannot bring the demand, where that can be proved."""
    m = question.m
    _refuse_fleet(level.most, "lorries", level.lorry, total)
    there = level.distance[m:, :m] + level.distance[:m, m:].T
    fed = np.isfinite(there) & ~question.rules.forbidden
    reached = question.capacity[fed.any(axis=0)].sum()
    if reached < total * (1 - 1e-12):
        raise InfeasibleError(
            f"the allowed depots with a way from and back to a platform hold {reached:g} together, "
            f"less than the demand of {total:g}"
        )
    held = float(level.capacity.sum())
    if held < total * (1 - 1e-12):
        raise InfeasibleError(
            f"all platforms together send out {held:g}, less than the demand of {total:g}; "
            "raise feeding.platform_capacity or add a platform"
        )
    most = _most_fed(level.capacity, question.capacity, fed)
    if most < total * (1 - 1e-12):
        raise InfeasibleError(
            f"as each depot is fed by one platform, at most {most:g} gets from the platforms through "
            f"the depots, less than the demand of {total:g}; raise feeding.platform_capacity or "
            "depot_capacity, or add a platform or depot"
        )


def _most_fed(platform: FloatArray, depot: FloatArray, fed: NDArray[np.bool_]) -> float:
    """Largest load that gets through when every depot has one platform; ``inf`` when unknown."""
    k = platform.size
    useful = [int(j) for j in np.flatnonzero(fed.any(axis=0))]
    if k ** len(useful) > _TRIED:
        return np.inf
    sums = np.zeros((1, k))
    for j in useful:
        sums = np.concatenate(
            [sums + depot[j] * (np.arange(k) == p) for p in np.flatnonzero(fed[:, j])]
        )
    return float(np.minimum(sums, platform).sum(axis=1).max())
