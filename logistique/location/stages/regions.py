"""Better answers to large questions of one product, one neighbourhood of open sites after the other.

The clients of a few neighbouring open sites, these sites and closed ones that promise much are a
question of one stage, once a unit costs what the open storages ask for it at the prices of the flow;
its best answer takes a short branch and bound. Where rooms just hold the demand this finds what single
exchanges miss: a site that closes needs others to grow.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError, NoSolutionError
from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.regional_search import nearness
from logistique.location.split_search import solve_split
from logistique.location.stages.core import Stages
from logistique.location.stages.flow import Flows
from logistique.location.stages.flow_prices import FlowPrices, flow_prices
from logistique.location.stages.priced_exchange import filled
from logistique.location.stages.primal import Improver
from logistique.location.stages.quick import unit_costs
from logistique.location.watch import Until, Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIZES = ((10, 22), (18, 40))
"""Open and closed sites of a region; larger ones once the smaller give nothing more."""

_OVERLAP = 2
"""Larger regions that a site may be in without being the centre of one itself."""

_GAP, _SECONDS = 5e-4, 0.5
"""Gap at which a region counts as solved, and the most time for it, per open site."""

_LEAST = 1e-9
"""Part of a client, and gain relative to the cost, that count as none."""


@dataclass(frozen=True, eq=False)
class _Region:
    """Sites, those open first, and what these serve.

    Parameters
    ----------
    sites : (k,) int
        Sites.
    inside : int
        Number of those that are open.
    clients : (c,) int
    share : (c,) float
        Part of each client that the open sites of the region serve.
    """

    sites: IntArray
    inside: int
    clients: IntArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class _Priced:
    """An answer with the prices of its flow.

    Parameters
    ----------
    flows : Flows
        The answer.
    fee : (m,) float
        Least price of a unit that arrives at each site.
    prices : FlowPrices
        Prices of the open places.
    """

    flows: Flows
    fee: FloatArray
    prices: FlowPrices


class Regions:
    """Neighbourhoods of the answers of a question of one product whose clients must all be served.

    Clients may be split. Memory: a table of clients × sites and two of clients × open sites.

    Parameters
    ----------
    improver : Improver
        Costs answers and keeps the best.
    option_cost : (o,) float, optional
        Opening costs that guide, ≥ 0: those of the question, or these with what rules ask for them.
    """

    def __init__(self, improver: Improver, option_cost: FloatArray | None = None) -> None:
        self.improver = improver
        self.stages = improver.stages
        self.option_cost = self.stages.option_cost if option_cost is None else option_cost
        self.table = unit_costs(self.stages)[0]
        self.number = _numbers(self.stages)

    def search(self, flows: Flows, rng: np.random.Generator, watch: Watch) -> Flows:
        """Solve regions, in random order, until none is better any more; then larger ones.

        Parameters
        ----------
        flows : Flows
            Where to begin.
        rng : Generator
            Draws the order.
        watch : Watch
            Ends the search.
        """
        now = self._priced(flows)
        done: set[bytes] = set()
        for opened, closed in SIZES:
            queue = deque(rng.permutation(np.flatnonzero(now.flows.option >= 0)).tolist())
            covered = np.zeros(self.stages.n_sites, dtype=np.int64)
            while queue and not watch.over:
                centre = queue.popleft()
                if now.flows.option[centre] < 0 or covered[centre] >= _OVERLAP:
                    continue
                region = self._region(now, centre, opened, closed)
                key = np.sort(region.sites[: region.inside]).tobytes() + region.clients.tobytes()
                if key in done:
                    continue
                done.add(key)
                if opened > SIZES[0][0]:
                    covered[region.sites[: region.inside]] += 1
                better = self._better(now, region, _clock(watch, opened))
                if better is not None:
                    now = self._priced(better)
                    again = region.sites[better.option[region.sites] >= 0]
                    covered[again] = 0
                    queue.extend(rng.permutation(again).tolist())
        return now.flows

    def _priced(self, flows: Flows) -> _Priced:
        """Prices of an answer."""
        prices = flow_prices(self.stages, [self.table], flows)[0]
        if not flows.storage.any():  # a single stage, or nothing is asked for
            return _Priced(flows, np.zeros(self.stages.n_sites), prices)
        arriving = self.stages.feed[0][flows.storage] + prices.storage[:, None]
        return _Priced(flows, arriving.min(axis=0), prices)

    def _region(self, now: _Priced, centre: int, opened: int, closed: int) -> _Region:
        """Open sites nearest to one, their clients, and the closed sites worth most to these."""
        flows, arcs = now.flows, self.stages.arcs
        is_open = flows.option >= 0
        used = np.flatnonzero(flows.share > _LEAST)
        site = arcs.pair[used]
        others = np.flatnonzero(is_open)
        apart = nearness(self.table, arcs.client[used[site == centre]], others)
        apart[others == centre] = -np.inf
        inside = others[np.argsort(apart, kind="stable")[:opened]]
        member = np.zeros(self.stages.n_sites, dtype=bool)
        member[inside] = True
        mine = used[member[site]]
        share: FloatArray = np.bincount(
            arcs.client[mine], weights=flows.share[mine], minlength=self.stages.n
        ).astype(np.float64)
        clients = np.flatnonzero(share > 0)
        away = np.flatnonzero(~is_open & ~self.stages.sites.forbidden)
        value = self._value(now, clients, share[clients], away)
        best = away[np.argsort(value, kind="stable")[:closed]]
        return _Region(np.concatenate([inside, best]), inside.size, clients, share[clients])

    def _value(
        self, now: _Priced, clients: IntArray, share: FloatArray, sites: IntArray
    ) -> FloatArray:
        """Return the opening cost of closed sites less what clients would save, at the best size."""
        stages = self.stages
        asking = stages.demand[clients] > 0
        clients, amount = clients[asking], (stages.demand[clients] * share)[asking]
        demand = stages.demand[clients, None]
        opened = np.flatnonzero(now.flows.option >= 0)
        paid = (self.table[np.ix_(clients, opened)] / demand + now.prices.out).min(axis=1)
        there = self.table[np.ix_(clients, sites)] / demand + now.fee[sites]
        worth = np.maximum(paid[:, None] - there, 0.0)
        value = np.full(sites.size, np.inf)
        for number in self.number[sites].T:
            exists = number >= 0
            room = np.where(exists, stages.option_capacity[number, 0], 0.0)
            cost = np.where(exists, self.option_cost[number], np.inf)
            value = np.minimum(value, cost - filled(worth, amount, room))
        return value

    def _better(self, now: _Priced, region: _Region, watch: Watch) -> Flows | None:
        """Answer with the region solved anew, if that is better."""
        flows = now.flows
        try:
            found = solve_split(self._core(now, region), watch)
        except (
            NoSolutionError,
            InfeasibleError,
        ):  # no time; or rooms that hold it but for rounding
            return None
        option = flows.option.copy()
        chosen = self.number[region.sites, np.maximum(found.size, 0)]
        option[region.sites] = np.where(found.size >= 0, chosen, -1)
        better = self.improver.tried(option, flows.storage)
        if better is None or better.cost >= flows.cost - _LEAST * abs(flows.cost):
            return None
        return better

    def _core(self, now: _Priced, region: _Region) -> CapacitatedCore:
        """Question of a region."""
        stages = self.stages
        demand = stages.demand[region.clients] * region.share
        cost = self.table[np.ix_(region.clients, region.sites)] * region.share[:, None]
        with np.errstate(invalid="ignore"):  # no demand needs no feed, whatever that costs
            cost += np.where(demand[:, None] > 0, demand[:, None] * now.fee[region.sites], 0.0)
        number = self.number[region.sites]
        exists, room = number >= 0, stages.option_capacity[number, 0]
        outside = int((now.flows.option >= 0).sum()) - region.inside
        return CapacitatedCore(
            cost=cost,
            demand=demand,
            opening=np.where(exists, self.option_cost[number], np.inf),
            capacity=np.where(exists, np.minimum(room, stages.total[0]), 0.0),
            floor=np.where(exists, stages.option_floor[number], 0.0),
            fixed_open=stages.sites.required[region.sites],
            lowest=max(0, stages.sites.lowest - outside),
            highest=min(stages.sites.highest - outside, region.sites.size),
        )


def _numbers(stages: Stages) -> IntArray:
    """Options of each site, (m, sizes); −1: none."""
    order = np.argsort(stages.option_site, kind="stable")
    site = stages.option_site[order]
    rank = np.arange(site.size) - np.searchsorted(site, site)
    number = np.full((stages.n_sites, int(rank.max(initial=0)) + 1), -1, dtype=np.int64)
    number[site, rank] = order
    return number


def _clock(watch: Watch, opened: int) -> Watch:
    """Clock and gap of a region with so many open sites."""
    limits = dataclasses.replace(watch.limits, time_s=_SECONDS * opened, gap=_GAP)
    return Watch(limits, interrupter=Until(watch))
