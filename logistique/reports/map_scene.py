"""A map as a list of drawn things in page units, so that SVG and PNG show the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Points = tuple[tuple[float, float], ...]
Shape = Literal["circle", "square", "diamond", "triangle", "pentagon", "hexagon", "star", "cross"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Area:
    """A filled area; rings beyond the first are holes or further parts (even-odd).

    ``classes`` are CSS classes by which a page may change the fill.
    """

    rings: tuple[Points, ...]
    fill: str
    stroke: str = "none"
    width: float = 0.0
    title: str = ""
    classes: str = ""


@dataclass(frozen=True)
class Line:
    """A line; ``dash`` holds lengths on and off."""

    points: Points
    stroke: str
    width: float
    opacity: float = 1.0
    dash: tuple[float, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Marker:
    """A symbol of radius ``size`` around a point, with a short text inside.

    ``href`` is an anchor of the page that the symbol leads to.
    """

    x: float
    y: float
    shape: Shape
    size: float
    fill: str
    stroke: str
    width: float = 1.0
    text: str = ""
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Text:
    """A text whose baseline starts, is centred or ends at a point."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor = "start"
    bold: bool = False
    fill: str = "#222222"
    halo: bool = False


Item = Area | Line | Marker | Text


@dataclass(frozen=True)
class Scene:
    """A drawing of ``width`` × ``height`` page units, origin at the top left, y downwards."""

    width: float
    height: float
    title: str
    items: tuple[Item, ...]
