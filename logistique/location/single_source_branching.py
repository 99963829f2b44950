"""How to split a part: sites and customers in doubt are tried for a few steps, the best is taken."""

from __future__ import annotations

import numpy as np

from logistique.location.customer_branching import customer_children, doubtful_customers
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_relaxation import Node, Relaxed, relax

_SITES, _CUSTOMERS = 4, 4
"""Sites and customers tried."""

_STEPS, _SCALE, _PATIENCE = 12, 0.3, 4
"""Subgradient steps of a trial."""


def branch(core: SourcingCore, relaxed: Relaxed, target: float, cutoff: float) -> list[Node]:
    """Split a part in two where that raises both bounds most; the likelier part first.

    Parts found to be beyond the cutoff on the way are left out: one part, or none, may be left.
    The part must have a free site or a customer with a choice.
    """
    best: list[Node] = []
    most = -1.0
    for parts in _ways(core, relaxed):
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
    """Ways to split, those that look best first."""
    node = relaxed.node
    free = node.free
    share = relaxed.mean_y[free]
    scale = 1e-9 + np.abs(core.opening[free]).max(initial=0.0)
    worth = (np.minimum(share, 1 - share) + 1e-6) * (0.1 + core.opening[free] / scale)
    ways = []
    for j in free[np.argsort(-worth, kind="stable")[:_SITES]].tolist():
        pair = [node.setting(j, 1), node.setting(j, -1)]
        ways.append(pair if relaxed.mean_y[j] >= 0.5 else pair[::-1])
    customers = doubtful_customers(core, relaxed, _CUSTOMERS)
    return ways + [customer_children(core, relaxed, int(i)) for i in customers]
