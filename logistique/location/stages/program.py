"""The two-stage question, or a part of it, as a mixed-integer model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpAnswer, LpModel
from logistique.location.stages.core import Stages
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """What of a question a model holds.

    Parameters
    ----------
    options, storages, arcs : (k,) int
        Options, storages and service arcs that may be used, ascending.
    """

    options: IntArray
    storages: IntArray
    arcs: IntArray

    @classmethod
    def whole(cls, stages: Stages) -> Part:
        """Everything that is not forbidden."""
        options = np.flatnonzero(~stages.sites.forbidden[stages.option_site])
        return cls.of(stages, options, np.flatnonzero(~stages.storages.forbidden))

    @classmethod
    def of(
        cls, stages: Stages, options: IntArray, storages: IntArray, arcs: BoolArray | None = None
    ) -> Part:
        """Options, storages, and the (marked) arcs from the sites of the options."""
        present = np.zeros(stages.n_sites, dtype=bool)
        present[stages.option_site[options]] = True
        kept = present[stages.arcs.pair // stages.n_products]
        if arcs is not None:
            kept &= arcs
        return cls(options, storages, np.flatnonzero(kept))


class Program:
    """HiGHS model of a part: columns ``[z | y | x | w]``.

    Parameters
    ----------
    stages : Stages
        The question.
    part : Part
        What of it to model.
    watch : Watch
        Its interruption ends solves.
    integral : bool
        Whether places (and clients with a single source) are decided as a whole.
    options : dict
        HiGHS options.
    """

    def __init__(
        self,
        stages: Stages,
        part: Part,
        watch: Watch,
        *,
        integral: bool = True,
        options: dict[str, object] | None = None,
    ) -> None:
        self.stages = stages
        self.part = part
        arcs, products = stages.arcs, stages.n_products
        sites = np.unique(stages.option_site[part.options])
        feed = stages.feed[:, part.storages[:, None], sites[None, :]]
        product, s, j = np.nonzero(np.isfinite(feed))
        self.feed_product = product
        self.feed_storage, self.feed_site = part.storages[s], sites[j]
        self._y = part.storages.size
        self._x = self._y + part.options.size
        self._w = self._x + part.arcs.size
        self.size = self._w + s.size
        client = arcs.client[part.arcs].astype(np.int64)
        optional = np.isfinite(stages.unserved)
        refusal = np.where(optional, stages.unserved, 0.0)
        self.offset = float(refusal.sum())
        cost = np.concatenate(
            [
                stages.storage_cost[part.storages],
                stages.option_cost[part.options],
                arcs.cost[part.arcs] - refusal[client],
                stages.feed[product, self.feed_storage, self.feed_site],
            ]
        )
        lower, upper = np.zeros(self.size), np.ones(self.size)
        lower[: self._y] = stages.storages.required[part.storages]
        upper[: self._y] = ~stages.storages.forbidden[part.storages]
        upper[self._y : self._x] = ~stages.sites.forbidden[stages.option_site[part.options]]
        upper[self._w :] = np.inf
        self.model = LpModel(cost, lower, upper, stop=lambda: watch.interrupted, options=options)
        if integral:
            last = self._w if stages.single else self._x
            self.model.set_integer(np.arange(last), integer=True)
        self._clients(client)
        self._places(client, arcs.pair[part.arcs], products)
        if stages.n_storages:
            self._feeds(client, arcs.pair[part.arcs], products)

    def _rows(
        self,
        count: int,
        terms: list[tuple[IntArray, IntArray, FloatArray | float]],
        lower: FloatArray | float,
        upper: FloatArray | float,
    ) -> None:
        row = np.concatenate([term[0] for term in terms])
        column = np.concatenate([term[1] for term in terms])
        value = np.concatenate([np.broadcast_to(term[2], term[0].shape) for term in terms])
        matrix = sparse.csr_array(sparse.coo_array((value, (row, column)), (count, self.size)))
        matrix.eliminate_zeros()
        self.model.add_rows(
            matrix, np.broadcast_to(lower, count).astype(float),
            np.broadcast_to(upper, count).astype(float),
        )  # fmt: skip

    def _clients(self, client: IntArray) -> None:
        x = self._x + np.arange(client.size)
        least = np.where(np.isinf(self.stages.unserved), 1.0, 0.0)
        self._rows(self.stages.n, [(client, x, 1.0)], least, 1.0)

    def _places(self, client: IntArray, pair: IntArray, products: int) -> None:
        stages, part = self.stages, self.part
        site, option = stages.option_site[part.options], self._y + np.arange(part.options.size)
        x = self._x + np.arange(client.size)
        required = np.where(stages.sites.required, 1.0, 0.0)
        self._rows(stages.n_sites, [(site, option, 1.0)], required, 1.0)
        self._rows(1, [(np.zeros_like(site), option, 1.0)],
                   float(stages.sites.lowest), float(stages.sites.highest))  # fmt: skip
        zone = np.arange(part.storages.size)
        self._rows(1, [(np.zeros_like(zone), zone, 1.0)],
                   float(stages.storages.lowest), float(stages.storages.highest))  # fmt: skip
        demand = stages.demand[client]
        room = np.minimum(stages.option_capacity[part.options], stages.total)
        number = (site[:, None] * products + np.arange(products)).ravel()
        taken = (number, np.repeat(option, products), -room.ravel())
        self._rows(stages.n_pairs, [(pair, x, demand), taken], -np.inf, 0.0)
        need = stages.compulsory
        short = np.flatnonzero(need > 0)
        rows = np.repeat(short, option.size)
        self._rows(products, [(rows, np.tile(option, short.size), room.T[short].ravel())],
                   need * (1 - 1e-9), np.inf)  # fmt: skip
        if stages.option_floor.any():
            floor = (site, option, -stages.option_floor[part.options])
            self._rows(stages.n_sites, [(pair // products, x, demand), floor], 0.0, np.inf)
        self._links(client, pair // products, site, option, x)

    def _links(
        self, client: IntArray, place: IntArray, site: IntArray, option: IntArray, x: IntArray
    ) -> None:
        """Add ``x_ij ≤ Σ_o y_o`` for every arc."""
        order = np.argsort(site, kind="stable")
        first = np.searchsorted(site[order], place, side="left")
        number = np.searchsorted(site[order], place, side="right") - first
        row = np.repeat(np.arange(client.size), number)
        offset = np.arange(row.size) - np.repeat(np.cumsum(number) - number, number)
        column = option[order][np.repeat(first, number) + offset]
        self._rows(
            client.size, [(np.arange(client.size), x, 1.0), (row, column, -1.0)], -np.inf, 0.0
        )

    def _feeds(self, client: IntArray, pair: IntArray, products: int) -> None:
        stages, part = self.stages, self.part
        x, w = self._x + np.arange(client.size), self._w + np.arange(self.feed_site.size)
        demand = stages.demand[client]
        into = self.feed_site * products + self.feed_product
        self._rows(stages.n_pairs, [(into, w, 1.0), (pair, x, -demand)], 0.0, 0.0)
        zone = np.arange(part.storages.size)
        out = self.feed_storage * products + self.feed_product
        number = (part.storages[:, None] * products + np.arange(products)).ravel()
        room = np.minimum(stages.storage_capacity[part.storages], stages.total)
        taken = (number, np.repeat(zone, products), -room.ravel())
        size = stages.n_storages
        self._rows(size * products, [(out, w, 1.0), taken], -np.inf, 0.0)
        if stages.storage_floor.any():
            floor = (part.storages, zone, -stages.storage_floor[part.storages])
            self._rows(size, [(self.feed_storage, w, 1.0), floor], 0.0, np.inf)
        slot = np.full(size, -1, dtype=np.int64)
        slot[part.storages] = zone
        most = stages.most[self.feed_product, self.feed_storage, self.feed_site]
        number = np.arange(w.size)
        self._rows(
            w.size, [(number, w, 1.0), (number, slot[self.feed_storage], -most)], -np.inf, 0.0
        )
        need = stages.compulsory
        short = np.flatnonzero(need > 0)
        rows = np.repeat(short, zone.size)
        self._rows(products, [(rows, np.tile(zone, short.size), room.T[short].ravel())],
                   need * (1 - 1e-9), np.inf)  # fmt: skip

    def start(
        self, option: IntArray, storage: BoolArray, share: FloatArray, feed: FloatArray
    ) -> None:
        """Give an answer to start from."""
        values = np.zeros(self.size)
        values[: self._y] = storage[self.part.storages]
        chosen = np.zeros(self.stages.option_cost.size)
        chosen[option[option >= 0]] = 1.0
        values[self._y : self._x] = chosen[self.part.options]
        values[self._x : self._w] = share[self.part.arcs]
        values[self._w :] = feed[self.feed_product, self.feed_storage, self.feed_site]
        self.model.set_start(values)

    def places(self, answer: LpAnswer) -> tuple[IntArray, BoolArray]:
        """Option of each site and open storages of an integral answer."""
        assert answer.values is not None
        stages = self.stages
        option = np.full(stages.n_sites, -1, dtype=np.int64)
        chosen = self.part.options[answer.values[self._y : self._x] > 0.5]
        option[stages.option_site[chosen]] = chosen
        storage = np.zeros(stages.n_storages, dtype=bool)
        storage[self.part.storages[answer.values[: self._y] > 0.5]] = True
        return option, storage

    def flows(self, answer: LpAnswer) -> tuple[FloatArray, FloatArray]:
        """Shares of all arcs and feeds of an integral answer; nothing passes what is closed."""
        assert answer.values is not None
        option, storage = self.places(answer)
        share = np.zeros(self.stages.arcs.client.size)
        share[self.part.arcs] = np.clip(answer.values[self._x : self._w], 0.0, 1.0)
        feed = np.zeros_like(self.stages.feed)
        feed[self.feed_product, self.feed_storage, self.feed_site] = np.maximum(
            answer.values[self._w :], 0.0
        )
        closed = option < 0
        share[closed[self.stages.arcs.pair // self.stages.n_products]] = 0.0
        feed[:, ~storage] = 0.0
        feed[:, :, closed] = 0.0
        return share, feed

    def fix(self, option: IntArray, storage: BoolArray) -> None:
        """Decide what is open."""
        chosen = np.isin(self.part.options, option[option >= 0]).astype(float)
        values = np.concatenate([storage[self.part.storages].astype(float), chosen])
        self.model.set_bounds(np.arange(self._x), values, values)
