"""Parts with little left to gain, settled over all bundles of customers that may still be used.

Once the bound of a part is near the cutoff, the bundles of customers that an answer below the
cutoff can have are few enough to be listed (Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi,
Computers & Operations Research 29, 2002). The linear model over the list is cut by triples; its
prices strike bundles off the list, until none or few are left, which go to HiGHS.

With twenty customers to a site the lists are long and their models slow: a question of 200
customers and 30 sites with opening costs took 65 s of processor instead of 14.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.bundle_kernels import broken_triples, holding
from logistique.location.bundle_master import BundleAnswer, BundleMaster
from logistique.location.bundle_pool import BundlePool, BundlePrices, all_bundles, priced
from logistique.location.lp import LpModel, LpStatus
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node, Relaxed
from logistique.location.single_source_residual import NODES, Residual
from logistique.location.tree_bounds import cutoff
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ROOM = 200_000
"""Most bundles on a list."""

_CUSTOMERS = 1_000
"""Customers up to which lists are made."""

_NEARER = 0.8
"""Part of the distance to the cutoff at which a list was too long, from which the next is tried."""


_FIRST, _MORE = 1_000, 15
"""Bundles in the model at first, and of each site added at once."""

_FEW, _SOME = 300, 5_000
"""Bundles on the list that go to HiGHS at once, and when cuts have become weak."""

_INSIDE = 0.7
"""Weight of the best prices against those of the model."""

_TURNS = 40
"""Most rounds of cuts."""

_WEAK = 0.02
"""Part of the distance to the cutoff that a round of cuts must gain."""

_EXCESS = 0.02
"""Least excess of a triple."""

_FOUND, _AT_ONCE = 20_000, 60
"""Triples found, and added at once."""

_SHRINK = 0.9
"""Part of the list that may be left after bundles are struck off, for the list to be made anew."""

_NOTHING = 1e-7
"""Reduced cost, relative to the bound, that counts as none."""

_UNUSED = 1e-9
"""Share or price that counts as none."""

_PENALTIES = 4
"""How often the cost of leaving out a customer is raised."""


class BundleSearch:
    """Lists of bundles for parts, as long as they are short enough.

    Parameters
    ----------
    core : SourcingCore
        The question.
    search : AssignmentSearch
        Holds the best answer; receives better ones.
    watch : Watch
        Clock, gap.
    """

    def __init__(self, core: SourcingCore, search: AssignmentSearch, watch: Watch) -> None:
        self._core, self._search, self._watch = core, search, watch
        self._far = np.inf

    def settled(self, relaxed: Relaxed) -> tuple[Residual, Relaxed]:
        """Settle a part; where it stays open, it comes back with the pairs and bound it has left."""
        node = relaxed.node
        limit = cutoff(self._core, self._search.value, self._watch.limits.gap)
        room = limit - node.bound
        if self._core.n > _CUSTOMERS or not np.isfinite(room) or room > self._far:
            return Residual.OPEN, relaxed
        pool = all_bundles(self._core, node, limit, _ROOM)
        if pool is None:
            # Lists grow quickly with the distance to the cutoff.
            self._far = _NEARER * room
            return Residual.OPEN, relaxed
        self._far = max(self._far, 1.05 * room)
        part = _Part(self._core, node, pool, self._search, self._watch)
        outcome = part.settled()
        return outcome, part.reduced(relaxed) if outcome is Residual.OPEN else relaxed


class _Part:
    """One part and its list.

    Parameters
    ----------
    core, node, pool
        The question, the part, its bundles.
    search, watch
        The best answer, the clock.
    """

    def __init__(
        self,
        core: SourcingCore,
        node: Node,
        pool: BundlePool,
        search: AssignmentSearch,
        watch: Watch,
    ) -> None:
        self._core, self._node, self._search, self._watch = core, node, search, watch
        self._pool = pool
        self._inside = np.zeros(0, dtype=np.int64)
        self._penalty = 10.0 * (float(np.abs(node.u).max(initial=0.0)) + self.cutoff - node.bound)
        self._raises = 0
        self._master = BundleMaster(core, node, watch, self._penalty)
        self._bound = node.bound
        self._best = node.u, np.zeros(0)

    @property
    def cutoff(self) -> float:
        """Bound from which nothing better is left."""
        return cutoff(self._core, self._search.value, self._watch.limits.gap)

    def settled(self) -> Residual:
        """Cut and strike off until the part is settled or cuts have become weak."""
        first, _ = self._struck(*self._best)
        self._enter(np.argsort(first, kind="stable")[:_FIRST])
        for _ in range(_TURNS):
            before = self._bound
            answer = self._converged()
            if answer is None:
                return Residual.STOPPED
            if self._done:
                return Residual.SOLVED
            if answer.integral:
                self._offer(answer.y > 0.5, self._inside[answer.share > 0.5])
                if self._done:
                    return Residual.SOLVED
            if answer.lacking or self._pool.size <= _FEW:
                break
            if not self._cut(answer) or (
                self._pool.size <= _SOME
                and self._bound - before < _WEAK * (self.cutoff - self._bound)
            ):
                break
        if self._pool.size <= _SOME:
            return self._whole()
        return Residual.OPEN

    @property
    def _done(self) -> bool:
        return self._bound >= self.cutoff

    def _converged(self) -> BundleAnswer | None:
        """Optimum over the list, or any where the bound is at the cutoff; None where time is up.

        Bundles that enter are cheap at prices between the best known and those of the model.
        """
        while True:
            answer = self._master.solve()
            if answer is None or self._watch.over:
                return None
            between = self._between(answer)
            _, first = self._struck(*between)
            reduced, second = (None, None) if self._done else self._struck(answer.u, answer.price)
            if reduced is None or second is None or self._done:
                return answer
            kept = first.copy()
            kept[first] = second
            if answer.share[~kept].max(initial=0.0) > _UNUSED:
                continue
            answer = replace(answer, share=answer.share[kept])
            reduced += answer.site_price[self._pool.site]
            wanted = self._wanted(reduced, between)
            if wanted.size:
                self._enter(wanted)
            elif answer.lacking and self._raises < _PENALTIES:
                self._raises += 1
                self._penalty *= 10.0
                self._master.penalise(self._penalty)
            else:
                return answer

    def _between(self, answer: BundleAnswer) -> tuple[FloatArray, FloatArray]:
        """Prices between the best known and those of the model (Wentges 1997)."""
        u, price = self._best
        return (
            _INSIDE * u + (1.0 - _INSIDE) * answer.u,
            _INSIDE * price + (1.0 - _INSIDE) * answer.price,
        )

    def _wanted(self, reduced: FloatArray, between: tuple[FloatArray, FloatArray]) -> IntArray:
        """Return bundles that improve the model, those first that are cheapest between."""
        outside = np.ones(self._pool.size, dtype=bool)
        outside[self._inside] = False
        wanted = np.flatnonzero(outside & (reduced < -_NOTHING * (1.0 + abs(self._bound))))
        if not wanted.size:
            return wanted
        there = self._priced(*between).reduced[wanted]
        return self._best_of_sites(wanted, there)

    def _priced(self, u: FloatArray, price: FloatArray) -> BundlePrices:
        triples = self._master.triples
        return priced(self._core, self._node, self._pool, u, triples, price, self.cutoff)

    def _best_of_sites(self, which: IntArray, reduced: FloatArray) -> IntArray:
        """Return a few bundles of each site, those of least reduced cost."""
        site = self._pool.site[which]
        order = np.lexsort((reduced, site))
        begin = np.searchsorted(site[order], site[order])
        return which[order[np.arange(order.size) - begin < _MORE]]

    def _enter(self, which: IntArray) -> None:
        """Add bundles of the list to the model."""
        self._master.add(self._pool.some(which))
        self._inside = np.concatenate([self._inside, which])

    def _struck(self, u: FloatArray, price: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Raise the bound by prices and strike off what they rule out.

        Returns
        -------
        reduced : (k,) float
            Reduced costs of the bundles that are left.
        kept : bool
            Which bundles of the model are left.
        """
        prices = self._priced(u, price)
        if prices.bound > self._bound:
            self._bound, self._best = prices.bound, (u, price)
        kept = prices.least < self.cutoff
        if self._done or kept.sum() > _SHRINK * kept.size:
            return prices.reduced, np.ones(self._inside.size, dtype=bool)
        place = np.cumsum(kept) - 1
        inside = kept[self._inside]
        self._master.remove(np.flatnonzero(~inside))
        self._inside = place[self._inside[inside]]
        self._pool = self._pool.some(np.flatnonzero(kept))
        return prices.reduced[kept], inside

    def _cut(self, answer: BundleAnswer) -> bool:
        """Cut off an answer by triples; whether there are any."""
        used = np.flatnonzero(answer.share > _UNUSED)
        some = self._pool.some(self._inside[used])
        triples, excess = broken_triples(
            some.ends, some.members, answer.share[used], self._core.n, _EXCESS, _FOUND
        )
        if not len(triples):
            return False
        idle = (answer.price <= _UNUSED) & (self._best[1] <= _UNUSED)
        if idle.any():
            self._master.uncut(idle)
        worst = np.argsort(-excess, kind="stable")[:_AT_ONCE]
        self._master.cut(triples[worst], self._pool.some(self._inside))
        u, price = self._best
        self._best = u, np.concatenate([price[~idle], np.zeros(worst.size)])
        return True

    def _whole(self) -> Residual:
        """Hand the list to HiGHS."""
        core, node, pool, triples = self._core, self._node, self._pool, self._master.triples
        n, m, k = core.n, core.m, pool.size
        model = LpModel(
            np.concatenate([core.opening, pool.cost]),
            np.concatenate([node.state > 0, np.zeros(k)]),
            np.concatenate([node.state >= 0, np.ones(k)]),
            stop=lambda: self._watch.interrupted,
        )
        model.set_integer(np.arange(m + k), integer=True)
        own = m + np.arange(k)
        held, holder = np.nonzero(holding(pool.ends, pool.members, n, triples))
        rows = np.concatenate([
            pool.members, n + pool.site, n + np.arange(m), np.full(m, n + m), n + m + 1 + held,
        ])  # fmt: skip
        columns = np.concatenate([
            np.repeat(own, np.diff(pool.ends)), own, np.arange(m), np.arange(m), m + holder,
        ])  # fmt: skip
        values = np.ones(rows.size)
        values[pool.members.size + k : pool.members.size + k + m] = -1.0
        lower = np.concatenate([np.ones(n), np.full(m, -np.inf), [node.lowest]])
        upper = np.concatenate([np.ones(n), np.zeros(m), [node.highest]])
        model.add_rows(
            sparse.csr_array((values, (rows, columns)), shape=(n + m + 1 + len(triples), m + k)),
            np.concatenate([lower, np.full(len(triples), -np.inf)]),
            np.concatenate([upper, np.ones(len(triples))]),
        )
        answer = model.solve(
            time_s=self._watch.left,
            options={
                "mip_rel_gap": 0.5 * self._watch.limits.gap,
                "mip_abs_gap": 0.999 if core.integral else 1e-9,
                "mip_max_nodes": NODES,
                "random_seed": self._watch.limits.seed,
            },
        )
        if answer.values is not None:
            self._offer(answer.values[:m] > 0.5, np.flatnonzero(answer.values[m:] > 0.5))
        if answer.status in (LpStatus.OPTIMAL, LpStatus.INFEASIBLE):
            return Residual.SOLVED
        return Residual.STOPPED if self._watch.over else Residual.OPEN

    def _offer(self, is_open: BoolArray, which: IntArray) -> None:
        """Offer the answer that some bundles make."""
        assignment = np.full(self._core.n, -1, dtype=np.int64)
        taken = self._pool.some(which)
        assignment[taken.members] = np.repeat(taken.site, np.diff(taken.ends))
        self._search.offer(is_open, assignment)

    def reduced(self, relaxed: Relaxed) -> Relaxed:
        """Return the part with the bound proved, and the pairs that bundles have."""
        node = self._node
        kept = self._pool.pairs(self._core)[node.site, node.customer]
        left = replace(node.keeping(kept), bound=max(node.bound, self._bound))
        return replace(relaxed, node=left, mean_x=relaxed.mean_x[kept])


def rehearse_bundles() -> None:
    """Run the kernels that short lists may not reach once."""
    ends, members = np.array([0, 2, 4, 6]), np.array([0, 1, 1, 2, 0, 2])
    triples, _ = broken_triples(ends, members, np.full(3, 0.5), 3, _EXCESS, 1)
    holding(ends, members, 3, triples)
