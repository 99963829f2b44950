"""p-centre: open at most p sites; least radius, the largest distance to the serving site."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds import p_median
from benchmarks.kinds.question import Question, Recomputed, assignment_faults, site_faults


def build(case: Case, instance: Instance) -> Question:
    """Distances and p; demand plays no part."""
    question = p_median.build(case, instance)
    return Question(case.kind, costs=question.costs, p=question.p)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Largest distance to the assigned site (to the nearest open one without)."""
    n, m = question.shape
    faults = site_faults(answer, m, 1, question.p) or assignment_faults(answer, n)
    if faults:
        return Recomputed(None, tuple(faults))
    radius = float(p_median.customer_distances(question, answer).max())
    if not np.isfinite(radius):
        return Recomputed(None, ("serves a customer from a site that cannot reach it",))
    return Recomputed(radius)
