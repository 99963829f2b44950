"""From edges of the hierarchy back to arcs: paths, and other sums along the same paths."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray


@njit(cache=True, nogil=True)
def edge_between(up_start: IntArray, up_head: Int32Array, low: int, high: int) -> int:
    """Edge with these ends, which must exist."""
    begin: int = up_start[low]
    end: int = up_start[low + 1]
    while end - begin > 1:
        middle = (begin + end) // 2
        if up_head[middle] <= high:
            begin = middle
        else:
            end = middle
    return begin


@njit(cache=True, nogil=True)
def sum_along(
    up_start: IntArray, up_head: Int32Array, via: Int32Array, metric: FloatArray
) -> FloatArray:
    """Sum of another metric of the arcs along every edge, upwards and downwards, (edges, 2)."""
    total = np.full((up_head.size, 2), np.inf)
    for v in range(up_start.size - 1):
        for e in range(up_start[v], up_start[v + 1]):
            for down in range(2):
                u = via[e, down]
                if u <= -2:
                    total[e, down] = metric[-2 - u]
                elif u >= 0:
                    low = edge_between(up_start, up_head, u, v)
                    high = edge_between(up_start, up_head, u, up_head[e])
                    if down:
                        total[e, 1] = total[high, 1] + total[low, 0]
                    else:
                        total[e, 0] = total[low, 1] + total[high, 0]
    return total


@njit(cache=True, nogil=True)
def spread(
    up_start: IntArray,
    up_head: Int32Array,
    via: Int32Array,
    amount: FloatArray,
    loaded: FloatArray,
) -> None:
    """Move flows on edges (emptied) down to the arcs they stand for."""
    for v in range(up_start.size - 2, -1, -1):
        for e in range(up_start[v], up_start[v + 1]):
            for down in range(2):
                flow = amount[e, down]
                if flow == 0.0:
                    continue
                amount[e, down] = 0.0
                u = via[e, down]
                if u <= -2:
                    loaded[-2 - u] += flow
                else:
                    amount[edge_between(up_start, up_head, u, v), 1 - down] += flow
                    amount[edge_between(up_start, up_head, u, up_head[e]), down] += flow


@njit(cache=True, nogil=True)
def climb_with_edges(
    source: int,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    up: int,
    distance: FloatArray,
    edge: Int32Array,
    below: Int32Array,
) -> None:
    """As ``climb``, noting the edge and node each distance came by (−1 at the source)."""
    distance[source] = 0.0
    edge[source] = -1
    v = source
    while v >= 0:
        here = distance[v]
        if here < np.inf:
            for e in range(up_start[v], up_start[v + 1]):
                there = here + weight[e, up]
                u = up_head[e]
                if there < distance[u]:
                    distance[u] = there
                    edge[u] = e
                    below[u] = v
        v = parent[v]


@njit(cache=True, nogil=True)
def _unpack(
    edge: int,
    down: int,
    low: int,
    up_start: IntArray,
    up_head: Int32Array,
    via: Int32Array,
    stack: Int32Array,
    arcs: Int32Array,
    size: int,
) -> tuple[Int32Array, int, Int32Array]:
    """Append the arcs of an edge, whose lower end is ``low``, in the order driven."""
    stack[0] = edge
    stack[1] = down
    stack[2] = low
    depth = 3
    while depth:
        depth -= 3
        e, d, v = stack[depth], stack[depth + 1], stack[depth + 2]
        u = via[e, d]
        if u <= -2:
            if size == arcs.size:
                arcs = np.concatenate((arcs, np.empty(size, np.int32)))
            arcs[size] = -2 - u
            size += 1
            continue
        if depth + 6 > stack.size:
            stack = np.concatenate((stack, np.empty(stack.size, np.int32)))
        low_edge = edge_between(up_start, up_head, u, v)
        high_edge = edge_between(up_start, up_head, u, up_head[e])
        # the part driven last goes on the stack first
        stack[depth] = low_edge if d else high_edge
        stack[depth + 1] = 0
        stack[depth + 2] = u
        stack[depth + 3] = high_edge if d else low_edge
        stack[depth + 4] = 1
        stack[depth + 5] = u
        depth += 6
    return arcs, size, stack


@njit(cache=True, nogil=True)
def pair_paths(
    sources: Int32Array,
    targets: Int32Array,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    via: Int32Array,
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Arcs of a shortest path of each pair, as rows, and its length (infinite: none)."""
    n = parent.size
    rising = np.full(n, np.inf)
    falling = np.full(n, np.inf)
    rising_edge = np.empty(n, np.int32)
    falling_edge = np.empty(n, np.int32)
    rising_below = np.empty(n, np.int32)
    falling_below = np.empty(n, np.int32)
    begin = np.zeros(sources.size + 1, np.int64)
    length = np.empty(sources.size)
    arcs = np.empty(1024, np.int32)
    stack = np.empty(96, np.int32)
    chain = np.empty(n, np.int32)
    size = 0
    for p in range(sources.size):
        s, t = sources[p], targets[p]
        climb_with_edges(s, parent, up_start, up_head, weight, 0, rising, rising_edge, rising_below)
        climb_with_edges(
            t, parent, up_start, up_head, weight, 1, falling, falling_edge, falling_below
        )
        best = np.inf
        top = -1
        v = s
        while v >= 0:
            if rising[v] + falling[v] < best:
                best = rising[v] + falling[v]
                top = v
            v = parent[v]
        length[p] = best
        if top >= 0:
            many = 0
            v = top
            while rising_edge[v] >= 0:
                chain[many] = v
                many += 1
                v = rising_below[v]
            for i in range(many - 1, -1, -1):
                v = chain[i]
                arcs, size, stack = _unpack(
                    rising_edge[v], 0, rising_below[v], up_start, up_head, via, stack, arcs, size
                )
            v = top
            while falling_edge[v] >= 0:
                arcs, size, stack = _unpack(
                    falling_edge[v], 1, falling_below[v], up_start, up_head, via, stack, arcs, size
                )
                v = falling_below[v]
        begin[p + 1] = size
        for root in (s, t):
            v = root
            while v >= 0:
                rising[v] = np.inf
                falling[v] = np.inf
                v = parent[v]
    return begin, arcs[:size].copy(), length
