"""Catchments of depots as shapes, with fills that tell neighbours apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from logistique.reports.geography import Geography

_GRID_M = 1.0
_TOUCH_M = 50.0
"""Catchments that share at least this much border are neighbours."""


@dataclass(frozen=True, eq=False)
class Catchments:
    """Zones by the depot that serves most of their parcels.

    Parameters
    ----------
    depots : tuple of str
        Depots that are the main one of some zone, in the order of the result.
    shapes : tuple of BaseGeometry
        Union of the zones of each, EPSG:2154.
    colour : mapping of str to int
        Depot → number of its fill; neighbours differ as far as ``n_colours`` allows.
    """

    depots: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]
    colour: Mapping[str, int]


def catchments(summary: Mapping[str, Any], geography: Geography, n_colours: int) -> Catchments:
    """Join the zones of each main depot and colour the result.

    Parameters
    ----------
    summary : mapping
        A result.
    geography : Geography
    n_colours : int
        Fills there are.
    """
    main = {row["zone"]: row["main_depot"] for row in summary["zones"]}
    members: dict[str, list[BaseGeometry]] = {}
    for zone, shape in zip(geography.zones, geography.zone_shape, strict=True):
        depot = main.get(zone.id)
        if depot is not None:
            members.setdefault(depot, []).append(shape)
    depots = tuple(hub["id"] for hub in summary["hubs"] if hub["id"] in members)
    shapes = tuple(shapely.union_all(members[depot], grid_size=_GRID_M) for depot in depots)
    fills = _colours(_neighbours(shapes), n_colours)
    return Catchments(depots, shapes, dict(zip(depots, fills, strict=True)))


def _neighbours(shapes: Sequence[BaseGeometry]) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in shapes]
    if not shapes:
        return found
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        if i < j and shapely.length(shapely.intersection(shapes[i], shapes[j])) > _TOUCH_M:
            found[i].add(j)
            found[j].add(i)
    return found


def _colours(neighbours: Sequence[set[int]], n_colours: int) -> list[int]:
    """Greedy colouring, the most connected first; the least used fill when none is free."""
    order = sorted(range(len(neighbours)), key=lambda i: (-len(neighbours[i]), i))
    fill = [-1] * len(neighbours)
    used = [0] * n_colours
    for i in order:
        near = [sum(fill[j] == c for j in neighbours[i]) for c in range(n_colours)]
        fill[i] = min(range(n_colours), key=lambda c: (near[c], used[c], c))
        used[fill[i]] += 1
    return fill
