"""Answers of a capacitated question with split customers: sizes, and the best shares for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_relaxation import SiteArcs, evaluate, root_bounds
from logistique.location.transport_kernels import transport
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LISTED = 8
"""Sites looked at for opening and for closing in one round of moves."""

_EXTRA = 8
"""Sites added one by one while rounded sites cannot serve everybody."""


@dataclass(frozen=True, eq=False)
class Served:
    """Sizes with everybody served at least cost.

    Parameters
    ----------
    cost : float
        Opening and serving; ``inf`` if these sizes cannot serve everybody.
    size : (m,) int
        Size of each site; −1: closed.
    customer, site, share : (a,)
        Parts of the customers.
    worth : (n,) float
        What serving a customer costs at the margin.
    """

    cost: float
    size: IntArray
    customer: IntArray
    site: IntArray
    share: FloatArray
    worth: FloatArray

    def matrix(self, n: int) -> sparse.csr_array:
        """Shares as a sparse matrix (n, m) whose rows sum to 1."""
        shape = (n, self.size.size)
        return sparse.csr_array((self.share, (self.customer, self.site)), shape=shape)


def serve(core: CapacitatedCore, size: IntArray) -> Served:
    """Serve everybody at least cost from the sites with a size, then take the cheapest sizes."""
    opened = np.flatnonzero(size >= 0)
    at = (opened, size[opened])
    capacity, floor = core.capacity[at], core.floor[at]
    empty = np.zeros(0, dtype=np.int64)
    nobody = Served(np.inf, size, empty, empty, np.zeros(0), np.zeros(core.n))
    if capacity.sum() < core.total_demand * (1.0 - 1e-9) or opened.size == 0:
        return nobody
    price = np.empty(opened.size)
    unit = core.unit[:, opened]
    cost, customer, place, amount = transport(unit, core.demand, capacity, floor, price)
    if not np.isfinite(cost):
        return nobody
    load = np.bincount(place, weights=amount, minlength=opened.size).astype(float)
    resized = size.copy()
    resized[opened] = cheapest_sizes(core, opened, load, size[opened])
    demand = core.demand[customer]
    share = np.where(demand > 0.0, amount / np.where(demand > 0.0, demand, 1.0), 1.0)
    share /= np.bincount(customer, weights=share, minlength=core.n)[customer]
    worth = (unit + price).min(axis=1) * np.where(core.demand > 0.0, core.demand, 1.0)
    opening = float(core.opening[opened, resized[opened]].sum())
    return Served(opening + cost, resized, customer, opened[place], share, worth)


def cheapest_sizes(
    core: CapacitatedCore, sites: IntArray, load: FloatArray, size: IntArray
) -> IntArray:
    """Cheapest size of each site that its load fits; the given one where none is cheaper."""
    room = 1e-9 * np.maximum(core.capacity[sites], 1e-300)
    fits = (load[:, None] <= core.capacity[sites] + room) & (
        load[:, None] >= core.floor[sites] - room
    )
    price = np.where(fits, core.opening[sites], np.inf)
    best = price.argmin(axis=1)
    cheaper = price.min(axis=1) < core.opening[sites, size]
    return np.where(cheaper, best, size)


def rounded(core: CapacitatedCore, share: FloatArray) -> Served:
    """Open the sites with the largest shares until everybody can be served.

    Parameters
    ----------
    core : CapacitatedCore
        The question.
    share : (m, k) float
        Fractional sizes.
    """
    offered = np.isfinite(core.opening)
    best = np.where(offered, share, -1.0).argmax(axis=1)
    total = share.sum(axis=1) + np.where(core.fixed_open, 10.0, 0.0)
    total[~offered.any(axis=1)] = -1.0
    order = np.argsort(-total, kind="stable")[: core.highest]
    reached = np.cumsum(core.capacity[order, best[order]])
    count = int(np.searchsorted(reached, core.total_demand * (1 - 1e-9))) + 1
    count = max(count, core.lowest, int((total[order] > 0.5).sum()))
    size = np.full(core.m, -1, dtype=np.int64)
    size[order[:count]] = best[order[:count]]
    found = serve(core, size)
    for j in order[count : count + _EXTRA]:
        if np.isfinite(found.cost):
            break
        size[j] = best[j]
        found = serve(core, size)
    if not np.isfinite(found.cost):
        size[order] = np.where(offered, core.capacity, -1.0).argmax(axis=1)[order]
        found = serve(core, size)
    return found


def improved(core: CapacitatedCore, arcs: SiteArcs, start: Served, watch: Watch) -> Served:
    """Open, close, exchange or resize sites as long as one such move helps.

    Moves are ranked by what the marginal costs of the customers promise; the best few are tried.
    """
    best, better = start, True
    while better and np.isfinite(best.cost) and not watch.over:
        better = False
        for size in _moves(core, arcs, best):
            if watch.over:
                break
            found = serve(core, size)
            if found.cost < best.cost - core.tolerance(best.cost):
                best, better = found, True
                break
    return best


def _moves(core: CapacitatedCore, arcs: SiteArcs, at: Served) -> Iterator[IntArray]:
    """Sizes one move away, the most promising first within each kind of move."""
    value = evaluate(core, arcs, root_bounds(core), at.worth).value
    opened = at.size >= 0
    count = int(opened.sum())
    sites = np.arange(core.m)
    now = np.where(opened, value[sites, at.size], np.inf)
    closable = np.flatnonzero(opened & ~core.fixed_open)
    closable = closable[np.argsort(-now[closable], kind="stable")][:_LISTED]
    openable = np.flatnonzero(~opened & np.isfinite(value).any(axis=1))
    openable = openable[np.argsort(value[openable].min(axis=1), kind="stable")][:_LISTED]
    size_of = value.argmin(axis=1)
    if count > core.lowest:
        for j in closable:
            yield _changed(at.size, (j, -1))
    if count < core.highest:
        for j in openable[value[openable].min(axis=1) < 0.0]:
            yield _changed(at.size, (j, size_of[j]))
    for j in openable[: _LISTED // 2]:
        for other in closable:
            yield _changed(at.size, (j, size_of[j]), (other, -1))
    if core.n_sizes > 1:
        gain = np.where(opened[:, None], value - np.where(opened, now, 0.0)[:, None], np.inf)
        gain[sites[opened], at.size[opened]] = np.inf
        order = np.argsort(gain, axis=None, kind="stable")[: 2 * _LISTED]
        for j, k in zip(*np.unravel_index(order, gain.shape), strict=True):
            if np.isfinite(gain[j, k]):
                yield _changed(at.size, (int(j), int(k)))


def _changed(size: IntArray, *changes: tuple[int | np.int64, int | np.int64]) -> IntArray:
    other = size.copy()
    for j, k in changes:
        other[j] = k
    return other
