"""Shortest path trees of one origin: Dijkstra from nothing, correction from an earlier order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


MANY = 50
"""A scan of all nodes comes first when more than 1 in so many nodes has a link too short."""


class LinkArrays(NamedTuple):
    """Directed links sorted by tail.

    Parameters
    ----------
    first : (n + 1,) int
        Links ``first[i]:first[i + 1]`` leave node i.
    tail, head : (m,) int32
    through : (n,) bool
        Whether traffic may pass the node; an origin is always left, a destination always reached.
    """

    first: IntArray
    tail: Int32Array
    head: Int32Array
    through: BoolArray


@njit(cache=True)
def dijkstra(
    g: LinkArrays, origin: int, cost: FloatArray, label: FloatArray, pred: Int32Array,
    order: Int32Array, heap: Int32Array, place: Int32Array, key: FloatArray,
) -> int:  # fmt: skip
    """Fill least costs (``inf`` where unreachable), tree links (−1) and the nodes as settled.

    Unreachable nodes end the order. ``heap``, ``place`` and ``key`` are (n,) scratch: a heap of
    four children per node. Returns how many nodes are reachable.
    """
    n = label.size
    label[:] = np.inf
    pred[:] = -1
    place[:] = -1
    label[origin] = 0.0
    heap[0] = origin
    key[0] = 0.0
    place[origin] = 0
    size = 1
    settled = 0
    while size > 0:
        i = heap[0]
        base = key[0]
        size -= 1
        if size > 0:
            _sink(heap, place, key, heap[size], key[size], size)
        place[i] = -2
        order[settled] = i
        settled += 1
        if not (g.through[i] or i == origin):
            continue
        for e in range(g.first[i], g.first[i + 1]):
            j = g.head[e]
            there = base + cost[e]
            if there < label[j]:
                label[j] = there
                pred[j] = e
                k = place[j]
                if k < 0:
                    k = size
                    size += 1
                _rise(heap, place, key, j, there, k)
    reached = settled
    for j in range(n):
        if place[j] == -1:
            order[settled] = j
            settled += 1
    return reached


@njit(cache=True)
def _rise(
    heap: Int32Array, place: Int32Array, key: FloatArray, j: int, value: float, k: int
) -> None:
    while k > 0:
        above = (k - 1) >> 2
        if key[above] <= value:
            break
        heap[k] = heap[above]
        key[k] = key[above]
        place[heap[k]] = k
        k = above
    heap[k] = j
    key[k] = value
    place[j] = k


@njit(cache=True)
def _sink(
    heap: Int32Array, place: Int32Array, key: FloatArray, j: int, value: float, size: int
) -> None:
    k = 0
    while True:
        child = 4 * k + 1
        if child >= size:
            break
        best = child
        for other in range(child + 1, min(child + 4, size)):
            if key[other] < key[best]:
                best = other
        if key[best] >= value:
            break
        heap[k] = heap[best]
        key[k] = key[best]
        place[heap[k]] = k
        k = best
    heap[k] = j
    key[k] = value
    place[j] = k


@njit(cache=True)
def correct(
    g: LinkArrays, origin: int, cost: FloatArray, order: Int32Array, label: FloatArray,
    pred: Int32Array, queue: Int32Array, queued: BoolArray,
) -> int:  # fmt: skip
    """Make labels of any tree least costs; returns how many links were found too short.

    ``label`` and ``pred`` hold the costs of a tree whose parents come first in ``order``, a
    permutation of all nodes. One look at every link shows where they are not least; a few such
    links are corrected by a queue (Bellman–Ford), many by a scan in the old order first.
    ``queued`` is all False before and after.
    """
    waiting = 0
    found = 0
    for e in range(g.head.size):
        i = g.tail[e]
        j = g.head[e]
        if label[i] + cost[e] < label[j] and (g.through[i] or i == origin):
            found += 1
            if not queued[i]:
                queued[i] = True
                queue[waiting] = i
                waiting += 1
    if found == 0:
        return 0
    if waiting * MANY > order.size:
        for p in range(waiting):
            queued[queue[p]] = False
        waiting = _scan(g, origin, cost, order, label, pred, queue, queued)
    _settle(g, origin, cost, label, pred, queue, queued, waiting)
    return found


@njit(cache=True)
def _scan(
    g: LinkArrays, origin: int, cost: FloatArray, order: Int32Array, label: FloatArray,
    pred: Int32Array, queue: Int32Array, queued: BoolArray,
) -> int:  # fmt: skip
    """Scan all nodes in order; queues nodes that fall after their turn, returns how many."""
    n = order.size
    turn = np.empty(n, dtype=np.int32)
    for k in range(n):
        turn[order[k]] = k
    waiting = 0
    for k in range(n):
        i = order[k]
        base = label[i]
        if base == np.inf or not (g.through[i] or i == origin):
            continue
        for e in range(g.first[i], g.first[i + 1]):
            there = base + cost[e]
            j = g.head[e]
            if there < label[j]:
                label[j] = there
                pred[j] = e
                if turn[j] < k and not queued[j]:
                    queued[j] = True
                    queue[waiting] = j
                    waiting += 1
    return waiting


@njit(cache=True)
def _settle(
    g: LinkArrays, origin: int, cost: FloatArray, label: FloatArray, pred: Int32Array,
    queue: Int32Array, queued: BoolArray, waiting: int,
) -> None:  # fmt: skip
    """Correct labels from the first ``waiting`` nodes of the circular queue on."""
    n = label.size
    begin = 0
    end = waiting % n
    while waiting > 0:
        i = queue[begin]
        begin = (begin + 1) % n
        waiting -= 1
        queued[i] = False
        if not (g.through[i] or i == origin):
            continue
        base = label[i]
        for e in range(g.first[i], g.first[i + 1]):
            there = base + cost[e]
            j = g.head[e]
            if there < label[j]:
                label[j] = there
                pred[j] = e
                if not queued[j]:
                    queued[j] = True
                    queue[end] = j
                    end = (end + 1) % n
                    waiting += 1
