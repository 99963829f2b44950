"""Set cover: every customer needs an open site in reach; fewest sites, or least cost of sites."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.maximal_cover import cover_faults, within
from benchmarks.kinds.question import Question, Recomputed, site_faults


def build(case: Case, instance: Instance) -> Question:
    """Cover matrix of the case's ``radius``; ``costed = true`` counts opening costs."""
    covers = within(instance.costs, float(case.parameters["radius"]))
    cost = instance.opening_cost if case.parameters.get("costed", False) else None
    return Question(case.kind, covers=covers, opening_cost=cost)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Count (or price) the open sites."""
    covers = question.given_covers
    faults = site_faults(answer, covers.shape[1])
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    uncovered = int((~covers[:, sites].any(axis=1)).sum())
    if uncovered:
        return Recomputed(None, (f"leaves {uncovered} customers without an open site in reach",))
    cost = np.ones(covers.shape[1]) if question.opening_cost is None else question.opening_cost
    return Recomputed(float(cost[sites].sum()), cover_faults(covers, answer))
