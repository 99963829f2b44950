"""The Seine and the Marne as schematic lines, and which straight links cross them."""

from __future__ import annotations

import numpy as np
import shapely

from logistique.metropole.tables import facts_table
from logistique.network.graph import FloatArray
from logistique.network.projection import lambert_93


def river_lines() -> dict[str, FloatArray]:
    """Return the points of each river in order downstream, (p, 2) metres in EPSG:2154.

    Lines are schematic: within about 300 m of the water, one line for both arms around islands.
    """
    table = facts_table("rivers").sort_values(["river", "seq"])
    return {
        str(river): np.column_stack(lambert_93(points["lon"], points["lat"], where="rivers.csv"))
        for river, points in table.groupby("river")
    }


def crossings(start: FloatArray, end: FloatArray) -> FloatArray:
    """Count the rivers each straight segment crosses.

    Parameters
    ----------
    start, end : (m, 2) float
        EPSG:2154, metres.

    Returns
    -------
    (m,) float
        0, 1 or 2; crossing one river twice counts once.
    """
    segments = shapely.linestrings(np.stack([start, end], axis=1))
    counts = [
        shapely.intersects(segments, shapely.LineString(line)) for line in river_lines().values()
    ]
    return np.asarray(np.sum(counts, axis=0), dtype=np.float64)
