"""Mixtures of plans: what the decisions relaxed to convex combinations of plans cost least.

Simplicial decomposition (von Hohenbalken, Mathematical Programming 13, 1977): the master problem
over all plans found so far, a convex function of their shares, is solved by pairwise steps, so
that every round of the outer loop looks from the best point known rather than from one step
towards it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.mixture import least_step
from logistique.congestion.question import Traffic

FloatArray = NDArray[np.float64]

_STEPS = 200


@dataclass(frozen=True, eq=False)
class PlanMixture:
    """Convex combination of plans with one choice of routes each.

    Parameters
    ----------
    eur : (k,) float
        C − θT of each plan.
    flows : one (k, a) float array for each period
        Its flows, pcu per hour.
    weight : (k,) float
        Shares ≥ 0 that add up to 1.

    Notes
    -----
    Memory: k · a numbers per period.
    """

    eur: FloatArray
    flows: tuple[FloatArray, ...]
    weight: FloatArray

    @classmethod
    def of(cls, eur: float, flows: Sequence[FloatArray]) -> PlanMixture:
        """One plan alone."""
        return cls(np.array([eur]), tuple(row[None, :] for row in flows), np.ones(1))

    @property
    def point(self) -> tuple[FloatArray, ...]:
        """Flows of the combination."""
        return tuple(self.weight @ rows for rows in self.flows)

    def offered(self, eur: float, flows: Sequence[FloatArray]) -> PlanMixture:
        """Add a plan without weight; those without weight so far are dropped."""
        used = self.weight > 0
        return PlanMixture(
            np.append(self.eur[used], eur),
            tuple(
                np.vstack([rows[used], row]) for rows, row in zip(self.flows, flows, strict=True)
            ),
            np.append(self.weight[used], 0.0),
        )

    def settled(self, traffic: Traffic, precision_eur: float) -> PlanMixture:
        """Move weight from the dearest plan to the cheapest until little is gained."""
        weight = self.weight.copy()
        price = [traffic.value_of_time * period.hours for period in traffic.periods]
        for _ in range(_STEPS):
            point = [weight @ rows for rows in self.flows]
            cost = self.eur.copy()
            for period, eur_h, rows, flow in zip(
                traffic.periods, price, self.flows, point, strict=True
            ):
                cost += eur_h * (rows @ period.marginal(flow))
            best = int(cost.argmin())
            worst = int(np.where(weight > 0, cost, -np.inf).argmax())
            if best == worst or float(weight @ cost) - cost[best] <= precision_eur:
                break
            step = self._step(traffic, price, point, (best, worst), float(weight[worst]))
            if step == 0.0:  # the gain is one of rounding
                break
            weight[best] += step
            weight[worst] = 0.0 if step == weight[worst] else weight[worst] - step
        return PlanMixture(self.eur, self.flows, weight)

    def _step(
        self,
        traffic: Traffic,
        price: Sequence[float],
        point: Sequence[FloatArray],
        pair: tuple[int, int],
        most: float,
    ) -> float:
        best, worst = pair
        parts = []
        for period, eur_h, rows, flow in zip(
            traffic.periods, price, self.flows, point, strict=True
        ):
            change = rows[best] - rows[worst]
            moved = np.flatnonzero(change)
            parts.append((period.on(moved), eur_h, flow[moved], change[moved]))
        fixed = float(self.eur[best] - self.eur[worst])

        def slope(step: float) -> float:
            return fixed + sum(
                eur_h * float(period.marginal(np.maximum(flow + step * along, 0.0)) @ along)
                for period, eur_h, flow, along in parts
            )

        return least_step(slope, most)
