"""Chordal completion of an ordered graph, and its customisation by lower triangles."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray


@njit(cache=True, nogil=True)
def elimination_tree(start: IntArray, neighbour: Int32Array) -> Int32Array:
    """Parent of each node in the elimination tree (Liu 1990), −1 for roots; nodes are ranks."""
    n = start.size - 1
    parent = np.full(n, -1, np.int32)
    ancestor = np.full(n, -1, np.int32)
    for v in range(n):
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            if u >= v:
                continue
            while ancestor[u] != -1 and ancestor[u] != v:
                following = ancestor[u]
                ancestor[u] = v
                u = following
            if ancestor[u] == -1:
                ancestor[u] = v
                parent[u] = v
    return parent


@njit(cache=True, nogil=True)
def postorder(parent: Int32Array) -> Int32Array:
    """Return new ranks of the nodes such that every subtree is a run of ranks ending with its root."""
    n = parent.size
    first = np.full(n, -1, np.int32)
    following = np.full(n, -1, np.int32)
    new = np.empty(n, np.int32)
    stack = np.empty(n, np.int32)
    many = 0
    for v in range(n):
        if parent[v] >= 0:
            following[v] = first[parent[v]]
            first[parent[v]] = v
        else:
            stack[many] = v
            many += 1
    count = n
    while many:
        many -= 1
        v = stack[many]
        count -= 1
        new[v] = count
        child = first[v]
        while child >= 0:
            stack[many] = child
            many += 1
            child = following[child]
    return new


@njit(cache=True, nogil=True)
def count_fill(
    start: IntArray, neighbour: Int32Array, parent: Int32Array, most: int
) -> tuple[IntArray, IntArray, int]:
    """Count the rows of :func:`fill` and the number of edges; stops beyond ``most``."""
    n = start.size - 1
    mark = np.full(n, -1, np.int32)
    up_start = np.zeros(n + 1, np.int64)
    down_start = np.zeros(n + 1, np.int64)
    edges = 0
    for v in range(n):
        mark[v] = v
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            while u < v and mark[u] != v:
                mark[u] = v
                up_start[u + 1] += 1
                down_start[v + 1] += 1
                edges += 1
                u = parent[u]
        if edges > most:
            break
    for v in range(n):
        up_start[v + 1] += up_start[v]
        down_start[v + 1] += down_start[v]
    return up_start, down_start, edges


@njit(cache=True, nogil=True)
def fill(
    start: IntArray,
    neighbour: Int32Array,
    parent: Int32Array,
    up_start: IntArray,
    down_start: IntArray,
) -> tuple[IntArray, Int32Array, IntArray, Int32Array, Int32Array]:
    """Edges of the chordal completion, by lower end and by upper end.

    Row v of the completion is the union of the tree paths from v's lower neighbours up to v.

    Returns
    -------
    up_start, up_head
        Edges by lower end, upper ends ascending.
    down_start, down_tail, down_edge
        For each node its lower neighbours and the edges to them.
    """
    n = start.size - 1
    mark = np.full(n, -1, np.int32)
    edges = up_start[n]
    up_head = np.empty(edges, np.int32)
    down_tail = np.empty(edges, np.int32)
    down_edge = np.empty(edges, np.int32)
    slot = up_start[:-1].copy()
    size = 0
    for v in range(n):
        mark[v] = v
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            while u < v and mark[u] != v:
                mark[u] = v
                up_head[slot[u]] = v
                down_tail[size] = u
                down_edge[size] = slot[u]
                slot[u] += 1
                size += 1
                u = parent[u]
    return up_start, up_head, down_start, down_tail, down_edge


@njit(cache=True, nogil=True)
def edge_of_arcs(
    up_start: IntArray, up_head: Int32Array, rank: Int32Array, tail: Int32Array, head: Int32Array
) -> Int32Array:
    """Twice the edge of each arc, plus one when it runs downwards; −1 for self-loops."""
    place = np.empty(tail.size, np.int32)
    for a in range(tail.size):
        u, v = rank[tail[a]], rank[head[a]]
        if u == v:
            place[a] = -1
            continue
        low, high = min(u, v), max(u, v)
        begin, end = up_start[low], up_start[low + 1]
        while end - begin > 1:
            middle = (begin + end) // 2
            if up_head[middle] <= high:
                begin = middle
            else:
                end = middle
        place[a] = 2 * begin + (u > v)
    return place


@njit(cache=True, nogil=True)
def lay_costs(place: Int32Array, cost: FloatArray, weight: FloatArray, via: Int32Array) -> None:
    """Put each arc's cost on its edge, the least of parallel arcs.

    ``weight[e]`` is the cost upwards and downwards; ``via`` is −2 − a for arc a, −1 for none.
    """
    weight[:] = np.inf
    via[:] = -1
    for a in range(place.size):
        if place[a] >= 0:
            e, down = place[a] >> 1, place[a] & 1
            if cost[a] < weight[e, down]:
                weight[e, down] = cost[a]
                via[e, down] = -2 - a


@njit(cache=True, nogil=True)
def customise(
    up_start: IntArray,
    up_head: Int32Array,
    down_start: IntArray,
    down_tail: Int32Array,
    down_edge: Int32Array,
    weight: FloatArray,
    via: Int32Array,
    first: int,
    last: int,
) -> None:
    """Make every edge whose lower end is in ``first:last`` as short as any path below it.

    Lower triangles (u, v, w), u < v < w: an edge v–w is relaxed by v–u–w once the edges of u are
    final (Dibbelt, Strasser and Wagner 2016). ``via`` names u.
    """
    position = np.empty(up_start.size, np.int32)
    for v in range(first, last):
        for e in range(up_start[v], up_start[v + 1]):
            position[up_head[e]] = e
        for k in range(down_start[v], down_start[v + 1]):
            u = down_tail[k]
            edge = down_edge[k]
            rise, fall = weight[edge, 0], weight[edge, 1]
            for f in range(edge + 1, up_start[u + 1]):
                e = position[up_head[f]]
                ahead = fall + weight[f, 0]
                if ahead < weight[e, 0]:
                    weight[e, 0] = ahead
                    via[e, 0] = u
                back = weight[f, 1] + rise
                if back < weight[e, 1]:
                    weight[e, 1] = back
                    via[e, 1] = u
