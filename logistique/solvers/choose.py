"""The entry to every solver: a problem and limits in, a plan with its proof out."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable

from logistique.errors import InfeasibleError, InvalidInputError, NoSolutionError
from logistique.findings import Finding
from logistique.location.watch import Interrupter, Watch
from logistique.model.arcs import usable_services
from logistique.model.limits import Limits
from logistique.model.plan import Plan
from logistique.model.problem import Problem
from logistique.model.progress import Listener, Progress
from logistique.solvers.decisions import Decisions, cost_of, decisions_of, settle
from logistique.solvers.exact import SMALL_COLUMNS, exact_search
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import Status
from logistique.solvers.median_form import as_uncapacitated, misfit
from logistique.solvers.outcome import Outcome
from logistique.solvers.relax import relaxations
from logistique.solvers.search import Listening, Search
from logistique.solvers.supervised import supervised_search
from logistique.solvers.verdict import verdict

METHODS = ("auto", "exact", "benders")
DEFAULT_LIMITS = Limits()

LARGE_ARCS = 60_000
"""Usable service arcs from which ``auto`` prices rules and arcs instead of modelling them all."""

_AT_ONCE_COLUMNS = 400
_AT_ONCE_S = 2.0
"""A model this small is tried in this process first: starting another takes half a second."""


def solve(
    problem: Problem,
    limits: Limits = DEFAULT_LIMITS,
    *,
    method: str = "auto",
    progress: Listener | None = None,
    interrupter: Interrupter | None = None,
) -> Plan:
    """Find the best plan of a problem, with a proved lower bound.

    Parameters
    ----------
    problem : Problem
        The question.
    limits : Limits
        Time, gap, seed. With the same seed the plan is the same whenever the gap is reached
        before the time is up.
    method : str
        ``"exact"``: branch and bound on the whole model, for every kind of rule.
        ``"benders"``: cuts by sorting and a branch and bound of our own, for problems with one
        level, no binding capacities and no rules but on the number of sites. ``"auto"`` takes
        the second where it fits. Large problems go to the two-level search of the location core,
        requirements priced in its bound and kept by its answers; where that leaves a gap, to
        a master on few arcs and the exact search on those that can matter. ``Plan.reason`` says
        what was done and why.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.
    interrupter : Interrupter, optional
        For example a :class:`threading.Event`: stops the search when set. Ctrl-C stops it too.

    Returns
    -------
    Plan
        Feasible. ``OPTIMAL``: gap within ``limits.gap``; ``LIMIT``, ``INTERRUPTED``: best plan
        found, with the bound proved by then.

    Raises
    ------
    InfeasibleError
        No plan satisfies all rules; ``relaxations`` says which to relax.
    NoSolutionError
        The time was up before any plan was found.
    InvalidInputError
        Unknown method, or one that does not fit the problem.
    KeyboardInterrupt
        Interrupted before any plan was found.
    """
    if method not in METHODS:
        message = f"{method!r}; allowed: {', '.join(METHODS)}"
        raise InvalidInputError([Finding("method", "solve", "method", message)])
    if problem.docks is not None:
        from logistique.solvers.dock_search import solve_with_docks

        return solve_with_docks(
            problem, limits, method=method, progress=progress, interrupter=interrupter
        )
    started = time.perf_counter()
    unfit = misfit(problem)
    if method == "benders" and unfit:
        message = f"'benders' does not fit this problem: {unfit}"
        raise InvalidInputError([Finding("method", "solve", "method", message, "use 'auto'")])
    if method != "exact" and not unfit:
        # Compiled kernels take longer to import than many a problem takes to solve.
        from logistique.solvers.uncapacitated import solve_as_uncapacitated

        try:
            watch = Watch(limits, progress, interrupter)
            return solve_as_uncapacitated(as_uncapacitated(problem), watch, started)
        except InfeasibleError:
            raise _infeasible(problem) from None

    def tell(incumbent: float, bound: float, phase: str) -> None:
        if progress is not None:
            progress(Progress(time.perf_counter() - started, incumbent, bound, phase))

    if method == "auto" and int(usable_services(problem).sum()) >= LARGE_ARCS:
        # Compiled kernels take longer to import than many a problem takes to solve.
        from logistique.solvers.large import solve_large

        large = solve_large(problem, limits, tell, interrupter)
        _refuse_without_plan(problem, large.outcome, limits, known=large.decisions is not None)
        return _plan(problem, large.decisions, large.outcome, limits, started, large.method,
                     large.words)  # fmt: skip
    formulation = formulate(problem)
    outcome = _search(formulation, limits, started, tell, interrupter)
    _refuse_without_plan(problem, outcome, limits, known=outcome.values is not None)
    assert outcome.values is not None
    decisions = decisions_of(formulation, settle(formulation, outcome.values))
    small = formulation.columns.size <= SMALL_COLUMNS
    way = "branch and bound on the whole model" if small else "storage zones, kernel, whole model"
    words = f"{formulation.columns.size} decisions, any kind of rule: exact search by {way}"
    return _plan(problem, decisions, outcome, limits, started, "exact-mathopt-highs", words)


def _refuse_without_plan(
    problem: Problem, outcome: Outcome, limits: Limits, *, known: bool
) -> None:
    """Raise what a search without a plan means."""
    if outcome.status is Status.INFEASIBLE and not known:
        raise _infeasible(problem)
    if not known:
        if outcome.interrupted:
            raise KeyboardInterrupt
        raise NoSolutionError(
            f"no plan found within {limits.time_s:g} s",
            hint="give more time (--time-limit) or fewer candidate sites",
        )


def _infeasible(problem: Problem) -> InfeasibleError:
    found = relaxations(problem)
    hint = "relax one of: " + "; ".join(found) if found else ""
    return InfeasibleError("no plan satisfies all rules", found, hint=hint)


def _search(
    formulation: Formulation,
    limits: Limits,
    started: float,
    tell: Callable[[float, float, str], None],
    interrupter: Interrupter | None,
) -> Outcome:
    if formulation.columns.size <= _AT_ONCE_COLUMNS or not sys.executable:
        at_once = _at_once(formulation, limits, tell)
        if at_once is not None:
            return at_once
    used = time.perf_counter() - started
    left = dataclasses.replace(limits, time_s=max(limits.time_s - used, 0.1))
    return supervised_search(formulation, left, tell, interrupter)


def _at_once(
    formulation: Formulation, limits: Limits, tell: Callable[[float, float, str], None]
) -> Outcome | None:
    """Search in this process; None when that did not settle it and there is time left."""
    most = limits.time_s if not sys.executable else min(limits.time_s, _AT_ONCE_S)
    search = Search(
        formulation, dataclasses.replace(limits, time_s=most), Listening(tell), live=False
    )
    try:
        status = exact_search(search)
    except KeyboardInterrupt:
        return Outcome(Status.LIMIT, search.best, search.bound, interrupted=True)
    settled = status is Status.INFEASIBLE or search.proved or most >= limits.time_s
    return Outcome(status, search.best, search.bound) if settled else None


def _plan(
    problem: Problem,
    decisions: Decisions | None,
    outcome: Outcome,
    limits: Limits,
    started: float,
    method: str,
    words: str,
) -> Plan:
    assert decisions is not None
    objective = cost_of(problem, decisions)
    bound = min(outcome.bound, objective)
    return Plan(
        termination=verdict(objective, bound, limits, interrupted=outcome.interrupted),
        objective=objective,
        lower_bound=bound,
        open_option=decisions.open_option,
        open_storage=decisions.open_storage,
        assignment=decisions.assignment,
        feed=decisions.feed,
        seconds=time.perf_counter() - started,
        seed=limits.seed,
        method=method,
        reason=words,
    )
