"""Shortest path trees of one origin: from nothing by buckets, from an earlier tree by correction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


BUCKETS = 64

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
def bucket_width(cost: FloatArray) -> float:
    """Twice the median of the costs that are finite and above 0.

    Not the mean, which a few overloaded links would raise beyond all others.
    """
    known = cost[(cost > 0.0) & (cost < np.inf)]
    return 2.0 * float(np.median(known)) if known.size > 0 else 1.0


@njit(cache=True)
def shortest_tree(
    g: LinkArrays, origin: int, cost: FloatArray, width: float, label: FloatArray,
    pred: Int32Array, order: Int32Array, after: Int32Array, before: Int32Array,
    bucket: Int32Array, done: BoolArray,
) -> None:  # fmt: skip
    """Fill least costs (``inf`` where unreachable), tree links (−1) and an order, parents first.

    Label correction with a ring of buckets of costs of ``width`` each (Dial 1969; approximate
    buckets of Cherkassky, Goldberg and Radzik 1996): exact for any width, about one scan per node
    for widths near the costs of links. ``after``, ``before``, ``bucket`` are (n,) scratch; ``done``
    is all False before and after.
    """
    label[:] = np.inf
    pred[:] = -1
    bucket[:] = -1
    top = np.full(BUCKETS, -1, dtype=np.int32)
    label[origin] = 0.0
    top[0] = origin
    bucket[origin] = 0
    after[origin] = -1
    before[origin] = -1
    waiting = 1
    now = 0
    while waiting > 0:
        i = top[now % BUCKETS]
        if i < 0:
            now += 1
            continue
        _take(top, after, before, bucket, i)
        waiting -= 1
        if not (g.through[i] or i == origin):
            continue
        base = label[i]
        for e in range(g.first[i], g.first[i + 1]):
            there = base + cost[e]
            j = g.head[e]
            if there < label[j]:
                label[j] = there
                pred[j] = e
                due = int(min(max(there / width, float(now)), float(now + BUCKETS - 1))) % BUCKETS
                if bucket[j] == due:
                    continue
                if bucket[j] >= 0:
                    _take(top, after, before, bucket, j)
                    waiting -= 1
                _put(top, after, before, bucket, j, due)
                waiting += 1
    _parents_first(g, pred, order, after, done)


@njit(cache=True)
def _take(
    top: Int32Array, after: Int32Array, before: Int32Array, bucket: Int32Array, i: int
) -> None:
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        top[bucket[i]] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]
    bucket[i] = -1


@njit(cache=True)
def _put(
    top: Int32Array, after: Int32Array, before: Int32Array, bucket: Int32Array, j: int, due: int
) -> None:
    after[j] = top[due]
    before[j] = -1
    if top[due] >= 0:
        before[top[due]] = j
    top[due] = j
    bucket[j] = due


@njit(cache=True)
def _parents_first(
    g: LinkArrays, pred: Int32Array, order: Int32Array, stack: Int32Array, done: BoolArray
) -> None:
    listed = 0
    for root in range(pred.size):
        j = root
        depth = 0
        while not done[j]:
            stack[depth] = j
            done[j] = True
            depth += 1
            if pred[j] < 0:
                break
            j = g.tail[pred[j]]
        while depth > 0:
            depth -= 1
            order[listed] = stack[depth]
            listed += 1
    done[:] = False


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
