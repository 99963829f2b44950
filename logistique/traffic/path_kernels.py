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
    order: Int32Array, heap: Int32Array, place: Int32Array,
) -> int:  # fmt: skip
    """Fill least costs (``inf`` where unreachable), tree links (−1) and the nodes as settled.

    Unreachable nodes end the order. ``heap`` and ``place`` are (n,) scratch. Returns how many
    nodes are reachable.
    """
    n = label.size
    label[:] = np.inf
    pred[:] = -1
    place[:] = -1
    label[origin] = 0.0
    heap[0] = origin
    place[origin] = 0
    size = 1
    settled = 0
    while size > 0:
        i = heap[0]
        size -= 1
        if size > 0:
            _sink(heap, place, label, heap[size], size)
        place[i] = -2
        order[settled] = i
        settled += 1
        if not (g.through[i] or i == origin):
            continue
        base = label[i]
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
                _rise(heap, place, label, j, k)
    reached = settled
    for j in range(n):
        if place[j] == -1:
            order[settled] = j
            settled += 1
    return reached


@njit(cache=True)
def _rise(heap: Int32Array, place: Int32Array, label: FloatArray, j: int, k: int) -> None:
    key = label[j]
    while k > 0:
        above = (k - 1) >> 2
        other = heap[above]
        if label[other] <= key:
            break
        heap[k] = other
        place[other] = k
        k = above
    heap[k] = j
    place[j] = k


@njit(cache=True)
def _sink(heap: Int32Array, place: Int32Array, label: FloatArray, j: int, size: int) -> None:
    key = label[j]
    k = 0
    while True:
        child = 4 * k + 1
        if child >= size:
            break
        best = child
        least = label[heap[child]]
        for other in range(child + 1, min(child + 4, size)):
            value = label[heap[other]]
            if value < least:
                least = value
                best = other
        if least >= key:
            break
        heap[k] = heap[best]
        place[heap[k]] = k
        k = best
    heap[k] = j
    place[j] = k


@njit(cache=True)
def correct(
    g: LinkArrays, origin: int, cost: FloatArray, order: Int32Array, label: FloatArray,
    pred: Int32Array, place: Int32Array, queue: Int32Array, queued: BoolArray,
) -> None:  # fmt: skip
    """Fill exact least costs and tree links, scanning nodes in ``order`` first.

    ``order`` is a permutation of all nodes; where it lists the nodes of the previous tree parents
    first, one scan suffices but for what has changed, which a queue corrects (Bellman–Ford).
    Exact for any order. ``place`` becomes the inverse of ``order``; ``queued`` is all False
    before and after.
    """
    n = order.size
    for k in range(n):
        i = order[k]
        place[i] = k
        label[i] = np.inf
        pred[i] = -1
    label[origin] = 0.0
    begin = 0
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
                if place[j] < k and not queued[j]:
                    queued[j] = True
                    queue[waiting] = j
                    waiting += 1
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
