"""Mixtures of ways, hub by hub, that delay everybody least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import Period

FloatArray = NDArray[np.float64]

_SWEEPS = 20
_SECANTS = 12


@dataclass(eq=False)
class Mixture:
    """Convex combinations, one for each hub and direction, of flows that carry its trips.

    Parameters
    ----------
    ways : list of (c, a) float
        Flows found for each hub, pcu per hour.
    weight : list of (c,) float
        Shares ≥ 0 that add up to 1.
    flow : (a,) float
        Sum of the combinations.
    """

    ways: list[FloatArray]
    weight: list[FloatArray]
    flow: FloatArray

    @classmethod
    def of(cls, rows: FloatArray) -> Mixture:
        """All on the first ways, (hubs, a)."""
        return cls([row[None, :] for row in rows], [np.ones(1) for _ in rows], rows.sum(axis=0))

    def add(self, rows: FloatArray, marginal: FloatArray) -> None:
        """Offer each hub new ways, where they are cheaper than all it has; drop unused ones."""
        for number, row in enumerate(rows):
            used = self.weight[number] > 0
            ways, weight = self.ways[number][used], self.weight[number][used]
            cheapest = float((ways @ marginal).min())
            if float(row @ marginal) < cheapest * (1 - 1e-12):
                ways, weight = np.vstack([ways, row]), np.append(weight, 0.0)
            self.ways[number], self.weight[number] = ways, weight

    def settle(self, period: Period, precision_h: float) -> None:
        """Shift trips from the dearest to the cheapest way of each hub until little is gained."""
        for _ in range(_SWEEPS):
            gain = sum(self._shift(number, period) for number in range(len(self.ways)))
            if gain <= precision_h:
                break
        self.flow = sum(
            (weight @ ways for weight, ways in zip(self.weight, self.ways, strict=True)),
            np.zeros_like(self.flow),
        )

    def _shift(self, number: int, period: Period) -> float:
        """Shift between two ways of one hub; what it could gain to first order, hours per hour."""
        ways, weight = self.ways[number], self.weight[number]
        if len(ways) == 1:
            return 0.0
        cost = ways @ period.marginal(self.flow)
        best = int(cost.argmin())
        worst = int(np.where(weight > 0, cost, -np.inf).argmax())
        gain = float(weight @ cost - cost[best])
        if best == worst or gain <= 0:
            return 0.0
        change = ways[best] - ways[worst]
        step = _step(period, self.flow, change, float(weight[worst]))
        weight[best] += step
        weight[worst] = 0.0 if step == weight[worst] else weight[worst] - step
        self.flow = np.maximum(self.flow + step * change, 0.0)
        return gain


def _step(period: Period, flow: FloatArray, change: FloatArray, most: float) -> float:
    """Step in [0, most] at which D stops falling along a direction."""
    moved = np.flatnonzero(change)
    there, before, along = period.on(moved), flow[moved], change[moved]

    def slope(step: float) -> float:
        return float(there.marginal(np.maximum(before + step * along, 0.0)) @ along)

    return least_step(slope, most)


def least_step(slope: Callable[[float], float], most: float) -> float:
    """Step in [0, most] up to which a convex function falls, by secants in a bracket.

    The step returned never lies beyond the zero of the slope by more than rounding.
    """
    low, high, at_low, at_high = 0.0, most, slope(0.0), slope(most)
    if at_low >= 0:
        return 0.0
    if at_high <= 0:
        return most
    for turn in range(_SECANTS):
        share = at_low / (at_low - at_high) if turn % 3 < 2 else 0.5
        middle = low + min(max(share, 0.02), 0.98) * (high - low)
        here = slope(middle)
        if abs(here) <= 1e-10 * max(abs(at_low), abs(at_high)):
            return middle
        if here > 0:
            high, at_high = middle, here
        else:
            low, at_low = middle, here
    return low
