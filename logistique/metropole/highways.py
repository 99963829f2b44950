"""Ring road, A86 and radial roads put together: junctions, links, and where ramps may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from logistique.metropole.kinds import Kind
from logistique.metropole.radials import Radials, radials
from logistique.metropole.rings import a86, peripherique
from logistique.metropole.tables import facts_table
from logistique.network.graph import BoolArray, FloatArray, IntArray

INTERCHANGE_M = 1800.0
"""A radial junction this close to a ring is linked to its nearest point (metres)."""


@dataclass(frozen=True, eq=False)
class Highways:
    """Junctions and undirected links of the roads above the streets.

    Parameters
    ----------
    node_id : tuple of str, length j
    xy : (j, 2) float
        EPSG:2154, metres.
    has_ramp : (j,) bool
        Junctions that may be reached from the streets: all but those in a tunnel.
    first, second, kind : (m,) int
        Ends and :class:`~logistique.metropole.kinds.Kind` of each link.
    detour : (m,) float
        Road length over straight length, ≥ 1.
    """

    node_id: tuple[str, ...]
    xy: FloatArray
    has_ramp: BoolArray
    first: IntArray
    second: IntArray
    kind: IntArray
    detour: FloatArray


def highways() -> Highways:
    """Build the highways from the embedded facts; the same at every call."""
    ring, belt = peripherique()[::2], a86()
    roads = facts_table("major_roads")
    expressways = frozenset(facts_table("expressways")["road"])
    radial = radials(roads[roads["road"] != "A86"], expressways)
    r, b = len(ring), len(belt)
    rows = [(i, (i + 1) % r, Kind.RING, 1.0) for i in range(r)]
    rows += [(r + i, r + (i + 1) % b, Kind.A86, 1.0) for i in range(b)]
    rows += [
        (r + b + u, r + b + v, _kind(is_fast=fast), detour)
        for (u, v), (fast, detour) in radial.links.items()
    ]
    rows += _interchanges(ring, belt, radial)
    first, second, kind, detour = (np.array(column) for column in zip(*rows, strict=True))
    return Highways(
        node_id=(
            *(f"ring:{i:02d}" for i in range(r)),
            *(f"a86:{i:02d}" for i in range(b)),
            *(f"radial:{i:03d}" for i in range(len(radial.xy))),
        ),
        xy=np.vstack([ring, belt, radial.xy]),
        has_ramp=np.concatenate(
            [np.ones(r, dtype=bool), ~_in_tunnel(b), np.ones(len(radial.xy), dtype=bool)]
        ),
        first=first.astype(np.int64),
        second=second.astype(np.int64),
        kind=kind.astype(np.int64),
        detour=detour.astype(np.float64),
    )


def _kind(*, is_fast: bool) -> Kind:
    return Kind.MOTORWAY if is_fast else Kind.NATIONAL


def _in_tunnel(points: int) -> BoolArray:
    """Points of the A86 that lie in a tunnel without exits, (points,) bool."""
    inside = np.zeros(points, dtype=bool)
    for row in facts_table("tunnels").to_dict("records"):
        inside[row["first_seq"] : row["last_seq"] + 1] = True
    return inside


def _interchanges(
    ring: FloatArray, belt: FloatArray, radial: Radials
) -> list[tuple[int, int, Kind, float]]:
    """Links from radial junctions to the nearest point of each ring within reach."""
    start = len(ring) + len(belt)
    rows = []
    for offset, line in ((0, ring), (len(ring), belt)):
        gap = np.hypot(*(radial.xy[:, None] - line[None, :]).T).T
        for u in np.flatnonzero(gap.min(axis=1) < INTERCHANGE_M):
            kind = _kind(is_fast=bool(radial.fast[u]))
            rows.append((start + int(u), offset + int(np.argmin(gap[u])), kind, 1.0))
    return rows
