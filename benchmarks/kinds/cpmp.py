"""Capacitated p-median: p open sites, every customer whole from one, least sum of distances."""

from __future__ import annotations

from benchmarks.case import Case
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed
from benchmarks.kinds.sscfl import served_costs


def build(case: Case, instance: Instance) -> Question:
    """Distances, p, demand and capacities; distances are not weighted with the demand."""
    p = case.p if case.p is not None else instance.p
    if p is None:
        raise ValueError(f"{case.label}: neither the table of values nor the file says p")
    return Question(
        case.kind, costs=instance.costs, p=p, demand=instance.demand, capacity=instance.capacity
    )


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Sum of the distances to the assigned sites."""
    served, faults = served_costs(question, answer, question.p or 0, question.p)
    return Recomputed(None if faults else float(served.sum()), tuple(faults))
