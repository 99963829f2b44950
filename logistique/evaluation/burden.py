"""Sums and shares of burdens: the arithmetic every evaluation is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from logistique.costs.table import Burden

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MEASURES: tuple[str, ...] = tuple(field.name for field in fields(Burden))
"""Names of the arrays of a burden."""


def each(burden: Burden, change: Callable[[FloatArray], FloatArray]) -> Burden:
    """Apply one change to every array of a burden.

    Parameters
    ----------
    burden : Burden
        Arrays of a common shape.
    change : callable
        Maps one array to another; the same for km, hours, emissions and EUR.

    Returns
    -------
    Burden
    """
    return Burden(**{name: change(getattr(burden, name)) for name in MEASURES})


def none(shape: int | tuple[int, ...]) -> Burden:
    """Return a burden of zeros of the given shape."""
    return Burden(**{name: np.zeros(shape) for name in MEASURES})


def scaled(burden: Burden, factor: float) -> Burden:
    """Multiply a burden by one factor ≥ 0; a factor of zero gives zeros, even of ``inf``."""
    return each(burden, lambda values: values * factor if factor > 0 else np.zeros_like(values))


def weighted(burden: Burden, weights: FloatArray) -> Burden:
    """Multiply a burden by weights; where a weight is zero the result is zero, even of ``inf``.

    Parameters
    ----------
    burden : Burden
        Arrays that broadcast against ``weights``; ``inf`` marks what is not allowed.
    weights : float array
        Shares or volumes, ≥ 0.

    Returns
    -------
    Burden
        ``inf`` only where something that is not allowed is used.
    """
    used = weights > 0

    def product(values: FloatArray) -> FloatArray:
        return np.where(used, np.where(used, values, 0.0) * weights, 0.0)

    return each(burden, product)


def summed(burden: Burden, axis: int | None = None) -> Burden:
    """Sum every array along an axis (all axes by default)."""
    return each(burden, lambda values: np.asarray(values.sum(axis=axis)))


def added(burdens: Sequence[Burden]) -> Burden:
    """Add burdens of one shape; the sequence is not empty."""
    return Burden(**{name: sum(getattr(burden, name) for burden in burdens) for name in MEASURES})


def chosen(mask: NDArray[np.bool_], first: Burden, second: Burden) -> Burden:
    """Take ``first`` where the mask holds, ``second`` elsewhere."""
    return Burden(
        **{name: np.where(mask, getattr(first, name), getattr(second, name)) for name in MEASURES}
    )


def group_sum(values: FloatArray, group: IntArray, size: int) -> FloatArray:
    """Sum the rows of an array by group.

    Parameters
    ----------
    values : (n, ...) float
        Values by row.
    group : (n,) int
        Group of each row, 0 ≤ group < size.
    size : int
        Number of groups.

    Returns
    -------
    (size, ...) float
    """
    total = np.zeros((size, *values.shape[1:]))
    np.add.at(total, group, values)
    return total
