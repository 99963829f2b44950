"""Branch and bound on the knapsack relaxation where sites have sizes to choose from.

A node says which sizes are left at each site, which sites must open and how many. Branching is on
the number of sites, then on a site being open, then on its size being small or large.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_ascent_kernels import ascend_node
from logistique.location.capacity_relaxation import SiteBounds, evaluate, near_arcs, ruled_out
from logistique.location.split_answers import Served, improved, rounded, serve
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_STEPS, _ROOT_STEPS = 30, 300
_TRIALS, _TRIAL_STEPS = 8, 8
_FRACTIONAL = 0.02
_ROUND_EVERY = 5
_REACH, _LEAST_ARCS = 2.0, 12


@dataclass(frozen=True, eq=False, slots=True)
class _Node:
    """A part of the search: sizes left, sites that must open, number of sites, multipliers."""

    bound: float
    left: BoolArray
    fixed: BoolArray
    low: int
    high: int
    u: FloatArray


class SizeBranching:
    """Best-first search with plunging.

    Parameters
    ----------
    core : CapacitatedCore
        The question.
    start : Served
        A known answer.
    u : (n,) float
        Multipliers near which those of the nodes are looked for.
    margin : callable
        Difference to the best cost below which a better one is not looked for.
    by_number : bool
        Whether to branch on the number of sites first.
    watch : Watch
        Clock and interruption.
    """

    def __init__(
        self,
        core: CapacitatedCore,
        start: Served,
        u: FloatArray,
        margin: Callable[[float], float],
        *,
        by_number: bool,
        watch: Watch,
    ) -> None:
        least = core.m if core.has_floors else _LEAST_ARCS
        self._arcs, self._ceiling = near_arcs(core.cost, u, reach=_REACH, least=least)
        self._core, self._u = core, u
        self._margin, self._by_number, self._watch = margin, by_number, watch
        self._gains = np.full((core.m, 2), np.nan)
        self.best = start
        self.nodes = 0

    @property
    def _cutoff(self) -> float:
        return self.best.cost - self._margin(self.best.cost)

    def run(self) -> float:
        """Search until nothing is left or time is over; the bound proved on all costs."""
        core = self._core
        left = np.isfinite(core.opening)
        node: _Node | None = _Node(
            -math.inf, left, core.fixed_open, core.lowest, core.highest, self._u
        )
        heap: list[tuple[float, int, _Node]] = []
        order = itertools.count()
        while (node is not None or heap) and not self._watch.over:
            if node is None:
                node = heapq.heappop(heap)[2]
            if node.bound >= self._cutoff:
                node = None
                continue
            self.nodes += 1
            children = self._explore(node)
            node = children[0] if children else None
            for child in children[1:]:
                heapq.heappush(heap, (child.bound, -next(order), child))
        open_bounds = [entry[0] for entry in heap[:1]] + ([] if node is None else [node.bound])
        return min([*open_bounds, self._cutoff])

    def _raised(
        self, node: _Node, steps: int, step: float, u: FloatArray
    ) -> tuple[float, FloatArray]:
        """Bound and shares (m, k) of a node; u moves."""
        core, arcs = self._core, self._arcs
        opening = np.where(node.left, core.opening, np.inf)
        worth, share = np.zeros(opening.shape), np.zeros(opening.shape)
        bound = ascend_node(
            arcs.start, arcs.customer, arcs.cost, core.demand, opening, core.capacity, core.floor,
            node.fixed, node.low, node.high, self._cutoff, steps, step, self._ceiling,
            u, worth, share,
        )  # fmt: skip
        return float(bound), share

    def _explore(self, node: _Node) -> list[_Node]:
        """Children of a node, the one to go on with first."""
        core, root = self._core, math.isinf(node.bound)
        u = node.u.copy()
        bound, share = self._raised(node, _ROOT_STEPS if root else _STEPS, 1.0 if root else 0.5, u)
        if bound >= self._cutoff:
            return []
        self._round(node, share)
        rules = SiteBounds(
            np.where(node.left, core.opening, np.inf), node.fixed, node.low, node.high
        )
        closed, opened = ruled_out(rules, evaluate(core, self._arcs, rules, u), self._cutoff)
        left, fixed = node.left & ~closed, node.fixed | opened
        node = _Node(max(node.bound, bound), left, fixed, node.low, node.high, u)
        offered = left.sum(axis=1)
        if (fixed & (offered == 0)).any() or (offered > 0).sum() < node.low:
            return []
        if ((offered == 0) | (fixed & (offered == 1))).all():
            size = np.where(offered > 0, left.argmax(axis=1), -1)
            self._offer(serve(core, size))
            return []
        return self._branch(node, share)

    def _offer(self, found: Served) -> None:
        if found.cost < self.best.cost:
            self.best = found
            self._watch.tell(found.cost, -math.inf, "branch and bound")

    def _round(self, node: _Node, share: FloatArray) -> None:
        """Serve everybody from the sizes with the largest shares, at some of the nodes."""
        deep = self.nodes & (self.nodes - 1) == 0
        if deep or self.nodes % _ROUND_EVERY == 0:
            found = rounded(self._core, np.where(node.left, share, 0.0))
            if deep:
                found = improved(self._core, self._arcs, found, self._watch)
            self._offer(found)

    def _branch(self, node: _Node, share: FloatArray) -> list[_Node]:
        total = share.sum(axis=1)
        below = self._number(node, float(total.sum()))
        if below is not None:
            fewer = dataclasses.replace(node, high=below)
            more = dataclasses.replace(node, low=below + 1)
            return [fewer, more]
        undecided = node.left.any(axis=1) & ~node.fixed
        balance = np.where(undecided, total * (1.0 - total), -1.0)
        mixed = np.where(node.fixed & (node.left.sum(axis=1) > 1), 1.0, -1.0)
        mixed = np.where(mixed > 0.0, 1e-9 + 1.0 - share.max(axis=1), -1.0)
        if balance.max() <= _FRACTIONAL and mixed.max() > 0.0:
            return self._by_size(node, int(mixed.argmax()), share)
        site = self._site(node, total, balance)
        sides = [self._decided(node, site, opened=side) for side in (True, False)]
        return sides if total[site] >= 0.5 else sides[::-1]

    def _number(self, node: _Node, count: float) -> int | None:
        """Largest number of sites on the lower side of a split by number; None for no split."""
        if not self._by_number or node.low == node.high:
            return None
        known = int((self.best.size >= 0).sum())
        for below in (known - 1, known):
            if node.low <= below < node.high:
                return below
        below = math.floor(count)
        inside = node.low <= below < node.high and 0.1 < count - below < 0.9
        return below if inside else None

    def _decided(self, node: _Node, site: int, *, opened: bool) -> _Node:
        """Node with a site open or closed."""
        if opened:
            fixed = node.fixed.copy()
            fixed[site] = True
            return dataclasses.replace(node, fixed=fixed)
        left = node.left.copy()
        left[site] = False
        return dataclasses.replace(node, left=left)

    def _by_size(self, node: _Node, site: int, share: FloatArray) -> list[_Node]:
        """Split the sizes left at a site into small and large ones."""
        sizes = np.flatnonzero(node.left[site])
        sizes = sizes[np.argsort(self._core.capacity[site, sizes], kind="stable")]
        mass = np.cumsum(share[site, sizes])
        cut = int(np.clip(np.searchsorted(mass, 0.5 * mass[-1]) + 1, 1, sizes.size - 1))
        children = []
        for kept in (sizes[:cut], sizes[cut:]):
            left = node.left.copy()
            left[site] = False
            left[site, kept] = True
            children.append(dataclasses.replace(node, left=left))
        return children if share[site, sizes[:cut]].sum() >= 0.5 * mass[-1] else children[::-1]

    def _site(self, node: _Node, total: FloatArray, balance: FloatArray) -> int:
        """Undecided site whose two sides gained most when they were tried, or the most balanced."""
        order = np.argsort(-balance, kind="stable")
        order = order[balance[order] > _FRACTIONAL]
        for j in order[np.isnan(self._gains[order, 0])][:_TRIALS].tolist():
            for side, opened in enumerate((False, True)):
                child = self._decided(node, j, opened=opened)
                found, _ = self._raised(child, _TRIAL_STEPS, 0.25, node.u.copy())
                moved = 1.0 - total[j] if opened else total[j]
                self._gains[j, side] = max(min(found, self._cutoff) - node.bound, 0.0) / moved
        tried = order[np.isfinite(self._gains[order, 0])]
        if tried.size == 0:
            return int(balance.argmax())
        least = 1e-3 * (self._cutoff - node.bound)
        down = np.maximum(self._gains[tried, 0] * total[tried], least)
        up = np.maximum(self._gains[tried, 1] * (1.0 - total[tried]), least)
        return int(tried[np.argmax(down * up)])
