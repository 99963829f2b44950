"""Which patches of a depot are routed, and what they say about all of them.

Patches are drawn with a chance in proportion to the kilometres foreseen for them (systematically,
along the list of a depot's patches). What is measured on them carries over by the ratio of sums
weighted by the inverse of those chances, times what is foreseen for all patches: for kilometres
the Hansen–Hurwitz estimator, for hours and cost a ratio of two of them (Cochran, *Sampling
Techniques*, 1977, §9A.3 and §6.3). Its standard error counts the draws as independent, which
overstates it for systematic ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Patches drawn from those of one depot.

    Parameters
    ----------
    patch : (d,) int
        Position of each draw among the depot's patches; one may be drawn several times.
    whole : bool
        Whether these are all patches, once each: nothing is estimated then.
    """

    patch: IntArray
    whole: bool


def draw(size: FloatArray, count: int, rng: np.random.Generator) -> Drawn:
    """Draw ``count`` patches of those of the given sizes (c,) > 0; all of them if not more."""
    if count >= size.size:
        return Drawn(np.arange(size.size), whole=True)
    marks = (np.arange(count) + rng.random()) / count
    along = np.cumsum(size) / size.sum()
    return Drawn(np.minimum(np.searchsorted(along, marks), size.size - 1), whole=False)


def joined(first: Drawn, second: Drawn) -> Drawn:
    """Put two draws of the same patches together; a whole one makes the other superfluous."""
    if first.whole or second.whole:
        return first if first.whole else second
    return Drawn(np.concatenate([first.patch, second.patch]), whole=False)


@dataclass(frozen=True)
class Ratio:
    """Measured over foreseen for all patches of a depot, and the standard error of that."""

    value: float
    error: float


def stands_for(drawn: Drawn, size: FloatArray, part: FloatArray) -> FloatArray:
    """How many patches each draw stands for, (d,).

    Parameters
    ----------
    drawn : Drawn
    size : (c,) float
        What the patches were drawn by.
    part : (c,) float
        How much each patch counts in the totals.
    """
    if drawn.whole:
        return part[drawn.patch]
    chosen = drawn.patch
    return np.asarray(size.sum() * part[chosen] / (chosen.size * size[chosen]))


def ratio(drawn: Drawn, stands: FloatArray, measured: FloatArray, foreseen: FloatArray) -> Ratio:
    """Estimate the ratio of totals over all patches of a depot.

    Parameters
    ----------
    drawn : Drawn
    stands : (d,) float
        See :func:`stands_for`.
    measured, foreseen : (d,) float
        Of each draw.

    Returns
    -------
    Ratio
        The error is 0 for all patches and NaN for a single draw.
    """
    y, x = stands * measured, stands * foreseen
    value = float(y.sum() / x.sum())
    if drawn.whole:
        return Ratio(value, 0.0)
    if y.size < 2:
        return Ratio(value, float("nan"))
    spread = np.sqrt(((y - value * x) ** 2).sum() / (y.size - 1) / y.size) / x.mean()
    return Ratio(value, float(spread))
