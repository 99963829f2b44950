"""From cut edges to a separator: the least cover of the cut by nodes."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import Int32Array


@njit(cache=True, nogil=True)
def cover(start: Int32Array, neighbour: Int32Array, side: Int32Array) -> tuple[int, int, int]:
    """Take a cover of the cut edges out of the two sides; sizes of cover and sides.

    The cut edges form a bipartite graph; a maximum matching of it gives the least cover (König).
    """
    n = start.size - 1
    partner = np.full(n, -1, np.int32)
    border = np.empty(n, np.int32)
    size = 0
    for v in range(n):
        if side[v] == 0:
            for k in range(start[v], start[v + 1]):
                if side[neighbour[k]] == 1:
                    border[size] = v
                    size += 1
                    break
    seen = np.full(n, -1, np.int32)
    stack = np.empty(n, np.int32)
    came = np.empty(n, np.int32)
    for i in range(size):  # augmenting paths by breadth-first search
        stack[0] = border[i]
        many = 1
        done = 0
        end = -1
        while done < many and end < 0:
            v = stack[done]
            done += 1
            for k in range(start[v], start[v + 1]):
                u = neighbour[k]
                if side[u] == 1 and seen[u] != i:
                    seen[u] = i
                    came[u] = v
                    if partner[u] < 0:
                        end = u
                        break
                    stack[many] = partner[u]
                    many += 1
        while end >= 0:
            v = came[end]
            following = partner[v]
            partner[v] = end
            partner[end] = v
            end = following
    # König: from unmatched left nodes along alternating paths
    visited = np.zeros(n, np.bool_)
    many = 0
    for i in range(size):
        if partner[border[i]] < 0:
            visited[border[i]] = True
            stack[many] = border[i]
            many += 1
    while many:
        many -= 1
        v = stack[many]
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            if side[u] == 1 and not visited[u]:
                visited[u] = True
                w = partner[u]
                if w >= 0 and not visited[w]:
                    visited[w] = True
                    stack[many] = w
                    many += 1
    counts = np.zeros(3, np.int64)
    for i in range(size):
        v = border[i]
        if not visited[v]:
            counts[2] += 1
            came[v] = -2
    for i in range(size):
        v = border[i]
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            if side[u] == 1 and visited[u]:
                came[u] = -2
    for i in range(size):
        v = border[i]
        for k in range(start[v], start[v + 1]):
            u = neighbour[k]
            if side[u] == 1 and visited[u]:
                side[u] = -1
    for i in range(size):
        if not visited[border[i]]:
            side[border[i]] = -1
    zero = one = separator = 0
    for v in range(n):
        if side[v] == 0:
            zero += 1
        elif side[v] == 1:
            one += 1
        else:
            separator += 1
    return separator, zero, one
