"""Branch and bound for single sourcing on Lagrangian bounds: sites first, then pairs."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.bundle_search import BundleSearch
from logistique.location.column_bound import ColumnBound
from logistique.location.single_source_branching import branch
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_dive import dive_once
from logistique.location.single_source_node import Node, Relaxed
from logistique.location.single_source_relaxation import fixed
from logistique.location.single_source_residual import Residual, solve_residual
from logistique.location.tree_bounds import cutoff, lifted
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]

_RESIDUAL = 100
"""Pairs beyond one per customer up to which a part goes to a mixed-integer model whole."""

_SMALL = 80
"""Customers and sites up to which linear programs for every part pay."""

_NEAR = 0.3
"""How far up to the cutoff, from the least bound, a part is followed down at once."""

_SHAKES_OF_NEW = 10
"""Shakes of the assignment to sites that were not tried before."""

_YOUNG = 20
"""Nodes after which answers are sought seldom, and new sets of sites shaken as little as known ones."""

_SELDOM = 8
"""Nodes from one search for answers to the next."""

_SHAKES = 2
"""Shakes of the assignment where all sites are decided."""


@dataclass(frozen=True)
class TreeOutcome:
    """What a tree proves: a lower bound, and how many nodes it took."""

    bound: float
    nodes: int


class Tree:
    """The parts still open, cheapest bound first.

    Parameters
    ----------
    core : SourcingCore
        The question.
    search : AssignmentSearch
        Holds the best answer.
    watch : Watch
        Clock, gap.
    bounds : ColumnBound
        Bounds of parts.
    dives : bool
        Whether to dive from parts now and then.
    """

    def __init__(
        self,
        core: SourcingCore,
        search: AssignmentSearch,
        watch: Watch,
        bounds: ColumnBound,
        *,
        dives: bool = False,
    ) -> None:
        self._core, self._search, self._watch = core, search, watch
        self._bounds, self._dives = bounds, dives
        self._bundles = BundleSearch(core, search, watch)
        self._random = np.random.default_rng(watch.limits.seed)
        self._heap: list[tuple[float, int, Node]] = []
        self._number = itertools.count()
        self._nodes = 0
        self._here = np.inf
        self._improved = search.value
        self._most = np.inf

    @property
    def cutoff(self) -> float:
        """Bound from which a part cannot hold an answer that would still count as better."""
        return cutoff(self._core, self._search.value, self._watch.limits.gap)

    @property
    def bound(self) -> float:
        """Lower bound on every answer.

        What was dropped has a bound of at least the cutoff of its time, and cutoffs only fall.
        """
        left = min(self._heap[0][0] if self._heap else np.inf, self._here)
        return min(lifted(self._core, min(left, self.cutoff)), self._search.value)

    def run(self, root: Node, nodes: int | None = None) -> TreeOutcome:
        """Branch until nothing is left or time is up: plunge, then take the cheapest part.

        ``nodes`` limits the parts looked at.
        """
        self._most = np.inf if nodes is None else nodes
        self._push(root)
        while self._heap and not self._watch.over and self._nodes < self._most:
            node = heapq.heappop(self._heap)[2]
            if node.bound >= self.cutoff:
                self._heap.clear()
                break
            self._plunge(node)
        return TreeOutcome(self.bound, self._nodes)

    def _plunge(self, node: Node) -> None:
        """Follow the likelier child down, keeping the other for later."""
        while True:
            self._here = node.bound
            self._nodes += 1
            children = self._process(node)
            if self._watch.over:
                # What was found may be incomplete: the part stays open as it was.
                self._push(node)
                break
            if self._nodes % 10 == 0:
                self._watch.tell(self._search.value, self.bound, "branch and bound")
            if self._search.value < self._improved:
                self._search.improve(1)
                self._search.polish(_SHAKES_OF_NEW)
                self._improved = self._search.value
            if not children:
                break
            if self._nodes >= self._most or children[0].bound > self._near():
                for child in children:
                    self._push(child)
                break
            node = children[0]
            for child in children[1:]:
                self._push(child)
        self._here = np.inf

    def _near(self) -> float:
        """Largest bound of a part that is worth a look before all others."""
        least = min(self._heap[0][0] if self._heap else np.inf, self._here)
        return least + _NEAR * (self.cutoff - least)

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._number), node))

    def _process(self, node: Node) -> list[Node]:
        """Bound a part and split it, the likelier child first; none where it is done."""
        relaxed = self._relaxed(node)
        if relaxed is None:
            return []
        node = relaxed.node
        if self._nodes <= _YOUNG or self._nodes % _SELDOM == 0:
            self._look_for_answers(relaxed)
        if max(node.cost.size - self._core.n, node.free.size) <= _RESIDUAL:
            outcome = solve_residual(self._core, node, self._search, self._watch, self.cutoff)
            if outcome is not Residual.OPEN:
                return []
        outcome, left = self._bundles.settled(relaxed)
        if outcome is not Residual.OPEN:
            return []
        if left is not relaxed:
            fewer = fixed(self._core, left, self.cutoff)
            if fewer is None:
                return []
            relaxed = fewer
        return branch(self._core, relaxed, self.cutoff, self._bounds.tried)

    def _look_for_answers(self, relaxed: Relaxed) -> None:
        """Assign customers as the relaxed answers of a part do, and improve that."""
        node, wishes = relaxed.node, relaxed.wishes(self._core.n)
        if node.free.size:
            shakes = _SHAKES_OF_NEW if self._nodes <= _YOUNG else _SHAKES
            self._search.build(relaxed.mean_y, wishes, shakes)
        else:
            self._search.divide(node.state > 0, wishes, _SHAKES)
        if self._dives and self._bounds.useful and self._nodes % _SELDOM == 0:
            dive_once(
                self._core, self._search, self._bounds, relaxed, self._watch, self._random,
                self._nodes // _SELDOM,
            )  # fmt: skip

    def _relaxed(self, node: Node) -> Relaxed | None:
        """Raise the bound of a part and drop what it rules out; None where nothing is left."""
        exactly = self._worth_columns()
        relaxed = self._bounds.climbed(node, briefly=exactly)
        if relaxed.node.bound < self.cutoff and exactly:
            exact = self._bounds.raised(relaxed.node)
            shared = exact.mean_x.any()
            relaxed = exact if shared else replace(relaxed, node=exact.node)
        if relaxed.node.bound >= self.cutoff:
            return None
        return fixed(self._core, relaxed, self.cutoff)

    def _worth_columns(self) -> bool:
        """Whether exact multipliers pay: for the whole, and for every part of a small question.

        Elsewhere some hundred steps from the multipliers of the part above come as near in a
        tenth of the time. A short search looks for answers, not for a proof.
        """
        if not self._bounds.useful:
            return False
        small = self._core.n + self._core.m <= _SMALL and not np.isfinite(self._most)
        return self._nodes == 1 or small
