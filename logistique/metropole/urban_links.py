"""Which points are joined by urban roads: a thinned triangulation, and near zones directly."""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from logistique.network.graph import FloatArray, IntArray

SHRINK = 0.5
"""Two points are neighbours when the circle on their segment, shrunk by this, is empty."""

LOCAL_REACH_M = 6000.0
"""Zones further apart than this have no direct local way (metres, straight)."""

LOCAL_ZONES = 16
"""Each zone has local ways to at most this many of the nearest zones."""


def neighbour_pairs(xy: FloatArray) -> IntArray:
    """Pairs of neighbouring points: Delaunay edges whose shrunk circle is empty.

    With a shrink of 1 this is the Gabriel graph; below, a graph between it and the Delaunay
    triangulation. It contains the Gabriel graph, hence is connected.

    Parameters
    ----------
    xy : (n, 2) float
        Coordinates, metres; no two points equal.

    Returns
    -------
    (m, 2) int
        Each pair once, smaller position first, sorted.
    """
    simplices = Delaunay(xy).simplices
    edges = np.vstack([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0).astype(np.int64)
    middle = xy[edges].mean(axis=1)
    radius = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T) / 2 * SHRINK
    nearest, _ = cKDTree(xy).query(middle)
    return np.asarray(edges[nearest >= radius])


def near_pairs(xy: FloatArray) -> IntArray:
    """Pairs of zones close enough for a trip on local streets.

    Parameters
    ----------
    xy : (z, 2) float
        Centroids, metres.

    Returns
    -------
    (m, 2) int
        Each pair once, smaller position first, sorted.
    """
    most = min(LOCAL_ZONES + 1, len(xy))
    distance, other = cKDTree(xy).query(xy, k=most, distance_upper_bound=LOCAL_REACH_M)
    zone = np.repeat(np.arange(len(xy)), most)
    pairs = np.column_stack([zone, other.ravel()])
    pairs = pairs[np.isfinite(distance.ravel()) & (pairs[:, 0] != pairs[:, 1])]
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
