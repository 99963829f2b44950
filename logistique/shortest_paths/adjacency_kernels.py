"""Undirected adjacency, and the easy part of an elimination order: nodes of degree one and two."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.shortest_paths.arrays import BoolArray, Int32Array, IntArray

LONG_LIST = 64


@njit(cache=True, nogil=True)
def undirected(n: int, tail: Int32Array, head: Int32Array) -> tuple[IntArray, Int32Array]:
    """Compressed rows of distinct neighbours in both directions, self-loops left out."""
    start = np.zeros(n + 1, np.int64)
    for a in range(tail.size):
        if tail[a] != head[a]:
            start[tail[a] + 1] += 1
            start[head[a] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    slot = start[:-1].copy()
    whole = np.empty(start[n], np.int32)
    for a in range(tail.size):
        if tail[a] != head[a]:
            whole[slot[tail[a]]] = head[a]
            slot[tail[a]] += 1
            whole[slot[head[a]]] = tail[a]
            slot[head[a]] += 1
    seen = np.full(n, -1, np.int32)
    kept = 0
    begin = 0
    for v in range(n):
        end = start[v + 1]
        for k in range(begin, end):
            if seen[whole[k]] != v:
                seen[whole[k]] = v
                whole[kept] = whole[k]
                kept += 1
        begin = end
        start[v + 1] = kept
    return start, whole[:kept].copy()


@njit(cache=True, nogil=True)
def eliminate_low_degrees(
    start: IntArray, neighbour: Int32Array, order: Int32Array
) -> tuple[int, BoolArray]:
    """Eliminate nodes of degree ≤ 2 in rounds; ``neighbour`` becomes that of what is left.

    A round takes each node at most once and none whose neighbour of degree two it has just
    taken, so that a chain of m nodes is eliminated in about log2(m) layers. Fills the first
    entries of ``order``; returns their number and which nodes are left. An edge joins the two
    neighbours of an eliminated node of degree two. Lists keep entries of nodes that are gone.
    """
    n = start.size - 1
    alive = np.ones(n, np.bool_)
    degree = np.empty(n, np.int32)
    length = np.empty(n, np.int32)
    round_of = np.full(n, -1, np.int32)
    now = np.empty(n, np.int32)
    size = 0
    for v in range(n):
        degree[v] = length[v] = start[v + 1] - start[v]
        if degree[v] <= 2:
            now[size] = v
            size += 1
    done = 0
    turn = 0
    later = np.empty(n, np.int32)
    queued = np.full(n, -1, np.int32)
    while size:
        more = 0
        for i in range(size):
            v = now[i]
            if not alive[v] or degree[v] > 2:
                continue
            if round_of[v] == turn:
                if queued[v] != turn:
                    queued[v] = turn
                    later[more] = v
                    more += 1
                continue
            a = b = -1
            for k in range(start[v], start[v] + length[v]):
                u = neighbour[k]
                if alive[u]:
                    if a < 0:
                        a = u
                    else:
                        b = u
            if b >= 0 and max(length[a], length[b]) > LONG_LIST:
                continue
            alive[v] = False
            order[done] = v
            done += 1
            if b >= 0:
                joined = False
                for k in range(start[a], start[a] + length[a]):
                    if neighbour[k] == b:
                        joined = True
                for k in range(start[a], start[a] + length[a]):
                    if neighbour[k] == v and not joined:
                        neighbour[k] = b
                for k in range(start[b], start[b] + length[b]):
                    if neighbour[k] == v and not joined:
                        neighbour[k] = a
                if joined:
                    degree[a] -= 1
                    degree[b] -= 1
                round_of[a] = turn
                round_of[b] = turn
            elif a >= 0:
                degree[a] -= 1
            for u in (a, b):
                if u >= 0 and degree[u] <= 2 and queued[u] != turn:
                    queued[u] = turn
                    later[more] = u
                    more += 1
        now, later = later, now
        size = more
        turn += 1
    return done, alive


@njit(cache=True, nogil=True)
def left_over(
    start: IntArray, neighbour: Int32Array, alive: BoolArray
) -> tuple[Int32Array, IntArray, Int32Array]:
    """Nodes left, and compressed rows of their neighbours in that numbering."""
    n = start.size - 1
    number = np.full(n, -1, np.int32)
    nodes = np.flatnonzero(alive).astype(np.int32)
    for i in range(nodes.size):
        number[nodes[i]] = i
    begin = np.zeros(nodes.size + 1, np.int64)
    kept = np.empty(neighbour.size, np.int32)
    size = 0
    for i in range(nodes.size):
        for k in range(start[nodes[i]], start[nodes[i] + 1]):
            if alive[neighbour[k]]:
                kept[size] = number[neighbour[k]]
                size += 1
        begin[i + 1] = size
    return nodes, begin, kept[:size].copy()
