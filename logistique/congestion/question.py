"""The question with congestion: a location problem whose vehicles delay everybody.

Let *x* be the decisions of a location problem with cost C(x) (its own driving times included, at
the times of the other traffic). In period *p*, of h hours, links carry the flow b of everybody
else, take t(v) hours at flow v, and the vehicles of the plan are a flow v on top. Routes are a
choice of those who plan: v may be any flow that carries the round trips of x. Everybody together
loses, per hour of the period, ::

    D(v) = Σ_a [(b_a + v_a) t_a(b_a + v_a) − b_a t_a(b_a)]                      vehicle·hours/hour

of which the time T the vehicles would need themselves at the times t(b) on their fastest routes is
in C already. With θ the value of time the question is ::

    min  C(x) + θ Σ_p h_p [D_p(v_p) − T_p(x)]   over x feasible, v_p carrying the trips of x

D is convex when t is convex and does not fall, and T is linear in x, so for every x the least over
v is a convex problem and the whole is a convex mixed-integer problem. The bracket is never
negative; it is zero without trips, and where times do not depend on flows.

*Cuts.* At any v̄ ≥ 0, with marginal social costs m = t(b + v̄) + (b + v̄) t′(b + v̄), ::

    D(v) ≥ D(v̄) + m·(v − v̄) ≥ D(v̄) − m·v̄ + Σ_trips M(trip)

with M the cost of the cheapest round trip under m: whatever routes carry the trips of x, they cost
no less. The right-hand side is linear in x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.roads import Roads, Trees, cheapest, loads
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class LinkTimes(Protocol):
    """Volume-delay functions of all links; convex and non-decreasing for a proved bound."""

    def time(self, flow: FloatArray) -> FloatArray:
        """Time of each link at a flow ≥ 0, (a,)."""
        ...

    def time_and_derivative(self, flow: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Time, and its derivative by the flow, (a,) each."""
        ...

    def take(self, links: IntArray) -> LinkTimes:
        """Functions of some links, in the order given."""
        ...


@dataclass(frozen=True, eq=False)
class Period:
    """A part of the day with its own other traffic.

    Parameters
    ----------
    name : str
    hours : float
        Length, > 0.
    times : LinkTimes
        Times in hours at flows in car units (pcu) per hour.
    background : (a,) float
        Flow of everybody else, pcu per hour, ≥ 0.
    """

    name: str
    hours: float
    times: LinkTimes
    background: FloatArray

    @cached_property
    def free(self) -> FloatArray:
        """Times of the links with the other traffic alone, hours."""
        return self.times.time(self.background)

    def on(self, links: IntArray) -> Period:
        """Return the same part of the day on some links alone."""
        return Period(self.name, self.hours, self.times.take(links), self.background[links])

    def delay(self, flow: FloatArray) -> float:
        """D: vehicle·hours per hour that a flow takes from everybody, its own time included."""
        total = self.background + flow
        return float(total @ self.times.time(total) - self.background @ self.free)

    def delay_and_marginal(self, flow: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Share of each link in D, and its gradient, (a,) each."""
        total = self.background + flow
        time, slope = self.times.time_and_derivative(total)
        return total * time - self.background * self.free, time + total * slope

    def marginal(self, flow: FloatArray) -> FloatArray:
        """Gradient of D at a flow, (a,): time of one more car unit plus what it costs others."""
        total = self.background + flow
        time, slope = self.times.time_and_derivative(total)
        return time + total * slope


@dataclass(frozen=True, eq=False)
class Flows:
    """Round trips between hubs and places, caused by decisions of shape (h, t).

    Parameters
    ----------
    hub, place : (h, 2), (t, 2) int
        Nodes where vehicles leave (first column) and arrive (second); the same node twice but
        where zones carry no through traffic.
    pcu : (h, t) float
        Car units of round trips per day and unit of the decision, ≥ 0.
    kind : (h, t) int
        Kind of vehicle (an entry of ``Roads.open_to``).
    share : (periods,) float
        Part of the day's trips in each period.
    """

    hub: IntArray
    place: IntArray
    pcu: FloatArray
    kind: IntArray
    share: FloatArray

    @cached_property
    def kinds(self) -> IntArray:
        """Kinds of vehicles that make trips."""
        return np.unique(self.kind[self.pcu > 0])

    def trees(self, roads: Roads, weight: FloatArray) -> dict[int, tuple[Trees, Trees]]:
        """Cheapest ways out and back, by kind of vehicle."""
        return {
            int(kind): (
                cheapest(roads, weight, int(kind), self.hub[:, 0], outward=True),
                cheapest(roads, weight, int(kind), self.hub[:, 1], outward=False),
            )
            for kind in self.kinds
        }

    def round_trip(self, trees: dict[int, tuple[Trees, Trees]]) -> FloatArray:
        """Cost of one round trip, (h, t); 0 where no trips are made."""
        cost = np.zeros(self.pcu.shape)
        for kind, (out, back) in trees.items():
            both = out.cost[:, self.place[:, 1]] + back.cost[:, self.place[:, 0]]
            cost = np.where((self.kind == kind) & (self.pcu > 0), both, cost)
        return cost

    def loads(
        self, roads: Roads, trees: dict[int, tuple[Trees, Trees]], decision: FloatArray
    ) -> FloatArray:
        """Car units per day that each hub sends over each link on the given ways, (2, h, a).

        First the ways out, then the ways back.
        """
        flow = np.zeros((2, len(self.hub), roads.n_links))
        trips = self.pcu * decision
        for kind, (out, back) in trees.items():
            amounts = np.where(self.kind == kind, trips, 0.0)
            flow[0] += loads(roads, out, self.place[:, 1], amounts)
            flow[1] += loads(roads, back, self.place[:, 0], amounts)
        return flow


@dataclass(frozen=True, eq=False)
class Traffic:
    """Roads, periods and what a plan sends onto them.

    Parameters
    ----------
    roads : Roads
    periods : tuple of Period
    service : Flows
        From depot sites (k hubs) to consumers (n places); decisions ``assignment.T``.
    feed : Flows or None
        From storage zones (p hubs) to depot sites (k places); decisions ``feed``.
    value_of_time : float
        θ, EUR per car unit and hour, ≥ 0.
    approach : Flows or None
        From gateways (g hubs) to storage zones (p places); decisions what each zone sends on, the
        sums of ``feed`` over depot sites, for every gateway. Only where there is ``feed``.
    """

    roads: Roads
    periods: tuple[Period, ...]
    service: Flows
    feed: Flows | None
    value_of_time: float
    approach: Flows | None = None


@dataclass(frozen=True, eq=False)
class CongestedProblem:
    """A location problem with the traffic it causes.

    Parameters
    ----------
    problem : Problem
        Costs without delay.
    traffic : Traffic

    Raises
    ------
    InvalidInputError
        For shapes that do not fit, trips where there is no way, shares that do not add up to
        one, negative flows, amounts that are not finite.
    """

    problem: Problem
    traffic: Traffic

    def __post_init__(self) -> None:
        findings = _findings(self.problem, self.traffic)
        if findings:
            raise InvalidInputError(findings)
        for flows, allowed in self._allowed():
            for period in self.traffic.periods:
                trees = flows.trees(self.traffic.roads, period.free)
                lost = np.argwhere(allowed & ~np.isfinite(flows.round_trip(trees)))
                if lost.size:
                    raise InvalidInputError([_no_way(lost)])

    def _allowed(self) -> list[tuple[Flows, NDArray[np.bool_]]]:
        pairs = [(self.traffic.service, np.isfinite(self.problem.service_cost.T))]
        fed = np.isfinite(self.problem.feed_cost)
        if self.traffic.feed is not None:
            pairs.append((self.traffic.feed, fed))
        if self.traffic.approach is not None:
            used = fed.any(axis=1) & (self.traffic.approach.pcu > 0)
            pairs.append((self.traffic.approach, used))
        return pairs

    @cached_property
    def own_hours(self) -> tuple[FloatArray, FloatArray]:
        """Hours per day of the vehicles' fastest round trips at the times of the other traffic.

        Per unit of decision: of service (n, k) and of feeding (p, k); what C pays for already.
        """
        return self.per_decision(
            [
                sum(
                    flows.share[number]
                    * flows.pcu
                    * _zero_where_shut(flows, self.traffic.roads, period)
                    for number, period in enumerate(self.traffic.periods)
                )
                for flows in self.parts
            ]
        )

    @property
    def parts(self) -> tuple[Flows, ...]:
        """The flows of the plan: service, then feeding and approach if there are any."""
        every = (self.traffic.service, self.traffic.feed, self.traffic.approach)
        return tuple(flows for flows in every if flows is not None)

    def moving(self, assignment: FloatArray, feed: FloatArray) -> list[tuple[Flows, FloatArray]]:
        """Flows of the plan with the decisions (hubs, places) that cause them."""
        found = [(self.traffic.service, assignment.T)]
        if self.traffic.feed is not None:
            found.append((self.traffic.feed, feed))
        if self.traffic.approach is not None:
            sent = np.broadcast_to(feed.sum(axis=1), self.traffic.approach.pcu.shape)
            found.append((self.traffic.approach, sent))
        return found

    def per_decision(self, values: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Sum values per unit of the decisions of :attr:`parts`: of service, of feeding.

        Parameters
        ----------
        values : one (hubs, places) float array for each of the parts

        Returns
        -------
        (n, k) float, (p, k) float
            What a parcel costs on its approach is part of feeding it from there.
        """
        feed = np.zeros(self.problem.feed_cost.shape)
        if self.traffic.feed is not None:
            feed = feed + values[1]
        if self.traffic.approach is not None:
            feed = feed + values[-1].sum(axis=0)[:, None]
        return values[0].T, feed


def _zero_where_shut(flows: Flows, roads: Roads, period: Period) -> FloatArray:
    hours = flows.round_trip(flows.trees(roads, period.free))
    return np.where(np.isfinite(hours), hours, 0.0)


def _findings(problem: Problem, traffic: Traffic) -> list[Finding]:
    found: list[Finding] = []
    links, periods = traffic.roads.n_links, len(traffic.periods)

    def check(holds: bool, subject: str, message: str, hint: str = "") -> None:  # noqa: FBT001
        if not holds:
            found.append(Finding("congestion", "traffic", subject, message, hint))

    check(periods > 0, "periods", "there are none", "give at least one period")
    check(
        np.isfinite(traffic.value_of_time) and traffic.value_of_time >= 0,
        "value_of_time",
        f"is {traffic.value_of_time}; allowed: finite and not negative",
    )
    for period in traffic.periods:
        name = f"period {period.name}"
        check(np.isfinite(period.hours) and period.hours > 0, name, f"lasts {period.hours} hours")
        fits = period.background.shape == (links,)
        check(fits, name, f"background has shape {period.background.shape}, expected ({links},)")
        if fits:
            sound = bool(np.all(np.isfinite(period.background) & (period.background >= 0)))
            check(sound, name, "background flows must be finite and not negative")
    n, k, p = problem.n_consumers, problem.n_sites, problem.n_storages
    named = [("service", traffic.service, (k, n))]
    if traffic.feed is not None:
        named.append(("feed", traffic.feed, (p, k)))
    if traffic.approach is not None:
        check(traffic.feed is not None, "approach", "is given without feed", "give both or neither")
        named.append(("approach", traffic.approach, (len(traffic.approach.hub), p)))
    for name, flows, shape in named:
        check(flows.pcu.shape == shape, name, f"pcu has shape {flows.pcu.shape}, expected {shape}")
        check(
            bool(np.all(np.isfinite(flows.pcu) & (flows.pcu >= 0))),
            name,
            "car units must be finite and not negative",
        )
        check(
            flows.share.shape == (periods,) and abs(float(flows.share.sum()) - 1) < 1e-9,
            name,
            f"shares of the periods are {flows.share}",
            f"give {periods} shares that add up to 1",
        )
    return found


def _no_way(lost: NDArray[np.int64]) -> Finding:
    hub, place = (int(value) for value in lost[0])
    return Finding(
        "congestion",
        "traffic",
        f"hub {hub}, place {place}",
        f"there is no way there and back for {len(lost)} allowed pair(s), of which this is one",
        "connect the places or forbid the pair (cost inf)",
    )
