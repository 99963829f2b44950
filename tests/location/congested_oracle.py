"""Congested location solved by looking at every set of sites and, for each, cutting planes.

For open sites the cost is convex: ``scipy.optimize.linprog`` on tangents gives a bound, its point
an answer; both are needed to agree.
"""

import numpy as np
from location.enumeration import every_set
from scipy.optimize import linprog


def split_at_least_cost(cost, capacity, demand, value, slope, enough, rounds=60):
    """Least cost of serving everybody from these sites, bound and answer, or inf twice.

    Ends early with the bound when that is above ``enough``: these sites cannot be the best.
    """
    n, k = cost.shape
    reach = np.isfinite(cost)
    objective = np.concatenate([np.where(reach, cost, 0.0).ravel(), np.ones(k)])
    serve = np.hstack([np.kron(np.eye(n), np.ones(k)), np.zeros((n, k))])
    load = np.hstack([np.kron(demand, np.eye(k)), np.zeros((k, k))])
    rows, limits = [*load], [*capacity]
    bounds = [(0.0, 1.0 if ok else 0.0) for ok in reach.ravel()] + [(0.0, None)] * k
    points = [share * capacity for share in (*np.linspace(0.0, 0.9, 13), 0.97, 0.999)]
    best, last = np.inf, 0.5 * capacity
    for _ in range(rounds):
        for t in points:
            for j in range(k):
                # z_j ≥ g(t) + g'(t) (v − t)
                row = slope(t)[j] * load[j]
                row[n * k + j] = -1.0
                rows.append(row)
                limits.append(slope(t)[j] * t[j] - value(t)[j])
        found = linprog(
            objective, np.array(rows), np.array(limits), serve, np.ones(n), bounds, method="highs"
        )
        if found.status == 2:
            return np.inf, np.inf
        assert found.status == 0, found.message
        v = np.minimum(load @ found.x, capacity)
        answer = float(objective[: n * k] @ found.x[: n * k] + value(v).sum())
        best = min(best, answer)
        if best - found.fun <= 2e-8 * max(1.0, abs(best)) or found.fun >= enough:
            break
        points = [v] if np.array_equal(v, last) else [v, 0.5 * (v + last)]
        last = v
    return float(found.fun), best


def best_congested(
    cost, opening, capacity, demand, congestion, lowest, highest, required=(), forbidden=()
):
    """Least cost over all allowed sets of sites (bound, answer); inf if there is none."""
    m = cost.shape[1]
    bound = answer = np.inf
    limit = np.minimum(capacity, np.broadcast_to(congestion.limit, m))
    for sites in every_set(m, lowest, highest, required, forbidden):
        room = limit[sites]
        if not sites or room.sum() < demand.sum() * (1 - 1e-12):
            continue

        def on(function, load, sites=sites):
            every = np.zeros(m)
            every[sites] = load
            return np.broadcast_to(function(every), m)[sites]

        fixed = opening[sites].sum()
        low, high = split_at_least_cost(
            cost[:, sites],
            np.minimum(room, demand.sum()),
            demand,
            lambda v: on(congestion.value, v),
            lambda v: on(lambda w: np.minimum(congestion.slope(w), 1e9), v),
            answer - fixed,
        )
        bound, answer = min(bound, fixed + low), min(answer, fixed + high)
    return bound, answer
