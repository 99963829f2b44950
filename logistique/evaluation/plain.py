"""Plain values for ``result.json``: rounded numbers, never NaN or infinity."""

from __future__ import annotations

import math

from numpy.typing import NDArray

Row = dict[str, object]
"""One line of a table of ``result.json``."""


def number(value: float | None) -> float | None:
    """Round to 6 decimals; None for a missing, infinite or undefined value.

    Parameters
    ----------
    value : float or None
        Any real number, numpy scalars included.

    Returns
    -------
    float or None
        Never ``-0.0``, so that two runs write the same bytes.
    """
    if value is None:
        return None
    plain = float(value)
    if not math.isfinite(plain):
        return None
    return round(plain, 6) + 0.0


def ratio(part: float, whole: float) -> float | None:
    """Divide and round; None when the whole is zero."""
    return None if whole == 0 else number(part / whole)


def listed(mask: NDArray, names: tuple[str, ...]) -> list[str]:  # type: ignore[type-arg]
    """Names at the positions where a mask holds."""
    return [name for name, holds in zip(names, mask, strict=True) if holds]
