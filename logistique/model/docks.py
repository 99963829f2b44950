"""What docks cost as the throughput of a hub rises: convex, by size option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.model.arrays import read_only

FloatArray = NDArray[np.float64]

DockKind = Literal["quadratic", "bpr", "queue", "table"]

QUEUE_LIMIT = 1.0 - 1e-6
"""Part of its capacity that a queue may be loaded with."""


@dataclass(frozen=True, eq=False)
class Docks:
    """Cost g(v) of a throughput v at each option, EUR per day.

    With e the price of a parcel and K the capacity of the docks:

    ==============  ===================================================================
    ``quadratic``   e v² / K: a parcel costs e when the docks are full
    ``bpr``         e v (1 + α (v / K)^β): a parcel costs e at empty docks
    ``queue``       (e K / 2) v / (K − v), an M/M/1 queue: a parcel costs e at half load
    ``table``       straight between the points (ℓ K, p ℓ K): a parcel costs p at load ℓ
    ==============  ===================================================================

    Parameters
    ----------
    kind : {"quadratic", "bpr", "queue", "table"}
    price : (m,) float
        e ≥ 0, EUR per parcel; for a table 1 or 0 (an option without docks).
    capacity : (m,) float
        K > 0, demand units per day.
    alpha, beta : float
        Of ``bpr``.
    table_load, table_price : (t,) float
        ℓ rising from above 0, and p ≥ 0, of ``table``; costs must be convex.

    Raises
    ------
    InvalidInputError
        For another kind, shapes that differ, numbers outside their ranges.
    """

    kind: DockKind
    price: FloatArray
    capacity: FloatArray
    alpha: float = 0.15
    beta: float = 4.0
    table_load: FloatArray = ()  # type: ignore[assignment]  # __post_init__ converts
    table_price: FloatArray = ()  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for name in ("price", "capacity", "table_load", "table_price"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.float64))
        rules = (
            ("kind", self.kind in get_args(DockKind), f"{self.kind!r}"),
            ("price", _sound(self.price) and self.price.ndim == 1, "holds other than numbers ≥ 0"),
            (
                "capacity",
                self.capacity.shape == self.price.shape
                and bool(np.all(np.isfinite(self.capacity) & (self.capacity > 0))),
                "holds other than finite numbers > 0, one per option",
            ),
            ("alpha", np.isfinite(self.alpha) and self.alpha >= 0, f"{self.alpha!r}"),
            ("beta", np.isfinite(self.beta) and self.beta > 0, f"{self.beta!r}"),
            ("table", self.kind != "table" or self._table_fits(), _TABLE),
        )
        findings = [
            Finding("docks", "docks", name, f"got {text}")
            for name, holds, text in rules
            if not holds
        ]
        if findings:
            raise InvalidInputError(findings)

    def _table_fits(self) -> bool:
        load, price = self.table_load, self.table_price
        if load.ndim != 1 or load.size == 0 or load.shape != price.shape:
            return False
        if not (_sound(load) and _sound(price)):
            return False
        loads, costs = np.append(0.0, load), np.append(0.0, price * load)
        if (np.diff(loads) <= 0).any():
            return False
        steps = np.diff(costs) / np.diff(loads)
        return bool((steps >= 0).all() and (np.diff(steps) >= -1e-9 * np.abs(steps).max()).all())

    @property
    def most(self) -> FloatArray:
        """Throughput that no option can exceed, (m,); infinite where any has a price."""
        if self.kind == "queue":
            return np.asarray(QUEUE_LIMIT * self.capacity)
        if self.kind == "table":
            return np.asarray(self.table_load[-1] * self.capacity)
        return np.full(self.capacity.shape, np.inf)


_TABLE = (
    "a table that is empty, of two lengths, not rising or not convex (the cost of the next parcel "
    "must never fall with the load)"
)


def _sound(values: FloatArray) -> bool:
    return bool(np.all(np.isfinite(values) & (values >= 0)))
