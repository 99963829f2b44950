"""The Lagrangian bound of a part by subgradient steps, and what it rules out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.pair_bound_kernels import pair_bounds
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import ascend, fill_sites, tilt
from logistique.location.single_source_node import Node, Relaxed
from logistique.location.site_choice_kernels import choose_sites, site_bounds
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]

_PAIRS = 2_000_000
"""Pairs looked at between two looks at the clock."""

_TILT = 50
"""Steps from one tilt of all prices to the next."""

_FORCED = 200_000
"""Pairs forced in between two looks at the clock."""

_SHORTER = 0.7
"""Factor of steps that led nowhere."""


def relax(
    core: SourcingCore,
    node: Node,
    *,
    target: float,
    cutoff: float,
    iterations: int,
    patience: int = 20,
    scale: float = 1.0,
    before: Relaxed | None = None,
) -> Relaxed:
    """Raise the multipliers of a node; the bound is the best value met, never below the node's.

    Parameters
    ----------
    core, node
        The question and the part of it.
    target : float
        Value the steps aim at, the cost of an answer for example.
    cutoff : float
        Bound at which nothing is left to do.
    iterations, patience : int
        Most steps, and steps without progress before they are shortened.
    scale : float
        Step length to begin with, relative to the distance to the target.
    before : Relaxed, optional
        Outcome of an earlier call for the same node, to go on from.
    """
    u, best_u = node.u.copy(), node.u.copy()
    mean_y = np.zeros(core.m) if before is None else before.mean_y.copy()
    mean_x = np.zeros(node.cost.size) if before is None else before.mean_x.copy()
    is_open = np.zeros(core.m, dtype=bool)
    bound, scale = ascend(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        u, best_u, np.zeros(core.n), mean_y, mean_x, is_open,
        scale, -np.inf, target, cutoff, iterations, patience,
    )  # fmt: skip
    raised = replace(node, u=best_u, bound=max(node.bound, float(bound)))
    return Relaxed(raised, mean_y, mean_x, is_open, float(scale))


def climb(
    core: SourcingCore,
    node: Node,
    watch: Watch,
    *,
    target: float,
    cutoff: float,
    iterations: int,
    patience: int = 20,
    scale: float = 1.0,
    before: Relaxed | None = None,
) -> Relaxed:
    """Raise the multipliers of a node as `relax` does, with looks at the clock in between.

    The parameters are those of `relax`.
    """
    at_once = min(_TILT, max(1, _PAIRS // max(node.cost.size, 1)))
    relaxed, stale, tilted = before, 0, -_TILT
    for done in range(0, iterations, at_once):
        known = node.bound
        if done >= tilted + _TILT:
            node, tilted = _tilted(core, node, target), done
        relaxed = relax(
            core, node, target=target, cutoff=cutoff, iterations=min(at_once, iterations - done),
            patience=patience, scale=scale, before=relaxed,
        )  # fmt: skip
        node, scale = relaxed.node, relaxed.scale
        if watch.over or node.bound >= cutoff:
            break
        stale = 0 if node.bound > known + 1e-6 * abs(known) else stale + at_once
        if at_once < patience <= stale:
            scale, stale = _SHORTER * scale, 0
    assert relaxed is not None
    return replace(relaxed, scale=scale)


def _tilted(core: SourcingCore, node: Node, target: float) -> Node:
    """Return a node with its prices raised or lowered in proportion to demand."""
    u = node.u.copy()
    tilt(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening, core.capacity,
        core.capacity_units, node.state, node.lowest, node.highest, u, target,
    )  # fmt: skip
    return replace(node, u=u)


def fixed(
    core: SourcingCore, relaxed: Relaxed, cutoff: float, watch: Watch | None = None
) -> Relaxed | None:
    """Drop what no answer below the cutoff can use; None if nothing is left.

    A site or pair goes when its Lagrangian bound is at or beyond the cutoff; a site is opened
    when closing it would be. Pairs not looked at before ``watch`` is over stay.
    """
    node = relaxed.node
    rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
    fill_sites(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, node.u, rho, taken,
    )  # fmt: skip
    chosen = np.zeros(core.m, dtype=bool)
    rest = choose_sites(
        rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        core.demand, core.units, chosen,
    )  # fmt: skip
    room = cutoff - node.u.sum()
    if rest >= room:
        return None
    if_open, if_closed = np.empty(core.m), np.empty(core.m)
    site_bounds(
        rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        core.demand, core.units, if_open, if_closed,
    )  # fmt: skip
    state = node.state.copy()
    free = state == 0
    state[free & (if_closed >= room)] = 1
    state[free & (if_open >= room)] = -1
    if (free & (if_open >= room) & (if_closed >= room)).any():
        return None
    bound = np.full(node.cost.size, -np.inf)
    for sites in np.array_split(np.arange(core.m), max(1, -(-node.cost.size // _FORCED))):
        if watch is not None and watch.over:
            break
        pair_bounds(
            node.start, node.customer, node.cost, core.demand, core.units, core.opening,
            core.capacity, core.capacity_units, state, node.u, rho, if_open, room, sites, bound,
        )  # fmt: skip
    kept = bound < room
    choices = np.bincount(node.customer[kept], minlength=core.n)
    if (choices == 0).any():
        return None
    left = replace(node, state=state).keeping(kept)
    # The only site left to a customer is open.
    left.state[left.site[choices[left.customer] == 1]] = 1
    return replace(relaxed, node=left, mean_x=relaxed.mean_x[kept])
