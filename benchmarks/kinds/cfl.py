"""Capacitated facility location with split customers: shares within the capacities of open sites."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.case import Case
from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed, site_faults

SHARE_TOLERANCE = 1e-9
LOAD_TOLERANCE = 1e-7
"""How far a load may be above a capacity, relative to it."""


def build(case: Case, instance: Instance) -> Question:
    """Costs of serving whole customers, opening costs, demand and capacities."""
    return Question(
        case.kind,
        costs=instance.costs,
        opening_cost=instance.opening_cost,
        demand=instance.demand,
        capacity=instance.capacity,
    )


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Add opening costs of the open sites and the costs of the shares; of the best without."""
    faults = site_faults(answer, question.shape[1], 1)
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    if answer.shares is None:
        return _best_split(question, sites)
    shares = answer.shares.toarray()
    faults = share_faults(shares, sites) + load_faults(question, shares)
    matrix = whole_matrix(question.given_costs)
    if (shares[~np.isfinite(matrix)] > 0).any():
        faults.append("serves a customer from a site that cannot reach it")
    if faults:
        return Recomputed(None, tuple(faults))
    used = shares > 0
    served = float(matrix[used] @ shares[used])
    return Recomputed(float(question.given_opening_cost[sites].sum()) + served)


def _best_split(question: Question, sites: NDArray[np.int64]) -> Recomputed:
    """Cost of serving everybody from these sites, by a transport problem."""
    demand, capacity = question.given_demand, question.given_capacity[sites]
    if capacity.sum() < demand.sum():
        return Recomputed(None, ("opens too little capacity",))
    cost = question.given_costs.columns(sites)
    once = sparse.kron(sparse.eye_array(demand.size), np.ones((1, sites.size)))
    load = sparse.kron(demand[None, :], sparse.eye_array(sites.size))
    possible = np.isfinite(cost).ravel()
    found = linprog(
        np.where(np.isfinite(cost), cost, 0.0).ravel(),
        load,
        capacity,
        once,
        np.ones(demand.size),
        np.column_stack([np.zeros(possible.size), np.where(possible, 1.0, 0.0)]),
    )
    if found.status != 0:
        return Recomputed(None, ("opens sites that cannot serve everybody",))
    return Recomputed(float(question.given_opening_cost[sites].sum() + found.fun))


def share_faults(shares: NDArray[np.float64], sites: NDArray[np.int64]) -> list[str]:
    """Say what is wrong with shares: negative, not whole in sum, or from closed sites."""
    faults = []
    if not np.isfinite(shares).all() or (shares < -SHARE_TOLERANCE).any():
        faults.append("has negative shares")
    apart = float(np.abs(shares.sum(axis=1) - 1).max())
    if not apart <= SHARE_TOLERANCE:
        faults.append(f"has shares that sum to 1 ± {apart:.2g}")
    if np.abs(np.delete(shares, sites, axis=1)).max(initial=0.0) > 0:
        faults.append("serves customers from closed sites")
    return faults


def load_faults(question: Question, shares: NDArray[np.float64]) -> list[str]:
    """Say which site has a load above its capacity."""
    load, capacity = question.given_demand @ shares, question.given_capacity
    excess = load - capacity * (1 + LOAD_TOLERANCE)
    if (excess <= 0).all():
        return []
    worst = int(np.argmax(excess))
    return [f"loads site {worst} with {load[worst]:.12g}, its capacity is {capacity[worst]:.12g}"]
