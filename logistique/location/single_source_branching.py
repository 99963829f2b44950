"""How to split a part: a few ways are tried for a few steps, the best is taken."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.customer_branching import customer_children, doubtful_customers
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node, Relaxed

FloatArray = NDArray[np.float64]

_SITES = 4
"""Sites tried."""

_CUSTOMERS = 3
"""Customers tried where no site is in doubt."""

_LIKELY = 0.5
"""Share of relaxed answers in which a site whose opening is followed first is open."""

_WHOLE = 1e-6
"""Distance from a whole number that is a rounding error."""

_CLEAR = 0.1
"""Distance of the number of open sites from a whole number from which it is worth a split."""

Raise = Callable[[Node], Node]
"""Raises the bound of a part a little."""


def branch(core: SourcingCore, relaxed: Relaxed, cutoff: float, raised: Raise) -> list[Node]:
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
        tried = [raised(part) for part in parts]
        left = [part for part in tried if part.bound < cutoff]
        if len(left) < len(parts):
            return left
        gains = [part.bound - relaxed.node.bound for part in tried]
        score = max(min(gains), 0.0) + 0.2 * max(gains) + 1e-9
        if score > most:
            best, most = tried, score
    return best


def _ways(core: SourcingCore, relaxed: Relaxed) -> list[list[Node]]:
    """Ways to split, those that look best first: the number of sites, single sites, customers."""
    node = relaxed.node
    free = node.free
    share = relaxed.mean_y[free]
    doubt = np.minimum(share, 1.0 - share)
    ways = _by_count(relaxed)
    if core.opening.any() and (doubt > _WHOLE).any():
        ways += _by_site(core, relaxed, np.flatnonzero(doubt > _WHOLE))
    if ways:
        return ways
    customers = doubtful_customers(core, relaxed, _CUSTOMERS)
    if customers.size:
        return [customer_children(core, relaxed, int(i)) for i in customers]
    return _by_site(core, relaxed, np.arange(free.size))


def _by_count(relaxed: Relaxed) -> list[list[Node]]:
    node, count = relaxed.node, float(relaxed.mean_y.sum())
    below = int(np.floor(count + _WHOLE))
    if not _CLEAR < count - below < 1.0 - _CLEAR or not node.lowest <= below < node.highest:
        return []
    parts = [node.counting(node.lowest, below), node.counting(below + 1, node.highest)]
    return [parts if count - below < _LIKELY else parts[::-1]]


def _by_site(core: SourcingCore, relaxed: Relaxed, places: NDArray[np.int64]) -> list[list[Node]]:
    """Split on some of the free sites."""
    node = relaxed.node
    free = node.free[places]
    share = relaxed.mean_y[free]
    scale = 1e-9 + np.abs(core.opening[free]).max(initial=0.0)
    worth = (np.minimum(share, 1 - share) + 1e-6) * (0.1 + core.opening[free] / scale)
    ways = []
    for j in free[np.argsort(-worth, kind="stable")[:_SITES]].tolist():
        pair = [node.setting(j, 1), node.setting(j, -1)]
        ways.append(pair if relaxed.mean_y[j] >= _LIKELY else pair[::-1])
    return ways
