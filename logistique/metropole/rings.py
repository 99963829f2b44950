"""The boulevard périphérique and the A86 as lines, and which side of them a point is on."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import shapely

from logistique.metropole.tables import facts_table
from logistique.network.graph import FloatArray, IntArray
from logistique.network.projection import lambert_93


class Place(IntEnum):
    """Where a point lies; urban speeds follow from it."""

    PARIS = 0
    """Inside the boulevard périphérique."""
    INNER = 1
    """Between the boulevard périphérique and the A86."""
    OUTER = 2
    """Outside the A86."""


def peripherique() -> FloatArray:
    """Return the ring road as points in order, (72, 2) metres in EPSG:2154, not repeated."""
    return _ring("peripherique_ring")


def a86() -> FloatArray:
    """Return the A86 as points in order, (72, 2) metres in EPSG:2154, not repeated."""
    return _ring("a86_ring")


def places(x_m: FloatArray, y_m: FloatArray) -> IntArray:
    """Return the :class:`Place` of each point given in EPSG:2154 (metres), (n,) int."""
    points = shapely.points(x_m, y_m)
    in_ring = shapely.contains(shapely.Polygon(peripherique()), points)
    in_a86 = shapely.contains(shapely.Polygon(a86()), points)
    place = np.where(in_a86, Place.INNER, Place.OUTER)
    return np.asarray(np.where(in_ring, Place.PARIS, place), dtype=np.int64)


def _ring(table: str) -> FloatArray:
    points = facts_table(table).sort_values("seq")
    x, y = lambert_93(points["lon"], points["lat"], where=f"{table}.csv")
    return np.column_stack([x, y])
