"""The master problem of the median: opening decisions and one cost variable per customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.core import Core
from logistique.location.cut_kernels import cut_entries, cut_sizes, thresholds
from logistique.location.lp import LpAnswer, LpModel, LpStatus
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_VIOLATION = 1e-6
"""Least violation of a cut that is added, relative to the cost of the customer."""

_SLACK_ROUNDS = 6
"""Solves after which a cut that is not binding is dropped."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Solution of the relaxation with all cuts that it violates added.

    Parameters
    ----------
    status : LpStatus
        OPTIMAL: no violated cut is left. CUTOFF or INFEASIBLE: nothing below the cutoff.
        LIMIT: time was up; ``bound`` still holds.
    bound : float
        Lower bound on the cost of every answer within the present bounds of the sites.
    y : (m,) float or None
        Opening decisions.
    reduced_cost : (m,) float or None
        Reduced costs of the sites.
    theta : (c,) float or None
        Cost variables, of an integral solve.
    """

    status: LpStatus
    bound: float
    y: FloatArray | None = None
    reduced_cost: FloatArray | None = None
    theta: FloatArray | None = None


def decided(relaxed: Relaxed, cutoff: float, tolerance: float) -> tuple[BoolArray, BoolArray]:
    """Sites that every answer below ``cutoff`` opens, and sites that none opens.

    Parameters
    ----------
    relaxed : Relaxed
        Solved relaxation.
    cutoff, tolerance : float
        Cost at which answers stop to matter, and the rounding error allowed for in it.
    """
    assert relaxed.y is not None
    assert relaxed.reduced_cost is not None
    room = cutoff - relaxed.bound + tolerance
    opened = (relaxed.y > 0.5) & (-relaxed.reduced_cost > room)
    closed = (relaxed.y < 0.5) & (relaxed.reduced_cost > room)
    return opened, closed


def strongest_cuts(core: Core, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return threshold and value of each customer's strongest cut at y, (n,) each."""
    lists = core.lists
    threshold, value = np.empty(core.n), np.empty(core.n)
    thresholds(lists.start, lists.site, lists.length, lists.tail, y, threshold, value)
    return threshold, value


def master_model(core: Core, cost: FloatArray, least: FloatArray, watch: Watch) -> LpModel:
    """Model of the sites and of cost variables with these prices and lower bounds, no cuts yet."""
    count = cost.size
    model = LpModel(
        np.concatenate([core.opening, cost]),
        np.concatenate([core.fixed_open.astype(float), least]),
        np.concatenate([np.ones(core.m), np.full(count, np.inf)]),
        stop=lambda: watch.interrupted,
    )
    row = (np.ones(core.m), np.arange(core.m), [0, core.m])
    model.add_rows(
        sparse.csr_array(row, shape=(1, core.m + count)),
        np.array([float(core.lowest)]),
        np.array([float(core.highest)]),
    )
    return model


class Master:
    """Linear master problem that keeps its cuts and its basis.

    Columns: y_0 … y_{m−1}, θ_0 … θ_{n−1}; rows: the number of open sites, then cuts.

    Parameters
    ----------
    core : Core
        The question.
    watch : Watch
        Clock of the search.
    """

    def __init__(self, core: Core, watch: Watch) -> None:
        self.core = core
        self._watch = watch
        self._idle = np.zeros(1, dtype=np.int64)
        self._cut_customer = np.full(1, -1, dtype=np.int64)
        self._cut_threshold = np.zeros(1)
        self._range = float(np.max(core.far, initial=1.0))
        self._lp = self._model()

    def _model(self) -> LpModel:
        """Model without cuts."""
        core = self.core
        lists = core.lists
        listed = np.diff(lists.start) > 0
        nearest = np.where(np.isfinite(lists.tail), lists.tail, 0.0)
        nearest[listed] = lists.length[lists.start[:-1][listed]]
        return master_model(core, core.weight, nearest, self._watch)

    def seed(self, u: FloatArray) -> None:
        """Add the cut of every customer at its multiplier."""
        self.add_cuts(np.arange(self.core.n), np.minimum(u, self.core.lists.tail))

    def moved(self, core: Core) -> Master:
        """Return a master for the same question on fewer sites, with the cuts of this one."""
        other = Master(core, self._watch)
        other.add_cuts(self._cut_customer[1:], self._cut_threshold[1:])
        return other

    def add_cuts(self, customers: IntArray, threshold: FloatArray) -> None:
        """Add the cuts of some customers at thresholds of theirs (``inf``: the covering row)."""
        lists, core = self.core.lists, self.core
        sizes = np.empty(customers.size, dtype=np.int64)
        cut_sizes(lists.start, lists.length, customers, threshold, sizes)
        priced = np.isfinite(threshold)
        row_start = np.concatenate([[0], np.cumsum(sizes + priced)])
        column = np.empty(row_start[-1], dtype=np.int32)
        coefficient = np.empty(row_start[-1])
        cut_entries(
            lists.start,
            lists.site,
            lists.length,
            customers,
            threshold,
            row_start,
            core.m,
            column,
            coefficient,
        )
        rows = sparse.csr_array(
            (coefficient, column, row_start), shape=(customers.size, core.m + core.n)
        )
        self._lp.add_rows(rows, np.where(priced, threshold, 1.0), np.full(customers.size, np.inf))
        self._idle = np.concatenate([self._idle, np.zeros(customers.size, dtype=np.int64)])
        self._cut_customer = np.concatenate([self._cut_customer, customers])
        self._cut_threshold = np.concatenate([self._cut_threshold, threshold])

    def bound_sites(self, sites: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Fix or free sites."""
        self._lp.set_bounds(sites, lower, upper)

    def bound_count(self, lowest: int, highest: int) -> None:
        """Change the bounds on the number of open sites."""
        self._lp.set_row_bounds(0, float(lowest), float(highest))

    def bound_all(self, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of all sites and of their number back to those of the question."""
        self.bound_sites(np.arange(self.core.m), lower, upper)
        self.bound_count(self.core.lowest, self.core.highest)

    def solve_integral(self, start: BoolArray, cutoff: float) -> Relaxed:
        """Solve with integral sites and the cuts there are; ``bound`` holds for the question.

        Parameters
        ----------
        start : (m,) bool
            Answer to start from.
        cutoff : float
            Cost below which a better answer would be; says how close the bound must come.
        """
        core, sites = self.core, np.arange(self.core.m)
        y = start.astype(float)
        self._separate(y, np.full(self._lp.n_columns - core.m, -np.inf))
        self._lp.set_integer(sites, integer=True)
        self._lp.set_start(np.concatenate([y, self._costs_at(y)]))
        settled = max(core.resolution(cutoff), core.tolerance(cutoff))
        options = {"mip_abs_gap": settled, "mip_rel_gap": 0.0}
        answer = self._lp.solve(time_s=self._watch.left, options=options)
        self._lp.set_integer(sites, integer=False)
        if answer.status in (LpStatus.CUTOFF, LpStatus.INFEASIBLE):
            return Relaxed(answer.status, cutoff)
        if answer.values is None:
            return Relaxed(answer.status, answer.bound)
        y = np.rint(answer.values[: core.m])
        return Relaxed(answer.status, answer.bound, y, theta=answer.values[core.m :])

    def add_violated(self, found: Relaxed) -> bool:
        """Add the cuts that an integral solution violates; whether there were any."""
        assert found.y is not None
        assert found.theta is not None
        return self._separate(found.y, found.theta)

    def _costs_at(self, y: FloatArray) -> FloatArray:
        """Least cost variables that all cuts allow at y."""
        return strongest_cuts(self.core, y)[1]

    def trials(self, sites: IntArray, iterations: int, cutoff: float) -> FloatArray:
        """Bounds after closing and after opening each of some sites, (k, 2), no cuts added.

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

    def solve(
        self, cutoff: float = math.inf, rounds: int = 10**9, patience: float = 0.0
    ) -> Relaxed:
        """Solve, adding violated cuts, until none is left or nothing below ``cutoff`` is.

        Parameters
        ----------
        cutoff : float
            Cost at which the search here may end.
        rounds : int
            Largest number of rounds of cuts; afterwards the point may still violate some.
        patience : float
            Progress of the bound per round, relative to the distance to the cutoff, below which
            the rounds end.
        """
        core = self.core
        bound, last = -math.inf, None
        for turn in range(rounds + 1):
            answer = self._lp.solve(time_s=self._watch.left, cutoff=cutoff)
            if answer.status is not LpStatus.OPTIMAL:
                return Relaxed(answer.status, bound if answer.status is LpStatus.LIMIT else cutoff)
            assert answer.values is not None
            assert answer.reduced_cost is not None
            proved = answer.bound - answer.dual_slip * self._range
            gained = proved - bound
            bound = max(bound, proved)
            y = np.clip(answer.values[: core.m], 0.0, 1.0)
            last = Relaxed(LpStatus.OPTIMAL, bound, y, answer.reduced_cost[: core.m])
            if bound >= cutoff:
                return Relaxed(LpStatus.CUTOFF, bound)
            if turn == rounds or (turn > 2 and gained < patience * (cutoff - bound)):
                break
            self._purge(answer)
            if not self._separate(y, answer.values[core.m :]):
                break
        assert last is not None
        return last

    def _separate(self, y: FloatArray, theta: FloatArray) -> bool:
        """Add the cuts that y and θ violate; whether there were any."""
        threshold, value = strongest_cuts(self.core, y)
        uncovered = np.isinf(threshold)
        excess = np.where(uncovered, 1.0 - value, value - theta)
        allowed = np.where(uncovered, _VIOLATION, _VIOLATION * np.maximum(1.0, np.abs(theta)))
        customers = np.flatnonzero(excess > allowed)
        self.add_cuts(customers, threshold[customers])
        return customers.size > 0

    def _purge(self, answer: LpAnswer) -> None:
        """Drop cuts that have not been binding for some solves."""
        assert answer.row_dual is not None
        binding = np.abs(answer.row_dual) > 1e-9
        self._idle = np.where(binding, 0, self._idle + 1)
        self._idle[0] = 0
        dropped = np.flatnonzero(self._idle >= _SLACK_ROUNDS)
        if dropped.size > self._idle.size // 10:
            self._lp.delete_rows(dropped)
            self._idle = np.delete(self._idle, dropped)
            self._cut_customer = np.delete(self._cut_customer, dropped)
            self._cut_threshold = np.delete(self._cut_threshold, dropped)
