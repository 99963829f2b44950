"""Which sets of depots to route next: estimates corrected by what similar sets turned out to cost.

The linear surrogate leaves out what tours need between customers, which differs little between sets
that differ in one depot, and more between sets of two and of five depots. What a routed set costs
beyond its estimate is therefore expected of its neighbours too: the mean excess of the routed sets,
weighted by ``exp(−h / 2)`` for h depots of difference (a kernel regression).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.routing.depot_sets import DepotSet

FloatArray = NDArray[np.float64]

_DIVERSE = 1.1
"""Best sets of other numbers of depots are routed first if estimated within this factor."""
_HOPELESS = 0.2
"""Excess assumed of a set from which no routes were found, as a part of its estimate."""


class SetChoice:
    """Sets of depots that might be routed, and what routed ones cost.

    Parameters
    ----------
    sets : list of DepotSet
        The most promising ones, best estimate first.
    m : int
        Number of depots.
    around : callable
        Gives the sets that differ in one depot or a swap from a given one, estimated.
    """

    def __init__(
        self, sets: list[DepotSet], m: int, around: Callable[[DepotSet], list[DepotSet]]
    ) -> None:
        self._m = m
        self._around = around
        self._sets: list[DepotSet] = []
        self._known: set[tuple[int, ...]] = set()
        self._routed: dict[int, float] = {}
        self._widened: set[int] = set()
        self._add(sets)

    def __len__(self) -> int:
        return len(self._sets)

    def _add(self, sets: list[DepotSet]) -> None:
        for found in sets:
            key = tuple(found.members.tolist())
            if key not in self._known:
                self._known.add(key)
                self._sets.append(found)

    def next(self, count: int) -> list[DepotSet]:
        """Take the most promising sets that were not routed, at most ``count``."""
        return [self._sets[k] for k in self._order()[:count]]

    def learn(self, routed: list[DepotSet], values: list[float]) -> None:
        """Take note of what sets cost, ``inf`` if no routes were found; look around the best."""
        at = {id(found): k for k, found in enumerate(self._sets)}
        for found, value in zip(routed, values, strict=True):
            self._routed[at[id(found)]] = value
        best = min(self._routed, key=lambda k: (self._routed[k], k))
        if best not in self._widened:
            self._widened.add(best)
            self._add(self._around(self._sets[best]))

    def _order(self) -> list[int]:
        expected = np.array([found.estimate for found in self._sets])
        if self._routed:
            expected = expected + self._excess()
        order = [int(k) for k in np.argsort(expected, kind="stable") if int(k) not in self._routed]
        if self._routed or not order:
            return order
        sizes: set[int] = set()
        first = []
        for k in order:
            size = self._sets[k].members.size
            if size not in sizes and expected[k] <= _DIVERSE * expected[order[0]]:
                sizes.add(size)
                first.append(k)
        return first + [k for k in order if k not in first]

    def _excess(self) -> FloatArray:
        inside = np.zeros((len(self._sets), self._m))
        for k, found in enumerate(self._sets):
            inside[k, found.members] = 1.0
        at = list(self._routed)
        estimates = np.array([self._sets[k].estimate for k in at])
        values = np.array([self._routed[k] for k in at])
        excess = np.where(np.isfinite(values), values - estimates, _HOPELESS * np.abs(estimates))
        apart = np.abs(inside[:, None, :] - inside[None, at, :]).sum(axis=2)
        weight = np.exp(-0.5 * (apart - apart.min(axis=1, keepdims=True)))
        mean: FloatArray = (weight * excess).sum(axis=1) / weight.sum(axis=1)
        return mean
