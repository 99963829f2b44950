"""Sites and consumers at linear prices, where some sites are settled already."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.subset_kernels import every_set
from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.core import Core
from logistique.location.distances import DenseDistances
from logistique.location.lagrangian import ascend, first_multipliers, ruled_out
from logistique.location.near import near_lists
from logistique.location.swap import improved, rounded
from logistique.location.uncapacitated import covering_start
from logistique.location.watch import Watch
from logistique.solvers.median_form import Uncapacitated

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ASCENT = 200
"""Steps on the multipliers; those of the last prices are a good start."""


FEW = 12
"""Sites of which every set is looked at: multipliers bound near ties badly."""


@dataclass(frozen=True, eq=False)
class Settled:
    """What is decided about sites, and pairs that are barred.

    Parameters
    ----------
    opened, shut : (k,) bool
        Sites that every plan opens, and that none does.
    barred : (n, k) bool
        Pairs that no plan uses.
    """

    opened: BoolArray
    shut: BoolArray
    barred: BoolArray


@dataclass(frozen=True, eq=False)
class Located:
    """A plan and a bound at linear prices.

    Parameters
    ----------
    bound : float
        No plan that keeps to what is settled costs less, EUR per day.
    hubs : (h,) int
        Open sites of the plan.
    chosen : (n,) int
        Site of each consumer.
    worth : (n,) float
        Multipliers of the consumers, EUR per day: sites that serve one for less want it.
    opened, shut : (k,) bool
        Sites that no plan below the limit closes, and that none opens.
    """

    bound: float
    hubs: IntArray
    chosen: IntArray
    worth: FloatArray
    opened: BoolArray
    shut: BoolArray


def located(
    seen: Uncapacitated,
    settled: Settled,
    service: FloatArray,
    opening: FloatArray,
    worth: FloatArray | None,
    limit: float,
    watch: Watch,
) -> Located | None:
    """Solve a location problem at prices; None where no plan keeps to what is settled.

    Parameters
    ----------
    seen : Uncapacitated
        Rules.
    settled : Settled
    service : (n, k) float
        Prices of pairs, EUR per day.
    opening : (k,) float
        Prices of sites, EUR per day.
    worth : (n,) float or None
        Multipliers to begin with.
    limit : float
        Cost from which plans are of no interest, EUR per day.
    watch : Watch
    """
    sites = seen.sites[~settled.shut[seen.sites]]
    cost = np.where(settled.barred, np.inf, service)
    core = Core(
        lists=near_lists(DenseDistances(cost), sites, sites.size),
        weight=np.ones(len(cost)),
        opening=opening[sites],
        fixed_open=settled.opened[sites],
        lowest=max(seen.lowest, 1),
        highest=seen.highest,
        integral=False,
    )
    if not np.isfinite(cost[:, sites]).any(axis=1).all() or not _countable(core):
        return None
    try:
        first = _first_plan(core, watch)
    except InfeasibleError:
        return None
    start = first_multipliers(core, first[1]) if worth is None else worth
    found = ascend(core, start, first[0], _ASCENT, watch)
    rng = np.random.default_rng(watch.limits.seed)
    _, is_open = min(first, rounded(core, found.average, rng), key=lambda plan: plan[0])
    opened, shut = ruled_out(core, found, limit - seen.offset)
    if int((~core.fixed_open).sum()) <= FEW:
        return _enumerated(seen, sites, core, cost, limit, found.u)
    hubs, every = sites[is_open], np.arange(opening.size)
    return Located(
        bound=found.bound + seen.offset,
        hubs=hubs,
        chosen=hubs[np.argmin(cost[:, hubs], axis=1)],
        worth=found.u,
        opened=np.isin(every, sites[opened | core.fixed_open]),
        shut=np.isin(every, sites[shut]),
    )


def _enumerated(
    seen: Uncapacitated,
    sites: IntArray,
    core: Core,
    cost: FloatArray,
    limit: float,
    worth: FloatArray,
) -> Located | None:
    """Look at every set of the sites that are not settled."""
    free, fixed = np.flatnonzero(~core.fixed_open), np.flatnonzero(core.fixed_open)
    anyway = seen.offset + float(core.opening[fixed].sum())
    value, bits, inside, outside = every_set(
        cost[:, sites[fixed]].min(axis=1, initial=np.inf),
        np.ascontiguousarray(cost[:, sites[free]].T),
        core.opening[free],
        core.lowest - fixed.size,
        core.highest - fixed.size,
    )
    if not np.isfinite(value):
        return None
    chosen = (bits >> np.arange(free.size)) & 1 == 1
    hubs = np.sort(np.concatenate([sites[fixed], sites[free[chosen]]]))
    # A set that costs the limit but for rounding is kept.
    beyond = limit - anyway + core.tolerance(limit)
    every = np.arange(cost.shape[1])
    return Located(
        bound=value + anyway,
        hubs=hubs,
        chosen=hubs[np.argmin(cost[:, hubs], axis=1)],
        worth=worth,
        opened=np.isin(every, sites[np.append(fixed, free[outside > beyond])]),
        shut=np.isin(every, sites[free[inside > beyond]]),
    )


def _countable(core: Core) -> bool:
    return core.m >= core.lowest and int(core.fixed_open.sum()) <= core.highest


def _first_plan(core: Core, watch: Watch) -> tuple[float, BoolArray]:
    """Find a plan that swaps do not improve."""
    rng = np.random.default_rng(watch.limits.seed)
    value, is_open = improved(core, core.fixed_open.copy(), rng)
    if np.isfinite(value):
        return value, is_open
    cover = covering_start(core, watch)
    value, is_open = improved(core, core.fixed_open if cover is None else cover, rng)
    if np.isfinite(value):
        return value, is_open
    raise NoSolutionError("no set of sites that serves everybody was found in time")
