"""Questions with too many pairs to list: few arcs for prices, grouped clients for answers.

Prices work on the arcs of each client that are cheapest at some prices; every bound is corrected
by pricing all pairs exactly. Answers are searched for on groups of clients that are
served alike, which is a restriction; then every client finds its own sites.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances
from logistique.location.stages.core import Arcs, Stages
from logistique.location.stages.dual_kernels import site_values
from logistique.location.stages.link_kernels import through_column
from logistique.location.stages.prices import Prices

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Pairs = tuple[IntArray, IntArray, FloatArray]

_ENTRIES_AT_ONCE = 4_000_000

_SLACK = 1.5
"""Demand of the clients listed for a site, as a multiple of its largest capacity."""

_NEAR = 0.4
"""Value of a size, as a share of its opening cost, below which the site's pairs are listed."""

_OPEN_DEPTH = 12
"""Open sites listed per client when an answer is costed."""


@dataclass(frozen=True, eq=False)
class Wide:
    """A one-product question whose service costs come from a source of rows.

    Parameters
    ----------
    stages : Stages
        The question with some of its arcs.
    source : Distances
        Costs of all pairs, (n, m).
    listed : (n, m) bool
        Pairs that are arcs of ``stages``.
    """

    stages: Stages
    source: Distances
    listed: BoolArray

    @classmethod
    def of(cls, stages: Stages, source: Distances, price: FloatArray, depth: int) -> Wide:
        """Question with the ``depth`` cheapest allowed sites of each client as arcs.

        Parameters
        ----------
        stages : Stages
            The question without arcs.
        source : Distances
            Costs of all pairs.
        price : (m,) float
            Price of a unit at each site, added to its costs for the ranking.
        depth : int
            Arcs per client.
        """
        n, m = source.shape
        listed = np.zeros((n, m), dtype=bool)
        rank_price = np.where(stages.sites.forbidden, np.inf, price)
        clients, sites, costs = [], [], []
        for start, cost in _blocks(source):
            demand = stages.demand[start : start + cost.shape[0], None]
            with np.errstate(invalid="ignore"):
                rank = cost + np.where(demand > 0, demand * rank_price, np.where(
                    stages.sites.forbidden, np.inf, 0.0))  # fmt: skip
            if depth < m:
                near = np.argpartition(rank, depth - 1, axis=1)[:, :depth]
                mark = np.zeros(cost.shape, dtype=bool)
                np.put_along_axis(mark, near, values=True, axis=1)
                mark &= np.isfinite(rank)
            else:
                mark = np.isfinite(rank)
            i, j = np.nonzero(mark)
            listed[start : start + cost.shape[0]] = mark
            clients.append(start + i)
            sites.append(j)
            costs.append(cost[i, j])
        arcs = Arcs.of(
            np.concatenate(sites), np.concatenate(clients), np.concatenate(costs), stages.n_pairs
        )
        return cls(dataclasses.replace(stages, arcs=arcs), source, listed)

    def everywhere(
        self, prices: Prices, units: tuple[FloatArray, FloatArray], closed: BoolArray
    ) -> tuple[Prices, Pairs]:
        """Prices with the values of all sizes over all pairs, and the pairs that lower them.

        Parameters
        ----------
        prices : Prices
            Prices, with values over the arcs.
        units : (m, k), (n, k) float
            Prices of a unit at each site and of each client from k sources.
        closed : (m,) bool
            Sites that may not open; their values stay.

        Returns
        -------
        Prices, Pairs
            The bound is that of the given prices. Pairs: what sites of little value take, or would
            take with somewhat more room, without being listed.
        """
        stages = self.stages
        order = np.argsort(stages.option_site, kind="stable")
        first = np.searchsorted(stages.option_site[order], np.arange(stages.n_sites + 1))
        values = prices.option_value.copy()
        taken, through = np.empty(stages.n, dtype=np.int64), np.empty(stages.n)
        u = prices.point.u
        clients, sites, costs = [], [], []
        places = np.flatnonzero(~closed)
        step = max(1, _ENTRIES_AT_ONCE // stages.n)
        for chunk in range(0, places.size, step):
            part = places[chunk : chunk + step]
            block = np.ascontiguousarray(self.source.columns(part).T)
            for site, cost in zip(part, block, strict=True):
                options = order[first[site] : first[site + 1]]
                value = np.empty(options.size)
                through_column(cost, stages.demand, u, units[0][site], units[1], through)
                count = site_values(
                    through, stages.demand, u,
                    stages.option_capacity[options, 0], _SLACK * stages.largest[site, 0],
                    value, taken,
                )  # fmt: skip
                value += stages.option_cost[options]
                values[options] = np.minimum(values[options], value)
                if (value < _NEAR * stages.option_cost[options]).any():
                    new = taken[:count][~self.listed[taken[:count], site]]
                    clients.append(new)
                    sites.append(np.full(new.size, site))
                    costs.append(cost[new])
        exact = dataclasses.replace(prices, option_value=values)
        if not clients:
            none = np.zeros(0, dtype=np.int64)
            return exact, (none, none, np.zeros(0))
        return exact, (np.concatenate(clients), np.concatenate(sites), np.concatenate(costs))

    def with_arcs(self, client: IntArray, site: IntArray, cost: FloatArray) -> Wide:
        """Return the question with more arcs."""
        before = self.stages.arcs
        arcs = Arcs.of(
            np.concatenate([before.pair, site]),
            np.concatenate([before.client.astype(np.int64), client]),
            np.concatenate([before.cost, cost]),
            self.stages.n_pairs,
        )
        listed = self.listed.copy()
        listed[client, site] = True
        return Wide(dataclasses.replace(self.stages, arcs=arcs), self.source, listed)

    def joined(self, other: Wide) -> Wide:
        """Return the question with the arcs of another as well."""
        arcs = other.stages.arcs
        client = arcs.client.astype(np.int64)
        new = ~self.listed[client, arcs.pair]
        return self.with_arcs(client[new], arcs.pair[new], arcs.cost[new])

    def opened(self, option: IntArray, price: FloatArray, depth: int = _OPEN_DEPTH) -> Stages:
        """Question with arcs to the open sites only, the cheapest of each client.

        Parameters
        ----------
        option : (j,) int
            Option of each site, −1 where closed.
        price : (j,) float
            Price of a unit at each site, for the ranking.
        depth : int
            Arcs per client.
        """
        sites = np.flatnonzero(option >= 0)
        cost = self.source.columns(sites)
        depth = min(depth, sites.size)
        rank = cost + self.stages.demand[:, None] * price[sites]
        if depth < sites.size:
            chosen = np.sort(np.argpartition(rank, depth - 1, axis=1)[:, :depth], axis=1)
        else:
            chosen = np.broadcast_to(np.arange(sites.size), rank.shape)
        client = np.repeat(np.arange(rank.shape[0]), depth)
        place = chosen.ravel()
        length = cost[client, place]
        usable = np.isfinite(length)
        arcs = Arcs.of(sites[place[usable]], client[usable], length[usable], self.stages.n_pairs)
        return dataclasses.replace(self.stages, arcs=arcs)

    def grouped(self, member: IntArray) -> Stages:
        """Question in which the clients of a group are served alike.

        All demand of a group counts, and its cost from a site is the sum over its members, so an
        answer of this question is one of the fine one at the same cost.
        """
        stages = self.stages
        count = int(member.max()) + 1
        sums = np.zeros((count, self.source.shape[1]))
        for start, cost in _blocks(self.source):
            np.add.at(sums, member[start : start + cost.shape[0]], cost)
        demand = np.bincount(member, weights=stages.demand, minlength=count).astype(float)
        group, site = np.nonzero(np.isfinite(sums) & ~stages.sites.forbidden)
        arcs = Arcs.of(site, group, sums[group, site], stages.n_pairs)
        return dataclasses.replace(
            stages,
            demand=demand,
            product=np.zeros(count, dtype=np.int64),
            arcs=arcs,
            unserved=np.full(count, np.inf),
            single=False,
        )


def _blocks(source: Distances) -> Iterator[tuple[int, FloatArray]]:
    """First rows and costs of all pairs, block by block."""
    n, m = source.shape
    step = max(1, _ENTRIES_AT_ONCE // m)
    for start in range(0, n, step):
        yield start, source.rows(start, min(start + step, n))
