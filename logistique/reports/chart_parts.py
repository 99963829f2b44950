"""Pieces of charts: escaped SVG elements, round axis steps, coordinates as text.

Charts take their colours from the classes of ``templates/style.css`` (``c-plan``, ``c-now``,
``c-good``, ``c-bad``, ...). Every number shown carries the value behind it in ``data-v``; ticks
of axes are part of the drawing and carry none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """A chart of a page.

    Parameters
    ----------
    key : str
        Anchor in the page: ``chart-KEY``.
    title, note : str
        Title, and how to read it.
    svg : Markup
        The drawing.
    key_entries : tuple of (str, str)
        CSS class and meaning of each colour.
    wide : bool
        Whether it takes the whole width.
    timing : bool
        Whether it shows times, which differ between two runs.
    """

    key: str
    title: str
    note: str
    svg: Markup
    key_entries: tuple[tuple[str, str], ...] = field(default=())
    wide: bool = False
    timing: bool = False


def drawing(width: float, height: float, title: str, parts: Sequence[Markup]) -> Markup:
    """Put parts into one ``<svg>`` element that a screen reader names by its title."""
    box = f"0 0 {plain(width)} {plain(height)}"
    return Markup('<svg role="img" aria-label="{}" viewBox="{}">{}</svg>').format(
        title, box, Markup("").join(parts)
    )


def text(
    x: float,
    y: float,
    words: str,
    style: str = "c-t",
    *,
    anchor: str = "start",
    value: float | None = None,
    lead: str = "",
) -> Markup:
    """Write a text; ``value`` is the number behind it, ``lead`` a word in front of it."""
    where = Markup("") if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    inside = escape(words)
    if value is not None:
        inside = Markup('<tspan data-v="{}">{}</tspan>').format(value, words)
    return Markup('<text x="{}" y="{}" class="{}"{}>{}{}</text>').format(
        plain(x), plain(y), style, where, f"{lead} " if lead else "", inside
    )


def rect(x: float, y: float, width: float, height: float, style: str, title: str = "") -> Markup:
    """Draw a bar; the title shows on hover."""
    inside = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}">{}</rect>').format(
        plain(x), plain(y), plain(max(width, 0.0)), plain(max(height, 0.0)), style, inside
    )


def path(points: Sequence[Point], style: str, *, closed: bool = False) -> Markup:
    """Draw a line through points, or the area inside them."""
    joined = " ".join(f"{plain(x)} {plain(y)}" for x, y in points)
    return Markup('<path d="M{}{}" class="{}"/>').format(joined, "Z" if closed else "", style)


def steps(points: Sequence[Point]) -> list[Point]:
    """Turn points into stairs: each height holds until the next point."""
    found: list[Point] = []
    for x, y in points:
        if found:
            found.append((x, found[-1][1]))
        found.append((x, y))
    return found


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round axis marks from ``low`` to ``high``.

    Parameters
    ----------
    low, high : float
        Range, low < high.
    most : int
        Largest number of steps.

    Returns
    -------
    list of float
        Multiples of 1, 2 or 5 times a power of ten within the range.
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 10) for k in range(first, last + 1)]


def plain(value: float) -> str:
    """Shortest text of a coordinate, one decimal at most."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"
