"""Bushes of an earlier equilibrium made fit for another demand or other links."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import (
    Bushes,
    Commodities,
    FloatArray,
    Scratch,
    label_tree,
    load,
    unload,
)
from logistique.traffic.path_kernels import LinkArrays, correct

REVIVED, REPLANT = -1, -2


@njit(cache=True, nogil=True)
def revive(g: LinkArrays, q: Commodities, b: Bushes, k: int, cost: FloatArray, w: Scratch) -> int:
    """Let commodity k's bush reach all its destinations, and only nodes with flow count as used.

    Destinations outside it are joined by their shortest paths. With a node in use stay all tails
    of its used links, as :func:`load` gives each of these links some flow.

    Returns
    -------
    int
        ``REVIVED``; ``REPLANT`` where the bush uses a closed link; or a destination without path.
    """
    order = b.order[k]
    if _closed(b, k, cost):
        return REPLANT
    load(g, q, b, k, w)
    if _missing(b, k, w):
        unload(b, k, w)
        label_tree(g, b, k, cost, w)
        correct(g, q.origin[k], cost, order, w.label, w.tree, w.queue, w.queued)
        for i in range(q.first[k], q.first[k + 1]):
            if w.label[q.destination[i]] == np.inf:
                return int(q.destination[i])
        _join(g, q, b, k, w)
        load(g, q, b, k, w)
    unload(b, k, w)
    n = order.size
    listed = 1
    idle = 0
    for p in range(1, n):
        j = order[p]
        if p < b.used[k] and w.through[j] > 0.0:
            order[listed] = j
            listed += 1
        else:
            if b.pred[k, j] <= -2:
                b.pred[k, j] = b.link[b.first[b.merge[k] - 2 - b.pred[k, j]]]
            w.queue[idle] = j
            idle += 1
    for i in range(idle):
        order[listed + i] = w.queue[i]
    b.used[k] = listed
    return REVIVED


@njit(cache=True)
def _missing(b: Bushes, k: int, w: Scratch) -> bool:
    """Whether a destination lies outside the used nodes; the bush is loaded."""
    for p in range(b.used[k], b.order.shape[1]):  # noqa: SIM110 - compiled
        if w.through[b.order[k, p]] > 0.0:
            return True
    return False


@njit(cache=True)
def _closed(b: Bushes, k: int, cost: FloatArray) -> bool:
    for p in range(1, b.used[k]):
        e = b.pred[k, b.order[k, p]]
        if e >= 0:
            if cost[e] == np.inf:
                return True
        else:
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                if cost[b.link[i]] == np.inf:
                    return True
    return False


@njit(cache=True)
def _join(g: LinkArrays, q: Commodities, b: Bushes, k: int, w: Scratch) -> None:
    """Add the tree paths to destinations outside the bush; the order keeps tails before heads."""
    order = b.order[k]
    n = order.size
    inside = w.queued
    for p in range(b.used[k]):
        inside[order[p]] = True
        w.nodes[p] = order[p]
    listed = b.used[k]
    for i in range(q.first[k], q.first[k + 1]):
        j = int(q.destination[i])
        depth = 0
        while not inside[j]:
            inside[j] = True
            w.queue[depth] = j
            depth += 1
            b.pred[k, j] = w.tree[j]
            j = int(g.tail[w.tree[j]])
        while depth > 0:
            depth -= 1
            w.nodes[listed] = w.queue[depth]
            listed += 1
    b.used[k] = listed
    for p in range(n):
        if not inside[order[p]]:
            w.nodes[listed] = order[p]
            listed += 1
    for p in range(n):
        order[p] = w.nodes[p]
        inside[order[p]] = False
