"""Mixtures of plans whose delay is told hub by hub.

A mixture of plans carries little of everything everywhere, and D of its flows is far less than
what its plans cost: half a hub delays others by much less than half of what the hub would. D is
convex and zero without flow, so for integral plans that open the hubs y_j and send the flows v_j
from each, link by link, ::

    D(Σ_j v_j) ≥ Σ_j D(v_j) = Σ_j y_j D(v_j / y_j)

and the last sum is convex in (y, v) (Frangioni and Gentile, Mathematical Programming 106, 2006:
the perspective of D). What counts here is on every link the larger of D(Σ v_j), which knows that
hubs share the link, and of the perspective, which knows that hubs are open or not. The maximum is
smoothed, so that the best shares are found by steps along the slope; it stays convex and above
both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.question import Period, Traffic

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_STEPS = 60

_TRIALS = 6
"""Slopes looked at for one step."""

_FLAT = 0.05
"""A step is long enough when the slope has fallen to this part of what it was."""

_TRACE = 1e-12
"""Share that stands for none, so that the flows of a hub that is not open yet are defined."""


@dataclass(frozen=True, eq=False)
class HubPlan:
    """A plan with one choice of routes.

    Parameters
    ----------
    eur : float
        C − θT, EUR per day.
    chosen : (n,) int
        Site of each consumer.
    hubs : (h,) int
        Open sites, whether they serve anybody or not.
    flows : one (h, a) float array for each period
        What each of them sends, out and back, pcu per hour.
    """

    eur: float
    chosen: IntArray
    hubs: IntArray
    flows: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class _Entries:
    """Flows of all plans in one period, on the pairs of hub and link that any of them uses."""

    whole: Period
    eur_h: float
    hub: IntArray
    link: IntArray
    rows: FloatArray

    @classmethod
    def of(cls, plans: Sequence[HubPlan], number: int, traffic: Traffic, k: int) -> _Entries:
        period, links = traffic.periods[number], traffic.roads.n_links
        busy = np.zeros((k, links), dtype=bool)
        for plan in plans:
            busy[plan.hubs] |= plan.flows[number] > 0
        hub, link = np.nonzero(busy)
        first = np.searchsorted(hub, np.arange(k + 1))
        rows = np.zeros((len(plans), hub.size))
        for row, plan in zip(rows, plans, strict=True):
            for site, flow in zip(plan.hubs, plan.flows[number], strict=True):
                part = slice(first[site], first[site + 1])
                row[part] = flow[link[part]]
        return cls(period, traffic.value_of_time * period.hours, hub, link, rows)

    @cached_property
    def alone(self) -> Period:
        """The period on the links of the entries."""
        return self.whole.on(self.link)

    @cached_property
    def used(self) -> IntArray:
        """Links that carry anything."""
        return np.unique(self.link)

    @cached_property
    def place(self) -> IntArray:
        """Position of each entry's link among the used ones."""
        return np.searchsorted(self.used, self.link)

    @cached_property
    def together(self) -> Period:
        """The period on the used links."""
        return self.whole.on(self.used)


@dataclass(frozen=True, eq=False)
class Slope:
    """Where a mixture stands in one period.

    Parameters
    ----------
    eur : float
        Smoothed price of delay, EUR per day.
    used : (l,) int
        Links that carry anything.
    total : (l,) float
        Their flows, pcu per hour.
    share : (l,) float
        Weight in [0, 1] of the perspective, the rest is that of D of all flows.
    hub, link : (e,) int
        Pairs that carry anything.
    flow : (e,) float
        v_j / y_j: flow where the hub is open altogether.
    weight : (e,) float
        Price of one more car unit per hour, EUR per day.
    refund : (k,) float
        What one more share of an open hub takes off, at given flows, EUR per day.
    """

    eur: float
    used: IntArray
    total: FloatArray
    share: FloatArray
    hub: IntArray
    link: IntArray
    flow: FloatArray
    weight: FloatArray
    refund: FloatArray


@dataclass(frozen=True, eq=False)
class HubMixture:
    """Convex combination of plans.

    Parameters
    ----------
    traffic : Traffic
    k : int
        Number of sites.
    plans : tuple of HubPlan
        At least one.
    weight : (plans,) float
        Shares ≥ 0 that add up to 1.
    """

    traffic: Traffic
    k: int
    plans: tuple[HubPlan, ...]
    weight: FloatArray

    @classmethod
    def of(cls, traffic: Traffic, k: int, plans: Sequence[HubPlan]) -> HubMixture:
        """All on the first plan."""
        return cls(traffic, k, tuple(plans), np.eye(len(plans))[0])

    @cached_property
    def opened(self) -> FloatArray:
        """Hubs that each plan opens, (plans, k), 0 or 1."""
        found = np.zeros((len(self.plans), self.k))
        for row, plan in zip(found, self.plans, strict=True):
            row[plan.hubs] = 1.0
        return found

    @cached_property
    def _entries(self) -> list[_Entries]:
        count = len(self.traffic.periods)
        return [_Entries.of(self.plans, p, self.traffic, self.k) for p in range(count)]

    @cached_property
    def _eur(self) -> FloatArray:
        return np.array([plan.eur for plan in self.plans])

    @property
    def open_share(self) -> FloatArray:
        """Share of each hub that is open, (k,)."""
        return self.weight @ self.opened

    def assignment(self) -> FloatArray:
        """Share of each consumer served by each site, (n, k)."""
        shares = np.zeros((self.plans[0].chosen.size, self.k))
        for weight, plan in zip(self.weight, self.plans, strict=True):
            shares[np.arange(plan.chosen.size), plan.chosen] += weight
        return shares

    def offered(self, plan: HubPlan) -> HubMixture:
        """Add a plan without weight; those without weight so far are dropped."""
        used = self.weight > 0
        kept = [old for old, stays in zip(self.plans, used, strict=True) if stays]
        return HubMixture(self.traffic, self.k, (*kept, plan), np.append(self.weight[used], 0.0))

    def only(self, fits: BoolArray) -> HubMixture | None:
        """Drop plans; None if none is left."""
        if not fits.any():
            return None
        weight = self.weight[fits]
        total = float(weight.sum())
        weight = weight / total if total > 0 else np.eye(weight.size)[0]
        kept = tuple(plan for plan, stays in zip(self.plans, fits, strict=True) if stays)
        return HubMixture(self.traffic, self.k, kept, weight)

    def slopes(self, blunt_eur: float, weight: FloatArray | None = None) -> list[Slope]:
        """Slopes by period, where the larger of two prices of a link is smoothed over so much."""
        weight = self.weight if weight is None else weight
        some = np.maximum(weight, _TRACE)
        opened = some @ self.opened
        return [_slope(entries, some, opened, blunt_eur, self.k) for entries in self._entries]

    def _costs(self, blunt_eur: float, weight: FloatArray) -> FloatArray:
        """Return the derivative of the whole cost by the share of each plan."""
        cost = self._eur.copy()
        for entries, slope in zip(self._entries, self.slopes(blunt_eur, weight), strict=True):
            cost += entries.rows @ slope.weight - self.opened @ slope.refund
        return cost

    def eur(self, slopes: Sequence[Slope]) -> float:
        """Smoothed cost at given slopes, EUR per day."""
        return float(self.weight @ self._eur) + sum(slope.eur for slope in slopes)

    def settled(self, blunt_eur: float, precision_eur: float) -> HubMixture:
        """Move weight from the dearest plan to the cheapest until little is gained."""
        weight = self.weight.copy()
        for _ in range(_STEPS):
            cost = self._costs(blunt_eur, weight)
            best = int(cost.argmin())
            worst = int(np.where(weight > 0, cost, -np.inf).argmax())
            if best == worst or float(weight @ cost) - cost[best] <= precision_eur:
                break
            step = self._step(blunt_eur, weight, (best, worst), float(cost[best] - cost[worst]))
            weight[best] += step
            weight[worst] = 0.0 if step == weight[worst] else weight[worst] - step
        return HubMixture(self.traffic, self.k, self.plans, weight)

    def _step(
        self, blunt_eur: float, weight: FloatArray, pair: tuple[int, int], at_low: float
    ) -> float:
        best, worst = pair
        most = float(weight[worst])

        def slope(step: float) -> float:
            moved = weight.copy()
            moved[best] += step
            moved[worst] = max(moved[worst] - step, 0.0)
            cost = self._costs(blunt_eur, moved)
            return float(cost[best] - cost[worst])

        low, high, at_high, start = 0.0, most, slope(most), at_low
        if at_high <= 0:
            return most
        for turn in range(_TRIALS):
            share = at_low / (at_low - at_high) if turn % 2 == 0 else 0.5
            middle = low + min(max(share, 0.02), 0.98) * (high - low)
            here = slope(middle)
            if here > 0:
                high, at_high = middle, here
            else:
                low, at_low = middle, here
            if low > 0 and -at_low <= -_FLAT * start:
                break
        return low if low > 0 else high / 2


def _slope(
    entries: _Entries, weight: FloatArray, opened: FloatArray, blunt_eur: float, k: int
) -> Slope:
    eur_h, place, size = entries.eur_h, entries.place, entries.used.size
    carried = weight @ entries.rows
    flow = carried / opened[entries.hub]
    total: FloatArray = np.bincount(place, carried, size).astype(np.float64)
    alone = eur_h * entries.alone.delay_by_link(flow)
    apart = np.bincount(place, opened[entries.hub] * alone, size)
    joint = eur_h * entries.together.delay_by_link(total)
    ahead = (apart - joint) / blunt_eur
    share = 1.0 / (1.0 + np.exp(-np.clip(ahead, -50.0, 50.0)))
    value = joint + blunt_eur * np.logaddexp(0.0, ahead)
    marginal = eur_h * entries.alone.marginal(flow)
    price = (1.0 - share[place]) * (eur_h * entries.together.marginal(total))[place]
    refund = np.bincount(entries.hub, share[place] * (marginal * flow - alone), k)
    return Slope(
        eur=float(value.sum()),
        used=entries.used,
        total=total,
        share=share,
        hub=entries.hub,
        link=entries.link,
        flow=flow,
        weight=price + share[place] * marginal,
        refund=refund.astype(np.float64),
    )
