"""Branch and bound over the master problem: sites are opened and closed until nothing is left.

HiGHS cannot add cuts while it branches, so the tree is ours and every node is a warm linear
solve that adds the cuts it violates; they hold everywhere.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.location.benders import Relaxed, decided
from logistique.location.lp import LpStatus
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_INTEGRAL = 1e-6
_TRIALS = 8
_TRIAL_ITERATIONS = 60


@dataclass(frozen=True, order=True)
class _Node:
    """Part of the tree: bounds on the sites and on their number, and what is proved there."""

    bound: float
    number: int
    lower: FloatArray = field(compare=False)
    upper: FloatArray = field(compare=False)
    lowest: int = field(compare=False)
    highest: int = field(compare=False)


class Question(Protocol):
    """What a tree asks of the question it searches."""

    @property
    def m(self) -> int:
        """Number of sites."""
        ...

    @property
    def fixed_open(self) -> BoolArray:
        """Sites that are open in every answer, (m,)."""
        ...

    @property
    def lowest(self) -> int:
        """Least number of open sites."""
        ...

    @property
    def highest(self) -> int:
        """Largest number of open sites."""
        ...

    def tolerance(self, value: float) -> float:
        """Return the rounding error allowed for in a sum of the size of ``value``."""
        ...


class Relaxation(Protocol):
    """A relaxation whose bounds a tree moves."""

    @property
    def core(self) -> Question:
        """The question."""
        ...

    def bound_sites(self, sites: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Fix or free sites."""
        ...

    def bound_count(self, lowest: int, highest: int) -> None:
        """Change the bounds on the number of open sites."""
        ...

    def solve(
        self, cutoff: float = math.inf, rounds: int = 10**9, patience: float = 0.0
    ) -> Relaxed:
        """Solve within the present bounds, or show that nothing below ``cutoff`` is there."""
        ...

    def trials(self, sites: IntArray, iterations: int, cutoff: float) -> FloatArray:
        """Estimates after closing and after opening each of some sites, (k, 2)."""
        ...


class Incumbent:
    """Best answer so far; improving it moves the cutoff of the tree.

    Parameters
    ----------
    cost : float
        Cost of the answer.
    is_open : (m,) bool
        Its sites.
    """

    def __init__(self, cost: float, is_open: BoolArray) -> None:
        self.cost = cost
        self.is_open = is_open

    def offer(self, cost: float, is_open: BoolArray) -> None:
        """Keep an answer if it is better."""
        if cost < self.cost:
            self.cost, self.is_open = cost, is_open.copy()


class Tree:
    """Search for a better answer than the incumbent, or the proof that there is none.

    Parameters
    ----------
    master : Relaxation
        Relaxation with its cuts.
    incumbent : Incumbent
        Best answer known, improved in place.
    margin : callable
        Difference to the incumbent's cost below which a better answer is not looked for.
    improve : callable
        Cost and sites of a good answer near a fractional point.
    watch : Watch
        Clock of the search.
    """

    def __init__(
        self,
        master: Relaxation,
        incumbent: Incumbent,
        margin: Callable[[float], float],
        improve: Callable[[FloatArray], tuple[float, BoolArray]],
        watch: Watch,
    ) -> None:
        self._master = master
        self._core = master.core
        self._incumbent = incumbent
        self._margin = margin
        self._improve = improve
        self._watch = watch
        self._numbers = itertools.count()
        self._proved = math.inf
        self._gains = np.full((self._core.m, 2), np.nan)
        self._lower = self._core.fixed_open.astype(float)
        self._upper = np.ones(self._core.m)
        self.nodes = 0

    @property
    def cutoff(self) -> float:
        """Cost at and above which nothing is looked for."""
        return self._incumbent.cost - self._margin(self._incumbent.cost)

    def search(
        self, lower: FloatArray, upper: FloatArray, bound: float, nodes: int = 10**9
    ) -> float:
        """Explore everything between these bounds of the sites; return the bound it proves.

        Parameters
        ----------
        lower, upper : (m,) float
            Bounds of the sites.
        bound : float
            Lower bound already proved.
        nodes : int
            Number of nodes after which to stop.
        """
        core = self._core
        root = _Node(bound, next(self._numbers), lower, upper, core.lowest, core.highest)
        heap: list[_Node] = [root]
        node: _Node | None = None
        while (node is not None or heap) and self.nodes < nodes and not self._watch.over:
            if node is None:
                node = heapq.heappop(heap)
            if node.bound >= self.cutoff:
                self._proved = min(self._proved, node.bound)
                node = None
                continue
            children = self._explore(node)
            if children is None:
                heapq.heappush(heap, node)
                break
            node = children[0] if children else None
            for other in children[1:]:
                heapq.heappush(heap, other)
            self._tell(heap, node)
        if node is not None and (not heap or node is not heap[0]):
            heapq.heappush(heap, node)
        open_bound = min((left.bound for left in heap), default=math.inf)
        return max(bound, min(open_bound, self._proved, self._incumbent.cost))

    def _tell(self, heap: list[_Node], node: _Node | None) -> None:
        bounds = [left.bound for left in heap[:1]] + ([node.bound] if node is not None else [])
        bound = min([*bounds, self._proved, self._incumbent.cost])
        self._watch.tell(self._incumbent.cost, bound, "branch and bound")

    def _explore(self, node: _Node) -> list[_Node] | None:
        """Children of a node, the one to go on with first; None when time is up."""
        self.nodes += 1
        self._move_to(node)
        relaxed = self._master.solve(self.cutoff, patience=0.0 if self.nodes == 1 else 0.02)
        if relaxed.status is LpStatus.LIMIT:
            return None
        if relaxed.status is not LpStatus.OPTIMAL or relaxed.bound >= self.cutoff:
            self._proved = min(self._proved, max(node.bound, relaxed.bound, self.cutoff))
            return []
        assert relaxed.y is not None
        y = relaxed.y
        fractional = np.flatnonzero((y > _INTEGRAL) & (y < 1 - _INTEGRAL))
        if fractional.size == 0 or self.nodes == 1 or self.nodes % 8 == 0:
            self._incumbent.offer(*self._improve(y))
        bound = max(node.bound, relaxed.bound)
        if bound >= self.cutoff:
            self._proved = min(self._proved, bound)
            return []
        lower, upper = self._tightened(node, relaxed)
        if fractional.size == 0:
            return self._settled(node, y, lower, upper, bound)
        count = float(y.sum())
        if node.lowest < node.highest and abs(count - round(count)) > 0.05:
            return self._on_count(node, count, lower, upper, bound)
        return self._on_site(node, y, fractional, lower, upper, bound)

    def _settled(
        self, node: _Node, y: FloatArray, lower: FloatArray, upper: FloatArray, bound: float
    ) -> list[_Node]:
        """Solve a node again whose point is integral but whose cuts may not all be there yet."""
        relaxed = self._master.solve(self.cutoff)
        if relaxed.status is LpStatus.OPTIMAL and relaxed.bound < self.cutoff:
            assert relaxed.y is not None
            if np.array_equal(np.rint(relaxed.y), np.rint(y)):
                # All cuts are there: the relaxation's optimum here is an answer of that cost.
                self._proved = min(self._proved, max(bound, relaxed.bound))
                return []
            bound = max(bound, relaxed.bound)
            return [self._child(node, lower, upper, bound)]
        self._proved = min(self._proved, max(bound, min(relaxed.bound, self.cutoff)))
        return []

    def _tightened(self, node: _Node, relaxed: Relaxed) -> tuple[FloatArray, FloatArray]:
        """Bounds of the sites after reduced-cost fixing."""
        opened, closed = decided(relaxed, self.cutoff, self._core.tolerance(self.cutoff))
        lower, upper = node.lower.copy(), node.upper.copy()
        upper[closed & (lower < 0.5)] = 0.0
        lower[opened & (upper > 0.5)] = 1.0
        return lower, upper

    def _on_count(
        self, node: _Node, count: float, lower: FloatArray, upper: FloatArray, bound: float
    ) -> list[_Node]:
        down = self._child(node, lower, upper, bound, highest=math.floor(count))
        up = self._child(node, lower, upper, bound, lowest=math.ceil(count))
        return [up, down] if count - math.floor(count) > 0.5 else [down, up]

    def _on_site(
        self,
        node: _Node,
        y: FloatArray,
        fractional: IntArray,
        lower: FloatArray,
        upper: FloatArray,
        bound: float,
    ) -> list[_Node]:
        site, bounds = self._choose(y, fractional, bound)
        closed, opened = upper.copy(), lower.copy()
        closed[site], opened[site] = 0.0, 1.0
        without = self._child(node, lower, closed, max(bound, bounds[0]))
        having = self._child(node, opened, upper, max(bound, bounds[1]))
        return [having, without] if y[site] >= 0.4 else [without, having]

    def _choose(
        self, y: FloatArray, fractional: IntArray, bound: float
    ) -> tuple[int, tuple[float, float]]:
        """Site whose two sides raise the bound most: tried once, estimated afterwards."""
        share = y[fractional]
        order = fractional[np.argsort(np.abs(share - 0.5), kind="stable")]
        untried = order[np.isnan(self._gains[order, 0])][:_TRIALS]
        if untried.size:
            found = self._master.trials(untried, _TRIAL_ITERATIONS, self.cutoff)
            gains = np.maximum(found - bound, 0.0)
            self._gains[untried, 0] = gains[:, 0] / np.maximum(y[untried], 0.01)
            self._gains[untried, 1] = gains[:, 1] / np.maximum(1 - y[untried], 0.01)
        known = order[~np.isnan(self._gains[order, 0])]
        down = self._gains[known, 0] * y[known]
        up = self._gains[known, 1] * (1 - y[known])
        floor = 1e-6 * max(1.0, abs(bound))
        score = np.maximum(down, floor) * np.maximum(up, floor)
        return int(known[np.argmax(score)]), (-math.inf, -math.inf)

    def _child(
        self,
        node: _Node,
        lower: FloatArray,
        upper: FloatArray,
        bound: float,
        lowest: int | None = None,
        highest: int | None = None,
    ) -> _Node:
        return _Node(
            bound,
            next(self._numbers),
            lower,
            upper,
            node.lowest if lowest is None else lowest,
            node.highest if highest is None else highest,
        )

    def _move_to(self, node: _Node) -> None:
        changed = np.flatnonzero((node.lower != self._lower) | (node.upper != self._upper))
        self._master.bound_sites(changed, node.lower[changed], node.upper[changed])
        self._master.bound_count(node.lowest, node.highest)
        self._lower, self._upper = node.lower, node.upper
