"""Perspective relaxation of a congested question, solved by pairs and tangents added on demand.

The linear model knows some pairs and some tangents only. Its prices of the customers go into the
Lagrangian of the whole problem, which gives the bound: all pairs and the exact costs count there,
so that neither a missing pair nor a missing tangent can make it wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.benders import Relaxed
from logistique.location.congested_core import CongestedCore
from logistique.location.congested_lagrangian import Part, Priced, exchange, priced, whole
from logistique.location.congested_master import CongestedMaster
from logistique.location.lp import LpAnswer, LpStatus
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_SLACK = 1e-6
"""Violation of a link that is tolerated."""

_NEAREST = 4
"""Pairs per customer to begin with, beside those the multipliers ask for."""

_FIRST_LOADS = (0.7, 0.9, 1.0, 1.1, 1.4)
"""Loads of the first tangents, relative to those of the multipliers."""

_INTEGRAL = 1e-6
_OFFERS = 4
"""Rounds between two looks at the shares of an integral solution."""

_NOBODY_LEFT = 1e-7
_HARDER = 16.0


class CongestedRelaxation:
    """Relaxation that a tree can bound, solve and try.

    Parameters
    ----------
    core : CongestedCore
        The question.
    start : Priced
        Good multipliers of it.
    enough : float
        Difference of the relaxation's value and its bound, relative to the value, at which it
        counts as solved.
    offer : callable
        Receives the sites of an integral solution and the shares it serves from them; returns the
        cost at and above which nothing is looked for any more.
    watch : Watch
        Clock of the search.

    Attributes
    ----------
    root : Priced or None
        Best multipliers of the first part that was solved.
    """

    def __init__(
        self,
        core: CongestedCore,
        start: Priced,
        enough: float,
        offer: Callable[[IntArray, FloatArray], float],
        watch: Watch,
    ) -> None:
        self.core = core
        self.rounds = 0
        self.root: Priced | None = None
        self._offer = offer
        self._centre = np.minimum(start.load, core.capacity)
        self._least = math.inf
        self._seen: FloatArray | None = None
        self.values: FloatArray = np.zeros(0)
        self._part = whole(core)
        self._enough = enough
        dearest = np.where(np.isfinite(core.cost), core.cost, 0.0).max(axis=1)
        self._master = CongestedMaster(
            core, 4.0 * np.maximum(np.abs(start.u), dearest) + 1.0, watch
        )
        self._seed(start)

    def _seed(self, start: Priced) -> None:
        """Add the pairs and tangents that the multipliers ask for."""
        core, master = self.core, self._master
        wanted = np.zeros((core.m, core.n), dtype=bool)
        wanted[start.taker, start.customer] = True
        full = core.by_site + core.demand * start.price[:, None]
        near = np.argpartition(full, min(_NEAREST, core.m) - 1, axis=0)[:_NEAREST]
        wanted[near, np.arange(core.n)] = True
        wanted &= np.isfinite(core.by_site)
        site, customer = np.nonzero(wanted)
        master.add_pairs(customer, site)
        sites = np.arange(core.m)
        fair = core.total_demand / max(1, int(start.chosen.sum()))
        middle = np.where(start.load > 0.0, start.load, np.minimum(core.capacity, fair))
        for factor in _FIRST_LOADS:
            master.add_tangents(sites, np.minimum(factor * middle, core.capacity))

    def bound_sites(self, sites: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Fix or free sites."""
        low, high = self._part.lower.copy(), self._part.upper.copy()
        low[sites], high[sites] = lower, upper
        self._part = Part(low, high, self._part.lowest, self._part.highest)
        self._master.bound_sites(sites, lower, upper)

    def bound_count(self, lowest: int, highest: int) -> None:
        """Change the bounds on the number of open sites."""
        self._part = Part(self._part.lower, self._part.upper, lowest, highest)
        self._master.bound_count(lowest, highest)

    def trials(self, sites: IntArray, iterations: int, cutoff: float) -> FloatArray:
        """Estimates after closing and after opening each of some sites, (k, 2)."""
        return self._master.trials(sites, iterations, cutoff)

    def solve(
        self, cutoff: float = math.inf, rounds: int = 10**9, patience: float = 0.0
    ) -> Relaxed:
        """Solve within the present bounds, or show that nothing below ``cutoff`` is there.

        Parameters
        ----------
        cutoff : float
            Cost at which the search here may end.
        rounds : int
            Largest number of rounds.
        patience : float
            Progress of the bound per round, relative to the distance to the cutoff, below which
            the rounds end.
        """
        best: Priced | None = None
        bound, self._least = -math.inf, math.inf
        for turn in range(rounds + 1):
            answer = self._master.solve()
            if answer.status is not LpStatus.OPTIMAL:
                empty = answer.status is LpStatus.INFEASIBLE
                return Relaxed(answer.status, cutoff if empty else bound)
            self.rounds += 1
            assert answer.values is not None
            self.values = answer.values
            found = priced(self.core, self._master.multipliers(answer), self._part)
            gained = found.bound - bound
            if best is None or gained > 0.0:
                best, bound = found, found.bound
            if self._integral and turn % _OFFERS == 1:
                cutoff = min(cutoff, self._offered())
            if bound >= cutoff:
                return Relaxed(LpStatus.CUTOFF, bound)
            slow = turn > 2 and not self._integral and gained < patience * (cutoff - bound)
            if turn == rounds or slow or not self._grow(answer, found, bound):
                break
        assert best is not None
        self.root = self.root or best
        return Relaxed(LpStatus.OPTIMAL, bound, self._y, exchange(best, self._part))

    @property
    def tangents(self) -> tuple[IntArray, FloatArray]:
        """Sites and loads of the tangents in use."""
        return self._master.tangents

    @property
    def _y(self) -> FloatArray:
        """Opening decisions of the last solution."""
        return np.clip(self.values[: self.core.m], 0.0, 1.0)

    @property
    def _integral(self) -> bool:
        y = self._y
        return bool(np.abs(y - np.rint(y)).max() <= _INTEGRAL)

    def _offered(self) -> float:
        """Offer the last solution, which is integral; return the new cutoff."""
        sites = np.flatnonzero(self._y > 0.5)
        return self._offer(sites, self.shares_on(sites))

    def _grow(self, answer: LpAnswer, found: Priced, bound: float) -> bool:
        """Add what the solution violates and the multipliers lack; whether there was anything."""
        master, m = self._master, self.core.m
        values = self.values
        left_out = np.flatnonzero(master.left_out(values) > _NOBODY_LEFT)
        excess = self._perspective(values) - values[2 * m : 3 * m]
        worth = answer.objective + float(np.maximum(excess, 0.0).sum())
        enough = self._enough * abs(worth)
        links = master.unlinked(values, _SLACK)
        if worth - bound <= enough and links.size == 0 and left_out.size == 0:
            return False
        master.purge(answer)
        site, customer = self._missing(found)
        tangents, loads = self._tangents(np.flatnonzero(excess > 0.1 * enough / m), worth)
        if not (site.size or tangents.size or links.size):
            if left_out.size:
                master.raise_penalty(left_out, _HARDER)
                return bool(master.penalty[left_out].max() < 1e3 * self.core.ceiling + 1e3)
            if answer.objective - found.bound <= enough or self._repeated(found):
                return False
            # The sites answer the prices with other loads than the model believes.
            tangents = np.flatnonzero(found.chosen & (found.load > 0.0))
            loads = found.load[tangents]
        master.add_pairs(customer, site)
        master.add_tangents(tangents, loads)
        master.add_links(links)
        return True

    def _tangents(self, site: IntArray, worth: float) -> tuple[IntArray, FloatArray]:
        """Sites and loads of new tangents: at the solution and, in between, towards the best one.

        Loads swing around those of the optimum from solve to solve; halving the way to the best
        solution so far keeps the swings short.
        """
        m, capacity = self.core.m, self.core.capacity[site]
        ratio = self.values[m + site] / np.maximum(self.values[site], 1e-12)
        loads = np.clip(ratio, 0.0, capacity)
        if worth < self._least:
            self._least, self._centre = worth, self._centre.copy()
            self._centre[site] = loads
            return site, loads
        between = 0.5 * (loads + self._centre[site])
        return np.tile(site, 2), np.concatenate([loads, between])

    def _repeated(self, found: Priced) -> bool:
        """Whether the last call saw the same loads, so that tangents there change nothing."""
        known, self._seen = self._seen, found.load
        return known is not None and np.array_equal(known, found.load)

    def _perspective(self, values: FloatArray) -> FloatArray:
        """``y g(v / y)`` of each site, (m,)."""
        core, m = self.core, self.core.m
        y, load = values[:m], np.maximum(values[m : 2 * m], 0.0)
        tiny = y <= 1e-9
        ratio = np.minimum(load / np.where(tiny, 1.0, y), core.capacity)
        cost = y * core.congestion.value(np.arange(m), np.where(tiny, 0.0, ratio))
        return np.where(tiny, 0.0, cost)

    def _missing(self, found: Priced) -> tuple[IntArray, IntArray]:
        """Sites and customers of the pairs that the chosen sites take but the model lacks."""
        site, customer = found.taker, found.customer
        lacking = found.chosen[site] & ~self._master.present[site, customer]
        return site[lacking], customer[lacking]

    def tighten(self, sites: IntArray, loads: FloatArray) -> None:
        """Add tangents of some sites at loads."""
        self._master.add_tangents(sites, np.clip(loads, 0.0, self.core.capacity[sites]))

    def settle(self, sites: IntArray, rounds: int) -> FloatArray:
        """Shares on sites of somebody's choice, (n, k), after a few rounds with these open."""
        before, is_open = self._part, np.zeros(self.core.m)
        is_open[sites] = 1.0
        every = np.arange(self.core.m)
        self.bound_sites(every, is_open, is_open)
        self.solve(rounds=rounds)
        shares = self.shares_on(sites)
        self.bound_sites(every, before.lower, before.upper)
        return shares

    def shares_on(self, sites: IntArray) -> FloatArray:
        """Pairs of the last solution that lie on some sites, (n, k)."""
        master = self._master
        place = np.full(self.core.m, -1, dtype=np.int64)
        place[sites] = np.arange(sites.size)
        part = np.maximum(master.pair_values(self.values), 0.0)
        # Pairs added since the last solution have no part in it.
        customer, site = master.customer[: part.size], place[master.site[: part.size]]
        used = site >= 0
        shares = np.zeros((self.core.n, sites.size))
        shares[customer[used], site[used]] = part[used]
        return shares
