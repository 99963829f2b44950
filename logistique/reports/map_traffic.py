"""Traffic on the map: load of the roads with the plan, and how speeds change against today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from logistique.reports import map_style as style
from logistique.reports.language import Language, number, say, word
from logistique.reports.map_scene import Item, Line
from logistique.reports.map_view import View

Row = Mapping[str, Any]

LAYERS = ("load", "speed")
"""Names of the two layers."""

_TITLED = 150
"""Roads of a layer that tell their figures on hover: the fullest, the most changed."""

_FEWEST_KMH = 0.05
"""Changes of speed below it are never drawn."""


def load_lines(traffic: Row, view: View, language: Language) -> list[Item]:
    """Draw every road in the colour of its load, the fuller direction of both.

    Roads that stand for no single course (from zone to zone) are left out.
    """
    rows = _one_per_road(traffic["links"], lambda row: row["load_percent"])
    told = _largest(rows, [row["load_percent"] for row in rows])
    drawn = []
    for k, row in sorted(enumerate(rows), key=lambda pair: pair[1]["load_percent"]):
        kind = style.load_class(row["load_percent"])
        colour, width = style.LOADS[kind]
        drawn.append(_line(row, view, colour, width, _title(row, language) if k in told else ""))
    return list(drawn)


def speed_lines(traffic: Row, view: View, language: Language) -> list[Item]:
    """Draw the roads whose speed changes, in the colour of the change."""
    rows = _one_per_road(traffic["links"], lambda row: abs(row["change_kmh"]))
    limits = speed_limits(traffic)
    told = _largest(rows, [abs(row["change_kmh"]) for row in rows])
    drawn = []
    for k, row in sorted(enumerate(rows), key=lambda pair: abs(pair[1]["change_kmh"])):
        change = row["change_kmh"]
        if abs(change) < limits[0]:
            continue
        strong = abs(change) >= limits[1]
        colour = style.SLOWER[strong] if change < 0 else style.FASTER[strong]
        title = _title(row, language) if k in told else ""
        drawn.append(_line(row, view, colour, 3.4 if strong else 2.2, title))
    return list(drawn)


def speed_limits(traffic: Row) -> tuple[float, float]:
    """Smallest change of speed drawn, and the one from which it counts as strong, km/h.

    Round numbers near the 80th and the 95th percentile of all changes.
    """
    changes = [abs(row["change_kmh"]) for row in traffic["links"] if not row["straight"]]
    if not changes:
        return (_FEWEST_KMH, 2 * _FEWEST_KMH)
    low, high = (float(f"{value:.1g}") for value in np.quantile(changes, [0.8, 0.95]))
    low = max(low, _FEWEST_KMH)
    return (low, max(high, 2 * low))


def _one_per_road(rows: Sequence[Row], weight: Any) -> list[Row]:
    """Keep the heavier of both directions of each road."""
    kept: dict[tuple[tuple[float, float], ...], Row] = {}
    for row in rows:
        if row["straight"]:
            continue
        ends = sorted([(row["x1_m"], row["y1_m"]), (row["x2_m"], row["y2_m"])])
        key = tuple(ends)
        if key not in kept or weight(row) > weight(kept[key]):
            kept[key] = row
    return list(kept.values())


def _largest(rows: Sequence[Row], values: Sequence[float]) -> set[int]:
    order = np.argsort(-np.array(values), kind="stable")[:_TITLED]
    return {int(k) for k in order if k < len(rows)}


def _line(row: Row, view: View, colour: str, width: float, title: str) -> Line:
    start = view.point(row["x1_m"], row["y1_m"])
    end = view.point(row["x2_m"], row["y2_m"])
    return Line((start, end), colour, width, 1.0, (), title)


def _title(row: Row, language: Language) -> str:
    return say(
        "map-road-traffic",
        language,
        road=word("road-class", row["road_class"], language),
        load=number(row["load_percent"], language, decimals=0),
        kmh=number(row["kmh"], language, decimals=1),
        change=number(row["change_kmh"], language, decimals=2),
    )
