"""The two-stage question in the form the searches work on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_SLACK = 1e-9
"""Part of the size of a row by which it may be missed, for rounding."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Which client can be served from which site, by pair p = site × products + product.

    Parameters
    ----------
    start : (pairs + 1,) int
        Pair p owns entries ``start[p]`` … ``start[p + 1] − 1``.
    client : (e,) int32
        Client of each entry.
    cost : (e,) float
        Cost of serving all of the client from the site.
    """

    start: IntArray
    client: Int32Array
    cost: FloatArray

    @cached_property
    def pair(self) -> IntArray:
        """Pair of each entry."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    @classmethod
    def of(cls, pair: IntArray, client: IntArray, cost: FloatArray, pairs: int) -> Arcs:
        """Arcs from unordered triples."""
        order = np.lexsort((client, pair))
        counts = np.bincount(pair, minlength=pairs)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(start, client[order].astype(np.int32), np.ascontiguousarray(cost[order]))


@dataclass(frozen=True, eq=False)
class Side:
    """What may stand open on one of the two levels.

    Parameters
    ----------
    required, forbidden : (k,) bool
        Places that must, or must not, be open.
    lowest, highest : int
        Bounds on the number of open places.
    """

    required: BoolArray
    forbidden: BoolArray
    lowest: int
    highest: int

    @classmethod
    def free(cls, size: int) -> Side:
        """Anything goes."""
        no = np.zeros(size, dtype=bool)
        return cls(no, no, 0, size)

    def where(self, place: int, *, opened: bool) -> Side:
        """Side with one more place decided."""
        mask = (self.required if opened else self.forbidden).copy()
        mask[place] = True
        if opened:
            return dataclasses.replace(self, required=mask)
        return dataclasses.replace(self, forbidden=mask)

    def narrowed(self, kept: BoolArray) -> Side:
        """Side of some of the places; those left out are not open."""
        return dataclasses.replace(
            self, required=self.required[kept], forbidden=self.forbidden[kept]
        )

    def counted(self, lowest: int, highest: int) -> Side:
        """Side with tighter bounds on the number."""
        return dataclasses.replace(
            self, lowest=max(self.lowest, lowest), highest=min(self.highest, highest)
        )


@dataclass(frozen=True, eq=False)
class PlaceRules:
    """``lower ≤ option·y + storage·z ≤ upper``, row by row.

    Parameters
    ----------
    option, storage : (r, o), (r, s) float
        Coefficients of the options and the storages.
    lower, upper : (r,) float
        May be infinite.
    """

    option: FloatArray
    storage: FloatArray
    lower: FloatArray
    upper: FloatArray

    def met(self, option: IntArray, storage: BoolArray) -> bool:
        """Whether an answer obeys all rows.

        Parameters
        ----------
        option : (j,) int
            Option of each site, −1 where closed.
        storage : (s,) bool
            Open storages.
        """
        chosen = option[option >= 0]
        value = self.option[:, chosen].sum(axis=1) + self.storage[:, storage].sum(axis=1)
        size = np.abs(self.option[:, chosen]).sum(axis=1) + np.abs(self.storage).sum(axis=1)
        slack = _SLACK * (1.0 + size)
        return bool(((value >= self.lower - slack) & (value <= self.upper + slack)).all())


@dataclass(frozen=True, eq=False)
class Stages:
    """Storages feed sites, sites serve clients (a client is a customer × product).

    Parameters
    ----------
    demand : (n,) float
        Demand of each client.
    product : (n,) int
        Product of each client.
    option_site, option_cost : (o,) int, float
        Site and opening cost of each size a site may have.
    option_capacity : (o, l) float
        Largest throughput per product, may be ``inf``.
    option_floor : (o,) float
        Least total throughput of an open site.
    storage_cost, storage_floor : (s,) float
    storage_capacity : (s, l) float
    feed : (l, s, j) float
        Cost per unit from storage to site; ``inf`` forbids. No storages: a single stage.
    arcs : Arcs
        Service arcs.
    unserved : (n,) float
        Price of leaving a client unserved; ``inf``: must be served.
    sites, storages : Side
        What may stand open.
    single : bool
        Whether a client has one site.
    rules : PlaceRules, optional
        Further rules that answers obey; bounds take no account of them.
    fixed : float
        What every answer costs besides; counted in bounds, not in the cost of flows.
    """

    demand: FloatArray
    product: IntArray
    option_site: IntArray
    option_cost: FloatArray
    option_capacity: FloatArray
    option_floor: FloatArray
    storage_cost: FloatArray
    storage_floor: FloatArray
    storage_capacity: FloatArray
    feed: FloatArray
    arcs: Arcs
    unserved: FloatArray
    sites: Side
    storages: Side
    single: bool = False
    rules: PlaceRules | None = None
    fixed: float = 0.0

    @property
    def n(self) -> int:
        """Number of clients."""
        return int(self.demand.size)

    @property
    def n_products(self) -> int:
        """Number of products."""
        return int(self.option_capacity.shape[1])

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return int(self.sites.required.size)

    @property
    def n_storages(self) -> int:
        """Number of storages; 0 for a single stage."""
        return int(self.storage_cost.size)

    @property
    def n_pairs(self) -> int:
        """Number of pairs (site, product)."""
        return self.n_sites * self.n_products

    @cached_property
    def total(self) -> FloatArray:
        """Demand of each product, (l,)."""
        return _by_product(self.product, self.demand, self.n_products)

    @cached_property
    def compulsory(self) -> FloatArray:
        """Demand of each product that must be served, (l,)."""
        must = np.isinf(self.unserved)
        return _by_product(self.product[must], self.demand[must], self.n_products)

    @cached_property
    def largest(self) -> FloatArray:
        """Largest throughput of each site by product, no more than all demand, (j, l)."""
        most = np.zeros((self.n_sites, self.n_products))
        np.maximum.at(most, self.option_site, self.option_capacity)
        return np.minimum(most, self.total)

    @cached_property
    def most(self) -> FloatArray:
        """Largest flow on each feed arc, (l, s, j)."""
        return np.minimum(
            self.storage_capacity.T[:, :, None], np.ascontiguousarray(self.largest.T)[:, None, :]
        )

    def narrowed(self, kept: BoolArray) -> Stages:
        """Return the same question with some of its storages only."""
        return dataclasses.replace(
            self,
            storage_cost=self.storage_cost[kept],
            storage_floor=self.storage_floor[kept],
            storage_capacity=self.storage_capacity[kept],
            feed=np.ascontiguousarray(self.feed[:, kept]),
            storages=self.storages.narrowed(kept),
        )

    def priced_as(self, other: Stages) -> Stages:
        """Return the question with the opening costs of another, whose rules are in these."""
        return dataclasses.replace(
            self,
            option_cost=other.option_cost,
            storage_cost=other.storage_cost,
            fixed=other.fixed,
            rules=other.rules,
        )

    def restricted(self, sites: Side, storages: Side) -> Stages:
        """Return the same question with more decided."""
        return dataclasses.replace(self, sites=sites, storages=storages)


def _by_product(product: IntArray, demand: FloatArray, count: int) -> FloatArray:
    totals: FloatArray = np.bincount(product, weights=demand, minlength=count).astype(np.float64)
    return totals
