"""The Lagrangian of the links: what a client gets through a storage is no more than is open of it.

See :mod:`link_kernels` for what is relaxed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual import Ascent, Taken, indicator, product
from logistique.location.stages.link_kernels import (
    link_average,
    link_length,
    link_step,
    link_totals,
    link_turn,
    sent,
    through_costs,
)
from logistique.location.stages.prices import Point, Relaxation, Violation, cheapest
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_NARROW = 0.8
"""Part of the storages that may be open below which the others are left out of the arrays."""

_USED = 0.02
"""Average of a storage above which it counts as in use."""


@dataclass(frozen=True, eq=False)
class LinkPoint(Point):
    """Prices of clients, links and room.

    Parameters
    ----------
    link : (n, s) float
        Price ≥ 0 of a unit that a client gets through a storage.
    room : (s, l) float
        Price ≥ 0 of a unit of a storage's room, by product.
    """

    link: FloatArray
    room: FloatArray

    def of_members(self, u: FloatArray, member: IntArray) -> Self:
        """Point of the members of groups, with their own prices u."""
        return dataclasses.replace(self, u=u, link=self.link[member])

    def moved(self, base: Point, part: Point, u: FloatArray, member: IntArray) -> Self:
        """Point of members with prices u, moved as from the base to a part of their groups."""
        assert isinstance(base, LinkPoint)
        assert isinstance(part, LinkPoint)
        link = np.maximum(self.link + (part.link - base.link)[member], 0.0)
        room = np.maximum(self.room + part.room - base.room, 0.0)
        return dataclasses.replace(self, u=u, link=link, room=room)

    def guide(self, stages: Stages, storage: FloatArray) -> FloatArray:
        """Return what a unit costs at each pair from the cheapest storage in use, links aside."""
        used = (storage > _USED) & ~stages.storages.forbidden
        if not used.any():
            used = ~stages.storages.forbidden
        price = stages.feed[:, used] + self.room[used].T[:, :, None]
        least = price.min(axis=1, initial=np.inf)
        return np.ascontiguousarray(np.where(np.isfinite(least), least, 0.0).T).ravel()

    def narrowed(self, kept: BoolArray) -> LinkPoint:
        """Point of some of the storages."""
        return LinkPoint(self.u, np.ascontiguousarray(self.link[:, kept]), self.room[kept])

    def widened(self, kept: BoolArray) -> LinkPoint:
        """Point of all storages from that of those kept; the others have no price."""
        return LinkPoint(self.u, _columns(self.link, kept), _rows(self.room, kept, 0.0))


@dataclass(frozen=True, eq=False)
class LinkViolation(Violation):
    """What is broken of service, links and room.

    Parameters
    ----------
    beyond : (n, s) float
        Part of each client that comes through a storage, less the storage's part that is open.
    over : (s, l) float
        Units that a storage sends, less its room where open.
    """

    beyond: FloatArray
    over: FloatArray

    def narrowed(self, kept: BoolArray) -> LinkViolation:
        """Violation at some of the storages."""
        beyond = np.ascontiguousarray(self.beyond[:, kept])
        return LinkViolation(self.short, beyond, self.over[kept])

    def widened(self, kept: BoolArray) -> LinkViolation:
        """Violation at all storages; those left out are not used."""
        over = _rows(self.over, kept, 0.0)
        return LinkViolation(self.short, _columns(self.beyond, kept), over)

    def copy(self) -> Self:
        """Return a copy that may be changed."""
        return dataclasses.replace(
            self, short=self.short.copy(), beyond=self.beyond.copy(), over=self.over.copy()
        )


class LinkAscent(Ascent):
    """Evaluates and raises the Lagrangian of the links.

    Memory: eight bytes for every pair (client, storage), six times.
    """

    def __init__(self, stages: Stages) -> None:
        super().__init__(stages)
        self._room = np.minimum(stages.storage_capacity, stages.total)
        self._room_weight = np.maximum(self._room, self.mean)
        feed = stages.feed.transpose(2, 0, 1).reshape(stages.n_pairs, stages.n_storages)
        self._feed = np.ascontiguousarray(feed)

    def units(self, point: Point, storages: Side) -> tuple[FloatArray, FloatArray]:
        """Prices of a unit at each pair from each storage, and of each client's links."""
        assert isinstance(point, LinkPoint)
        rooms = np.where(storages.forbidden[:, None], np.inf, point.room)
        return self._feed + np.tile(rooms.T, (self.stages.n_sites, 1)), point.link

    def storage_values(self, point: Point, sites: Side) -> FloatArray:
        """ρ of the storages, (s,)."""
        assert isinstance(point, LinkPoint)
        rooms = (self._room * point.room).sum(axis=1)
        links = link_totals(self.stages.demand, point.link)
        value: FloatArray = self.stages.storage_cost - rooms - links
        return value

    def magnitude(self, point: Point) -> float:
        """Sum of the prices of links and room, times what they are paid for."""
        assert isinstance(point, LinkPoint)
        links = link_totals(self.stages.demand, point.link).sum()
        return float(links + (self._room * point.room).sum())

    def start(self, u: FloatArray, unit: FloatArray, rate: float) -> LinkPoint:
        """Return a point without prices of links, with storages paid by their room."""
        links = np.zeros((self.stages.n, self.stages.n_storages))
        return LinkPoint(u, links, np.full(self._room.shape, rate))

    def violation(
        self,
        point: Point,
        units: tuple[FloatArray, FloatArray],
        taken: Taken,
        opened: IntArray,
        sites: Side,
    ) -> LinkViolation:
        """Say what decisions break."""  # fmt: skip
        stages = self.stages
        served = np.bincount(taken.client, weights=taken.part, minlength=stages.n)
        open_part = indicator(opened, stages.n_storages)
        beyond = np.empty((stages.n, stages.n_storages))
        beyond[:] = -open_part
        over = -self._room * open_part[:, None]
        sent(
            taken.pair, taken.client, stages.product, taken.part, stages.demand, *units, beyond,
            over,
        )  # fmt: skip
        short: FloatArray = 1.0 - served.astype(np.float64)
        return LinkViolation(short, beyond, over)

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
        """As :meth:`Ascent.raise_bound`; storages that may not open are left out of the arrays."""
        assert isinstance(start, LinkPoint)
        stages = self.stages
        sites = stages.sites if sites is None else sites
        storages = stages.storages if storages is None else storages
        if clients_only and stages.n_storages:
            return self._of_clients(
                start, upper, iterations, watch, sites, storages, step=step, before=before
            )
        kept = ~storages.forbidden
        if kept.sum() < _NARROW * kept.size:
            found = LinkAscent(stages.narrowed(kept)).climbed(
                start.narrowed(kept), upper, iterations, watch, sites, storages.narrowed(kept),
                step=step, before=None if before is None else _narrowed(before, kept),
            )  # fmt: skip
            return _widened(found, kept)
        return self.climbed(
            start, upper, iterations, watch, sites, storages, step=step, before=before
        )

    def _of_clients(
        self,
        start: LinkPoint,
        upper: float,
        iterations: int,
        watch: Watch,
        sites: Side,
        storages: Side,
        *,
        step: float,
        before: Relaxation | None,
    ) -> Relaxation:
        """Raise the prices of clients; with those of storages given there is a single stage."""
        stages, none = self.stages, np.zeros(self.stages.n_storages, dtype=bool)
        value = self.storage_values(start, sites)
        opened = cheapest(value, storages)
        fixed = float(value[opened].sum())
        arcs, through = stages.arcs, np.empty(stages.arcs.client.size)
        through_costs(
            arcs.start, arcs.client, arcs.cost, stages.demand, np.full(stages.n, np.inf),
            *self.units(start, storages), np.ones(stages.n_pairs, dtype=np.bool_), through,
        )  # fmt: skip
        arcs = dataclasses.replace(arcs, cost=through)
        single = dataclasses.replace(stages.narrowed(none), arcs=arcs)
        found = LinkAscent(single).climbed(
            start.narrowed(none), upper - fixed, iterations, watch, sites, Side.free(0),
            step=step, before=None if before is None else _narrowed(before, none),
        )  # fmt: skip
        wide = _widened(found, none)
        exact = dataclasses.replace(
            found.prices, point=start.with_clients(found.prices.point.u), storage_value=value
        )
        return dataclasses.replace(
            wide,
            prices=self.totalled(exact, sites, storages),
            storage=indicator(opened, stages.n_storages),
        )

    def length(self, point: Point, average: Violation) -> float:
        """Square of the direction of a step."""
        assert isinstance(point, LinkPoint)
        assert isinstance(average, LinkViolation)
        room = np.where((point.room > 0) | (average.over > 0), average.over, 0.0)
        return (
            product(self.weight * average.short, average.short)
            + link_length(self.weight, point.link, average.beyond)
            + product(room / self._room_weight, room)
        )

    def stepped(self, point: Point, average: Violation, size: float) -> Point:
        """Prices after a step along the averages."""
        assert isinstance(point, LinkPoint)
        assert isinstance(average, LinkViolation)
        u = np.minimum(point.u + size * self.weight * average.short, self.stages.unserved)
        room = np.maximum(point.room + size * average.over / self._room_weight, 0.0)
        return LinkPoint(u, link_step(point.link, average.beyond, size), room)

    def turn(
        self, point: Point, average: Violation, violation: Violation, most: float
    ) -> tuple[float, float]:
        """Turn the averages towards new violations."""
        assert isinstance(point, LinkPoint)
        assert isinstance(average, LinkViolation)
        assert isinstance(violation, LinkViolation)
        short, over = violation.short - average.short, violation.over - average.over
        square, along, uphill = link_turn(self.weight, point.link, average.beyond, violation.beyond)
        square += product(self.weight * short, short)
        square += product(over / self._room_weight, over)
        along += product(self.weight * average.short, short)
        along += product(average.over / self._room_weight, over)
        room = np.where((point.room > 0) | (average.over > 0), average.over, 0.0)
        uphill += product(self.weight * average.short, violation.short)
        uphill += product(room / self._room_weight, violation.over)
        share = most if square <= 0.0 else float(np.clip(-along / square, most / 10, most))
        average.short[:] += share * short
        average.over[:] += share * over
        link_average(average.beyond, violation.beyond, share)
        return share, uphill


def _narrowed(found: Relaxation, kept: BoolArray) -> Relaxation:
    """Relaxation of some of the storages, where those left out are closed."""
    assert isinstance(found.prices.point, LinkPoint)
    prices = dataclasses.replace(
        found.prices,
        point=found.prices.point.narrowed(kept),
        storage_value=found.prices.storage_value[kept],
    )
    violation = found.violation
    if isinstance(violation, LinkViolation):
        violation = violation.narrowed(kept)
    return dataclasses.replace(
        found, prices=prices, storage=found.storage[kept], violation=violation
    )


def _widened(found: Relaxation, kept: BoolArray) -> Relaxation:
    """Relaxation of all storages from that of those kept; the others are closed."""
    assert isinstance(found.prices.point, LinkPoint)
    prices = dataclasses.replace(
        found.prices,
        point=found.prices.point.widened(kept),
        storage_value=_rows(found.prices.storage_value, kept, np.inf),
    )
    violation = found.violation
    if isinstance(violation, LinkViolation):
        violation = violation.widened(kept)
    storage = _rows(found.storage, kept, 0.0)
    return dataclasses.replace(found, prices=prices, storage=storage, violation=violation)


def _columns(values: FloatArray, kept: BoolArray) -> FloatArray:
    wide = np.zeros((values.shape[0], kept.size))
    wide[:, kept] = values
    return wide


def _rows(values: FloatArray, kept: BoolArray, other: float) -> FloatArray:
    wide = np.full((kept.size, *values.shape[1:]), other)
    wide[kept] = values
    return wide
