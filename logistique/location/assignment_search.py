"""Answers to the single-source question: built on promising sites, improved, shaken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search_kernels import improve_sites, recentre, settle
from logistique.location.partition_kernels import divide_and_shake
from logistique.location.single_source_core import SourcingCore
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_NEAR = 3
"""Closed sites tried in place of each open one."""

_LONGER = 6.0
"""Time that dividing customers takes at most, in times of assigning them."""

_RECENTRED = 6
"""Most times that sites move to the middle of their customers in one search."""

_SPARE = (1.02, 1.05, 1.15)
"""Capacity opened where customers could not be packed into less, relative to the demand."""

_AT_ONCE = 50
"""Shakes between two looks at the clock."""

_COARSE, _COARSER, _LARGE = 2000, 500, 250_000
"""Largest capacity in the units of divisions, and in those of questions with so many pairs."""

_PRICE = 100.0
"""Price of a unit of overload, in mean regrets per mean demand."""


class AssignmentSearch:
    """The best answer known, and ways to better ones.

    Parameters
    ----------
    core : SourcingCore
        The question.
    watch : Watch
        Clock and seed.
    """

    def __init__(self, core: SourcingCore, watch: Watch) -> None:
        self._core = core
        self._watch = watch
        self._random = np.random.default_rng(watch.limits.seed)
        self._tried: dict[bytes, float] = {}
        self._units, self._room, self._per_unit = _coarse(core)
        self._price = _PRICE * _regret(core.cost) / max(float(core.demand.mean()), 1e-12)
        self.value = np.inf
        self.is_open = np.zeros(core.m, dtype=bool)
        self.assignment = np.full(core.n, -1, dtype=np.int64)

    def offer(self, is_open: BoolArray, assignment: IntArray) -> bool:
        """Keep an answer if it is allowed and better than the best; whether it is."""
        if (assignment < 0).any() or not self._core.fits(is_open, assignment):
            return False
        value = self._core.cost_of(is_open, assignment)
        if value >= self.value:
            return False
        self.value = value
        self.is_open, self.assignment = is_open.copy(), assignment.copy()
        return True

    def build(self, wanted: FloatArray, wishes: IntArray | None = None, rounds: int = 20) -> bool:
        """Open the sites wanted most, as many as needed, and assign; whether that is the best.

        Parameters
        ----------
        wanted : (m,) float
            How much each site is wanted; those from 0.5 are opened, others as capacity asks.
        wishes : (n,) int, optional
            Sites customers should go to, −1 for no wish.
        rounds : int
            Shakes of the assignment to sites that were not tried before.
        """
        better = self._built(self._opened(wanted, 1.0), wishes, rounds)
        for spare in _SPARE:
            if np.isfinite(self.value):
                break
            better = self._built(self._opened(wanted, spare), wishes, rounds)
        return better

    def _built(self, is_open: BoolArray, wishes: IntArray | None, rounds: int) -> bool:
        key = is_open.tobytes()
        if key in self._tried or self._core.capacity[is_open].sum() < self._core.demand.sum():
            return False
        self._tried[key] = self.value
        assignment = np.full(self._core.n, -1) if wishes is None else wishes.copy()
        return self.complete(is_open, assignment, rounds)

    def complete(self, is_open: BoolArray, assignment: IntArray, rounds: int) -> bool:
        """Assign customers without an open site, then divide all; whether that is the best.

        Where dividing would take longer than there is time, the assignment is offered as it is.
        """
        begun, opened, assignment = self._watch.elapsed, is_open.copy(), assignment.copy()
        if self._settle(opened, assignment) == np.inf and (assignment < 0).any():
            return False
        if self._watch.left < _LONGER * (self._watch.elapsed - begun):
            return self.offer(opened, assignment)
        return self.divide(is_open, assignment, rounds)

    def divide(self, is_open: BoolArray, assignment: IntArray, rounds: int) -> bool:
        """Divide customers between pairs of sites, shake, divide again; whether that is the best.

        Sites whose customers another serves for less give way to it, and all is divided again.
        """
        opened, better = is_open.copy(), False
        for _ in range(_RECENTRED):
            if not self._watch.over:
                self._shake(opened, assignment, rounds)
            value = self._settle(opened, assignment)
            if not np.isfinite(value):
                break
            better = self.offer(opened, assignment) or better
            if self._watch.over or not self._recentre(opened, assignment):
                break
        return better

    def _shake(self, is_open: BoolArray, assignment: IntArray, rounds: int) -> None:
        divide_and_shake(
            self._core.cost, self._units, self._room, np.flatnonzero(is_open),
            self._price / self._per_unit, assignment, rounds, max(10, rounds // 2), self._random,
        )  # fmt: skip

    def _recentre(self, is_open: BoolArray, assignment: IntArray) -> bool:
        """Move sites to the middle of their customers; whether the set of sites is a new one."""
        core = self._core
        load = np.zeros(core.m)
        np.add.at(load, assignment, core.demand)
        moved = recentre(
            core.cost, core.capacity, core.opening, core.fixed_open, is_open, assignment, load
        )
        if not moved:
            return False
        self.offer(is_open, assignment)
        key = is_open.tobytes()
        fresh = key not in self._tried
        self._tried[key] = self.value
        return fresh

    def polish(self, rounds: int) -> bool:
        """Shake the best answer; whether a better one came of it."""
        better = False
        for _ in range(-(-rounds // _AT_ONCE)):
            if not np.isfinite(self.value) or self._watch.over:
                break
            count = min(rounds, _AT_ONCE)
            better = self.divide(self.is_open, self.assignment.copy(), count) or better
        return better

    def improve(self, rounds: int = 20) -> bool:
        """Close, open and replace single sites of the best answer while that helps."""
        better = False
        for _ in range(rounds):
            if not np.isfinite(self.value) or self._watch.over:
                break
            if not self._round(self.is_open.copy(), self.assignment.copy(), self.value):
                break
            better = True
        return better

    def _round(self, is_open: BoolArray, assignment: IntArray, value: float) -> bool:
        core = self._core
        better = False
        order = self._random.permutation(core.m)
        for some in np.array_split(order, max(1, -(-core.m // _sites_at_once(core)))):
            if self._watch.over:
                break
            value = improve_sites(
                core.cost, core.demand, core.capacity, core.opening, is_open, core.fixed_open,
                self._units, self._room, self._per_unit, core.lowest, core.highest, self._price,
                some, _NEAR, value, assignment,
            )  # fmt: skip
            better = self.offer(is_open, assignment) or better
        return better

    def _settle(self, is_open: BoolArray, assignment: IntArray) -> float:
        core = self._core
        return float(
            settle(
                core.cost, core.demand, core.capacity, core.opening, is_open, core.fixed_open,
                core.lowest, self._price, assignment, np.zeros(core.m),
            )
        )  # fmt: skip

    def _opened(self, wanted: FloatArray, spare: float) -> BoolArray:
        core = self._core
        is_open = core.fixed_open | (wanted >= 0.5)
        order = np.argsort(-wanted, kind="stable")
        if is_open.sum() > core.highest:
            closable = [j for j in order[::-1] if is_open[j] and not core.fixed_open[j]]
            is_open[closable[: int(is_open.sum()) - core.highest]] = False
        need = float(core.demand.sum()) * (1 + 1e-9) * spare
        for j in order:
            enough = core.capacity[is_open].sum() >= need and is_open.sum() >= core.lowest
            if enough or is_open.sum() >= core.highest:
                break
            is_open[j] = True
        return is_open


def _sites_at_once(core: SourcingCore) -> int:
    """Sites tried between two looks at the clock: fewer on large questions."""
    return max(1, 200_000 // max(core.n * core.m, 1))


def _regret(cost: FloatArray) -> float:
    """Mean difference between the cheapest two sites of a customer, > 0."""
    finite = cost[np.isfinite(cost)]
    least = 1e-6 * max(float(finite.max(initial=0.0)), 1e-9)
    if cost.shape[1] < 2:
        return least
    two = np.partition(cost, 1, axis=1)[:, :2]
    both = two[np.isfinite(two).all(axis=1)]
    return max(float((both[:, 1] - both[:, 0]).mean()) if both.size else 0.0, least)


def _coarse(core: SourcingCore) -> tuple[IntArray, IntArray, float]:
    """Demands rounded up and capacities rounded down to whole units, and units per demand."""
    largest = float(np.minimum(core.capacity, core.demand.sum()).max(initial=1.0))
    most = _COARSE if core.n * core.m < _LARGE else _COARSER
    if core.units.size and core.capacity_units.max(initial=0) <= most:
        total = max(float(core.demand.sum()), 1e-12)
        return core.units, core.capacity_units, max(float(core.units.sum()), 1e-12) / total
    per_unit = most / max(largest, 1e-12)
    units = np.ceil(core.demand * per_unit * (1 - 1e-9) - 1e-9)
    room = np.floor(np.minimum(core.capacity, core.demand.sum()) * per_unit * (1 + 1e-9) + 1e-9)
    return units.astype(np.int64), room.astype(np.int64), per_unit
