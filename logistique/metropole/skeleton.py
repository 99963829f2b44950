"""The built-in network before speeds: nodes, links, their kind, length and surroundings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from logistique.metropole.density import density_at, zone_density
from logistique.metropole.highways import Highways, highways
from logistique.metropole.kinds import Kind
from logistique.metropole.rings import places
from logistique.metropole.rivers import crossings
from logistique.metropole.territory import Year, zones
from logistique.metropole.urban_links import near_pairs, neighbour_pairs
from logistique.network.graph import FloatArray, IntArray
from logistique.network.projection import lambert_93

STREET_CIRCUITY = 1.15
"""Road length over straight length of main urban links. With the detours of the mesh, fastest
paths are then about 1.2 times the straight line, as on the IGN-based main-road graph."""

LOCAL_CIRCUITY = 1.25
"""The same for local streets, which run straight from zone to zone (assumed)."""

MIN_LENGTH_M = 10.0
"""Length of links whose ends share one point (metres)."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Nodes and undirected links of the built-in network; no pair of nodes twice.

    Parameters
    ----------
    node_id : tuple of str, length n
        Zones (INSEE codes, at the area centroid); the street at each centroid
        (``centre:`` + code) and at each zone's road point (``street:`` + code); junctions
        (``ring:``, ``a86:``, ``radial:`` + number); the street beside each junction
        (``access:`` + junction).
    x_m, y_m : (n,) float
        EPSG:2154, metres.
    first, second : (m,) int
        Ends of each link.
    kind, place : (m,) int
        :class:`~logistique.metropole.kinds.Kind`, and
        :class:`~logistique.metropole.rings.Place` of the middle.
    length_m : (m,) float
        Road length, metres.
    density : (m,) float
        People and jobs per km² around the middle (of the zone for terminals), over the
        reference density.
    crossings : (m,) float
        Rivers crossed, 0 for highways.
    """

    node_id: tuple[str, ...]
    x_m: FloatArray
    y_m: FloatArray
    first: IntArray
    second: IntArray
    kind: IntArray
    place: IntArray
    length_m: FloatArray
    density: FloatArray
    crossings: FloatArray


def skeleton(year: Year = 2025) -> Skeleton:
    """Build the skeleton from the embedded facts; the same at every call.

    Parameters
    ----------
    year : {2024, 2025}
        150 or 149 zones.
    """
    table = zones(year)
    centroid = np.column_stack(lambert_93(table["lon"], table["lat"]))
    road_point = np.column_stack(lambert_93(table["road_lon"], table["road_lat"]))
    roads = highways()
    xy = np.vstack([centroid, centroid, road_point, roads.xy, roads.xy[roads.has_ramp]])
    first, second, kind = _links(centroid, road_point, roads).T
    start, end = xy[first], xy[second]
    middle = (start + end) / 2
    urban = np.isin(kind, [Kind.STREET, Kind.LOCAL])
    density = density_at(middle, centroid, zone_density(table))
    density[kind == Kind.TERMINAL] = zone_density(table)
    factor = np.select(
        [kind == Kind.STREET, kind == Kind.LOCAL], [STREET_CIRCUITY, LOCAL_CIRCUITY], default=1.0
    )
    factor[np.isin(kind, [Kind.RING, Kind.A86, Kind.MOTORWAY, Kind.NATIONAL])] = roads.detour
    return Skeleton(
        node_id=_names(table, roads),
        x_m=xy[:, 0],
        y_m=xy[:, 1],
        first=first,
        second=second,
        kind=kind,
        place=places(middle[:, 0], middle[:, 1]),
        length_m=np.maximum(np.hypot(*(start - end).T) * factor, MIN_LENGTH_M),
        density=density,
        crossings=np.where(urban, crossings(start, end), 0.0),
    )


def _names(table: pd.DataFrame, roads: Highways) -> tuple[str, ...]:
    codes = tuple(table["insee"])
    ramps = [name for name, ramp in zip(roads.node_id, roads.has_ramp, strict=True) if ramp]
    return (
        *codes,
        *(f"centre:{code}" for code in codes),
        *(f"street:{code}" for code in codes),
        *roads.node_id,
        *(f"access:{name}" for name in ramps),
    )


def _links(centroid: FloatArray, road_point: FloatArray, roads: Highways) -> IntArray:
    """All links as first node, second node, kind, (m, 3); nodes as in :func:`_names`."""
    z, j = len(centroid), len(roads.xy)
    beside = np.flatnonzero(roads.has_ramp)
    street_xy = np.vstack([centroid, road_point, roads.xy[beside]])
    # Streets stand in one block but for the junctions between road points and ramps.
    node = np.concatenate([z + np.arange(2 * z), 3 * z + j + np.arange(len(beside))])
    zone = np.arange(z)
    ramps = np.column_stack([3 * z + beside, 3 * z + j + np.arange(len(beside))])
    highway = np.column_stack([3 * z + roads.first, 3 * z + roads.second, roads.kind])
    return np.vstack(
        [
            _of_kind(np.column_stack([zone, z + zone]), Kind.TERMINAL),
            _of_kind(node[neighbour_pairs(street_xy)], Kind.STREET),
            _of_kind(near_pairs(centroid), Kind.LOCAL),
            _of_kind(ramps, Kind.RAMP),
            highway,
        ]
    )


def _of_kind(pairs: IntArray, kind: Kind) -> IntArray:
    return np.column_stack([pairs, np.full(len(pairs), int(kind))])
