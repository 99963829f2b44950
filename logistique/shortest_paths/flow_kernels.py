"""Maximum flow with unit capacities (Dinic 1970), and the minimum cuts it proves."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import Int8Array, Int32Array


@njit(cache=True, nogil=True)
def mates(start: Int32Array, neighbour: Int32Array) -> Int32Array:
    """Position of the opposite of every half-edge."""
    n = start.size - 1
    mate = np.empty(neighbour.size, np.int32)
    for v in range(n):
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            if u > v:
                for j in range(start[u], start[u + 1]):
                    if neighbour[j] == v:
                        mate[k] = j
                        mate[j] = k
                        break
    return mate


@njit(cache=True, nogil=True)
def max_flow(
    start: Int32Array,
    neighbour: Int32Array,
    mate: Int32Array,
    terminal: Int8Array,
    flow: Int8Array,
) -> int:
    """Maximum flow from nodes marked 1 to nodes marked 2, unit capacities (Dinic 1970)."""
    n = start.size - 1
    level = np.empty(n, np.int32)
    queue = np.empty(n, np.int32)
    cursor = np.empty(n, np.int32)
    path = np.empty(n, np.int32)
    border = np.empty(n, np.int32)
    sources = 0
    for v in range(n):
        if terminal[v] == 1:
            for k in range(start[v], start[v + 1]):
                if terminal[neighbour[k]] != 1:
                    border[sources] = v
                    sources += 1
                    break
    value = 0
    while True:
        for v in range(n):
            level[v] = 0 if terminal[v] == 1 else -1
        for i in range(sources):
            queue[i] = border[i]
        size = sources
        done = 0
        reached = 1 << 30
        while done < size:
            v = queue[done]
            done += 1
            if level[v] >= reached:
                break
            for k in range(start[v], start[v + 1]):
                u = neighbour[k]
                if level[u] < 0 and flow[k] < 1:
                    level[u] = level[v] + 1
                    if terminal[u] == 2:
                        reached = level[u]
                    queue[size] = u
                    size += 1
        if reached == 1 << 30:
            return value
        for i in range(size):
            cursor[queue[i]] = start[queue[i]]
        for i in range(sources):
            root = queue[i]
            while True:
                v = root
                depth = 0
                found = False
                while True:
                    if terminal[v] == 2:
                        found = True
                        break
                    advanced = False
                    while cursor[v] < start[v + 1]:
                        k = cursor[v]
                        u = neighbour[k]
                        if flow[k] < 1 and level[u] == level[v] + 1:
                            path[depth] = k
                            depth += 1
                            v = u
                            advanced = True
                            break
                        cursor[v] += 1
                    if not advanced:
                        if depth == 0:
                            break
                        depth -= 1
                        k = path[depth]
                        v = neighbour[mate[k]]
                        cursor[v] += 1
                if not found:
                    break
                for d in range(depth):
                    flow[path[d]] += 1
                    flow[mate[path[d]]] -= 1
                value += 1


@njit(cache=True, nogil=True)
def minimum_cut(
    start: Int32Array,
    neighbour: Int32Array,
    mate: Int32Array,
    terminal: Int8Array,
    flow: Int8Array,
    reverse: int,
) -> Int32Array:
    """Nodes on the sources' side (0), the cut taken next to them or next to the sinks."""
    n = start.size - 1
    inside = np.int32(reverse)
    side = np.full(n, 1 - reverse, np.int32)
    queue = np.empty(n, np.int32)
    size = 0
    for v in range(n):
        if terminal[v] == 1 + reverse:
            side[v] = inside
            queue[size] = v
            size += 1
    done = 0
    while done < size:
        v = queue[done]
        done += 1
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            free = flow[mate[k]] < 1 if reverse else flow[k] < 1
            if side[u] != inside and free:
                side[u] = inside
                queue[size] = u
                size += 1
    return side
