"""The master problem with one cost variable per group of customers, for very many of them.

Customers that share a centre in a known answer share a variable (Willemsen, cited by
Duran-Mateluna, Ales and Elloumi 2023). A cut of a group is the sum of the cuts of its members; it
is weaker than they are one by one, but the model stays small whatever the number of customers,
and with enough rounds its bound is the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.benders import Master, master_model, strongest_cuts
from logistique.location.core import Core
from logistique.location.cut_kernels import group_cuts
from logistique.location.lp import LpModel
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_VIOLATION = 1e-7
"""Least violation of a cut that is added, relative to the cost of its group."""


_KEPT_ROUNDS = 12
"""Rounds of cuts that move to a smaller model."""


def pairs(first: IntArray, second: IntArray, m: int) -> IntArray:
    """Group the customers that share nearest and second nearest open site, (n,)."""
    groups: IntArray = np.unique((first + 1) * (m + 1) + second + 1, return_inverse=True)[1]
    return groups


class GroupedMaster(Master):
    """Master with cost variables of groups; its cuts are kept as thresholds of all customers.

    Parameters
    ----------
    core : Core
        The question.
    watch : Watch
        Clock of the search.
    group : (n,) int
        Group of each customer, 0 … g − 1, none empty.

    Notes
    -----
    Memory: 8 bytes × g × m for the rows of one round, 8 bytes × n for each round kept.
    """

    def __init__(self, core: Core, watch: Watch, group: IntArray) -> None:
        self._group = group
        self._member = np.argsort(group, kind="stable")
        self._member_start = np.searchsorted(group[self._member], np.arange(group.max() + 2))
        self._rounds: list[FloatArray] = []
        super().__init__(core, watch)

    @property
    def n_groups(self) -> int:
        """Number of groups g."""
        return int(self._member_start.size - 1)

    def _model(self) -> LpModel:
        count = self.n_groups
        return master_model(self.core, np.ones(count), np.zeros(count), self._watch)

    def seed(self, u: FloatArray) -> None:
        """Add the cut of every group at its members' multipliers."""
        self._add_round(np.minimum(u, self.core.lists.tail))

    def moved(self, core: Core) -> GroupedMaster:
        """Return a master for the same question on fewer sites, with the last rounds of cuts."""
        other = GroupedMaster(core, self._watch, self._group)
        for threshold in self._rounds[-_KEPT_ROUNDS:]:
            other._add_round(threshold)
        return other

    def _separate(self, y: FloatArray, theta: FloatArray) -> bool:
        threshold, value = strongest_cuts(self.core, y)
        uncovered = np.flatnonzero(np.isinf(threshold) & (value < 1.0 - 1e-6))
        if uncovered.size:
            self._cover(uncovered)
        return self._add_round(threshold, y, theta) or uncovered.size > 0

    def _costs_at(self, y: FloatArray) -> FloatArray:
        single = self.core.weight * strongest_cuts(self.core, y)[1]
        return np.bincount(self._group, single, minlength=self.n_groups).astype(float)

    def _cover(self, customers: IntArray) -> None:
        """Add the rows that every one of these customers has an open site."""
        lists, core = self.core.lists, self.core
        rows = sparse.csr_array(
            (np.ones(lists.site.size), lists.site, lists.start),
            shape=(core.n, core.m + self.n_groups),
        )
        self._append(rows[customers], np.ones(customers.size))

    def _add_round(
        self, threshold: FloatArray, y: FloatArray | None = None, theta: FloatArray | None = None
    ) -> bool:
        """Add the cuts of all groups, or of those that y and θ violate; whether there were any."""
        core, lists = self.core, self.core.lists
        coefficient = np.empty((self.n_groups, core.m))
        constant = np.empty(self.n_groups)
        group_cuts(
            lists.start,
            lists.site,
            lists.length,
            core.weight,
            self._member_start,
            self._member,
            threshold,
            coefficient,
            constant,
        )
        chosen = np.arange(self.n_groups)
        if y is not None and theta is not None:
            excess = constant - coefficient @ y - theta
            chosen = np.flatnonzero(excess > _VIOLATION * np.maximum(1.0, np.abs(theta)))
        if chosen.size == 0:
            return False
        self._rounds.append(threshold)
        own = sparse.csr_array(
            (np.ones(chosen.size), (np.arange(chosen.size), chosen)),
            shape=(chosen.size, self.n_groups),
        )
        rows = sparse.hstack([sparse.csr_array(coefficient[chosen]), own], format="csr")
        self._append(rows, constant[chosen])
        return True

    def _append(self, rows: sparse.csr_array, lower: FloatArray) -> None:
        count = lower.size
        self._lp.add_rows(rows, lower, np.full(count, np.inf))
        self._idle = np.concatenate([self._idle, np.zeros(count, dtype=np.int64)])
        self._cut_customer = np.concatenate([self._cut_customer, np.full(count, -1)])
        self._cut_threshold = np.concatenate([self._cut_threshold, np.zeros(count)])
