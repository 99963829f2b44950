"""Small random digraphs for the tests, and scipy's distances on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra


@dataclass(frozen=True, eq=False)
class Digraph:
    n: int
    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray

    def __repr__(self):
        return (
            f"Digraph({self.n}, {self.tail.tolist()}, {self.head.tolist()}, {self.cost.tolist()})"
        )

    def with_cost(self, cost):
        return replace(self, cost=np.asarray(cost, dtype=float))

    @property
    def ends(self):
        return self.n, self.tail, self.head, self.cost

    def all_distances(self):
        return oracle(self.n, self.tail, self.head, self.cost, np.arange(self.n))


def oracle(n, tail, head, cost, sources):
    """Distances by scipy, which drops zeros and adds parallel arcs: make neither happen."""
    best = {}
    for u, v, c in zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True):
        if u != v and np.isfinite(c):
            best[u, v] = min(best.get((u, v), np.inf), c)
    ends = np.array(list(best), dtype=int).reshape(-1, 2)
    stored = np.maximum(np.array(list(best.values())), np.finfo(float).tiny)
    found = dijkstra(csr_array((stored, (ends[:, 0], ends[:, 1])), (n, n)), indices=sources)
    return np.where(found < 1e-300, 0.0, found)


def random_digraph(seed, n, arcs, *, zeros=0.1, closed=0.0):
    """Random arcs with zero costs, parallel arcs, self-loops and islands among them."""
    random = np.random.default_rng(seed)
    tail, head = random.integers(0, n, (2, arcs))
    cost = random.choice([random.uniform(0.1, 9, arcs), random.integers(1, 4, arcs)], axis=0)
    cost[random.uniform(size=arcs) < zeros] = 0.0
    cost[random.uniform(size=arcs) < closed] = np.inf
    return Digraph(n, tail, head, cost)


def lattice(seed, rows, columns, *, kept=0.8):
    """Street grid with gaps and one-way streets; not strongly connected in general."""
    random = np.random.default_rng(seed)
    node = np.arange(rows * columns).reshape(rows, columns)
    first = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    second = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    there, back = random.uniform(size=(2, first.size)) < kept
    tail = np.concatenate([first[there], second[back]])
    head = np.concatenate([second[there], first[back]])
    return Digraph(rows * columns, tail, head, random.uniform(1, 10, tail.size))


@st.composite
def digraphs(draw):
    n = draw(st.integers(1, 40))
    arcs = draw(st.integers(0, 4 * n))
    seed = draw(st.integers(0, 10**6))
    if draw(st.booleans()):
        rows = draw(st.integers(1, 8))
        return lattice(seed, rows, draw(st.integers(1, 8)), kept=draw(st.sampled_from([0.6, 1.0])))
    return random_digraph(seed, n, arcs, zeros=draw(st.sampled_from([0.0, 0.3, 1.0])))
