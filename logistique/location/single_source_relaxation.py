"""Nodes of the branching for single sourcing: what is left to decide and its Lagrangian bound."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.location.pair_bound_kernels import pair_bounds
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import ascend, fill_sites
from logistique.location.site_choice_kernels import choose_sites, site_bounds

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


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
    u : (n,) float
        Multipliers to start from.
    bound : float
        Lower bound on every answer in this part.
    depth : int
        Decisions taken on the way here.
    """

    start: IntArray
    customer: Int32Array
    cost: FloatArray
    state: IntArray
    u: FloatArray
    bound: float = -np.inf
    depth: int = 0

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


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A node after its multipliers were raised.

    Parameters
    ----------
    node : Node
        With its new bound and multipliers.
    mean_y, mean_x : (m,), (e,) float
        How often sites and pairs were chosen on the way: an almost feasible fractional answer.
    is_open : (m,) bool
        Sites of the last relaxed answer.
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
        u=(core.cost + share).min(axis=1),
    )


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
        core.capacity, core.capacity_units, node.state, core.lowest, core.highest,
        u, best_u, np.zeros(core.n), mean_y, mean_x, is_open,
        scale, -np.inf, target, cutoff, iterations, patience,
    )  # fmt: skip
    raised = replace(node, u=best_u, bound=max(node.bound, float(bound)))
    return Relaxed(raised, mean_y, mean_x, is_open, float(scale))


def fixed(core: SourcingCore, relaxed: Relaxed, cutoff: float) -> Relaxed | None:
    """Drop what no answer below the cutoff can use; None if nothing is left.

    A site or pair goes when its Lagrangian bound is at or beyond the cutoff; a site is opened
    when closing it would be.
    """
    node = relaxed.node
    rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
    fill_sites(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, node.u, rho, taken,
    )  # fmt: skip
    chosen = np.zeros(core.m, dtype=bool)
    rest = choose_sites(
        rho, core.capacity, core.capacity_units, node.state, core.lowest, core.highest,
        core.demand, core.units, chosen,
    )  # fmt: skip
    room = cutoff - node.u.sum()
    if rest >= room:
        return None
    if_open, if_closed = np.empty(core.m), np.empty(core.m)
    site_bounds(
        rho, core.capacity, core.capacity_units, node.state, core.lowest, core.highest,
        core.demand, core.units, if_open, if_closed,
    )  # fmt: skip
    state = node.state.copy()
    free = state == 0
    state[free & (if_closed >= room)] = 1
    state[free & (if_open >= room)] = -1
    if (free & (if_open >= room) & (if_closed >= room)).any():
        return None
    bound = np.empty(node.cost.size)
    pair_bounds(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, state, node.u, rho, if_open, room, bound,
    )  # fmt: skip
    kept = bound < room
    choices = np.bincount(node.customer[kept], minlength=core.n)
    if (choices == 0).any():
        return None
    left = replace(node, state=state).keeping(kept)
    # The only site left to a customer is open.
    left.state[left.site[choices[left.customer] == 1]] = 1
    return replace(relaxed, node=left, mean_x=relaxed.mean_x[kept])
