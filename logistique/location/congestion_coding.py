"""Congestion costs of a caller in the compiled form of the kernels, in the units of a search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.location.congestion_costs import (
    BprCongestion,
    Congestion,
    PiecewiseCongestion,
    QuadraticCongestion,
    QueueCongestion,
)
from logistique.location.congestion_kernels import POWER, QUEUE, TABLE, slopes_at, values_at

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CodedCongestion:
    """Kind and parameters of each site; see :mod:`~logistique.location.congestion_kernels`.

    Parameters
    ----------
    kind : (m,) int
    parameters : (m, w) float
    limit : (m,) float
        Largest possible load of each site, in the same unit.
    """

    kind: IntArray
    parameters: FloatArray
    limit: FloatArray

    def value(self, site: IntArray, load: FloatArray) -> FloatArray:
        """Cost of a load at each of some sites."""
        return np.asarray(values_at(self.kind, self.parameters, site, load))

    def slope(self, site: IntArray, load: FloatArray) -> FloatArray:
        """Slope at a load of each of some sites."""
        return np.asarray(slopes_at(self.kind, self.parameters, site, load))

    def at(self, sites: IntArray) -> CodedCongestion:
        """Return the costs of some sites only."""
        return CodedCongestion(self.kind[sites], self.parameters[sites], self.limit[sites])


def coded(congestion: Congestion, m: int, unit: float = 1.0, money: float = 1.0) -> CodedCongestion:
    """Code the costs of m sites.

    Parameters
    ----------
    congestion : Congestion
        One of the four classes of :mod:`~logistique.location.congestion_costs`.
    m : int
        Number of sites.
    unit : float
        Loads of the code are multiples of this.
    money : float
        Costs of the code are multiples of this.

    Raises
    ------
    InvalidInputError
        For another object, or parameters for another number of sites.
    """
    if isinstance(congestion, PiecewiseCongestion):
        return _table(congestion, m, unit, money)
    if isinstance(congestion, QuadraticCongestion):
        names = (congestion.linear, congestion.quadratic)
        a, b = (_per_site(values, m) for values in names)
        columns, kind = (a * unit / money, b * unit**2 / money, np.full(m, 2.0)), POWER
    elif isinstance(congestion, BprCongestion):
        a, b, beta = (
            _per_site(values, m)
            for values in (congestion.unit_cost, congestion.factor, congestion.beta)
        )
        columns, kind = (a * unit / money, b * unit ** (beta + 1.0) / money, beta + 1.0), POWER
    elif isinstance(congestion, QueueCongestion):
        w, rate = (_per_site(values, m) for values in (congestion.unit_cost, congestion.rate))
        columns, kind = (w / money, rate / unit, np.zeros(m)), QUEUE
    else:
        message = (
            f"got {type(congestion).__name__}; allowed: QuadraticCongestion, BprCongestion, "
            "QueueCongestion or PiecewiseCongestion"
        )
        raise InvalidInputError([Finding("congestion", "arguments", "congestion", message)])
    limit = _per_site(congestion.limit, m) / unit
    return CodedCongestion(np.full(m, kind), np.column_stack(columns), limit)


def _table(congestion: PiecewiseCongestion, m: int, unit: float, money: float) -> CodedCongestion:
    loads, costs = np.atleast_2d(congestion.load) / unit, np.atleast_2d(congestion.cost) / money
    if loads.shape[0] not in (1, m):
        _wrong_size(loads.shape[0], m)
    count = np.full((m, 1), float(loads.shape[1]))
    shape = (m, loads.shape[1])
    rows = np.hstack([count, np.broadcast_to(loads, shape), np.broadcast_to(costs, shape)])
    return CodedCongestion(np.full(m, TABLE), rows, rows[:, loads.shape[1]].copy())


def _per_site(values: FloatArray, m: int) -> FloatArray:
    if values.ndim > 1 or values.size not in (1, m):
        _wrong_size(values.size, m)
    return np.broadcast_to(values, m).astype(float)


def _wrong_size(given: int, m: int) -> None:
    message = f"has parameters for {given} sites; allowed: one for all, or {m}, one per site"
    raise InvalidInputError([Finding("congestion", "arguments", "congestion", message)])
