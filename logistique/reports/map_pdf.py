"""A scene drawn into a rectangle of a PDF page, as lines and areas that print sharply."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.enums import IntersectionRule, StrokeCapStyle, StrokeJoinStyle

from logistique.reports.map_scene import Area, Line, Marker, Points, Scene, Text
from logistique.reports.map_svg import marker_text_size, symbol_points

_POINTS_PER_MM = 72.0 / 25.4
_NARROW = 0.88
"""DejaVu is wider than the fonts labels are placed for."""

_CIRCLE = 40
"""Corners of the polygon that stands for a circle."""


@dataclass(frozen=True)
class _Place:
    """Where a scene is drawn: corner in millimetres, and millimetres per page unit."""

    pdf: FPDF
    left: float
    top: float
    scale: float
    font: str

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def points(self, points: Points) -> list[tuple[float, float]]:
        return [self.point(x, y) for x, y in points]


def draw_scene(
    pdf: FPDF, scene: Scene, left: float, top: float, width: float, *, font: str
) -> float:
    """Draw a scene; whatever lies outside its frame is clipped.

    Parameters
    ----------
    pdf : FPDF
        With an open page, in millimetres.
    scene : Scene
    left, top, width : float
        Where, in millimetres.
    font : str
        Family of the texts, known to the document.

    Returns
    -------
    float
        Height drawn, millimetres.
    """
    place = _Place(pdf, left, top, width / scene.width, font)
    height = scene.height * place.scale
    with pdf.rect_clip(left, top, width, height):
        for item in scene.items:
            _DRAWERS[type(item)](place, item)
    with pdf.local_context(draw_color=(180, 180, 195), line_width=0.2):
        pdf.rect(left, top, width, height)
    return height


def _area(place: _Place, item: Area) -> None:
    with place.pdf.new_path() as path:
        _fill(path, item.fill)
        _stroke(path, item.stroke, item.width * place.scale)
        path.style.intersection_rule = IntersectionRule.EVENODD
        for ring in item.rings:
            _follow(path, place.points(ring))
            path.close()


def _line(place: _Place, item: Line) -> None:
    with place.pdf.new_path() as path:
        _fill(path, "none")
        _stroke(path, item.stroke, item.width * place.scale)
        path.style.stroke_opacity = item.opacity
        path.style.stroke_cap_style = StrokeCapStyle.ROUND
        if item.dash:
            path.style.stroke_dash_pattern = [length * place.scale for length in item.dash]
        _follow(path, place.points(item.points))


def _marker(place: _Place, item: Marker) -> None:
    if item.shape == "cross":
        reach = item.size
        for sign in (1, -1):
            ends = (
                (item.x - reach, item.y - sign * reach),
                (item.x + reach, item.y + sign * reach),
            )
            _line(place, Line(ends, item.stroke, item.width))
        return
    corners = (
        _circle(item.x, item.y, item.size)
        if item.shape == "circle"
        else symbol_points(item.shape, item.x, item.y, item.size)
    )
    _area(place, Area((corners,), item.fill, item.stroke, item.width))
    if item.text:
        size = marker_text_size(item)
        where = (item.x, item.y + 0.36 * size)
        _text(place, Text(*where, item.text, size, "middle", bold=True, fill="#ffffff"))


def _circle(x: float, y: float, radius: float) -> Points:
    steps = [2 * math.pi * k / _CIRCLE for k in range(_CIRCLE)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in steps)


def _text(place: _Place, item: Text) -> None:
    pdf = place.pdf
    size = item.size * place.scale * _POINTS_PER_MM * _NARROW
    pdf.set_font(place.font, "B" if item.bold else "", size)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
    x, y = place.point(item.x, item.y)
    x -= shift * pdf.get_string_width(item.text)
    if item.halo:
        with pdf.local_context(
            text_mode="STROKE", draw_color=(255, 255, 255), line_width=3.0 * place.scale
        ):
            pdf.text(x, y, item.text)
    with pdf.local_context(text_color=_rgb(item.fill)):
        pdf.text(x, y, item.text)


def _follow(path: PaintedPath, points: list[tuple[float, float]]) -> None:
    path.move_to(*points[0])
    for point in points[1:]:
        path.line_to(*point)


def _fill(path: PaintedPath, colour: str) -> None:
    path.style.fill_color = None if colour == "none" else colour


def _stroke(path: PaintedPath, colour: str, width: float) -> None:
    path.style.stroke_color = None if colour == "none" or not width else colour
    path.style.stroke_width = width
    path.style.stroke_join_style = StrokeJoinStyle.ROUND
    path.style.auto_close = False


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


_DRAWERS: Mapping[type, Callable[..., None]] = {
    Area: _area,
    Line: _line,
    Marker: _marker,
    Text: _text,
}
