"""The search for questions with too many pairs to list.

Groups of clients that are served alike come first: prices, a division of the question by the
storages that are open, answers. What the groups say guides and proves nothing. Then single clients
are priced, from the prices of their groups; every part of the division gets a bound that holds for
all pairs, parts side by side on the processors allowed, and those that may hold better answers are
divided further.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances
from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.dual import Ascent
from logistique.location.stages.flow import Flows, best_flows, trimmed
from logistique.location.stages.groups import groups
from logistique.location.stages.prices import Point, Prices, Relaxation, excluded
from logistique.location.stages.primal import Improver, allowed
from logistique.location.stages.quick import unit_costs
from logistique.location.stages.regions import Regions
from logistique.location.stages.search import Found, StagesSearch, counted
from logistique.location.stages.single import one_site_each
from logistique.location.stages.tree import Node, Tree
from logistique.location.stages.wide import Wide
from logistique.location.stages.wide_ascent import WideAscent, prolonged
from logistique.location.watch import Watch
from logistique.shortest_paths.side_by_side import side_by_side

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COARSE, MIDDLE = 500, 2_000
"""Groups of clients that answers are searched for on, and improved on."""

_COARSE_DEPTH = 48
"""Arcs per group that prices work on."""

_DEPTH = 4
"""Arcs listed per client at first."""

_STEPS = (30, 60, 100, 150, 150, 150)
"""Steps between two times of pricing all pairs; few while many pairs begin to matter."""

_CLIENTS = 4
"""Of these times, those before which only the prices of the clients move."""

_STEP = 0.1
"""First step of an ascent from prices of groups, as a share of the Polyak step."""

_AIM = 0.02
_SLOW = 5e-5
"""Gain of a round, relative, below which prices are good enough."""

_GROUPED = 0.5
"""Part of the time for the first prices and answers of groups."""

_READS = 2.5
"""Time kept for pricing all pairs and costing an answer, in times of the grouping of clients."""

_SUPPLY, _ROUGH, _REGIONS, _FINER = 0.02, 0.04, 0.08, 0.2
"""Parts of the time left for storages, and for regions: at first, of the best part, of finer groups."""

_PARTED = 0.15
"""Part of the time left for the tree on groups."""

_DEEPER = 0.6
"""Gap of that tree, as a share of the gap asked for."""

_QUICK_STEPS, _PART_STEPS = 25, 100
"""Steps of client prices from those of a part of groups; steps of all prices where that is little."""

_NODE = 0.02
_WORTH = 0.02
"""Distance to the best answer, relative, within which a rounding is improved."""


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


def _joined(side: Side, other: Side) -> Side:
    """Side in which what either forbids is forbidden."""
    return dataclasses.replace(side, forbidden=side.forbidden | other.forbidden)


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
    priced : Stages, optional
        The question with opening costs that count what its rules ask for places. An answer that
        obeys the rules costs no more at these, so its bounds hold for the question.
    """

    def __init__(
        self, stages: Stages, source: Distances, watch: Watch, priced: Stages | None = None
    ) -> None:
        self.question = stages
        self.stages = stages if priced is None else priced
        self.source = source
        self.watch = watch
        self.bound = -math.inf
        self.best: Flows | None = None
        self.fine: Stages | None = None
        self.steps: list[str] = []
        self.rng = np.random.default_rng(watch.limits.seed)
        self._unit = np.zeros(stages.n_sites)
        self._kept = 0.0
        self._excluded = False

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
            self.question = counted(self.question, self.watch)
            self.stages = self.stages.restricted(self.question.sites, self.question.storages)
        with self.watch.part("groups"):
            member, coarse, search = self._grouped(COARSE, _GROUPED)
        with self.watch.part("group prices"):
            group_ascent, coarse_root = search.root(_near(search.stages.priced_as(self.stages)))
            found = coarse_root.relaxation
            thrift = group_ascent.capacity_prices(found.prices)
            guide = found.prices.point.guide(group_ascent.stages, found.storage)
            self._unit = guide - thrift
        improver = search.improver
        with self.watch.part("group answers"):
            self._first_answer(improver, found)
            parts = self._parts(improver, group_ascent, coarse_root)
            self._costed_best(improver)
        with self.watch.part("prices and answers"):
            jobs: tuple[Callable[[], tuple[WideAscent, Relaxation] | None], ...] = (
                lambda: self._searched(improver, parts[0]),
                lambda: self._prices(group_ascent, found, member, thrift),
            )
            priced = side_by_side(lambda job: job(), jobs, self.watch.limits.threads)[1]
            assert priced is not None
            ascent, relaxation = priced
        if not self.done:
            with self.watch.part("tree"):
                base = found.prices.point
                mass = np.where(coarse.demand > 0, coarse.demand, 1.0)
                self._tree(
                    ascent, relaxation, parts,
                    lambda point: self._carried(relaxation, point, base, mass, member), improver,
                )  # fmt: skip
        return Found(self.best, self.bound, self.steps, self.fine)

    def _grouped(self, count: int, share: float) -> tuple[IntArray, Stages, StagesSearch]:
        """Clients in groups, and a search for answers of the groups."""
        begun = self.watch.elapsed
        member = groups(self.source, self.question.demand, count, self.watch.limits.seed)
        empty = Wide(self.question, self.source, np.zeros((0, 0), dtype=bool))
        coarse = empty.grouped(member)
        left = self.watch.left
        self._kept = _READS * (self.watch.elapsed - begun)
        search = StagesSearch(coarse, self.watch.within(min(share * left, left - self._kept)))
        self.steps.append(f"{coarse.n} groups of clients")
        return member, coarse, search

    def _part_of_time(self, share: float) -> Watch:
        """Clock of a search inside this one."""
        return self.watch.within(share * self.watch.left)

    @property
    def _guide(self) -> FloatArray:
        """Opening costs, and what rules ask, of the options."""
        return np.maximum(self.stages.option_cost, 0.0)

    def _first_answer(self, improver: Improver, relaxation: Relaxation) -> None:
        """Find an answer of the groups."""
        for _ in range(20):
            if improver.best is not None or self.watch.over:
                break
            improver.tried(*improver.places(relaxation, self.rng))
        if improver.best is not None:
            flows = improver.improved(improver.best, _SUPPLY, storages_only=True)
            self._resited(improver, flows, _ROUGH)

    def _resited(self, improver: Improver, flows: Flows, share: float) -> Flows:
        """Site the regions of an answer anew."""
        return Regions(improver, self._guide).search(flows, self.rng, self._part_of_time(share))

    def _searched(self, improver: Improver, part: Node) -> None:
        """Improve the best answer of the groups, and that of a part if others store in it."""
        if self._late:
            return
        improver.watch = self._part_of_time(1.0)
        flows = improver.flows(*improver.places(part.relaxation))
        best = improver.best
        if best is None:
            return
        if flows is not None and (flows.storage != best.storage).any():
            self._resited(improver, flows, _REGIONS)
        flows = improver.improved(improver.best or best, _SUPPLY, storages_only=True)
        self._resited(improver, flows, _REGIONS)
        self._costed_best(improver)
        self._refined()

    def _prices(
        self, coarse: Ascent, relaxation: Relaxation, member: IntArray, thrift: FloatArray
    ) -> tuple[WideAscent, Relaxation]:
        """Raise the bound of single clients from the prices of their groups."""
        demand = self.stages.demand
        stages = self.stages
        nothing = Wide(stages, self.source, np.zeros(self.source.shape, dtype=bool))
        ascent = WideAscent(nothing, type(coarse))
        units = coarse.units(relaxation.prices.point, stages.storages)
        u = prolonged(self.source, demand, coarse.stages, relaxation, member, units, thrift)
        start = relaxation.prices.point.of_members(u, member)
        found = ascent.raise_bound(start, math.inf, 0, self.watch)
        self._lift(found.prices.bound)
        if self.done:
            return ascent, found
        wide = ascent.wide.joined(Wide.of(stages, self.source, self._unit, _DEPTH))
        ascent = WideAscent(wide, type(coarse), ascent.pricing)
        before = None
        latest = -math.inf
        for turn, steps in enumerate(_STEPS):
            before_arcs, last = ascent.wide, latest
            aim = self.cost
            if not math.isfinite(aim):
                aim = relaxation.prices.bound * (1 + _AIM)
            found = ascent.raise_bound(
                start, aim, steps, self.watch, stages.sites, stages.storages,
                step=_STEP, before=before, clients_only=turn < _CLIENTS,
            )  # fmt: skip
            start = found.prices.point
            before = dataclasses.replace(found, step=max(found.step, _STEP / 4))
            self._lift(found.prices.bound)
            self._exclude(found.prices)
            stages = self.stages
            latest = found.prices.bound
            same = ascent.wide is before_arcs
            if self.done or (same and 0 <= latest - last < _SLOW * abs(latest)):
                break
        self.steps.append(
            f"prices on {ascent.wide.stages.arcs.client.size} of "
            f"{self.source.shape[0] * self.source.shape[1]} pairs, all priced"
        )
        return ascent, found

    def _exclude(self, prices: Prices) -> None:
        """Forbid places that no answer has which is better by what is looked for."""
        room = self.cutoff - prices.bound
        if 0 <= room < math.inf:
            self._excluded = True
            stages = self.stages
            sides = excluded(prices, stages, stages.sites, stages.storages, room)
            self.stages = stages.restricted(*sides)

    def _lift(self, bound: float) -> None:
        """Record a bound on every answer that is better by what is looked for."""
        least = self.cutoff if self._excluded else self.cost
        self.bound = max(self.bound, min(bound, least))
        self.watch.tell(self.cost, self.bound, "prices")

    def _refined(self) -> None:
        """Improve the best answer on finer groups."""
        if self.best is None or self._late:
            return
        improver = self._grouped(MIDDLE, 1.0)[2].improver
        flows = improver.tried(self.best.option, self.best.storage)
        if flows is not None:
            self._resited(improver, flows, _FINER)
        self._costed_best(improver)

    def _improved(self, improver: Improver, node: Node) -> None:
        """Look for answers near the averages of a part."""
        before = improver.cost
        flows = improver.tried(*improver.places(node.relaxation))
        if flows is not None and flows.cost <= before * (1 + _WORTH):
            self._resited(improver, flows, _NODE)
        if improver.cost < before:
            self._costed_best(improver)

    def _parts(self, improver: Improver, ascent: Ascent, root: Node) -> list[Node]:
        """Divide the question by storages on the groups; bounds of groups guide, but prove nothing.

        Returns
        -------
        list of Node
            Parts that make up the whole, least bound first.
        """
        decided: list[Node] = []

        def settled(node: Node) -> float:
            decided.extend(self._split(ascent, node, improver.cost))
            flows = improver.tried(*improver.places(node.relaxation))
            if flows is not None:
                self._resited(improver, flows, _ROUGH)
            return node.bound

        tree = Tree(
            ascent.stages, ascent, lambda: improver.cost, lambda _: None, settled,
            self._part_of_time(_PARTED), lambda cost: _DEEPER * self.margin(cost),
            exclude=False, storages_only=True,
        )  # fmt: skip
        start = dataclasses.replace(root, sites=self.stages.sites, storages=self.stages.storages)
        tree.search([start], lambda _: None)
        self.steps.append(f"{tree.nodes} nodes on groups")
        parts = sorted([*tree.open_parts, *decided], key=lambda node: node.bound)
        return parts or [start]

    def _split(self, ascent: Ascent, node: Node, aim: float) -> list[Node]:
        """Part with just the storages it must open, and part with more of them."""
        must = node.storages.required
        just = dataclasses.replace(node.storages, forbidden=~must)
        more = node.storages.counted(int(must.sum()) + 1, must.size)
        parts = [dataclasses.replace(node, storages=just)]
        if more.lowest <= min(more.highest, int((~more.forbidden).sum())):
            found = ascent.raise_bound(
                node.relaxation.prices.point, aim, _QUICK_STEPS, self.watch, node.sites, more
            )
            found = dataclasses.replace(found, violation=None)
            bound = max(node.bound, found.prices.bound)
            parts.append(Node(bound, node.sites, more, found, node.depth + 1))
        return parts

    def _carried(
        self, root: Relaxation, part: Point, base: Point, mass: FloatArray, member: IntArray
    ) -> Point:
        """Prices of clients for a part, from how those of the groups moved."""
        u = root.prices.point.u + ((part.u - base.u) / mass)[member] * self.stages.demand
        return root.prices.point.moved(base, part, u, member)

    @property
    def cutoff(self) -> float:
        """Bound at which a part holds nothing that is looked for."""
        return self.cost - self.margin(self.cost)

    def _bounded(
        self, ascent: WideAscent, node: Node, start: Point, steps: int, *, quick: bool
    ) -> Node:
        """Raise the bound of a part, and forbid places in it that no better answer has."""
        found = ascent.raise_bound(
            start, self.cutoff, steps, self.watch, node.sites, node.storages,
            step=_STEP / 2, clients_only=quick,
        )  # fmt: skip
        sides = node.sites, node.storages
        room = self.cutoff - found.prices.bound
        if 0 <= room < math.inf:
            self._excluded = True
            sides = excluded(found.prices, self.stages, *sides, room)
        return Node(
            max(node.bound, found.prices.bound), *sides,
            dataclasses.replace(found, violation=None), node.depth,
        )  # fmt: skip

    def _tree(
        self,
        ascent: WideAscent,
        root: Relaxation,
        parts: list[Node],
        carried: Callable[[Point], Point],
        improver: Improver,
    ) -> None:
        """Bound every part on all pairs, then divide those that may hold better answers."""
        nodes = [
            Node(self.bound, _joined(part.sites, self.stages.sites),
                 _joined(part.storages, self.stages.storages), root, part.depth)
            for part in parts
        ]  # fmt: skip

        def bounded(number: int) -> Node:
            own = WideAscent(ascent.wide, ascent.kind, ascent.pricing)
            node, point = nodes[number], carried(parts[number].relaxation.prices.point)
            for steps, quick in ((_QUICK_STEPS, True), (_PART_STEPS, False)):
                if self.watch.over or node.bound >= self.cutoff:
                    return node
                node = self._bounded(own, node, point, steps, quick=quick)
                point = node.relaxation.prices.point
            return node

        nodes = side_by_side(bounded, range(len(nodes)), self.watch.limits.threads)
        self._lift(min(node.bound for node in nodes))
        tree = Tree(
            self.stages, ascent, lambda: self.cost, lambda node: self._improved(improver, node),
            lambda node: node.bound, self.watch, self.margin,
        )  # fmt: skip
        if not self.done:
            self._lift(tree.search(nodes, self._lift))
        self.steps.append(f"{len(parts)} parts and {tree.nodes} nodes on clients")

    @property
    def _late(self) -> bool:
        """Whether there is an answer, and no time to cost another."""
        return self.best is not None and self.watch.left < self._kept

    def _costed_best(self, improver: Improver) -> None:
        if improver.best is not None and not self._late:
            self._costed(improver.best.option, improver.best.storage)

    def _costed(self, option: IntArray, storage: BoolArray) -> None:
        """Cost open places on the fine question."""
        if not allowed(self.question, option, storage):
            return
        wide = Wide(self.question, self.source, np.zeros((0, 0), dtype=bool))
        fine = wide.opened(option, self._unit)
        flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is None:
            fine = wide.opened(option, self._unit, depth=option.size)
            flows = best_flows(dataclasses.replace(fine, single=False), option, storage)
        if flows is not None and fine.single:
            flows = one_site_each(fine, flows)
        if flows is not None:
            flows = trimmed(fine, flows)
        if flows is not None and flows.cost < self.cost:
            self.best, self.fine = flows, fine
            self.watch.tell(self.cost, self.bound, "clients")
