"""Columns: one per depot, or one per class of a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from logistique.reports.chart_parts import Point, drawing, path, rect, steps, text, ticks
from logistique.reports.language import Language, number, percent, say

Row = Mapping[str, Any]

_LEFT, _BOTTOM, _TOP = 46.0, 40.0, 14.0
_LEAST_LABEL = 22.0
"""Room a number below a column needs."""


def use_columns(title: str, hubs: Sequence[Row], language: Language) -> Markup:
    """Draw the use of capacity of each depot, numbered as on the map, up to 100 percent."""
    width, height = 1100.0, 240.0
    inner, floor = width - _LEFT, height - _BOTTOM
    step = inner / max(len(hubs), 1)
    parts = _grid([0, 25, 50, 75, 100], 100.0, width, floor, language)
    every = max(1, -(-int(_LEAST_LABEL) // max(1, int(step))))
    for k, hub in enumerate(hubs):
        use = hub["use_percent"] or 0.0
        tall = (floor - _TOP) * min(use, 100.0) / 100.0
        x = _LEFT + k * step
        hover = f"{k + 1}. {hub['name']}\n{percent(hub['use_percent'], language, decimals=0)}"
        style = "c-full" if use >= 99.95 else "c-plan"
        parts.append(rect(x + 0.14 * step, floor - tall, 0.72 * step, tall, style, hover))
        if k % every == 0:
            parts.append(text(x + step / 2, floor + 16.0, str(k + 1), "c-s", anchor="middle"))
    parts.append(text(width, height - 4.0, say("chart-use-axis", language), "c-s", anchor="end"))
    return drawing(width, height, title, parts)


def distance_columns(title: str, rows: Sequence[Row], language: Language) -> Markup:
    """Draw the distribution over distance: the plan as columns, today as a stepped line."""
    width, height = 520.0, 290.0
    inner, floor = width - _LEFT - 8.0, height - _BOTTOM
    known = [row[key] or 0.0 for row in rows for key in ("share_percent", "today_share_percent")]
    highest = max([1.0, *known])
    last = rows[-1]["to_km"]
    marks = ticks(0.0, highest)
    parts = _grid(marks, highest, width, floor, language)

    def place(km: float, share: float) -> Point:
        return _LEFT + inner * km / last, floor - (floor - _TOP) * share / highest

    for row in rows:
        x, y = place(row["from_km"], row["share_percent"] or 0.0)
        right, _ = place(row["to_km"], 0.0)
        parts.append(rect(x + 0.6, y, right - x - 1.2, floor - y, "c-plan", _hover(row, language)))
    if rows[0]["today_share_percent"] is not None:
        stair = [place(row["from_km"], row["today_share_percent"]) for row in rows]
        ends = place(last, rows[-1]["today_share_percent"])
        line = [place(0.0, 0.0), *steps([*stair, ends]), place(last, 0.0)]
        parts.append(path(line, "c-lnow"))
    for km in ticks(0.0, last, 8):
        x, _ = place(km, 0.0)
        parts.append(text(x, floor + 16.0, number(km, language), "c-s", anchor="middle"))
    parts.append(text(width, height - 4.0, say("chart-km-axis", language), "c-s", anchor="end"))
    return drawing(width, height, title, parts)


def _hover(row: Row, language: Language) -> str:
    span = f"{number(row['from_km'], language)}–{number(row['to_km'], language)} km"
    shares = [percent(row["share_percent"], language)]
    if row["today_share_percent"] is not None:
        today = percent(row["today_share_percent"], language)
        shares.append(f"{say('card-today', language)} {today}")
    return f"{span}\n" + " · ".join(shares)


def _grid(
    marks: Sequence[float], highest: float, width: float, floor: float, language: Language
) -> list[Markup]:
    """Horizontal lines with percentages at the left."""
    parts: list[Markup] = []
    for mark in marks:
        y = floor - (floor - _TOP) * mark / highest
        parts.append(path([(_LEFT, y), (width, y)], "c-grid" if mark else "c-axis"))
        label = percent(mark, language, decimals=0)
        parts.append(text(_LEFT - 6.0, y + 4.0, label, "c-s", anchor="end"))
    return parts
