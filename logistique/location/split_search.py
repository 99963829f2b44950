"""Search and proof for capacitated facility location with split customers.

1. Subgradient ascent gives multipliers, a bound, and fractional sites to round.
2. Transport problems give answers, and moves of sites better ones.
3. The linear relaxation over priced arcs raises the bound and gives a better point to round.
4. Sizes and sites that no better answer takes are dropped.
5. Branch and bound on multipliers ends it, or a mixed-integer model on the arcs that matter, with
   a market for those that hardly do.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.capacitated_answer import Allocation
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_branching import branch_on_capacities
from logistique.location.capacity_relaxation import (
    Evaluation,
    ascend,
    evaluate,
    first_multipliers,
    near_arcs,
    root_bounds,
    ruled_out,
    site_arcs,
)
from logistique.location.count_branching import tighten
from logistique.location.lp import LpStatus
from logistique.location.size_branching import SizeBranching
from logistique.location.split_answers import Served, improved, rounded, serve
from logistique.location.split_master import SplitMaster
from logistique.location.split_relaxation import capacity_prices, linear_relaxation
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Method = Literal["auto", "branching", "integral", "lagrangian"]

_FIRST_STEPS = 20
_ASCENT = 400
_FIRST_DEPTH = 0.3
"""Reduced cost up to which arcs enter the integral model at first, relative to the gap."""

_DEEPER = 4.0
_REACH, _LEAST_ARCS = 0.5, 12
_LINEAR = 1500
"""Customers up to which the linear relaxation raises the bound faster than more steps do."""

_FEW = 15
"""Open sites up to which their number decides more than any of them, and linear models, with many
customers for each site, are too degenerate to pay."""

_RESOLUTION = 1e-9


def solve_split(core: CapacitatedCore, watch: Watch, method: Method = "auto") -> Allocation:
    """Best sizes and shares.

    Parameters
    ----------
    core : CapacitatedCore
        The question.
    watch : Watch
        Clock and limits.
    method : str
        What ends the search: ``"branching"`` on multipliers, an ``"integral"`` model, or nothing
        (``"lagrangian"``); ``"auto"`` branches where an answer is known.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    return _Search(core, watch).run(method)


def rehearse_split(watch: Watch) -> None:
    """Call every kernel once, on a tiny question."""
    n, m = 6, 3
    cost = np.abs(np.arange(0.0, 2 * n, 2.0)[:, None] - np.arange(0.0, 4 * m, 4.0))
    core = CapacitatedCore(
        cost=cost,
        demand=np.ones(n),
        opening=np.full((m, 1), 5.0),
        capacity=np.full((m, 1), 2.5),
        floor=np.zeros((m, 1)),
        fixed_open=np.zeros(m, dtype=bool),
        lowest=0,
        highest=m,
    )
    for method in ("branching", "integral"):
        _Search(core, watch).run(method)
    tighten(np.zeros(m, dtype=np.int8), np.zeros(m), 0, m, 0.0, 1.0)


class _Search:
    """State shared by the steps: the incumbent, the multipliers and their bound."""

    def __init__(self, core: CapacitatedCore, watch: Watch) -> None:
        self.core = core
        self.watch = watch
        self.arcs = site_arcs(core.cost)
        self.bounds = root_bounds(core)
        empty = np.zeros(0, dtype=np.int64)
        nothing = np.full(core.m, -1, dtype=np.int64)
        self.best = Served(np.inf, nothing, empty, empty, np.zeros(0), np.zeros(core.n))
        self.bound = -np.inf
        self.steps: list[str] = []
        self.ending = ""

    @property
    def unsettled(self) -> bool:
        """Whether the gap is open and there is time."""
        return self.bound < self.cutoff and not self.watch.over

    @property
    def cutoff(self) -> float:
        """Cost at and above which nothing is looked for."""
        cost = self.best.cost
        return cost - self._margin(cost) if np.isfinite(cost) else cost

    def _margin(self, cost: float) -> float:
        """Difference to the cost of the incumbent that counts as proved optimal."""
        return max(self.watch.limits.gap, _RESOLUTION) * abs(cost)

    def offer(self, found: Served, phase: str) -> None:
        """Keep an answer if it is better."""
        if found.cost < self.best.cost:
            self.best = found
            self.watch.tell(found.cost, self.bound, phase)

    def run(self, method: Method = "auto") -> Allocation:
        """Go through the steps until the gap is closed or time is up."""
        at = self._multipliers()
        few = int((self.best.size >= 0).sum()) <= _FEW
        found = np.isfinite(self.best.cost)
        branching = method in ("auto", "branching") and bool(found)
        if self.unsettled and self.core.n > _LINEAR:
            at = self._ascend(at, 3 * _ASCENT)
        elif self.unsettled and not (few and branching) and method != "lagrangian":
            at = self._relaxation(at)
        if self.unsettled and branching:
            self._branching(at, by_number=few)
        elif self.unsettled and (method != "lagrangian" or not found):
            self._integral(at)
        if not np.isfinite(self.best.cost):
            raise NoSolutionError(
                f"no answer that serves every customer found within {self.watch.limits.time_s:g} s",
                hint="give more time",
            )
        return Allocation(
            self.best.size,
            self.best.matrix(self.core.n),
            self.bound,
            "Lagrangian knapsacks" + self.ending,
            "; ".join(self.steps),
        )

    def _multipliers(self) -> Evaluation:
        core, watch = self.core, self.watch
        with watch.part("ascent"):
            start = first_multipliers(core)
            raised = ascend(core, self.arcs, self.bounds, start, np.inf, _FIRST_STEPS, watch)
            # Some answer at once, in case time is short.
            self.offer(rounded(core, raised.size_share), "rounding")
            start = raised.best.u
            raised = ascend(core, self.arcs, self.bounds, start, np.inf, _ASCENT // 4, watch)
        self._raise(raised.best.bound)
        self._round(raised.size_share, "rounding")
        at = self._ascend(raised.best, _ASCENT)
        self.steps.append(f"multipliers prove {self.bound:.10g}")
        return at

    def _ascend(self, at: Evaluation, steps: int) -> Evaluation:
        """Go on from some multipliers with the arcs that can pay near them."""
        core = self.core
        with self.watch.part("ascent"):
            least = core.m if core.has_floors else _LEAST_ARCS
            arcs, ceiling = near_arcs(core.cost, at.u, reach=_REACH, least=least)
            raised = ascend(
                core, arcs, self.bounds, at.u, self.best.cost, steps, self.watch, ceiling
            )
        self._raise(raised.best.bound)
        self._round(raised.size_share, "rounding")
        return raised.best

    def _round(self, share: FloatArray, phase: str) -> None:
        """Round fractional sizes and improve the answer; not after the time is over."""
        if self.watch.over and np.isfinite(self.best.cost):
            return
        with self.watch.part("heuristic"):
            found = rounded(self.core, share)
            self.offer(found, phase)
            self.offer(improved(self.core, self.arcs, found, self.watch), phase)

    def _raise(self, bound: float) -> None:
        """Keep a bound if it is better; one that excludes everything proves infeasibility."""
        if bound == np.inf and not np.isfinite(self.best.cost):
            raise InfeasibleError("capacities, floors and the number of sites allow no answer")
        self.bound = max(self.bound, min(bound, self.best.cost))

    def _relaxation(self, at: Evaluation) -> Evaluation:
        with self.watch.part("relaxation"):
            relaxed = linear_relaxation(
                self.core, self.arcs, self.bounds, at, self.cutoff, self.watch
            )
        self._raise(relaxed.best.bound)
        if relaxed.share.any():
            self._round(relaxed.share, "relaxation")
        self.steps.append(f"linear relaxation {self.bound:.10g}, answer {self.best.cost:.10g}")
        return relaxed.best

    def _rest(self, at: Evaluation) -> tuple[CapacitatedCore, IntArray]:
        """Question on the sizes that a better answer may take, and the numbers of its sites."""
        core = self.core
        closed, opened = ruled_out(self.bounds, at, self.best.cost)
        closed[np.flatnonzero(self.best.size >= 0), self.best.size[self.best.size >= 0]] = False
        kept = np.flatnonzero((~closed & np.isfinite(core.opening)).any(axis=1))
        left = dataclasses.replace(core, opening=np.where(closed, np.inf, core.opening))
        return left.restricted(kept, opened & (self.best.size >= 0)), kept

    def _branching(self, at: Evaluation, *, by_number: bool) -> None:
        """Branch and bound on multipliers."""
        self.ending = " and branch and bound on them"
        part, kept = self._rest(at)
        known = dataclasses.replace(self.best, size=self.best.size[kept])
        if part.n_sizes > 1:
            self._size_branching(part, kept, known, at.u, by_number=by_number)
            return
        with self.watch.part("branching"):
            searched = branch_on_capacities(
                part, known, at.u, self._margin, by_number=by_number, watch=self.watch
            )
        if searched.cost < self.best.cost:
            size = np.full(self.core.m, -1, dtype=np.int64)
            size[kept[searched.is_open]] = 0
            self.offer(serve(self.core, size), "branch and bound")
        self._raise(searched.bound)
        self.steps.append(f"{kept.size} of {self.core.m} sites left, {searched.nodes} nodes")

    def _size_branching(
        self,
        part: CapacitatedCore,
        kept: IntArray,
        known: Served,
        u: FloatArray,
        *,
        by_number: bool,
    ) -> None:
        """Branch and bound on multipliers with several sizes per site."""
        tree = SizeBranching(part, known, u, self._margin, by_number=by_number, watch=self.watch)
        with self.watch.part("branching"):
            bound = tree.run()
        size = np.full(self.core.m, -1, dtype=np.int64)
        size[kept] = tree.best.size
        self.offer(serve(self.core, size), "branch and bound")
        self._raise(bound)
        self.steps.append(f"{kept.size} of {self.core.m} sites left, {tree.nodes} nodes")

    def _integral(self, at: Evaluation) -> None:
        """Solve integral models on more and more arcs until bound and answer meet."""
        self.ending = ", priced arcs and a mixed-integer model"
        depth = np.full(self.core.n, _FIRST_DEPTH * (self.best.cost - at.bound))
        while self.unsettled:
            part, kept = self._rest(at)
            inside = evaluate(part, site_arcs(part.cost), root_bounds(part), at.u)
            if self._integral_on(part, kept, inside, depth):
                break

    def _integral_on(
        self, part: CapacitatedCore, kept: IntArray, at: Evaluation, depth: FloatArray
    ) -> bool:
        """Solve the integral model with arcs of reduced cost up to ``depth``; whether all is done.

        Deepens where customers went to the market.
        """
        core = self.core
        price = capacity_prices(part, at)
        reduced = part.cost - at.u[:, None] + part.demand[:, None] * price
        shares = self.best.matrix(core.n)[:, kept].toarray()
        possible = np.isfinite(part.cost)
        taken = possible & ((reduced <= depth[:, None]) | (shares > 0.0))
        omitted = possible & ~taken
        with self.watch.part("integral model"):
            master = SplitMaster(part, np.ones(core.n), self.watch)
            master.add_arcs(*np.nonzero(taken))
            master.add_links(np.arange(master.customer.size))
            sale = at.u + np.where(omitted, reduced, np.inf).min(axis=1)
            master.add_market(sale, price)
            start = self.best.size[kept] if np.isfinite(self.best.cost) else None
            answer = master.solve_integral(self.watch.limits.gap, start, shares)
        self.steps.append(
            f"integral model: {kept.size} sites, {int(taken.sum())} of "
            f"{int(possible.sum())} arcs, {answer.status.value}"
        )
        if answer.status is LpStatus.INFEASIBLE:
            self._raise(np.inf)
            return True
        self._raise(answer.bound)
        if answer.values is not None:
            size = np.full(core.m, -1, dtype=np.int64)
            size[kept] = master.sizes_of(answer.values)
            self.offer(serve(core, size), "integral model")
            sold = master.sold(answer.values)
            depth[sold if sold.size else slice(None)] *= _DEEPER
        return answer.status is not LpStatus.OPTIMAL or not omitted.any()
