"""Branching on sites, each node bounded by a mixture of plans whose delay is told hub by hub.

A node has settled some sites, and perhaps who serves some consumers. Its bound is the least, over
mixtures of plans that keep to what is settled, of the delay of
:mod:`logistique.congestion.hub_mixture`, approached by simplicial decomposition: tangents at the
best mixture so far give a location problem, whose bound counts and whose plan joins the mixture.
Multipliers of that problem settle more sites. A node whose mixture costs too little to be ruled
out is divided by the site that is open by half, or by the consumer whose site is open to doubt.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from logistique.congestion.hub_mixture import HubMixture, HubPlan, Slope
from logistique.congestion.hub_prices import HubPrices, Point, hub_flows, hub_prices
from logistique.congestion.located import Located, Settled, located
from logistique.congestion.mixture import least_step
from logistique.congestion.question import CongestedProblem
from logistique.errors import NoSolutionError
from logistique.location.watch import Watch
from logistique.model.problem import Problem
from logistique.solvers.decisions import Decisions
from logistique.solvers.median_form import as_uncapacitated

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROUNDS = 60
"""Tangents at one node before it is divided anyway."""

PATIENCE = 10
"""Tangents without a better bound after which a node is divided."""

_NEAR = 0.5
"""A node that cannot be ruled out is divided when its bound has come so near to its mixture, as a
part of what the mixture lacks."""

_BLUNT = 0.05
"""What smoothing may cost, as a part of what the bound lacks, or of the gap asked for."""

_PRECISION = 0.02
"""To which a mixture is settled, as a part of the same."""

_LEAST_GAP = 1e-7

_DUST = 1e-9
"""What a share may miss of the whole."""

_ROUNDING = 1e-6
"""Part of the gap asked for that is left to rounding."""

_RISE = 0.02
"""Part of what a bound lacks by which it must rise not to be stale."""

_WHOLE = 0.01
"""A site that is open, or serves somebody, by less than this or all but this is not in doubt."""

Judge = Callable[[Decisions], float]


@dataclass(frozen=True, eq=False)
class Node:
    """A part of all plans.

    Parameters
    ----------
    bound : float
        None of its plans costs less, EUR per day.
    settled : Settled
    mixture : HubMixture or None
    points : sequence of Point
        Where the next tangents are taken as long as there is no mixture.
    worth : (n,) float or None
        Multipliers of the consumers.
    """

    bound: float
    settled: Settled
    mixture: HubMixture | None
    points: Sequence[Point]
    worth: FloatArray | None = None


@dataclass
class SiteTree:
    """Best-first search over nodes.

    Parameters
    ----------
    question : CongestedProblem
        Of sites and pairs alone (:func:`logistique.solvers.median_form.misfit`).
    watch : Watch
    judge : callable
        Routes a plan; what the best plan so far costs, EUR per day.
    told : callable
        Hears every bound on all plans.
    best : float
        Cost of the best plan so far, EUR per day.

    Notes
    -----
    Memory: sites times links, numbers per period, a few times over; and for every plan of a mixture
    its open sites times links.
    """

    question: CongestedProblem
    watch: Watch
    judge: Judge
    told: Callable[[float], None]
    best: float
    nodes: int = 0
    _left: list[tuple[float, int, Node]] = field(default_factory=list)
    _ended: float = np.inf
    _seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        problem, traffic = self.question.problem, self.question.traffic
        self._rules = as_uncapacitated(problem)
        self._opening = np.full(problem.n_sites, np.inf)
        self._opening[self._rules.sites] = self._rules.opening
        own = traffic.value_of_time * self.question.own_hours[0]
        self._service = problem.service_cost - own
        shape = problem.n_sites, traffic.roads.n_links
        self._alone = [np.zeros(shape) for _ in traffic.periods]
        self._serves = np.zeros((problem.n_sites, problem.n_consumers))
        self._count = itertools.count()

    @property
    def limit(self) -> float:
        """Cost from which on plans are near enough to the best one, EUR per day."""
        return self.best - (1.0 - _ROUNDING) * self.watch.limits.gap * abs(self.best)

    @property
    def bound(self) -> float:
        """No plan costs less, EUR per day."""
        left = min((bound for bound, _, _ in self._left), default=np.inf)
        return min(left, self._ended, self.limit)

    def search(self, total: Sequence[FloatArray], known: Sequence[Decisions]) -> None:
        """Divide until nothing is left below the limit, or time is up.

        Parameters
        ----------
        total : one (a,) float array for each period
            Flows at which tangents are taken first.
        known : sequence of Decisions
            Plans to begin the mixture with.
        """
        try:
            root = self._root(total, known)
        except NoSolutionError:  # time is up before anything is known of all plans
            root = None
        if root is None:
            self._ended = -np.inf
            return
        self._push(root)
        while self._left and not self.watch.over:
            _, _, node = heapq.heappop(self._left)
            if node.bound >= self.limit:
                continue
            self.nodes += 1
            try:
                parts = self._worked(node)
            except NoSolutionError:  # time is up inside a node
                parts = [node]
            for part in parts:
                self._push(part)
            self.told(self.bound)

    def _push(self, node: Node) -> None:
        if node.bound < self.limit:
            heapq.heappush(self._left, (node.bound, next(self._count), node))

    def _root(self, total: Sequence[FloatArray], known: Sequence[Decisions]) -> Node | None:
        """All plans, after one tangent of D alone has ruled out sites."""
        problem = self.question.problem
        shut = np.ones(problem.n_sites, dtype=bool)
        shut[self._rules.sites] = False
        settled = Settled(
            problem.site_required & ~shut, shut, np.zeros(problem.service_cost.shape, dtype=bool)
        )
        points = [
            Point(flow, np.zeros(flow.size), alone)
            for flow, alone in zip(total, self._alone, strict=True)
        ]
        priced = self._priced(Node(-np.inf, settled, None, points))
        if priced is None:
            return None
        node, prices, found = priced
        points = [replace(point, share=np.ones(point.share.size)) for point in points]
        self._respond(node, prices, points, np.zeros(problem.n_sites))
        plans = [self._plan(prices, found.hubs, found.chosen)]
        plans += [self._plan(prices, *_sites_of(problem, plan)) for plan in known]
        mixture = HubMixture.of(self.question.traffic, problem.n_sites, plans)
        return replace(node, mixture=_kept(mixture, node.settled), points=points)

    def _worked(self, node: Node) -> list[Node]:
        """Raise the bound of a node; what it is divided into, nothing if it is ruled out."""
        stale, stuck, value, top = 0, 0, np.inf, -np.inf
        for _ in range(ROUNDS):
            if self.watch.over:
                return [node]
            node, value = self._mixed(node)
            mixture, before = node.mixture, node.bound
            priced = self._priced(node)
            if priced is None:
                return []
            node, prices, found = priced
            if node.bound >= self.limit:
                return []
            open_share = np.zeros(self._opening.size) if mixture is None else mixture.open_share
            self._respond(node, prices, node.points, open_share)
            self._judged(found.hubs, found.chosen)
            offers = [self._plan(prices, found.hubs, found.chosen)]
            if mixture is not None:
                offers.append(self._rerouted(prices, mixture))
            node = self._offered(node, offers)
            stale = 0 if self._rises(before, node.bound) else stale + 1
            # A part begins below the bound it has inherited, and may rise for long before it tells.
            here = found.bound + prices.constant
            stuck = 0 if self._rises(top, here) else stuck + 1
            top = max(top, here)
            near = value - node.bound <= _NEAR * (self.limit - value)
            if stale >= PATIENCE or near:
                break
        return self._divided(node, value if stuck < PATIENCE else -np.inf)

    def _rises(self, before: float, after: float) -> bool:
        """Whether a bound has come nearer to the limit by more than a trace."""
        return after > before and not after - before <= _RISE * (self.limit - before) < np.inf

    def _mixed(self, node: Node) -> tuple[Node, float]:
        """Find the best mixture of a node's plans and take the next tangents there."""
        if node.mixture is None:
            return node, np.inf
        # A bound that is far below needs no sharp prices yet.
        gap_eur = max(self.watch.limits.gap, _LEAST_GAP) * abs(self.best)
        missing = max(gap_eur, min(self.limit - node.bound, abs(self.best)))
        blunt = _BLUNT * missing / self.question.traffic.roads.n_links
        mixture = node.mixture.settled(blunt, _PRECISION * missing)
        slopes = mixture.slopes(blunt)
        self._follow(mixture, slopes)
        points = [self._point(number, slope) for number, slope in enumerate(slopes)]
        return replace(node, mixture=mixture, points=points), mixture.eur(slopes)

    def _follow(self, mixture: HubMixture, slopes: Sequence[Slope]) -> None:
        """Remember what the hubs of a mixture serve, and send, where they are open altogether."""
        share = mixture.open_share
        hubs = np.flatnonzero(share > 0)
        self._serves[hubs] = mixture.assignment().T[hubs] / share[hubs, None]
        for alone, slope in zip(self._alone, slopes, strict=True):
            alone[hubs] = 0.0
            known = share[slope.hub] > 0
            alone[slope.hub[known], slope.link[known]] = slope.flow[known]

    def _point(self, number: int, slope: Slope) -> Point:
        links = self.question.traffic.roads.n_links
        total, share = np.zeros(links), np.ones(links)
        total[slope.used], share[slope.used] = slope.total, slope.share
        return Point(total, share, self._alone[number].copy())

    def _priced(self, node: Node) -> tuple[Node, HubPrices, Located] | None:
        """Bound a node at its tangents and settle sites; None if it has no plan."""
        settled = node.settled
        prices = hub_prices(self.question, np.flatnonzero(~settled.shut), node.points)
        found = located(
            self._rules,
            settled,
            self._service + prices.service,
            self._opening - prices.refund,
            node.worth,
            self.limit - prices.constant,
            self.watch,
        )
        if found is None:
            return None
        settled = replace(
            settled, opened=settled.opened | found.opened, shut=settled.shut | found.shut
        )
        bound = max(node.bound, found.bound + prices.constant)
        turned = replace(node, bound=bound, settled=settled, worth=found.worth)
        return turned, prices, found

    def _respond(
        self, node: Node, prices: HubPrices, points: Sequence[Point], open_share: FloatArray
    ) -> None:
        """Move what hubs outside the mixture would serve towards who wants them now.

        A step along the slope of what opening the hub costs, less what its consumers are worth.
        """
        barred, worth = node.settled.barred, node.worth
        if worth is None:
            return
        for site in np.flatnonzero(~node.settled.shut & (open_share <= 0)):
            price = self._service[:, site] + prices.service[:, site]
            wants = ((price < worth) & ~barred[:, site]).astype(float)
            flows = hub_flows(self.question, int(site), prices.ways[int(site)], wants)
            step = self._response(int(site), wants, flows, worth, points)
            self._serves[site] += step * (wants - self._serves[site])
            for alone, flow in zip(self._alone, flows, strict=True):
                alone[site] += step * (flow - alone[site])

    def _response(
        self,
        site: int,
        wants: FloatArray,
        flows: Sequence[FloatArray],
        worth: FloatArray,
        points: Sequence[Point],
    ) -> float:
        traffic = self.question.traffic
        change = wants - self._serves[site]
        who = np.flatnonzero(change)
        fixed = float(change[who] @ (self._service[who, site] - worth[who]))
        parts = []
        for number, period in enumerate(traffic.periods):
            along = flows[number] - self._alone[number][site]
            links = np.flatnonzero(along)
            there, point = period.on(links), points[number]
            share, eur_h = point.share[links], traffic.value_of_time * period.hours
            joint = (1.0 - share) * there.marginal(point.total[links])
            fixed += eur_h * float(joint @ along[links])
            own = eur_h * share * along[links]
            parts.append((there, self._alone[number][site, links], along[links], own))

        def slope(step: float) -> float:
            return fixed + sum(
                float(there.marginal(np.maximum(flow + step * along, 0.0)) @ own)
                for there, flow, along, own in parts
            )

        return least_step(slope, 1.0)

    def _plan(self, prices: HubPrices, hubs: IntArray, chosen: IntArray) -> HubPlan:
        """Give a plan whose vehicles go the cheapest ways under the prices."""
        served = (chosen[None, :] == hubs[:, None]).astype(float)
        return self._sent(prices, hubs, np.ones(hubs.size), served)

    def _rerouted(self, prices: HubPrices, mixture: HubMixture) -> HubPlan:
        """Send all vehicles of a mixture the cheapest ways under the prices."""
        share = mixture.open_share
        hubs = np.flatnonzero(share > 0)
        return self._sent(prices, hubs, share[hubs], mixture.assignment().T[hubs])

    def _sent(
        self, prices: HubPrices, hubs: IntArray, opened: FloatArray, served: FloatArray
    ) -> HubPlan:
        flows = [
            hub_flows(self.question, int(site), prices.ways[int(site)], row)
            for site, row in zip(hubs, served, strict=True)
        ]
        eur = self._rules.offset + float(self._opening[hubs] @ opened)
        eur += float((np.where(served > 0, self._service.T[hubs], 0.0) * served).sum())
        by_period = tuple(np.array(rows) for rows in zip(*flows, strict=True))
        return HubPlan(eur, hubs, opened, served, by_period)

    def _offered(self, node: Node, plans: Sequence[HubPlan]) -> Node:
        traffic, size = self.question.traffic, self._opening.size
        if node.mixture is None:
            mixture = HubMixture.of(traffic, size, plans)
        else:
            mixture = node.mixture.offered(plans)
        return replace(node, mixture=_kept(mixture, node.settled))

    def _judged(self, hubs: IntArray, chosen: IntArray) -> None:
        """Route a plan, unless one with the same sites has been."""
        key = np.sort(hubs).tobytes()
        if key not in self._seen:
            self._seen.add(key)
            self._routed(hubs, np.eye(self._opening.size)[chosen])

    def _routed(self, hubs: IntArray, assignment: FloatArray) -> None:
        problem = self.question.problem
        option = np.zeros(problem.n_options, dtype=bool)
        option[self._rules.option[np.isin(self._rules.sites, hubs)]] = True
        none = np.zeros(problem.n_storages, dtype=bool)
        decisions = Decisions(option, none, assignment, np.zeros(problem.feed_cost.shape))
        self.best = min(self.best, self.judge(decisions))

    def _divided(self, node: Node, reach: float) -> list[Node]:
        """Two parts of a node; without any doubt the node itself if its bound can rise enough."""
        mixture = node.mixture
        if mixture is None:
            self._ended = min(self._ended, node.bound)
            return []
        settled, open_share = node.settled, mixture.open_share
        free = ~settled.opened & ~settled.shut
        doubt = np.where(free, np.minimum(open_share, 1.0 - open_share), -1.0)
        assignment = mixture.assignment()
        self._round(open_share, assignment)
        if doubt.max() > _WHOLE:
            parts = _by_site(settled, int(doubt.argmax()))
        elif (pair := self._doubtful_pair(assignment)) is not None:
            parts = _by_pair(settled, *pair)
        elif free.any():
            parts = _by_site(settled, int(np.where(free, open_share, -1.0).argmax()))
        elif reach >= self.limit:
            return [node]
        else:
            self._ended = min(self._ended, node.bound)
            return []
        return [_child(node, part, _kept(mixture, part)) for part in parts]

    def _round(self, open_share: FloatArray, assignment: FloatArray) -> None:
        """Route what a mixture comes to when doubts are set aside."""
        hubs = np.flatnonzero(open_share >= 0.5)
        if not self._rules.lowest <= hubs.size <= self._rules.highest or not hubs.size:
            return
        known = assignment[:, hubs]
        if not (known.max(axis=1) > 0).all():
            return
        self._routed(hubs, np.eye(self._opening.size)[hubs[known.argmax(axis=1)]])
        if not self.question.problem.single_sourcing:
            part = np.zeros(assignment.shape)
            part[:, hubs] = known / known.sum(axis=1, keepdims=True)
            self._routed(hubs, part)

    def _doubtful_pair(self, assignment: FloatArray) -> tuple[int, int] | None:
        """Name the consumer with most trips in doubt, and the site that serves most of it."""
        if not self.question.problem.single_sourcing:
            return None
        most = assignment.max(axis=1)
        doubt = np.where(most < 1.0 - _WHOLE, 1.0 - most, 0.0)
        doubt = doubt * self.question.traffic.service.pcu.max(axis=0)
        consumer = int(doubt.argmax())
        if doubt[consumer] <= 0:
            return None
        return consumer, int(assignment[consumer].argmax())


def _kept(mixture: HubMixture, settled: Settled) -> HubMixture | None:
    """Plans of a mixture that keep to what is settled."""
    fits = []
    for plan, opened in zip(mixture.plans, mixture.opened, strict=True):
        barred = (plan.served > 0) & settled.barred.T[plan.hubs]
        keeps = (opened[settled.opened] >= 1.0 - _DUST).all()
        fits.append(bool(keeps and not settled.shut[plan.hubs].any() and not barred.any()))
    return mixture.only(np.array(fits))


def _child(node: Node, settled: Settled, mixture: HubMixture | None) -> Node:
    """Make a part of a node; its first tangents are those of its mixture if it has one."""
    points = node.points if mixture is None else ()
    return replace(node, settled=settled, mixture=mixture, points=points)


def _by_site(settled: Settled, site: int) -> list[Settled]:
    one = np.arange(settled.opened.size) == site
    return [
        replace(settled, opened=settled.opened | one),
        replace(settled, shut=settled.shut | one),
    ]


def _by_pair(settled: Settled, consumer: int, site: int) -> list[Settled]:
    bound, barred = settled.barred.copy(), settled.barred.copy()
    bound[consumer] = True
    bound[consumer, site] = False
    barred[consumer, site] = True
    one = np.arange(settled.opened.size) == site
    return [
        replace(settled, opened=settled.opened | one, barred=bound),
        replace(settled, barred=barred),
    ]


def _sites_of(problem: Problem, plan: Decisions) -> tuple[IntArray, IntArray]:
    """Open sites of a plan, and the one that serves most of each consumer."""
    return np.unique(problem.option_site[plan.open_option]), plan.assignment.argmax(axis=1)
