"""Horizontal bars: one group of bars per row, its label above them, values at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from logistique.reports.chart_parts import drawing, path, rect, text

_WIDTH = 520.0
_THICK = 13.0
_LABEL = 19.0
_PAUSE = 9.0
_LETTER = 7.2
"""Room a letter needs at the end of a bar."""


@dataclass(frozen=True)
class Bar:
    """A bar.

    Parameters
    ----------
    value : float or None
        Length, and the number behind the text; None draws no bar.
    shown : str
        The value as readers see it.
    style : str
        CSS class.
    name : str
        Word in front of the value; empty where the colour says it.
    """

    value: float | None
    shown: str
    style: str
    name: str = ""


@dataclass(frozen=True)
class BarGroup:
    """Bars that belong to one label; they share a scale of their own or of the chart."""

    label: str
    bars: tuple[Bar, ...]


def bars(title: str, groups: Sequence[BarGroup], *, own_scale: bool = False) -> Markup:
    """Draw groups of horizontal bars.

    Parameters
    ----------
    title : str
        For screen readers.
    groups : sequence of BarGroup
        Values may be negative: bars then start from a common zero line.
    own_scale : bool
        Scale every group by its own largest value (groups in different units).

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    drawn = [bar for group in groups for bar in group.bars]
    values = [bar.value or 0.0 for bar in drawn]
    low, high = min([0.0, *values]), max([0.0, *values])
    negative = low < 0
    room = 12.0 + _LETTER * max(len(bar.shown) + len(bar.name) for bar in drawn)
    parts: list[Markup] = []
    y = 4.0
    for group in groups:
        if own_scale:
            reach = max([abs(bar.value or 0.0) for bar in group.bars], default=0.0)
            low, high = (-reach if negative else 0.0), reach
        parts.append(text(0, y + 12.0, group.label, "c-b"))
        y += _LABEL
        for bar in group.bars:
            parts += _bar(bar, y, low, high, room)
            y += _THICK + 3.0
        y += _PAUSE
    return drawing(_WIDTH, y - _PAUSE + 4.0, title, parts)


def _bar(bar: Bar, y: float, low: float, high: float, room: float) -> list[Markup]:
    left = room if low < 0 else 0.0
    scale = (_WIDTH - left - room) / ((high - low) or 1.0)
    zero = left - low * scale
    length = (bar.value or 0.0) * scale
    start, end = min(zero, zero + length), max(zero, zero + length)
    baseline = y + _THICK - 2.0
    parts = [rect(start, y, max(end - start, 1.0), _THICK, bar.style)] if bar.value else []
    if low < 0:
        parts.append(path([(zero, y - 2.0), (zero, y + _THICK + 1.0)], "c-axis"))
    x, anchor = (start - 5.0, "end") if length < 0 else (end + 5.0, "start")
    label = text(x, baseline, bar.shown, anchor=anchor, value=bar.value, lead=bar.name)
    return [*parts, label]
