"""The Lagrangian of the feeds: what leaves a site came from a storage.

Relaxed are "every client is served once" (u_i, money per client) and "what leaves a site came
from a storage" (β_p per unit of flow, p = site × product). A client costs
``through_ij = c_ij + q_i β_j``, and a storage is a continuous knapsack,

    ρ_s = g_s + Σ_l min { Σ_j (e_sjl − β_p) w_j : Σ_j w_j ≤ capacity_sl, 0 ≤ w_j ≤ most_sp }.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual import Ascent, Taken, product
from logistique.location.stages.dual_kernels import storage_values
from logistique.location.stages.prices import Point, Violation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FeedPoint(Point):
    """Prices of clients and of what sites receive.

    Parameters
    ----------
    beta : (pairs,) float
        Price of a unit at each pair (site, product).
    """

    beta: FloatArray

    def of_members(self, u: FloatArray, member: IntArray) -> Self:
        """Point of the members of groups, with their own prices u."""
        return dataclasses.replace(self, u=u)

    def moved(self, base: Point, part: Point, u: FloatArray, member: IntArray) -> Self:
        """Point of members with prices u, moved as from the base to a part of their groups."""
        assert isinstance(base, FeedPoint)
        assert isinstance(part, FeedPoint)
        return dataclasses.replace(self, u=u, beta=self.beta + part.beta - base.beta)

    def guide(self, stages: Stages, storage: FloatArray) -> FloatArray:
        """Return what a unit costs at each pair."""
        return self.beta


@dataclass(frozen=True, eq=False)
class FeedViolation(Violation):
    """What is broken of service and feeding.

    Parameters
    ----------
    lacking : (pairs,) float
        What a pair sends beyond what it receives.
    """

    lacking: FloatArray

    def copy(self) -> Self:
        """Return a copy that may be changed."""
        return dataclasses.replace(self, short=self.short.copy(), lacking=self.lacking.copy())


class FeedAscent(Ascent):
    """Evaluates and raises the Lagrangian of the feeds."""

    def __init__(self, stages: Stages) -> None:
        super().__init__(stages)
        self._pair_weight = np.maximum(stages.largest.ravel(), self.mean)
        self._links = np.zeros((stages.n, 1))

    def units(self, point: Point, storages: Side) -> tuple[FloatArray, FloatArray]:
        """Prices of a unit at each pair, whatever it came from."""
        assert isinstance(point, FeedPoint)
        return point.beta[:, None], self._links

    def storage_values(self, point: Point, sites: Side) -> FloatArray:
        """ρ of the storages, (s,)."""
        rho = np.empty(self.stages.n_storages)
        nobody = np.zeros(0, dtype=np.bool_)
        self._filled(point, sites, rho, nobody, np.zeros(0), fill=False)
        return rho

    def _filled(
        self,
        point: Point,
        sites: Side,
        rho: FloatArray,
        opened: NDArray[np.bool_],
        arriving: FloatArray,
        *,
        fill: bool,
    ) -> None:
        """Fill the knapsacks of the storages."""
        assert isinstance(point, FeedPoint)
        stages = self.stages
        storage_values(
            stages.feed, stages.most, stages.storage_cost, stages.storage_capacity, point.beta,
            np.repeat(~sites.forbidden, stages.n_products), rho, opened, arriving, fill=fill,
        )  # fmt: skip

    def magnitude(self, point: Point) -> float:
        """Sum of the prices of units, times what sites can send."""
        assert isinstance(point, FeedPoint)
        return float(np.abs(point.beta) @ self.stages.largest.ravel())

    def start(self, u: FloatArray, unit: FloatArray, rate: float) -> FeedPoint:
        """Return a point where units cost what feeding does."""
        return FeedPoint(u, unit)

    def violation(
        self,
        point: Point,
        units: tuple[FloatArray, FloatArray],
        taken: Taken,
        opened: IntArray,
        sites: Side,
    ) -> FeedViolation:
        """Say what decisions break."""  # fmt: skip
        stages = self.stages
        served = np.bincount(taken.client, weights=taken.part, minlength=stages.n)
        load = np.bincount(
            taken.pair, weights=taken.part * stages.demand[taken.client], minlength=stages.n_pairs
        )
        arriving, mask = np.zeros(stages.n_pairs), np.zeros(stages.n_storages, dtype=bool)
        mask[opened] = True
        self._filled(point, sites, np.zeros(0), mask, arriving, fill=True)
        short: FloatArray = 1.0 - served.astype(np.float64)
        lacking: FloatArray = load.astype(np.float64) - arriving
        if stages.n_storages == 0:
            lacking = np.zeros(stages.n_pairs)
        return FeedViolation(short, lacking)

    def length(self, point: Point, average: Violation) -> float:
        """Square of the direction of a step."""
        assert isinstance(average, FeedViolation)
        return product(average.short, average.short * self.weight) + product(
            average.lacking, average.lacking / self._pair_weight
        )

    def stepped(self, point: Point, average: Violation, size: float) -> Point:
        """Prices after a step along the averages."""
        assert isinstance(point, FeedPoint)
        assert isinstance(average, FeedViolation)
        u = np.minimum(point.u + size * self.weight * average.short, self.stages.unserved)
        return FeedPoint(u, point.beta + size * average.lacking / self._pair_weight)

    def turn(
        self, point: Point, average: Violation, violation: Violation, most: float
    ) -> tuple[float, float]:
        """Turn the averages towards new violations."""
        assert isinstance(average, FeedViolation)
        assert isinstance(violation, FeedViolation)
        short, lacking = violation.short - average.short, violation.lacking - average.lacking
        client, pair = average.short * self.weight, average.lacking / self._pair_weight
        square = product(short, short * self.weight)
        square += product(lacking, lacking / self._pair_weight)
        along = product(client, short) + product(pair, lacking)
        uphill = product(client, violation.short) + product(pair, violation.lacking)
        share = most if square <= 0.0 else float(np.clip(-along / square, most / 10, most))
        average.short[:] += share * short
        average.lacking[:] += share * lacking
        return share, uphill
