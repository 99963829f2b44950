"""Search and proof for the quadratic location problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.errors import NoSolutionError
from logistique.location.core import Core
from logistique.location.count_branching import CountBranching, Node
from logistique.location.quadratic import QuadraticRelaxation
from logistique.location.uncapacitated import Proof, covering_start
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_RESOLUTION = 1e-10
"""Relative difference of costs that rounding errors leave meaningful."""


def solve_quadratic(core: Core, cost: FloatArray, watch: Watch) -> Proof:
    """Best sites when every customer splits at quadratic costs.

    Parameters
    ----------
    core : Core
        Sites, rules and whole lists; its weights are not used.
    cost : (n, m) float
        c > 0 with weights; ``inf`` where a site cannot serve.
    watch : Watch
        Clock and limits.

    Raises
    ------
    InfeasibleError
        If some customers cannot be served by as many sites as may be opened.
    NoSolutionError
        If time is up before any sites that serve everybody are known.
    """
    fixed = int(core.fixed_open.sum())
    relaxation = QuadraticRelaxation(
        cost, core.opening, ~core.fixed_open, max(0, core.lowest - fixed), core.highest - fixed
    )
    with watch.part("heuristic"):
        start = _start(core, cost, watch)
        value, is_open = relaxation.first(start)
    if not np.isfinite(value):
        raise NoSolutionError(
            f"no answer that serves every customer found within {watch.limits.time_s:g} s",
            hint="give more time, or sites that reach more customers",
        )

    def margin(best: float) -> float:
        return max(watch.limits.gap, _RESOLUTION) * abs(best)

    tree = CountBranching(relaxation, margin, lambda bound: bound, watch, value, is_open)
    root = Node(-np.inf, core.fixed_open.astype(np.int8), relaxation.low, relaxation.high)
    with watch.part("branching"):
        bound = tree.run([root])
    return Proof(
        tree.best_open,
        bound,
        "branch and bound on a convex relaxation",
        f"quadratic costs; exchanges found {value:.10g}; {tree.nodes} nodes",
    )


def _start(core: Core, cost: FloatArray, watch: Watch) -> BoolArray:
    """Sites that serve everybody, in an allowed number."""
    cover = covering_start(core, watch)
    is_open = core.fixed_open.copy() if cover is None else cover
    missing = max(core.lowest, 1) - int(is_open.sum())
    if missing > 0:
        mean = np.where(np.isfinite(cost), cost, 1e3 * cost[np.isfinite(cost)].max()).mean(axis=0)
        order = np.argsort(np.where(is_open, np.inf, mean), kind="stable")
        is_open[order[:missing]] = True
    return is_open
