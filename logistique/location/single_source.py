"""Search and proof for facility location with single sourcing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.answer_mixing import AnswerMixing
from logistique.location.answers_beside import answers_beside
from logistique.location.assignment_search import AssignmentSearch
from logistique.location.assignment_tree import AssignmentTree
from logistique.location.bundle_search import BundleSearch, rehearse_bundles
from logistique.location.column_bound import ColumnBound
from logistique.location.regional_search import search_regions
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_dive import dive_often, dive_once
from logistique.location.single_source_node import Node, Relaxed, root_node
from logistique.location.single_source_relaxation import climb, fixed
from logistique.location.single_source_tree import Tree, TreeOutcome
from logistique.location.tree_bounds import cutoff, lifted
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ROUNDS, _STEPS = 6, 50
"""Rounds of subgradient steps at the root, and steps of each."""

_FIRST = 10
"""Steps before the first answers are built."""

_POLISH = 100
"""Shakes of the best answer after the root."""

_SHORT, _NODES = 4, 60
"""Rounds at the root of a region, and nodes of its branch and bound per unit of effort."""

_LARGE = 20_000
"""Pairs from which regions are searched before the whole is branched on."""

_DIVING = 0.3
"""Share of the time left that dives from the root may take."""

_SLACK = 0.01
"""How far beyond the best answer dives go whose answers are mixed, relative to its value."""

_SHARE = 0.2
"""Share of the time left that regions may take."""

_FAR = 0.0005
"""Relative distance of answer and bound from which they are."""

_IMPROVED = 3
"""Rounds between two searches over single sites."""


@dataclass(frozen=True, eq=False)
class Sourcing:
    """The best answer and the bound on all.

    Parameters
    ----------
    is_open : (m,) bool
    assignment : (n,) int
    bound : float
        Lower bound on the cost of every answer.
    method, reason : str
        Method that gave the proof, and how it went.
    """

    is_open: BoolArray
    assignment: IntArray
    bound: float
    method: str
    reason: str


def solve_single_source(core: SourcingCore, watch: Watch) -> Sourcing:
    """Best sites and assignment: Lagrangian with knapsacks, local search, branch and bound.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    search = AssignmentSearch(core, watch)
    with watch.part("relaxation"):
        node = _root(core, search, watch)
    wide = node is not None and _wide(core, search, node, watch.limits.gap)
    if node is not None and wide:
        with watch.part("dives"):
            node = _dives(core, search, node, watch)
    far = node is not None and _wide(core, search, node, watch.limits.gap)
    beside = far and watch.limits.threads > 1
    if node is not None and far and not beside:
        with watch.part("regions"):
            search_regions(core, search, watch, _small, node.bound, _SHARE)
    bound, nodes = -np.inf if node is None else node.bound, 0
    if node is None:
        bound = min(lifted(core, cutoff(core, search.value, watch.limits.gap)), search.value)
    elif not watch.over:
        with watch.part("branching"):
            outcome = _branched(core, search, node, watch, dives=wide, beside=beside)
        bound, nodes = outcome.bound, outcome.nodes
    if not np.isfinite(search.value):
        _explain(watch, proved=bound == np.inf)
    return Sourcing(
        search.is_open,
        search.assignment,
        min(bound, search.value),
        "Lagrangian branch and bound",
        f"{nodes} nodes",
    )


def _branched(
    core: SourcingCore,
    search: AssignmentSearch,
    node: Node,
    watch: Watch,
    *,
    dives: bool,
    beside: bool,
) -> TreeOutcome:
    """Branch and bound, on request with a search for answers beside it."""
    bounds = ColumnBound(core, search, watch)
    if not beside:
        return Tree(core, search, watch, bounds, dives=dives).run(node)
    with answers_beside(core, search, watch, partial(_better_answers, core, node)) as meet:
        outcome = Tree(core, search, watch, bounds, dives=dives, meet=meet).run(node)
    return replace(outcome, bound=min(outcome.bound, search.value))


def _better_answers(core: SourcingCore, node: Node, search: AssignmentSearch, watch: Watch) -> None:
    """Better the best answer by regions, and by mixing it with others."""
    bounds = ColumnBound(core, search, watch, slack=_SLACK)
    random, turns = np.random.default_rng(watch.limits.seed), itertools.count(1)
    root = bounds.raised(node)
    if not root.mean_x.any():
        search_regions(core, search, watch, _small, node.bound)
        return

    def dive(other: AssignmentSearch) -> None:
        dive_once(core, other, bounds, root, watch, random, next(turns))

    AnswerMixing(core, search, watch, _small, dive).run()


def _dives(core: SourcingCore, search: AssignmentSearch, node: Node, watch: Watch) -> Node | None:
    """Look for answers by diving; the part with the bound raised on the way, None when done."""
    clock = watch.within(_DIVING * watch.left)
    bounds = ColumnBound(core, search, clock)
    raised = bounds.raised(node)

    def tell() -> None:
        watch.tell(search.value, raised.node.bound, "dives")

    tell()
    if not clock.over and raised.mean_x.any():
        dive_often(core, search, bounds, raised, clock, tell)
    limit = cutoff(core, search.value, watch.limits.gap)
    left = fixed(core, raised, limit, watch) if raised.node.bound < limit else None
    return None if left is None else left.node


def rehearse_single_source(watch: Watch) -> None:
    """Call every kernel once, on a tiny question."""
    n, m = 6, 3
    cost = np.abs(np.arange(0.0, 2 * n, 2.0)[:, None] - np.arange(0.0, 4 * m, 4.0))
    core = SourcingCore(
        cost, np.ones(n), np.full(m, 5.0), np.full(m, 3.0), np.zeros(m, dtype=bool), 0, m
    )
    search = AssignmentSearch(core, watch)
    search.build(np.ones(m))
    search.improve(1)
    relaxed = climb(core, root_node(core), watch, target=search.value, cutoff=np.inf, iterations=2)
    fixed(core, relaxed, np.inf)
    decided = replace(relaxed.node, state=np.ones(m, dtype=np.int64))
    AssignmentTree(core, decided).run(watch, np.inf, 1)
    ColumnBound(core, search, watch).raised(relaxed.node)
    BundleSearch(core, search, watch).settled(relaxed)
    rehearse_bundles()


def _wide(core: SourcingCore, search: AssignmentSearch, node: Node, gap: float) -> bool:
    """Whether the question is large, and its best answer still far from the bound."""
    far = search.value - node.bound > max(gap, _FAR) * abs(search.value)
    return bool(np.isfinite(search.value)) and far and core.n * core.m >= _LARGE


def _small(
    core: SourcingCore, watch: Watch, is_open: BoolArray, assignment: IntArray, effort: int
) -> tuple[BoolArray, IntArray, bool]:
    """Better answer to a small question, by a short branch and bound; whether it is the best."""
    search = AssignmentSearch(core, watch)
    search.offer(is_open, assignment)
    node = _root(core, search, watch, rounds=_SHORT)
    if node is None:
        return search.is_open, search.assignment, True
    if watch.over:
        return search.is_open, search.assignment, False
    tree = Tree(core, search, watch, ColumnBound(core, search, watch))
    found = tree.run(node, nodes=_NODES * effort)
    proved = found.bound >= cutoff(core, search.value, 0.0)
    return search.is_open, search.assignment, proved


def _explain(watch: Watch, *, proved: bool) -> None:
    if proved:
        raise InfeasibleError(
            "customers cannot be packed into the capacities without splitting any: each must be "
            "served whole by one site",
            hint="allow more or larger sites, or split customers",
        )
    raise NoSolutionError(
        f"no answer found within {watch.limits.time_s:g} s", hint="give more time"
    )


def _root(
    core: SourcingCore, search: AssignmentSearch, watch: Watch, rounds: int = _ROUNDS
) -> Node | None:
    """Raise the bound, find answers on the way, drop what cannot be better; None when done."""
    node = root_node(core)
    relaxed: Relaxed | None = None
    scale = 1.0
    for turn in range(rounds):
        if watch.over:
            return node
        target = search.value if np.isfinite(search.value) else _guess(node)
        limit = cutoff(core, search.value, watch.limits.gap)
        relaxed = climb(
            core, node, watch, target=target, cutoff=limit, iterations=_STEPS if turn else _FIRST,
            scale=scale, before=relaxed,
        )  # fmt: skip
        scale = relaxed.scale
        search.build(relaxed.mean_y, relaxed.wishes(core.n))
        if watch.over:
            return relaxed.node
        search.build(relaxed.is_open.astype(float), relaxed.wishes(core.n))
        if turn % _IMPROVED == _IMPROVED - 1:
            search.improve(1)
        limit = cutoff(core, search.value, watch.limits.gap)
        relaxed = fixed(core, relaxed, limit, watch) if relaxed.node.bound < limit else None
        if relaxed is None:
            return None
        node = relaxed.node
        watch.tell(search.value, node.bound, "relaxation")
    search.improve()
    if rounds == _ROUNDS and not watch.over:
        search.polish(_POLISH)
    return node


def _guess(node: Node) -> float:
    """Value to aim at before an answer is known."""
    least = node.bound if np.isfinite(node.bound) else float(node.u.sum())
    return least + 0.05 * abs(least) + 1.0
