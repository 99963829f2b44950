"""Branch and bound on multipliers, from an answer and the multipliers of the whole question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.core import Core
from logistique.location.count_branching import CountBranching, Node
from logistique.location.multiplier_relaxation import MultiplierRelaxation
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Searched:
    """Outcome of the search.

    Parameters
    ----------
    cost : float
        Cost of the best answer.
    is_open : (m,) bool
        Its sites.
    bound : float
        Proved bound on every cost.
    nodes : int
        Nodes explored.
    """

    cost: float
    is_open: BoolArray
    bound: float
    nodes: int


def branch_on_multipliers(
    core: Core,
    start: tuple[float, BoolArray],
    u: FloatArray,
    margin: Callable[[float], float],
    rng: np.random.Generator,
    watch: Watch,
) -> Searched:
    """Prove an answer optimal or find a better one.

    Parameters
    ----------
    core : Core
        The question, with whole lists.
    start : float, (m,) bool
        Cost and sites of a known answer.
    u : (n,) float
        Multipliers, weights included.
    margin : callable
        Difference to the best cost below which a better one is not looked for.
    rng : numpy.random.Generator
        For swaps.
    watch : Watch
        Clock and interruption.
    """
    relaxation = MultiplierRelaxation(core, rng)
    tree = CountBranching(relaxation, margin, core.rounded, watch, *start)
    state = core.fixed_open.astype(np.int8)
    fixed = int(state.sum())
    roots = [
        Node(-np.inf, state, max(0, low - fixed), high - fixed, u)
        for low, high in count_ranges(core.lowest, core.highest, int(start[1].sum()))
    ]
    bound = tree.run(roots)
    return Searched(tree.best, tree.best_open, bound, tree.nodes)


def count_ranges(lowest: int, highest: int, count: int) -> list[tuple[int, int]]:
    """Numbers of sites below, at and above that of an answer: the three ask different proofs."""
    ranges = ((lowest, count - 1), (count, count), (count + 1, highest))
    return [(low, high) for low, high in ranges if low <= high and low >= lowest]
