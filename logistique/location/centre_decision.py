"""Can p sites cover all customers within a radius? Proofs of "no" and finders of "yes"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.centre_problem import RowPool
from logistique.location.cover_reduction import ReducedCover, reduced_cover
from logistique.location.cover_search_kernel import search_cover
from logistique.location.lp import LpModel, LpStatus
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_SLACK = 1e-6
_CHUNK = 2e7
"""Elementary steps of one call of the tabu search (about 0.1 s)."""


@dataclass
class Decision:
    """The question at one radius, and the customers asked so far.

    Parameters
    ----------
    pool : RowPool
        Customers whose distances are at hand.
    radius : float
        The radius.
    watch : Watch
        Clock of the search.
    active : (k,) int
        Positions in the pool of the customers that must be covered.
    witness : (w,) int
        Those that a refutation rests on.
    """

    pool: RowPool
    radius: float
    watch: Watch
    active: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    witness: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def ask(self, positions: IntArray) -> None:
        """Let more customers be covered."""
        self.active = np.union1d(self.active, positions)

    def violated(self, places: IntArray, share: FloatArray) -> IntArray:
        """Positions of customers that a (fractional) choice leaves uncovered.

        The farthest one per nearest chosen site, so that those asked next differ.
        """
        pool = self.pool
        block = pool.matrix[:, places]
        covered = (block <= self.radius) @ share
        short = np.flatnonzero((covered < 1 - _SLACK) & (pool.standing > self.radius))
        if short.size == 0 and not pool.complete:
            return pool.add(self._violated_outside(places, share))
        near = block[short].argmin(axis=1) if places.size else np.zeros(short.size, dtype=int)
        distance = block[short].min(axis=1, initial=np.inf)
        return short[spread(distance, near)]

    def _violated_outside(self, places: IntArray, share: FloatArray) -> IntArray:
        problem = self.pool.problem
        covered = np.where(problem.standing > self.radius, 0.0, 1.0)
        distance = np.full(problem.n, np.inf)
        near = np.zeros(problem.n, dtype=np.int64)
        step = max(1, (1 << 23) // problem.n)
        for at in range(0, places.size, step):
            sites = problem.candidates[places[at : at + step]]
            block = problem.distances.columns(sites)
            closer = block.min(axis=1) < distance
            near[closer] = at + block[closer].argmin(axis=1)
            np.minimum(distance, block.min(axis=1), out=distance)
            covered += (block <= self.radius) @ share[at : at + step]
        short = np.flatnonzero(covered < 1 - _SLACK)
        return short[spread(distance[short], near[short])]

    def reduced(self) -> ReducedCover | None:
        """Covering problem of the active customers; None if one of them cannot be covered."""
        active = self.active[self.pool.standing[self.active] > self.radius]
        covers = sparse.csr_array(self.pool.matrix[active] <= self.radius)
        bare = np.diff(covers.indptr) == 0
        if bare.any():
            self.witness = active[bare]
            return None
        part = reduced_cover(covers, np.ones(covers.shape[1]))
        self.witness = active[part.rows]
        return part

    def refuted_by_relaxation(self, rounds: int) -> bool | None:
        """Whether the linear relaxation needs more than p sites; None if time or rounds ran out.

        Notes
        -----
        The verdict rests on the row prices, scaled to be feasible in the dual problem, not on the
        tolerances of the solver.
        """
        p = self.pool.problem.p
        for _ in range(rounds):
            if self.watch.over:
                break
            part = self.reduced()
            if part is None:
                return True
            if part.rows.size == 0:
                return False
            rows = part.covers.astype(float)
            model = _cover_model(rows, self.watch)
            answer = model.solve(time_s=self.watch.left)
            if answer.status is not LpStatus.OPTIMAL or answer.values is None:
                return None
            if _dual_bound(rows, answer.row_dual) > p + _SLACK:
                return True
            used = np.flatnonzero(answer.values > 1e-9)
            fresh = self.violated(part.columns[used], answer.values[used])
            if fresh.size == 0:
                return False
            self.ask(fresh)
        return None

    def cover_of_active(self, time_s: float) -> IntArray | Literal[False] | None:
        """At most p places that cover the active customers; False if there are none.

        None if the time ran out.
        """
        p = self.pool.problem.p
        part = self.reduced()
        if part is None:
            return False
        model = _cover_model(part.covers.astype(float), self.watch)
        columns = np.arange(part.columns.size)
        model.set_bounds(columns, np.zeros(columns.size), np.ones(columns.size))
        model.set_integer(columns, integer=True)
        options = {"mip_rel_gap": 0.0, "objective_target": p + 0.5}
        answer = model.solve(time_s=min(time_s, self.watch.left), cutoff=p + 0.5, options=options)
        if answer.values is not None and answer.values.round().sum() <= p:
            return part.columns[answer.values > 0.5]
        if answer.status is LpStatus.LIMIT:
            return False if answer.bound > p + _SLACK else None
        return False


@dataclass
class CoverSearch:
    """Tabu search for a cover of the whole pool at one radius; keeps what it learnt.

    Parameters
    ----------
    decision : Decision
        The question.
    seed : int
        Seed of the search.
    """

    decision: Decision
    seed: int

    def __post_init__(self) -> None:
        pool, radius = self.decision.pool, self.decision.radius
        self.rows = np.flatnonzero(pool.standing > radius)
        self.weight = np.ones(self.rows.size, dtype=np.int64)
        matrix = pool.matrix if self.rows.size == len(pool.matrix) else pool.matrix[self.rows]
        by_row = sparse.csr_array(matrix <= radius)
        by_site = by_row.tocsc()
        self.possible = bool((np.diff(by_row.indptr) > 0).all())
        self._arrays = tuple(
            array.astype(np.int32)
            for array in (by_row.indptr, by_row.indices, by_site.indptr, by_site.indices)
        )
        mean = by_row.nnz / max(1, self.rows.size)
        self._work = 1 + mean * (by_row.nnz / max(1, by_row.shape[1]) + pool.problem.p)

    def run(self, swaps: int, start: IntArray | None = None) -> IntArray | None:
        """Places that cover the pool; None if not found within a number of swaps."""
        p = self.decision.pool.problem.p
        if self.rows.size == 0:
            return np.zeros(0, dtype=np.int64)
        if p == 0 or not self.possible:
            return None
        chosen = np.full(p, -1, dtype=np.int64)
        if start is not None:
            chosen[: start.size] = start
        chunk = int(min(swaps, max(10.0, _CHUNK / self._work)))
        done, left = 0, 1
        while done < swaps and left and not self.decision.watch.over:
            self.seed += 1
            row_starts, row_sites, starts, rows = self._arrays
            left, chosen = search_cover(
                row_starts,
                row_sites,
                starts,
                rows,
                self.weight,
                chosen,
                chunk,
                self.seed % 2**31,
            )
            done += chunk
        return None if left else chosen[chosen >= 0]

    def heavy(self, count: int) -> IntArray:
        """Positions of the customers that were hardest to cover."""
        order = np.argsort(-self.weight, kind="stable")[:count]
        return self.rows[order[self.weight[order] > 1]]


def spread(distance: FloatArray, near: IntArray) -> IntArray:
    """Positions of the farthest element of each group, farthest first."""
    order = np.argsort(-distance, kind="stable")
    _, first = np.unique(near[order], return_index=True)
    return order[np.sort(first)]


def _cover_model(rows: sparse.csr_array, watch: Watch) -> LpModel:
    n, m = rows.shape
    # No upper bounds: they would take part of the row prices that the proof rests on.
    model = LpModel(np.ones(m), np.zeros(m), np.full(m, np.inf), stop=lambda: watch.over)
    model.add_rows(rows, np.ones(n), np.full(n, np.inf))
    return model


def _dual_bound(rows: sparse.csr_array, dual: FloatArray | None) -> float:
    if dual is None or dual.size == 0:
        return 0.0
    price = np.maximum(dual, 0.0)
    return float(price.sum() / max(1.0, (price @ rows).max()))
