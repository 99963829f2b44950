"""The master of the column generation for single sourcing: bundles of customers and sets of sites.

    min Σ_Y f(Y) μ_Y + Σ_p c_p λ_p
    Σ_{p ∋ i} λ_p ≥ 1                       every customer i is in some bundle
    Σ_{p of j} λ_p ≤ Σ_{Y ∋ j} μ_Y          bundles belong to sites that are open
    Σ_Y μ_Y = 1,   λ, μ ≥ 0.

A bundle is a set of customers that fits one site, served from it at the cost c_p; a set of sites Y
has enough capacity and an allowed number of sites, and costs f(Y). With all bundles and sets the
optimum is the largest Lagrangian bound of ``single_source_kernels`` (Dantzig and Wolfe), and the
prices of customers are its multipliers. Customers in no bundle, and no set at all, are allowed at
a penalty, so that there is an optimum whatever columns there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpAnswer, LpModel, LpStatus
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Column, Node
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_ROOM = 3
"""Columns kept, per row, when the master has become too large; it may grow to twice as many."""

_DUAL, _PRIMAL = 1, 4
"""Simplex methods of HiGHS: dual after columns were closed, primal after some were added."""


@dataclass(frozen=True, eq=False)
class MasterAnswer:
    """Optimum of the master over the columns that a part allows.

    Parameters
    ----------
    value : float
        Its objective; not a bound.
    u : (n,) float
        Prices of the customers.
    site_price : (m,) float
        Prices of the sites.
    y : (m,) float
        Share of the sets of sites that hold each site.
    x : (m, n) float
        Share of each customer that each site serves.
    left_out : (n,) bool
        Customers that it leaves out, at a penalty.
    complete : bool
        Whether it leaves out no customer and has sets of sites.
    """

    value: float
    u: FloatArray
    site_price: FloatArray
    y: FloatArray
    x: FloatArray
    left_out: BoolArray
    complete: bool

    @property
    def integral(self) -> bool:
        """Whether sites and customers are decided."""
        return self.complete and bool(
            np.abs(self.x - np.rint(self.x)).max() < 1e-6
            and np.abs(self.y - np.rint(self.y)).max() < 1e-6
        )


class ColumnMaster:
    """A linear model that columns are added to, and that is told which of them a part allows.

    Parameters
    ----------
    core : SourcingCore
        The question.
    watch : Watch
        Clock.
    penalty : float
        Highest cost of leaving out a customer, at least that of any answer.
    """

    def __init__(self, core: SourcingCore, watch: Watch, penalty: float) -> None:
        self._core, self._watch, self._penalty = core, watch, penalty
        self._columns: list[Column] = []
        self._known: set[tuple[int, bytes]] = set()
        self._age = np.zeros(0, dtype=np.int64)
        self._solves = 0
        self._method = _DUAL
        self._node: Node | None = None
        self._allowed = np.zeros((core.m, core.n), dtype=bool)
        self._stack = _Stack(core)
        self._open = np.zeros(0, dtype=bool)
        self._lp = self._empty()
        self._cost = np.full(core.n, penalty)

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self._columns)

    def enter(self, node: Node, margin: float) -> None:
        """Allow the columns that lie within a part, and no others.

        Leaving out a customer costs ``margin`` more than the multiplier of the part, which holds
        the prices of the next solves down.
        """
        self._node = node
        self._set_penalty(np.minimum(node.u + margin, self._penalty))
        self._allowed[:] = False
        self._allowed[node.site, node.customer] = True
        within = self._within(0)
        changed = np.flatnonzero(within != self._open)
        self._open = within
        upper = np.where(within[changed], np.inf, 0.0)
        self._method = _DUAL
        self._lp.set_bounds(changed + self._core.n + 1, np.zeros(changed.size), upper)

    def insist(self, answer: MasterAnswer) -> None:
        """Raise the cost of leaving out the customers that an answer leaves out."""
        cost = np.where(answer.left_out, np.maximum(4.0 * self._cost, 1.0), self._cost)
        self._set_penalty(np.minimum(cost, self._penalty))

    def _set_penalty(self, cost: FloatArray) -> None:
        self._cost = cost
        self._lp.set_cost(np.arange(self._core.n), cost)

    def add(self, columns: list[Column]) -> int:
        """Add the columns that are new; how many are."""
        new = [column for column in columns if column.key not in self._known]
        if not new:
            return 0
        self._known.update(column.key for column in new)
        first = len(self._columns)
        self._columns += new
        self._stack.append(new)
        self._age = np.concatenate([self._age, np.full(len(new), self._solves)])
        within = self._within(first)
        self._open = np.concatenate([self._open, within])
        self._append(new, within)
        return len(new)

    def solve(self) -> MasterAnswer | None:
        """Optimum over the columns allowed; None where time is up."""
        if self.size > 2 * _ROOM * (self._core.n + self._core.m):
            self._shrink()
        method, self._method = self._method, _PRIMAL
        answer = self._lp.solve(time_s=self._watch.left, options={"simplex_strategy": method})
        if answer.status is not LpStatus.OPTIMAL or answer.values is None:
            return None
        self._solves += 1
        return self._read(answer)

    def _read(self, answer: LpAnswer) -> MasterAnswer:
        n, m = self._core.n, self._core.m
        assert answer.values is not None
        assert answer.row_dual is not None
        values = answer.values[n + 1 :]
        used = np.flatnonzero(values > 1e-9)
        self._age[used] = self._solves
        y, x = np.zeros(m), np.zeros((m, n))
        for k in used.tolist():
            column = self._columns[k]
            if column.site < 0:
                y[column.members] += values[k]
            else:
                x[column.site, column.members] += values[k]
        dual = answer.row_dual
        return MasterAnswer(
            answer.objective, dual[:n].copy(), -dual[n : n + m], y, x,
            answer.values[:n] > 1e-9, bool(answer.values[: n + 1].max() <= 1e-9),
        )  # fmt: skip

    def _empty(self) -> LpModel:
        """Return the rows with the penalties alone."""
        n, m = self._core.n, self._core.m
        lp = LpModel(
            np.full(n + 1, self._penalty), np.zeros(n + 1), np.full(n + 1, np.inf),
            options={"presolve": "off"},
        )  # fmt: skip
        place = np.arange(n)
        cover = sparse.csr_array((np.ones(n), (place, place)), shape=(n, n + 1))
        lp.add_rows(cover, np.ones(n), np.full(n, np.inf))
        links = sparse.csr_array((-np.ones(m), (np.arange(m), np.full(m, n))), shape=(m, n + 1))
        lp.add_rows(links, np.full(m, -np.inf), np.zeros(m))
        one = sparse.csr_array(([1.0], ([0], [n])), shape=(1, n + 1))
        lp.add_rows(one, np.ones(1), np.ones(1))
        return lp

    def _append(self, columns: list[Column], within: BoolArray) -> None:
        n, m = self._core.n, self._core.m
        rows, data, start = [], [], [0]
        for column in columns:
            if column.site < 0:
                rows += [column.members + n, np.array([n + m])]
                data += [-np.ones(column.members.size), np.ones(1)]
            else:
                rows += [column.members, np.array([n + column.site])]
                data += [np.ones(column.members.size + 1)]
            start.append(start[-1] + column.members.size + 1)
        entries = sparse.csc_array(
            (np.concatenate(data), np.concatenate(rows), np.array(start)),
            shape=(n + m + 1, len(columns)),
        )
        cost = np.array([column.cost for column in columns])
        upper = np.where(within, np.inf, 0.0)
        self._lp.add_columns(cost, np.zeros(len(columns)), upper, entries)

    def _within(self, first: int) -> BoolArray:
        """Whether the columns from ``first`` on lie within the part."""
        if self._node is None:
            return np.ones(self.size - first, dtype=bool)
        return self._stack.within(self._node, self._allowed, first)

    def _shrink(self) -> None:
        """Start a new model with the columns used last."""
        keep = np.sort(
            np.argsort(-self._age, kind="stable")[: _ROOM * (self._core.n + self._core.m)]
        )
        self._columns = [self._columns[k] for k in keep.tolist()]
        self._known = {column.key for column in self._columns}
        self._age = self._age[keep]
        self._stack = _Stack(self._core)
        self._stack.append(self._columns)
        self._open = self._within(0)
        self._lp = self._empty()
        self._set_penalty(self._cost)
        self._append(self._columns, self._open)


class _Stack:
    """Members of many columns one after the other, to be compared with a part all at once."""

    def __init__(self, core: SourcingCore) -> None:
        self._core = core
        self._site = np.zeros(0, dtype=np.int64)
        self._start = np.zeros(1, dtype=np.int64)
        self._members = np.zeros(0, dtype=np.int64)

    def append(self, columns: list[Column]) -> None:
        """Add columns at the end."""
        lengths = np.array([column.members.size for column in columns])
        self._site = np.concatenate([self._site, [column.site for column in columns]])
        self._start = np.concatenate([self._start, self._start[-1] + np.cumsum(lengths)])
        self._members = np.concatenate([self._members, *(column.members for column in columns)])

    def within(self, node: Node, allowed: BoolArray, first: int) -> BoolArray:
        """Whether the columns from ``first`` on lie within a part with these pairs."""
        start = self._start[first:] - self._start[first]
        members, site = self._members[self._start[first] :], self._site[first:]
        owner = np.repeat(np.arange(site.size), np.diff(start))
        bundle = site[owner] >= 0
        good = np.where(
            bundle,
            allowed[site[owner], np.where(bundle, members, 0)],
            node.state[np.where(bundle, 0, members)] >= 0,
        )
        wrong = np.bincount(owner[~good], minlength=site.size) > 0
        sets = ~bundle
        size = np.bincount(owner[sets], minlength=site.size)
        must = np.bincount(owner[sets & (node.state[np.where(bundle, 0, members)] > 0)],
                           minlength=site.size)  # fmt: skip
        short = (site < 0) & (
            (must < (node.state > 0).sum()) | (size < node.lowest) | (size > node.highest)
        )
        return np.asarray(~wrong & ~short)
