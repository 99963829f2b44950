"""The bound of a part by column generation: the largest Lagrangian bound, not merely a good one.

The master gives prices; the knapsacks at prices give a bound and new columns. Prices are taken
between those of the master and the best known (Wentges 1997), and each time a few subgradient
steps follow, whose knapsacks cost little beside the linear program and yield columns too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.column_master import ColumnMaster, MasterAnswer
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import fill_sites
from logistique.location.single_source_node import Column, Node, Relaxed
from logistique.location.single_source_relaxation import climb
from logistique.location.site_choice_kernels import choose_sites
from logistique.location.tree_bounds import cutoff
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_INSIDE = 0.7
"""Weight of the best prices against those of the master."""

_STEPS, _LENGTH = 6, 0.3
"""Subgradient steps from there, and their length relative to Polyak's."""

_CLOSE = 0.2
"""What a bound may still rise, relative to what it lacks to the cutoff, where it will not get there."""

_MARGIN = 1e-4
"""Least margin of prices of customers in a master, relative to the bound of the part."""

_ROUNDS = 400
"""Most solves of the master for one part."""

_STUCK = 10
"""Solves without a better value of the master or bound after which its columns are given up."""

_CLIMB, _BRIEF = 200, 60
"""Most subgradient steps for a part, and for one whose exact prices are found afterwards."""

_LATE, _SOON = 10, 6
"""Steps without progress after which they are shortened, in the one and the other."""

_TRIAL = 12
"""Subgradient steps for a part on trial."""


class ColumnBound:
    """Bounds of parts from one growing master.

    Parameters
    ----------
    core : SourcingCore
        The question.
    search : AssignmentSearch
        Holds the best answer; receives the whole ones of masters.
    watch : Watch
        Clock, gap.
    slack : float
        How far beyond the best answer parts are still of interest, relative to its value.
    """

    def __init__(
        self, core: SourcingCore, search: AssignmentSearch, watch: Watch, slack: float = 0.0
    ) -> None:
        self._core, self._search, self._watch, self._slack = core, search, watch, slack
        self._master = ColumnMaster(core, watch, _dearest(core))
        self._useful = True

    @property
    def useful(self) -> bool:
        """Whether masters have come near the bound so far.

        With dozens of customers to a site they may not: no bundle improves on those of the best
        answer, however many there are, and subgradient steps have to do.
        """
        return self._useful

    @property
    def cutoff(self) -> float:
        """Bound from which a part holds no answer of interest: one that still counts as better."""
        value = self._search.value
        slack = self._slack * abs(value) if np.isfinite(value) else 0.0
        return cutoff(self._core, value, self._watch.limits.gap) + slack

    def climbed(self, node: Node, *, briefly: bool = False) -> Relaxed:
        """Raise the bound of a part by subgradient steps, fewer where exact prices follow."""
        steps, patience = (_BRIEF, _SOON) if briefly else (_CLIMB, _LATE)
        return climb(
            self._core, node, self._watch, target=self._target(node),
            cutoff=self.cutoff, iterations=steps, patience=patience, scale=0.3,
        )  # fmt: skip

    def raised(self, node: Node) -> Relaxed:
        """Raise the bound of a part as far as it goes, or to the cutoff, or until time is up.

        Shares are all 0 where time is up at once, or where the master is given up.
        """
        self._seed(node)
        self._master.enter(node, max(self.cutoff - node.bound, _MARGIN * abs(node.bound)))
        u, bound = node.u, node.bound
        answer: MasterAnswer | None = None
        least, stuck = np.inf, 0
        for _ in range(_ROUNDS):
            solved = self._master.solve()
            if solved is None:
                break
            answer = solved
            if answer.integral:
                self._offer(answer)
            if bound >= self.cutoff:
                break
            fresh, known = 0, bound
            if not self._settled(answer.value, bound):
                u, bound, fresh = self._priced(node, answer, u, bound)
            small = 1e-7 * abs(answer.value)
            moved = answer.value < least - small or bound > known + small
            stuck = 0 if moved or not fresh else stuck + 1
            least = min(least, answer.value)
            if stuck >= _STUCK:
                self._useful = False
                return self._relaxed(node, u, bound, None)
            if not fresh:
                if not answer.left_out.any():
                    break
                self._master.insist(answer)
        return self._relaxed(node, u, bound, answer)

    def tried(self, node: Node) -> Node:
        """Raise the bound of a part a little, by subgradient steps."""
        if self._watch.over:
            return node
        return climb(
            self._core, node, self._watch, target=self._target(node),
            cutoff=self.cutoff, iterations=_TRIAL, patience=3, scale=0.3,
        ).node  # fmt: skip

    def _target(self, node: Node) -> float:
        """Value that subgradient steps aim at."""
        base = node.bound if np.isfinite(node.bound) else float(node.u.sum())
        return min(self._search.value, base + 0.02 * abs(base) + 1.0)

    def _settled(self, value: float, bound: float) -> bool:
        """Whether more columns would change little: the bound lies between ``bound`` and ``value``."""
        left = self.cutoff - value
        return value - bound <= max(1e-7 * abs(value), _CLOSE * left if np.isfinite(left) else 0.0)

    def _priced(
        self, node: Node, answer: MasterAnswer, u: FloatArray, bound: float
    ) -> tuple[FloatArray, float, int]:
        """Best prices and bound after knapsacks at several prices; number of new columns."""
        core = self._core
        chosen = np.zeros(core.m, dtype=bool)
        self._choose(node, core.opening - answer.site_price, chosen)
        fresh = self._master.add(self._sets(chosen))
        point = _INSIDE * u + (1.0 - _INSIDE) * answer.u
        for step in range(_STEPS + 1):
            value, taken, chosen = self._evaluated(node, point)
            if value > bound:
                u, bound = point, value
            slack = max(answer.value - bound, 0.0)
            fresh += self._add(node, taken, chosen, answer, slack)
            if bound >= self.cutoff or step == _STEPS:
                break
            far = max(answer.value - value, 1e-6 * abs(answer.value))
            point = self._stepped(node, point, taken & chosen[node.site], far)
        if not fresh:
            value, taken, chosen = self._evaluated(node, answer.u)
            if value > bound:
                u, bound = answer.u, value
            fresh = self._add(node, taken, chosen, answer, 0.0)
        return u, bound, fresh

    def _stepped(self, node: Node, u: FloatArray, hit: BoolArray, far: float) -> FloatArray:
        lacking = 1.0 - np.bincount(node.customer[hit], minlength=self._core.n)
        norm = float(lacking @ lacking)
        if norm == 0.0:
            return u
        return np.maximum(u + _LENGTH * far / norm * lacking, 0.0)

    def _evaluated(self, node: Node, u: FloatArray) -> tuple[float, BoolArray, BoolArray]:
        """Bound at some prices, pairs that attain it, and sites."""
        core = self._core
        rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
        fill_sites(
            node.start, node.customer, node.cost, core.demand, core.units, core.opening,
            core.capacity, core.capacity_units, node.state, u, rho, taken,
        )  # fmt: skip
        chosen = np.zeros(core.m, dtype=bool)
        return float(u.sum() + self._choose(node, rho, chosen)), taken, chosen

    def _choose(self, node: Node, rho: FloatArray, chosen: BoolArray) -> float:
        core = self._core
        return float(
            choose_sites(
                rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
                core.demand, core.units, chosen,
            )
        )  # fmt: skip

    def _add(
        self, node: Node, taken: BoolArray, chosen: BoolArray, answer: MasterAnswer, slack: float
    ) -> int:
        """Add sets and bundles that may enter the master; how many are new."""
        return self._master.add(
            self._columns(node, taken, chosen, answer.u, answer.site_price, slack)
        )

    def _columns(
        self,
        node: Node,
        taken: BoolArray,
        chosen: BoolArray,
        u: FloatArray,
        site_price: FloatArray,
        slack: float,
    ) -> list[Column]:
        """Return the set of sites, and the bundles whose reduced cost is at most ``slack``."""
        pairs = np.flatnonzero(taken)
        site, customer = node.site[pairs], node.customer[pairs].astype(np.int64)
        cost = np.bincount(site, weights=node.cost[pairs], minlength=self._core.m)
        worth = np.bincount(site, weights=u[customer], minlength=self._core.m)
        reduced = cost - worth + site_price
        ends = np.searchsorted(site, np.arange(self._core.m + 1))
        good = (np.diff(ends) > 0) & (reduced <= max(slack, -1e-9))
        bundles = [
            Column(j, customer[ends[j] : ends[j + 1]], float(cost[j]))
            for j in np.flatnonzero(good).tolist()
        ]
        return self._sets(chosen) + bundles

    def _sets(self, chosen: BoolArray) -> list[Column]:
        """Return the set of sites as a column, where it has enough capacity."""
        core, sites = self._core, np.flatnonzero(chosen)
        if core.capacity[sites].sum() < core.demand.sum() * (1 - 1e-9):
            return []
        return [Column(-1, sites, float(core.opening[sites].sum()))]

    def _seed(self, node: Node) -> None:
        """Give the master the best answer, and the columns at the prices of a part."""
        if self._master.size:
            return
        core, search = self._core, self._search
        columns: list[Column] = []
        if np.isfinite(search.value):
            columns += self._sets(search.is_open)
            for j in np.flatnonzero(search.is_open).tolist():
                own = np.flatnonzero(search.assignment == j)
                if own.size:
                    columns.append(Column(j, own, float(core.cost[own, j].sum())))
        random = np.random.default_rng(self._watch.limits.seed)
        for spread in np.repeat([0.0, 0.01, 0.02, 0.04], [1, 10, 10, 5]).tolist():
            u = node.u * (1.0 + spread * random.standard_normal(core.n))
            _, taken, chosen = self._evaluated(node, u)
            columns += self._columns(node, taken, chosen, u, np.zeros(core.m), np.inf)
        self._master.add(columns)

    def _offer(self, answer: MasterAnswer) -> None:
        is_open = answer.y > 0.5
        assignment = np.argmax(answer.x, axis=0)
        self._search.offer(is_open, assignment)

    def _relaxed(
        self, node: Node, u: FloatArray, bound: float, answer: MasterAnswer | None
    ) -> Relaxed:
        raised = replace(node, u=u, bound=max(node.bound, bound))
        if answer is None:
            none = np.zeros(self._core.m)
            return Relaxed(raised, none, np.zeros(node.cost.size), none > 0, 1.0)
        x = answer.x[node.site, node.customer]
        return Relaxed(raised, answer.y, x, answer.y > 0.5, 1.0)


def _dearest(core: SourcingCore) -> float:
    """Cost above that of every answer."""
    finite = np.where(np.isfinite(core.cost), core.cost, 0.0)
    return float(finite.max(axis=1).sum() + np.maximum(core.opening, 0.0).sum()) + 1.0
