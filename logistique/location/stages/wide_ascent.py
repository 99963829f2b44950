"""The ascent on few arcs whose bounds hold for all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances
from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual import Ascent
from logistique.location.stages.link_kernels import least_prices
from logistique.location.stages.prices import Point, Relaxation
from logistique.location.stages.wide import Wide
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LOSS = 5e-5
"""Loss of bound by arcs left out, relative, up to which they stay out."""

_ACTIVE = 0.005
"""Average above which a site takes part in the prices of clients."""

_KEPT = 1.5
"""Time kept for pricing all pairs, in times of the last pricing."""

_ROWS = 2_000


class WideAscent:
    """Ascent of a question with arcs left out; its relaxations carry bounds for all pairs.

    Parameters
    ----------
    wide : Wide
        The question.
    kind : callable
        Makes the Lagrangian of a question.
    pricing : float
        Seconds that pricing all pairs takes, where that is known.
    """

    def __init__(self, wide: Wide, kind: Callable[[Stages], Ascent], pricing: float = 0.0) -> None:
        self.wide = wide
        self.kind = kind
        self.pricing = pricing
        self._inner = kind(wide.stages)

    def raise_bound(
        self,
        start: Point,
        upper: float,
        iterations: int,
        watch: Watch,
        sites: Side | None = None,
        storages: Side | None = None,
        *,
        step: float = 0.5,
        before: Relaxation | None = None,
        clients_only: bool = False,
    ) -> Relaxation:
        """As :meth:`Ascent.raise_bound`; pairs that lower the bound much are listed afterwards.

        Ends early enough to price all pairs; where that is too late, the bound is −inf. The
        first call without a known duration prices in any case.
        """
        stages = self.wide.stages
        sites = stages.sites if sites is None else sites
        storages = stages.storages if storages is None else storages
        found = self._inner.raise_bound(
            start, upper + _LOSS * abs(upper), iterations,
            watch.within(watch.left - _KEPT * self.pricing), sites, storages,
            step=step, before=before, clients_only=clients_only,
        )  # fmt: skip
        if watch.left < self.pricing:
            unknown = dataclasses.replace(found.prices, bound=-np.inf)
            return dataclasses.replace(found, prices=unknown)
        closed = sites.forbidden | stages.sites.forbidden
        begun = watch.elapsed
        units = self._inner.units(found.prices.point, storages)
        prices, pairs = self.wide.everywhere(found.prices, units, closed)
        self.pricing = watch.elapsed - begun
        prices = self._inner.totalled(prices, sites, storages)
        if prices.bound < found.prices.bound - _LOSS * abs(prices.bound) and pairs[0].size:
            self.wide = self.wide.with_arcs(*pairs)
            self._inner = self.kind(self.wide.stages)
        return dataclasses.replace(found, prices=prices)


def prolonged(
    source: Distances,
    demand: FloatArray,
    coarse: Stages,
    relaxation: Relaxation,
    member: IntArray,
    units: tuple[FloatArray, FloatArray],
    thrift: FloatArray,
) -> FloatArray:
    """Prices of single clients from those of their groups, (n,).

    A client ranks the sites by its cost with the price of a unit there, feeding and capacity
    included, and pays that of the site at which the averages of the sites add up to one.

    Parameters
    ----------
    source : Distances
        Costs of all pairs, (n, m).
    demand : (n,) float
        Demand of the clients.
    coarse : Stages
        The question of the groups.
    relaxation : Relaxation
        Of that question.
    member : (n,) int
        Group of each client.
    units : (m, k), (groups, k) float
        Prices of a unit at each site and of each group from k sources.
    thrift : (m,) float
        Price τ ≤ 0 of a unit of each site's room.
    """
    average = np.zeros(coarse.n_sites)
    np.add.at(average, coarse.option_site, relaxation.option)
    active = np.flatnonzero(average > _ACTIVE)
    mass = np.where(coarse.demand > 0, coarse.demand, 1.0)
    u = demand * (relaxation.prices.point.u / mass)[member]
    if active.size == 0:
        return u
    for start in range(0, demand.size, _ROWS):
        stop = min(start + _ROWS, demand.size)
        fed = np.empty((stop - start, active.size))
        least_prices(units[0][active], units[1], member[start:stop], fed)
        path = source.rows(start, stop)[:, active]
        need = demand[start:stop, None]  # whoever needs nothing may go where no feed arrives
        path += need * np.where(need > 0, fed - thrift[active], 0.0)
        order = np.argsort(path, axis=1, kind="stable")
        filled = np.cumsum(average[active][order], axis=1)
        place = np.minimum((filled < 1 - 1e-9).sum(axis=1), active.size - 1)
        rows = np.arange(stop - start)
        value = path[rows, order[rows, place]]
        u[start:stop] = np.where(np.isfinite(value), value, u[start:stop])
    return u
