"""The volume algorithm on the prices of clients and of what sites receive.

Barahona and Anbil, Mathematical Programming 87 (2000): steps along the average of the
subgradients, whose average decisions approach a solution of the linear relaxation. The number
of open places on each level is kept in the inner minimum, integral, so that the bound may
exceed that of the linear relaxation.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual_kernels import (
    fill_options,
    option_values,
    rank_clients,
    storage_values,
    thresholds,
)
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_PATIENCE = 20
_SMALLEST_STEP = 1e-4
_LARGEST_STEP = 2.0
_ROUNDING = 1e-12
"""Rounding error of a bound relative to the prices that are summed."""

_NOTHING = 1e-10
"""Violation of the averages, priced and relative to the bound, that counts as none."""

_UNKNOWN = 0.05
"""Distance to the bound, relative, aimed at while no answer is known."""

_NEWEST = 0.1
"""Largest weight of the newest decisions in the average."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices and the bound they prove.

    Parameters
    ----------
    u : (n,) float
        Price of serving each client.
    beta : (pairs,) float
        Price of a unit at each pair (site, product).
    bound : float
        Lower bound on the cost of every answer within the restrictions it was evaluated for.
    option_value, storage_value : (o,), (s,) float
        ρ of each option and storage.
    """

    u: FloatArray
    beta: FloatArray
    bound: float
    option_value: FloatArray
    storage_value: FloatArray


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Best prices and the averages of the decisions along the way.

    Parameters
    ----------
    prices : Prices
        Best found.
    option, storage : (o,), (s,) float
        Average decisions, an estimate of the linear relaxation's.
    short, lacking : (n,), (pairs,) float
        Average violations: how much of a client is not served, what a pair sends beyond what it
        receives.
    step : float
        Last step as a share of the Polyak step.
    """

    prices: Prices
    option: FloatArray
    storage: FloatArray
    short: FloatArray
    lacking: FloatArray
    step: float


def cheapest(value: FloatArray, side: Side) -> IntArray:
    """Places of least total value that the side allows, ascending."""
    free = np.flatnonzero(~side.required & ~side.forbidden)
    fixed = np.flatnonzero(side.required)
    least, most = side.lowest - fixed.size, max(side.highest - fixed.size, 0)
    order = free[np.argsort(value[free], kind="stable")][:most]
    taken = order[(np.arange(order.size) < least) | (value[order] < 0)]
    return np.sort(np.concatenate([fixed, taken]))


def excluded(
    prices: Prices, stages: Stages, sites: Side, storages: Side, room: float
) -> tuple[Side, Side]:
    """Forbid every place that no answer within ``room`` of the bound of the prices has open.

    Opening a place that the inner minimum leaves closed costs at least its value ρ, less the
    largest ρ > 0 of the places chosen, which it may replace where their number is bounded from
    below.
    """
    best = best_options(stages, prices.option_value)
    site_value = np.where(best >= 0, prices.option_value[best], np.inf)
    sides = []
    for side, value in ((sites, site_value), (storages, prices.storage_value)):
        chosen = cheapest(value, side)
        replaced = max(float(value[chosen].max(initial=0.0)), 0.0)
        out = value - replaced > room
        out[chosen] = False
        sides.append(dataclasses.replace(side, forbidden=side.forbidden | (out & ~side.required)))
    return sides[0], sides[1]


class Ascent:
    """Evaluates and raises the Lagrangian of one question.

    Parameters
    ----------
    stages : Stages
        The question; restrictions are given at each call.
    """

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        arcs = stages.arcs
        self._order = np.arange(arcs.client.size, dtype=np.int32)
        self._count = np.zeros(stages.n_pairs, dtype=np.int64)
        mean = float(stages.demand.mean()) if stages.demand.any() else 1.0
        # Prices per unit of clients and of pairs move by comparable amounts.
        self._client_scale = np.where(stages.demand > 0, stages.demand, mean)
        self._pair_scale = np.maximum(stages.largest.ravel(), mean)

    def evaluate(
        self, u: FloatArray, beta: FloatArray, sites: Side, storages: Side
    ) -> tuple[Prices, IntArray, IntArray, BoolArray]:
        """Prices with their bound, the chosen options and storages, and the open pairs."""
        stages, arcs = self.stages, self.stages.arcs
        rho, rho_storage = np.empty(stages.option_cost.size), np.empty(stages.n_storages)
        open_pair = np.repeat(~sites.forbidden, stages.n_products)
        rank_clients(
            arcs.start, arcs.client, arcs.cost, stages.demand, u, beta, open_pair,
            self._order, self._count,
        )  # fmt: skip
        option_values(
            arcs.start, arcs.client, arcs.cost, stages.demand, u, beta, self._order, self._count,
            stages.option_site, stages.option_cost, stages.option_capacity, rho,
        )  # fmt: skip
        nothing = np.zeros(0)
        storage_values(
            stages.feed, stages.most, stages.storage_cost, stages.storage_capacity, beta,
            open_pair, rho_storage, np.zeros(0, dtype=np.bool_), nothing, fill=False,
        )  # fmt: skip
        prices = Prices(u, beta, -np.inf, rho, rho_storage)
        chosen, opened = self._chosen(prices, sites, storages)
        return self._bounded(prices, chosen, opened), chosen, opened, open_pair

    def _chosen(self, prices: Prices, sites: Side, storages: Side) -> tuple[IntArray, IntArray]:
        """Options and storages of the inner minimum."""
        best = best_options(self.stages, prices.option_value)
        value = np.where(best >= 0, prices.option_value[best], np.inf)
        return best[cheapest(value, sites)], cheapest(prices.storage_value, storages)

    def _bounded(self, prices: Prices, chosen: IntArray, opened: IntArray) -> Prices:
        """Prices with their bound."""
        u, beta = prices.u, prices.beta
        parts = prices.option_value[chosen].sum() + prices.storage_value[opened].sum()
        # Huge prices cancel in these sums; what rounding may have added does not count.
        lost = _ROUNDING * (np.abs(u).sum() + np.abs(beta) @ self.stages.largest.ravel())
        return dataclasses.replace(prices, bound=float(u.sum() + parts - lost))

    def totalled(self, prices: Prices, sites: Side, storages: Side) -> Prices:
        """Prices with the bound of their values."""
        return self._bounded(prices, *self._chosen(prices, sites, storages))

    def capacity_prices(self, prices: Prices) -> FloatArray:
        """Price τ ≤ 0 of a unit in the knapsack of each site's largest size, (pairs,)."""
        stages, arcs = self.stages, self.stages.arcs
        tau = np.empty(stages.n_pairs)
        everywhere = np.repeat(~stages.sites.forbidden, stages.n_products)
        rank_clients(
            arcs.start, arcs.client, arcs.cost, stages.demand, prices.u, prices.beta, everywhere,
            self._order, self._count,
        )  # fmt: skip
        thresholds(
            arcs.start, arcs.client, arcs.cost, stages.demand, prices.u, prices.beta,
            self._order, self._count, stages.largest.ravel(), tau,
        )  # fmt: skip
        return tau

    def decisions(
        self, chosen: IntArray, opened: IntArray, beta: FloatArray, open_pair: BoolArray
    ) -> tuple[FloatArray, FloatArray]:
        """Say what is missing at each client, and what each pair sends beyond its feeds."""
        stages, arcs = self.stages, self.stages.arcs
        served, load = np.zeros(stages.n), np.zeros(stages.n_pairs)
        arriving = np.zeros(stages.n_pairs)
        fill_options(
            arcs.start, arcs.client, stages.demand, self._order, self._count,
            stages.option_site, stages.option_capacity, chosen, served, load,
        )  # fmt: skip
        mask = np.zeros(stages.n_storages, dtype=bool)
        mask[opened] = True
        storage_values(
            stages.feed, stages.most, stages.storage_cost, stages.storage_capacity, beta,
            open_pair, np.zeros(0), mask, arriving, fill=True,
        )  # fmt: skip
        return 1.0 - served, load - arriving

    def raise_bound(
        self,
        start: tuple[FloatArray, FloatArray],
        upper: float,
        iterations: int,
        watch: Watch,
        sites: Side | None = None,
        storages: Side | None = None,
        *,
        step: float = 0.5,
        before: Relaxation | None = None,
    ) -> Relaxation:
        """Raise the bound by volume steps aimed at ``upper``.

        Parameters
        ----------
        start : (n,), (pairs,) float
            First prices u and β.
        upper : float
            Cost of a known answer, or a guess of it.
        iterations : int
            Largest number of steps.
        watch : Watch
            Ends the ascent when time is up.
        sites, storages : Side, optional
            Restrictions; default those of the question.
        step : float
            First step as a share of the Polyak step.
        before : Relaxation, optional
            Goes on from its prices and averages, with the same restrictions.
        """
        stages = self.stages
        sites = stages.sites if sites is None else sites
        storages = stages.storages if storages is None else storages
        two = stages.n_storages > 0
        best, chosen, opened, pairs = self.evaluate(
            np.minimum(start[0], stages.unserved), start[1] * two, sites, storages
        )
        short, lacking = self.decisions(chosen, opened, best.beta, pairs)
        option = _indicator(chosen, stages.option_cost.size)
        storage = _indicator(opened, stages.n_storages)
        if before is not None:
            step = max(before.step, _SMALLEST_STEP * 10)
            short, lacking = before.short.copy(), before.lacking.copy()
            option, storage = before.option.copy(), before.storage.copy()
        stalled, newest = 0, _NEWEST
        for turn in range(iterations):
            if watch.over or best.bound >= upper:
                break
            du = short * self._client_scale
            db = lacking / self._pair_scale * two
            length = _product(short, du) + _product(lacking, db)
            if length <= _NOTHING * max(abs(best.bound), _NOTHING):
                break
            aim = upper if np.isfinite(upper) else best.bound + _UNKNOWN * abs(best.bound) + 1.0
            size = step * max(aim - best.bound, 1e-9 * abs(aim)) / length
            found, chosen, opened, pairs = self.evaluate(
                np.minimum(best.u + size * du, stages.unserved), best.beta + size * db,
                sites, storages,
            )  # fmt: skip
            new_short, new_lacking = self.decisions(chosen, opened, found.beta, pairs)
            weight = self._weight(short, lacking, new_short, new_lacking, newest)
            uphill = _product(new_short, du) + _product(new_lacking, db)
            short += weight * (new_short - short)
            lacking += weight * (new_lacking - lacking)
            option += weight * (_indicator(chosen, option.size) - option)
            storage += weight * (_indicator(opened, storage.size) - storage)
            if found.bound > best.bound:
                best, stalled = found, 0
                if uphill > 0:
                    step = min(step * 1.1, _LARGEST_STEP)
            else:
                stalled += 1
                if stalled >= _PATIENCE:
                    step, stalled = step * 0.66, 0
                    if step < _SMALLEST_STEP:
                        break
            if turn % 100 == 99:
                newest = max(newest * 0.5 if step < 0.05 else newest, 0.005)
        return Relaxation(best, option, storage, short, lacking, step)

    def _weight(
        self,
        short: FloatArray,
        lacking: FloatArray,
        new_short: FloatArray,
        new_lacking: FloatArray,
        most: float,
    ) -> float:
        """Weight of the newest decisions that makes the averaged violation shortest."""
        first, second = new_short - short, new_lacking - lacking
        client, pair = first * self._client_scale, second / self._pair_scale
        length = _product(first, client) + _product(second, pair)
        if length <= 0.0:
            return most
        along = _product(short, client) + _product(lacking, pair)
        return float(np.clip(-along / length, most / 10, most))


def best_options(stages: Stages, rho: FloatArray) -> IntArray:
    """Option of least value of each site, −1 for a site without options, (j,)."""
    order = np.lexsort((rho, stages.option_site))
    site = stages.option_site[order]
    first = np.ones(site.size, dtype=bool)
    first[1:] = site[1:] != site[:-1]
    best = np.full(stages.n_sites, -1, dtype=np.int64)
    best[site[first]] = order[first]
    return best


def _product(first: FloatArray, second: FloatArray) -> float:
    """Scalar product without the threads of BLAS, which cost more than they bring here."""
    return float((first * second).sum())


def _indicator(chosen: IntArray, size: int) -> FloatArray:
    mark = np.zeros(size)
    mark[chosen] = 1.0
    return mark
