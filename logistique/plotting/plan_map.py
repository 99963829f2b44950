"""The map of a plan in real coordinates, to draw more on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from logistique.plotting.axes import axes_or_new, plain
from logistique.plotting.result import Result, geography_of, summary_of
from logistique.reports import map_style as style
from logistique.reports.geography import Geography
from logistique.reports.language import language_of, messages, say
from logistique.reports.layers import map_layers
from logistique.reports.map_layers import density_breaks, hub_symbols, mapped_storages
from logistique.reports.sentences import scenario_title

_SHAPES: Mapping[str, str] = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "hexagon": "h",
    "pentagon": "p",
}
_LARGEST = 220.0
"""Area of the largest symbol, square points."""


def plan_map(
    result: Result,
    *,
    ax: Axes | None = None,
    language: str | None = None,
    geography: Geography | None = None,
    assignments: bool = True,
) -> Axes:
    """Draw zones, roads, rivers, depots and storage zones of a plan.

    Parameters
    ----------
    result : Run, mapping or path
        A run, a summary, or a run folder.
    ax : Axes, optional
        Where to draw; a new figure when absent.
    language : {"fr", "en"}, optional
        The scenario's when absent.
    geography : Geography, optional
        Shapes to draw; those of the result when absent.
    assignments : bool
        Whether lines join depots and the zones they serve.

    Returns
    -------
    Axes
        In EPSG:2154 (metres, equal scales, no frame): points of other sources can be added.
    """
    summary = summary_of(result)
    spoken = language_of(summary, language)
    drawn = axes_or_new(ax, 9.0, 8.0)
    shapes = geography or geography_of(result)
    layers = dict(map_layers(summary, shapes, None))
    _ground(drawn, summary, layers["zones"], shapes)
    if assignments and "assignments" in layers:
        layers["assignments"].plot(ax=drawn, color="#0072b2", linewidth=0.4, alpha=0.35, zorder=4)
    _depots(drawn, summary, layers["hubs"], spoken)
    _storages(drawn, summary, layers.get("storages"), spoken)
    drawn.set_aspect("equal")
    drawn.set_axis_off()
    drawn.set_title(scenario_title(summary), parse_math=False)
    drawn.legend(loc="lower left", fontsize=8, framealpha=0.9)
    note = messages()[f"drawing-{shapes.drawing.value}"][spoken]
    drawn.annotate(note, (0.0, -0.01), xycoords="axes fraction", va="top", fontsize=6, wrap=True)
    return drawn


def _ground(
    ax: Axes, summary: Mapping[str, Any], zones: gpd.GeoDataFrame, shapes: Geography
) -> None:
    breaks = density_breaks(summary)
    density = zones["parcels_per_day"] / zones["area_km2"]
    colours = [style.ramp_colour(value, breaks) for value in density]
    zones.plot(ax=ax, color=colours, edgecolor=style.BORDER, linewidth=0.5, zorder=1)
    gpd.GeoSeries([shapes.outline]).boundary.plot(
        ax=ax, color=style.OUTLINE, linewidth=0.9, zorder=2
    )
    for guide in shapes.guides:
        stroke = style.GUIDES[guide.kind]
        gpd.GeoSeries([guide.line]).plot(
            ax=ax, color=stroke.colour, linewidth=0.6 * stroke.width, zorder=3
        )


def _depots(ax: Axes, summary: Mapping[str, Any], hubs: gpd.GeoDataFrame, language: str) -> None:
    largest = max(hubs["parcels_per_day"].max(), 1e-9)
    names = {row["hub_type"]: row[f"hub_type_{language}"] for row in summary["hubs"]}
    for kind, symbol in hub_symbols(summary):
        rows = hubs[hubs["hub_type"] == kind]
        ax.scatter(
            rows.geometry.x,
            rows.geometry.y,
            s=20.0 + _LARGEST * (rows["parcels_per_day"] / largest),
            marker=_SHAPES[symbol.shape],
            color=symbol.colour,
            edgecolor="#ffffff",
            linewidth=0.8,
            zorder=6,
        )
        mark = _SHAPES[symbol.shape]
        entry = Line2D(
            [], [], color=symbol.colour, marker=mark, linestyle="", label=plain(names[kind])
        )
        ax.add_line(entry)


def _storages(
    ax: Axes, summary: Mapping[str, Any], storages: gpd.GeoDataFrame | None, language: str
) -> None:
    if storages is None:
        return
    shown = {row["id"] for row in mapped_storages(summary)}
    rows = storages[storages["id"].isin(shown)]
    if len(rows):
        ax.scatter(
            rows.geometry.x,
            rows.geometry.y,
            s=math.sqrt(_LARGEST) * 8.0,
            marker="*",
            color=style.STORAGE,
            edgecolor=style.INK,
            linewidth=0.8,
            zorder=7,
            label=say("legend-storage", language),  # type: ignore[arg-type]
        )
