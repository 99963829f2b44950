"""The best plan's cost and the proved bound over the solver's time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from logistique.reports.chart_parts import Point, drawing, path, steps, text, ticks
from logistique.reports.language import Language, number, say

Row = Mapping[str, Any]

_WIDTH, _HEIGHT = 520.0, 290.0
_LEFT, _BOTTOM, _TOP, _RIGHT = 84.0, 40.0, 14.0, 10.0


def convergence(title: str, rows: Sequence[Row], language: Language) -> Markup:
    """Draw two stairs that meet where the plan is proved; hover facts at every step.

    Parameters
    ----------
    title : str
        For screen readers.
    rows : sequence of mapping
        Table ``progress`` of a result.
    language : {"fr", "en"}
    """
    upper = [(r["seconds"], r["incumbent_eur_per_day"]) for r in rows if _has(r, "incumbent")]
    lower = [(r["seconds"], r["lower_bound_eur_per_day"]) for r in rows if _has(r, "lower_bound")]
    costs = [cost for _, cost in (*upper, *lower)]
    low, high = min(costs), max(costs)
    pad = 0.06 * (high - low) or 0.01 * (abs(high) or 1.0)
    low, high = low - pad, high + pad
    longest = max(row["seconds"] for row in rows) or 1.0
    floor, inner = _HEIGHT - _BOTTOM, _WIDTH - _LEFT - _RIGHT

    def place(seconds: float, cost: float) -> Point:
        x = _LEFT + inner * seconds / longest
        return x, floor - (floor - _TOP) * (cost - low) / (high - low)

    parts: list[Markup] = []
    for cost in ticks(low, high):
        _, y = place(0.0, cost)
        parts.append(path([(_LEFT, y), (_WIDTH - _RIGHT, y)], "c-grid"))
        parts.append(text(_LEFT - 6.0, y + 4.0, number(cost, language), "c-s", anchor="end"))
    parts.append(path([(_LEFT, floor), (_WIDTH - _RIGHT, floor)], "c-axis"))
    for seconds in ticks(0.0, longest, 6):
        x, _ = place(seconds, low)
        parts.append(text(x, floor + 16.0, number(seconds, language), "c-s", anchor="middle"))
    parts += [
        path(steps([place(*point) for point in points]), style)
        for points, style in ((upper, "c-lplan"), (lower, "c-lbound"))
        if points
    ]
    where = (_WIDTH, _HEIGHT - 4.0)
    parts.append(text(*where, say("chart-seconds-axis", language), "c-s", anchor="end"))
    return drawing(_WIDTH, _HEIGHT, title, parts)


def _has(row: Row, side: str) -> bool:
    return row[f"{side}_eur_per_day"] is not None
