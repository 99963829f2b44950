"""Questions with too many pairs to list: near arcs for prices, coarse clients for answers.

Prices work on the nearest sites of each client; every bound is corrected by the arcs left out,
each priced exactly. Answers are searched for on groups of clients that share their nearest site
(served alike, which is a restriction), then every client finds its own site.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances
from logistique.location.near import near_lists
from logistique.location.stages.core import Arcs, Stages
from logistique.location.stages.dual import Prices

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ENTRIES_AT_ONCE = 4_000_000
_COARSE_DEPTH = 150
"""Sites listed for each group of clients."""

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
    def of(cls, stages: Stages, source: Distances, depth: int) -> Wide:
        """Question with the ``depth`` nearest allowed sites of each client as arcs."""
        allowed = np.flatnonzero(~stages.sites.forbidden)
        lists = near_lists(source, allowed, depth)
        client = np.repeat(np.arange(lists.n), np.diff(lists.start))
        site = allowed[lists.site]
        listed = np.zeros(source.shape, dtype=bool)
        listed[client, site] = True
        arcs = Arcs.of(site, client, lists.length, stages.n_pairs)
        return cls(dataclasses.replace(stages, arcs=arcs), source, listed)

    def left_out(self, prices: Prices) -> tuple[IntArray, IntArray, FloatArray, float]:
        """Pairs that pay at these prices but are no arcs: client, site, cost, and their sum.

        The sum of their reduced costs, ≤ 0, added to the bound of the prices makes it valid for
        all pairs: no knapsack gains more from an item than its whole reduced cost.
        """
        stages = self.stages
        n, m = self.source.shape
        step = max(1, _ENTRIES_AT_ONCE // m)
        closed = stages.sites.forbidden
        clients, sites, costs, total = [], [], [], 0.0
        for start in range(0, n, step):
            stop = min(start + step, n)
            cost = self.source.rows(start, stop)
            demand = stages.demand[start:stop, None]
            pays = cost < prices.u[start:stop, None] - demand * prices.beta[None, :]
            pays &= ~self.listed[start:stop]
            pays[:, closed] = False
            i, j = np.nonzero(pays)
            if i.size:
                found = cost[i, j]
                reduced = found + demand[i, 0] * prices.beta[j] - prices.u[start + i]
                total += float(reduced.sum())
                clients.append(start + i)
                sites.append(j)
                costs.append(found)
        if not clients:
            none = np.zeros(0, dtype=np.int64)
            return none, none, np.zeros(0), 0.0
        return np.concatenate(clients), np.concatenate(sites), np.concatenate(costs), total

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

    def opened(self, option: IntArray, beta: FloatArray, depth: int = _OPEN_DEPTH) -> Stages:
        """Question with arcs to the open sites only, the cheapest of each client.

        Parameters
        ----------
        option : (j,) int
            Option of each site, −1 where closed.
        beta : (j,) float
            Price of a unit at each site, for the ranking.
        depth : int
            Arcs per client.
        """
        sites = np.flatnonzero(option >= 0)
        cost = self.source.columns(sites)
        depth = min(depth, sites.size)
        rank = cost + self.stages.demand[:, None] * beta[sites]
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

    def coarse(self, prices: Prices) -> Stages:
        """Question in which clients with the same cheapest site are served alike.

        All demand of a group counts, and its cost from a site is the sum over its members, so an
        answer of the coarse question is one of the fine one at the same cost.
        """
        stages = self.stages
        n, m = self.source.shape
        home = np.empty(n, dtype=np.int64)
        step = max(1, _ENTRIES_AT_ONCE // m)
        allowed = np.flatnonzero(~stages.sites.forbidden)
        sums = np.zeros((m, m))
        for start in range(0, n, step):
            stop = min(start + step, n)
            cost = self.source.rows(start, stop)
            value = cost[:, allowed] + stages.demand[start:stop, None] * prices.beta[allowed]
            home[start:stop] = allowed[np.argmin(value, axis=1)]
            np.add.at(sums, home[start:stop], cost)
        groups, member = np.unique(home, return_inverse=True)
        demand = np.bincount(member, weights=stages.demand).astype(float)
        cost = sums[groups]
        cost[:, stages.sites.forbidden] = np.inf
        if allowed.size > _COARSE_DEPTH:
            far = np.argpartition(cost, _COARSE_DEPTH, axis=1)[:, _COARSE_DEPTH:]
            np.put_along_axis(cost, far, np.inf, axis=1)
        group, site = np.nonzero(np.isfinite(cost))
        arcs = Arcs.of(site, group, cost[group, site], stages.n_pairs)
        return dataclasses.replace(
            stages,
            demand=demand,
            product=np.zeros(groups.size, dtype=np.int64),
            arcs=arcs,
            unserved=np.full(groups.size, np.inf),
            single=False,
        )
