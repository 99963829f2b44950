"""Directions across a graph without coordinates: hop distances to far-apart nodes."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import Int32Array


@njit(cache=True, nogil=True)
def _hops(start: Int32Array, neighbour: Int32Array, root: int, queue: Int32Array) -> Int32Array:
    hops = np.full(start.size - 1, -1, np.int32)
    hops[root] = 0
    queue[0] = root
    size = 1
    done = 0
    while done < size:
        v = queue[done]
        done += 1
        for k in range(start[v], start[v + 1]):
            if hops[neighbour[k]] < 0:
                hops[neighbour[k]] = hops[v] + 1
                queue[size] = neighbour[k]
                size += 1
    return hops


@njit(cache=True, nogil=True)
def directions(start: Int32Array, neighbour: Int32Array) -> Int32Array:
    """Four rankings of the nodes: across two far pairs, and their sum and difference."""
    n = start.size - 1
    queue = np.empty(n, np.int32)
    _hops(start, neighbour, 0, queue)
    a = _hops(start, neighbour, queue[n - 1], queue)
    b = _hops(start, neighbour, queue[n - 1], queue)
    balanced = 0
    score = -(1 << 30)
    for v in range(n):
        off = a[v] - b[v]
        value = a[v] + b[v] - 2 * (off if off > 0 else -off)
        if value > score:
            score = value
            balanced = v
    c = _hops(start, neighbour, balanced, queue)
    far = 0
    score = -(1 << 30)
    for v in range(n):
        off = a[v] - b[v]
        value = c[v] - 2 * (off if off > 0 else -off)
        if value > score:
            score = value
            far = v
    d = _hops(start, neighbour, far, queue)
    key = np.empty((4, n), np.int32)
    for v in range(n):
        first = a[v] - b[v]
        second = c[v] - d[v]
        key[0, v] = first
        key[1, v] = second
        key[2, v] = first + second
        key[3, v] = first - second
    return key


@njit(cache=True, nogil=True)
def sorted_by(key: Int32Array) -> Int32Array:
    """Positions in the order of small whole numbers, ties by position (counting sort)."""
    low = high = key[0]
    for v in range(key.size):
        low = min(low, key[v])
        high = max(high, key[v])
    slot = np.zeros(high - low + 2, np.int32)
    for v in range(key.size):
        slot[key[v] - low + 1] += 1
    for k in range(slot.size - 1):
        slot[k + 1] += slot[k]
    by = np.empty(key.size, np.int32)
    for v in range(key.size):
        by[slot[key[v] - low]] = v
        slot[key[v] - low] += 1
    return by
