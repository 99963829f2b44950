"""Facility location with costs ``f_j y_j + c_ij x_ij²``, customers split freely.

Costs of 0 count as 1e-5, as in the published tables (Fischetti, Ljubić, Sinnl). With the open
sites given, customer i is best split in proportion to 1 / c_ij and costs 1 / Σ_j 1 / c_ij.
"""

from __future__ import annotations

import numpy as np

from benchmarks.case import Case
from benchmarks.costs import MatrixCosts, whole_matrix
from benchmarks.instance import Answer, Instance
from benchmarks.kinds.question import Question, Recomputed, site_faults

LEAST_COST = 1e-5
SHARE_TOLERANCE = 1e-9


def build(case: Case, instance: Instance) -> Question:
    """Costs with zeros raised, and opening costs."""
    matrix = whole_matrix(instance.costs)
    costs = MatrixCosts(np.where(matrix == 0, LEAST_COST, matrix))
    return Question(case.kind, costs=costs, opening_cost=instance.opening_cost)


def recompute(question: Question, answer: Answer) -> Recomputed:
    """Add opening costs and Σ c x² of the shares answered; of the best split without shares."""
    m = question.shape[1]
    faults = site_faults(answer, m, 1)
    if faults:
        return Recomputed(None, tuple(faults))
    sites = np.asarray(answer.open_sites, dtype=np.int64)
    opening = float(question.given_opening_cost[sites].sum())
    if answer.shares is None:
        split = 1 / (1 / question.given_costs.columns(sites)).sum(axis=1)
        return Recomputed(opening + float(split.sum()))
    shares = answer.shares.toarray()
    faults = _share_faults(shares, sites)
    served = whole_matrix(question.given_costs) * shares**2
    return Recomputed(None if faults else opening + float(served.sum()), tuple(faults))


def _share_faults(
    shares: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    sites: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> list[str]:
    faults = []
    if (shares < -SHARE_TOLERANCE).any():
        faults.append("has negative shares")
    apart = float(np.abs(shares.sum(axis=1) - 1).max())
    if apart > SHARE_TOLERANCE:
        faults.append(f"has shares that sum to 1 ± {apart:.2g}")
    closed = np.delete(shares, sites, axis=1)
    if (np.abs(closed) > SHARE_TOLERANCE).any():
        faults.append("serves customers from closed sites")
    return faults
