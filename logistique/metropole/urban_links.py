"""Which zones are neighbours by road: a thinned Delaunay triangulation and its second ring."""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay

from logistique.network.graph import FloatArray, IntArray

SHRINK = 0.8
"""Two points are neighbours when the circle on their segment, shrunk by this, is empty."""


def neighbour_pairs(xy: FloatArray) -> IntArray:
    """Pairs of neighbouring points and of neighbours of a common neighbour.

    Parameters
    ----------
    xy : (n, 2) float
        Coordinates, metres.

    Returns
    -------
    (m, 2) int
        Sorted pairs, each once, smaller position first.
    """
    simplices = Delaunay(xy).simplices
    edges = np.vstack([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    direct = edges[_empty_circle(xy, edges)]
    n = len(xy)
    near = np.zeros((n, n), dtype=bool)
    near[direct[:, 0], direct[:, 1]] = near[direct[:, 1], direct[:, 0]] = True
    second = (near.astype(np.int64) @ near.astype(np.int64)) > 0
    return np.argwhere(np.triu(near | second, k=1))


def _empty_circle(
    xy: FloatArray, edges: IntArray
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    middle = xy[edges].mean(axis=1)
    radius = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T) / 2 * SHRINK
    gap = np.hypot(*(middle[:, None] - xy[None, :]).T).T
    return np.asarray(~np.any(gap < radius[:, None], axis=1), dtype=np.bool_)
