"""How to split a part: sites in doubt are tried for a few steps, the best is taken."""

from __future__ import annotations

import numpy as np

from logistique.location.customer_branching import customer_children, doubtful_customer
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_relaxation import Node, Relaxed, relax

_SITES = 3
"""Sites tried."""

_LIKELY = 0.5
"""Share of relaxed answers in which a site whose opening is followed first is open."""

_STEPS, _SCALE, _PATIENCE = 10, 0.3, 4
"""Subgradient steps of a trial."""


def branch(core: SourcingCore, relaxed: Relaxed, target: float, cutoff: float) -> list[Node]:
    """Split a part in two where that raises both bounds most; the likelier part first.

    Parts found to be beyond the cutoff on the way are left out: one part, or none, may be left.
    The part must have a free site or a customer with a choice.
    """
    ways = _ways(core, relaxed)
    if len(ways) == 1:
        return ways[0]
    best: list[Node] = []
    most = -1.0
    for parts in ways:
        tried = [_tried(core, part, target, cutoff) for part in parts]
        left = [part for part in tried if part.bound < cutoff]
        if len(left) < len(parts):
            return left
        gains = [part.bound - relaxed.node.bound for part in tried]
        score = max(min(gains), 0.0) + 0.2 * max(gains) + 1e-9
        if score > most:
            best, most = tried, score
    return best


def _tried(core: SourcingCore, part: Node, target: float, cutoff: float) -> Node:
    return relax(
        core, part, target=target, cutoff=cutoff,
        iterations=_STEPS, patience=_PATIENCE, scale=_SCALE,
    ).node  # fmt: skip


def _ways(core: SourcingCore, relaxed: Relaxed) -> list[list[Node]]:
    """Ways to split, those that look best first: on sites that cost something, or on a customer."""
    node = relaxed.node
    free = node.free
    if free.size == 0 or (not core.opening.any() and (node.choices(core.n) > 1).any()):
        # Where opening costs nothing, closing one of many sites hardly raises a bound.
        return [customer_children(core, relaxed, doubtful_customer(core, relaxed))]
    share = relaxed.mean_y[free]
    scale = 1e-9 + np.abs(core.opening[free]).max(initial=0.0)
    worth = (np.minimum(share, 1 - share) + 1e-6) * (0.1 + core.opening[free] / scale)
    ways = []
    for j in free[np.argsort(-worth, kind="stable")[:_SITES]].tolist():
        pair = [node.setting(j, 1), node.setting(j, -1)]
        ways.append(pair if relaxed.mean_y[j] >= _LIKELY else pair[::-1])
    return ways
