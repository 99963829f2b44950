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
from logistique.congestion.simplex_kernels import least_shares

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_STEPS = 20
"""Quadratic models that are solved to settle a mixture."""

_PAIRS = 1000
"""Shifts between two plans to solve one of them."""

_TRIALS = 6
"""Slopes looked at for the length of one step."""

_FLAT = 0.3
"""A step is long enough when the slope has fallen to this part of what it was."""

_LONG = 0.1
"""The whole of a change is made if the slope after it rises by no more than this part."""

_START = 0.01
"""Share that plans without any have together at the start."""

_NUDGE = 1e-4
"""Part of a link's flow over which its curvature is taken."""

_DUST = 1e-7
"""Shares that are none."""

_TRACE = 1e-12
"""Share that stands for none, so that the flows of a hub that is not open yet are defined."""


@dataclass(frozen=True, eq=False)
class HubPlan:
    """A plan with one choice of routes, or a mixture of plans on routes of its own.

    Parameters
    ----------
    eur : float
        C − θT, EUR per day.
    hubs : (h,) int
        Open sites, whether they serve anybody or not.
    opened : (h,) float
        Share of each that is open, in (0, 1].
    served : (h, n) float
        Share of each consumer that each of them serves.
    flows : one (h, a) float array for each period
        What each of them sends, out and back, pcu per hour.
    """

    eur: float
    hubs: IntArray
    opened: FloatArray
    served: FloatArray
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
    def by_link(self) -> FloatArray:
        """Flow of each plan on the used links, (plans, l)."""
        return self.summed(self.rows)

    def summed(self, values: FloatArray) -> FloatArray:
        """Sum values of entries, (plans, e), over the hubs of each used link, (plans, l)."""
        order = np.argsort(self.place, kind="stable")
        first = np.searchsorted(self.place[order], np.arange(self.used.size))
        return np.asarray(np.add.reduceat(values[:, order], first, axis=1))

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
    refund : (e,) float
        What one more share of the open hub takes off, at given flows, EUR per day; the sum over
        its links counts.
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
        """Share of each hub that each plan opens, (plans, k)."""
        found = np.zeros((len(self.plans), self.k))
        for row, plan in zip(found, self.plans, strict=True):
            row[plan.hubs] = plan.opened
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
        shares = np.zeros((self.k, self.plans[0].served.shape[1]))
        for weight, plan in zip(self.weight, self.plans, strict=True):
            shares[plan.hubs] += weight * plan.served
        return shares.T

    def offered(self, plans: Sequence[HubPlan]) -> HubMixture:
        """Add plans without weight; those without weight so far are dropped."""
        used = self.weight > 0
        kept = [old for old, stays in zip(self.plans, used, strict=True) if stays]
        weight = np.append(self.weight[used], np.zeros(len(plans)))
        return HubMixture(self.traffic, self.k, (*kept, *plans), weight)

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
        return [_slope(entries, some, opened, blunt_eur) for entries in self._entries]

    def eur(self, slopes: Sequence[Slope]) -> float:
        """Smoothed cost at given slopes, EUR per day."""
        return float(self.weight @ self._eur) + sum(slope.eur for slope in slopes)

    def settled(self, blunt_eur: float, precision_eur: float) -> HubMixture:
        """Find the best shares by quadratic models until little is gained."""
        size = sum(entries.used.size for entries in self._entries)
        weight = self._with_all()
        for _ in range(_STEPS):
            cost = self._costs(self.slopes(blunt_eur, weight))
            gain = float(weight @ cost) - float(cost.min())
            if gain <= precision_eur:
                break
            # Quadratic models of sharp prices reach no farther than the next bend.
            soft = max(blunt_eur, gain / max(size, 1))
            slopes = self.slopes(soft, weight)
            cost = self._costs(slopes)
            aim = least_shares(
                cost, self._curvature(slopes, soft, weight), weight, precision_eur / 10, _PAIRS
            )
            change = aim - weight
            step = self._step(soft, weight, change, float(cost @ change))
            weight = weight + step * change
            weight = np.where(weight < _DUST, 0.0, weight)
            weight = weight / weight.sum()
        return HubMixture(self.traffic, self.k, self.plans, weight)

    def _with_all(self) -> FloatArray:
        """Shares with a little for plans without: hubs that hardly open bend the cost sharply."""
        new = self.weight <= 0
        if not new.any():
            return self.weight
        return np.where(new, _START / int(new.sum()), (1.0 - _START) * self.weight)

    def _costs(self, slopes: Sequence[Slope]) -> FloatArray:
        """Return the derivative of the whole cost by the share of each plan."""
        cost = self._eur.copy()
        for entries, slope in zip(self._entries, slopes, strict=True):
            refund = np.bincount(entries.hub, slope.refund, self.k)
            cost += entries.rows @ slope.weight - self.opened @ refund
        return cost

    def _curvature(
        self, slopes: Sequence[Slope], blunt_eur: float, weight: FloatArray
    ) -> FloatArray:
        """Second derivatives by the shares of two plans, (plans, plans)."""
        opened = np.maximum(weight, _TRACE) @ self.opened
        found = np.zeros((weight.size, weight.size))
        for entries, slope in zip(self._entries, slopes, strict=True):
            place, eur_h = entries.place, entries.eur_h
            marginal, bend = _bend(entries.alone, slope.flow, eur_h)
            mean, joint_bend = _bend(entries.together, slope.total, eur_h)
            away = entries.rows - slope.flow * self.opened[:, entries.hub]
            apart = away * np.sqrt(slope.share[place] * bend / opened[entries.hub])
            joint = entries.by_link * np.sqrt((1.0 - slope.share) * joint_bend)
            # What the price of a hub gains on that of all flows together.
            alone = eur_h * entries.alone.delay_and_marginal(slope.flow)[0]
            ahead = entries.summed(marginal * away + alone * self.opened[:, entries.hub])
            ahead -= mean * entries.by_link
            turn = ahead * np.sqrt(slope.share * (1.0 - slope.share) / blunt_eur)
            found += apart @ apart.T + joint @ joint.T + turn @ turn.T
        return found

    def _step(
        self, blunt_eur: float, weight: FloatArray, change: FloatArray, start: float
    ) -> float:
        """Part of a change after which the cost hardly falls any more."""

        def slope(step: float) -> float:
            moved = np.maximum(weight + step * change, 0.0)
            return float(self._costs(self.slopes(blunt_eur, moved)) @ change)

        low, high, at_low, at_high = 0.0, 1.0, start, slope(1.0)
        if at_high <= -_LONG * start:
            return 1.0
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


def _bend(period: Period, flow: FloatArray, eur_h: float) -> tuple[FloatArray, FloatArray]:
    """Price of one more car unit on each link, and how fast it rises."""
    nudge = _NUDGE * (period.background + flow + 1.0)
    here = period.marginal(flow)
    rise = np.maximum(period.marginal(flow + nudge) - here, 0.0)
    return eur_h * here, eur_h * rise / nudge


def _slope(entries: _Entries, weight: FloatArray, opened: FloatArray, blunt_eur: float) -> Slope:
    eur_h, place, size = entries.eur_h, entries.place, entries.used.size
    carried = weight @ entries.rows
    flow = carried / opened[entries.hub]
    total = np.bincount(place, carried, size).astype(np.float64)
    alone, marginal = (eur_h * part for part in entries.alone.delay_and_marginal(flow))
    joint, mean = (eur_h * part for part in entries.together.delay_and_marginal(total))
    apart = np.bincount(place, opened[entries.hub] * alone, size)
    ahead = (apart - joint) / blunt_eur
    share = 1.0 / (1.0 + np.exp(-np.clip(ahead, -50.0, 50.0)))
    value = joint + blunt_eur * np.logaddexp(0.0, ahead)
    return Slope(
        eur=float(value.sum()),
        used=entries.used,
        total=total,
        share=share,
        hub=entries.hub,
        link=entries.link,
        flow=flow,
        weight=(1.0 - share[place]) * mean[place] + share[place] * marginal,
        refund=share[place] * (marginal * flow - alone),
    )
