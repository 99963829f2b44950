"""The linear model over a pool of bundles, with a few of them at a time.

    min Σ_j f_j y_j + Σ_b c_b λ_b
    Σ_{b ∋ i} λ_b = 1                         every customer i is in one bundle
    Σ_{b of j} λ_b ≤ y_j                      a bundle belongs to an open site
    lowest ≤ Σ_j y_j ≤ highest
    Σ_{b : |b ∩ T| ≥ 2} λ_b ≤ 1               for triples T of customers.

Two bundles of an answer share no customer, so that only one can have two customers of a triple
(subset-row cuts: Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56, 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.bundle_kernels import holding
from logistique.location.bundle_pool import BundlePool
from logistique.location.lp import LpAnswer, LpModel, LpStatus
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_node import Node
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_DUAL, _PRIMAL = 1, 4
"""Simplex methods of HiGHS: dual after cuts were added, primal after bundles were."""


@dataclass(frozen=True, eq=False)
class BundleAnswer:
    """Optimum over the bundles in the model.

    Parameters
    ----------
    u : (n,) float
        Prices of customers.
    site_price : (m,) float
        Prices of the sites, ≥ 0, which their bundles pay.
    price : (t,) float
        Prices of the triples, ≥ 0.
    y : (m,) float
        Shares of the sites.
    share : (k,) float
        Shares of the bundles in the model.
    lacking : bool
        Whether customers are left out, at a penalty.
    """

    u: FloatArray
    site_price: FloatArray
    price: FloatArray
    y: FloatArray
    share: FloatArray
    lacking: bool

    @property
    def integral(self) -> bool:
        """Whether it is an answer to the question."""
        values = np.concatenate([self.y, self.share])
        return not self.lacking and bool(np.abs(values - np.rint(values)).max(initial=0.0) < 1e-6)


class BundleMaster:
    """Bundles and triples come and go, the basis stays.

    Parameters
    ----------
    core : SourcingCore
        The question.
    node : Node
        The part of it.
    watch : Watch
        Clock.
    penalty : float
        Cost of leaving out a customer.
    """

    def __init__(self, core: SourcingCore, node: Node, watch: Watch, penalty: float) -> None:
        self._core, self._watch, self._method = core, watch, _PRIMAL
        n, m = core.n, core.m
        self.triples = np.zeros((0, 3), dtype=np.int64)
        self._lp = LpModel(
            np.concatenate([np.full(n, penalty), core.opening]),
            np.concatenate([np.zeros(n), node.state > 0]),
            np.concatenate([np.full(n, np.inf), node.state >= 0]),
            options={"presolve": "off"},
        )
        self._lp.add_rows(_entries(np.ones(n), np.arange(n), np.arange(n), (n, n + m)),
                          np.ones(n), np.ones(n))  # fmt: skip
        place = np.arange(m)
        links = _entries(-np.ones(m), place, n + place, (m, n + m))
        self._lp.add_rows(links, np.full(m, -np.inf), np.zeros(m))
        number = _entries(np.ones(m), np.zeros(m, dtype=np.int64), n + place, (1, n + m))
        self._lp.add_rows(number, np.array([float(node.lowest)]), np.array([float(node.highest)]))

    def penalise(self, penalty: float) -> None:
        """Change the cost of leaving out a customer."""
        n = self._core.n
        self._lp.set_cost(np.arange(n), np.full(n, penalty))

    def add(self, pool: BundlePool) -> None:
        """Add bundles at the end."""
        n, m, k = self._core.n, self._core.m, pool.size
        own = np.repeat(np.arange(k), np.diff(pool.ends))
        held, holder = np.nonzero(holding(pool.ends, pool.members, n, self.triples))
        rows = np.concatenate([pool.members, n + pool.site, n + m + 1 + held])
        columns = np.concatenate([own, np.arange(k), holder])
        shape = (n + m + 1 + len(self.triples), k)
        entries = sparse.csc_array((np.ones(rows.size), (rows, columns)), shape=shape)
        self._method = _PRIMAL
        self._lp.add_columns(pool.cost, np.zeros(k), np.full(k, np.inf), entries)

    def remove(self, which: IntArray) -> None:
        """Remove bundles by their places in the model."""
        self._lp.delete_columns(self._core.n + self._core.m + which)

    def cut(self, triples: IntArray, inside: BundlePool) -> None:
        """Add triples; ``inside`` are the bundles in the model, in their order."""
        first = self._core.n + self._core.m
        held, holder = np.nonzero(holding(inside.ends, inside.members, self._core.n, triples))
        rows = _entries(
            np.ones(held.size), held, first + holder, (len(triples), first + inside.size)
        )
        self._method = _DUAL
        self._lp.add_rows(rows, np.full(len(triples), -np.inf), np.ones(len(triples)))
        self.triples = np.concatenate([self.triples, triples])

    def uncut(self, which: BoolArray) -> None:
        """Remove triples."""
        self._lp.delete_rows(self._core.n + self._core.m + 1 + np.flatnonzero(which))
        self.triples = self.triples[~which]

    def solve(self) -> BundleAnswer | None:
        """Optimum over the bundles in the model; None where time is up."""
        options = {"simplex_strategy": self._method}
        answer = self._lp.solve(time_s=self._watch.left, options=options)
        if answer.status is not LpStatus.OPTIMAL or answer.values is None:
            return None
        return self._read(answer)

    def _read(self, answer: LpAnswer) -> BundleAnswer:
        n, m = self._core.n, self._core.m
        assert answer.values is not None
        assert answer.row_dual is not None
        values, dual = answer.values, answer.row_dual
        return BundleAnswer(
            u=dual[:n].copy(),
            site_price=np.maximum(-dual[n : n + m], 0.0),
            price=np.maximum(-dual[n + m + 1 :], 0.0),
            y=values[n : n + m].copy(),
            share=values[n + m :].copy(),
            lacking=bool(values[:n].max(initial=0.0) > 1e-9),
        )


def _entries(
    values: FloatArray, rows: IntArray, columns: IntArray, shape: tuple[int, int]
) -> sparse.csr_array:
    return sparse.csr_array((values, (rows, columns)), shape=shape)
