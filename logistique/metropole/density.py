"""Density of people and jobs, by zone and smoothed to any point."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from logistique.network.graph import FloatArray

REFERENCE_PER_KM2 = 10_000.0
"""People and jobs per km² where urban speeds are as published."""

NEIGHBOURS = 4
"""Zones that count for the density at a point."""

SOFTENING_M = 300.0
"""Added to distances so that a point on a centroid does not see that zone alone (metres)."""


def zone_density(table: pd.DataFrame) -> FloatArray:
    """People and jobs per km² of each zone over the reference density, (z,) float.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of :func:`~logistique.metropole.territory.zones`.
    """
    density = (table["population_2022"] + table["jobs_2022"]) / table["area_km2"]
    return np.asarray(density.to_numpy(dtype=np.float64) / REFERENCE_PER_KM2)


def density_at(points: FloatArray, centroids: FloatArray, density: FloatArray) -> FloatArray:
    """Density at points: geometric mean of the nearest zones, weights 1 / distance².

    Parameters
    ----------
    points : (m, 2) float
        Metres.
    centroids : (z, 2) float
        Centroids of the zones, metres.
    density : (z,) float
        Positive.

    Returns
    -------
    (m,) float
    """
    distance, nearest = cKDTree(centroids).query(points, k=NEIGHBOURS)
    weight = 1 / (distance + SOFTENING_M) ** 2
    logs = np.log(density)[nearest]
    return np.asarray(np.exp((logs * weight).sum(axis=1) / weight.sum(axis=1)))
