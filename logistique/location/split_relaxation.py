"""Linear relaxation of a capacitated question with split customers, by columns and links.

The Lagrangian at the multipliers of the restricted model is a bound over all arcs, whatever the
model still lacks; when it reaches the value of the model the relaxation is solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.capacity_relaxation import (
    Evaluation,
    SiteArcs,
    SiteBounds,
    evaluate,
)
from logistique.location.lp import LpStatus
from logistique.location.split_master import SplitMaster
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_NEAR = 4
"""Cheapest sites of each customer that are there from the start."""

_VIOLATION = 1e-6
_SETTLED = 1e-7
"""Distance of bound and model, relative, at which the relaxation is solved."""

_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Outcome of the linear relaxation.

    Parameters
    ----------
    best : Evaluation
        Multipliers of the best bound.
    share : (m, k) float
        Fractional sizes of the last model.
    """

    best: Evaluation
    share: FloatArray


def capacity_prices(core: CapacitatedCore, at: Evaluation) -> FloatArray:
    """Price of a unit of capacity of each site at its best size, (m,)."""
    sites = np.arange(core.m)
    size = np.where(np.isfinite(at.worth), at.worth, np.inf).argmin(axis=1)
    return np.asarray(at.price[sites, size])


def arc_costs(core: CapacitatedCore, arcs: SiteArcs, at: Evaluation) -> FloatArray:
    """Reduced cost ``c_ij − u_i + d_i α_j`` of every arc, (e,)."""
    price = capacity_prices(core, at)
    customer = arcs.customer
    return np.asarray(arcs.cost - at.u[customer] + core.demand[customer] * price[arcs.site])


def linear_relaxation(
    core: CapacitatedCore,
    arcs: SiteArcs,
    bounds: SiteBounds,
    start: Evaluation,
    upper: float,
    watch: Watch,
) -> Relaxed:
    """Solve the linear relaxation from multipliers that are nearly best.

    Parameters
    ----------
    core, arcs, bounds
        The question, its arcs, and what is decided.
    start : Evaluation
        Multipliers to start from.
    upper : float
        Cost at which a bound is of no further use.
    watch : Watch
        Ends the rounds when time is up.
    """
    master = _first_model(core, arcs, start, upper, watch)
    best, share = start, np.zeros(core.opening.shape)
    for _ in range(_ROUNDS):
        answer = master.solve()
        if answer.status is not LpStatus.OPTIMAL:
            break
        assert answer.values is not None
        assert answer.row_dual is not None
        share = master.site_shares(answer.values)
        u = answer.row_dual[: core.n]
        far = evaluate(core, arcs, bounds, u)
        near = evaluate(core, arcs, bounds, 0.5 * (u + best.u))
        best = max(best, far, near, key=lambda at: at.bound)
        links = _violated(master, answer.values)
        settled = answer.objective - best.bound <= _SETTLED * abs(best.bound)
        if best.bound >= upper or (settled and links.size == 0):
            break
        added = _priced(core, arcs, near, master, share) | _priced(core, arcs, far, master, share)
        if not added.any() and links.size == 0:
            break
        master.add_arcs(arcs.customer[added].astype(np.int64), arcs.site[added].astype(np.int64))
        master.add_links(links)
    return Relaxed(best, share)


def _first_model(
    core: CapacitatedCore, arcs: SiteArcs, at: Evaluation, upper: float, watch: Watch
) -> SplitMaster:
    """Model with the arcs that pay at these multipliers, their links, and each one's cheapest."""
    finite = np.where(np.isfinite(core.cost), core.cost, 0.0)
    penalty = 2.0 * (finite.max(axis=1) + np.abs(at.u)) + 1.0
    master = SplitMaster(core, penalty, watch)
    reduced = arc_costs(core, arcs, at)
    near = np.argpartition(core.cost, min(_NEAR, core.m) - 1, axis=1)[:, :_NEAR]
    taken = np.zeros((core.n, core.m), dtype=bool)
    taken[np.arange(core.n)[:, None], near] = True
    useful = at.worth.min(axis=1)[arcs.site] <= max(upper - at.bound, 0.0)
    pays = np.zeros((core.n, core.m), dtype=bool)
    chosen = useful & (reduced < 0.0)
    pays[arcs.customer[chosen], arcs.site[chosen]] = True
    taken |= pays
    master.add_arcs(*np.nonzero(taken & np.isfinite(core.cost)))
    master.add_links(np.flatnonzero(pays[master.customer, master.site]))
    return master


def _violated(master: SplitMaster, values: FloatArray) -> IntArray:
    """Arcs whose links are missing and violated."""
    opened = master.site_shares(values).sum(axis=1)
    x = master.arc_values(values)
    return np.flatnonzero((x > opened[master.site] + _VIOLATION) & ~master.linked)


def _priced(
    core: CapacitatedCore, arcs: SiteArcs, at: Evaluation, master: SplitMaster, share: FloatArray
) -> BoolArray:
    """Arcs that are missing and wanted by the knapsack of a site that is or may be open."""
    reduced = arc_costs(core, arcs, at)
    slack = 1e-9 * max(1.0, float(np.abs(at.u).max(initial=0.0)))
    alive = (at.worth.min(axis=1) <= slack) | (share.sum(axis=1) > 1e-9)
    wanted = alive[arcs.site] & (reduced <= slack)
    return np.asarray(wanted & ~master.present[arcs.customer, arcs.site])
