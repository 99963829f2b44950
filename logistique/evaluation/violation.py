"""One broken rule of a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks.

    Parameters
    ----------
    rule : str
        Kind of rule (kebab case), for example ``capacity``.
    subject : str
        Identifier of the consumer, site, storage zone or requirement.
    amount : float
        By how much, in the unit of the rule.
    message : str
        Sentence for a person.
    """

    rule: str
    subject: str
    amount: float
    message: str


def above(value: float, bound: float, tolerance: float, *, scale: float | None = None) -> bool:
    """Whether a value is above its bound by more than the relative tolerance.

    Parameters
    ----------
    value, bound : float
        Compared; an infinite upper bound is never exceeded.
    tolerance : float
        Relative to ``max(1, |scale|)``.
    scale : float, optional
        Default: the bound, or the value where the bound is infinite.
    """
    if np.isposinf(bound) or np.isneginf(value):
        return False
    size = bound if scale is None else scale
    size = value if np.isinf(size) else size
    return not value - bound <= tolerance * max(1.0, abs(size))
