"""All-or-nothing loading through the hierarchy: flows fall on edges, then on arcs, all at once.

Flows of a batch of sources climb from the targets to where each path turns, then go back down to
its source; edges collect them for all pairs together and are taken apart only once (Buchhold,
Sanders and Wagner 2019).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray
from logistique.shortest_paths.sweep_kernels import LANES, sweep
from logistique.shortest_paths.unpack_kernels import climb_with_edges


@njit(cache=True, nogil=True)
def load_edges(
    sources: Int32Array,
    at: Int32Array,
    first: IntArray,
    column: Int32Array,
    flow: FloatArray,
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
    amount: FloatArray,
) -> tuple[int, int]:
    """Add flows (sparse rows, sources × targets) to the edges of shortest paths.

    Returns the first pair without a path, or (−1, −1).
    """
    n = parent.size
    reach = np.full(n, np.inf)
    came = np.empty(n, np.int32)
    below = np.empty(n, np.int32)
    load = np.zeros(n)
    table = np.empty((nodes.size, LANES))
    rising = np.empty((nodes.size, LANES))
    falls = np.zeros((nodes.size, LANES))
    chain = np.empty(n, np.int32)
    for batch in range(0, sources.size, LANES):
        table[:] = np.inf
        many = min(LANES, sources.size - batch)
        for s in range(many):
            source = sources[batch + s]
            climb_with_edges(source, parent, up_start, up_head, weight, 0, reach, came, below)
            v = source
            while v >= 0:
                if where[v] >= 0:
                    table[where[v], s] = reach[v]
                reach[v] = np.inf
                v = parent[v]
        rising[:] = table
        sweep(begin, upper, cost, table)
        falls[:] = 0.0
        for s in range(many):
            for j in range(first[batch + s], first[batch + s + 1]):
                if table[at[column[j]], s] == np.inf:
                    return batch + s, column[j]
                falls[at[column[j]], s] += flow[j]
        _fall(begin, upper, cost, edge, table, rising, falls, amount)
        for s in range(many):
            source = sources[batch + s]
            climb_with_edges(source, parent, up_start, up_head, weight, 0, reach, came, below)
            size = 0
            v = source
            while v >= 0:
                chain[size] = v
                size += 1
                if where[v] >= 0:
                    load[v] = falls[where[v], s]
                reach[v] = np.inf
                v = parent[v]
            for i in range(size - 1, 0, -1):
                v = chain[i]
                if load[v] > 0.0:
                    amount[came[v], 0] += load[v]
                    load[below[v]] += load[v]
                load[v] = 0.0
            load[source] = 0.0
    return -1, -1


@njit(cache=True, nogil=True)
def _fall(
    begin: IntArray,
    upper: Int32Array,
    cost: FloatArray,
    edge: Int32Array,
    table: FloatArray,
    rising: FloatArray,
    falls: FloatArray,
    amount: FloatArray,
) -> None:
    """Move flows up from the targets; what is left in ``falls`` turned at that node."""
    for i in range(begin.size - 2, -1, -1):
        for s in range(LANES):
            here = falls[i, s]
            if here > 0.0 and table[i, s] < rising[i, s]:
                for k in range(begin[i], begin[i + 1]):
                    j = upper[k]
                    if table[j, s] + cost[k] == table[i, s]:
                        amount[edge[k], 1] += here
                        falls[j, s] += here
                        falls[i, s] = 0.0
                        break
