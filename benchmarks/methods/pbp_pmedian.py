"""pbp-pmedian: exact p-median by truncated models or two-phase Benders, HiGHS underneath.

It gives a proved answer or none: no incumbent and no bound at a time limit. The clients' weights
go into the costs. Its router picks the engine; the Benders engine is also measured by itself.
"""

from __future__ import annotations

import numpy as np

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

try:
    import pbp_pmedian
except ImportError as error:
    pbp_pmedian = None
    _ABSENT = str(error)

LARGEST_PAIRS = 20_000_000
_TIME_LIMIT = 1


def solve_routed(question: Question, limits: SolveLimits) -> Answer:
    """Solve with the engine that its router picks."""
    return _solve(question, limits, None)


def solve_benders(question: Question, limits: SolveLimits) -> Answer:
    """Solve with two-phase Benders."""
    return _solve(question, limits, "benders")


def _solve(question: Question, limits: SolveLimits, wanted: str | None) -> Answer:
    """Solve; its status 0 is its word for a proof of optimality."""
    if question.kind != "p-median":
        return Answer("not applicable", reason="it solves p-medians only")
    n, m = question.shape
    if n * m > LARGEST_PAIRS:
        return Answer("not applicable", reason=f"{n * m} pairs; tried up to {LARGEST_PAIRS}")
    if pbp_pmedian is None:
        return Answer("not installed", reason=f"pip install '.[benchmarks]': {_ABSENT}")
    costs = whole_matrix(question.given_costs) * question.given_weight[:, None]
    if not np.isfinite(costs).all():
        return Answer("not applicable", reason="it needs a finite cost for every pair")
    value, sites, _, status, engine = pbp_pmedian.solve(
        np.ascontiguousarray(costs.T), question.p, time_limit=limits.time_s, engine=wanted
    )
    reason = f"engine {engine}, status {status}"
    if sites is None:
        return Answer("limit" if status == _TIME_LIMIT else "error", reason=reason)
    return Answer("optimal", float(value), open_sites=np.asarray(sites), reason=reason)
