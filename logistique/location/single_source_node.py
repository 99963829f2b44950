"""Parts of the single-source question: what the branching has left to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.single_source_core import SourcingCore

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Column:
    """A bundle of customers of a site, or a set of sites (``site`` −1).

    Parameters
    ----------
    site : int
    members : (k,) int
        Customers, or sites, in rising order.
    cost : float
    """

    site: int
    members: IntArray
    cost: float

    @property
    def key(self) -> tuple[int, bytes]:
        """What makes two columns the same."""
        return self.site, self.members.tobytes()


@dataclass(frozen=True, eq=False)
class Node:
    """A part of the question.

    Parameters
    ----------
    start : (m + 1,) int
        Pairs of site j are ``start[j]`` … ``start[j + 1]``.
    customer, cost : (e,)
        Customers and costs of the pairs still possible.
    state : (m,) int
        −1 closed, 0 free, 1 open.
    lowest, highest : int
        Bounds on the number of open sites.
    u : (n,) float
        Multipliers to start from.
    bound : float
        Lower bound on every answer in this part.
    depth : int
        Decisions taken on the way here.
    walked : bool
        Whether a walk through assignments left it: its sites are decided, its prices good.
    """

    start: IntArray
    customer: Int32Array
    cost: FloatArray
    state: IntArray
    lowest: int
    highest: int
    u: FloatArray
    bound: float = -np.inf
    depth: int = 0
    walked: bool = False

    @property
    def site(self) -> IntArray:
        """Site of each pair, (e,)."""
        return np.repeat(np.arange(self.state.size), np.diff(self.start))

    @property
    def free(self) -> IntArray:
        """Numbers of the sites that are neither open nor closed."""
        return np.flatnonzero(self.state == 0)

    def choices(self, n: int) -> IntArray:
        """Count the pairs of each customer, (n,)."""
        return np.bincount(self.customer, minlength=n)

    def keeping(self, kept: BoolArray) -> Node:
        """Return the node with some of its pairs only."""
        if kept.all():
            return self
        start = np.concatenate([[0], np.cumsum(kept)])[self.start].astype(np.int64)
        return replace(self, start=start, customer=self.customer[kept], cost=self.cost[kept])

    def setting(self, site: int, state: int) -> Node:
        """Return the node with one site opened or closed."""
        states = self.state.copy()
        states[site] = state
        node = replace(self, state=states, depth=self.depth + 1)
        return node if state > 0 else node.keeping(node.site != site)

    def counting(self, lowest: int, highest: int) -> Node:
        """Return the node with other bounds on the number of open sites."""
        return replace(self, lowest=lowest, highest=highest, depth=self.depth + 1)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A node after its multipliers were raised.

    Parameters
    ----------
    node : Node
        With its new bound and multipliers.
    mean_y, mean_x : (m,), (e,) float
        Shares of sites and pairs in a fractional answer that is feasible, or almost so.
    is_open : (m,) bool
        Sites of a relaxed answer.
    scale : float
        Step length at which it stopped.
    """

    node: Node
    mean_y: FloatArray
    mean_x: FloatArray
    is_open: BoolArray
    scale: float

    def wishes(self, n: int) -> IntArray:
        """Site each customer was served from most often, (n,)."""
        order = np.lexsort((-self.mean_x, self.node.customer))
        customer = self.node.customer[order]
        first = np.concatenate([[True], customer[1:] != customer[:-1]])
        wished = np.full(n, -1, dtype=np.int64)
        wished[customer[first]] = self.node.site[order][first]
        return wished


def root_node(core: SourcingCore) -> Node:
    """Return the whole question, with multipliers that share opening costs by capacity used."""
    possible = np.isfinite(core.cost.T)
    site, customer = np.nonzero(possible)
    room = np.maximum(core.capacity, 1e-12)
    share = np.maximum(core.opening, 0.0) * np.minimum(core.demand[:, None] / room, 1.0)
    return Node(
        start=np.concatenate([[0], np.cumsum(possible.sum(axis=1))]).astype(np.int64),
        customer=customer.astype(np.int32),
        cost=core.cost.T[site, customer],
        state=np.where(core.fixed_open, 1, 0).astype(np.int64),
        lowest=core.lowest,
        highest=core.highest,
        u=(core.cost + share).min(axis=1),
    )
