"""Parts in which all sites are decided: a walk through the assignments that are left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_tree_kernels import FIRST, STEPS, walk
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node
from logistique.location.tree_bounds import cutoff
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_AT_ONCE = 20
"""Nodes between two looks at the clock."""


LARGEST = 500_000_000
"""Bytes that the tables of a walk may take."""


def walkable(core: SourcingCore, part: Node) -> bool:
    """Whether a part has demands in whole units, no free sites and tables that are not too large."""
    bytes_a_row = part.cost.size + 8 * core.n + 16 * core.m
    return (
        part.free.size == 0 and core.units.size > 0 and _rows(core, part) * bytes_a_row <= LARGEST
    )


def _rows(core: SourcingCore, part: Node) -> int:
    """Most nodes on the way down: one for each customer with a choice, and the first."""
    return int((part.choices(core.n) > 1).sum()) + 1


class AssignmentTree:
    """A depth-first branch and bound that can be left at any node.

    Memory: customers with a choice × (pairs + 8 n + 16 m) bytes, n customers and m sites in all.

    Parameters
    ----------
    core : SourcingCore
        The question, with demands in whole units.
    part : Node
        The part of it: :func:`walkable`, and with an allowed number of open sites.
    """

    def __init__(self, core: SourcingCore, part: Node) -> None:
        self._core, self._part = core, part
        self._base = float(core.opening[part.state > 0].sum())
        self._capacity: IntArray = np.where(part.state > 0, core.capacity_units, 0)
        rows, pairs = _rows(core, part), part.cost.size
        self._alive = np.empty((rows, pairs), dtype=np.bool_)
        self._u = np.empty((rows, core.n))
        self._child = np.empty((rows, core.m), dtype=np.int64)
        self._child_bound = np.empty((rows, core.m))
        self._count, self._at = np.zeros(rows, dtype=np.int64), np.full(rows, -1)
        self._alive[0], self._u[0], self._level = True, part.u, 0
        self._cutoff = np.inf
        self.answers: list[tuple[BoolArray, IntArray]] = []
        """Answers met, each better than the one before."""

    def run(self, watch: Watch, below: float, nodes: int) -> None:
        """Look for answers below a cost until the end, for so many nodes, or until time is up."""
        core, part = self._core, self._part
        self._cutoff = below
        while self._level >= 0 and nodes > 0 and not watch.over:
            some = min(nodes, _AT_ONCE)
            assignment = np.full(core.n, -1, dtype=np.int64)
            self._level, left, value = walk(
                part.start, part.customer, part.cost, core.units, self._capacity,
                self._cutoff - self._base, STEPS if part.walked else FIRST, some, self._level, self._alive, self._u,
                self._child, self._child_bound, self._count, self._at, assignment,
            )  # fmt: skip
            nodes -= some - left
            if np.isfinite(value):
                answer = part.state > 0, assignment
                self.answers.append(answer)
                self._cutoff = cutoff(core, core.cost_of(*answer), watch.limits.gap)

    def left(self) -> list[Node]:
        """Parts that were not walked through, the next one first."""
        parts = []
        for level in range(self._level, -1, -1):
            if self._at[level] < 0:
                parts.append(self._node(level, self._alive[level], self._bound_of(level)))
                continue
            for place in range(self._at[level], self._count[level]):
                bound = self._base + float(self._child_bound[level, place])
                if bound < self._cutoff:
                    kept = self._only(self._alive[level], int(self._child[level, place]))
                    parts.append(self._node(level, kept, bound))
        return parts

    def _bound_of(self, level: int) -> float:
        """Bound of the node of a row, known before it is opened."""
        if level == 0:
            return self._part.bound
        return self._base + float(self._child_bound[level - 1, self._at[level - 1] - 1])

    def _only(self, alive: BoolArray, pair: int) -> BoolArray:
        """Pairs left where a customer is served by one of its pairs."""
        customer = self._part.customer
        kept: BoolArray = alive & (customer != customer[pair])
        kept[pair] = True
        return kept

    def _node(self, level: int, kept: BoolArray, bound: float) -> Node:
        part = self._part
        node = part.keeping(kept)
        return replace(
            node, u=self._u[level].copy(), bound=max(part.bound, bound),
            depth=part.depth + level + 1, walked=True,
        )  # fmt: skip
