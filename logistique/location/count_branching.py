"""Branch and bound over sites, on their number first.

Problems whose relaxation is far from the optimum are decided by how many sites open: a relaxation
between two numbers is split there before any single site is (Posta, Ferland, Michelon 2014).
Whatever relaxation is used, it proves its bound by a reduced cost per site; the same reduced
costs settle sites and numbers of sites without another relaxation.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
StateArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]

FREE, OPEN, CLOSED = 0, 1, -1
_SPLIT = 0.1
"""Least distance of the number of sites from an integer that is worth a branching."""

_TELL_S = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A part of the search: decided sites, and how many of the free ones may still open.

    Parameters
    ----------
    bound : float
        Proved bound of this part.
    state : (m,) int8
        ``OPEN``, ``CLOSED`` or ``FREE``.
    low, high : int
        Least and largest number of free sites that open.
    start : array or None
        Where the relaxation of the parent ended, to start from.
    """

    bound: float
    state: StateArray
    low: int
    high: int
    start: FloatArray | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Relaxed:
    """What a relaxation says about a node.

    Parameters
    ----------
    bound : float
        Proved bound of the node.
    reduced : (m,) float
        Reduced costs of the sites that prove it: ``bound`` is a constant plus the cheapest
        choice of ``low … high`` free sites at these costs.
    share : (m,) float
        Fractional sites.
    score : (m,) float
        How much branching on each site promises; free sites with a score of 0 are branched on
        last.
    start : array
        Where the relaxations of the children start.
    """

    bound: float
    reduced: FloatArray
    share: FloatArray
    score: FloatArray
    start: FloatArray


class Relaxation(Protocol):
    """The problem, as the search sees it."""

    def settle(self, state: StateArray, low: int, high: int) -> tuple[int, int]:
        """Decide what follows from the decided sites alone; ``low > high`` if nothing can."""
        ...

    def relax(self, node: Node, cutoff: float) -> Relaxed:
        """Bound a node; one at or above ``cutoff`` is enough."""
        ...

    def round(self, node: Node, relaxed: Relaxed, *, deep: bool) -> tuple[float, BoolArray] | None:
        """Cost and sites of an answer near the relaxation, or None if none is tried."""
        ...

    def cost(self, is_open: BoolArray) -> float:
        """Cost of a set of sites; ``inf`` if it serves not everybody."""
        ...


@njit(cache=True)
def tighten(
    state: StateArray, reduced: FloatArray, low: int, high: int, bound: float, cutoff: float
) -> tuple[int, int]:
    """Settle free sites and their number by reduced costs; changes ``state``.

    A site is settled when the other decision would lift the bound to the cutoff, taking into
    account which site would have to leave or enter to keep the number within ``low … high``.

    Returns
    -------
    low, high : int
        Least and largest number of free sites left to open; ``low > high`` if the node is empty.
    """
    free = np.flatnonzero(state == 0)
    ordered = free[np.argsort(reduced[free])]
    size = ordered.size
    high = min(high, size)
    if low > high:
        return low, high
    chosen = low
    while chosen < high and reduced[ordered[chosen]] < 0.0:
        chosen += 1
    least, most = _numbers_left(reduced[ordered], chosen, low, high, bound, cutoff)
    last = reduced[ordered[chosen - 1]] if chosen > 0 else -np.inf
    following = reduced[ordered[chosen]] if chosen < size else np.inf
    enter = last if chosen == high else (max(last, 0.0) if chosen > 0 else 0.0)
    leave = following if chosen == low else min(following, 0.0)
    opened = 0
    for t in range(size):
        value = reduced[ordered[t]]
        if t < chosen and bound + leave - value >= cutoff:
            state[ordered[t]] = 1
            opened += 1
        elif t >= chosen and bound + value - enter >= cutoff:
            state[ordered[t]] = -1
    return max(0, least - opened), most - opened


@njit(cache=True)
def _numbers_left(
    values: FloatArray, chosen: int, low: int, high: int, bound: float, cutoff: float
) -> tuple[int, int]:
    """Range of numbers of sites whose cheapest choice stays below the cutoff."""
    most = chosen
    value = bound
    while most < high and value + values[most] < cutoff:
        value += values[most]
        most += 1
    least = chosen
    value = bound
    while least > low and value - values[least - 1] < cutoff:
        value -= values[least - 1]
        least -= 1
    return least, most


@dataclass(eq=False)
class CountBranching:
    """Best-first search over nodes.

    Parameters
    ----------
    relaxation : Relaxation
        The problem.
    margin : callable
        Difference to the cost of the incumbent below which a better one is not looked for.
    lift : callable
        The next cost an answer can have, at or above a bound.
    watch : Watch
        Clock and interruption.
    best, best_open : float, (m,) bool
        The incumbent.
    by_number : bool
        Whether to branch on the number of sites before any single one.
    """

    relaxation: Relaxation
    margin: Callable[[float], float]
    lift: Callable[[float], float]
    watch: Watch
    best: float
    best_open: BoolArray
    by_number: bool = True
    nodes: int = 0
    _heap: list[tuple[float, int, Node]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    @property
    def cutoff(self) -> float:
        """Value at which a node is of no use."""
        return self.best - self.margin(self.best) if math.isfinite(self.best) else math.inf

    def offer(self, value: float, is_open: BoolArray) -> None:
        """Keep a set of sites if it is the best so far."""
        if value < self.best:
            self.best, self.best_open = value, is_open.copy()

    def run(self, roots: Sequence[Node]) -> float:
        """Search the roots until nothing is left or time is over; the bound proved on all costs."""
        for root in roots:
            self._push(root)
        told = self.watch.elapsed
        node: Node | None = None
        while (node is not None or self._heap) and not self.watch.over:
            if node is None:
                node = heapq.heappop(self._heap)[2]
            if node.bound >= self.cutoff:
                node = None
                continue
            self.nodes += 1
            node = self._explore(node)
            if self.watch.elapsed - told > _TELL_S:
                told = self.watch.elapsed
                self.watch.tell(self.best, self._proved(node), "branch and bound")
        return self._proved(node)

    def _proved(self, current: Node | None) -> float:
        """Least bound of what is left; the cutoff if nothing below it is."""
        left = min((entry[0] for entry in self._heap[:1]), default=math.inf)
        if current is not None:
            left = min(left, current.bound)
        return min(self.lift(min(left, self.cutoff)), self.best)

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, -next(self._order), node))

    def _explore(self, node: Node) -> Node | None:
        """Bound a node and split it; the part to go on with."""
        state = node.state.copy()
        low, high = self.relaxation.settle(state, node.low, node.high)
        if low > high:
            return None
        node = Node(node.bound, state, low, high, node.start)
        relaxed = self.relaxation.relax(node, self.cutoff)
        bound = max(node.bound, relaxed.bound)
        if bound >= self.cutoff:
            return None
        found = self.relaxation.round(node, relaxed, deep=self.nodes & (self.nodes - 1) == 0)
        if found is not None:
            self.offer(*found)
        low, high = tighten(state, relaxed.reduced, low, high, relaxed.bound, self.cutoff)
        if low > high:
            return None
        if high == 0 or not (state == FREE).any():
            self._leaf(state, low)
            return None
        return self._branch(Node(bound, state, low, high, relaxed.start), relaxed)

    def _leaf(self, state: StateArray, low: int) -> None:
        if low == 0:
            is_open = state == OPEN
            self.offer(self.relaxation.cost(is_open), is_open)

    def _number_to_split(self, node: Node, count: float) -> int | None:
        """Largest number of free sites on the lower side of a split by number; None for no split.

        The number of sites of the incumbent is set apart: fewer sites ask for a proof that
        nobody can do with them, more for a proof that their opening costs too much.
        """
        if node.low == node.high or not self.by_number:
            return None
        known = int(self.best_open.sum()) - int((node.state == OPEN).sum())
        for below in (known - 1, known):
            if node.low <= below < node.high:
                return below
        below = math.floor(count)
        if node.low <= below < node.high and _SPLIT < count - below < 1.0 - _SPLIT:
            return below
        return None

    def _branch(self, node: Node, relaxed: Relaxed) -> Node | None:
        free = node.state == FREE
        below = self._number_to_split(node, float(relaxed.share[free].sum()))
        if below is not None:
            fewer = Node(node.bound, node.state, node.low, below, node.start)
            more = Node(node.bound, node.state, below + 1, node.high, node.start)
            self._push(more)
            return fewer
        site = int(np.argmax(np.where(free, relaxed.score, -1.0)))
        children = []
        for choice in (OPEN, CLOSED):
            state = node.state.copy()
            state[site] = choice
            used = 1 if choice == OPEN else 0
            low, high = max(0, node.low - used), node.high - used
            if low <= min(high, int(free.sum()) - 1):
                children.append(Node(node.bound, state, low, high, node.start))
        for child in children[1:]:
            self._push(child)
        return children[0] if children else None
