"""What is left of a part, as a mixed-integer model for HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpModel, LpStatus
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import fill_sites
from logistique.location.single_source_node import Node
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Offer = Callable[[BoolArray, IntArray], object]
"""Receives an answer: the open sites, and the site of each customer."""

NODES = 20
"""Branchings granted before the part is split further instead."""


class Residual(Enum):
    """What came of a residual model."""

    SOLVED = "solved"
    """Its best answer was offered to the search, or it has none."""
    OPEN = "open"
    """Too hard as it is."""
    STOPPED = "stopped"
    """Time is up."""


def solve_residual(
    core: SourcingCore,
    node: Node,
    watch: Watch,
    offer: Offer,
    limit: float = np.inf,
    nodes: int = NODES,
) -> Residual:
    """Solve a part with the pairs and sites it has left.

    Parameters
    ----------
    core, node, watch
        The question, the part and the clock.
    offer : callable
        Given the best answer found, which need not keep the capacities to the last digit.
    limit : float
        Value from which on answers are of no interest.
    nodes : int
        Branchings granted.
    """
    if watch.over:
        return Residual.STOPPED
    if node.cost.size == core.n and node.free.size == 0:
        # Everybody has one site left; the answer is offered, or there is none.
        nobody = np.zeros(0, dtype=np.int64)
        _offer(core, node, offer, np.zeros(0), nobody, nobody)
        return Residual.SOLVED
    model, pairs, free = _model(core, node, watch)
    sole = node.choices(core.n)[node.customer] == 1
    certain = float(core.opening[node.state > 0].sum() + node.cost[sole].sum())
    answer = model.solve(
        time_s=watch.left,
        cutoff=limit - certain,
        options={
            "mip_rel_gap": 0.5 * watch.limits.gap,
            "mip_abs_gap": 0.999 if core.integral else 1e-9,
            "mip_max_nodes": nodes,
            "mip_heuristic_effort": 0.0,
            "presolve": "off",
            "random_seed": watch.limits.seed,
        },
    )
    if answer.values is not None:
        _offer(core, node, offer, answer.values, pairs, free)
    if answer.status in (LpStatus.OPTIMAL, LpStatus.INFEASIBLE, LpStatus.CUTOFF):
        return Residual.SOLVED
    return Residual.STOPPED if watch.over else Residual.OPEN


def _offer(
    core: SourcingCore,
    node: Node,
    offer: Offer,
    values: FloatArray,
    pairs: IntArray,
    free: IntArray,
) -> None:
    """Offer the answer of a model; free sites first, pairs after them."""
    is_open = node.state > 0
    is_open[free[values[: free.size] > 0.5]] = True
    assignment = np.full(core.n, -1, dtype=np.int64)
    site = node.site
    alone = node.choices(core.n)[node.customer] == 1
    assignment[node.customer[alone]] = site[alone]
    taken = pairs[values[free.size :] > 0.5]
    assignment[node.customer[taken]] = site[taken]
    if (assignment >= 0).all():
        offer(is_open, assignment)


def _model(core: SourcingCore, node: Node, watch: Watch) -> tuple[LpModel, IntArray, IntArray]:
    """Model over the free sites and the pairs of customers that have a choice."""
    site = node.site
    alone = node.choices(core.n)[node.customer] == 1
    pairs, free = np.flatnonzero(~alone), node.free
    column = np.full(core.m, -1)
    column[free] = np.arange(free.size)
    base = np.zeros(core.m)
    np.add.at(base, site[alone], core.demand[node.customer[alone]])
    count = free.size + pairs.size
    model = LpModel(
        np.concatenate([core.opening[free], node.cost[pairs]]),
        np.zeros(count),
        np.ones(count),
        stop=lambda: watch.interrupted,
    )
    model.set_integer(np.arange(count), integer=True)
    place = free.size + np.arange(pairs.size)
    customers, row = np.unique(node.customer[pairs], return_inverse=True)
    ones = sparse.csr_array((np.ones(pairs.size), (row, place)), shape=(customers.size, count))
    model.add_rows(ones, np.ones(customers.size), np.ones(customers.size))
    _add_capacities(core, model, site[pairs], node.customer[pairs], place, column, base, count)
    _add_prices(core, node, model, pairs, place, column, count)
    opened = int((node.state > 0).sum())
    every = sparse.csr_array(
        (np.ones(free.size), (np.zeros(free.size, dtype=int), np.arange(free.size))),
        shape=(1, count),
    )
    model.add_rows(
        every, np.array([float(node.lowest - opened)]), np.array([float(node.highest - opened)])
    )
    return model, pairs, free


def _add_prices(
    core: SourcingCore,
    node: Node,
    model: LpModel,
    pairs: IntArray,
    place: IntArray,
    column: IntArray,
    count: int,
) -> None:
    """Cut off what the bound of the part rules out: one row per site, from its prices u.

    The customers of a site earn at most ``K_j = max {Σ_i (u_i − c_ij) x_i : they fit}`` there, so
    ``Σ_i max(u_i − c_ij, 0) x_ij ≤ K_j y_j`` (a Fenchel cut, Boyd 1993). Together these rows lift
    the linear relaxation to the Lagrangian bound.
    """
    rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
    fill_sites(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, node.u, rho, taken,
    )  # fmt: skip
    most = core.opening - rho
    most += 1e-9 * (1.0 + np.abs(most))
    earned = np.maximum(node.u[node.customer] - node.cost, 0.0)
    alone = np.ones(node.cost.size, dtype=bool)
    alone[pairs] = False
    site = node.site
    fixed = np.bincount(site[alone], weights=earned[alone], minlength=core.m).astype(float)
    inside = pairs[earned[pairs] > 0.0]
    sites, row = np.unique(site[inside], return_inverse=True)
    free = column[sites] >= 0
    entries = np.concatenate([earned[inside], -most[sites[free]]])
    rows = np.concatenate([row, np.flatnonzero(free)])
    columns = np.concatenate([place[np.searchsorted(pairs, inside)], column[sites[free]]])
    matrix = sparse.csr_array((entries, (rows, columns)), shape=(sites.size, count))
    room: FloatArray = np.where(free, 0.0, most[sites]) - fixed[sites]
    model.add_rows(matrix, np.full(sites.size, -np.inf), room)


def _add_capacities(
    core: SourcingCore,
    model: LpModel,
    site: IntArray,
    customer: NDArray[np.int32],
    place: IntArray,
    column: IntArray,
    base: FloatArray,
    count: int,
) -> None:
    """Keep loads within capacities, and pairs within their free sites."""
    sites, row = np.unique(site, return_inverse=True)
    is_free = column[sites] >= 0
    load = sparse.csr_array(
        (
            np.concatenate([core.demand[customer], -core.capacity[sites[is_free]]]),
            (
                np.concatenate([row, np.flatnonzero(is_free)]),
                np.concatenate([place, column[sites[is_free]]]),
            ),
        ),
        shape=(sites.size, count),
    )
    room = np.where(is_free, 0.0, core.capacity[sites] * (1 + 1e-9)) - base[sites]
    model.add_rows(load, np.full(sites.size, -np.inf), room)
    linked = np.flatnonzero(column[site] >= 0)
    rows = np.arange(linked.size)
    links = sparse.csr_array(
        (
            np.concatenate([np.ones(linked.size), -np.ones(linked.size)]),
            (
                np.concatenate([rows, rows]),
                np.concatenate([place[linked], column[site[linked]]]),
            ),
        ),
        shape=(linked.size, count),
    )
    model.add_rows(links, np.full(linked.size, -np.inf), np.zeros(linked.size))
