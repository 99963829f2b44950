"""Distances from many sources to many targets by one sweep down a part of the hierarchy.

The part is what lies above the targets (restricted PHAST, Delling, Goldberg and Werneck 2011). A
source climbs the elimination tree, then all sources of a batch are swept together, one lane each.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray

LANES = 32


@njit(cache=True, nogil=True)
def above(parent: Int32Array, targets: Int32Array) -> tuple[Int32Array, Int32Array]:
    """Nodes above the targets, highest first, and the position of each node among them or −1."""
    inside = np.zeros(parent.size, np.bool_)
    count = 0
    for i in range(targets.size):
        v = targets[i]
        while v >= 0 and not inside[v]:
            inside[v] = True
            count += 1
            v = parent[v]
    nodes = np.empty(count, np.int32)
    where = np.full(parent.size, -1, np.int32)
    size = 0
    for v in range(parent.size - 1, -1, -1):
        if inside[v]:
            nodes[size] = v
            where[v] = size
            size += 1
    return nodes, where


@njit(cache=True, nogil=True)
def arcs_into(
    nodes: Int32Array,
    where: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    down: int,
) -> tuple[IntArray, Int32Array, FloatArray, Int32Array]:
    """Arcs from above into ``nodes``: starts of rows, positions of upper ends, costs, edges."""
    total = 0
    for i in range(nodes.size):
        total += up_start[nodes[i] + 1] - up_start[nodes[i]]
    begin = np.zeros(nodes.size + 1, np.int64)
    upper = np.empty(total, np.int32)
    cost = np.empty(total)
    edge = np.empty(total, np.int32)
    size = 0
    for i in range(nodes.size):
        v = nodes[i]
        for e in range(up_start[v], up_start[v + 1]):
            if weight[e, down] < np.inf:
                upper[size] = where[up_head[e]]
                cost[size] = weight[e, down]
                edge[size] = e
                size += 1
        begin[i + 1] = size
    return begin, upper[:size].copy(), cost[:size].copy(), edge[:size].copy()


@njit(cache=True, nogil=True)
def relax(
    v: int,
    here: float,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    up: int,
    distance: FloatArray,
) -> None:
    """Shorten the distances above ``v``, which is at ``here``."""
    for e in range(up_start[v], up_start[v + 1]):
        there = here + weight[e, up]
        if there < distance[up_head[e]]:
            distance[up_head[e]] = there


@njit(cache=True, nogil=True)
def climb(
    source: int,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    up: int,
    distance: FloatArray,
) -> None:
    """Distances along rising paths to everything above ``source``; the rest of the array is kept."""
    distance[source] = 0.0
    v = source
    while v >= 0:
        here = distance[v]
        if here < np.inf:
            relax(v, here, up_start, up_head, weight, up, distance)
        v = parent[v]


@njit(cache=True, nogil=True)
def sweep(begin: IntArray, upper: Int32Array, cost: FloatArray, table: FloatArray) -> None:
    """Settle ``table`` (nodes above the targets × lanes) from the top down."""
    lane = np.empty(LANES)
    for i in range(begin.size - 1):
        for s in range(LANES):
            lane[s] = table[i, s]
        k, end = begin[i], begin[i + 1]
        while k + 1 < end:  # two arcs at once spare half of the reading and writing of lanes
            j, other = upper[k], upper[k + 1]
            c, d = cost[k], cost[k + 1]
            for s in range(LANES):
                here = lane[s]
                through = table[j, s] + c
                second = table[other, s] + d
                through = through if through < second else second
                lane[s] = through if through < here else here
            k += 2
        if k < end:
            j = upper[k]
            c = cost[k]
            for s in range(LANES):
                here = lane[s]
                through = table[j, s] + c
                lane[s] = through if through < here else here
        for s in range(LANES):
            table[i, s] = lane[s]


@njit(cache=True, nogil=True)
def distances(
    sources: Int32Array,
    at: Int32Array,
    nodes: Int32Array,
    where: Int32Array,
    begin: IntArray,
    upper: Int32Array,
    cost: FloatArray,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    up: int,
    out: FloatArray,
    flip: int,
) -> None:
    """Fill ``out`` (sources × targets, transposed if ``flip``).

    ``at`` is the position of each target among ``nodes``.
    """
    reach = np.full(parent.size, np.inf)
    table = np.empty((nodes.size, LANES))
    for batch in range(0, sources.size, LANES):
        table[:] = np.inf
        many = min(LANES, sources.size - batch)
        for s in range(many):
            climb(sources[batch + s], parent, up_start, up_head, weight, up, reach)
            v = sources[batch + s]
            while v >= 0:
                if where[v] >= 0:
                    table[where[v], s] = reach[v]
                reach[v] = np.inf
                v = parent[v]
        sweep(begin, upper, cost, table)
        if flip:
            for t in range(at.size):
                for s in range(many):
                    out[t, batch + s] = table[at[t], s]
        else:
            for s in range(many):
                for t in range(at.size):
                    out[batch + s, t] = table[at[t], s]
