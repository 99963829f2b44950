"""Order in which nodes are contracted: low degrees first, then nested dissection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from logistique.shortest_paths.adjacency_kernels import (
    eliminate_low_degrees,
    left_over,
    undirected,
)
from logistique.shortest_paths.arrays import Int32Array, IntArray
from logistique.shortest_paths.dissection_kernels import dissect

SERIAL_PARTS = 8
WORTH_THREADS = 5000  # nodes


def contraction_order(n: int, tail: Int32Array, head: Int32Array, threads: int = 1) -> Int32Array:
    """Rank of each node; the highest is contracted last.

    Parameters
    ----------
    n : int
    tail, head : (a,) int32
        Ends of the arcs; directions do not matter.
    threads : int
        Processors used; the order does not depend on it.

    Returns
    -------
    (n,) int32
        A permutation of 0 … n − 1.

    Notes
    -----
    Dead-end trees, then chains, go first at no cost in added edges; what is left, a quarter of
    the nodes of a road network, is dissected (see ``dissection_kernels``).
    """
    start, neighbour = undirected(n, tail, head)
    order = np.empty(n, np.int32)
    done, alive = eliminate_low_degrees(start, neighbour, order)
    nodes, start, neighbour = left_over(start, neighbour, alive)
    rank = np.empty(n, np.int32)
    rank[order[:done]] = np.arange(done)
    rank[nodes] = done + _dissected(start, neighbour, threads)
    return rank


def _dissected(start: IntArray, neighbour: Int32Array, threads: int) -> Int32Array:
    n = len(start) - 1
    rank = np.full(n, -1, np.int32)
    everything = np.arange(n, dtype=np.int32)
    stop = n // SERIAL_PARTS if threads > 1 and n > WORTH_THREADS else 0
    parts, pool = dissect(start, neighbour, rank, everything, 0, stop)

    def rest(part: IntArray) -> None:
        begin, end, low = part
        dissect(start, neighbour, rank, pool[begin:end].copy(), low, 0)

    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(rest, parts))
    return rank
