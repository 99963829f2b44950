"""Branch and bound for single sourcing on Lagrangian bounds: sites first, then pairs."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.assignment_tree import AssignmentTree, walkable
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
BoolArray = NDArray[np.bool_]

_RESIDUAL = 100
"""Pairs beyond one per customer up to which a part goes to a mixed-integer model whole."""

_WALK, _STROLL = 2_000, 200
"""Nodes of a walk through the assignments of a part, and where answers are sought, not a proof."""

_AHEAD = 4
"""Parts that walks left for every processor at once, for these take very different times."""

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


@dataclass(frozen=True, eq=False)
class _Look:
    """What came of a part: its relaxation unless it is beyond the cutoff, answers in it."""

    relaxed: Relaxed | None
    answers: list[tuple[BoolArray, IntArray]]
    done: bool
    parts: list[Node] | None = None
    """What a walk through its assignments left."""


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
    meet : callable, optional
        Exchanges the best answer with a search beside this one, which has one of the processors.
    """

    def __init__(
        self,
        core: SourcingCore,
        search: AssignmentSearch,
        watch: Watch,
        bounds: ColumnBound,
        *,
        dives: bool = False,
        meet: Callable[[], None] | None = None,
    ) -> None:
        self._core, self._search, self._watch = core, search, watch
        self._bounds, self._dives, self._meet = bounds, dives, meet
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

        ``nodes`` limits the parts looked at. On larger questions as many parts are bounded at
        once as there are processors; answers found in one are known to the others of the next
        round only, so that the tree does not depend on which is done first.
        """
        self._most = np.inf if nodes is None else nodes
        self._push(root)
        following: list[Node] = []
        with ThreadPoolExecutor(self._side_by_side()) as pool:
            while not self._watch.over and self._nodes < self._most:
                parts = self._batch(following)
                if not parts:
                    break
                following = self._followed(parts, pool)
        for node in following:
            self._push(node)
        return TreeOutcome(self.bound, self._nodes)

    def _side_by_side(self) -> int:
        """Parts bounded at once; columns of masters are not shared between them."""
        own = self._watch.limits.threads - (self._meet is not None)
        return 1 if self._small else own

    def _at_once(self, node: Node) -> int:
        """Parts of one round where the next one is this."""
        side = self._side_by_side()
        return side * _AHEAD if side > 1 and node.walked else side

    def _batch(self, following: list[Node]) -> list[Node]:
        """Parts to look at next: those that are followed down, and the cheapest ones."""
        parts = [node for node in following if node.bound < self.cutoff]
        while self._heap and len(parts) < self._at_once(self._heap[0][2]):
            node = heapq.heappop(self._heap)[2]
            if node.bound >= self.cutoff:
                self._heap.clear()
                break
            parts.append(node)
        return parts

    def _followed(self, parts: list[Node], pool: ThreadPoolExecutor) -> list[Node]:
        """Look at some parts; the likelier child of each that is worth following down at once."""
        self._here = min(node.bound for node in parts)
        numbers = range(self._nodes + 1, self._nodes + 1 + len(parts))
        self._nodes += len(parts)
        run = map if len(parts) == 1 else pool.map
        looks = list(run(self._process, numbers, parts))
        for look in looks:
            for answer in look.answers:
                self._search.offer(*answer)
        if not self._watch.over:
            self._look_around(numbers, looks)
        if self._meet is not None:
            self._meet()
        children = list(run(self._split, [self._left(look) for look in looks]))
        following: list[Node] = []
        if self._watch.over:
            # What was found may be incomplete: the parts stay open as they were.
            for node in parts:
                self._push(node)
        else:
            following = self._descend(children)
        self._here = np.inf
        return following

    def _look_around(self, numbers: range, looks: list[_Look]) -> None:
        """Look for answers in parts, improve one that is new."""
        for number, look in zip(numbers, looks, strict=True):
            if look.relaxed is not None and (number <= _YOUNG or number % _SELDOM == 0):
                self._look_for_answers(number, look.relaxed)
            if number % 10 == 0:
                self._watch.tell(self._search.value, self.bound, "branch and bound")
        if self._search.value < self._improved:
            self._search.improve(1)
            self._search.polish(_SHAKES_OF_NEW)
            self._improved = self._search.value

    def _descend(self, families: list[list[Node]]) -> list[Node]:
        """Keep the children for later, but for the likelier ones that are near the least bound."""
        least = min(self._heap[0][0] if self._heap else np.inf, self._here)
        near = least + _NEAR * (self.cutoff - least)
        following: list[Node] = []
        for children in families:
            for place, child in enumerate(children):
                if place == 0 and child.bound <= near and self._nodes < self._most:
                    following.append(child)
                else:
                    self._push(child)
        return following

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._number), node))

    def _process(self, number: int, node: Node) -> _Look:
        """Bound a part; settle it where little is left of it, walk through it where sites are decided."""
        if node.walked:
            return self._walked(None, node)
        relaxed = self._relaxed(number, node)
        if relaxed is None:
            return _Look(None, [], done=True)
        node = relaxed.node
        if walkable(self._core, node):
            return self._walked(relaxed, node)
        answers: list[tuple[BoolArray, IntArray]] = []
        outcome = Residual.OPEN
        if max(node.cost.size - self._core.n, node.free.size) <= _RESIDUAL:
            outcome = solve_residual(
                self._core, node, self._watch, lambda *answer: answers.append(answer), self.cutoff
            )
        return _Look(relaxed, answers, done=outcome is Residual.SOLVED)

    def _walked(self, relaxed: Relaxed | None, node: Node) -> _Look:
        tree = AssignmentTree(self._core, node)
        tree.run(self._watch, self.cutoff, _STROLL if self._short else _WALK)
        parts = tree.left()
        return _Look(relaxed, tree.answers, done=not parts, parts=parts)

    def _left(self, look: _Look) -> _Look:
        """Strike off what no bundle on a list has."""
        if look.done or look.parts is not None or look.relaxed is None:
            return look
        outcome, left = self._bundles.settled(look.relaxed)
        if outcome is Residual.SOLVED:
            return replace(look, done=True)
        if left is look.relaxed:
            return look
        fewer = fixed(self._core, left, self.cutoff)
        return replace(look, relaxed=fewer, done=fewer is None)

    def _split(self, look: _Look) -> list[Node]:
        """Children of a part, the likelier one first; none where nothing is left."""
        if look.done or self._watch.over:
            return []
        if look.parts is not None or look.relaxed is None:
            return look.parts or []
        return branch(self._core, look.relaxed, self.cutoff, self._bounds.tried)

    def _look_for_answers(self, number: int, relaxed: Relaxed) -> None:
        """Assign customers as the relaxed answers of a part do, and improve that."""
        node, wishes = relaxed.node, relaxed.wishes(self._core.n)
        if node.free.size:
            shakes = _SHAKES_OF_NEW if number <= _YOUNG else _SHAKES
            self._search.build(relaxed.mean_y, wishes, shakes)
        else:
            self._search.divide(node.state > 0, wishes, _SHAKES)
        if self._dives and self._bounds.useful and number % _SELDOM == 0:
            dive_once(
                self._core, self._search, self._bounds, relaxed, self._watch, self._random,
                number // _SELDOM,
            )  # fmt: skip

    def _relaxed(self, number: int, node: Node) -> Relaxed | None:
        """Raise the bound of a part and drop what it rules out; None where nothing is left."""
        exactly = self._worth_columns(number)
        relaxed = self._bounds.climbed(node, briefly=exactly)
        if relaxed.node.bound < self.cutoff and exactly:
            exact = self._bounds.raised(relaxed.node)
            shared = exact.mean_x.any()
            relaxed = exact if shared else replace(relaxed, node=exact.node)
        if relaxed.node.bound >= self.cutoff:
            return None
        return fixed(self._core, relaxed, self.cutoff)

    @property
    def _short(self) -> bool:
        """Whether a search looks for answers, not for a proof."""
        return bool(np.isfinite(self._most))

    @property
    def _small(self) -> bool:
        return self._core.n + self._core.m <= _SMALL

    def _worth_columns(self, number: int) -> bool:
        """Whether exact multipliers pay: for the whole, and for every part of a small question.

        Elsewhere some hundred steps from the multipliers of the part above come as near in a
        tenth of the time.
        """
        every = self._small and not self._short
        return self._bounds.useful and (number == 1 or every)
