"""Maximal cover: open at most p sites; most weight of customers with an open site in reach."""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import Costs, PointCosts, whole_matrix
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import BoolArray, Question, Recomputed, site_faults

BLOCK = 2048


def build(case: Case, instance: Instance) -> Question:
    """Cover matrix of the case's ``radius`` (included), and p. Memory: n m bytes."""
    covers = within(instance.costs, float(case.parameters["radius"]))
    return Question(case.kind, covers=covers, p=case.p, weight=instance.weight)


def within(costs: Costs, radius: float) -> BoolArray:
    """Which site is at most a radius away from which customer, (n, m) bool."""
    n, m = costs.shape
    covers = np.empty((n, m), dtype=bool)
    if isinstance(costs, PointCosts):  # blocks of rows that stay in the processor's cache
        for start in range(0, n, BLOCK):
            block = PointCosts(costs.customers[start : start + BLOCK], costs.sites, costs.rounding)
            np.less_equal(whole_matrix(block), radius, out=covers[start : start + BLOCK])
        return covers
    np.less_equal(whole_matrix(costs), radius, out=covers)
    return covers


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Weight of the customers that an open site covers; the assignment must agree."""
    covers = question.given_covers
    faults = site_faults(answer, covers.shape[1], 0, question.p)
    if faults:
        return Recomputed(None, tuple(faults))
    covered = covers[:, np.asarray(answer.open_sites, dtype=np.int64)].any(axis=1)
    return Recomputed(float(question.given_weight[covered].sum()), cover_faults(covers, answer))


def cover_faults(covers: BoolArray, answer: Answer) -> tuple[str, ...]:
    """Count customers whose named site is closed or does not cover them."""
    if answer.assignment is None or answer.open_sites is None:
        return ()
    assignment = np.asarray(answer.assignment)
    served = np.flatnonzero(assignment >= 0)
    bad = ~np.isin(assignment[served], answer.open_sites)
    bad |= ~covers[served, assignment[served]]
    if not bad.any():
        return ()
    return (f"names a closed or distant site for {int(bad.sum())} customers",)
