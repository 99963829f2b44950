"""Gap and conservation of link flows, by formulas and scipy alone."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


def shortest(n, tail, head, cost, origins, through=None):
    """Least costs from each of ``origins`` to all nodes; barred nodes are left only as origins."""
    least = {}
    for a, (i, j) in enumerate(zip(tail, head, strict=True)):
        if np.isfinite(cost[a]):
            least[i, j] = min(least.get((i, j), np.inf), cost[a])
    out = []
    for r in origins:
        kept = [(k, c) for k, c in least.items() if through is None or through[k[0]] or k[0] == r]
        rows = np.array([k for k, _ in kept]).reshape(-1, 2)
        values = np.array([c if c > 0 else 1e-300 for _, c in kept])  # scipy drops zeros
        matrix = csr_matrix((values, (rows[:, 0], rows[:, 1])), shape=(n, n))
        out.append(dijkstra(matrix, indices=r))
    return np.array(out)


def relative_gap(n, tail, head, cost, flow, trips, through=None):
    """1 − shortest / spent for one class; ``trips`` is a list of (origin, destination, vehicles)."""
    origins = sorted({o for o, _, _ in trips})
    label = shortest(n, tail, head, cost, origins, through)
    row = {o: i for i, o in enumerate(origins)}
    least = sum(q * label[row[o], d] for o, d, q in trips)
    used = flow > 0
    spent = float(flow[used] @ cost[used])
    return (spent - least) / spent


def imbalance(n, tail, head, flow, trips):
    """Largest violation of conservation at a node."""
    balance = np.zeros(n)
    np.add.at(balance, head, flow)
    np.subtract.at(balance, tail, flow)
    for o, d, q in trips:
        balance[o] += q
        balance[d] -= q
    return np.abs(balance).max()
