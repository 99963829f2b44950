"""Change against the first run, and whether it is for better or worse."""

from __future__ import annotations

from collections.abc import Sequence

from logistique.evaluation.indicators import change_percent
from logistique.evaluation.plain import number

Value = float | None

_SAME = 1e-6
"""Relative difference below which two values count as the same (result.json is rounded)."""


def differences(values: Sequence[Value]) -> list[Value]:
    """Each value less the first; None for the first and where one is missing."""
    first = values[0]
    return [None] + [
        None if value is None or first is None else number(value - first) for value in values[1:]
    ]


def changes(values: Sequence[Value]) -> list[Value]:
    """Change against the first in percent; None for the first and where undefined."""
    return [None, *(number(change_percent(value, values[0])) for value in values[1:])]


def marks(values: Sequence[Value], better: str) -> list[str | None]:
    """``better``, ``worse``, ``same`` or ``different`` than the first.

    Parameters
    ----------
    values : sequence of float or None
        By run.
    better : {"lower", "higher", "neutral"}
        Which direction is an improvement; ``neutral`` gives ``different`` instead.

    Returns
    -------
    list of str or None
        None for the first run and where a value is missing.
    """
    return [None, *(_mark(value, values[0], better) for value in values[1:])]


def _mark(value: Value, first: Value, better: str) -> str | None:
    if value is None or first is None:
        return None
    if abs(value - first) <= _SAME * max(1.0, abs(first)):
        return "same"
    if better == "neutral":
        return "different"
    return "better" if (value < first) == (better == "lower") else "worse"
