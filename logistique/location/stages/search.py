"""The search for two-stage questions: prices, roundings, exchanges, restricted models, a tree."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InfeasibleError
from logistique.location.lp import LpStatus
from logistique.location.stages.core import Side, Stages
from logistique.location.stages.covers import least_count
from logistique.location.stages.dual import Ascent
from logistique.location.stages.feed_ascent import FeedAscent
from logistique.location.stages.flow import Flows, best_flows, costed
from logistique.location.stages.link_ascent import LinkAscent
from logistique.location.stages.prices import Point, Relaxation, best_options
from logistique.location.stages.primal import Improver
from logistique.location.stages.program import Part, Program
from logistique.location.stages.tree import Node, Tree
from logistique.location.watch import Watch
from logistique.shortest_paths.side_by_side import side_by_side

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SMALL = 6_000
"""Decisions up to which HiGHS alone is quicker than prices and a tree."""

_ROOT_STEPS = 500
_ROOT_ROUNDS = 4
_AHEAD = 0.05
"""Distance to a bound known, relative, that another Lagrangian aims at first."""

_BEFORE = 0.4
"""Part of the time that prices may take before there is an answer."""

_COVER_S = 10.0
_KERNELS = ((0.25, 0.2, 6), (0.35, 0.6, 10))
"""Share of the time left, extra places as a share of those in use, arcs per client."""

_KERNEL_GAP = 5e-4
_STARTS = 0.15
"""Part of the time left for descents from many roundings of the averages."""

_FIRST_EXCHANGES = 0.25
"""Part of the time left for exchanges in the rounding of the averages."""

_EXCHANGES = 0.3
"""Part of the time left that exchanges may take after a kernel."""
_WORTH = 0.003
"""Distance to the best answer, relative, within which a rounding is improved by exchanges."""


@dataclass(eq=False)
class Found:
    """What a search has found.

    Parameters
    ----------
    flows : Flows or None
        Best answer.
    bound : float
        Proved.
    steps : list of str
        What was done, for the reason of the answer.
    stages : Stages
        The question that the flows belong to.
    """

    flows: Flows | None
    bound: float
    steps: list[str] = field(default_factory=list)
    stages: Stages | None = None


def decisions(stages: Stages) -> int:
    """Count the decisions of the whole model."""
    feeds = int(np.isfinite(stages.feed).sum())
    return stages.option_cost.size + stages.n_storages + stages.arcs.client.size + feeds


def first_prices(ascent: Ascent) -> Point:
    """Prices of a client served and fed at least cost, with its part of the opening costs."""
    stages, arcs = ascent.stages, ascent.stages.arcs
    unit, rate = np.zeros(stages.n_pairs), 0.0
    if stages.n_storages:
        rate = _least_rate(stages.storage_cost, stages.storage_capacity, stages.total)
        least = np.ascontiguousarray(stages.feed.min(axis=1).T).ravel()
        unit = np.where(np.isfinite(least), least, 0.0) + rate
    u = np.full(stages.n, np.inf)
    reach = arcs.cost + stages.demand[arcs.client] * unit[arcs.pair]
    np.minimum.at(u, arcs.client, reach)
    u = np.where(np.isfinite(u), u, 0.0)
    u += _least_rate(stages.option_cost, stages.option_capacity, stages.total) * stages.demand
    return ascent.start(np.minimum(u, stages.unserved), unit, rate)


def _least_rate(cost: FloatArray, capacity: FloatArray, total: FloatArray) -> float:
    """Least opening cost per unit of capacity."""
    room = np.minimum(capacity, total).sum(axis=1)
    usable = room > 0
    return max(float((cost[usable] / room[usable]).min()), 0.0) if usable.any() else 0.0


def counted(stages: Stages, watch: Watch) -> Stages:
    """Tighten the numbers of open places to those that can hold all demand.

    Raises
    ------
    InfeasibleError
        If no allowed choice can.
    """
    sides: dict[str, Side] = {}
    for name, side, capacity in (
        ("sites", stages.sites, stages.largest),
        ("storages", stages.storages, stages.storage_capacity),
    ):
        time_s = min(_COVER_S, watch.limits.time_s / 10)
        least = least_count(capacity, stages.compulsory, side, time_s)
        if math.isinf(least):
            raise InfeasibleError(
                f"no allowed choice of {name} can hold the demand",
                hint=f"allow more {name}, or give them more capacity",
            )
        sides[name] = side.counted(int(least), side.highest)
    if np.isinf(stages.unserved).any():  # who must be served needs a site, even without demand
        sides["sites"] = sides["sites"].counted(1, stages.n_sites)
    return stages.restricted(sides["sites"], sides["storages"])


class StagesSearch:
    """Search of one question.

    Parameters
    ----------
    stages : Stages
        The question.
    watch : Watch
        Clock and limits.
    judge : callable, optional
        Told the places of every better answer; says whether to stop.
    """

    def __init__(
        self,
        stages: Stages,
        watch: Watch,
        judge: Callable[[IntArray, BoolArray], bool] | None = None,
    ) -> None:
        self.watch = watch
        self.stages = stages
        self.bound = -math.inf
        self.steps: list[str] = []
        self.improver = Improver(stages, watch)
        self._judge = judge
        self._judged = math.inf
        self.rng = np.random.default_rng(watch.limits.seed)

    @property
    def cost(self) -> float:
        """Cost of the best answer."""
        return self.improver.cost

    @property
    def done(self) -> bool:
        """Whether the gap asked for is proved, or the time is up."""
        if self.watch.over or self._enough():
            return True
        # A tree ends with its cutoff as bound: cost − margin, rounded.
        return self.cost - self.bound <= self.margin(self.cost) * (1 + 1e-6)

    def _enough(self) -> bool:
        """Show a better answer to whoever judges it."""
        best = self.improver.best
        if self._judge is None or best is None or best.cost >= self._judged:
            return False
        self._judged = best.cost
        return self._judge(best.option, best.storage)

    def margin(self, cost: float) -> float:
        """Difference to a cost within which better answers are not looked for."""
        if not math.isfinite(cost):
            return 0.0
        return (self.watch.limits.gap + 1e-9) * max(abs(cost), 1e-9)

    def lift(self, bound: float, phase: str) -> None:
        """Record a bound on every answer."""
        self.bound = max(self.bound, min(bound, self.cost))
        self.watch.tell(self.cost, self.bound, phase)

    def run(self) -> Found:
        """Search until the gap is proved or the time is up.

        Raises
        ------
        InfeasibleError
            If no answer exists.
        """
        with self.watch.part("counts"):
            self.stages = counted(self.stages, self.watch)
            self.improver.stages = self.stages
        if decisions(self.stages) <= SMALL:
            self._whole()
        else:
            self._large()
        return Found(self.improver.best, self.bound, self.steps, self.stages)

    def _whole(self) -> None:
        """Hand the whole model to HiGHS."""
        with self.watch.part("integral"):
            self._integral(Part.whole(self.stages), self.improver.best, bounding=True, share=1.0)
        self.steps.append(f"{decisions(self.stages)} decisions: the whole model at once")

    def _integral(self, part: Part, known: Flows | None, *, bounding: bool, share: float) -> bool:
        """Solve a part; returns whether HiGHS proved that it holds no answer at all."""
        program = Program(self.stages, part, self.watch)
        if known is not None:
            program.start(known.option, known.storage, known.share, known.feed)
        gap = self.watch.limits.gap
        answer = program.model.solve(
            time_s=self.watch.left * share,
            options={
                "mip_rel_gap": gap * 0.5 if bounding else max(gap * 0.5, _KERNEL_GAP),
                "mip_abs_gap": 0.0 if gap == 0.0 else 1e-9,
                "random_seed": self.watch.limits.seed,
            },
        )
        if answer.status is LpStatus.INFEASIBLE:
            if bounding and known is None:
                raise InfeasibleError("no choice of sites and storages serves every customer")
            return True
        if answer.values is not None:
            option, storage = program.places(answer)
            if self.stages.single:
                shares, feed = program.flows(answer)
                self.improver.offer(costed(self.stages, option, storage, np.rint(shares), feed))
            else:
                # The model is feasible within tolerances, the flows are exactly so.
                self.improver.tried(option, storage, late=True)
        if bounding:
            self.lift(answer.bound + program.offset, "integral")
        return False

    def _large(self) -> None:
        with self.watch.part("prices"):
            ascent, root = self.root(self.stages)
        if self.improver.best is not None and not self.done:
            with self.watch.part("exchanges"):
                self.improver.started(root.relaxation, _STARTS, self.rng)
                self.improver.improved(self.improver.best, _FIRST_EXCHANGES)
                self.watch.tell(self.cost, self.bound, "exchanges")
        if self._judge is None and self.watch.limits.threads != 1:
            self._at_once(ascent, root)
        else:
            self._answers(root)
            if self._judge is None and not self.done:
                with self.watch.part("tree"):
                    self._tree(ascent, root)
        if self._judge is None and not self.done:
            self._whole()

    def _answers(self, root: Node) -> None:
        """Look for answers in promising parts of the question."""
        for share, extra, depth in _KERNELS:
            if not self.done:
                with self.watch.part("kernel"):
                    self._kernel(root, share, extra, depth)

    def _at_once(self, ascent: Ascent, root: Node) -> None:
        """Look for answers in one thread while the tree raises the bound in another."""

        def answers() -> None:
            self._answers(root)
            known = math.inf
            while self.improver.best is not None and self.cost < known and not self.done:
                known = self.cost
                self.improver.shaken(self.improver.best, _EXCHANGES, self.rng)

        with self.watch.part("answers and tree"):
            jobs: tuple[Callable[[], None], ...] = (answers, lambda: self._tree(ascent, root))
            side_by_side(lambda job: job(), jobs, 2)

    def root(self, stages: Stages) -> tuple[Ascent, Node]:
        """Raise the bound of the whole question; answers are rounded from the averages.

        Parameters
        ----------
        stages : Stages
            The question, or one with fewer arcs whose bounds guide.

        Returns
        -------
        Ascent, Node
            The Lagrangian that bounds more, and where it stands.
        """
        feeds = FeedAscent(stages)
        node = self._raised(feeds, -math.inf)
        assert node is not None
        if self.done or stages.n_storages == 0:
            return feeds, node
        links = LinkAscent(stages)
        other = self._raised(links, node.relaxation.prices.bound)
        return (feeds, node) if other is None else (links, other)

    def _raised(self, ascent: Ascent, least: float) -> Node | None:
        """Raise the bound; None if a first round does not lead to the least wanted."""
        start, step = first_prices(ascent), 0.5
        aim = math.inf if math.isinf(least) else least + _AHEAD * abs(least)
        relaxation: Relaxation | None = None
        for _ in range(_ROOT_ROUNDS):
            first = self.improver.best is None
            watch = self.watch.within(_BEFORE * self.watch.left) if first else self.watch
            before = -math.inf if relaxation is None else relaxation.prices.bound
            relaxation = ascent.raise_bound(
                start, min(aim, self.cost), _ROOT_STEPS, watch, step=step, before=relaxation
            )
            prices = relaxation.prices
            if prices.bound < least:
                return None
            self.lift(prices.bound, "prices")
            self.improver.tried(*self.improver.places(relaxation))
            start, aim = prices.point, prices.bound + 0.02 * abs(prices.bound)
            relaxation = dataclasses.replace(relaxation, step=max(relaxation.step, 0.2))
            if self.done or prices.bound - before < 1e-4 * abs(prices.bound):
                break
        assert relaxation is not None
        return Node(self.bound, self.stages.sites, self.stages.storages, relaxation, 0)

    def _kernel(self, root: Node, share: float, extra: float, depth: int) -> None:
        """Search the promising part of the question with HiGHS, then exchange places."""
        self.kernel(root, self.improver.best, share, extra, depth)
        best = self.improver.best
        if best is not None and not self.done:
            best = self.improver.improved(best, _EXCHANGES)
            if not self.done:
                self.improver.shaken(best, _EXCHANGES, self.rng)
            self.watch.tell(self.cost, self.bound, "exchanges")

    def kernel(
        self, node: Node, known: Flows | None, share: float, extra: float, depth: int
    ) -> None:
        """Search what is promising in a part of the question with HiGHS.

        Parameters
        ----------
        node : Node
            The part, with its relaxation.
        known : Flows or None
            An answer in the part, whose places and arcs are kept.
        share : float
            Part of the time left that this may take.
        extra, depth : float, int
            As for :func:`kernel`.
        """
        stages = self.stages.restricted(node.sites, node.storages)
        part = kernel(stages, node.relaxation, known, extra, depth)
        self._integral(part, known, bounding=False, share=share)
        self.steps.append(
            f"a model of {part.options.size} sizes, {part.storages.size} storages and "
            f"{part.arcs.size} arcs"
        )
        self.watch.tell(self.cost, self.bound, "kernel")

    def _tree(self, ascent: Ascent, root: Node) -> None:
        def improve(node: Node) -> None:
            before = self.cost
            flows = self.improver.tried(*self.improver.places(node.relaxation))
            alone = self.watch.limits.threads == 1
            if alone and flows is not None and flows.cost <= before * (1 + _WORTH):
                self.improver.improved(flows, _EXCHANGES / 5)

        tree = Tree(
            self.stages, ascent, lambda: self.cost, improve, self._settled, self.watch, self.margin
        )
        self.lift(tree.search([root], lambda bound: self.lift(bound, "tree")), "tree")
        self.steps.append(f"{tree.nodes} nodes")

    def _settled(self, node: Node) -> float:
        """Bound of a part in which every place is decided."""
        stages = self.stages
        favourite = best_options(stages, node.relaxation.prices.option_value)
        option = np.where(node.sites.required, favourite, -1)
        self.improver.tried(option, node.storages.required)
        exact = not stages.single and stages.option_site.size == np.unique(stages.option_site).size
        if not exact:
            return node.bound
        flows = best_flows(stages, option, node.storages.required)
        return math.inf if flows is None else max(node.bound, flows.cost)


def kernel(
    stages: Stages, relaxation: Relaxation, best: Flows | None, extra: float, depth: int
) -> Part:
    """Choose the promising part of a question.

    Parameters
    ----------
    stages : Stages
        The question.
    relaxation : Relaxation
        Guide: its averages say which places are in use, its prices which others are near it.
    best : Flows or None
        Answer whose places and arcs are kept.
    extra : float
        Further places, as a share of those in use.
    depth : int
        Cheapest arcs kept for each client.
    """
    prices = relaxation.prices
    favourites = best_options(stages, prices.option_value)
    site = np.zeros(stages.n_sites)
    np.add.at(site, stages.option_site, relaxation.option)
    value = np.where(favourites >= 0, prices.option_value[favourites], np.inf)
    storage = relaxation.storage.copy()
    if best is not None:
        site[best.option >= 0] = 1.0
        storage[best.storage] = 1.0
    sites = _promising(site, value, extra, stages.sites)
    zones = _promising(storage, prices.storage_value, extra, stages.storages)
    options = np.flatnonzero(np.isin(stages.option_site, sites))
    near = _nearest(stages, prices.point.guide(stages, relaxation.storage), sites, depth)
    if best is not None:
        near |= best.share > 0
    return Part.of(stages, options, zones, near)


def _promising(average: FloatArray, value: FloatArray, extra: float, side: Side) -> IntArray:
    used = average > 0.02
    count = int(used.sum())
    order = np.lexsort((value, -used.astype(int)))
    order = order[~side.forbidden[order] | used[order]]
    return np.sort(order[: min(count + max(int(extra * count), 3), order.size)])


def _nearest(stages: Stages, unit: FloatArray, sites: IntArray, depth: int) -> BoolArray:
    """Mark the ``depth`` cheapest arcs of each client from some sites, feeding included."""
    arcs = stages.arcs
    present = np.zeros(stages.n_sites, dtype=bool)
    present[sites] = True
    inside = np.flatnonzero(present[arcs.pair // stages.n_products])
    client = arcs.client[inside].astype(np.int64)
    price = arcs.cost[inside] + stages.demand[client] * unit[arcs.pair[inside]]
    order = np.lexsort((price, client))
    sorted_client = client[order]
    first = np.searchsorted(sorted_client, sorted_client, side="left")
    marked = np.zeros(arcs.client.size, dtype=bool)
    marked[inside[order[np.arange(order.size) - first < depth]]] = True
    return marked
