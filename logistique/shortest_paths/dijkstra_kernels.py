"""Dijkstra's algorithm on compressed rows, with a heap of four children per entry."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray

EMPTY = -1
DONE = -2


@njit(cache=True, nogil=True)
def rows_of(n: int, tail: Int32Array, head: Int32Array) -> tuple[IntArray, Int32Array, Int32Array]:
    """Compressed rows of arcs by tail: starts, heads, and the arc in each place."""
    start = np.zeros(n + 1, np.int64)
    for a in range(tail.size):
        start[tail[a] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    slot = start[:-1].copy()
    to = np.empty(tail.size, np.int32)
    arc = np.empty(tail.size, np.int32)
    for a in range(tail.size):
        to[slot[tail[a]]] = head[a]
        arc[slot[tail[a]]] = a
        slot[tail[a]] += 1
    return start, to, arc


@njit(cache=True, nogil=True)
def _rise(heap: Int32Array, place: Int32Array, distance: FloatArray, i: int) -> None:
    v = heap[i]
    while i > 0:
        above = (i - 1) >> 2
        if distance[heap[above]] <= distance[v]:
            break
        heap[i] = heap[above]
        place[heap[i]] = i
        i = above
    heap[i] = v
    place[v] = i


@njit(cache=True, nogil=True)
def _pop(heap: Int32Array, place: Int32Array, distance: FloatArray, size: int) -> int:
    """Take the nearest node off a heap of ``size`` entries."""
    nearest: int = heap[0]
    place[nearest] = DONE
    size -= 1
    if size == 0:
        return nearest
    v = heap[size]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        best = child
        for c in range(child + 1, min(child + 4, size)):
            if distance[heap[c]] < distance[heap[best]]:
                best = c
        if distance[heap[best]] >= distance[v]:
            break
        heap[i] = heap[best]
        place[heap[i]] = i
        i = best
    heap[i] = v
    place[v] = i
    return nearest


@njit(cache=True, nogil=True)
def search(
    source: int,
    start: IntArray,
    to: Int32Array,
    arc: Int32Array,
    cost: FloatArray,
    wanted: Int32Array,
    stop: int,
    limit: float,
    distance: FloatArray,
    before: Int32Array,
    place: Int32Array,
    heap: Int32Array,
    settled: Int32Array,
) -> int:
    """Settle nodes from ``source`` until ``stop`` of the wanted ones are, or all within ``limit``.

    Parameters
    ----------
    cost : (a,) float
        Cost of the arc in each place of the rows.
    wanted : (n,) int
        How often each node is asked for.
    distance, before, place : (n,)
        Scratch: infinite, −1 and EMPTY on entry; call :func:`forget` afterwards.
    settled : (n,) int
        Nodes in the order settled, filled in.

    Returns
    -------
    int
        How many nodes were settled.
    """
    distance[source] = 0.0
    before[source] = -1
    heap[0] = source
    place[source] = 0
    size = 1
    many = 0
    found = 0
    while size and found < stop:
        v = _pop(heap, place, distance, size)
        size -= 1
        if distance[v] > limit:
            # put back as touched, so that it is forgotten with the heap
            heap[size] = v
            size += 1
            break
        settled[many] = v
        many += 1
        found += wanted[v]
        for k in range(start[v], start[v + 1]):
            u = to[k]
            there = distance[v] + cost[k]
            if there < distance[u]:
                distance[u] = there
                before[u] = arc[k]
                if place[u] == EMPTY:
                    heap[size] = u
                    place[u] = size
                    size += 1
                _rise(heap, place, distance, place[u])
    for i in range(size):  # seen but not settled
        distance[heap[i]] = np.inf
        before[heap[i]] = -1
        place[heap[i]] = EMPTY
    return many


@njit(cache=True, nogil=True)
def forget(
    settled: Int32Array, many: int, distance: FloatArray, before: Int32Array, place: Int32Array
) -> None:
    """Make the scratch arrays of a search fresh again."""
    for i in range(many):
        distance[settled[i]] = np.inf
        before[settled[i]] = -1
        place[settled[i]] = EMPTY


@njit(cache=True, nogil=True)
def distance_rows(
    sources: Int32Array,
    targets: Int32Array,
    start: IntArray,
    to: Int32Array,
    arc: Int32Array,
    tail: Int32Array,
    cost: FloatArray,
    sums: int,
    metric: FloatArray,
    out: FloatArray,
    other: FloatArray,
) -> None:
    """Fill distances (sources × targets), and if ``sums`` those of ``metric`` along the paths."""
    n = start.size - 1
    distance = np.full(n, np.inf)
    along = np.full(n, np.inf)
    before = np.full(n, -1, np.int32)
    place = np.full(n, EMPTY, np.int32)
    heap = np.empty(n, np.int32)
    settled = np.empty(n, np.int32)
    wanted = np.zeros(n, np.int32)
    for t in range(targets.size):
        wanted[targets[t]] += 1
    for s in range(sources.size):
        many = search(
            sources[s], start, to, arc, cost, wanted, targets.size, np.inf,
            distance, before, place, heap, settled,
        )  # fmt: skip
        for t in range(targets.size):
            out[s, t] = distance[targets[t]]
        if sums:
            for i in range(many):
                v = settled[i]
                along[v] = 0.0 if i == 0 else along[tail[before[v]]] + metric[before[v]]
            for t in range(targets.size):
                other[s, t] = along[targets[t]]
            for i in range(many):
                along[settled[i]] = np.inf
        forget(settled, many, distance, before, place)


@njit(cache=True, nogil=True)
def near_rows(
    sources: Int32Array,
    targets: Int32Array,
    start: IntArray,
    to: Int32Array,
    arc: Int32Array,
    cost: FloatArray,
    k: int,
    limit: float,
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Targets of each source by distance, at most ``k``, none beyond ``limit``: rows."""
    n = start.size - 1
    distance = np.full(n, np.inf)
    before = np.full(n, -1, np.int32)
    place = np.full(n, EMPTY, np.int32)
    heap = np.empty(n, np.int32)
    settled = np.empty(n, np.int32)
    wanted = np.zeros(n, np.int32)
    for t in range(targets.size):
        wanted[targets[t]] += 1
    first, at, _ = rows_of(n, targets, np.arange(targets.size).astype(np.int32))
    begin = np.zeros(sources.size + 1, np.int64)
    column = np.empty(max(16, sources.size), np.int32)
    value = np.empty(column.size)
    size = 0
    for s in range(sources.size):
        many = search(
            sources[s], start, to, arc, cost, wanted, min(k, targets.size), limit,
            distance, before, place, heap, settled,
        )  # fmt: skip
        taken = 0
        for i in range(many):
            v = settled[i]
            for j in range(first[v], first[v + 1]):
                if taken == k:
                    break
                if size == column.size:
                    column = np.concatenate((column, np.empty(size, np.int32)))
                    value = np.concatenate((value, np.empty(size)))
                column[size] = at[j]
                value[size] = distance[v]
                size += 1
                taken += 1
        begin[s + 1] = size
        forget(settled, many, distance, before, place)
    return begin, column[:size].copy(), value[:size].copy()


@njit(cache=True, nogil=True)
def load_rows(
    sources: Int32Array,
    targets: Int32Array,
    begin: IntArray,
    column: Int32Array,
    flow: FloatArray,
    start: IntArray,
    to: Int32Array,
    arc: Int32Array,
    tail: Int32Array,
    cost: FloatArray,
    loaded: FloatArray,
) -> tuple[int, int]:
    """Add flows (sparse rows, sources × targets) to the arcs of shortest paths.

    Returns the first pair without a path, or (−1, −1).
    """
    n = start.size - 1
    distance = np.full(n, np.inf)
    before = np.full(n, -1, np.int32)
    place = np.full(n, EMPTY, np.int32)
    heap = np.empty(n, np.int32)
    settled = np.empty(n, np.int32)
    wanted = np.zeros(n, np.int32)
    amount = np.zeros(n)
    for s in range(sources.size):
        for j in range(begin[s], begin[s + 1]):
            wanted[targets[column[j]]] += 1
        many = search(
            sources[s], start, to, arc, cost, wanted, begin[s + 1] - begin[s], np.inf,
            distance, before, place, heap, settled,
        )  # fmt: skip
        for j in range(begin[s], begin[s + 1]):
            v = targets[column[j]]
            wanted[v] = 0
            if distance[v] == np.inf:
                return s, column[j]
            amount[v] += flow[j]
        for i in range(many - 1, 0, -1):
            v = settled[i]
            if amount[v] > 0:
                loaded[before[v]] += amount[v]
                amount[tail[before[v]]] += amount[v]
            amount[v] = 0.0
        amount[sources[s]] = 0.0
        forget(settled, many, distance, before, place)
    return -1, -1


@njit(cache=True, nogil=True)
def pair_paths(
    sources: Int32Array,
    targets: Int32Array,
    start: IntArray,
    to: Int32Array,
    arc: Int32Array,
    tail: Int32Array,
    cost: FloatArray,
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Arcs of a shortest path of each pair, as rows, and its length (infinite: none)."""
    n = start.size - 1
    distance = np.full(n, np.inf)
    before = np.full(n, -1, np.int32)
    place = np.full(n, EMPTY, np.int32)
    heap = np.empty(n, np.int32)
    settled = np.empty(n, np.int32)
    wanted = np.zeros(n, np.int32)
    begin = np.zeros(sources.size + 1, np.int64)
    length = np.empty(sources.size)
    arcs = np.empty(1024, np.int32)
    size = 0
    for p in range(sources.size):
        wanted[targets[p]] = 1
        many = search(
            sources[p], start, to, arc, cost, wanted, 1, np.inf,
            distance, before, place, heap, settled,
        )  # fmt: skip
        wanted[targets[p]] = 0
        length[p] = distance[targets[p]]
        v = targets[p]
        while before[v] >= 0:
            if size == arcs.size:
                arcs = np.concatenate((arcs, np.empty(size, np.int32)))
            arcs[size] = before[v]
            size += 1
            v = tail[before[v]]
        for i in range((size - begin[p]) // 2):
            j, k = begin[p] + i, size - 1 - i
            arcs[j], arcs[k] = arcs[k], arcs[j]
        begin[p + 1] = size
        forget(settled, many, distance, before, place)
    return begin, arcs[:size].copy(), length
