"""The linear model of a capacitated question with split customers, on some of its arcs.

Columns: one y per offered size of a site, one artificial "left out" per customer, then the arcs
x_ij in the order they were added. Rows: a customer is served once; load of a site against its
capacity (relative to the largest); least loads; one size per site; number of open sites; capacity
of all against all demand; then the links x_ij ≤ Σ_k y_jk that were asked for.

Arcs that are left out can be stood for by :meth:`SplitMaster.add_market`. For any prices α of
capacity and multipliers u, an arc costs c_ij = u_i + r_ij − d_i α_j. So whatever flows over arcs
left out costs at least what a market takes, which sells a customer at u_i + min r_ij and buys
capacity d from site j at α_j a unit, as much in all as it sells. With the market the optimum is a
lower bound on that with all arcs, and the same when nobody goes there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.lp import LpAnswer, LpModel
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_SOLD = 1e-7
"""Least part of a customer at the market that is more than a rounding error."""


@dataclass(frozen=True, eq=False)
class Options:
    """The offered sizes of all sites in one list.

    Parameters
    ----------
    site, size : (o,) int
        Site and number of each size, by site.
    opening, capacity, floor : (o,) float
        Its cost, largest and least load.
    """

    site: IntArray
    size: IntArray
    opening: FloatArray
    capacity: FloatArray
    floor: FloatArray

    @property
    def count(self) -> int:
        """Number of sizes offered in all."""
        return int(self.site.size)


def options_of(core: CapacitatedCore) -> Options:
    """List the offered sizes by site."""
    site, size = np.nonzero(np.isfinite(core.opening))
    return Options(
        site, size, core.opening[site, size], core.capacity[site, size], core.floor[site, size]
    )


class SplitMaster:
    """Restricted linear model that grows by arcs and links and keeps its basis.

    Parameters
    ----------
    core : CapacitatedCore
        The question.
    penalty : (n,) float
        Cost of leaving each customer out, above every cost of serving it.
    watch : Watch
        Clock of the search.
    """

    def __init__(self, core: CapacitatedCore, penalty: FloatArray, watch: Watch) -> None:
        self.core = core
        self.options = options_of(core)
        self.customer = np.zeros(0, dtype=np.int64)
        self.site = np.zeros(0, dtype=np.int64)
        self.present = np.zeros((core.n, core.m), dtype=bool)
        self.linked = np.zeros(0, dtype=bool)
        self._watch = watch
        self._sold = np.zeros(0, dtype=np.int64)
        self._scale = np.maximum(core.largest, 1e-300)
        self._first = self.options.count + core.n
        self._lp = LpModel(
            np.concatenate([self.options.opening, penalty]),
            np.zeros(self._first),
            np.concatenate([np.ones(self.options.count), np.full(core.n, np.inf)]),
            stop=lambda: watch.interrupted,
        )
        self._add_base_rows()

    def _add_base_rows(self) -> None:
        """Append the rows that do not depend on the arcs."""
        core, options = self.core, self.options
        n, m, count = core.n, core.m, options.count
        blank = sparse.csr_array((n, count))
        served = sparse.hstack([blank, sparse.eye_array(n)], format="csr")
        self._lp.add_rows(sparse.csr_array(served), np.ones(n), np.ones(n))
        scale = self._scale[options.site]
        self._add_size_rows(-options.capacity / scale, -np.inf, 0.0)
        self._floor_row = -1
        if core.has_floors:
            self._floor_row = self._lp.n_rows
            self._add_size_rows(-options.floor / scale, 0.0, np.inf)
        self._size_row = self._lp.n_rows
        self._add_size_rows(np.ones(count), core.fixed_open.astype(float), 1.0)
        self.count_row = self._lp.n_rows
        row = sparse.csr_array(np.concatenate([np.ones(count), np.zeros(n)])[None, :])
        self._lp.add_rows(row, np.array([float(core.lowest)]), np.array([float(core.highest)]))
        total = max(core.total_demand, 1e-300)
        row = sparse.csr_array(np.concatenate([options.capacity / total, np.zeros(n)])[None, :])
        self._lp.add_rows(row, np.array([1.0 if core.total_demand else 0.0]), np.array([np.inf]))
        self._n_base = self._lp.n_rows
        assert self._n_base == n + m * (3 if core.has_floors else 2) + 2

    def _add_size_rows(
        self, coefficient: FloatArray, lower: FloatArray | float, upper: float
    ) -> None:
        """Append one row per site over its sizes."""
        core, options = self.core, self.options
        rows = sparse.csr_array(
            (coefficient, (options.site, np.arange(options.count))),
            shape=(core.m, self._first),
        )
        self._lp.add_rows(rows, np.broadcast_to(lower, core.m), np.full(core.m, upper))

    def add_arcs(self, customer: IntArray, site: IntArray) -> None:
        """Append arcs that are not there yet."""
        core, count = self.core, customer.size
        weight = core.demand[customer] / self._scale[site]
        rows = [customer, core.n + site]
        values = [np.ones(count), weight]
        if self._floor_row >= 0:
            rows.append(self._floor_row + site)
            values.append(weight)
        columns = np.tile(np.arange(count), len(rows))
        entries = sparse.csc_array(
            (np.concatenate(values), (np.concatenate(rows), columns)),
            shape=(self._lp.n_rows, count),
        )
        cost = core.cost[customer, site]
        self._lp.add_columns(cost, np.zeros(count), np.full(count, np.inf), entries)
        self.present[customer, site] = True
        self.customer = np.concatenate([self.customer, customer])
        self.site = np.concatenate([self.site, site])
        self.linked = np.concatenate([self.linked, np.zeros(count, dtype=bool)])

    def add_links(self, arcs: IntArray) -> None:
        """Append ``x ≤ Σ_k y`` for some arcs, by number."""
        options, count = self.options, arcs.size
        first = np.searchsorted(options.site, self.site[arcs], side="left")
        last = np.searchsorted(options.site, self.site[arcs], side="right")
        spread = np.repeat(np.arange(count), last - first)
        within = np.arange(spread.size) - np.repeat(
            np.cumsum(last - first) - (last - first), last - first
        )
        columns = np.concatenate([self._first + arcs, first[spread] + within])
        rows = np.concatenate([np.arange(count), spread])
        values = np.concatenate([np.ones(count), -np.ones(spread.size)])
        self._lp.add_rows(
            sparse.csr_array((values, (rows, columns)), shape=(count, self._lp.n_columns)),
            np.full(count, -np.inf),
            np.zeros(count),
        )
        self.linked[arcs] = True

    def add_market(self, sale: FloatArray, price: FloatArray) -> None:
        """Let a market stand for the arcs left out.

        Parameters
        ----------
        sale : (n,) float
            What it takes for a whole customer; ``inf``: no arc of the customer was left out.
        price : (m,) float
            What it pays for a unit of capacity.
        """
        core = self.core
        n, m = core.n, core.m
        sold = np.flatnonzero(np.isfinite(sale))
        self._sold = sold
        if sold.size == 0:
            return
        rows = [np.arange(m) + n]
        if self._floor_row >= 0:
            rows.append(np.arange(m) + self._floor_row)
        bought = (np.ones(m * len(rows)), (np.concatenate(rows), np.tile(np.arange(m), len(rows))))
        served = (np.ones(sold.size), (sold, m + np.arange(sold.size)))
        entries = sparse.csc_array(
            (
                np.concatenate([bought[0], served[0]]),
                tuple(np.concatenate(pair) for pair in zip(bought[1], served[1], strict=True)),
            ),
            shape=(self._lp.n_rows, m + sold.size),
        )
        cost = np.concatenate([-price * self._scale, sale[sold]])
        first = self._lp.n_columns
        self._lp.add_columns(cost, np.zeros(cost.size), np.ones(cost.size), entries)
        total = max(core.total_demand, 1e-300)
        balance = np.concatenate([-self._scale / total, core.demand[sold] / total])
        row = sparse.csr_array(
            (balance, first + np.arange(cost.size), [0, cost.size]),
            shape=(1, self._lp.n_columns),
        )
        self._lp.add_rows(row, np.zeros(1), np.zeros(1))

    def solve(self) -> LpAnswer:
        """Solve the linear model as it is."""
        return self._lp.solve(time_s=self._watch.left)

    def solve_integral(self, gap: float, start: IntArray | None, part: FloatArray) -> LpAnswer:
        """Solve with integral sizes on the arcs and links there are; nobody may be left out.

        Parameters
        ----------
        gap : float
            Relative gap to stop at.
        start : (m,) int or None
            Sizes of an answer to start from; −1: closed.
        part : (n, m) float
            Its shares, over arcs that are all present.
        """
        options, n = self.options, self.core.n
        if start is not None:
            values = np.zeros(self._lp.n_columns)
            values[: options.count] = start[options.site] == options.size
            values[self._first : self._first + self.customer.size] = part[self.customer, self.site]
            self._lp.set_start(values)
        self._lp.set_integer(np.arange(options.count), integer=True)
        self._lp.set_bounds(options.count + np.arange(n), np.zeros(n), np.zeros(n))
        settings = {"mip_rel_gap": gap, "mip_abs_gap": 0.0}
        return self._lp.solve(time_s=self._watch.left, options=settings)

    def sold(self, values: FloatArray) -> IntArray:
        """List the customers that went to the market in a solution."""
        share = values[values.size - self._sold.size :]
        return self._sold[share > _SOLD]

    def sizes_of(self, values: FloatArray) -> IntArray:
        """Sizes of an integral solution, (m,); −1: closed."""
        size = np.full(self.core.m, -1, dtype=np.int64)
        taken = np.flatnonzero(values[: self.options.count] > 0.5)
        size[self.options.site[taken]] = self.options.size[taken]
        return size

    def site_shares(self, values: FloatArray) -> FloatArray:
        """Values of all sizes, (m, k)."""
        shares = np.zeros(self.core.opening.shape)
        shares[self.options.site, self.options.size] = values[: self.options.count]
        return shares

    def arc_values(self, values: FloatArray) -> FloatArray:
        """Part of a solution that belongs to the arcs."""
        return values[self._first : self._first + self.customer.size]
