"""Search and proof for congested location.

1. Subgradient ascent on the prices of the customers gives a bound, and sites that pay.
2. The sites chosen most are opened and their loads balanced: an answer.
3. Sites that no better answer opens are closed, sites that every better one opens are fixed.
4. The perspective relaxation, and branch and bound over it, prove the rest.
5. Where that takes too many nodes, mixed-integer models end it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.branching import Incumbent, Tree
from logistique.location.congested_answer import Split, best_split
from logistique.location.congested_core import CongestedCore
from logistique.location.congested_integral import solve_integral
from logistique.location.congested_lagrangian import (
    Ascent,
    Part,
    Priced,
    ascend,
    exchange,
    first_multipliers,
    priced,
    whole,
)
from logistique.location.congested_relaxation import CongestedRelaxation
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_FINEST = 2e-8
"""Relative gap that counts as none."""

_SETTLING, _SETTLING_LAST = 5, 30
"""Rounds of the relaxation that balance the loads of a rounded, and of an integral point."""

_WIDE = 1e-4
"""Relative gap at the root above which mixed-integer models take over from the tree."""

_NODES, _ENDLESS = 150, 10**9
"""Nodes after which they do, and nodes of a tree that ends the proof itself."""

_FIRST_DEPTH, _DEEPER = 0.3, 4.0
"""Reduced cost up to which pairs enter a mixed-integer model, relative to the gap."""

_LEGS = (60, 120)
"""Steps of the ascent before and after the first answer."""


@dataclass(frozen=True, eq=False)
class CongestedProof:
    """What the search found and proved: the best split, a bound, and how."""

    split: Split
    bound: float
    method: str
    reason: str


def solve_congested(core: CongestedCore, watch: Watch, *, branch: bool = True) -> CongestedProof:
    """Solve a congested question.

    Parameters
    ----------
    core : CongestedCore
        The question.
    watch : Watch
        Its clock and limits.
    branch : bool
        Whether the relaxation and branching follow when the Lagrangian leaves a gap.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    return _Search(core, watch).run(branch=branch)


class _Search:
    """The incumbent, the bound and the steps taken."""

    def __init__(self, core: CongestedCore, watch: Watch) -> None:
        self.core, self.watch = core, watch
        self.bound = -np.inf
        self.best: Split | None = None
        self.incumbent = Incumbent(1.001 * core.ceiling + 1.0, core.fixed_open.copy())
        self.lower = core.fixed_open.astype(float)
        self.upper = np.ones(core.m)
        self.steps: list[str] = []
        self._tried: set[bytes] = set()

    def run(self, *, branch: bool) -> CongestedProof:
        """Walk the steps until the proof is complete."""
        with self.watch.part("lagrangian"):
            ascent = self._ascend()
        method = "Lagrangian"
        if branch and not self._done:
            method = "branch and bound on the perspective relaxation"
            with self.watch.part("branching"):
                self._branch(ascent)
        if self.best is None:
            if self.bound >= self.core.ceiling:
                raise InfeasibleError(
                    "capacities, pairs that can be served and the number of sites allow no answer"
                )
            raise NoSolutionError(
                f"no answer that serves every customer found in {self.watch.elapsed:.3g} s "
                f"of {self.watch.limits.time_s:g} s, and none excluded",
                hint="give more time, more capacity, or sites that reach more customers",
            )
        return CongestedProof(self.best, self.bound, method, "; ".join(self.steps))

    def margin(self, cost: float) -> float:
        """Difference to the cost of the incumbent that counts as proved optimal."""
        return max(self.watch.limits.gap, _FINEST) * abs(cost) if self.best is not None else 0.0

    @property
    def _done(self) -> bool:
        cost = self.incumbent.cost
        return self.watch.over or cost - self.bound <= self.margin(cost)

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, bound)
        cost = self.incumbent.cost if self.best is not None else np.inf
        self.watch.tell(cost, min(self.bound, cost), "bound")

    def _ascend(self) -> Ascent:
        core = self.core
        ascent = self._first()
        for leg in _LEGS:
            ascent = ascend(core, ascent, self.incumbent.cost, leg, self.watch)
            self._raise(ascent.best.bound)
            self._open(ascent.average)
            self._open(ascent.best.chosen + 1e-3 * ascent.average)
        self._decide(ascent.best, whole(core))
        free = int((self.upper > self.lower).sum())
        self.steps.append(
            f"multipliers {ascent.best.bound * core.money:.10g}, "
            f"first answer {self.incumbent.cost * core.money:.10g}, "
            f"{free} sites undecided"
        )
        return ascent

    def _decide(self, at: Priced, part: Part) -> None:
        """Close sites that no better answer opens, and fix those that every better one opens."""
        rise = exchange(at, part)
        room = self.incumbent.cost - at.bound + self.core.tolerance(self.incumbent.cost)
        self.upper = np.where(rise > room, 0.0, self.upper)
        self.lower = np.where(rise < -room, 1.0, self.lower)

    def _first(self) -> Ascent:
        """Open the sites that pay at the first multipliers."""
        found = priced(self.core, first_multipliers(self.core), whole(self.core))
        self._open(np.where(found.chosen, 1.0, 0.5 / (1.0 + np.exp(np.clip(found.rho, -50, 50)))))
        return Ascent(found, found.chosen.astype(float))

    def _open(self, worth: FloatArray) -> None:
        """Offer the sites that are worth most, as many as worthwhile and needed."""
        sites = self._rounded(worth)
        self._offer(best_split(self.core, sites))

    def _rounded(self, worth: FloatArray) -> IntArray:
        """Sites to open: those above one half, and more until counts and capacity allow it."""
        core = self.core
        order = np.argsort(-np.where(core.fixed_open, np.inf, worth), kind="stable")
        count = int((np.where(core.fixed_open, 1.0, worth) > 0.5).sum())
        room = np.cumsum(core.capacity[order])
        needed = int(np.searchsorted(room, core.total_demand * (1.0 - 1e-9))) + 1
        count = min(max(count, needed, core.lowest), core.highest, core.m)
        return np.sort(order[:count])

    def _offer(self, split: Split) -> None:
        if split.cost < self.incumbent.cost:
            self.best = split
            is_open = np.zeros(self.core.m, dtype=bool)
            is_open[split.sites] = True
            self.incumbent.offer(split.cost, is_open)
            self.watch.tell(split.cost, self.bound, "answer")

    def _branch(self, ascent: Ascent) -> None:
        enough = 0.2 * max(self.watch.limits.gap, _FINEST)
        relaxation = CongestedRelaxation(self.core, ascent.best, enough, self._take, self.watch)

        def improve(y: FloatArray) -> tuple[float, BoolArray]:
            sites = self._rounded(y)
            if sites.tobytes() not in self._tried:
                self._tried.add(sites.tobytes())
                self._take(sites, relaxation.settle(sites, _SETTLING))
            return self.incumbent.cost, self.incumbent.is_open

        tree = Tree(relaxation, self.incumbent, self.margin, improve, self.watch)
        self._raise(tree.search(self.lower, self.upper, self.bound, 1))
        cost = self.incumbent.cost
        nodes = _NODES if cost - self.bound > _WIDE * abs(cost) else _ENDLESS
        if not self._done:
            self._raise(tree.search(self.lower, self.upper, self.bound, nodes))
        self.steps.append(f"{tree.nodes} nodes, {relaxation.rounds} linear programs")
        depth = _FIRST_DEPTH * (self.incumbent.cost - self.bound)
        while not self._done and relaxation.root is not None:
            if not self._integral(relaxation, relaxation.root, depth):
                break
            depth *= _DEEPER

    def _integral(self, relaxation: CongestedRelaxation, at: Priced, depth: float) -> bool:
        """Solve a mixed-integer model of what is left; whether another one may help."""
        core, watch = self.core, self.watch
        part = Part(self.lower, self.upper, core.lowest, core.highest)
        self._decide(at, part)
        relaxation.bound_sites(np.arange(core.m), self.lower, self.upper)
        relaxation.bound_count(core.lowest, core.highest)
        part = Part(self.lower, self.upper, core.lowest, core.highest)
        found = solve_integral(
            core, part, at, relaxation.tangents, self.best, depth, 0.5 * watch.limits.gap, watch
        )
        self.steps.append(f"integral model: {found.size}")
        if found.sites is not None:
            self._take(found.sites, relaxation.settle(found.sites, _SETTLING_LAST))
            relaxation.tighten(found.sites, found.loads)
        before, bound = self.bound, min(found.bound, self.incumbent.cost)
        self._raise(bound)
        return found.finished and (self.bound > before or depth < self.incumbent.cost)

    def _take(self, sites: IntArray, shares: FloatArray) -> float:
        """Offer shares on sites; return the cost at which the search may end."""
        self._offer(best_split(self.core, sites, shares))
        return self.incumbent.cost - self.margin(self.incumbent.cost)
