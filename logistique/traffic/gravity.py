"""Trips between zones from what each sends and receives: the doubly constrained gravity model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding

FloatArray = NDArray[np.float64]

_PASSES = 500
_BALANCED = 1e-10


def gravity(
    production: FloatArray, attraction: FloatArray, cost: FloatArray, deterrence: float
) -> FloatArray:
    """Trips ``T_ij = a_i b_j exp(−deterrence · cost_ij)`` with given row and column sums.

    Parameters
    ----------
    production, attraction : (z,) float
        Trips that start and end in each zone, ≥ 0; attraction is scaled to the same total.
    cost : (z, z) float
        ≥ 0; ``inf`` on pairs without trips (for example inside a zone).
    deterrence : float
        ≥ 0, per unit of cost.

    Returns
    -------
    (z, z) float

    Raises
    ------
    InvalidInputError
        For negative sums, no trips at all, or sums that no matrix on the allowed pairs has.

    Notes
    -----
    Furness balancing (Furness, Traffic Engineering and Control 7, 1965; the entropy model of
    Wilson, Transportation Research 1, 1967).
    """
    rows, columns = np.asarray(production, float), np.asarray(attraction, float)
    if (rows < 0).any() or (columns < 0).any() or rows.sum() <= 0 or columns.sum() <= 0:
        raise _error("production and attraction must not be negative, and not all zero")
    columns = columns * (rows.sum() / columns.sum())
    allowed = np.isfinite(cost)
    least = np.where(allowed, cost, np.inf).min(axis=1, keepdims=True)
    least = np.where(np.isfinite(least), least, 0.0)
    matrix = np.where(allowed, np.exp(-deterrence * (np.where(allowed, cost, 0.0) - least)), 0.0)
    for _ in range(_PASSES):
        matrix *= _factor(rows, matrix.sum(axis=1))[:, None]
        matrix *= _factor(columns, matrix.sum(axis=0))[None, :]
        if np.abs(matrix.sum(axis=1) - rows).max() <= _BALANCED * rows.sum():
            return matrix
    raise _error("no matrix on the pairs with a way has these row and column sums")


def fitted_gravity(
    production: FloatArray, attraction: FloatArray, cost: FloatArray, mean_cost: float
) -> tuple[FloatArray, float]:
    """Gravity model whose trips cost a given amount on average.

    Parameters
    ----------
    production, attraction, cost
        As :func:`gravity`.
    mean_cost : float
        Mean cost of a trip to meet; between that of equal mixing and that of nearest zones.

    Returns
    -------
    (z, z) float
        Trips.
    float
        The deterrence, found by bisection: the mean falls as it grows.
    """

    def mean(deterrence: float) -> tuple[FloatArray, float]:
        matrix = gravity(production, attraction, cost, deterrence)
        return matrix, float((matrix * np.where(matrix > 0, cost, 0.0)).sum() / matrix.sum())

    even, mixed = mean(0.0)
    if mixed <= mean_cost:
        return even, 0.0
    low, high = 0.0, 1.0 / mean_cost
    while mean(high)[1] > mean_cost:
        low, high = high, 2 * high
        if high > 1e3 / mean_cost:
            raise _error(f"no deterrence brings the mean cost of a trip down to {mean_cost:g}")
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if mean(middle)[1] > mean_cost else (low, middle)
    return mean(high)[0], high


def _factor(wanted: FloatArray, there: FloatArray) -> FloatArray:
    return np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)


def _error(message: str) -> InvalidInputError:
    return InvalidInputError([Finding("gravity", "background traffic", "zones", message)])
