"""The search for questions with too many pairs to list."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances
from logistique.location.stages.core import Arcs, Stages
from logistique.location.stages.dual import Ascent, Relaxation
from logistique.location.stages.flow import Flows, best_flows, trimmed
from logistique.location.stages.groups import groups
from logistique.location.stages.primal import Improver, allowed, rounded
from logistique.location.stages.quick import unit_costs
from logistique.location.stages.search import Found, StagesSearch, counted
from logistique.location.stages.single import one_site_each
from logistique.location.stages.tree import Node, Tree
from logistique.location.stages.wide import Wide
from logistique.location.stages.wide_ascent import WideAscent, prolonged
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COARSE, MIDDLE = 500, 2_000
"""Groups of clients that answers are searched for on, and improved on."""

_COARSE_DEPTH = 48
"""Arcs per group that prices work on."""

_DEPTH = 4
"""Arcs listed per client at first."""

_STEPS = (30, 60, 100, 150, 150, 150, 150)
"""Steps between two times of pricing all pairs; few while many pairs begin to matter."""

_STEP = 0.1
"""First step of an ascent from prices of groups, as a share of the Polyak step."""

_AIM = 0.02
_SLOW = 5e-5
"""Gain of a round, relative, below which prices are good enough."""

_GROUPED = 0.5
"""Part of the time for the first prices and answers of groups."""

_READS = 2.5
"""Time kept for pricing all pairs and costing an answer, in times of the grouping of clients."""

_EXCHANGES, _SHAKES, _REFINED = 0.15, 0.15, 0.15
"""Parts of the time left for exchanges of groups, from disturbed answers, and of finer groups."""

_PARTED = 0.3
"""Part of the time left for the tree on groups."""

_DEEPER = 0.6
"""Gap of that tree, as a share of the gap asked for."""

_PART_STEPS = 40
"""Steps from the prices of a part of groups."""

_NODE_EXCHANGES = 0.005
_WORTH = 0.003
"""Distance to the best answer, relative, within which a rounding is improved by exchanges."""


def _near(coarse: Stages) -> Stages:
    """Keep the cheapest arcs of each group, for prices."""
    feed = coarse.feed.min(axis=1, initial=np.inf)[0] if coarse.n_storages else 0.0
    cost = unit_costs(coarse)[0]
    with np.errstate(invalid="ignore"):  # no demand needs no feed, whatever that costs
        fed = np.where(coarse.demand[:, None] > 0, coarse.demand[:, None] * feed, 0.0)
    rank = cost + fed
    if cost.shape[1] <= _COARSE_DEPTH:
        return coarse
    near = np.argpartition(rank, _COARSE_DEPTH, axis=1)[:, :_COARSE_DEPTH]
    mark = np.zeros(cost.shape, dtype=bool)
    np.put_along_axis(mark, near, values=True, axis=1)
    group, site = np.nonzero(mark & np.isfinite(cost))
    arcs = Arcs.of(site, group, cost[group, site], coarse.n_pairs)
    return dataclasses.replace(coarse, arcs=arcs)


class WideSearch:
    """Search of one question with many pairs.

    Parameters
    ----------
    stages : Stages
        The question without arcs.
    source : Distances
        Costs of all pairs, (n, m).
    watch : Watch
        Clock and limits.
    """

    def __init__(self, stages: Stages, source: Distances, watch: Watch) -> None:
        self.stages = stages
        self.source = source
        self.watch = watch
        self.bound = -math.inf
        self.best: Flows | None = None
        self.fine: Stages | None = None
        self.steps: list[str] = []
        self.rng = np.random.default_rng(watch.limits.seed)
        self._beta = np.zeros(stages.n_sites)

    @property
    def cost(self) -> float:
        """Cost of the best answer."""
        return math.inf if self.best is None else self.best.cost

    def margin(self, cost: float) -> float:
        """Difference to a cost within which better answers are not looked for."""
        if not math.isfinite(cost):
            return 0.0
        return (self.watch.limits.gap + 1e-9) * max(abs(cost), 1e-9)

    @property
    def done(self) -> bool:
        """Whether the gap asked for is proved, or the time is up."""
        known = self.best is not None
        near = self.margin(self.cost) * (1 + 1e-6)  # a bound may be cost − margin, rounded
        return self.watch.over or (known and self.cost - self.bound <= near)

    def run(self) -> Found:
        """Search until the gap is proved or the time is up.

        Raises
        ------
        InfeasibleError
            If no answer exists.
        """
        with self.watch.part("counts"):
            self.stages = counted(self.stages, self.watch)
        with self.watch.part("groups"):
            member, coarse, search = self._grouped(COARSE, _GROUPED)
        with self.watch.part("group prices"):
            group_ascent = Ascent(_near(search.stages))
            coarse_root = search.root(group_ascent)
            prices = coarse_root.relaxation.prices
            self._beta = prices.beta - group_ascent.capacity_prices(prices)
        improver = search.improver
        with self.watch.part("group answers"):
            self._searched(improver, coarse_root.relaxation)
            self._costed_best(improver)
            improver.watch = self._part_of_time(1.0)
        with self.watch.part("prices"):
            ascent, relaxation = self._prices(coarse, coarse_root.relaxation, member)
        if not self.done:
            with self.watch.part("tree of groups"):
                parts = self._parts(search.improver, group_ascent, coarse_root)
        if not self.done:
            with self.watch.part("finer answers"):
                self._refined()
        if not self.done:
            with self.watch.part("tree"):
                mass = np.where(coarse.demand > 0, coarse.demand, 1.0)
                base = coarse_root.relaxation.prices
                moved = [
                    (part, ((part.relaxation.prices.u - base.u) / mass)[member] * self.stages.demand,
                     part.relaxation.prices.beta - base.beta)
                    for part in parts
                ]  # fmt: skip
                self._tree(ascent, relaxation, moved, improver)
        return Found(self.best, self.bound, self.steps, self.fine)

    def _grouped(self, count: int, share: float) -> tuple[IntArray, Stages, StagesSearch]:
        """Clients in groups, and a search for answers of the groups."""
        begun = self.watch.elapsed
        member = groups(self.source, self.stages.demand, count, self.watch.limits.seed)
        empty = Wide(self.stages, self.source, np.zeros((0, 0), dtype=bool))
        coarse = empty.grouped(member)
        left = self.watch.left
        kept = _READS * (self.watch.elapsed - begun)
        search = StagesSearch(coarse, self.watch.within(min(share * left, left - kept)))
        self.steps.append(f"{coarse.n} groups of clients")
        return member, coarse, search

    def _part_of_time(self, share: float) -> Watch:
        """Clock of a search inside this one."""
        return self.watch.within(share * self.watch.left)

    def _searched(self, improver: Improver, relaxation: Relaxation) -> None:
        """Find answers of the groups."""
        if improver.best is None:
            for _ in range(20):
                improver.tried(*rounded(improver.stages, relaxation, self.rng))
                if improver.best is not None or self.watch.over:
                    break
        if improver.best is not None:
            flows = improver.improved(improver.best, _EXCHANGES)
            improver.shaken(flows, _SHAKES, self.rng)

    def _prices(
        self, coarse: Stages, relaxation: Relaxation, member: IntArray
    ) -> tuple[WideAscent, Relaxation]:
        """Raise the bound of single clients from the prices of their groups."""
        demand = self.stages.demand
        u = prolonged(self.source, demand, coarse, relaxation, member, self._beta)
        stages = self.stages
        nothing = Wide(stages, self.source, np.zeros(self.source.shape, dtype=bool))
        ascent = WideAscent(nothing)
        start = u, relaxation.prices.beta
        found = ascent.raise_bound(start, math.inf, 0, self.watch)
        self._lift(found.prices.bound)
        if self.done:
            return ascent, found
        wide = ascent.wide.joined(Wide.of(stages, self.source, self._beta, _DEPTH))
        ascent = WideAscent(wide, ascent.pricing)
        before = None
        latest = -math.inf
        for steps in _STEPS:
            before_arcs, last = ascent.wide, latest
            aim = self.cost
            if not math.isfinite(aim):
                aim = relaxation.prices.bound * (1 + _AIM)
            found = ascent.raise_bound(
                start, aim, steps, self.watch, stages.sites, stages.storages,
                step=_STEP, before=before,
            )  # fmt: skip
            start = found.prices.u, found.prices.beta
            before = dataclasses.replace(found, step=max(found.step, _STEP / 4))
            self._lift(found.prices.bound)
            latest = found.prices.bound
            same = ascent.wide is before_arcs
            if self.done or (same and 0 <= latest - last < _SLOW * abs(latest)):
                break
        self.steps.append(
            f"prices on {ascent.wide.stages.arcs.client.size} of "
            f"{self.source.shape[0] * self.source.shape[1]} pairs, all priced"
        )
        return ascent, found

    def _lift(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.cost))
        self.watch.tell(self.cost, self.bound, "prices")

    def _refined(self) -> None:
        """Improve the best answer on finer groups."""
        if self.best is None:
            return
        improver = self._grouped(MIDDLE, 1.0)[2].improver
        flows = improver.tried(self.best.option, self.best.storage)
        if flows is not None:
            improver.improved(flows, _REFINED)
        self._costed_best(improver)

    def _improved(self, improver: Improver, node: Node) -> None:
        """Look for answers near the averages of a part."""
        before = improver.cost
        flows = improver.tried(*rounded(improver.stages, node.relaxation))
        if flows is not None and flows.cost <= before * (1 + _WORTH):
            improver.improved(flows, _NODE_EXCHANGES)
        if improver.cost < before:
            self._costed_best(improver)

    def _parts(self, improver: Improver, ascent: Ascent, root: Node) -> list[Node]:
        """Divide the question by a tree on the groups; its bounds are guesses for all clients."""
        tree = Tree(
            ascent.stages, ascent, lambda: improver.cost,
            lambda node: self._improved(improver, node), lambda node: node.bound,
            self._part_of_time(_PARTED), lambda cost: _DEEPER * self.margin(cost),
            exclude=False,
        )  # fmt: skip
        start = dataclasses.replace(root, sites=self.stages.sites, storages=self.stages.storages)
        tree.search([start], lambda _: None)
        self.steps.append(f"{tree.nodes} nodes on groups")
        parts = tree.open_parts
        return [start] if tree.decided or not parts else parts

    def _tree(
        self,
        ascent: WideAscent,
        root: Relaxation,
        parts: list[tuple[Node, FloatArray, FloatArray]],
        improver: Improver,
    ) -> None:
        """Bound every part on all pairs, then divide those that may hold better answers."""
        nodes = [
            Node(self.bound, part.sites, part.storages, root, part.depth) for part, _, _ in parts
        ]
        for number, (part, du, dbeta) in enumerate(parts):
            if self.done:
                break
            cutoff = self.cost - self.margin(self.cost)
            found = ascent.raise_bound(
                (root.prices.u + du, root.prices.beta + dbeta), cutoff, _PART_STEPS, self.watch,
                part.sites, part.storages, step=_STEP / 2,
            )  # fmt: skip
            nodes[number] = dataclasses.replace(
                nodes[number], bound=max(self.bound, found.prices.bound), relaxation=found
            )
        self._lift(min(node.bound for node in nodes))
        tree = Tree(
            self.stages, ascent, lambda: self.cost, lambda node: self._improved(improver, node),
            lambda node: node.bound, self.watch, self.margin,
        )  # fmt: skip
        if not self.done:
            self._lift(tree.search(nodes, self._lift))
        self.steps.append(f"{len(parts)} parts and {tree.nodes} nodes on clients")

    def _costed_best(self, improver: Improver) -> None:
        if improver.best is not None:
            self._costed(improver.best.option, improver.best.storage)

    def _costed(self, option: IntArray, storage: BoolArray) -> None:
        """Cost open places on the fine question."""
        if not allowed(self.stages, option, storage):
            return
        wide = Wide(self.stages, self.source, np.zeros((0, 0), dtype=bool))
        fine = wide.opened(option, self._beta)
        flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is None:
            fine = wide.opened(option, self._beta, depth=option.size)
            flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is not None and fine.single:
            flows = one_site_each(fine, flows)
        if flows is not None:
            flows = trimmed(fine, flows)
        if flows is not None and flows.cost < self.cost:
            self.best, self.fine = flows, fine
            self.watch.tell(self.cost, self.bound, "clients")
