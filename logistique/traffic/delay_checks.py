"""Refusal of parameters outside their range, all problems at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding

FloatArray = NDArray[np.float64]


def vectors(**values: ArrayLike) -> list[FloatArray]:
    """Arrays of one common length from scalars and vectors.

    Raises
    ------
    InvalidInputError
        When two vectors differ in length or one has more than one dimension.
    """
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
    sizes = {name: len(array) for name, array in arrays.items() if array.ndim == 1}
    if any(array.ndim > 1 for array in arrays.values()) or len(set(sizes.values())) > 1:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        message = f"got shapes {shapes}; allowed: numbers, or vectors of one length"
        raise InvalidInputError([Finding("shape", "volume-delay", "", message)])
    size = next(iter(sizes.values()), 1)
    return [np.array(np.broadcast_to(array, size)) for array in arrays.values()]


def refuse(*rules: tuple[str, NDArray[np.generic], NDArray[np.bool_], str]) -> None:
    """Raise for every rule that fails or whose value is not finite.

    Parameters
    ----------
    *rules : (name, values, holds, allowed)
    """
    findings = []
    for name, values, holds, allowed in rules:
        bad = np.flatnonzero(~(holds & np.isfinite(np.asarray(values, dtype=np.float64))))
        if bad.size:
            message = (
                f"link {bad[0]} has {values[bad[0]]!s}; allowed: {allowed}"
                + (f" ({bad.size} links)" if bad.size > 1 else "")
            )  # fmt: skip
            findings.append(Finding("volume-delay", "volume-delay", name, message))
    if findings:
        raise InvalidInputError(findings)


def checked_table(
    number: int, ratio: ArrayLike, factor: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Knots of one table as arrays.

    Raises
    ------
    InvalidInputError
        Unless ratios start at 0 and rise, and factors are ≥ 0 and never fall.
    """
    x, y = np.asarray(ratio, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    fine = x.ndim == 1 and x.shape == y.shape and len(x) > 1
    fine = fine and bool(np.isfinite(x).all() and np.isfinite(y).all())
    if not (
        fine and x[0] == 0 and (np.diff(x) > 0).all() and y[0] >= 0 and (np.diff(y) >= 0).all()
    ):
        message = (
            f"table {number} has ratios {x.tolist()} and factors {y.tolist()}; allowed: at least "
            "two knots, ratios from 0 and rising, factors ≥ 0 and never falling"
        )
        raise InvalidInputError([Finding("volume-delay", "volume-delay", "tables", message)])
    return x, y
