"""The quadratic location problem as the branch and bound sees it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.count_branching import CLOSED, FREE, OPEN, Node, Relaxed
from logistique.location.quadratic_kernels import descend, set_cost
from logistique.location.quadratic_relaxation import branching_scores, relax

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
StateArray = NDArray[np.int8]

_PASSES = 40


class QuadraticRelaxation:
    """``min Σ f_j y_j + Σ_ij c_ij x_ij²`` with every customer split at best.

    Parameters
    ----------
    cost : (n, m) float
        c > 0, weights included; ``inf`` where a site cannot serve.
    opening : (m,) float
        f, 0 for existing sites.
    movable : (m,) bool
        Sites that are not decided beforehand.
    low, high : int
        How many of them may open.

    Notes
    -----
    Memory: 8 bytes × n m, twice while a node is explored.
    """

    def __init__(
        self, cost: FloatArray, opening: FloatArray, movable: BoolArray, low: int, high: int
    ) -> None:
        self.slope = 0.5 / cost
        self.opening = opening
        self.movable = movable
        self.low, self.high = low, high

    def first(self, start: BoolArray) -> tuple[float, BoolArray]:
        """Best opening, closing or exchange from ``start``, repeated until none helps."""
        found = start.copy()
        value = descend(self.slope, self.opening, found, self.movable, self.low, self.high)
        return float(value), found

    def settle(self, state: StateArray, low: int, high: int) -> tuple[int, int]:
        """Close the node if its last sites leave a customer out; decide nothing else."""
        usable = state != CLOSED
        if usable.any() and (self.slope[:, usable] > 0.0).any(axis=1).all():
            return low, high
        return 1, 0

    def relax(self, node: Node, cutoff: float) -> Relaxed:
        """Bound a node by Newton steps from its parent's point."""
        opened = np.flatnonzero(node.state == OPEN)
        free = np.flatnonzero(node.state == FREE)
        kept = np.concatenate([opened, free])
        slope = np.ascontiguousarray(self.slope[:, kept])
        share = np.full(kept.size, 0.5) if node.start is None else node.start[kept]
        tolerance = 1e-11 * abs(cutoff) if np.isfinite(cutoff) else 1e-9
        bound, reduced, _ = relax(
            slope,
            self.opening[kept],
            opened.size,
            node.low,
            node.high,
            share,
            cutoff,
            tolerance,
            _PASSES,
        )
        whole = np.zeros((3, self.opening.size))
        whole[0, kept] = reduced
        whole[1, kept] = share
        if bound < cutoff:
            whole[2, kept] = branching_scores(slope, share, opened.size)
        return Relaxed(bound, whole[0], whole[1], whole[2], whole[1])

    def round(self, node: Node, relaxed: Relaxed, *, deep: bool) -> tuple[float, BoolArray] | None:
        """Open the sites with the largest shares, in the number the relaxation asks for."""
        count = round(float(relaxed.share.sum())) - int((node.state == OPEN).sum())
        count = min(max(count, node.low), node.high)
        order = np.argsort(-np.where(node.state == FREE, relaxed.share, -1.0), kind="stable")
        is_open = node.state == OPEN
        is_open[order[:count]] = True
        return self.first(is_open) if deep else (self.cost(is_open), is_open)

    def cost(self, is_open: BoolArray) -> float:
        """Cost of a set of sites."""
        return float(set_cost(self.slope, self.opening, is_open))
