"""What a hub costs as its throughput rises: convex functions of the load, one per site.

Every class holds scalars or one number per site, which broadcast with the loads given. ``value``
is g(v) with g(0) = 0, ``slope`` its right derivative, ``load_at`` the largest load whose slope is
at most a price, ``conjugate`` g*(λ) = max_v λ v − g(v).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding

FloatArray = NDArray[np.float64]

_POSITIVE = 1e-300


class Congestion(Protocol):
    """Convex, rising costs of the throughput of each site."""

    @property
    def limit(self) -> FloatArray:
        """Load that no site can reach or pass; infinite where any load has a price."""
        ...

    def value(self, load: ArrayLike) -> FloatArray:
        """Cost of loads ≥ 0, broadcast over the sites; infinite where it is not possible."""
        ...

    def slope(self, load: ArrayLike) -> FloatArray:
        """Cost of one more unit at these loads."""
        ...

    def load_at(self, price: ArrayLike) -> FloatArray:
        """Return the largest load whose last unit costs no more than a price."""
        ...

    def conjugate(self, price: ArrayLike) -> FloatArray:
        """Largest value of ``price · load − cost`` over all loads ≥ 0."""
        ...


@dataclass(frozen=True, eq=False)
class QuadraticCongestion:
    """``a v + b v²``: every unit delays all the others alike.

    Parameters
    ----------
    linear, quadratic : float or (m,) float
        a ≥ 0, money per unit, and b ≥ 0, money per unit squared.

    Raises
    ------
    InvalidInputError
        For numbers that are negative or not finite.

    Examples
    --------
    >>> QuadraticCongestion(0.75, 0.75).value([0.0, 2.0]).tolist()
    [0.0, 4.5]
    """

    linear: FloatArray
    quadratic: FloatArray

    def __init__(self, linear: ArrayLike, quadratic: ArrayLike) -> None:
        _keep(self, linear=_numbers("linear", linear), quadratic=_numbers("quadratic", quadratic))

    @property
    def limit(self) -> FloatArray:
        """No load is impossible."""
        return np.full(np.shape(self.linear + self.quadratic), np.inf)

    def value(self, load: ArrayLike) -> FloatArray:
        """Cost of loads."""
        v = np.asarray(load, dtype=float)
        return np.asarray(self.linear * v + self.quadratic * v**2)

    def slope(self, load: ArrayLike) -> FloatArray:
        """Slope ``a + 2 b v``."""
        return np.asarray(self.linear + 2.0 * self.quadratic * np.asarray(load, dtype=float))

    def load_at(self, price: ArrayLike) -> FloatArray:
        """``(λ − a) / 2b``; infinite for b = 0 and λ ≥ a."""
        return _power_load(price, self.linear, self.quadratic, np.float64(2.0))

    def conjugate(self, price: ArrayLike) -> FloatArray:
        """``(λ − a)² / 4b`` for λ > a, else 0."""
        return _power_conjugate(self, price, self.linear)


@dataclass(frozen=True, eq=False)
class BprCongestion:
    """``c v (1 + α (v / k)^β)``: the volume-delay function of the Bureau of Public Roads.

    Parameters
    ----------
    unit_cost : float or (m,) float
        c ≥ 0, money per unit handled in an empty hub.
    capacity : float or (m,) float
        k > 0, load at which a unit costs 1 + α times as much; larger loads are possible.
    alpha, beta : float or (m,) float
        α ≥ 0 and β > 0; 0.15 and 4 are the customary values.

    Raises
    ------
    InvalidInputError
        For numbers outside these ranges.
    """

    unit_cost: FloatArray
    capacity: FloatArray
    alpha: FloatArray
    beta: FloatArray

    def __init__(
        self,
        unit_cost: ArrayLike,
        capacity: ArrayLike,
        alpha: ArrayLike = 0.15,
        beta: ArrayLike = 4.0,
    ) -> None:
        _keep(
            self,
            unit_cost=_numbers("unit_cost", unit_cost),
            capacity=_numbers("capacity", capacity, positive=True),
            alpha=_numbers("alpha", alpha),
            beta=_numbers("beta", beta, positive=True),
        )

    @property
    def limit(self) -> FloatArray:
        """No load is impossible."""
        return np.full(np.shape(self.factor), np.inf)

    @property
    def factor(self) -> FloatArray:
        """``c α / k^β``, the factor of v^(β + 1)."""
        return np.asarray(self.unit_cost * self.alpha * self.capacity**-self.beta)

    def value(self, load: ArrayLike) -> FloatArray:
        """Cost of loads."""
        v = np.asarray(load, dtype=float)
        return np.asarray(
            self.unit_cost * v * (1.0 + self.alpha * (v / self.capacity) ** self.beta)
        )

    def slope(self, load: ArrayLike) -> FloatArray:
        """``c (1 + α (β + 1) (v / k)^β)``."""
        grown = (np.asarray(load, dtype=float) / self.capacity) ** self.beta
        return np.asarray(self.unit_cost * (1.0 + self.alpha * (self.beta + 1.0) * grown))

    def load_at(self, price: ArrayLike) -> FloatArray:
        """Load whose slope is the price; infinite where the slope never rises to it."""
        return _power_load(price, self.unit_cost, self.factor, self.beta + 1.0)

    def conjugate(self, price: ArrayLike) -> FloatArray:
        """``λ v − g(v)`` at that load."""
        return _power_conjugate(self, price, self.unit_cost)


@dataclass(frozen=True, eq=False)
class QueueCongestion:
    """``w v / (r − v)``: mean number of units in a hub that works like a queue M/M/1.

    Parameters
    ----------
    unit_cost : float or (m,) float
        w ≥ 0, money for one unit being in the hub throughout the period.
    rate : float or (m,) float
        r > 0, units the hub can handle in the period; the queue grows without end as the load
        comes near. Searches load no hub beyond (1 − 10⁻⁶) r.

    Raises
    ------
    InvalidInputError
        For numbers outside these ranges.
    """

    unit_cost: FloatArray
    rate: FloatArray

    def __init__(self, unit_cost: ArrayLike, rate: ArrayLike) -> None:
        _keep(
            self,
            unit_cost=_numbers("unit_cost", unit_cost),
            rate=_numbers("rate", rate, positive=True),
        )

    @property
    def limit(self) -> FloatArray:
        """The rate, just not reached."""
        return np.asarray(np.broadcast_to((1.0 - 1e-6) * self.rate, np.shape(self._both)))

    @property
    def _both(self) -> FloatArray:
        return np.asarray(self.unit_cost + self.rate)

    def value(self, load: ArrayLike) -> FloatArray:
        """Cost of loads; infinite from the rate on."""
        v = np.asarray(load, dtype=float)
        spare = np.maximum(self.rate - v, 0.0)
        ratio = np.where(spare > 0.0, v / np.maximum(spare, _POSITIVE), np.inf)
        return np.where(spare > 0.0, self.unit_cost * np.where(spare > 0.0, ratio, 0.0), np.inf)

    def slope(self, load: ArrayLike) -> FloatArray:
        """``w r / (r − v)²``; infinite from the rate on."""
        spare = np.maximum(self.rate - np.asarray(load, dtype=float), 0.0)
        safe = np.where(spare > 0.0, spare, 1.0)
        return np.where(spare > 0.0, self.unit_cost * self.rate / safe**2, np.inf)

    def load_at(self, price: ArrayLike) -> FloatArray:
        """``r − √(w r / λ)``, at least 0."""
        paid = np.maximum(np.asarray(price, dtype=float), _POSITIVE)
        return np.asarray(np.maximum(0.0, self.rate - np.sqrt(self.unit_cost * self.rate / paid)))

    def conjugate(self, price: ArrayLike) -> FloatArray:
        """``(√(λ r) − √w)²`` for λ > w / r, else 0."""
        paid = np.maximum(np.asarray(price, dtype=float), 0.0)
        apart = np.sqrt(paid * self.rate) - np.sqrt(self.unit_cost)
        return np.asarray(np.maximum(apart, 0.0) ** 2)


@dataclass(frozen=True, eq=False)
class PiecewiseCongestion:
    """A convex table of costs, linear between its points.

    Parameters
    ----------
    load : (k,) or (m, k) float
        Rising loads, the first 0; none can be passed beyond the last one. k ≥ 2.
    cost : (k,) or (m, k) float
        Costs at these loads, the first 0, rising ever faster. A fixed part is an opening cost.

    Raises
    ------
    InvalidInputError
        For tables that are not convex, fall, do not begin at (0, 0), or differ in shape.

    Examples
    --------
    >>> PiecewiseCongestion([0.0, 10.0, 20.0], [0.0, 5.0, 25.0]).value([5.0, 15.0]).tolist()
    [2.5, 15.0]
    """

    load: FloatArray
    cost: FloatArray

    def __init__(self, load: ArrayLike, cost: ArrayLike) -> None:
        loads, costs = _numbers("load", load), _numbers("cost", cost)
        if loads.ndim not in (1, 2) or costs.ndim not in (1, 2) or loads.shape[-1] < 2:
            _refuse("load", f"has shape {loads.shape}; allowed: (k,) or (m, k) with k ≥ 2")
        try:
            loads, costs = np.broadcast_arrays(loads, costs)
        except ValueError:
            _refuse("cost", f"has shape {costs.shape}, the loads have {loads.shape}")
        _check_table(loads, costs)
        _keep(self, load=loads, cost=costs)

    @property
    def limit(self) -> FloatArray:
        """The last load of the table."""
        return np.asarray(self.load[..., -1])

    @property
    def steps(self) -> FloatArray:
        """Slopes of the pieces, (k − 1,) or (m, k − 1)."""
        return np.asarray(np.diff(self.cost) / np.diff(self.load))

    def value(self, load: ArrayLike) -> FloatArray:
        """Cost of loads; infinite beyond the table."""
        v = np.asarray(load, dtype=float)[..., None]
        begin = self.load[..., :-1]
        inside = np.clip(v - begin, 0.0, np.diff(self.load))
        cost = (self.steps * inside).sum(axis=-1)
        return np.where(v[..., 0] > self.limit, np.inf, cost)

    def slope(self, load: ArrayLike) -> FloatArray:
        """Slope of the piece that begins at or holds a load; infinite from the end on."""
        v = np.asarray(load, dtype=float)[..., None]
        piece = (v >= self.load[..., :-1]).sum(axis=-1) - 1
        steps = np.broadcast_to(self.steps, (*piece.shape, self.steps.shape[-1]))
        found = np.take_along_axis(steps, piece[..., None], axis=-1)[..., 0]
        return np.asarray(np.where(v[..., 0] >= self.limit, np.inf, found))

    def load_at(self, price: ArrayLike) -> FloatArray:
        """End of the last piece that is no steeper than a price."""
        paid = np.asarray(price, dtype=float)[..., None]
        pieces = np.where(self.steps <= paid, np.diff(self.load), 0.0)
        return np.asarray(pieces.sum(axis=-1))

    def conjugate(self, price: ArrayLike) -> FloatArray:
        """``λ v − g(v)`` at that load."""
        paid = np.asarray(price, dtype=float)[..., None]
        gains = np.maximum(paid - self.steps, 0.0) * np.diff(self.load)
        return np.asarray(gains.sum(axis=-1))


def _power_load(
    price: ArrayLike, linear: FloatArray, factor: FloatArray, power: FloatArray | np.float64
) -> FloatArray:
    """Largest load at which ``linear + power · factor · load^(power − 1)`` is at most a price."""
    above = np.asarray(price, dtype=float) - linear
    steep = np.asarray(power * factor)
    inside = np.maximum(above, 0.0) / np.where(steep > 0.0, steep, 1.0)
    return np.where(
        steep > 0.0, inside ** (1.0 / (power - 1.0)), np.where(above >= 0.0, np.inf, 0.0)
    )


def _power_conjugate(
    function: QuadraticCongestion | BprCongestion, price: ArrayLike, linear: FloatArray
) -> FloatArray:
    paid = np.asarray(price, dtype=float)
    load = function.load_at(paid)
    known = np.isfinite(load)
    safe = np.where(known, load, 0.0)
    gained = np.asarray(paid * safe - function.value(safe))
    return np.where(known, np.maximum(gained, 0.0), np.where(paid > linear, np.inf, 0.0))


def _numbers(name: str, given: ArrayLike, *, positive: bool = False) -> FloatArray:
    """Finite numbers ≥ 0 (or > 0) as an array that nobody can write to."""
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError([Finding("congestion", "congestion", name, str(error))]) from error
    wrong = ~np.isfinite(values) | (values <= 0.0 if positive else values < 0.0)
    if wrong.any() or values.size == 0:
        shown = f"holds {values[wrong].flat[0]:g}" if values.size else "is empty"
        _refuse(name, f"{shown}; allowed: finite numbers {'>' if positive else '≥'} 0")
    return values


def _check_table(load: FloatArray, cost: FloatArray) -> None:
    if (load[..., 0] != 0.0).any() or (cost[..., 0] != 0.0).any():
        _refuse("load, cost", "begin elsewhere than at (0, 0); a fixed part is an opening cost")
    apart = np.diff(load)
    if (apart <= 0.0).any():
        _refuse("load", "does not rise from point to point")
    steps = np.diff(cost) / apart
    if (steps < 0.0).any():
        _refuse("cost", "falls somewhere; allowed: costs that rise with the load")
    bent = steps[..., :-1] - steps[..., 1:]
    if (bent > 1e-9 * np.abs(steps).max(initial=1e-300)).any():
        row = np.argwhere(bent > 1e-9 * np.abs(steps).max())[0].tolist()
        _refuse(
            "cost",
            f"is not convex: its slope falls after point {row[-1] + 1}"
            + (f" of site {row[0]}" if len(row) > 1 else "")
            + "; allowed: slopes that never fall",
        )


def _keep(instance: object, **fields: FloatArray) -> None:
    """Set the fields of a frozen instance, broadcast-compatible and read-only."""
    for name, values in fields.items():
        kept = np.array(values)
        kept.setflags(write=False)
        object.__setattr__(instance, name, kept)


def _refuse(name: str, message: str) -> None:
    raise InvalidInputError([Finding("congestion", "congestion", name, message)])
