"""The linear model of a congested question: some pairs, some tangents of the congestion costs.

Columns: y_j, load v_j, congestion z_j for each site, one artificial "left out" per customer, then
the pairs x_ij in the order they were added. Rows: number of open sites; a customer is served once;
load of a site; capacity; then tangents and links that come and go.

The perspective of a convex g is ``z ≥ y g(v / y)``; its tangent at the load t,
``z ≥ g′(t) v + (g(t) − t g′(t)) y``, holds for all v and y (Günlük and Linderoth 2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.congested_core import CongestedCore
from logistique.location.lp import LpAnswer, LpModel
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_SLACK_ROUNDS = 20
"""Solves after which a row that is not binding is dropped."""


class CongestedMaster:
    """Restricted linear model that grows by pairs, tangents and links and keeps its basis.

    Parameters
    ----------
    core : CongestedCore
        The question.
    penalty : (n,) float
        Cost of leaving each customer out.
    watch : Watch
        Clock of the search.
    """

    def __init__(self, core: CongestedCore, penalty: FloatArray, watch: Watch) -> None:
        n, m = core.n, core.m
        self.core = core
        self.penalty = penalty.copy()
        self.customer = np.zeros(0, dtype=np.int64)
        self.site = np.zeros(0, dtype=np.int64)
        self.present = np.zeros((m, n), dtype=bool)
        self._watch = watch
        self._first = 3 * m + n
        self._linked = np.zeros(0, dtype=bool)
        self._lp = LpModel(
            np.concatenate([core.opening, np.zeros(m), np.ones(m), penalty]),
            np.concatenate([core.fixed_open.astype(float), np.zeros(2 * m + n)]),
            np.concatenate([np.ones(m), np.full(2 * m + n, np.inf)]),
            stop=lambda: watch.interrupted,
        )
        self._add_base_rows()
        self._n_base = self._lp.n_rows
        # Of the rows that come and go: solves without being binding, and the pair of a link, else −1.
        self._idle = np.zeros(0, dtype=np.int64)
        self._pair = np.zeros(0, dtype=np.int64)
        # Of tangents: their site and load; −1 and 0 for links.
        self._tangent_site = np.zeros(0, dtype=np.int64)
        self._tangent_load = np.zeros(0)

    def _add_base_rows(self) -> None:
        core, sites = self.core, np.arange(self.core.m)
        n, m = core.n, core.m
        one = np.ones(m)
        self._rows(1, [(np.zeros(m, dtype=np.int64), sites, one)], core.lowest, core.highest)
        everybody = np.arange(n)
        self._rows(n, [(everybody, 3 * m + everybody, np.ones(n))], 1.0, 1.0)
        self._rows(m, [(sites, m + sites, -one)], 0.0, 0.0)
        capacity = [(sites, m + sites, one), (sites, sites, -core.capacity)]
        self._rows(m, capacity, -np.inf, 0.0)

    def _rows(
        self,
        count: int,
        parts: list[tuple[IntArray, IntArray, FloatArray]],
        lower: float,
        upper: float,
    ) -> None:
        """Append rows from (row, column, value) parts."""
        row, column, value = (np.concatenate(each) for each in zip(*parts, strict=True))
        matrix = sparse.csr_array((value, (row, column)), shape=(count, self._lp.n_columns))
        self._lp.add_rows(matrix, np.full(count, float(lower)), np.full(count, float(upper)))

    def add_pairs(self, customer: IntArray, site: IntArray) -> None:
        """Append pairs that are not there yet."""
        core, count = self.core, customer.size
        rows = np.concatenate([1 + customer, 1 + core.n + site])
        values = np.concatenate([np.ones(count), core.demand[customer]])
        entries = sparse.csc_array(
            (values, (rows, np.tile(np.arange(count), 2))), shape=(self._lp.n_rows, count)
        )
        self._lp.add_columns(
            core.cost[customer, site], np.zeros(count), np.full(count, np.inf), entries
        )
        self.present[site, customer] = True
        self.customer = np.concatenate([self.customer, customer])
        self.site = np.concatenate([self.site, site])
        self._linked = np.concatenate([self._linked, np.zeros(count, dtype=bool)])

    def add_tangents(self, site: IntArray, load: FloatArray) -> None:
        """Append the tangents of some sites at loads."""
        core, m = self.core, self.core.m
        if site.size == 0:
            return
        slope = core.congestion.slope(site, load)
        base = core.congestion.value(site, load) - load * slope
        row = np.arange(site.size)
        one = np.ones(site.size)
        parts = [(row, 2 * m + site, one), (row, m + site, -slope), (row, site, -base)]
        self._rows(site.size, parts, 0.0, np.inf)
        self._grown(np.full(site.size, -1), site, load)

    def add_links(self, pairs: IntArray) -> None:
        """Append ``x ≤ y`` for some pairs, by number."""
        if pairs.size == 0:
            return
        row, one = np.arange(pairs.size), np.ones(pairs.size)
        parts = [(row, self._first + pairs, one), (row, self.site[pairs], -one)]
        self._rows(pairs.size, parts, -np.inf, 0.0)
        self._linked[pairs] = True
        self._grown(pairs, np.full(pairs.size, -1), np.zeros(pairs.size))

    def _grown(self, pair: IntArray, site: IntArray, load: FloatArray) -> None:
        self._idle = np.concatenate([self._idle, np.zeros(pair.size, dtype=np.int64)])
        self._pair = np.concatenate([self._pair, pair])
        self._tangent_site = np.concatenate([self._tangent_site, site])
        self._tangent_load = np.concatenate([self._tangent_load, load])

    @property
    def tangents(self) -> tuple[IntArray, FloatArray]:
        """Sites and loads of the tangents that are there."""
        kept = self._tangent_site >= 0
        return self._tangent_site[kept], self._tangent_load[kept]

    def unlinked(self, values: FloatArray, slack: float) -> IntArray:
        """Pairs without a link that a solution uses more than their site is open."""
        used = self.pair_values(values)
        return np.flatnonzero(~self._linked & (used > values[self.site] + slack))

    def bound_sites(self, sites: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Fix or free sites."""
        self._lp.set_bounds(sites, lower, upper)

    def bound_count(self, lowest: int, highest: int) -> None:
        """Change the bounds on the number of open sites."""
        self._lp.set_row_bounds(0, float(lowest), float(highest))

    def raise_penalty(self, customers: IntArray, factor: float) -> None:
        """Make it dearer to leave some customers out."""
        self.penalty[customers] *= factor
        self._lp.set_cost(3 * self.core.m + customers, self.penalty[customers])

    def add_market(self, sale: FloatArray, price: FloatArray) -> None:
        """Let a market stand for the pairs that are not there.

        It serves customer i at ``sale``, and in all fills as much room as it serves, buying room
        of site j at ``price`` a unit. With ``sale_i ≤ c_ij + d_i price_j`` for every absent pair
        it is never dearer than they are, so that the optimum remains a bound.

        Parameters
        ----------
        sale : (n,) float
            ``inf``: all pairs of the customer are there.
        price : (m,) float
        """
        core = self.core
        n, m = core.n, core.m
        offered = np.isfinite(sale)
        everybody, sites = np.arange(n), np.arange(m)
        self._rows(
            1, [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))], 0, 0
        )
        balance = self._lp.n_rows - 1
        rows = np.concatenate(
            [1 + everybody, np.full(n, balance), 1 + n + sites, np.full(m, balance)]
        )
        columns = np.concatenate([everybody, everybody, n + sites, n + sites])
        values = np.concatenate([np.ones(n), core.demand, np.ones(m), -np.ones(m)])
        entries = sparse.csc_array((values, (rows, columns)), shape=(self._lp.n_rows, n + m))
        self._lp.add_columns(
            np.concatenate([np.where(offered, sale, 0.0), -price]),
            np.zeros(n + m),
            np.concatenate([np.where(offered, 1.0, 0.0), core.capacity]),
            entries,
        )

    def solve_integral(self, gap: float, start: FloatArray | None) -> LpAnswer:
        """Solve with whole sites and nobody left out, from a point if there is one."""
        n, m = self.core.n, self.core.m
        self._lp.set_bounds(3 * m + np.arange(n), np.zeros(n), np.zeros(n))
        self._lp.set_integer(np.arange(m), integer=True)
        if start is not None:
            self._lp.set_start(start)
        options = {
            "mip_rel_gap": gap,
            "mip_abs_gap": 0.0,
            "mip_feasibility_tolerance": 1e-8,
        }
        return self._lp.solve(time_s=self._watch.left, options=options)

    def point(self, sites: IntArray, shares: FloatArray) -> FloatArray:
        """Values of all variables for shares on open sites."""
        core, m = self.core, self.core.m
        values = np.zeros(self._lp.n_columns)
        load = core.demand @ shares
        values[sites] = 1.0
        values[m + sites] = load
        values[2 * m + sites] = core.congestion.value(sites, np.minimum(load, core.capacity[sites]))
        every = np.zeros((core.n, m))
        every[:, sites] = shares
        values[self._first : self._first + self.customer.size] = every[self.customer, self.site]
        return values

    def solve(self) -> LpAnswer:
        """Solve the model as it is, and drop rows that have not been binding for some solves."""
        return self._lp.solve(time_s=self._watch.left)

    def purge(self, answer: LpAnswer) -> None:
        """Drop rows that have not been binding for some solves."""
        assert answer.row_dual is not None
        binding = np.abs(answer.row_dual[self._n_base :]) > 1e-9
        self._idle = np.where(binding, 0, self._idle + 1)
        idle = self._idle >= _SLACK_ROUNDS
        if idle.sum() > max(50, idle.size // 4):
            pairs = self._pair[idle]
            self._linked[pairs[pairs >= 0]] = False
            self._lp.delete_rows(self._n_base + np.flatnonzero(idle))
            self._idle, self._pair = self._idle[~idle], self._pair[~idle]
            self._tangent_site = self._tangent_site[~idle]
            self._tangent_load = self._tangent_load[~idle]

    def trials(self, sites: IntArray, iterations: int, cutoff: float) -> FloatArray:
        """Values after closing and after opening each of some sites, (k, 2), nothing added.

        Only estimates for the choice of a branching site: nothing is proved by them.
        """
        basis = self._lp.basis()
        found = np.empty((sites.size, 2))
        for k, j in enumerate(sites.tolist()):
            one = np.array([j])
            for side in (0, 1):
                fixed = np.array([float(side)])
                self._lp.set_bounds(one, fixed, fixed)
                found[k, side] = min(self._lp.trial(iterations), cutoff)
                self._lp.set_bounds(one, np.zeros(1), np.ones(1))
                self._lp.set_basis(basis)
        return found

    def multipliers(self, answer: LpAnswer) -> FloatArray:
        """Prices of the customers in a solution."""
        assert answer.row_dual is not None
        return answer.row_dual[1 : 1 + self.core.n].copy()

    def pair_values(self, values: FloatArray) -> FloatArray:
        """Part of a solution that belongs to the pairs."""
        return values[self._first : self._first + self.customer.size]

    def left_out(self, values: FloatArray) -> FloatArray:
        """Part of each customer that a solution leaves out."""
        m = self.core.m
        return values[3 * m : 3 * m + self.core.n]
