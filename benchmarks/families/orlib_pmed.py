"""OR-Library pmed: an undirected graph; every node is customer and site, weight 1.

First line ``n edges p``, then ``i j cost`` (from 1). Where an edge is repeated the last cost
counts (Beasley's own clarification); the first or the least would change p-centre values.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts
from benchmarks.families.opening import text_of
from benchmarks.instance import Instance


def read(case: Case) -> Instance:
    """All-pairs shortest paths of the graph; ``p`` from the first line."""
    numbers = text_of(case.path).split()
    n, edges, p = (int(word) for word in numbers[:3])
    rows = np.array(numbers[3:], dtype=float).reshape(-1, 3)
    if len(rows) != edges:
        raise ValueError(f"{case.path}: {len(rows)} edges, the first line says {edges}")
    lengths = {}
    for i, j, cost in rows:
        lengths[int(min(i, j)) - 1, int(max(i, j)) - 1] = cost
    ends = np.array(list(lengths))
    graph = sparse.csr_array((np.array(list(lengths.values())), (ends[:, 0], ends[:, 1])), (n, n))
    return Instance(MatrixCosts(csgraph.dijkstra(graph, directed=False)), p=p)
