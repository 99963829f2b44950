"""Branch and bound on the knapsack relaxation, for questions with one size per site."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_ascent_kernels import ascend_node
from logistique.location.capacity_relaxation import near_arcs
from logistique.location.count_branching import CLOSED, FREE, OPEN, CountBranching, Node, Relaxed
from logistique.location.multiplier_search import Searched, count_ranges
from logistique.location.split_answers import Served, improved, rounded, serve
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
StateArray = NDArray[np.int8]

_STEPS = 30
_ROOT_STEPS = 300
_ROUND_EVERY = 5
_TRIALS = 8
_TRIAL_STEPS = 8
_FRACTIONAL = 0.02
"""Least product of a share and its rest at which a site is worth a trial."""

_REACH = 2.0
_LEAST_ARCS = 12


class CapacityRelaxation:
    """The capacitated question with split customers as the branch and bound sees it.

    Parameters
    ----------
    core : CapacitatedCore
        The question; one size per site.
    u : (n,) float
        Multipliers near which those of the nodes are looked for.
    watch : Watch
        Ends improvements of rounded answers when time is up.
    """

    def __init__(self, core: CapacitatedCore, u: FloatArray, watch: Watch) -> None:
        self.core = core
        least = core.m if core.has_floors else _LEAST_ARCS
        self._arcs, self._ceiling = near_arcs(core.cost, u, reach=_REACH, least=least)
        self._watch = watch
        self._nodes = 0
        self._gains = np.full((core.m, 2), np.nan)

    def settle(self, state: StateArray, low: int, high: int) -> tuple[int, int]:
        """Close the node if its sites cannot take all demand; decide nothing else."""
        room = float(self.core.largest[state != CLOSED].sum())
        return (low, high) if room >= self.core.total_demand * (1.0 - 1e-9) else (1, 0)

    def relax(self, node: Node, cutoff: float) -> Relaxed:
        """Bound a node from its parent's multipliers."""
        root = bool(np.isinf(node.bound))
        u = np.zeros(self.core.n) if node.start is None else node.start.copy()
        bound, worth, share = self._raised(
            node, node.state, cutoff, _ROOT_STEPS if root else _STEPS, 1.0 if root else 0.5, u
        )
        score = np.zeros(self.core.m)
        if bound < cutoff:
            score = self._score(node, share, bound, cutoff, u)
        return Relaxed(bound, worth, share, score, u)

    def _raised(
        self,
        node: Node,
        state: StateArray,
        cutoff: float,
        steps: int,
        step: float,
        u: FloatArray,
    ) -> tuple[float, FloatArray, FloatArray]:
        """Bound, reduced costs and shares of sites in a state; u moves."""
        core, arcs = self.core, self._arcs
        opening = np.where(state == CLOSED, np.inf, core.opening[:, 0])[:, None]
        fixed = state == OPEN
        decided = int((node.state == OPEN).sum())
        worth, share = np.zeros((core.m, 1)), np.zeros((core.m, 1))
        bound = ascend_node(
            arcs.start, arcs.customer, arcs.cost, core.demand,
            opening, core.capacity, core.floor, fixed, node.low + decided, node.high + decided,
            cutoff, steps, step, self._ceiling, u, worth, share,
        )  # fmt: skip
        return float(bound), worth[:, 0], np.where(fixed, 1.0, share[:, 0])

    def _score(
        self, node: Node, share: FloatArray, bound: float, cutoff: float, u: FloatArray
    ) -> FloatArray:
        """Promise of branching on each site: what both sides gained when it was tried once."""
        balance = np.where(node.state == FREE, share * (1.0 - share), 0.0)
        order = np.argsort(-balance, kind="stable")
        order = order[balance[order] > _FRACTIONAL]
        for j in order[np.isnan(self._gains[order, 0])][:_TRIALS]:
            for side, choice in enumerate((CLOSED, OPEN)):
                state = node.state.copy()
                state[j] = choice
                found, _, _ = self._raised(node, state, cutoff, _TRIAL_STEPS, 0.25, u.copy())
                moved = share[j] if choice == CLOSED else 1.0 - share[j]
                self._gains[j, side] = max(min(found, cutoff) - bound, 0.0) / moved
        least = 1e-3 * (cutoff - bound)
        down = np.maximum(self._gains[:, 0] * share, least)
        up = np.maximum(self._gains[:, 1] * (1.0 - share), least)
        tried = (balance > _FRACTIONAL) & np.isfinite(self._gains[:, 0])
        return np.where(tried, 1.0 + down * up / least**2, 1e-9 + balance)

    def round(self, node: Node, relaxed: Relaxed, *, deep: bool) -> tuple[float, BoolArray] | None:
        """Serve everybody from the sites with the largest shares, at some of the nodes."""
        self._nodes += 1
        if not deep and self._nodes % _ROUND_EVERY:
            return None
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
    core : CapacitatedCore
        The question; one size per site.
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
    relaxation = CapacityRelaxation(core, u, watch)
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
