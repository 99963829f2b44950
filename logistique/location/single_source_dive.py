"""Answers to the single-source question by diving: fix what the exact relaxation is surest of.

The optimum of the master of the column generation serves many customers whole, or nearly so. These
are fixed to their sites, the master is solved again for what is left, with new columns, and so on
until every customer has one site (Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa, IJOC 31, 2019). Later
dives blur the shares by random factors, and every other one leans towards the best answer known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.column_bound import ColumnBound
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node, Relaxed
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_MOST, _PATIENCE = 24, 8
"""Most dives, and dives without a better answer after which they end."""

_SHARE = 0.1
"""Share of the customers not yet fixed that are fixed at once, besides those served whole."""

_WHOLE = 0.999
"""Share of a site or pair that counts as whole."""

_BLUR, _LEAN = 0.3, 0.5
"""Largest relative rise of shares by chance, and that of pairs of the best answer."""

_SHAKES = 20
"""Shakes of the answer at the end of a dive."""

_POLISH = 10
"""Shakes of an answer that is the best."""


def dive_often(
    core: SourcingCore,
    search: AssignmentSearch,
    bounds: ColumnBound,
    root: Relaxed,
    clock: Watch,
    told: Callable[[], None] | None = None,
) -> None:
    """Dive from a part again and again while better answers come of it now and then.

    Parameters
    ----------
    core, search, bounds
        The question, its best answer and exact bounds of parts.
    root : Relaxed
        The part to start from, with the shares of an exact relaxation.
    clock : Watch
        Ends the dives, and gives their seed.
    told : callable, optional
        Called after every better answer.
    """
    random = np.random.default_rng(clock.limits.seed)
    stale = 0
    for turn in range(_MOST):
        if clock.over or stale >= _PATIENCE or root.node.bound >= bounds.cutoff:
            break
        known = search.value
        dive_once(core, search, bounds, root, clock, random, turn)
        stale += 1
        if search.value < known:
            search.improve(1)
            search.polish(_POLISH)
            if told is not None:
                told()
            stale = 0


def dive_once(
    core: SourcingCore,
    search: AssignmentSearch,
    bounds: ColumnBound,
    part: Relaxed,
    clock: Watch,
    random: np.random.Generator,
    turn: int,
) -> None:
    """Dive from a part and offer what it ends in; the ``turn`` says whether and how to blur.

    The parameters are those of `dive_often`.
    """
    blur = np.ones(core.n)
    if turn:
        blur += _BLUR * random.random(core.n)
    end = _dive(core, search, bounds, clock, part, blur, lean=_LEAN if turn % 2 else 0.0)
    wanted = (end.mean_y >= 0.5) | (end.node.state > 0)
    search.complete(wanted, end.wishes(core.n), _SHAKES)


def _dive(
    core: SourcingCore,
    search: AssignmentSearch,
    bounds: ColumnBound,
    clock: Watch,
    relaxed: Relaxed,
    blur: FloatArray,
    lean: float,
) -> Relaxed:
    """Fix customers until all are, or no better answer is left; the last relaxation."""
    while not clock.over:
        part = _fixed(core, relaxed, blur, lean * (search.assignment[relaxed.node.customer]
                      == relaxed.node.site))  # fmt: skip
        if part is None:
            break
        deeper = bounds.raised(part)
        if not deeper.mean_x.any():
            break
        relaxed = deeper
        if relaxed.node.bound >= bounds.cutoff:
            break
    return relaxed


def _fixed(core: SourcingCore, relaxed: Relaxed, blur: FloatArray, lean: FloatArray) -> Node | None:
    """Fix the customers whose largest shares are largest; None where no one can be."""
    node = relaxed.node
    sole = node.choices(core.n) == 1
    wish, share, rank = _largest(core, relaxed, blur, lean)
    waiting = np.flatnonzero(~sole)
    order = waiting[np.argsort(-rank[waiting], kind="stable")]
    few = max(1, int(_SHARE * (share[waiting] < _WHOLE).sum()))
    settled = node.customer[sole[node.customer]], node.site[sole[node.customer]]
    load: FloatArray = np.zeros(core.m)
    np.add.at(load, settled[1], core.demand[settled[0]])
    chosen = np.zeros(core.n, dtype=bool)
    for i in order.tolist():
        whole = share[i] >= _WHOLE
        if not (whole or few > 0):
            continue
        if load[wish[i]] + core.demand[i] <= core.capacity[wish[i]] * (1 + 1e-9):
            load[wish[i]] += core.demand[i]
            chosen[i] = True
            few -= not whole
    if not chosen.any():
        return None
    return _reduced(core, relaxed, chosen, wish, load)


def _largest(
    core: SourcingCore, relaxed: Relaxed, blur: FloatArray, lean: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Site of the largest share of each customer, that share, and what it is ranked by."""
    node = relaxed.node
    order = np.argsort(relaxed.mean_x, kind="stable")
    customer = node.customer[order]
    wish, share, rank = np.zeros(core.n, dtype=np.int64), np.zeros(core.n), np.zeros(core.n)
    # Of several entries for a customer the last one counts.
    wish[customer] = node.site[order]
    share[customer] = relaxed.mean_x[order]
    rank[customer] = (relaxed.mean_x * (1.0 + lean))[order] * blur[customer]
    return wish, share, rank


def _reduced(
    core: SourcingCore, relaxed: Relaxed, chosen: BoolArray, wish: IntArray, load: FloatArray
) -> Node | None:
    """Return the part with some customers fixed, and without what does not fit beside them."""
    node = relaxed.node
    sole = (node.choices(core.n) == 1) | chosen
    room = (core.capacity - load) * (1 + 1e-9) + 1e-9 * core.capacity
    fits = sole[node.customer] | (core.demand[node.customer] <= room[node.site])
    kept = fits & (~chosen[node.customer] | (node.site == wish[node.customer]))
    if (np.bincount(node.customer[kept], minlength=core.n) == 0).any():
        return None
    state = node.state.copy()
    state[wish[chosen]] = 1
    state[(relaxed.mean_y >= _WHOLE) & (state == 0)] = 1
    return replace(node, state=state, depth=node.depth + 1).keeping(kept)
