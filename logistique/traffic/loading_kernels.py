"""All-or-nothing loading, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import Commodities, FloatArray
from logistique.traffic.path_kernels import LinkArrays, bucket_width, shortest_tree


@njit(cache=True)
def load_all(
    g: LinkArrays, q: Commodities, cost: FloatArray, flow: FloatArray
) -> tuple[float, int, int]:
    """Add every commodity's traffic to ``flow`` along its shortest path tree.

    Returns the total cost, and a commodity and destination without path, or −1.
    """
    n = g.through.size
    label = np.empty(n)
    through = np.empty(n)
    tree = np.empty(n, dtype=np.int32)
    order = np.empty(n, dtype=np.int32)
    after = np.empty(n, dtype=np.int32)
    before = np.empty(n, dtype=np.int32)
    bucket = np.empty(n, dtype=np.int32)
    done = np.zeros(n, dtype=np.bool_)
    width = bucket_width(cost)
    total = 0.0
    for k in range(q.origin.size):
        shortest_tree(g, q.origin[k], cost, width, label, tree, order, after, before, bucket, done)
        through[:] = 0.0
        for i in range(q.first[k], q.first[k + 1]):
            j = q.destination[i]
            if label[j] == np.inf:
                return total, k, int(j)
            through[j] += q.volume[i]
            total += q.volume[i] * label[j]
        for p in range(n - 1, 0, -1):
            j = order[p]
            if through[j] > 0.0 and tree[j] >= 0:
                flow[tree[j]] += through[j]
                through[g.tail[tree[j]]] += through[j]
    return total, 0, -1
