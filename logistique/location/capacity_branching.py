"""Branch and bound on the knapsack relaxation, for questions with one size per site."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_ascent_kernels import ascend_node
from logistique.location.capacity_relaxation import SiteArcs
from logistique.location.count_branching import CLOSED, OPEN, CountBranching, Node, Relaxed
from logistique.location.multiplier_search import Searched, count_ranges
from logistique.location.split_answers import Served, improved, rounded, serve
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
StateArray = NDArray[np.int8]

_STEPS = 30
_ROOT_STEPS = 300


class CapacityRelaxation:
    """The capacitated question with split customers as the branch and bound sees it.

    Parameters
    ----------
    core : CapacitatedCore
        The question; one size per site.
    arcs : SiteArcs
        All its arcs.
    watch : Watch
        Ends improvements of rounded answers when time is up.
    """

    def __init__(self, core: CapacitatedCore, arcs: SiteArcs, watch: Watch) -> None:
        self.core = core
        self._arcs = arcs
        self._watch = watch

    def settle(self, state: StateArray, low: int, high: int) -> tuple[int, int]:
        """Close the node if its sites cannot take all demand; decide nothing else."""
        room = float(self.core.largest[state != CLOSED].sum())
        return (low, high) if room >= self.core.total_demand * (1.0 - 1e-9) else (1, 0)

    def relax(self, node: Node, cutoff: float) -> Relaxed:
        """Bound a node from its parent's multipliers."""
        core, arcs = self.core, self._arcs
        opening = np.where(node.state == CLOSED, np.inf, core.opening[:, 0])[:, None]
        fixed = node.state == OPEN
        count = int(fixed.sum())
        root = bool(np.isinf(node.bound))
        u = np.zeros(core.n) if node.start is None else node.start.copy()
        worth, share = np.zeros((core.m, 1)), np.zeros((core.m, 1))
        bound = ascend_node(
            arcs.start, arcs.customer, arcs.cost, core.demand,
            opening, core.capacity, core.floor, fixed, node.low + count, node.high + count,
            cutoff, _ROOT_STEPS if root else _STEPS, 1.0 if root else 0.5, u, worth, share,
        )  # fmt: skip
        part = np.where(fixed, 1.0, share[:, 0])
        return Relaxed(float(bound), worth[:, 0], part, 1e-9 + part * (1.0 - part), u)

    def round(self, node: Node, relaxed: Relaxed, *, deep: bool) -> tuple[float, BoolArray] | None:
        """Serve everybody from the sites with the largest shares."""
        share = np.where(node.state == CLOSED, -1.0, relaxed.share)
        share[node.state == OPEN] = 2.0
        found = rounded(self.core, share[:, None])
        if deep:
            found = improved(self.core, self._arcs, found, self._watch)
        return found.cost, found.size >= 0

    def cost(self, is_open: BoolArray) -> float:
        """Cost of a set of sites."""
        return serve(self.core, np.where(is_open, 0, -1)).cost


def branch_on_capacities(
    core: CapacitatedCore,
    arcs: SiteArcs,
    start: Served,
    u: FloatArray,
    margin: Callable[[float], float],
    *,
    by_number: bool,
    watch: Watch,
) -> Searched:
    """Prove an answer optimal or find a better one.

    Parameters
    ----------
    core, arcs
        The question, one size per site, and all its arcs.
    start : Served
        A known answer.
    u : (n,) float
        Multipliers.
    margin : callable
        Difference to the best cost below which a better one is not looked for.
    by_number : bool
        Whether to branch on the number of sites first.
    watch : Watch
        Clock and interruption.
    """
    relaxation = CapacityRelaxation(core, arcs, watch)
    is_open = start.size >= 0
    tree = CountBranching(
        relaxation, margin, lambda bound: bound, watch, start.cost, is_open, by_number
    )
    state = core.fixed_open.astype(np.int8)
    fixed, known = int(state.sum()), int(is_open.sum())
    whole = [(core.lowest, core.highest)]
    ranges = count_ranges(core.lowest, core.highest, known) if by_number else whole
    roots = [Node(-np.inf, state, max(0, low - fixed), high - fixed, u) for low, high in ranges]
    bound = tree.run(roots)
    return Searched(tree.best, tree.best_open, bound, tree.nodes)
