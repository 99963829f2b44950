"""Seeded cities with the degrees and lengths of real roads: arterial grid, tree-like blocks.

Junctions lie on a jittered lattice. Every ``block``-th line is an arterial, every fifth arterial a
motorway; inside a block streets form a random tree with a few loops, so that about a quarter of
the junctions are dead ends and most others have three arms, as in OpenStreetMap extracts. A few
percent of the streets are one-way; what is not strongly connected is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SPACING_M = 90.0
SPEED_KMH = (25.0, 50.0, 80.0)  # block street, arterial, motorway
LOOPS, ONE_WAY = 0.15, 0.03


@dataclass(frozen=True, eq=False)
class RoadCity:
    """Directed arcs of a generated city.

    Parameters
    ----------
    x_m, y_m : (n,) float
        Junctions, metres.
    tail, head : (a,) int
        Ends of the arcs, sorted by tail, then head; no two arcs share both ends.
    length_m, time_s : (a,) float
        Length and free-flow time.
    """

    x_m: FloatArray
    y_m: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    time_s: FloatArray


def road_city(side: int, seed: int, *, block: int = 9) -> RoadCity:
    """Make a city on ``side`` × ``side`` lattice points.

    ``side`` 455 has about 202 000 junctions and 464 000 arcs, 1012 a million.
    """
    random = np.random.default_rng(seed)
    first, second, level = _lattice(side, block)
    jitter = random.uniform(-0.38, 0.38, (2, side * side)) * SPACING_M
    x = np.arange(side * side) % side * SPACING_M + jitter[0]
    y = np.arange(side * side) // side * SPACING_M + jitter[1]
    kept = _streets(random, first, second, level, side * side)
    first, second, level = first[kept], second[kept], level[kept]
    bends = random.lognormal(0.06, 0.08, first.size).clip(1.0, 1.8)
    length = np.hypot(x[first] - x[second], y[first] - y[second]).clip(5.0) * bends
    slow = random.uniform(0.85, 1.3, first.size)
    time = length * slow / (np.array(SPEED_KMH)[level] / 3.6)
    both = (level > 0) | (random.uniform(size=first.size) >= ONE_WAY)
    tail = np.concatenate([first, second[both]])
    head = np.concatenate([second, first[both]])
    length, time = (np.concatenate([a, a[both]]) for a in (length, time))
    return _strong_part(x, y, tail, head, length, time)


def _lattice(side: int, block: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return ends and levels (0 street, 1 arterial, 2 motorway) of all edges of the lattice."""
    node = np.arange(side * side).reshape(side, side)
    line = np.arange(side)
    rank = np.where(line % block == 0, 1 + (line % (5 * block) == 0), 0)
    across = np.broadcast_to(rank[:, None], (side, side - 1))
    first = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    second = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    return first, second, np.concatenate([across.ravel(), across.T.ravel()])


def _streets(
    random: np.random.Generator, first: IntArray, second: IntArray, level: IntArray, nodes: int
) -> IntArray:
    """Edges kept: arterials, a random tree that joins the rest to them, and a few loops."""
    weight = np.where(level > 0, 1e-3, random.uniform(1.0, 2.0, first.size))
    tree = csgraph.minimum_spanning_tree(
        sparse.csr_array((weight, (first, second)), (nodes, nodes))
    ).tocoo()
    in_tree = np.isin(first * nodes + second, tree.row.astype(np.int64) * nodes + tree.col)
    loops = random.uniform(size=first.size) < LOOPS
    return np.flatnonzero((level > 0) | in_tree | loops)


def _strong_part(
    x: FloatArray,
    y: FloatArray,
    tail: IntArray,
    head: IntArray,
    length: FloatArray,
    time: FloatArray,
) -> RoadCity:
    graph = sparse.csr_array((np.ones(tail.size), (tail, head)), (x.size, x.size))
    _, part = csgraph.connected_components(graph, directed=True, connection="strong")
    inside = part == np.bincount(part).argmax()
    number = np.cumsum(inside) - 1
    arcs = np.flatnonzero(inside[tail] & inside[head])
    arcs = arcs[np.lexsort((head[arcs], tail[arcs]))]
    return RoadCity(
        x[inside], y[inside], number[tail[arcs]], number[head[arcs]], length[arcs], time[arcs]
    )
