"""A city on its real roads, generated: demand along streets, sites at junctions.

Demand points are uniform along the length of the streets (drawn by street, then by position),
each with a whole demand 1 … 20; sites are junctions drawn without repetition. The distance of a
customer to a site is the shortest path along directed streets; a point of a two-way street can
leave by both of its ends.
"""

from __future__ import annotations

import gzip
import io

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.case import Case
from benchmarks.costs import NetworkCosts
from benchmarks.instance import Instance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def read(case: Case) -> Instance:
    """Generate ``customers`` points and ``sites`` junctions from ``seed`` on the case's roads."""
    seed, m, n = (int(case.parameters[key]) for key in ("seed", "sites", "customers"))
    tail, head, length = _streets(case.path)
    junctions = int(max(tail.max(), head.max())) + 1
    random = np.random.default_rng(seed)
    street = random.choice(length.size, n, p=length / length.sum())
    position = random.uniform(0, 1, n)
    sites = np.sort(random.choice(junctions, m, replace=False))
    weight = random.integers(1, 21, n).astype(float)

    way = {ends: k for k, ends in enumerate(zip(tail.tolist(), head.tolist(), strict=True))}
    back = np.array([way.get((head[k], tail[k]), -1) for k in street])
    points = junctions + np.arange(n)
    both = back >= 0
    tails = np.concatenate([tail, points, points[both]])
    heads = np.concatenate([head, head[street], tail[street][both]])
    ahead = (1 - position) * length[street]
    behind = position[both] * length[back[both]]
    lengths = np.concatenate([length, ahead, behind])
    graph = sparse.csr_array((lengths, (tails, heads)), (junctions + n, junctions + n))
    return Instance(NetworkCosts(graph, points, sites), weight=weight)


def _streets(path: str) -> tuple[IntArray, IntArray, FloatArray]:
    """Tails, heads and lengths (m) of the directed streets; the shortest of parallel ones.

    Lengths are at least 0.1 m: sparse matrices drop zeros, and so would cut a street.
    """
    with gzip.open(path) as file:
        roads = nx.read_graphml(io.BytesIO(file.read()))
    number = {node: k for k, node in enumerate(roads.nodes)}
    best: dict[tuple[int, int], float] = {}
    for u, v, length in roads.edges(data="length"):
        pair = number[u], number[v]
        best[pair] = min(best.get(pair, np.inf), max(float(length), 0.1))
    ends = np.array(list(best), dtype=np.int64)
    return ends[:, 0], ends[:, 1], np.array(list(best.values()))
