"""The outline that centroids and areas imply, for maps without real boundaries."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

FloatArray = NDArray[np.float64]

CLOSING = 0.9
"""Gaps between discs up to this many typical radii wide are closed."""

_STEPS = 40


def implied_outline(points: FloatArray, areas_m2: FloatArray) -> BaseGeometry:
    """Smooth outline around discs of the given areas, with the same total area.

    Parameters
    ----------
    points : (n, 2) float
        Centroids, metres in a projected system.
    areas_m2 : (n,) float
        Areas, > 0.

    Returns
    -------
    Polygon or MultiPolygon
        Without holes; its area is the sum of ``areas_m2`` to a part in a thousand.

    Notes
    -----
    Each zone is a disc of its area; the union is closed (dilated, then eroded), holes are
    filled, and a last dilation or erosion, found by bisection, sets the area.
    """
    radius = np.sqrt(areas_m2 / np.pi)
    discs = shapely.buffer(shapely.points(points), radius, quad_segs=16)
    reach = CLOSING * float(np.median(radius))
    closed = _filled(shapely.union_all(discs).buffer(reach).buffer(-reach))
    wanted = float(areas_m2.sum())
    low, high = -float(radius.min()) / 2.0, float(radius.max())
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if closed.buffer(middle).area < wanted:
            low = middle
        else:
            high = middle
    smooth = _filled(closed.buffer(high + reach).buffer(-2.0 * reach).buffer(reach))
    shape = smooth if smooth.area > 0.99 * wanted else closed.buffer(high)
    return _filled(shape.simplify(float(radius.min()) / 20.0))


def _filled(shape: BaseGeometry) -> BaseGeometry:
    """Return the shape without holes."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.union_all([shapely.Polygon(part.exterior) for part in parts])
