"""Capacitated facility location with single sourcing: every customer whole from one open site."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.costs import assigned_costs
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed, assignment_faults, site_faults

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
    """Add opening costs of the open sites and the cost of each customer from its own."""
    served, faults = served_costs(question, answer, 1, None)
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    return Recomputed(float(question.given_opening_cost[sites].sum() + served.sum()))


def served_costs(
    question: Question, answer: Answer, least: int, most: int | None
) -> tuple[NDArray[np.float64], list[str]]:
    """Cost of each customer from its site, and what is wrong with sites, assignment and loads."""
    nothing = np.zeros(0)
    n, m = question.shape
    faults = site_faults(answer, m, least, most)
    if not faults and answer.assignment is None:
        faults = ["assigns no customers"]
    faults = faults or assignment_faults(answer, n)
    if faults:
        return nothing, faults
    assignment = np.asarray(answer.assignment, dtype=np.int64)
    faults = overloads(question, assignment)
    served = assigned_costs(question.given_costs, assignment)
    if not np.isfinite(served).all():
        faults.append("serves a customer from a site that cannot reach it")
    return served, faults


def overloads(question: Question, assignment: NDArray[np.int64]) -> list[str]:
    """Say which site has the worst load above its capacity."""
    capacity = question.given_capacity
    load = np.zeros(capacity.size)
    np.add.at(load, assignment, question.given_demand)
    excess = load - capacity * (1 + LOAD_TOLERANCE)
    if (excess <= 0).all():
        return []
    worst = int(np.argmax(excess))
    return [f"loads site {worst} with {load[worst]:.12g}, its capacity is {capacity[worst]:.12g}"]
