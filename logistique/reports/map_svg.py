"""A scene as SVG text, without any library and without any outside reference."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from logistique.reports.map_scene import Area, Item, Line, Marker, Points, Scene, Shape, Text
from logistique.reports.xml_text import xml_text

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def svg(scene: Scene, *, standalone: bool = True) -> str:
    """Write a scene as one ``<svg>`` element.

    Parameters
    ----------
    scene : Scene
    standalone : bool
        Whether it is a file of its own, which needs the namespace, or part of an HTML page.

    Returns
    -------
    str
        Names are escaped; titles show on hover; ``role="img"`` and a title for screen readers.
    """
    head = (
        f'<svg{_NAMESPACE if standalone else ""} role="img" class="map" '
        f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" '
        f"font-family=\"system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\">"
    )
    background = f'<rect width="{_n(scene.width)}" height="{_n(scene.height)}" fill="#ffffff"/>'
    body = "\n".join(_item(item) for item in scene.items)
    return f"{head}\n<title>{_text(scene.title)}</title>\n{background}\n{body}\n</svg>\n"


def layered_svg(
    width: float, height: float, title: str, layers: Sequence[tuple[str, Sequence[Item]]]
) -> str:
    """Write named layers as one ``<svg>`` element of an HTML page.

    Parameters
    ----------
    width, height : float
        Page units.
    title : str
        For screen readers.
    layers : sequence of (str, sequence of Item)
        Layer and its items, from the ground up; each becomes a group of class ``l-LAYER``. A
        layer may come in several parts.
    """
    groups = "\n".join(_layer(name, items) for name, items in layers)
    box = f"0 0 {_n(width)} {_n(height)}"
    return f'<svg role="group" aria-label="{_text(title)}" class="map" viewBox="{box}">\n{groups}\n</svg>\n'


_INHERITED = re.compile(
    r' (?:fill|fill-rule|font-size|font-weight|stroke|stroke-[a-z]+)="[^"]*"(?=[^<>]*>)'
)
"""Attributes that elements take from their group when they have none of their own."""


def _layer(name: str, items: Sequence[Item]) -> str:
    """Write a group; attributes that all its elements share stand at the group alone."""
    drawn = [_item(item) for item in items]
    shared: list[str] = []
    # The number inside a symbol must not take over the symbol's stroke.
    if drawn and not any(isinstance(item, Marker) and item.text for item in items):
        opening = drawn[0][: drawn[0].index(">") + 1]
        found = _INHERITED.findall(opening)
        shared = [text for text in found if all(text in element for element in drawn)]
    for text in shared:
        drawn = [element.replace(text, "", 1) for element in drawn]
    return f'<g class="l-{name}"{"".join(shared)}>\n' + "\n".join(drawn) + "\n</g>"


def fragment(item: Item) -> str:
    """Write one item as an SVG element, for a legend."""
    return _item(item)


def symbol_points(shape: Shape, x: float, y: float, size: float) -> Points:
    """Corners of a symbol other than a circle or a cross, with the area of the circle.

    Parameters
    ----------
    shape : Shape
    x, y, size : float
        Centre and radius of the circle of the same area, page units.
    """
    if shape == "star":
        radii = (1.45 * size, 0.62 * size)
        return _polygon(x, y, [radii[k % 2] for k in range(10)], -90.0)
    corners, turn, factor = {
        "square": (4, 45.0, 1.25),
        "diamond": (4, 0.0, 1.3),
        "triangle": (3, -90.0, 1.5),
        "pentagon": (5, -90.0, 1.15),
        "hexagon": (6, 0.0, 1.1),
    }[shape]
    return _polygon(x, y, [factor * size] * corners, turn)


def _polygon(x: float, y: float, radii: list[float], turn: float) -> Points:
    angles = [math.radians(turn + 360.0 * k / len(radii)) for k in range(len(radii))]
    return tuple(
        (round(x + r * math.cos(a), 2), round(y + r * math.sin(a), 2))
        for r, a in zip(radii, angles, strict=True)
    )


def _item(item: Item) -> str:
    return _WRITERS[type(item)](item)


def _area(item: Area) -> str:
    path = "".join(f"M{_path(ring)}Z" for ring in item.rings)
    stroke = f' stroke="{item.stroke}" stroke-width="{_n(item.width)}"' if item.width else ""
    classes = f' class="{item.classes}"' if item.classes else ""
    shape = f'<path{classes} d="{path}" fill="{item.fill}" fill-rule="evenodd"{stroke}'
    return _closed("path", shape, item.title)


def _line(item: Line) -> str:
    dash = f' stroke-dasharray="{" ".join(_n(d) for d in item.dash)}"' if item.dash else ""
    opacity = f' stroke-opacity="{_n(item.opacity)}"' if item.opacity < 1 else ""
    shape = (
        f'<path d="M{_path(item.points)}" fill="none" stroke="{item.stroke}" '
        f'stroke-width="{_n(item.width)}" stroke-linecap="round" stroke-linejoin="round"'
        f"{dash}{opacity}"
    )
    return _closed("path", shape, item.title)


def _marker(item: Marker) -> str:
    paint = f'fill="{item.fill}" stroke="{item.stroke}" stroke-width="{_n(item.width)}"'
    if item.shape == "circle":
        shape = f'<circle cx="{_n(item.x)}" cy="{_n(item.y)}" r="{_n(item.size)}" {paint}'
        tag = "circle"
    elif item.shape == "cross":
        s = item.size
        shape = (
            f'<path d="M{_n(item.x - s)} {_n(item.y - s)}l{_n(2 * s)} {_n(2 * s)}'
            f'm0 {_n(-2 * s)}l{_n(-2 * s)} {_n(2 * s)}" {paint}'
        )
        tag = "path"
    else:
        corners = symbol_points(item.shape, item.x, item.y, item.size)
        shape = f'<path d="M{_path(corners)}Z" {paint} stroke-linejoin="round"'
        tag = "path"
    drawn = _closed(tag, shape, item.title)
    if item.text:
        drawn += _number(item)
    if not item.href:
        return drawn
    name = item.title.partition("\n")[0]
    return f'<a href="{_text(item.href)}" aria-label="{_text(name)}">{drawn}</a>'


def _number(item: Marker) -> str:
    size = marker_text_size(item)
    label = Text(item.x, item.y + 0.36 * size, item.text, size, "middle", bold=True, fill="#ffffff")
    return _write(label, quiet=True)


def marker_text_size(item: Marker) -> float:
    """Letter size that fits a marker's text inside it, page units."""
    return round(min(1.25 * item.size, 2.6 * item.size / max(len(item.text), 1.6)), 1)


def _write(item: Text, *, quiet: bool = False) -> str:
    weight = ' font-weight="600"' if item.bold else ""
    halo = (
        ' stroke="#ffffff" stroke-width="3.2" stroke-linejoin="round" paint-order="stroke"'
        if item.halo
        else ""
    )
    mouse = ' pointer-events="none"' if quiet else ""
    anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
    return (
        f'<text x="{_n(item.x)}" y="{_n(item.y)}" font-size="{_n(item.size)}"'
        f' fill="{item.fill}"{anchor}{weight}{halo}{mouse}>{_text(item.text)}</text>'
    )


def _closed(tag: str, shape: str, title: str) -> str:
    return f"{shape}><title>{_text(title)}</title></{tag}>" if title else f"{shape}/>"


def _path(points: Points) -> str:
    return " ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """Shortest text of a coordinate, two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _text(text: str) -> str:
    return escape(xml_text(text), {'"': "&quot;"})


_WRITERS: Mapping[type, Callable[..., str]] = {
    Area: _area,
    Line: _line,
    Marker: _marker,
    Text: _write,
}
