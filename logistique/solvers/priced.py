"""The search for large problems: a priced master, integral searches on what can matter.

1. :mod:`~logistique.solvers.master`: the relaxation on few arcs, the others priced exactly.
2. The exact search on the arcs of the master gives a plan.
3. With the cost of that plan, a site (and with single sourcing an arc) whose reduced cost exceeds
   the distance to the bound is in no better plan. The exact search on all others proves the
   rest; its bound holds for the whole problem up to the cost of the plan.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.watch import Interrupter, Watch
from logistique.model.limits import Limits
from logistique.model.problem import Problem
from logistique.solvers.formulation import Formulation, formulate
from logistique.solvers.highs import Status
from logistique.solvers.master import Master, restricted, solve_master
from logistique.solvers.outcome import Outcome
from logistique.solvers.supervised import supervised_search

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Run = Callable[[Formulation, Limits], Outcome]

MOST_ARCS = 400_000
"""Arcs up to which an integral search is begun."""

_MASTER_SHARE = 0.4
_PLAN_SHARE = 0.6
_LOOSE = 0.5
"""Gap of the search for a plan, as a share of the gap asked for."""


def priced_search(
    problem: Problem,
    limits: Limits,
    tell: Callable[[float, float, str], None],
    interrupter: Interrupter | None = None,
    run: Run | None = None,
) -> tuple[Formulation, Outcome]:
    """Search a large problem.

    Parameters
    ----------
    problem : Problem
        Any problem; worth it for large ones.
    limits : Limits
        Time, gap, seed.
    tell : callable
        Called with (incumbent, bound, phase).
    interrupter : Interrupter, optional
        Stops the search when set.
    run : callable, optional
        Exact search of one formulation; default: in a child process.

    Returns
    -------
    Formulation, Outcome
        Of a restriction of the problem; the bound of the outcome holds for the whole problem.
    """
    watch = Watch(limits, None, interrupter)
    state = _State(problem, watch, tell, interrupter, run)
    with watch.interruptible():
        part = Watch(
            dataclasses.replace(limits, time_s=limits.time_s * _MASTER_SHARE), state, interrupter
        )
        master = solve_master(problem, part)
    if master is not None and not master.feasible:
        return master.formulation, Outcome(Status.INFEASIBLE, None, math.inf)
    if watch.interrupted:
        return formulate_empty(problem, master), Outcome(
            Status.LIMIT, None, -math.inf if master is None else master.bound, interrupted=True
        )
    if master is None:
        formulation = formulate(problem)
        return formulation, state.search(formulation, limits.gap, 1.0)
    return state.prove(master)


def formulate_empty(problem: Problem, master: Master | None) -> Formulation:
    """Return the formulation of the master, or of the whole problem without one."""
    return formulate(problem) if master is None else master.formulation


class _State:
    """Bound and plan of one search."""

    def __init__(
        self,
        problem: Problem,
        watch: Watch,
        tell: Callable[[float, float, str], None],
        interrupter: Interrupter | None,
        run: Run | None,
    ) -> None:
        self.problem = problem
        self.watch = watch
        self.bound = -math.inf
        self.upper = math.inf
        self._tell = tell
        self._interrupter = interrupter
        self._run = run

    def __call__(self, progress: object) -> None:
        """Take the progress of the master."""
        bound = float(getattr(progress, "bound", -math.inf))
        self.bound = max(self.bound, bound)
        self._tell(self.upper, self.bound, "master")

    def search(self, formulation: Formulation, gap: float, share: float) -> Outcome:
        """Search one restriction with a part of the time that is left."""
        time_s = max(self.watch.left * share, 0.1)
        limits = dataclasses.replace(self.watch.limits, time_s=time_s, gap=gap)
        if self._run is not None:
            return self._run(formulation, limits)

        def tell(incumbent: float, _bound: float, phase: str) -> None:
            self._tell(min(incumbent, self.upper), self.bound, phase)

        return supervised_search(formulation, limits, tell, self._interrupter)

    def prove(self, master: Master) -> tuple[Formulation, Outcome]:
        """Find a plan on the arcs of the master, then prove it on all that can matter."""
        gap = self.watch.limits.gap
        self.bound = master.bound
        formulation = master.formulation
        first = self.search(formulation, gap * _LOOSE, _PLAN_SHARE)
        if first.values is not None:
            self.upper = _cost(formulation, first.values)
        matters = self._matters(master)
        if first.values is not None and not matters.any():
            # No arc outside the master is in a better plan: its bound holds for all.
            return formulation, dataclasses.replace(first, bound=self._bound(first.bound))
        too_many = int(matters.sum() + master.kept.sum()) > MOST_ARCS
        if self._enough(gap) or first.interrupted or self.watch.over or too_many:
            return formulation, dataclasses.replace(
                first, status=Status.LIMIT, bound=self._bound(-math.inf)
            )
        wider = formulate(restricted(self.problem, master.kept | matters))
        second = self.search(wider, gap, 1.0)
        if second.values is None:
            if first.values is None:
                return wider, dataclasses.replace(second, bound=max(self.bound, second.bound))
            known = second.bound if second.status is Status.INFEASIBLE else -math.inf
            return formulation, dataclasses.replace(
                first, status=Status.LIMIT, interrupted=second.interrupted,
                bound=self._bound(max(known, second.bound)),
            )  # fmt: skip
        found = _cost(wider, second.values)
        bound = self._bound(second.bound)
        if found <= self.upper:
            self.upper = found
            return wider, dataclasses.replace(second, bound=self._bound(second.bound))
        return formulation, dataclasses.replace(
            first, status=second.status, bound=bound, interrupted=second.interrupted
        )

    def _matters(self, master: Master) -> BoolArray:
        """Arcs outside the master that a plan better than the known one may use.

        A single source uses an arc wholly and pays all its reduced cost; a split one may use
        any part of it, so there only sites are ruled out.
        """
        room = self.upper - self.bound + 1e-9 * abs(self.upper)
        least = np.broadcast_to(master.site_cost, master.kept.shape)
        if self.problem.single_sourcing:
            least = least + np.maximum(master.reduced_cost, 0.0)
        return master.usable & ~master.kept & (least <= room)

    def _bound(self, restricted_bound: float) -> float:
        """Bound of the whole: the master's, or that of all that is better than the plan."""
        return max(self.bound, min(restricted_bound, self.upper))

    def _enough(self, gap: float) -> bool:
        return self.upper - self.bound <= gap * abs(self.upper)


def _cost(formulation: Formulation, values: FloatArray) -> float:
    return float(formulation.model.cost @ values) + formulation.model.offset
