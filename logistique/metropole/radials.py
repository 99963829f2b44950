"""Radial motorways and main national roads: segments with points along them, welded."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from logistique.network.graph import BoolArray, FloatArray
from logistique.network.projection import lambert_93

WELD_M = 250.0
"""Points of different segments closer than this are one junction (metres)."""

FAST_STEP_M = 2500.0
"""Points along motorways and expressways, about one exit each (metres)."""

NATIONAL_STEP_M = 1500.0
"""Points along other national roads, which are open to the streets they cross (metres)."""

MAX_DETOUR = 2.0
"""Upper bound on a segment's length over the sum of its chords, against broken records."""


@dataclass(frozen=True, eq=False)
class Radials:
    """Junctions and links of the radial roads.

    Parameters
    ----------
    xy : (j, 2) float
        Junctions, EPSG:2154, metres.
    fast : (j,) bool
        Junctions on a motorway or an expressway.
    links : dict of (int, int) to (bool, float)
        By pair of junctions, smaller first and sorted: whether the link is fast, and its road
        length over its straight length.
    """

    xy: FloatArray
    fast: BoolArray
    links: dict[tuple[int, int], tuple[bool, float]]


def radials(segments: pd.DataFrame, expressways: frozenset[str]) -> Radials:
    """Weld segments into a network; of several carriageways the fast one stays.

    Parameters
    ----------
    segments : pandas.DataFrame
        Rows of ``major_roads.csv``.
    expressways : frozenset of str
        National roads that count as motorways.
    """
    xy: list[FloatArray] = []
    fast: list[bool] = []
    links: dict[tuple[int, int], tuple[bool, float]] = {}
    for row in segments.to_dict("records"):
        is_fast = row["class"] == "motorway" or row["road"] in expressways
        line = _along(_points(row), FAST_STEP_M if is_fast else NATIONAL_STEP_M)
        nodes = [_weld(xy, fast, point, is_fast=is_fast) for point in line]
        chords = float(np.hypot(*np.diff(line, axis=0).T).sum())
        detour = float(np.clip(row["length_km"] * 1000 / max(chords, 1.0), 1.0, MAX_DETOUR))
        for u, v in itertools.pairwise(nodes):
            pair = (min(u, v), max(u, v))
            if u != v and (pair not in links or (is_fast and not links[pair][0])):
                links[pair] = (is_fast, detour)
    return Radials(np.array(xy), np.array(fast), dict(sorted(links.items())))


def _points(row: dict[str, Any]) -> FloatArray:
    """Points of a segment in order, (p, 2) metres."""
    middle = [point.split(":") for point in row["mid_points_lonlat"].split()]
    lon = [row["from_lon"], *(float(point[0]) for point in middle), row["to_lon"]]
    lat = [row["from_lat"], *(float(point[1]) for point in middle), row["to_lat"]]
    return np.column_stack(lambert_93(lon, lat, where="major_roads.csv"))


def _along(line: FloatArray, step_m: float) -> FloatArray:
    """Return the line with points added, stretches about ``step_m`` long, (p, 2)."""
    points = [line[:1]]
    for start, end in itertools.pairwise(line):
        pieces = max(1, round(float(np.hypot(*(end - start))) / step_m))
        share = np.arange(1, pieces + 1)[:, None] / pieces
        points.append(start + share * (end - start))
    return np.vstack(points)


def _weld(xy: list[FloatArray], fast: list[bool], point: FloatArray, *, is_fast: bool) -> int:
    """Position of the junction at a point: an existing one that is near, or a new one."""
    if xy:
        gap = np.hypot(*(np.array(xy) - point).T)
        nearest = int(np.argmin(gap))
        if gap[nearest] < WELD_M:
            fast[nearest] = fast[nearest] or is_fast
            return nearest
    xy.append(point)
    fast.append(is_fast)
    return len(xy) - 1
