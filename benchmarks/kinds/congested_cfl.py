"""Facility location whose sites choke: ``Σ f y + Σ c x + Σ_j (a v_j + b v_j²)``, v_j the load.

Customers are split within the capacities of the open sites; with a p exactly p sites open. The
published tables take a = b = 0.75 (Fischetti, Ljubić, Sinnl, EJOR 253, 2016).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds import cfl
from benchmarks.kinds.question import Question, Recomputed, site_faults

LINEAR = QUADRATIC = 0.75
ROUNDS = 60
ENOUGH = 1e-9
"""Relative gap at which the loads of sites answered without shares count as balanced."""


def build(case: Case, instance: Instance) -> Question:
    """Arrays of the capacitated question, p, and the factors of loads and of their squares."""
    factors = (
        float(case.parameters.get("linear", LINEAR)),
        float(case.parameters.get("quadratic", QUADRATIC)),
    )
    return dataclasses.replace(cfl.build(case, instance), p=case.p, congestion=factors)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Add opening costs, costs of the shares and of the loads they cause; of the best without."""
    p = question.p
    faults = site_faults(answer, question.shape[1], 1 if p is None else p, p)
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    if answer.shares is None:
        return _best_split(question, sites)
    linear = cfl.recompute(question, answer)
    if linear.objective is None:
        return linear
    load = question.given_demand @ answer.shares.toarray()
    return Recomputed(linear.objective + _congestion(question, load))


def _congestion(question: Question, load: NDArray[np.float64]) -> float:
    a, b = question.given_congestion
    return float(a * load.sum() + b * (load * load).sum())


def _best_split(question: Question, sites: NDArray[np.int64]) -> Recomputed:
    """Cost of serving everybody from these sites, by linear programs with tangents of the square."""
    demand, capacity = question.given_demand, question.given_capacity[sites]
    if capacity.sum() < demand.sum():
        return Recomputed(None, ("opens too little capacity",))
    cost = question.given_costs.columns(sites)
    n, k = cost.shape
    a, b = question.given_congestion
    no_z = sparse.csr_array((n, k))
    once = sparse.hstack([sparse.kron(sparse.eye_array(n), np.ones((1, k))), no_z])
    load = sparse.kron(demand[None, :], sparse.eye_array(k))
    rows = [sparse.hstack([load, sparse.csr_array((k, k))])]
    limits = [capacity]
    reach = np.isfinite(cost).ravel()
    price = np.concatenate([np.where(reach, cost.ravel(), 0.0), np.ones(k)])
    most = np.concatenate([np.where(reach, 1.0, 0.0), np.full(k, np.inf)])
    best, centre = np.inf, 0.5 * capacity
    fixed = float(question.given_opening_cost[sites].sum())
    points = [share * capacity for share in np.linspace(0.05, 1.0, 12)]
    for _ in range(ROUNDS):
        for t in points:
            # z ≥ a v + b (2 t v − t²)
            slope = sparse.diags_array(a + 2 * b * t)
            rows.append(sparse.hstack([slope @ load, -sparse.eye_array(k)]))
            limits.append(b * t * t)
        found = linprog(
            price, sparse.vstack(rows), np.concatenate(limits), once, np.ones(n),
            np.column_stack([np.zeros(most.size), most]), method="highs-ds",
        )  # fmt: skip
        if found.status != 0:
            return Recomputed(None, ("opens sites that cannot serve everybody",))
        loads = load @ found.x[: n * k]
        value = float(price[: n * k] @ found.x[: n * k]) + _congestion(question, loads)
        points = [loads, 0.5 * (loads + centre)]
        if value < best:
            best, centre = value, loads
        if best - found.fun <= ENOUGH * abs(best):
            break
    return Recomputed(fixed + best)
