"""Figures over many runs: means, shares solved, performance profiles. Pure functions on rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.rows import Row

SHIFT_S = 1.0
"""Shift of the geometric mean of times: differences far below a second do not count."""
LEFT_OUT = frozenset({"not applicable", "not installed"})
LEAST_S = 0.01
"""Times below this count as this in ratios: they measure the clock."""


def key(row: Row) -> tuple[str, str, str, int]:
    """Tell what a row is about: suite, case, method, seed."""
    return row.suite, row.case, row.method, row.seed


def latest(rows: Iterable[Row]) -> list[Row]:
    """Keep the last row of each suite, case, method and seed."""
    return list({key(row): row for row in rows}.values())


def proved(row: Row) -> bool:
    """Whether the method reached its goal, and nothing is wrong with it."""
    return row.status == "optimal" and not row.wrong


def counted_seconds(row: Row) -> float:
    """Seconds of a run; a run without its proof counts with its time limit at least."""
    seconds = row.seconds or 0.0
    if proved(row) or row.status == "heuristic":
        return seconds
    return max(seconds, row.time_limit_s or 0.0)


def shifted_geometric_mean(values: Sequence[float], shift: float = SHIFT_S) -> float:
    """``exp(mean(log(v + shift))) − shift``: neither the longest nor the shortest run rules.

    Raises
    ------
    ValueError
        Without values.
    """
    if not values:
        raise ValueError("no values to take a mean of")
    return math.exp(sum(math.log(v + shift) for v in values) / len(values)) - shift


def time_profile(rows: Iterable[Row]) -> dict[str, list[float]]:
    """Dolan and Moré's performance profile: sorted ratios of time to the fastest proof.

    Of each method, over the cases that at least one method proved; ``inf`` where it did not. A
    case counts only when every method was asked.
    """
    asked: dict[tuple[str, str, int], dict[str, Row]] = {}
    for row in rows:
        asked.setdefault((row.suite, row.case, row.seed), {})[row.method] = row
    methods = sorted({method for answers in asked.values() for method in answers})
    ratios: dict[str, list[float]] = {method: [] for method in methods}
    for answers in asked.values():
        times = {m: max(r.seconds or 0.0, LEAST_S) for m, r in answers.items() if proved(r)}
        if len(answers) < len(methods) or not times:
            continue
        fastest = min(times.values())
        for method in methods:
            ratios[method].append(times.get(method, math.inf) / fastest)
    return {method: sorted(values) for method, values in ratios.items()}


def share_within(ratios: Sequence[float], factor: float) -> float:
    """Share of cases within a factor of the fastest."""
    return sum(ratio <= factor for ratio in ratios) / len(ratios) if ratios else 0.0


def grouped(rows: Iterable[Row], *names: str) -> Mapping[tuple[object, ...], list[Row]]:
    """Rows by the values of some fields, in the order in which they first appear."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    return groups
