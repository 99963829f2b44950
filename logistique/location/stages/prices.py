"""Prices of a two-stage question, the bound they prove and what they say about places."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual_kernels import least_options

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Point(ABC):
    """Where a Lagrangian is evaluated.

    Parameters
    ----------
    u : (n,) float
        Price of serving each client.
    """

    u: FloatArray

    def with_clients(self, u: FloatArray) -> Self:
        """Return the point with other prices of the same clients."""
        return dataclasses.replace(self, u=u)

    @abstractmethod
    def of_members(self, u: FloatArray, member: IntArray) -> Self:
        """Point of the members of groups, with their own prices u."""

    @abstractmethod
    def moved(self, base: Point, part: Point, u: FloatArray, member: IntArray) -> Self:
        """Point of members with prices u, moved as from the base to a part of their groups."""

    @abstractmethod
    def guide(self, stages: Stages, storage: FloatArray) -> FloatArray:
        """Return about what a unit costs at each pair, storages being open on average, (pairs,)."""


@dataclass(frozen=True, eq=False)
class Prices:
    """A point and the bound it proves.

    Parameters
    ----------
    point : Point
        Prices.
    bound : float
        Lower bound on the cost of every answer within the restrictions it was evaluated for.
    option_value, storage_value : (o,), (s,) float
        ρ of each option and storage.
    """

    point: Point
    bound: float
    option_value: FloatArray
    storage_value: FloatArray


@dataclass(frozen=True, eq=False)
class Violation(ABC):
    """What decisions, or averages of them, break of the relaxed rules.

    Parameters
    ----------
    short : (n,) float
        Part of each client that is not served.
    """

    short: FloatArray

    @abstractmethod
    def copy(self) -> Self:
        """Return a copy that may be changed."""


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Best prices and the averages of the decisions along the way.

    Parameters
    ----------
    prices : Prices
        Best found.
    option, storage : (o,), (s,) float
        Average decisions, an estimate of the linear relaxation's.
    step : float
        Last step as a share of the Polyak step.
    violation : Violation, optional
        Of the averages; an ascent that goes on needs it.
    """

    prices: Prices
    option: FloatArray
    storage: FloatArray
    step: float
    violation: Violation | None = None


def best_options(stages: Stages, rho: FloatArray) -> IntArray:
    """Option of least value of each site, −1 for a site without options, (j,)."""
    return least_options(stages.option_site, rho, stages.n_sites)


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
