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
        # Of the rows that come and go: solves without being binding, and the pair of a link.
        self._idle = np.zeros(0, dtype=np.int64)
        self._pair = np.zeros(0, dtype=np.int64)

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
        self._grown(site.size, np.full(site.size, -1))

    def add_links(self, pairs: IntArray) -> None:
        """Append ``x ≤ y`` for some pairs, by number."""
        if pairs.size == 0:
            return
        row, one = np.arange(pairs.size), np.ones(pairs.size)
        parts = [(row, self._first + pairs, one), (row, self.site[pairs], -one)]
        self._rows(pairs.size, parts, -np.inf, 0.0)
        self._linked[pairs] = True
        self._grown(pairs.size, pairs)

    def _grown(self, count: int, pair: IntArray) -> None:
        self._idle = np.concatenate([self._idle, np.zeros(count, dtype=np.int64)])
        self._pair = np.concatenate([self._pair, pair])

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
        return values[self._first :]

    def left_out(self, values: FloatArray) -> FloatArray:
        """Part of each customer that a solution leaves out."""
        m = self.core.m
        return values[3 * m : 3 * m + self.core.n]
