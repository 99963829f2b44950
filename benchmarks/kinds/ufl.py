"""Uncapacitated facility location: opening costs plus costs of serving every customer."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.p_median import customer_distances
from benchmarks.kinds.question import Question, Recomputed, assignment_faults, site_faults


def build(case: Case, instance: Instance) -> Question:
    """Costs of serving each customer whole, and opening costs."""
    return Question(case.kind, costs=instance.costs, opening_cost=instance.opening_cost)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Add opening costs of all open sites and the cost to the assigned (or cheapest open) site."""
    n, m = question.shape
    faults = site_faults(answer, m, 1) or assignment_faults(answer, n)
    if faults:
        return Recomputed(None, tuple(faults))
    served = customer_distances(question, answer)
    if not np.isfinite(served).all():
        return Recomputed(None, ("serves a customer from a site that cannot reach it",))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    return Recomputed(float(question.given_opening_cost[sites].sum() + served.sum()))
