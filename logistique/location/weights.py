"""Weights of customers, checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.location.distances import LARGEST, SMALLEST

FloatArray = NDArray[np.float64]


def numbers(given: ArrayLike | None, size: int, name: str, *, default: float = 1.0) -> FloatArray:
    """Finite numbers ≥ 0, one per element; ``default`` everywhere when none are given.

    Raises
    ------
    InvalidInputError
        For another shape, NaN, infinite or negative numbers.
    """
    if given is None:
        return np.full(size, default)
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError([Finding("numbers", "arrays", name, str(error))]) from error
    problem = ""
    if values.shape != (size,):
        problem = f"has shape {values.shape}, expected ({size},)"
    elif not np.isfinite(values).all() or (values < 0).any():
        wrong = np.flatnonzero(~np.isfinite(values) | (values < 0))
        problem = f"holds {values[wrong[0]]:g} at {wrong[0]}; allowed: finite numbers ≥ 0"
    elif values.max(initial=0.0) > LARGEST or 0.0 < values.max(initial=0.0) < SMALLEST:
        problem = (
            f"its largest value is {values.max():g}; allowed: {SMALLEST:g} to {LARGEST:g}; "
            "choose another unit"
        )
    if problem:
        raise InvalidInputError([Finding("numbers", "arrays", name, problem)])
    return values


def integral(*arrays: FloatArray) -> bool:
    """Whether all finite entries are integers small enough to be exact, so that sums are too."""
    for values in arrays:
        finite = values[np.isfinite(values)]
        if finite.size and (np.abs(finite).max() > 2.0**40 or (finite != np.rint(finite)).any()):
            return False
    return True
