"""Lagrangian relaxation of the demand rows of a capacitated question, raised by the volume method.

    L(u) = Σ_i u_i + min { Σ_jk v_jk(u) y_jk : rules on sites, Σ_jk u_jk y_jk ≥ Σ_i d_i }

where v_jk(u) is the value of a continuous knapsack, see
:mod:`~logistique.location.knapsack_kernels`. L(u) is a lower bound for every u, for single sources
too; its largest value is that of the linear relaxation with ``x_ij ≤ y_j``, or better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.knapsack_kernels import choose_sizes, knapsack_shares, site_knapsacks
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SiteArcs:
    """Possible pairs listed by site.

    Parameters
    ----------
    start : (m + 1,) int
        Site j owns arcs ``start[j]`` … ``start[j + 1] − 1``.
    customer : (e,) int32
        Customers of the arcs, rising within a site.
    cost : (e,) float
        Costs of serving the whole of them.

    Notes
    -----
    Memory: 12 bytes per arc.
    """

    start: IntArray
    customer: Int32Array
    cost: FloatArray

    @cached_property
    def site(self) -> Int32Array:
        """Site of each arc, (e,)."""
        counts = np.diff(self.start)
        return np.repeat(np.arange(counts.size, dtype=np.int32), counts)


def site_arcs(cost: FloatArray) -> SiteArcs:
    """List the finite entries of a cost matrix (n, m) by site."""
    by_site = np.ascontiguousarray(cost.T)
    possible = np.isfinite(by_site)
    start = np.concatenate([[0], np.cumsum(possible.sum(axis=1))]).astype(np.int64)
    customer = np.nonzero(possible)[1].astype(np.int32)
    return SiteArcs(start, customer, by_site[possible])


def near_arcs(
    cost: FloatArray, u: FloatArray, *, reach: float, least: int
) -> tuple[SiteArcs, FloatArray]:
    """List the arcs that multipliers near u can make pay, and the ceiling that keeps them near.

    With multipliers at or below the ceiling no other arc pays, so without floors bounds are those
    over all arcs.

    Parameters
    ----------
    cost : (n, m) float
        Costs of all arcs.
    u : (n,) float
        Multipliers.
    reach : float
        How far the ceiling is above u, relative to how far u is above the cheapest arc.
    least : int
        Number of arcs of each customer that are below the ceiling at least.

    Returns
    -------
    SiteArcs, (n,) float
        ``inf`` ceilings where all arcs of a customer are listed.
    """
    if least >= cost.shape[1]:
        return site_arcs(cost), np.full(u.size, np.inf)
    ceiling = u + reach * np.maximum(u - cost.min(axis=1), 0.0)
    ceiling = np.maximum(ceiling, np.partition(cost, least, axis=1)[:, least])
    kept = np.where(cost < ceiling[:, None], cost, np.inf)
    whole = np.isfinite(kept).sum(axis=1) == np.isfinite(cost).sum(axis=1)
    return site_arcs(kept), np.where(whole, np.inf, ceiling)


@dataclass(frozen=True, eq=False)
class SiteBounds:
    """What is decided about the sites at some place of a search.

    Parameters
    ----------
    opening : (m, k) float
        Costs of the sizes that are left; ``inf``: not to be had.
    fixed_open : (m,) bool
        Sites that must be open.
    lowest, highest : int
        Bounds on the number of open sites, fixed ones counted.
    """

    opening: FloatArray
    fixed_open: BoolArray
    lowest: int
    highest: int


def root_bounds(core: CapacitatedCore) -> SiteBounds:
    """Nothing decided beyond the question itself."""
    return SiteBounds(core.opening, core.fixed_open, core.lowest, core.highest)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The Lagrangian at some multipliers.

    Parameters
    ----------
    u : (n,) float
        Multipliers.
    bound : float
        L(u); ``inf`` if the rules on the sites allow no choice.
    value, price : (m, k) float
        Values of the sizes, and what a unit of capacity is worth at each.
    worth : (m, k) float
        Values less what the row on all capacity pays for their capacities.
    chosen : (m,) int
        Sizes that attain the bound; −1: closed.
    """

    u: FloatArray
    bound: float
    value: FloatArray
    price: FloatArray
    worth: FloatArray
    chosen: IntArray


def evaluate(
    core: CapacitatedCore, arcs: SiteArcs, bounds: SiteBounds, u: FloatArray
) -> Evaluation:
    """Evaluate L(u) over all arcs given."""
    shape = core.opening.shape
    value, price = np.empty(shape), np.empty(shape)
    site_knapsacks(
        arcs.start, arcs.customer, arcs.cost, core.demand, u,
        bounds.opening, core.capacity, core.floor, value, price,
    )  # fmt: skip
    chosen, scratch = np.empty(core.m, dtype=np.int64), np.empty(core.m)
    total = core.total_demand * (1.0 - 1e-12)
    best, multiplier = choose_sizes(
        value,
        core.capacity,
        bounds.fixed_open,
        bounds.lowest,
        bounds.highest,
        total,
        chosen,
        scratch,
    )
    worth = value - multiplier * core.capacity
    return Evaluation(u, float(u.sum() + best), value, price, worth, chosen)


def ruled_out(bounds: SiteBounds, at: Evaluation, cutoff: float) -> tuple[BoolArray, BoolArray]:
    """Sizes that no answer below ``cutoff`` takes, and sites that every such answer opens.

    Returns
    -------
    (m, k) bool, (m,) bool
        From what the bound becomes when one decision is changed, the multipliers kept.
    """
    room = cutoff - at.bound + 1e-9 * abs(cutoff)
    sites = np.arange(at.chosen.size)
    open_now = at.chosen >= 0
    best = np.where(open_now, at.worth[sites, at.chosen], at.worth.min(axis=1))
    count = int(open_now.sum())
    movable = open_now & ~bounds.fixed_open
    worst = float(best[movable].max(initial=-np.inf))
    best_next = float(best[~open_now].min(initial=np.inf))
    replaced = worst if count >= bounds.highest else max(worst, 0.0)
    refill = best_next if count <= bounds.lowest else min(0.0, best_next)
    lost = at.worth - np.where(open_now, best, replaced)[:, None]
    return lost > room, movable & (refill - np.where(movable, best, 0.0) > room)


@dataclass(frozen=True, eq=False)
class Raised:
    """Outcome of an ascent.

    Parameters
    ----------
    best : Evaluation
        Multipliers of the best bound.
    size_share : (m, k) float
        Mean of the choices along the ascent, an estimate of the relaxation's solution.
    arc_share : (e,) float
        The same of the arcs.
    """

    best: Evaluation
    size_share: FloatArray
    arc_share: FloatArray


def first_multipliers(core: CapacitatedCore) -> FloatArray:
    """Cheapest cost of each customer with a share of the cost of a site by capacity, (n,)."""
    nearest = core.cost.min(axis=1)
    offered = np.isfinite(core.opening) & (core.capacity > 0.0)
    if not offered.any():
        return np.asarray(nearest)
    rate = float(np.min(core.opening[offered] / core.capacity[offered]))
    return np.asarray(nearest + max(rate, 0.0) * core.demand, dtype=float)


def ascend(
    core: CapacitatedCore,
    arcs: SiteArcs,
    bounds: SiteBounds,
    start: FloatArray,
    upper: float,
    iterations: int,
    watch: Watch,
    ceiling: FloatArray | None = None,
) -> Raised:
    """Raise the bound by the volume method of Barahona and Anbil (Math. Prog. 87, 2000).

    Parameters
    ----------
    core, arcs, bounds
        The question, its arcs, and what is decided.
    start : (n,) float
        First multipliers.
    upper : float
        Cost of a known answer, ``inf`` if none.
    iterations : int
        Largest number of steps.
    watch : Watch
        Ends the ascent when time is up.
    ceiling : (n,) float, optional
        Largest multipliers, where arcs that cost as much are not listed.
    """
    most = np.full(core.n, np.inf) if ceiling is None else ceiling
    best = evaluate(core, arcs, bounds, np.minimum(start, most))
    share = np.empty(arcs.customer.size)
    served = _served(core, arcs, best, share)
    sizes = _indicator(best.chosen, core.n_sizes)
    mean_sizes, mean_arcs, mean_served = sizes, share.copy(), served
    step, heaviest, stalled, checked = 1.0, 0.1, 0, best.bound
    for turn in range(iterations):
        target = upper if np.isfinite(upper) else best.bound + 0.05 * abs(best.bound) + 1e-6
        short = 1.0 - mean_served
        norm = float(short @ short)
        if watch.over or not np.isfinite(best.bound) or best.bound >= upper or norm < 1e-18:
            break
        aim = max(target - best.bound, 1e-7 * abs(target))
        moved = np.minimum(best.u + step * aim / norm * short, most)
        tried = evaluate(core, arcs, bounds, moved)
        if not np.isfinite(tried.bound):
            return Raised(tried, mean_sizes, mean_arcs)
        served = _served(core, arcs, tried, share)
        weight = _weight(short, 1.0 - served, heaviest)
        mean_served = weight * served + (1.0 - weight) * mean_served
        mean_arcs += weight * (share - mean_arcs)
        mean_sizes = weight * _indicator(tried.chosen, core.n_sizes) + (1 - weight) * mean_sizes
        if tried.bound > best.bound:
            step = min(2.0, step * (1.1 if float(short @ (1.0 - served)) >= 0.0 else 1.0))
            best, stalled = tried, 0
        else:
            stalled += 1
            if stalled % 20 == 0:
                step = max(step * 0.66, 1e-4)
        if turn % 100 == 99:
            if best.bound - checked < 0.01 * abs(upper - best.bound):
                heaviest = max(heaviest * 0.5, 1e-5)
            checked = best.bound
    return Raised(best, mean_sizes, mean_arcs)


def _served(core: CapacitatedCore, arcs: SiteArcs, at: Evaluation, share: FloatArray) -> FloatArray:
    """Fill the arcs' shares at an evaluation; how often each customer is served, (n,)."""
    share[:] = 0.0
    knapsack_shares(
        arcs.start, arcs.customer, arcs.cost, core.demand, at.u,
        core.capacity, core.floor, at.price, at.chosen, share,
    )  # fmt: skip
    return np.bincount(arcs.customer, weights=share, minlength=core.n).astype(float)


def _indicator(chosen: IntArray, n_sizes: int) -> FloatArray:
    """Turn sizes, −1: closed, into rows of zeros and at most one 1."""
    return np.asarray(chosen[:, None] == np.arange(n_sizes), dtype=float)


def _weight(old: FloatArray, new: FloatArray, heaviest: float) -> float:
    """Weight of the new direction that makes the mean shortest, within bounds."""
    difference = new - old
    length = float(difference @ difference)
    wanted = -float(old @ difference) / length if length > 0.0 else heaviest
    return min(max(wanted, 0.1 * heaviest), heaviest)
