"""Every assignment of a small single-source question, tried."""

import itertools

import numpy as np


def best_by_enumeration(
    cost, opening, capacity, demand, *, low=0, high=None, required=(), forbidden=(), existing=()
):
    """Least cost over all sets of sites and all assignments; None if there is no answer."""
    n, m = cost.shape
    chosen = np.array(list(itertools.product(range(m), repeat=n)), dtype=int).reshape(-1, n)
    served = cost[np.arange(n), chosen].sum(axis=1)
    load = np.stack([(demand * (chosen == j)).sum(axis=1) for j in range(m)], axis=1)
    fine = np.isfinite(served) & (load <= np.asarray(capacity) * (1 + 1e-9)).all(axis=1)
    used = np.stack([(chosen == j).any(axis=1) for j in range(m)], axis=1)
    best = None
    for size in range(m + 1):
        for sites in itertools.combinations(range(m), size):
            counted = len(set(sites) - set(existing))
            if not low <= counted <= (m if high is None else high):
                continue
            if not set(required) | set(existing) <= set(sites) or set(forbidden) & set(sites):
                continue
            closed = np.ones(m, dtype=bool)
            closed[list(sites)] = False
            ok = fine & ~used[:, closed].any(axis=1)
            if ok.any():
                paid = sum(opening[j] for j in sites if j not in existing)
                value = served[ok].min() + paid
                best = value if best is None else min(best, value)
    return best
