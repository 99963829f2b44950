"""PySAL spopt: textbook models in PuLP, with the default CBC or with HiGHS.

Its status is reported as it says it: spopt accepts what PuLP calls ``Optimal``, which CBC's
time-outs are too. It reports no bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.costs import whole_matrix
from benchmarks.instance import Answer, SolveLimits
from benchmarks.kinds.question import Question

try:
    import pulp
    from spopt import locate
except ImportError as error:
    pulp = locate = None
    _ABSENT = str(error)

LARGEST_PAIRS = 300_000
"""Pairs beyond which PuLP needs minutes and gigabytes before the solver starts."""


def solve_default(question: Question, limits: SolveLimits) -> Answer:
    """Solve with the CBC that PuLP ships, gap and time limit as asked."""
    return _solve(question, limits, "PULP_CBC_CMD")


def solve_highs(question: Question, limits: SolveLimits) -> Answer:
    """Solve with HiGHS through PuLP, gap and time limit as asked."""
    return _solve(question, limits, "HiGHS")


def _solve(question: Question, limits: SolveLimits, solver: str) -> Answer:
    build = _BUILDERS.get(question.kind)
    if build is None:
        return Answer("not applicable", reason=f"spopt has no model of {question.kind}")
    n, m = question.shape
    if n * m > LARGEST_PAIRS:
        return Answer("not applicable", reason=f"{n * m} pairs; tried up to {LARGEST_PAIRS}")
    if question.costs is not None and not np.isfinite(whole_matrix(question.costs)).all():
        return Answer("not applicable", reason="spopt needs a finite cost for every pair")
    if locate is None:
        return Answer("not installed", reason=f"pip install '.[benchmarks]': {_ABSENT}")
    model = build(question)
    engine = pulp.getSolver(
        solver, msg=False, timeLimit=limits.time_s, gapRel=limits.gap, threads=limits.threads
    )
    try:
        model.solve(engine, results=True)
    except RuntimeError as error:  # spopt's word for every status but PuLP's "Optimal"
        return _refused(model, str(error))
    return _answer(model)


def _refused(model: Any, reason: str) -> Answer:
    names = {"Infeasible": "infeasible", "Not Solved": "limit", "Undefined": "limit"}
    return Answer(names.get(pulp.LpStatus[model.problem.status], "error"), reason=reason)


def _answer(model: Any) -> Answer:
    sites = np.flatnonzero([(y.value() or 0) > 0.5 for y in model.fac_vars])
    return Answer(
        "optimal",
        float(model.problem.objective.value()),
        open_sites=sites,
        reason=f"PuLP status {model.problem.status}, solution status {model.problem.sol_status}",
    )


def _p_median(question: Question) -> Any:
    return locate.PMedian.from_cost_matrix(
        whole_matrix(question.given_costs), question.given_weight, p_facilities=question.p
    )


def _p_centre(question: Question) -> Any:
    return locate.PCenter.from_cost_matrix(
        whole_matrix(question.given_costs), p_facilities=question.p
    )


def _maximal_cover(question: Question) -> Any:
    # spopt takes distances and a radius: 0 where covered, 2 elsewhere, radius 1.
    return locate.MCLP.from_cost_matrix(
        np.where(question.given_covers, 0.0, 2.0),
        question.given_weight,
        service_radius=1.0,
        p_facilities=question.p,
    )


def _set_cover(question: Question) -> Any:
    if question.opening_cost is not None:
        raise ValueError("spopt's set cover counts sites; this question has costs")
    return locate.LSCP.from_cost_matrix(
        np.where(question.given_covers, 0.0, 2.0), service_radius=1.0
    )


_BUILDERS: dict[str, Callable[[Question], Any]] = {
    "p-median": _p_median,
    "p-centre": _p_centre,
    "maximal-cover": _maximal_cover,
    "set-cover": _set_cover,
}
