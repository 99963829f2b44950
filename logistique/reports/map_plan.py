"""The map of a plan: who is served from where, on the ground of today's demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logistique.reports.geography import Geography
from logistique.reports.language import language_of, say
from logistique.reports.map_labels import place_labels
from logistique.reports.map_layers import (
    assignment_lines,
    candidate_marks,
    depot_marks,
    flow_lines,
    guide_lines,
    mapped_storages,
    outlines,
    storage_marks,
    zone_areas,
)
from logistique.reports.map_legend import LEGEND_WIDTH, legend, scale_and_north
from logistique.reports.map_scene import Area, Item, Marker, Scene, Text
from logistique.reports.map_view import View, view_of


def plan_map(
    summary: Mapping[str, Any], geography: Geography, *, language: str | None = None
) -> Scene:
    """Draw the plan of a result.

    Parameters
    ----------
    summary : mapping
        A result; nothing else is read.
    geography : Geography
        From :func:`logistique.reports.geography.build_geography`.
    language : {"fr", "en"}, optional
        The scenario's when absent.

    Returns
    -------
    Scene
        For :func:`logistique.reports.map_svg.svg` and :func:`logistique.reports.map_png.png`.
    """
    spoken = language_of(summary, language)
    view = view_of(geography, summary)
    explained, bottom = legend(geography, summary, view, spoken)
    view = view.at_least(bottom)
    depots = depot_marks(summary, view, spoken)
    storages = storage_marks(summary, view, depots, spoken)
    items: list[Item] = [
        *zone_areas(geography, summary, view, spoken),
        *outlines(geography, view),
        *guide_lines(geography, view),
        *flow_lines(summary, view),
        *assignment_lines(geography, summary, view),
        *candidate_marks(summary, view, spoken),
        *sorted(depots, key=lambda mark: -mark.size),
        *storages,
        *_names(summary, depots, storages, view),
        *_margin(view),
        *scale_and_north(view),
        *explained,
    ]
    title = say("map-title", spoken, title=_title(summary))
    return Scene(view.width + LEGEND_WIDTH, view.height, title, tuple(items))


def _names(
    summary: Mapping[str, Any], depots: list[Marker], storages: list[Marker], view: View
) -> tuple[Text, ...]:
    """Names of storage zones first (there are few), then of depots by falling volume."""
    hubs = sorted(
        zip(depots, summary["hubs"], strict=True), key=lambda pair: -pair[1]["parcels_per_day"]
    )
    stores = list(zip(storages, mapped_storages(summary), strict=True))
    named = [(mark, str(row["name"])) for mark, row in [*stores, *hubs]]
    return place_labels(named, [*depots, *storages], view.width, view.height)


def _margin(view: View) -> list[Item]:
    """White under the legend: shapes may run beyond the frame."""
    x, right, low = view.width, view.width + LEGEND_WIDTH, view.height
    ring = ((x, 0.0), (right, 0.0), (right, low), (x, low), (x, 0.0))
    return [Area((ring,), "#ffffff")]


def _title(summary: Mapping[str, Any]) -> str:
    scenario = summary["scenario"]
    variant = scenario["variant_title"] or scenario["variant"]
    return f"{scenario['title']} — {variant}" if variant else str(scenario["title"])
