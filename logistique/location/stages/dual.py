"""The volume algorithm on the prices of a two-stage question.

Barahona and Anbil, Mathematical Programming 87 (2000): steps along the average of the
subgradients, whose average decisions approach a solution of the linear relaxation. The number
of open places on each level is kept in the inner minimum, integral, so that the bound may
exceed that of the linear relaxation.

What is relaxed on the way from the storages to the sites is said in :mod:`feed_ascent` and
:mod:`link_ascent`. Which of the two bounds more depends on the question: links by client where a
few large storages feed many sites, feeds by site where storages are small or many.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual_kernels import (
    option_values,
    rank_clients,
    taken_arcs,
    thresholds,
)
from logistique.location.stages.link_kernels import through_costs
from logistique.location.stages.prices import (
    Point,
    Prices,
    Relaxation,
    Violation,
    best_options,
    cheapest,
)
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_PATIENCE = 8
_SMALLEST_STEP = 1e-4
_LARGEST_STEP = 2.0
_ROUNDING = 1e-12
"""Rounding error of a bound relative to the prices that are summed."""

_NOTHING = 1e-10
"""Violation of the averages, priced and relative to the bound, that counts as none."""

_UNKNOWN = 0.05
"""Distance to the bound, relative, aimed at while no answer is known."""

_NEWEST = 0.2
"""Largest weight of the newest decisions in the average."""


class Taken(NamedTuple):
    """Arcs in use: their pairs, clients and the part of the client that each carries, (k,)."""

    pair: IntArray
    client: IntArray
    part: FloatArray


class Ascent(ABC):
    """Evaluates and raises the Lagrangian of one question.

    Parameters
    ----------
    stages : Stages
        The question; restrictions are given at each call.
    """

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        size = stages.arcs.client.size
        self._order = np.arange(size, dtype=np.int32)
        self._count = np.zeros(stages.n_pairs, dtype=np.int64)
        self._reach = np.zeros(stages.n_pairs)
        self._through = np.empty(size)
        self._arc, self._part = np.empty(size, dtype=np.int64), np.empty(size)
        self.mean = float(stages.demand.mean()) if stages.demand.any() else 1.0
        # Prices per unit move by comparable amounts, whatever they are prices of.
        self.weight = np.where(stages.demand > 0, stages.demand, self.mean)

    @abstractmethod
    def units(self, point: Point, storages: Side) -> tuple[FloatArray, FloatArray]:
        """Prices of a unit at each pair, (pairs, k), and of each client, (n, k), from k sources.

        A client takes at each pair the source whose prices add up to least.
        """

    @abstractmethod
    def storage_values(self, point: Point, sites: Side) -> FloatArray:
        """ρ of the storages, (s,)."""

    @abstractmethod
    def magnitude(self, point: Point) -> float:
        """Sum of the prices besides those of the clients, times what they are paid for."""

    @abstractmethod
    def start(self, u: FloatArray, unit: FloatArray, rate: float) -> Point:
        """First point.

        Parameters
        ----------
        u : (n,) float
            Price of serving each client.
        unit : (pairs,) float
            Least price of feeding a unit, with its part of opening storages.
        rate : float
            That part.
        """

    @abstractmethod
    def violation(
        self,
        point: Point,
        units: tuple[FloatArray, FloatArray],
        taken: Taken,
        opened: IntArray,
        sites: Side,
    ) -> Violation:
        """Say what decisions break."""  # fmt: skip

    @abstractmethod
    def length(self, point: Point, average: Violation) -> float:
        """Square of the direction of a step."""

    @abstractmethod
    def stepped(self, point: Point, average: Violation, size: float) -> Point:
        """Prices after a step along the averages."""

    @abstractmethod
    def turn(
        self, point: Point, average: Violation, violation: Violation, most: float
    ) -> tuple[float, float]:
        """Turn the averages towards new violations.

        Returns
        -------
        float, float
            Weight of the new ones, which makes the averages shortest, and their product with the
            direction of the step.
        """

    def evaluate(
        self, point: Point, sites: Side, storages: Side
    ) -> tuple[Prices, Violation, IntArray, IntArray]:
        """Prices with their bound, what the decisions break, the chosen options and storages."""
        stages, arcs = self.stages, self.stages.arcs
        units = self.units(point, storages)
        self._rank(point, units, sites)
        rho = np.empty(stages.option_cost.size)
        option_values(
            arcs.start, arcs.client, self._through, stages.demand, point.u, self._order,
            self._count, stages.option_site, stages.option_cost, stages.option_capacity, rho,
        )  # fmt: skip
        prices = Prices(point, -np.inf, rho, self.storage_values(point, sites))
        chosen, opened = self._chosen(prices, sites, storages)
        violation = self.violation(point, units, self._taken(chosen), opened, sites)
        return self._bounded(prices, chosen, opened), violation, chosen, opened

    def _rank(self, point: Point, units: tuple[FloatArray, FloatArray], sites: Side) -> None:
        """Rank the arcs of each open pair that pay, as many as fill its largest size."""
        stages, arcs = self.stages, self.stages.arcs
        open_pair = np.repeat(~sites.forbidden, stages.n_products)
        cost, unit = arcs.cost, np.zeros(stages.n_pairs)
        if units[0].shape[1] == 1 and np.isfinite(units[0]).all() and not units[1].any():
            unit = units[0][:, 0]
        elif stages.n_storages:
            cost = self._through
            through_costs(
                arcs.start, arcs.client, arcs.cost, stages.demand, point.u, *units, open_pair,
                cost,
            )  # fmt: skip
        rank_clients(
            arcs.start, arcs.client, cost, unit, stages.demand, point.u, open_pair,
            stages.largest.ravel(), self._reach, self._order, self._count, self._through,
        )  # fmt: skip

    def _chosen(self, prices: Prices, sites: Side, storages: Side) -> tuple[IntArray, IntArray]:
        """Options and storages of the inner minimum."""
        best = best_options(self.stages, prices.option_value)
        value = np.where(best >= 0, prices.option_value[best], np.inf)
        return best[cheapest(value, sites)], cheapest(prices.storage_value, storages)

    def in_use(self, chosen: IntArray) -> tuple[IntArray, FloatArray]:
        """Arcs, and parts of their clients, that the chosen options serve, as ranked last."""
        stages, arcs = self.stages, self.stages.arcs
        found = taken_arcs(
            arcs.start, arcs.client, stages.demand, self._order, self._count,
            stages.option_site, stages.option_capacity, chosen, self._arc, self._part,
        )  # fmt: skip
        return self._arc[:found], self._part[:found]

    def _taken(self, chosen: IntArray) -> Taken:
        """List what the chosen options serve."""
        arcs = self.stages.arcs
        arc, part = self.in_use(chosen)
        return Taken(arcs.pair[arc], arcs.client[arc].astype(np.int64), part)

    def _bounded(self, prices: Prices, chosen: IntArray, opened: IntArray) -> Prices:
        """Prices with their bound."""
        u = prices.point.u
        parts = prices.option_value[chosen].sum() + prices.storage_value[opened].sum()
        parts += self.stages.fixed
        # Huge prices cancel in these sums; what rounding may have added does not count.
        lost = _ROUNDING * (np.abs(u).sum() + self.magnitude(prices.point))
        return dataclasses.replace(prices, bound=float(u.sum() + parts - lost))

    def totalled(self, prices: Prices, sites: Side, storages: Side) -> Prices:
        """Prices with the bound of their values."""
        return self._bounded(prices, *self._chosen(prices, sites, storages))

    def capacity_prices(self, prices: Prices) -> FloatArray:
        """Price τ ≤ 0 of a unit in the knapsack of each site's largest size, (pairs,)."""
        stages, arcs = self.stages, self.stages.arcs
        tau = np.empty(stages.n_pairs)
        self._rank(prices.point, self.units(prices.point, stages.storages), stages.sites)
        thresholds(
            arcs.start, arcs.client, self._through, stages.demand, prices.point.u,
            self._order, self._count, stages.largest.ravel(), tau,
        )  # fmt: skip
        return np.where(np.repeat(stages.sites.forbidden, stages.n_products), 0.0, tau)

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
        """Raise the bound by volume steps aimed at ``upper``.

        Parameters
        ----------
        start : Point
            First prices.
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
            Goes on from its averages, with the same restrictions.
        clients_only : bool
            Whether other prices may stay, where that makes steps much quicker.
        """
        return self.climbed(
            start, upper, iterations, watch,
            self.stages.sites if sites is None else sites,
            self.stages.storages if storages is None else storages,
            step=step, before=before,
        )  # fmt: skip

    def climbed(
        self,
        start: Point,
        upper: float,
        iterations: int,
        watch: Watch,
        sites: Side,
        storages: Side,
        *,
        step: float,
        before: Relaxation | None,
    ) -> Relaxation:
        """Take the steps of the volume algorithm."""
        stages = self.stages
        first = start.with_clients(np.minimum(start.u, stages.unserved))
        best, average, chosen, opened = self.evaluate(first, sites, storages)
        option = indicator(chosen, stages.option_cost.size)
        storage = indicator(opened, stages.n_storages)
        if before is not None and before.violation is not None:
            step = max(before.step, _SMALLEST_STEP * 10)
            average = before.violation.copy()
            option, storage = before.option.copy(), before.storage.copy()
        stalled, newest = 0, _NEWEST
        for turn in range(iterations):
            if watch.over or best.bound >= upper:
                break
            length = self.length(best.point, average)
            if length <= _NOTHING * max(abs(best.bound), _NOTHING):
                break
            aim = upper if np.isfinite(upper) else best.bound + _UNKNOWN * abs(best.bound) + 1.0
            size = step * max(aim - best.bound, 1e-9 * abs(aim)) / length
            tried = self.stepped(best.point, average, size)
            found, violation, chosen, opened = self.evaluate(tried, sites, storages)
            share, uphill = self.turn(best.point, average, violation, newest)
            option += share * (indicator(chosen, option.size) - option)
            storage += share * (indicator(opened, storage.size) - storage)
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
        return Relaxation(best, option, storage, step, average)


def product(first: FloatArray, second: FloatArray) -> float:
    """Scalar product without the threads of BLAS, which cost more than they bring here."""
    return float((first * second).sum())


def indicator(chosen: IntArray, size: int) -> FloatArray:
    """1 where chosen, else 0."""
    mark = np.zeros(size)
    mark[chosen] = 1.0
    return mark
