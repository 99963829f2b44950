"""Prices of linear rules on places and services, raised together with those of the clients.

A row ``lower ≤ a ≤ upper`` is priced at σ: every cost falls by σ times its coefficient and the bound gains
``σ lower`` (σ > 0) or ``σ upper`` (σ < 0). Steps are those of the volume algorithm of :mod:`dual`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.stages.core import Stages
from logistique.location.stages.dual import Ascent
from logistique.location.stages.search import first_prices
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROUNDS = 5
"""Climbs, each with longer steps again; the first leaves the prices of rules at 0."""

_AIM = 0.02
"""Distance to the best bound, relative, that steps aim at."""

_FIRST_STEP, _RESTART, _LAST_STEP, _LARGEST_STEP = 0.5, 0.2, 1e-3, 2.0
_PATIENCE = 20
_NEWEST = 0.1


@dataclass(frozen=True, eq=False)
class LinearRules:
    """``lower ≤ option·y + storage·z + arc·x ≤ upper``, row by row.

    Parameters
    ----------
    option, storage, arc : (r, o), (r, s), (r, e) float
        Coefficients of options, storages and service arcs.
    lower, upper : (r,) float
        May be infinite.
    most : (r,) float
        Largest price, ``inf`` for a rule that must hold.
    """

    option: FloatArray
    storage: FloatArray
    arc: FloatArray
    lower: FloatArray
    upper: FloatArray
    most: FloatArray

    def priced(self, stages: Stages, price: FloatArray) -> Stages:
        """Return the question with the rules in its costs."""
        bound = np.where(price > 0, self.lower, self.upper)
        used = price != 0
        arcs = dataclasses.replace(stages.arcs, cost=stages.arcs.cost - price @ self.arc)
        return dataclasses.replace(
            stages,
            arcs=arcs,
            option_cost=stages.option_cost - price @ self.option,
            storage_cost=stages.storage_cost - price @ self.storage,
            fixed=stages.fixed + float(price[used] @ bound[used]),
        )

    def weight(self, stages: Stages) -> FloatArray:
        """Size of steps of the prices beside those of clients per unit, (r,).

        A unit of a row stands for the demand that has as much of the coefficients.
        """
        demand = stages.demand[stages.arcs.client]
        total = float(stages.total.sum())
        room = np.minimum(stages.option_capacity.sum(axis=1), total)
        store = np.minimum(stages.storage_capacity.sum(axis=1), total)
        weights = np.ones(self.lower.size)
        for r in range(weights.size):
            for row, size in (
                (self.arc[r], demand),
                (self.option[r], room),
                (self.storage[r], store),
            ):
                used = row != 0
                if used.any():
                    weights[r] = (size[used].sum() / np.abs(row[used]).sum()) ** 2 / total
                    break
        return weights

    def missed(self, value: FloatArray, price: FloatArray) -> FloatArray:
        """Direction in which each price rises, (r,): what its row misses of the bound it is for."""
        short, over = self.lower - value, self.upper - value
        idle = np.maximum(short, 0.0) + np.minimum(over, 0.0)
        return np.where(price > 0, short, np.where(price < 0, over, idle))

    def moved(self, price: FloatArray, change: FloatArray) -> FloatArray:
        """Prices after a step, none beyond 0 towards a side without limit."""
        low = np.where(np.isinf(self.upper), 0.0, -self.most)
        high = np.where(np.isinf(self.lower), 0.0, self.most)
        return np.clip(price + change, low, high)


def climbed_rules(
    kind: Callable[[Stages], Ascent], stages: Stages, rules: LinearRules, steps: int, watch: Watch
) -> tuple[FloatArray, float]:
    """Raise the bound of a question with rules.

    Parameters
    ----------
    kind : callable
        Makes the Lagrangian of a question.
    stages : Stages
        The question without the rules.
    rules : LinearRules
        The rules.
    steps : int
        Largest number of steps of a climb.
    watch : Watch
        Clock.

    Returns
    -------
    (r,) float, float
        Best prices of the rules, and the bound.
    """
    climb = _Climb(kind, stages, rules)
    for turn in range(_ROUNDS):
        climb.steps(steps, watch, rules.weight(stages) * float(turn > 0))
    return climb.price, climb.best.bound


class _Climb:
    """Best prices so far, and the averages of the decisions on the way."""

    def __init__(
        self, kind: Callable[[Stages], Ascent], stages: Stages, rules: LinearRules
    ) -> None:
        self.kind, self.stages, self.rules = kind, stages, rules
        self.price = np.zeros(rules.lower.size)
        self.ascent = kind(stages)
        self.best, self.average, *places = self.ascent.evaluate(
            first_prices(self.ascent), stages.sites, stages.storages
        )
        self.mean = self._value(self.ascent, *places)
        self.step = _FIRST_STEP

    def steps(self, count: int, watch: Watch, weight: FloatArray) -> None:
        """Take some steps; prices of rules move with their weights."""
        self.step, stalled = max(self.step, _RESTART), 0
        aim = _AIM * abs(self.best.bound) + 1e-9
        for _ in range(count):
            missed = self.rules.missed(self.mean, self.price)
            length = self.ascent.length(self.best.point, self.average)
            length += float(weight @ missed**2)
            if watch.over or length <= 0 or self.step < _LAST_STEP:
                break
            raised, uphill = self._tried(self.step * aim / length, weight * missed)
            stalled = 0 if raised else stalled + 1
            if raised and uphill > 0:
                self.step = min(self.step * 1.1, _LARGEST_STEP)
            elif stalled >= _PATIENCE:
                self.step, stalled = self.step * 0.66, 0

    def _tried(self, size: float, direction: FloatArray) -> tuple[bool, float]:
        """Whether a step raises the bound, and whether new decisions go along with it."""
        point = self.ascent.stepped(self.best.point, self.average, size)
        price = self.rules.moved(self.price, size * direction)
        other = self.kind(self.rules.priced(self.stages, price))
        found, violation, *places = other.evaluate(point, self.stages.sites, self.stages.storages)
        share, uphill = self.ascent.turn(self.best.point, self.average, violation, _NEWEST)
        self.mean += share * (self._value(other, *places) - self.mean)
        raised = found.bound > self.best.bound
        if raised:
            self.best, self.price, self.ascent = found, price, other
        return raised, uphill

    def _value(self, ascent: Ascent, chosen: IntArray, opened: IntArray) -> FloatArray:
        """Rows at decisions."""
        rules = self.rules
        arc, part = ascent.in_use(chosen)
        sums = rules.option[:, chosen].sum(axis=1) + rules.storage[:, opened].sum(axis=1)
        return np.asarray(sums + rules.arc[:, arc] @ part)
