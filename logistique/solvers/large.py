"""Large problems: the two-level search first, then a master that prices arcs, if need be.

Both prove bounds for the whole problem, so the best plan and the highest bound of both count.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from logistique.location.watch import Interrupter
from logistique.model.arcs import usable_services
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions, cost_of, decisions_of, settle
from logistique.solvers.highs import Status
from logistique.solvers.outcome import Outcome
from logistique.solvers.priced import MOST_ARCS, priced_search
from logistique.solvers.staged_search import NOTHING, StagedOutcome, staged_search

_FIRST = 0.7
"""Part of the time for the two-level search where the other could do the rest."""


@dataclass(frozen=True, eq=False)
class Large:
    """End of the search of a large problem.

    Parameters
    ----------
    decisions : Decisions or None
        Best plan.
    outcome : Outcome
        Status, bound, whether it was interrupted; its values are not set.
    method : str
        Which search the plan is from.
    words : str
        What was done.
    """

    decisions: Decisions | None
    outcome: Outcome
    method: str
    words: str


def solve_large(
    problem: Problem,
    limits: Limits,
    tell: Callable[[float, float, str], None],
    interrupter: Interrupter | None = None,
) -> Large:
    """Search a large problem; parameters as :func:`~logistique.solvers.staged_search.staged_search`."""
    started = time.perf_counter()
    more = int(usable_services(problem).sum()) <= MOST_ARCS
    first = NOTHING
    if problem.total_demand > 0:
        part = dataclasses.replace(limits, time_s=limits.time_s * (_FIRST if more else 1.0))
        first = staged_search(problem, part, tell, interrupter)
    enough = first.cost - first.bound <= limits.gap * abs(first.cost)
    left = limits.time_s - (time.perf_counter() - started - first.compilation_s)
    over = first.interrupted or left <= 0
    if first.decisions is not None and (enough or over or not more):
        return _of_first(first)
    if over:
        return Large(None, Outcome(Status.LIMIT, None, first.bound, first.interrupted), "", "")
    rest = dataclasses.replace(limits, time_s=left)

    def also(incumbent: float, bound: float, phase: str) -> None:
        tell(min(incumbent, first.cost), max(bound, first.bound), phase)

    return _both(problem, first, rest, also, interrupter)


def _of_first(first: StagedOutcome) -> Large:
    """Return the result of the two-level search alone."""
    outcome = Outcome(Status.LIMIT, None, first.bound, first.interrupted)
    return Large(first.decisions, outcome, "staged-lagrangian", _words(first))


def _words(first: StagedOutcome) -> str:
    return "two-level search, requirements priced in its bound: " + "; ".join(first.steps)


def _both(
    problem: Problem,
    first: StagedOutcome,
    rest: Limits,
    tell: Callable[[float, float, str], None],
    interrupter: Interrupter | None,
) -> Large:
    """Go on with a master that prices arcs; the best plan and bound of both."""
    formulation, outcome = priced_search(problem, rest, tell, interrupter)
    if outcome.status is Status.INFEASIBLE and first.decisions is None:
        return Large(None, outcome, "", "")
    decisions, cost = first.decisions, first.cost
    method, words = "staged-lagrangian", _words(first)
    arcs = formulation.columns.consumer.size
    other = f"a master that prices all arcs, then {arcs} arcs that can matter"
    words = f"{words}; then {other}" if first.steps else other
    if outcome.values is not None:
        found = decisions_of(formulation, settle(formulation, outcome.values))
        if cost_of(problem, found) < cost:
            decisions, cost, method = found, cost_of(problem, found), "priced-mathopt-highs"
    bound = max(first.bound, outcome.bound if math.isfinite(outcome.bound) else -math.inf)
    status = Status.LIMIT
    return Large(decisions, Outcome(status, None, bound, outcome.interrupted), method, words)
