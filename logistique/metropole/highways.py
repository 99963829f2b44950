"""Ring road, A86, radial motorways and main national roads as junctions and links."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from logistique.metropole.rings import a86, peripherique
from logistique.metropole.tables import facts_table
from logistique.network.graph import BoolArray, FloatArray, IntArray
from logistique.network.projection import lambert_93

WELD_M = 250.0
"""Ends of radial segments closer than this are one junction (metres)."""

INTERCHANGE_M = 700.0
"""A radial junction this close to a ring is linked to it (metres)."""

MAX_DETOUR = 2.0
"""Upper bound on a segment's length over the sum of its chords, against broken records."""

RING, A86, MOTORWAY, NATIONAL = 1, 2, 3, 4
"""Kinds of highway links, as in :class:`logistique.metropole.skeleton.Kind`."""


@dataclass(frozen=True, eq=False)
class Highways:
    """Junctions and undirected links of the roads above the streets.

    Parameters
    ----------
    node_id : tuple of str, length j
    xy : (j, 2) float
        EPSG:2154, metres.
    national_only : (j,) bool
        Junctions that touch national roads only.
    first, second, kind : (m,) int
        Ends and kind of each link.
    detour : (m,) float
        Road length over straight length, ≥ 1.
    """

    node_id: tuple[str, ...]
    xy: FloatArray
    national_only: BoolArray
    first: IntArray
    second: IntArray
    kind: IntArray
    detour: FloatArray


@dataclass(frozen=True, eq=False)
class _Radials:
    xy: FloatArray
    motorway: BoolArray
    links: dict[tuple[int, int], tuple[int, float]]


def highways() -> Highways:
    """Build the highways from the embedded facts; the same at every call."""
    ring, belt = peripherique()[::2], a86()
    radials = _radials(facts_table("major_roads"))
    xy = np.vstack([ring, belt, radials.xy])
    r, b = len(ring), len(ring) + len(belt)
    rows = [(i, (i + 1) % r, RING, 1.0) for i in range(r)]
    rows += [(r + i, r + (i + 1) % len(belt), A86, 1.0) for i in range(len(belt))]
    rows += [(b + u, b + v, kind, detour) for (u, v), (kind, detour) in radials.links.items()]
    rows += _interchanges(ring, belt, radials)
    first, second, kind, detour = (np.array(column) for column in zip(*rows, strict=True))
    return Highways(
        node_id=(
            *(f"ring:{i:02d}" for i in range(r)),
            *(f"a86:{i:02d}" for i in range(len(belt))),
            *(f"radial:{i:03d}" for i in range(len(radials.xy))),
        ),
        xy=xy,
        national_only=np.concatenate([np.zeros(b, dtype=bool), ~radials.motorway]),
        first=first.astype(np.int64),
        second=second.astype(np.int64),
        kind=kind.astype(np.int64),
        detour=detour.astype(np.float64),
    )


def _radials(table: pd.DataFrame) -> _Radials:
    """Weld segment ends into junctions; of several carriageways keep the best class."""
    xy: list[FloatArray] = []
    motorway: list[bool] = []
    links: dict[tuple[int, int], tuple[int, float]] = {}
    for row in table[table["road"] != "A86"].to_dict("records"):
        line = _segment(row)
        is_motorway = row["class"] == "motorway"
        nodes = [_weld(xy, motorway, point, is_motorway=is_motorway) for point in line]
        chords = float(np.hypot(*np.diff(line, axis=0).T).sum())
        detour = float(np.clip(row["length_km"] * 1000 / max(chords, 1.0), 1.0, MAX_DETOUR))
        kind = MOTORWAY if is_motorway else NATIONAL
        for u, v in itertools.pairwise(nodes):
            pair = (min(u, v), max(u, v))
            if u != v and (pair not in links or links[pair][0] > kind):
                links[pair] = (kind, detour)
    ordered = dict(sorted(links.items()))
    return _Radials(np.array(xy), np.array(motorway), ordered)


def _segment(row: dict[str, Any]) -> FloatArray:
    """Points of a segment in order, (p, 2) metres."""
    middle = [point.split(":") for point in str(row["mid_points_lonlat"]).split()]
    lon = [row["from_lon"], *(float(point[0]) for point in middle), row["to_lon"]]
    lat = [row["from_lat"], *(float(point[1]) for point in middle), row["to_lat"]]
    return np.column_stack(lambert_93(lon, lat, where="major_roads.csv"))


def _weld(
    xy: list[FloatArray], motorway: list[bool], point: FloatArray, *, is_motorway: bool
) -> int:
    """Position of the junction at a point, new unless one is near."""
    if xy:
        gap = np.hypot(*(np.array(xy) - point).T)
        nearest = int(np.argmin(gap))
        if gap[nearest] < WELD_M:
            motorway[nearest] = motorway[nearest] or is_motorway
            return nearest
    xy.append(point)
    motorway.append(is_motorway)
    return len(xy) - 1


def _interchanges(
    ring: FloatArray, belt: FloatArray, radials: _Radials
) -> list[tuple[int, int, int, float]]:
    """Links from radial junctions to the nearest point of each ring within reach."""
    start = len(ring) + len(belt)
    rows = []
    for offset, line in ((0, ring), (len(ring), belt)):
        gap = np.hypot(*(radials.xy[:, None] - line[None, :]).T).T
        for u in np.flatnonzero(gap.min(axis=1) < INTERCHANGE_M):
            kind = MOTORWAY if radials.motorway[u] else NATIONAL
            rows.append((start + int(u), offset + int(np.argmin(gap[u])), kind, 1.0))
    return rows
