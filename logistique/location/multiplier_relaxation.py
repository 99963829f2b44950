"""The linear location problem with Lagrangian bounds, as the branch and bound sees it.

Where the linear relaxation is far from the optimum, cuts do not help, and thousands of cheap
nodes beat hundreds of tight ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.count_branching import FREE, OPEN, Node, Relaxed
from logistique.location.multiplier_kernels import (
    ascend_node,
    node_lists,
    serving_cost,
    settle_forced,
)
from logistique.location.swap import improved

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
StateArray = NDArray[np.int8]

_STEPS = 20
_ROOT_STEPS = 400
_NEEDY = 2.0
"""Added to the score of sites that could serve the customer with the fewest of them: more than
any share, so that branching follows that customer."""


class MultiplierRelaxation:
    """Relaxation of "every customer is served" by multipliers, which nodes inherit.

    Parameters
    ----------
    core : Core
        The question; its lists must hold every site that can serve a customer.
    rng : numpy.random.Generator
        Order of the swaps that improve rounded answers.

    Notes
    -----
    A node whose number of sites is limited has no answer at all if its bound exceeds the most
    that any answer of it can cost: its dearest sites and longest services. Where opening costs
    dwarf services, this decides "so few sites cannot serve everybody" long before the bound
    reaches the incumbent.

    Memory: 36 bytes per list entry.
    """

    def __init__(self, core: Core, rng: np.random.Generator) -> None:
        lists = core.lists
        self.core = core
        self._rng = rng
        self._cost = lists.length * np.repeat(core.weight, np.diff(lists.start))
        self._inner = (
            np.empty_like(lists.start),
            np.empty_like(lists.site),
            np.empty_like(self._cost),
        )

    def settle(self, state: StateArray, low: int, high: int) -> tuple[int, int]:
        """Open the sites that are a customer's last."""
        lists = self.core.lists
        low, high = settle_forced(lists.start, lists.site, state, low, high)
        return int(low), int(high)

    def relax(self, node: Node, cutoff: float) -> Relaxed:
        """Bound a node from its parent's multipliers."""
        core, lists = self.core, self.core.lists
        ceiling = np.empty(core.n)
        longest = node_lists(lists.start, lists.site, self._cost, node.state, *self._inner, ceiling)
        free = np.flatnonzero(node.state == FREE)
        base = float(core.opening[node.state == OPEN].sum())
        dearest = float(np.sort(core.opening[free])[free.size - min(node.high, free.size) :].sum())
        most = base + longest + dearest
        most += core.tolerance(most)
        u = np.zeros(core.n) if node.start is None else node.start.copy()
        reduced, share = np.zeros(core.m), np.zeros(core.m)
        bound = ascend_node(
            *self._inner,
            ceiling,
            core.opening,
            free,
            base,
            node.low,
            node.high,
            u,
            min(cutoff, most),
            _ROOT_STEPS if np.isinf(node.bound) else _STEPS,
            reduced,
            share,
        )
        if bound >= most:
            bound = np.inf
        share[node.state == OPEN] = 1.0
        return Relaxed(bound, reduced, share, self._score(share, ceiling), u)

    def _score(self, share: FloatArray, ceiling: FloatArray) -> FloatArray:
        """Share of each site, those of the customer with the fewest options first."""
        start, site, _ = self._inner
        score = 1e-9 + share
        sizes = np.where(np.isinf(ceiling), np.diff(start), self.core.m + 1)
        needy = int(np.argmin(sizes))
        if np.isinf(ceiling[needy]):
            score[site[start[needy] : start[needy + 1]]] += _NEEDY
        return score

    def round(self, node: Node, relaxed: Relaxed, *, deep: bool) -> tuple[float, BoolArray] | None:
        """Improve the sites with the largest shares by swaps, at a few nodes only."""
        if not deep:
            return None
        free = node.state == FREE
        count = round(float(relaxed.share[free].sum()))
        count = min(max(count, node.low), node.high, int(free.sum()))
        order = np.argsort(-np.where(free, relaxed.share, -1.0), kind="stable")
        is_open = node.state == OPEN
        is_open[order[:count]] = True
        return improved(self.core, is_open, self._rng)

    def cost(self, is_open: BoolArray) -> float:
        """Cost of a set of sites."""
        lists = self.core.lists
        served = serving_cost(lists.start, lists.site, self._cost, is_open)
        return float(self.core.opening[is_open].sum() + served)
