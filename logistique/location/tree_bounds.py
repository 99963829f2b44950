"""When a part of the single-source question holds nothing that would count as better."""

from __future__ import annotations

import numpy as np

from logistique.location.single_source_core import SourcingCore

_WHOLE = 1e-4
"""Rounding error allowed for in a bound that is lifted to a whole number."""


def cutoff(core: SourcingCore, value: float, gap: float) -> float:
    """Bound from which a part holds no answer better than ``value`` by more than the gap."""
    if not np.isfinite(value):
        return np.inf
    step = 1.0 - _WHOLE if core.integral else 1e-9 * abs(value)
    return value - max(gap * abs(value), step)


def lifted(core: SourcingCore, bound: float) -> float:
    """Raise a bound to the next whole number where every answer has a whole cost."""
    return float(np.ceil(bound - 0.5 * _WHOLE)) if core.integral and np.isfinite(bound) else bound
