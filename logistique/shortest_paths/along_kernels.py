"""Distances together with another sum along the same paths, by one sweep."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray
from logistique.shortest_paths.sweep_kernels import LANES


@njit(cache=True, nogil=True)
def _climb(
    source: int,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    other: FloatArray,
    distance: FloatArray,
    along: FloatArray,
) -> None:
    distance[source] = 0.0
    along[source] = 0.0
    v = source
    while v >= 0:
        if distance[v] < np.inf:
            for e in range(up_start[v], up_start[v + 1]):
                u = up_head[e]
                if distance[v] + weight[e, 0] < distance[u]:
                    distance[u] = distance[v] + weight[e, 0]
                    along[u] = along[v] + other[e, 0]
        v = parent[v]


@njit(cache=True, nogil=True)
def _sweep(
    begin: IntArray,
    upper: Int32Array,
    cost: FloatArray,
    edge: Int32Array,
    other: FloatArray,
    table: FloatArray,
    second: FloatArray,
) -> None:
    lane = np.empty(LANES)
    along = np.empty(LANES)
    for i in range(begin.size - 1):
        for s in range(LANES):
            lane[s] = table[i, s]
            along[s] = second[i, s]
        for k in range(begin[i], begin[i + 1]):
            j = upper[k]
            c = cost[k]
            m = other[edge[k], 1]
            for s in range(LANES):
                through = table[j, s] + c
                better = through < lane[s]
                along[s] = second[j, s] + m if better else along[s]
                lane[s] = through if better else lane[s]
        for s in range(LANES):
            table[i, s] = lane[s]
            second[i, s] = along[s]


@njit(cache=True, nogil=True)
def distances_along(
    sources: Int32Array,
    at: Int32Array,
    nodes: Int32Array,
    where: Int32Array,
    begin: IntArray,
    upper: Int32Array,
    cost: FloatArray,
    edge: Int32Array,
    parent: Int32Array,
    up_start: IntArray,
    up_head: Int32Array,
    weight: FloatArray,
    other: FloatArray,
    out: FloatArray,
    out_along: FloatArray,
) -> None:
    """Fill distances and the sums of ``other`` along their paths (sources × targets)."""
    reach = np.full(parent.size, np.inf)
    reach_along = np.full(parent.size, np.inf)
    table = np.empty((nodes.size, LANES))
    second = np.empty((nodes.size, LANES))
    for batch in range(0, sources.size, LANES):
        table[:] = np.inf
        second[:] = np.inf
        many = min(LANES, sources.size - batch)
        for s in range(many):
            v = sources[batch + s]
            _climb(v, parent, up_start, up_head, weight, other, reach, reach_along)
            while v >= 0:
                if where[v] >= 0:
                    table[where[v], s] = reach[v]
                    second[where[v], s] = reach_along[v]
                reach[v] = np.inf
                reach_along[v] = np.inf
                v = parent[v]
        _sweep(begin, upper, cost, edge, other, table, second)
        for s in range(many):
            for t in range(at.size):
                out[batch + s, t] = table[at[t], s]
                out_along[batch + s, t] = second[at[t], s]
