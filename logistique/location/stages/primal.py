"""Answers: places rounded from averages, then exchanged one by one while it pays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Side, Stages
from logistique.location.stages.dual import Prices, Relaxation, best_options
from logistique.location.stages.flow import Flows, best_flows, enough, trimmed
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_LONGEST = 3600.0
"""Seconds of which a share is taken where no time limit is given."""

_TRIED = 25
"""Exchanges tried per level before a local search gives up."""


def allowed(stages: Stages, option: IntArray, storage: BoolArray) -> bool:
    """Whether the numbers and the places open are what the question allows."""
    opened = option >= 0
    for side, mask in ((stages.sites, opened), (stages.storages, storage)):
        if (side.required & ~mask).any() or (side.forbidden & mask).any():
            return False
        if not side.lowest <= int(mask.sum()) <= side.highest:
            return False
    return True


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
    """Local search over what is open, guided by prices; remembers what it has costed."""

    def __init__(self, stages: Stages, watch: Watch) -> None:
        self.stages = stages
        self.watch = watch
        self.best: Flows | None = None
        self._known: set[bytes] = set()

    @property
    def cost(self) -> float:
        """Cost of the best answer; ``inf`` without one."""
        return float("inf") if self.best is None else self.best.cost

    def tried(self, option: IntArray, storage: BoolArray) -> Flows | None:
        """Flows of an answer that is allowed and was not costed before; keeps the best."""
        key = option.tobytes() + storage.tobytes()
        if key in self._known or not allowed(self.stages, option, storage):
            return None
        self._known.add(key)
        found = best_flows(self.stages, option, storage)
        if found is not None:
            found = trimmed(self.stages, found)
            if found.cost < self.cost:
                self.best = found
        return found

    def offer(self, flows: Flows) -> None:
        """Keep an answer if it is the best."""
        if flows.cost < self.cost and allowed(self.stages, flows.option, flows.storage):
            self.best = flows

    def improved(self, flows: Flows, prices: Prices, share: float) -> Flows:
        """Exchange, close and open places while it pays.

        Parameters
        ----------
        flows : Flows
            Where to begin.
        prices : Prices
            Say which exchanges are promising.
        share : float
            Part of the time left that this may take.
        """
        latest = self.watch.elapsed + share * min(self.watch.left, _LONGEST)
        while not self.watch.over and self.watch.elapsed < latest:
            better = self._step(flows, prices, latest)
            if better is None:
                return flows
            flows = better
        return flows

    def _step(self, flows: Flows, prices: Prices, latest: float) -> Flows | None:
        for option, storage in self._neighbours(flows, prices):
            if self.watch.over or self.watch.elapsed > latest:
                return None
            if not enough(self.stages, option, storage):
                continue
            found = self.tried(option, storage)
            if found is not None and found.cost < flows.cost - 1e-9 * abs(flows.cost):
                return found
        return None

    def _neighbours(self, flows: Flows, prices: Prices) -> Iterator[tuple[IntArray, BoolArray]]:
        """Nearby open sets, the most promising first."""
        stages = self.stages
        best = best_options(stages, prices.option_value)
        moves: list[tuple[float, int, int, int]] = []
        value = np.where(best >= 0, prices.option_value[best], np.inf)
        opened, closed = np.flatnonzero(flows.option >= 0), np.flatnonzero(flows.option < 0)
        present = prices.option_value[flows.option[opened]]
        moves += _exchanges(0, opened, closed, present, value[closed])
        if stages.n_storages:
            on, off = np.flatnonzero(flows.storage), np.flatnonzero(~flows.storage)
            values = prices.storage_value
            moves += _exchanges(1, on, off, values[on], values[off])
        for _, level, leaves, enters in sorted(moves):
            option, storage = flows.option.copy(), flows.storage.copy()
            if level == 0:
                if leaves >= 0:
                    option[leaves] = -1
                if enters >= 0:
                    option[enters] = best[enters]
            else:
                if leaves >= 0:
                    storage[leaves] = False
                if enters >= 0:
                    storage[enters] = True
            yield option, storage
        yield from self._sizes(flows)

    def _sizes(self, flows: Flows) -> Iterator[tuple[IntArray, BoolArray]]:
        """Other sizes at open sites, cheaper ones first."""
        stages = self.stages
        if stages.option_site.size == stages.n_sites:
            return
        opened = flows.option >= 0
        other = np.flatnonzero(opened[stages.option_site])
        other = other[flows.option[stages.option_site[other]] != other]
        saved = (
            stages.option_cost[flows.option[stages.option_site[other]]] - stages.option_cost[other]
        )
        for number in other[np.argsort(-saved, kind="stable")][:_TRIED]:
            option = flows.option.copy()
            option[stages.option_site[number]] = number
            yield option, flows.storage.copy()


def _exchanges(
    level: int, opened: IntArray, closed: IntArray, leaving: FloatArray, entering: FloatArray
) -> list[tuple[float, int, int, int]]:
    """List closings, openings and exchanges with their estimated change of cost, least first."""
    closings = [(-float(v), level, int(j), -1) for j, v in zip(opened, leaving, strict=True)]
    openings = [(float(v), level, -1, int(j)) for j, v in zip(closed, entering, strict=True)]
    out = np.argsort(-leaving, kind="stable")[:_TRIED]
    come = np.argsort(entering, kind="stable")[:_TRIED]
    swaps = [
        (float(entering[b] - leaving[a]), level, int(opened[a]), int(closed[b]))
        for a in out
        for b in come
        if np.isfinite(entering[b])
    ]
    return sorted(closings)[:_TRIED] + sorted(openings)[:_TRIED] + sorted(swaps)[: 3 * _TRIED]
