"""Which part of the trips of an equilibrium passes over a link: a pass over its bushes."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import Bushes, Commodities, FloatArray, Int32Array, IntArray


@njit(cache=True)
def passing_shares(
    bushes: Bushes, trips: Commodities, tail: Int32Array, number: IntArray, counted: int
) -> FloatArray:
    """Share of every origin–destination flow that passes over each counted link.

    Parameters
    ----------
    bushes : Bushes
    trips : Commodities
        Those of the bushes.
    tail : (m,) int32
        Node each link leaves, in the layout's numbers.
    number : (m,) int
        Position of a link among the counted ones, −1 for the others.
    counted : int
        Number of counted links c.

    Returns
    -------
    (destinations, c) float
        Rows in the order of ``trips.destination``.
    """
    n = bushes.order.shape[1]
    found = np.zeros((len(trips.destination), counted))
    share = np.zeros((n, counted))
    for k in range(len(trips.origin)):
        share[:] = 0.0
        for position in range(bushes.used[k]):
            node = bushes.order[k, position]
            into = bushes.pred[k, node]
            if into >= 0:
                share[node] = share[tail[into]]
                if number[into] >= 0:
                    share[node, number[into]] += 1.0
            elif into <= -2:
                merge = bushes.merge[k] - 2 - into
                for i in range(bushes.first[merge], bushes.first[merge + 1]):
                    link, part = bushes.link[i], bushes.share[i]
                    share[node] += part * share[tail[link]]
                    if number[link] >= 0:
                        share[node, number[link]] += part
        for row in range(trips.first[k], trips.first[k + 1]):
            found[row] = share[trips.destination[row]]
    return found
