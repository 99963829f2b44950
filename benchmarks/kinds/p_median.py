"""p-median: open p sites; least sum of weighted distances."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import assigned_costs, nearest_costs
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed, assignment_faults, site_faults


def build(case: Case, instance: Instance) -> Question:
    """Distances and p, from the case or from the file."""
    p = case.p if case.p is not None else instance.p
    if p is None:
        raise ValueError(f"{case.label}: neither the table of values nor the file says p")
    return Question(case.kind, costs=instance.costs, p=p, weight=instance.weight)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Sum of weight × distance to the assigned site (to the nearest open one without)."""
    n, m = question.shape
    faults = site_faults(answer, m, question.p or 0, question.p)
    if not faults:
        faults = assignment_faults(answer, n)
    if faults:
        return Recomputed(None, tuple(faults))
    distance = customer_distances(question, answer)
    if not np.isfinite(distance).all():
        return Recomputed(None, ("serves a customer from a site that cannot reach it",))
    return Recomputed(float(question.given_weight @ distance))


def customer_distances(
    question: Question, answer: Answer
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Distance of each customer to the site that serves it, (n,)."""
    if answer.assignment is not None:
        return assigned_costs(question.given_costs, np.asarray(answer.assignment))
    return nearest_costs(question.given_costs, np.asarray(answer.open_sites))
