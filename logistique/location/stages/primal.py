"""Answers: places rounded from averages, then exchanged while it pays."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.exchange import (
    Move,
    moves,
    priceable,
    priced_moves,
    storage_moves,
)
from logistique.location.stages.flow import Flows, best_flows, enough, trimmed
from logistique.location.stages.prices import Relaxation, best_options
from logistique.location.stages.quick import QuickCosts, unit_costs
from logistique.location.stages.rules import nearest
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Ranked = Callable[[Flows], list[Move]]
"""Changes of an answer, the most promising first."""

_LONGEST = 3600.0
"""Seconds of which a share is taken where no time limit is given."""

_TRIED = 400
"""Exchanges costed before an answer counts as locally best."""

_TRIED_BY_PRICES = 40
"""The same where exchanges are ranked by prices: what pays is among the first."""

_SHAKEN = 4
"""Most exchanges made at once to leave a locally best answer."""

_STALLED = 50
"""Descents without a better answer after which no more are made."""

_AMONG = 60
"""Most promising exchanges that these are drawn from."""


def allowed(stages: Stages, option: IntArray, storage: BoolArray) -> bool:
    """Whether the numbers and the places open are what the question allows."""
    opened = option >= 0
    for side, mask in ((stages.sites, opened), (stages.storages, storage)):
        if (side.required & ~mask).any() or (side.forbidden & mask).any():
            return False
        if not side.lowest <= int(mask.sum()) <= side.highest:
            return False
    return stages.rules is None or stages.rules.met(option, storage)


def rounded(
    stages: Stages, relaxation: Relaxation, rng: np.random.Generator | None = None
) -> tuple[IntArray, BoolArray]:
    """Options and storages in falling order of their average until they can serve everybody.

    With ``rng`` the order is disturbed.
    """
    site_weight = np.zeros(stages.n_sites)
    np.add.at(site_weight, stages.option_site, relaxation.option)
    heaviest = np.lexsort((-relaxation.option, stages.option_site))
    site = stages.option_site[heaviest]
    first = np.ones(site.size, dtype=bool)
    first[1:] = site[1:] != site[:-1]
    favourite = np.full(stages.n_sites, -1, dtype=np.int64)
    favourite[site[first]] = heaviest[first]
    fallback = best_options(stages, relaxation.prices.option_value)
    favourite = np.where(site_weight > 1e-9, favourite, fallback)
    chosen = _picked(
        site_weight, relaxation.prices.option_value[favourite],
        stages.option_capacity[favourite], stages, stages.sites, rng,
    )  # fmt: skip
    option = np.where(chosen, favourite, -1)
    if stages.n_storages == 0:
        return option, np.zeros(0, dtype=bool)
    storage = _picked(
        relaxation.storage, relaxation.prices.storage_value, stages.storage_capacity,
        stages, stages.storages, rng,
    )  # fmt: skip
    return option, storage


def _picked(
    average: FloatArray,
    value: FloatArray,
    capacity: FloatArray,
    stages: Stages,
    side: Side,
    rng: np.random.Generator | None,
) -> BoolArray:
    noise = np.zeros(average.size) if rng is None else rng.uniform(-0.35, 0.35, average.size)
    score = average + noise * (average > 0.02)
    order = np.lexsort((value, -score))
    chosen = side.required.copy()
    need = stages.total * (1 - 1e-12)
    for place in order:
        full = (capacity[chosen].sum(axis=0) >= need).all() and chosen.sum() >= side.lowest
        if chosen.sum() >= side.highest or (full and score[place] < 0.5):
            break
        if not side.forbidden[place]:
            chosen[place] = True
    return chosen


class Improver:
    """Local search over what is open; remembers what it has costed.

    Parameters
    ----------
    stages : Stages
        The question.
    watch : Watch
        Ends the search when time is up.
    """

    def __init__(self, stages: Stages, watch: Watch) -> None:
        self.stages = stages
        self.watch = watch
        self.best: Flows | None = None
        self._lock = threading.Lock()
        self._known: set[bytes] = set()
        self._table: list[FloatArray] | None = None
        self._quick: QuickCosts | None = None

    @property
    def cost(self) -> float:
        """Cost of the best answer; ``inf`` without one."""
        return float("inf") if self.best is None else self.best.cost

    def places(
        self, relaxation: Relaxation, rng: np.random.Generator | None = None
    ) -> tuple[IntArray, BoolArray]:
        """Places rounded from averages; those nearest to them where rules refuse these."""
        stages = self.stages
        option, storage = rounded(stages, relaxation, rng)
        if stages.rules is None or stages.rules.met(option, storage):
            return option, storage
        wish = np.concatenate([relaxation.option, relaxation.storage])
        chosen = np.concatenate(
            [option[option >= 0], relaxation.option.size + np.flatnonzero(storage)]
        )
        wish *= 0.5
        wish[chosen] += 0.5
        found = nearest(stages, stages.rules, relaxation, wish, self.watch)
        return (option, storage) if found is None else found

    def tried(self, option: IntArray, storage: BoolArray, *, late: bool = False) -> Flows | None:
        """Flows of an answer that is allowed and was not costed before; keeps the best.

        Parameters
        ----------
        option, storage
            What is open.
        late : bool
            Whether it is costed after the time is up, too. A first answer always is: without
            one there is nothing to return.
        """
        late = late or self.best is None
        if (self.watch.over and not late) or not self._new(option, storage):
            return None
        return self.flows(option, storage, late=late)

    def flows(self, option: IntArray, storage: BoolArray, *, late: bool = False) -> Flows | None:
        """As :meth:`tried`, whether it was costed before or not."""
        found = best_flows(self.stages, option, storage, None if late else self.watch)
        if found is not None:
            found = self._trimmed(found)
            self.offer(found)
        return found

    def _trimmed(self, flows: Flows) -> Flows:
        """Give sites their cheapest size that is enough, if rules allow it."""
        found = trimmed(self.stages, flows)
        return found if allowed(self.stages, found.option, found.storage) else flows

    def _new(self, option: IntArray, storage: BoolArray) -> bool:
        key = option.tobytes() + storage.tobytes()
        if key in self._known or not allowed(self.stages, option, storage):
            return False
        self._known.add(key)
        return True

    def offer(self, flows: Flows) -> None:
        """Keep an answer if it is the best."""
        if not allowed(self.stages, flows.option, flows.storage):
            return
        with self._lock:  # a tree may offer answers from another thread
            if flows.cost < self.cost:
                self.best = flows

    def _until(self, share: float) -> float:
        """Seconds on the clock when a part of the time left is over."""
        return self.watch.elapsed + share * min(self.watch.left, _LONGEST)

    def improved(self, flows: Flows, share: float, *, storages_only: bool = False) -> Flows:
        """Exchange, close and open places and change sizes while it pays.

        Parameters
        ----------
        flows : Flows
            Where to begin.
        share : float
            Part of the time left that this may take.
        storages_only : bool
            Whether the sites stay as they are.
        """
        ranked = self._of_storages if storages_only else self._by_length
        return self._descent(flows, self._until(share), ranked)

    def started(self, relaxation: Relaxation, share: float, rng: np.random.Generator) -> None:
        """Descend by prices from many roundings of the averages.

        Parameters
        ----------
        relaxation : Relaxation
            What is rounded.
        share : float
            Part of the time left that this may take.
        rng : Generator
            Disturbs the roundings.
        """
        latest = self._until(share)
        stalled = 0
        while not self.watch.over and self.watch.elapsed < latest and stalled < _STALLED:
            known = self.cost
            flows = self.tried(*self.places(relaxation, rng))
            if flows is not None:
                if not priceable(self.stages, flows):
                    return
                self._descent(flows, latest, self._by_prices, _TRIED_BY_PRICES)
            stalled = 0 if self.cost < known else stalled + 1

    def shaken(self, flows: Flows, share: float, rng: np.random.Generator) -> Flows:
        """Descend again and again from the best answer with a few exchanges made at random.

        Parameters
        ----------
        flows : Flows
            Locally best answer.
        share : float
            Part of the time left that this may take.
        rng : Generator
            Draws the exchanges.
        """
        latest = self._until(share)
        stalled = 0
        while not self.watch.over and self.watch.elapsed < latest and stalled < _STALLED:
            start = self._disturbed(flows, rng)
            stalled += 1
            if start is None:
                continue
            found = self._descent(start, latest, self._by_length)
            if found.cost < flows.cost - 1e-9 * abs(flows.cost):
                flows, stalled = found, 0
        return flows

    def _disturbed(self, flows: Flows, rng: np.random.Generator) -> Flows | None:
        number = int(rng.integers(2, _SHAKEN + 1))
        option, storage = flows.option, flows.storage
        among: list[Move] = []
        for move in moves(self.stages, self._tables(), flows):
            if self._possible(*move.applied(self.stages, option, storage)):
                among.append(move)
            if len(among) == _AMONG:
                break
        for k in rng.permutation(len(among)):
            changed = among[k].applied(self.stages, option, storage)
            if self._possible(*changed):
                option, storage = changed
                number -= 1
            if number == 0:
                break
        if not self._new(option, storage):
            return None
        return best_flows(self.stages, option, storage, self.watch)

    def _possible(self, option: IntArray, storage: BoolArray) -> bool:
        return allowed(self.stages, option, storage) and enough(self.stages, option, storage)

    def _by_prices(self, flows: Flows) -> list[Move]:
        return priced_moves(self.stages, self._tables(), flows)

    def _by_length(self, flows: Flows) -> list[Move]:
        return moves(self.stages, self._tables(), flows)

    def _of_storages(self, flows: Flows) -> list[Move]:
        return storage_moves(self.stages, flows)

    def _descent(self, flows: Flows, latest: float, ranked: Ranked, most: int = _TRIED) -> Flows:
        """Step to better neighbours, ``most`` of which are costed at a time, until none is left."""
        while not self.watch.over and self.watch.elapsed < latest:
            better = self._step(flows, latest, ranked, most)
            if better is None:
                return flows
            flows = better
        return flows

    def _step(self, flows: Flows, latest: float, ranked: Ranked, most: int) -> Flows | None:
        """First neighbour that is better."""
        tried = 0
        self._tables()
        for move in ranked(flows):
            if self.watch.over or self.watch.elapsed > latest or tried > most:
                return None
            option, storage = move.applied(self.stages, flows.option, flows.storage)
            if not enough(self.stages, option, storage) or not self._new(option, storage):
                continue
            tried += 1
            found = self._better(option, storage, flows.cost)
            if found is not None:
                return found
        return None

    def _better(self, option: IntArray, storage: BoolArray, than: float) -> Flows | None:
        quick = self._quick
        assert quick is not None
        margin = 1e-9 * abs(than)
        if quick.usable and quick(option, storage) >= than - margin:
            return None
        found = best_flows(self.stages, option, storage, self.watch)
        if found is None:
            return None
        found = self._trimmed(found)
        self.offer(found)
        return found if found.cost < than - margin else None

    def _tables(self) -> list[FloatArray]:
        if self._table is None:
            self._table = unit_costs(self.stages)
            self._quick = QuickCosts(self.stages, self._table)
        return self._table
