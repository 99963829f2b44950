"""Nested dissection with small separators found by maximum flow.

Inertial flow (Schild and Sommer 2015): the nodes that lie first along a direction are joined to
those that lie last by a maximum flow, whose minimum cut becomes the separator. A
direction here is the difference of the hop distances to two far-apart nodes, so that no
coordinates are needed. Separators come last in the order, the two sides are dissected in turn.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import Int32Array, IntArray
from logistique.shortest_paths.cover_kernels import cover
from logistique.shortest_paths.direction_kernels import directions, sorted_by
from logistique.shortest_paths.flow_kernels import mates, max_flow, minimum_cut

LEAF = 16
SHARE = 0.4  # of the nodes at each end; less finds smaller cuts, but takes longer


@njit(cache=True, nogil=True)
def dissect(
    start: IntArray,
    neighbour: Int32Array,
    rank: Int32Array,
    nodes: Int32Array,
    lowest: int,
    stop: int,
) -> tuple[IntArray, Int32Array]:
    """Rank ``nodes`` from ``lowest`` on; parts of at most ``stop`` nodes are left for later.

    Parameters
    ----------
    start, neighbour : (n + 1,), (e,) int
        Undirected adjacency of the whole graph.
    rank : (n,) int
        Ranks, filled in; −1 where not yet known.
    nodes : (k,) int
        Nodes to rank, none of which has a rank yet.
    stop : int
        0 ranks everything.

    Returns
    -------
    parts : (p, 3) int
        First and last position in the second array, and lowest rank, of parts left for later.
    left : int
        Their nodes.
    """
    n = start.size - 1
    local = np.full(n, -1, np.int32)
    pool = nodes.copy()
    stack = [(0, nodes.size, lowest)]
    left = [(0, 0, 0)]
    left.pop()
    while len(stack):
        begin, end, low = stack.pop()
        size = end - begin
        if stop and size <= stop:
            left.append((begin, end, low))
            continue
        members = pool[begin:end].copy()
        sub_start, sub_neighbour = _inside(start, neighbour, members, local)
        side, parts = _components(sub_start, sub_neighbour)
        if parts == 1 and size > LEAF:
            side = separate(sub_start, sub_neighbour)
            parts = 2
        elif parts == 1:
            by = _minimum_degree(sub_start, sub_neighbour)
            for i in range(size):
                rank[members[by[i]]] = low + i
            continue
        # separator (side -1) takes the top ranks; the parts follow each other below
        counts = np.zeros(parts + 1, np.int64)
        for i in range(size):
            counts[side[i] + 1] += 1
        place = np.empty(parts, np.int64)
        position = begin
        for p in range(parts):
            place[p] = position
            position += counts[p + 1]
        top = low + size - counts[0]
        for i in range(size):
            if side[i] < 0:
                rank[members[i]] = top
                top += 1
            else:
                pool[place[side[i]]] = members[i]
                place[side[i]] += 1
        position = begin
        for p in range(parts):
            if counts[p + 1]:
                stack.append((position, position + counts[p + 1], low + position - begin))
            position += counts[p + 1]
    parts_left = np.empty((len(left), 3), np.int64)
    for k in range(len(left)):
        parts_left[k] = left[k]
    return parts_left, pool


@njit(cache=True, nogil=True)
def _inside(
    start: IntArray, neighbour: Int32Array, members: Int32Array, local: Int32Array
) -> tuple[Int32Array, Int32Array]:
    """Adjacency among ``members``, numbered as they come; ``local`` is left at −1."""
    total = 0
    for i in range(members.size):
        local[members[i]] = i
        total += start[members[i] + 1] - start[members[i]]
    sub_start = np.zeros(members.size + 1, np.int32)
    sub_neighbour = np.empty(total, np.int32)
    size = 0
    for i in range(members.size):
        for k in range(start[members[i]], start[members[i] + 1]):
            other = local[neighbour[k]]
            if other >= 0:
                sub_neighbour[size] = other
                size += 1
        sub_start[i + 1] = size
    for i in range(members.size):
        local[members[i]] = -1
    return sub_start, sub_neighbour[:size]


@njit(cache=True, nogil=True)
def _components(start: Int32Array, neighbour: Int32Array) -> tuple[Int32Array, int]:
    n = start.size - 1
    part = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    parts = 0
    for root in range(n):
        if part[root] >= 0:
            continue
        part[root] = parts
        queue[0] = root
        size = 1
        done = 0
        while done < size:
            v = queue[done]
            done += 1
            for k in range(start[v], start[v + 1]):
                if part[neighbour[k]] < 0:
                    part[neighbour[k]] = parts
                    queue[size] = neighbour[k]
                    size += 1
        parts += 1
    return part, parts


@njit(cache=True, nogil=True)
def _minimum_degree(start: Int32Array, neighbour: Int32Array) -> Int32Array:
    """Order of at most 64 nodes by least degree, with fill, on sets kept as bits."""
    n = start.size - 1
    near = np.zeros(n, np.uint64)
    one = np.uint64(1)
    for v in range(n):
        for k in range(start[v], start[v + 1]):
            near[v] |= one << np.uint64(neighbour[k])
    order = np.empty(n, np.int32)
    gone = np.zeros(n, np.bool_)
    for i in range(n):
        best = -1
        least = 65
        for v in range(n):
            if not gone[v]:
                degree = 0
                bits = near[v]
                while bits:
                    bits &= bits - one
                    degree += 1
                if degree < least:
                    least = degree
                    best = v
        order[i] = best
        gone[best] = True
        for v in range(n):
            if (near[best] >> np.uint64(v)) & one:
                near[v] |= near[best]
                near[v] &= ~(one << np.uint64(v))
                near[v] &= ~(one << np.uint64(best))
    return order


@njit(cache=True, nogil=True)
def separate(start: Int32Array, neighbour: Int32Array) -> Int32Array:
    """Side of each node: 0, 1, or −1 for the separator."""
    n = start.size - 1
    mate = mates(start, neighbour)
    keys = directions(start, neighbour)
    best = np.empty(n, np.int32)
    best_score = np.inf
    flow = np.empty(neighbour.size, np.int8)
    for direction in range(keys.shape[0]):
        by = sorted_by(keys[direction])
        terminal = np.zeros(n, np.int8)
        many = max(1, int(SHARE * n))
        for i in range(many):
            terminal[by[i]] = 1
            terminal[by[n - 1 - i]] = 2
        flow[:] = 0
        max_flow(start, neighbour, mate, terminal, flow)
        for reverse in range(2):
            side = minimum_cut(start, neighbour, mate, terminal, flow, reverse)
            separator, zero, one = cover(start, neighbour, side)
            score = separator / min(zero, one) if min(zero, one) else np.inf
            if score < best_score:
                best_score = score
                best[:] = side
    if best_score == np.inf:  # no cut leaves two sides
        best[:] = -1
    return best
