"""The built-in network before speeds: nodes, links, their kind, length and place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from logistique.metropole.highways import Highways, highways
from logistique.metropole.rings import places
from logistique.metropole.territory import Year, zones
from logistique.metropole.urban_links import neighbour_pairs
from logistique.network.graph import FloatArray, IntArray
from logistique.network.projection import lambert_93

STREET_CIRCUITY = 1.25
"""Road length over straight length of urban links, ramps and connectors (assumed)."""

MIN_LENGTH_M = 10.0
"""Shortest link: a centroid on top of its road point still has a length (metres)."""

RAMP_REACH_M = 3000.0
"""A junction is joined to road points at most this far (metres)."""


class Kind(IntEnum):
    """What a link is; its free-flow time follows from it."""

    STREET = 0
    RING = 1
    A86 = 2
    MOTORWAY = 3
    NATIONAL = 4
    RAMP = 5
    NATIONAL_RAMP = 6
    CONNECTOR = 7


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Nodes and undirected links of the built-in network.

    Parameters
    ----------
    node_id : tuple of str, length n
        First the zones (INSEE codes, at the area centroid), then their road points
        (``street:`` + code), then junctions.
    x_m, y_m : (n,) float
        EPSG:2154, metres.
    zone_size_km : (z,) float
        Square root of each zone's area, km.
    first, second : (m,) int
        Ends of each link.
    kind, place : (m,) int
        :class:`Kind` and :class:`~logistique.metropole.rings.Place` (of the middle).
    length_m : (m,) float
        Road length, metres.
    zone : (m,) int
        Zone a connector belongs to, -1 for other links.
    """

    node_id: tuple[str, ...]
    x_m: FloatArray
    y_m: FloatArray
    zone_size_km: FloatArray
    first: IntArray
    second: IntArray
    kind: IntArray
    place: IntArray
    length_m: FloatArray
    zone: IntArray


def skeleton(year: Year = 2025) -> Skeleton:
    """Build the skeleton from the embedded facts; the same at every call.

    Parameters
    ----------
    year : {2024, 2025}
        150 or 149 zones.
    """
    table = zones(year)
    zone_xy = np.column_stack(lambert_93(table["lon"], table["lat"]))
    street_xy = np.column_stack(lambert_93(table["road_lon"], table["road_lat"]))
    roads = highways()
    z = len(table)
    xy = np.vstack([zone_xy, street_xy, roads.xy])
    links = np.vstack(
        [
            _rows(neighbour_pairs(street_xy) + z, Kind.STREET),
            np.column_stack([roads.first + 2 * z, roads.second + 2 * z, roads.kind]),
            _ramps(street_xy, roads) + np.array([z, 2 * z, 0]),
            _rows(_connector_pairs(zone_xy, street_xy), Kind.CONNECTOR),
        ]
    )
    first, second, kind = links.T
    straight = np.hypot(*(xy[first] - xy[second]).T)
    highway = np.isin(kind, [Kind.RING, Kind.A86, Kind.MOTORWAY, Kind.NATIONAL])
    factor = np.full(len(links), STREET_CIRCUITY)
    factor[highway] = roads.detour
    middle = (xy[first] + xy[second]) / 2
    codes = tuple(table["insee"])
    return Skeleton(
        node_id=(*codes, *(f"street:{code}" for code in codes), *roads.node_id),
        x_m=xy[:, 0],
        y_m=xy[:, 1],
        zone_size_km=np.sqrt(table["area_km2"].to_numpy(dtype=np.float64)),
        first=first,
        second=second,
        kind=kind,
        place=places(middle[:, 0], middle[:, 1]),
        length_m=np.maximum(straight * factor, MIN_LENGTH_M),
        zone=np.where(kind == Kind.CONNECTOR, first, -1),
    )


def _rows(pairs: IntArray, kind: Kind) -> IntArray:
    return np.column_stack([pairs, np.full(len(pairs), int(kind))])


def _connector_pairs(zone_xy: FloatArray, street_xy: FloatArray) -> IntArray:
    """Each centroid with its own road point and the three nearest others, (m, 2)."""
    z = len(zone_xy)
    gap = np.hypot(*(zone_xy[:, None] - street_xy[None, :]).T).T
    np.fill_diagonal(gap, -1.0)
    nearest = np.argsort(gap, axis=1, kind="stable")[:, :4]
    return np.column_stack([np.repeat(np.arange(z), 4), nearest.ravel() + z])


def _ramps(street_xy: FloatArray, roads: Highways) -> IntArray:
    """Ramps between road points and junctions, (m, 3): road point, junction, kind."""
    gap = np.hypot(*(street_xy[:, None] - roads.xy[None, :]).T).T
    by_street = np.argsort(gap, axis=1, kind="stable")[:, :2]
    by_junction = np.argsort(gap, axis=0, kind="stable")[:2]
    pairs = {(i, int(j)) for i, row in enumerate(by_street) for j in row}
    pairs |= {
        (int(i), j) for row in by_junction for j, i in enumerate(row) if gap[i, j] < RAMP_REACH_M
    }
    ordered = np.array(sorted(pairs), dtype=np.int64)
    kind = np.where(roads.national_only[ordered[:, 1]], Kind.NATIONAL_RAMP, Kind.RAMP)
    return np.column_stack([ordered, kind])
