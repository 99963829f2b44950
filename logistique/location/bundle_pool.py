"""All bundles of customers that an answer below the cutoff may use in a part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.bundle_kernels import bundles, price_bundles
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_kernels import fill_sites
from logistique.location.single_source_node import Node
from logistique.location.site_choice_kernels import choose_sites, site_bounds

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_MEMBERS = 40
"""Members of a bundle for which there is room on average."""

_WORK = 20
"""Most steps of a listing, for every bundle that there is room for."""

_ROUNDING = 1e-9
"""Rounding error of profits, relative to the prices that are summed."""


@dataclass(frozen=True, eq=False)
class BundlePool:
    """Bundles of customers, each of one site.

    Parameters
    ----------
    site : (k,) int
        Site of each bundle, in rising order.
    ends : (k + 1,) int
        Bundle b has the customers ``members[ends[b]:ends[b + 1]]``.
    members : (M,) int
    cost : (k,) float
        Cost of serving the customers of each bundle from its site.
    """

    site: IntArray
    ends: IntArray
    members: IntArray
    cost: FloatArray

    @property
    def size(self) -> int:
        """Number of bundles."""
        return self.site.size

    def some(self, which: IntArray) -> BundlePool:
        """Return some of the bundles."""
        length = np.diff(self.ends)[which]
        ends = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        place = np.repeat(self.ends[which] - ends[:-1], length) + np.arange(ends[-1])
        return BundlePool(self.site[which], ends, self.members[place], self.cost[which])

    def pairs(self, core: SourcingCore) -> BoolArray:
        """Pairs of site and customer that some bundle has, (m, n)."""
        found = np.zeros((core.m, core.n), dtype=bool)
        found[np.repeat(self.site, np.diff(self.ends)), self.members] = True
        return found


@dataclass(frozen=True, eq=False)
class BundlePrices:
    """What prices say about a pool.

    Parameters
    ----------
    bound : float
        Lower bound on every answer of the part made of bundles of the pool.
    reduced : (k,) float
        Reduced costs of the bundles.
    least : (k,) float
        Lower bound on every such answer that uses the bundle.
    """

    bound: float
    reduced: FloatArray
    least: FloatArray


def all_bundles(core: SourcingCore, node: Node, cutoff: float, room: int) -> BundlePool | None:
    """List the bundles that answers below the cutoff may use.

    A bundle is left out if the Lagrangian bound of the answers that use it, at the multipliers of
    the part, is at or beyond the cutoff. None if more than ``room`` are left, or listing them
    takes too long.
    """
    rho, taken = np.empty(core.m), np.zeros(node.cost.size, dtype=bool)
    fill_sites(
        node.start, node.customer, node.cost, core.demand, core.units, core.opening,
        core.capacity, core.capacity_units, node.state, node.u, rho, taken,
    )  # fmt: skip
    if_open = _if_open(core, node, rho)
    left = cutoff - node.u.sum()
    members, ends = np.empty(room * _MEMBERS, dtype=np.int64), np.empty(room, dtype=np.int64)
    site, last, customers, cost = [], [np.zeros(1, dtype=np.int64)], [], []
    found, size, work = 0, 0, _WORK * room
    for j in np.flatnonzero((node.state >= 0) & (if_open < left)).tolist():
        pairs = slice(node.start[j], node.start[j + 1])
        customer = node.customer[pairs].astype(np.int64)
        profit = node.u[customer] - node.cost[pairs]
        least = core.opening[j] - rho[j] + if_open[j] - left
        least -= _ROUNDING * (1.0 + np.abs(node.u[customer]).sum())
        count, steps = bundles(
            profit, core.demand[customer], core.capacity[j] * (1 + 1e-9), least, room - found,
            work, members, ends,
        )  # fmt: skip
        work -= steps
        if count < 0:
            return None
        here = members[: ends[count - 1] if count else 0]
        total = np.concatenate([[0.0], np.cumsum(node.cost[pairs][here])])
        begin = np.concatenate([[0], ends[:count]])
        site.append(np.full(count, j))
        last.append(ends[:count] + size)
        customers.append(customer[here])
        cost.append(total[begin[1:]] - total[begin[:-1]])
        found, size = found + count, size + here.size
    if not site:
        none = np.zeros(0, dtype=np.int64)
        return BundlePool(none, last[0], none, np.zeros(0))
    return BundlePool(
        np.concatenate(site), np.concatenate(last), np.concatenate(customers), np.concatenate(cost)
    )


def priced(
    core: SourcingCore,
    node: Node,
    pool: BundlePool,
    u: FloatArray,
    triples: IntArray,
    price: FloatArray,
    cutoff: float,
) -> BundlePrices:
    """Bound of the answers made of a pool, at prices of customers and of triples.

    With prices u_i of customers and σ_t ≥ 0 of triples, of each of which one bundle at most has
    two or more,

        Σ_i u_i − Σ_t σ_t + min Σ_j ρ_j y_j,   ρ_j = f_j + min (0, reduced costs of bundles of j),

    is a lower bound whatever the prices.
    """
    reduced = np.empty(pool.size)
    base = float(u.sum() - price.sum())
    price_bundles(
        pool.ends, pool.members, pool.cost, u, triples, price, max(cutoff - base, 0.0) + 1e-6,
        reduced,
    )  # fmt: skip
    rho = np.zeros(core.m)
    np.minimum.at(rho, pool.site, reduced)
    rho += core.opening
    chosen = np.zeros(core.m, dtype=bool)
    bound = base + choose_sites(
        rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        core.demand, core.units, chosen,
    )  # fmt: skip
    if_open = base + _if_open(core, node, rho) - rho + core.opening
    lost = _ROUNDING * (np.abs(u).sum() + price.sum())
    return BundlePrices(bound - lost, reduced, if_open[pool.site] + reduced - lost)


def _if_open(core: SourcingCore, node: Node, rho: FloatArray) -> FloatArray:
    """Bounds on Σ ρ_j y_j with each single site open."""
    if_open, if_closed = np.empty(core.m), np.empty(core.m)
    site_bounds(
        rho, core.capacity, core.capacity_units, node.state, node.lowest, node.highest,
        core.demand, core.units, if_open, if_closed,
    )  # fmt: skip
    return if_open
