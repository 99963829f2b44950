"""Targets near each source: buckets at the nodes above the targets, sorted by distance.

A climb is broken off where nothing near can lie beyond: further than the limit, or than as many
targets as are asked for. It ends when no node reached is left above.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray


@njit(cache=True, nogil=True)
def _relax(
    v: int,
    here: float,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    up: int,
    limit: float,
    distance: FloatArray,
) -> int:
    """Shorten distances above ``v`` that are within ``limit``; returns how many were infinite."""
    fresh = 0
    for e in range(up_start[v], up_start[v + 1]):
        there = here + weight[e, up]
        u = up_head[e]
        if there <= limit and there < distance[u]:
            if distance[u] == np.inf:
                fresh += 1
            distance[u] = there
    return fresh


@njit(cache=True, nogil=True)
def buckets_within(
    targets: Int32Array,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    limit: float,
) -> tuple[IntArray, Int32Array, FloatArray]:
    """For each node the targets below it within ``limit``, in ascending order."""
    n = parent.size
    reach = np.full(n, np.inf)
    start = np.zeros(n + 1, np.int64)
    slot = np.zeros(1, np.int64)
    target = np.empty(0, np.int32)
    distance = np.empty(0)
    for turn in range(2):
        for t in range(targets.size):
            v = targets[t]
            reach[v] = 0.0
            pending = 1
            while pending:
                here = reach[v]
                if here < np.inf:
                    pending += _relax(v, here, up_start, up_head, weight, 1, limit, reach) - 1
                    if turn == 0:
                        start[v + 1] += 1
                    else:
                        target[slot[v]] = t
                        distance[slot[v]] = here
                        slot[v] += 1
                reach[v] = np.inf
                v = parent[v]
        if turn == 0:
            for v in range(n):
                start[v + 1] += start[v]
            slot = start[:-1].copy()
            target = np.empty(start[n], np.int32)
            distance = np.empty(start[n])
    return start, target, distance


@njit(cache=True, nogil=True)
def rows_within(
    sources: Int32Array,
    targets: int,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    start: IntArray,
    target: Int32Array,
    distance: FloatArray,
    limit: float,
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Targets within ``limit`` of each source, in no order, as rows."""
    reach = np.full(parent.size, np.inf)
    best = np.full(targets, np.inf)
    found = np.empty(targets, np.int32)
    begin = np.zeros(sources.size + 1, np.int64)
    column = np.empty(max(16, sources.size), np.int32)
    value = np.empty(column.size)
    size = 0
    for s in range(sources.size):
        many = 0
        v = sources[s]
        reach[v] = 0.0
        pending = 1
        while pending:
            here = reach[v]
            reach[v] = np.inf
            if here < np.inf:
                pending += _relax(v, here, up_start, up_head, weight, 0, limit, reach) - 1
                for k in range(start[v], start[v + 1]):
                    whole = here + distance[k]
                    if whole > limit:
                        break
                    t = target[k]
                    if whole < best[t]:
                        if best[t] == np.inf:
                            found[many] = t
                            many += 1
                        best[t] = whole
            v = parent[v]
        if size + many > column.size:
            more = max(size, many)
            column = np.concatenate((column, np.empty(more, np.int32)))
            value = np.concatenate((value, np.empty(more)))
        for i in range(many):
            column[size] = found[i]
            value[size] = best[found[i]]
            best[found[i]] = np.inf
            size += 1
        begin[s + 1] = size
    return begin, column[:size].copy(), value[:size].copy()


@njit(cache=True, nogil=True)
def _insert(target: int, value: float, k: int, names: Int32Array, values: FloatArray) -> None:
    """Keep the ``k`` least values of distinct targets, ascending, ties by target."""
    if value > values[k - 1] or (value == values[k - 1] and target >= names[k - 1] >= 0):
        return
    end = k - 1
    for i in range(k):
        if names[i] == target:
            if values[i] <= value:
                return
            end = i
            break
    while end > 0 and (
        values[end - 1] > value or (values[end - 1] == value and names[end - 1] > target)
    ):
        names[end] = names[end - 1]
        values[end] = values[end - 1]
        end -= 1
    names[end] = target
    values[end] = value


@njit(cache=True, nogil=True)
def buckets_nearest(
    targets: Int32Array,
    where: Int32Array,
    size: int,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    k: int,
) -> tuple[Int32Array, FloatArray]:
    """For each node above the targets the ``k`` nearest of those below it (−1, inf: fewer)."""
    reach = np.full(parent.size, np.inf)
    names = np.full((size, k), -1, np.int32)
    values = np.full((size, k), np.inf)
    for t in range(targets.size):
        v = targets[t]
        reach[v] = 0.0
        pending = 1
        while pending:
            here = reach[v]
            reach[v] = np.inf
            if here < np.inf:
                pending -= 1
                if here <= values[where[v], k - 1]:
                    pending += _relax(v, here, up_start, up_head, weight, 1, np.inf, reach)
                    _insert(t, here, k, names[where[v]], values[where[v]])
            v = parent[v]
    return names, values


@njit(cache=True, nogil=True)
def rows_nearest(
    sources: Int32Array,
    where: Int32Array,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    names: Int32Array,
    values: FloatArray,
    out_names: Int32Array,
    out_values: FloatArray,
) -> None:
    """Fill the ``k`` nearest targets of each source (−1, inf: fewer)."""
    k = names.shape[1]
    reach = np.full(parent.size, np.inf)
    for s in range(sources.size):
        out_names[s] = -1
        out_values[s] = np.inf
        v = sources[s]
        reach[v] = 0.0
        pending = 1
        while pending:
            here = reach[v]
            reach[v] = np.inf
            pending -= here < np.inf
            if here < np.inf and here <= out_values[s, k - 1]:
                if where[v] >= 0:
                    bucket = where[v]
                    for i in range(k):
                        whole = here + values[bucket, i]
                        if names[bucket, i] < 0 or whole > out_values[s, k - 1]:
                            break
                        _insert(names[bucket, i], whole, k, out_names[s], out_values[s])
                bound = out_values[s, k - 1]
                pending += _relax(v, here, up_start, up_head, weight, 0, bound, reach)
            v = parent[v]
