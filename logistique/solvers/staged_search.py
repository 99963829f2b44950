"""The search for large problems by the two-level searches of the location core.

1. Prices of the requirements, at the relaxation of groups of consumers.
2. The two-level search: its answers obey the rules on places, its bound counts every rule at its
   price and holds for the whole problem.
3. Where services or feeds have rules, or quantities are not whole, the best flows through the places
   found, under all requirements.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.first_use import rehearse
from logistique.location.split_search import rehearse_split
from logistique.location.stages.rehearsal import rehearse_stages
from logistique.location.stages.search import Found
from logistique.location.stages.wide_search import WideSearch
from logistique.location.watch import Interrupter, Until, Watch
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.model.progress import Progress
from logistique.solvers.decisions import Decisions, cost_of
from logistique.solvers.feasible import feasible
from logistique.solvers.group_plan import group_plan
from logistique.solvers.refine import refined
from logistique.solvers.rule_prices import rule_prices
from logistique.solvers.staged_form import StagedForm, staged_form

FloatArray = NDArray[np.float64]
Tell = Callable[[float, float, str], None]

_PRICES, _FLOWS = 0.15, 0.2
"""Parts of the time for prices of the requirements and for flows under them, at most."""

_IN_COSTS = 0.4
"""The second of these where rules may be missed by the places found."""

_GROUPED = 0.7
"""Part of the time left for places chosen anew where the flows through those found do not do."""

_GRACE = 10.0
"""Seconds in which an interrupted search makes a plan of its best answer."""

_GAP = 0.85
"""Gap of the search, as a part of the gap asked for: costs of its own are left out of it."""


@dataclass(frozen=True, eq=False)
class StagedOutcome:
    """End of a search.

    Parameters
    ----------
    decisions : Decisions or None
        Best plan; None if none was found.
    cost : float
        Of the plan, ``inf`` without one.
    bound : float
        Proved for the whole problem.
    interrupted : bool
        The user stopped it.
    steps : tuple of str
        What was done.
    compilation_s : float
        Seconds of compilation, which count towards no limit.
    """

    decisions: Decisions | None
    cost: float
    bound: float
    interrupted: bool
    steps: tuple[str, ...]
    compilation_s: float = 0.0


NOTHING = StagedOutcome(None, math.inf, -math.inf, interrupted=False, steps=())


def staged_search(
    problem: Problem, limits: Limits, tell: Tell, interrupter: Interrupter | None = None
) -> StagedOutcome:
    """Search a large problem.

    Parameters
    ----------
    problem : Problem
        Without docks, with some demand.
    limits : Limits
        Time, gap, seed.
    tell : callable
        Called with (incumbent, bound, phase).
    interrupter : Interrupter, optional
        Stops the search when set. Ctrl-C does too.

    Notes
    -----
    Memory: two tables of consumers × sites beside those of the problem, and six of
    consumers × storages.
    """
    watch = Watch(limits, lambda now: tell(now.incumbent, now.bound, now.phase), interrupter)
    rehearse("stages", watch, rehearse_stages)
    rehearse("split customers", watch, rehearse_split)
    with watch.interruptible():
        tell(math.inf, -math.inf, "prices of the requirements")
        prices = rule_prices(problem, watch.within(_PRICES * watch.left))
        form = staged_form(problem, prices)
        found = _searched(form, watch, tell)
        outcome = NOTHING if found is None else _outcome(form, prices, found, watch)
    compilation = watch.seconds().get("compilation", 0.0)
    return dataclasses.replace(outcome, interrupted=watch.interrupted, compilation_s=compilation)


def _searched(form: StagedForm, watch: Watch, tell: Tell) -> Found | None:
    """Search the question; None if no answer in whole quantities exists, which proves nothing."""

    def listen(now: Progress) -> None:
        incumbent = math.inf if form.needs_flows else now.incumbent + form.offset
        tell(incumbent, now.bound + form.offset, now.phase)

    share = 1.0 - (_IN_COSTS if form.in_costs else _FLOWS if form.needs_flows else 0.0)
    limits = dataclasses.replace(
        watch.limits, time_s=max(share * watch.left, 1e-3), gap=_GAP * watch.limits.gap
    )
    inner = Watch(limits, listen, Until(watch))
    try:
        return WideSearch(form.question, form.source, inner, form.priced).run()
    except InfeasibleError:
        return None


def _outcome(form: StagedForm, prices: FloatArray, found: Found, watch: Watch) -> StagedOutcome:
    """Make a plan of an answer."""
    problem = form.problem
    bound = found.bound + form.offset
    steps = tuple(found.steps)
    if found.flows is None or found.stages is None:
        return StagedOutcome(None, math.inf, bound, watch.interrupted, steps)
    known = form.decisions(found.stages, found.flows)
    plans = [known] if feasible(problem, known) else []
    if form.needs_flows or not plans:
        clock = Watch(Limits(time_s=_GRACE)) if watch.interrupted and not plans else watch
        better = refined(problem, known, prices, clock)
        if better is not None:
            plans.append(better)
            steps = (*steps, "flows under all requirements")
    if not _enough(problem, plans, bound, watch.limits.gap):
        again = group_plan(problem, known, prices, watch.within(_GROUPED * watch.left))
        better = None if again is None else refined(problem, again, prices, watch)
        if better is not None:
            plans.append(better)
            steps = (*steps, "places chosen anew for groups of consumers")
    if not plans:
        return StagedOutcome(None, math.inf, bound, watch.interrupted, steps)
    costs = [cost_of(problem, plan) for plan in plans]
    best = min(range(len(plans)), key=costs.__getitem__)
    return StagedOutcome(plans[best], costs[best], bound, watch.interrupted, steps)


def _enough(problem: Problem, plans: list[Decisions], bound: float, gap: float) -> bool:
    """Whether the best plan is within the gap asked for."""
    least = min((cost_of(problem, plan) for plan in plans), default=math.inf)
    return math.isfinite(least) and least - bound <= gap * abs(least)
