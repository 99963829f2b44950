"""Branch and bound on the numbers of open places, then on the places, with Lagrangian bounds."""

from __future__ import annotations

import dataclasses
import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.prices import Point, Relaxation, excluded
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_STEPS = 120
_FIRST_STEP = 0.01
"""First step in a part as a share of the Polyak step: prices are near the best already."""

_MANY = 5000
"""Clients above which parts do not hold the violations that an ascent goes on from."""

INTEGRAL = 0.03
"""Averages this close to a whole number are not branched on, unless nothing else is left."""


_NUMBER = 2.0
"""Weight of the number of open places beside that of a place."""

_TIE = 1e-9
"""Added to opening costs, so that free places are divided too."""


@dataclass(frozen=True, eq=False)
class Node:
    """A part of the answers: what is decided, with the prices of the part it came from."""

    bound: float
    sites: Side
    storages: Side
    relaxation: Relaxation
    depth: int


class RaisesBounds(Protocol):
    """The Lagrangian of a question, as a tree needs it."""

    def raise_bound(
        self,
        start: Point,
        upper: float,
        iterations: int,
        watch: Watch,
        sites: Side | None = None,
        storages: Side | None = None,
        *,
        step: float = 0.5,
        before: Relaxation | None = None,
    ) -> Relaxation:
        """Bound a part of the question."""
        ...


class Tree:
    """Best-first search; the bound of the whole is the least over the open nodes.

    Parameters
    ----------
    stages : Stages
        The question.
    ascent : Ascent
        Its Lagrangian.
    upper : callable
        Cost of the best answer known.
    improve : callable
        Told about every relaxation and its restrictions, may find better answers.
    settle : callable
        Bound of a part in which every place is decided.
    watch : Watch
        Clock.
    margin : callable
        From a cost to the least improvement that is looked for.
    exclude : bool
        Whether places that no better answer has open are forbidden in the parts.
    storages_only : bool
        Whether a part counts as decided when its averages open no more storages than it must.
    """

    def __init__(
        self,
        stages: Stages,
        ascent: RaisesBounds,
        upper: Callable[[], float],
        improve: Callable[[Node], None],
        settle: Callable[[Node], float],
        watch: Watch,
        margin: Callable[[float], float],
        *,
        exclude: bool = True,
        storages_only: bool = False,
    ) -> None:
        self.stages = stages
        self.storages_only = storages_only
        self.exclude = exclude
        self.ascent = ascent
        self.upper = upper
        self.improve = improve
        self.settle = settle
        self.watch = watch
        self.margin = margin
        self.nodes = 0
        self._closed = math.inf
        self._heap: list[tuple[float, int, Node]] = []

    @property
    def cutoff(self) -> float:
        """Bound at which a part holds nothing that matters."""
        upper = self.upper()
        return upper - self.margin(upper)

    @property
    def bound(self) -> float:
        """Lower bound on every answer; places that only answers at the cutoff have are left out."""
        least = self._heap[0][0] if self._heap else math.inf
        return min(least, self._closed, self.cutoff)

    @property
    def open_parts(self) -> list[Node]:
        """Parts not divided further, least bound first; with those decided, they are the whole."""
        return [entry[2] for entry in sorted(self._heap, key=lambda entry: entry[:2])]

    @property
    def decided(self) -> bool:
        """Whether parts were closed because every place in them was decided."""
        return math.isfinite(self._closed)

    def search(self, roots: list[Node], tell: Callable[[float], None]) -> float:
        """Search parts that make up the whole until closed or the time is up; returns the bound."""
        for root in roots:
            self._push(root)
        while self._heap and not self.watch.over:
            node = self._heap[0][2]
            if node.bound >= self.cutoff:
                break
            children = self._branch(node)
            if children is None:
                heapq.heappop(self._heap)
                self._closed = min(self._closed, self.settle(node))
                continue
            found = [self._solved(node, *sides) for sides in children]
            if self.watch.over:
                break
            heapq.heappop(self._heap)
            for child in found:
                if child is not None:
                    self._push(child)
            tell(min(self.bound, self.upper()))
        return self.bound

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, self.nodes, node))
        self.nodes += 1

    def _solved(self, parent: Node, sites: Side, storages: Side) -> Node | None:
        """Child node with its bound; None if it holds no answer."""
        if not (
            _possible(sites, self.stages.largest, self.stages)
            and _possible(storages, self.stages.storage_capacity, self.stages)
        ):
            return None
        before = parent.relaxation.prices
        relaxation = self.ascent.raise_bound(
            before.point, self.cutoff, _STEPS, self.watch, sites, storages,
            step=_FIRST_STEP, before=dataclasses.replace(parent.relaxation, step=_FIRST_STEP),
        )  # fmt: skip
        bound = max(parent.bound, relaxation.prices.bound)
        room = self.cutoff - relaxation.prices.bound
        if self.exclude and math.isfinite(room):
            sites, storages = excluded(relaxation.prices, self.stages, sites, storages, room)
        if self.stages.n > _MANY:
            relaxation = dataclasses.replace(relaxation, violation=None)
        node = Node(bound, sites, storages, relaxation, parent.depth + 1)
        if bound < self.cutoff:
            self.improve(node)
        return node

    def _divided(self, average: FloatArray, cost: FloatArray, free: IntArray) -> tuple[int, float]:
        """Place to divide at and its score; −1 where storages count as decided."""
        apart = np.minimum(average[free], 1 - average[free])
        if self.storages_only and apart.max() < INTEGRAL:
            used = free[average[free] > 0.5]
            return (int(used[0]), _TIE) if used.size else (-1, 0.0)
        scores = apart * (cost[free] + _TIE)
        best = int(np.argmax(scores))
        return int(free[best]), float(scores[best])

    def _branch(self, node: Node) -> list[tuple[Side, Side]] | None:
        """Divide where averages are furthest from whole numbers, weighed by opening costs."""
        stages, averages = self.stages, node.relaxation
        site = np.zeros(stages.n_sites)
        np.add.at(site, stages.option_site, averages.option)
        site_cost = np.full(stages.n_sites, np.inf)
        np.minimum.at(site_cost, stages.option_site, stages.option_cost)
        site_cost[np.isinf(site_cost)] = 0.0
        found: list[tuple[float, tuple[Side, Side], int]] = []
        levels = ((node.storages, averages.storage, stages.storage_cost),
                  (node.sites, site, site_cost))  # fmt: skip
        for level, (side, average, cost) in enumerate(levels[: 1 if self.storages_only else 2]):
            total = float(average.sum())
            low = math.floor(total)
            if side.lowest <= low < side.highest and INTEGRAL < total - low < 1 - INTEGRAL:
                typical = float(average @ cost) / total if total > 0 else float(cost.mean())
                score = _NUMBER * min(total - low, low + 1 - total) * (typical + _TIE)
                halves = side.counted(0, low), side.counted(low + 1, side.highest)
                found.append((score, halves, level))
            free = np.flatnonzero(~side.required & ~side.forbidden)
            if free.size:
                place, score = self._divided(average, cost, free)
                if place < 0:
                    continue
                halves = side.where(place, opened=False), side.where(place, opened=True)
                found.append((score, halves, level))
        if not found:
            return None
        _, halves, level = max(found, key=lambda item: item[0])
        return _both(node, level, *halves)


def _both(node: Node, level: int, first: Side, second: Side) -> list[tuple[Side, Side]]:
    if level == 0:
        return [(node.sites, first), (node.sites, second)]
    return [(first, node.storages), (second, node.storages)]


def _possible(side: Side, capacity: FloatArray, stages: Stages) -> bool:
    """Whether some choice that the side allows can hold the compulsory demand, by products."""
    if capacity.shape[0] == 0:
        return True
    fixed = int(side.required.sum())
    if fixed > side.highest or (~side.forbidden).sum() < side.lowest:
        return False
    need = stages.compulsory
    free = np.sort(capacity[~side.required & ~side.forbidden], axis=0)[::-1]
    reach = capacity[side.required].sum(axis=0) + free[: side.highest - fixed].sum(axis=0)
    return bool((reach >= need * (1 - 1e-9)).all())
