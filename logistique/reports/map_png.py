"""A scene as a PNG picture, drawn by matplotlib without its global state."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path as DrawnPath
from matplotlib.patheffects import withStroke

from logistique.reports.map_scene import Area, Line, Marker, Scene, Text
from logistique.reports.map_svg import marker_text_size, symbol_points

_DPI = 100.0
PIXELS_PER_UNIT = 1.5
"""Resolution of the picture."""

_POINT = 72.0 / _DPI
_FONT = "DejaVu Sans"
_NARROW = 0.88
"""DejaVu, which comes with matplotlib, is wider than the browsers' fonts."""


def png(scene: Scene) -> bytes:
    """Draw a scene as PNG.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    bytes
        The same for the same scene and matplotlib version: no date, no version inside.
    """
    scale = PIXELS_PER_UNIT
    figure = Figure(figsize=(scene.width / _DPI, scene.height / _DPI), dpi=_DPI * scale)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    for order, item in enumerate(scene.items):
        _DRAWERS[type(item)](axes, item, order)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # A letter the font lacks is drawn as a box; the SVG shows it.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        canvas.print_png(buffer, metadata={"Software": None, "Title": scene.title})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _area(axes: Axes, item: Area, order: int) -> None:
    vertices, codes = [], []
    for ring in item.rings:
        vertices.append(np.array(ring))
        codes += [DrawnPath.MOVETO] + [DrawnPath.LINETO] * (len(ring) - 2) + [DrawnPath.CLOSEPOLY]
    if not vertices:
        return
    axes.add_patch(
        PathPatch(
            DrawnPath(np.concatenate(vertices), codes),
            facecolor=item.fill,
            edgecolor=item.stroke,
            linewidth=item.width * _POINT,
            zorder=order,
        )
    )


def _line(axes: Axes, item: Line, order: int) -> None:
    x, y = zip(*item.points, strict=True)
    dashes = (0.0, tuple(length / item.width for length in item.dash)) if item.dash else "solid"
    axes.plot(
        x,
        y,
        color=item.stroke,
        linewidth=item.width * _POINT,
        alpha=item.opacity,
        linestyle=dashes,
        solid_capstyle="round",
        solid_joinstyle="round",
        zorder=order,
    )


def _marker(axes: Axes, item: Marker, order: int) -> None:
    paint = {
        "facecolor": item.fill,
        "edgecolor": item.stroke,
        "linewidth": item.width * _POINT,
        "zorder": order,
    }
    if item.shape == "circle":
        axes.add_patch(Circle((item.x, item.y), item.size, **paint))
    elif item.shape == "cross":
        for sign in (1, -1):
            ends = (item.y - sign * item.size, item.y + sign * item.size)
            line = Line(
                ((item.x - item.size, ends[0]), (item.x + item.size, ends[1])),
                item.stroke,
                item.width,
            )
            _line(axes, line, order)
    else:
        corners = symbol_points(item.shape, item.x, item.y, item.size)
        axes.add_patch(Polygon(corners, closed=True, joinstyle="round", **paint))
    if item.text:
        size = marker_text_size(item)
        where = (item.x, item.y + 0.36 * size)
        _text(axes, Text(*where, item.text, size, "middle", bold=True, fill="#ffffff"), order)


def _text(axes: Axes, item: Text, order: int) -> None:
    align = {"start": "left", "middle": "center", "end": "right"}[item.anchor]
    drawn = axes.text(
        item.x,
        item.y,
        item.text,
        fontsize=item.size * _POINT * _NARROW,
        fontfamily=_FONT,
        fontweight="bold" if item.bold else "normal",
        color=item.fill,
        horizontalalignment=align,
        verticalalignment="baseline",
        parse_math=False,
        zorder=order,
    )
    if item.halo:
        drawn.set_path_effects([withStroke(linewidth=2.4, foreground="#ffffff")])


_DRAWERS: Mapping[type, Callable[..., None]] = {
    Area: _area,
    Line: _line,
    Marker: _marker,
    Text: _text,
}
