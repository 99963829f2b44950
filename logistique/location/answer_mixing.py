"""Better answers to large single-source questions out of several good ones.

Dives from the root end in answers of which each is better somewhere. Where a few answers agree on
a customer, its site is kept; what they disagree on is a question much smaller than the whole
(Rothberg, INFORMS Journal on Computing 19, 2007), and not one of neighbours only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.regional_search import ROUNDS, Solve, best_of_part, search_regions
from logistique.location.single_source_core import SourcingCore
from logistique.location.watch import Watch

IntArray = NDArray[np.int64]

_POOL = 24
"""Answers kept."""

_CUSTOMERS = 80
"""Customers that answers which are mixed disagree on at most, if there are more than two."""

_WORSE = 0.01
"""How much worse than the best, relative to it, an answer may be that is worth bettering."""

_MIXES = 3
"""Mixtures after each new answer."""

_PATIENCE = 6
"""New answers without a better one after which larger regions are searched."""

_EFFORT = 1
"""Effort spent on a mixture."""

Dive = Callable[[AssignmentSearch], None]
"""Finds another answer, and offers it to the search it is called with."""


class AnswerMixing:
    """A search for answers by regions and mixtures in turn.

    Parameters
    ----------
    core, search, watch
        The question, its best answer and the clock, which is told how the search stands before
        every new answer.
    solve : callable
        Solves a part of the question.
    dive : callable
        Finds another answer.
    """

    def __init__(
        self,
        core: SourcingCore,
        search: AssignmentSearch,
        watch: Watch,
        solve: Solve,
        dive: Dive,
    ) -> None:
        self._core, self._search, self._watch = core, search, watch
        self._solve, self._dive = solve, dive
        self._random = np.random.default_rng(watch.limits.seed)
        self._pool: list[AssignmentSearch] = []
        self._done: set[tuple[int, bytes]] = set()

    def run(self) -> None:
        """Search until time is up: ever larger regions, and mixtures after each size."""
        for sizes in ROUNDS:
            self._regions(self._search, sizes)
            self._mix(_PATIENCE)
        self._mix(np.inf)

    def _mix(self, patience: float) -> None:
        """Find answers and mix them with the others while better ones come of it."""
        stale = 0
        while not self._watch.over and stale < patience:
            self._watch.tell(self._search.value, -np.inf, "mixtures")
            known, stale = self._search.value, stale + 1
            self._add()
            for _ in range(_MIXES):
                self._mixed()
            if self._search.value < known:
                self._regions(self._search, ROUNDS[0], ROUNDS[1])
                stale = 0

    def _regions(self, search: AssignmentSearch, *sizes: tuple[int, int]) -> None:
        search_regions(
            self._core, search, self._watch, self._solve, -np.inf, rounds=sizes, done=self._done
        )

    def _add(self) -> None:
        """Add an answer to the others, bettered in its small regions."""
        fresh = AssignmentSearch(self._core, self._watch)
        self._dive(fresh)
        if fresh.value > self._search.value + _WORSE * abs(self._search.value):
            return
        self._regions(fresh, ROUNDS[0])
        if any(one.value == fresh.value for one in self._pool):
            return
        self._search.offer(fresh.is_open, fresh.assignment)
        self._pool = sorted([*self._pool, fresh], key=lambda one: one.value)[:_POOL]

    def _mixed(self) -> None:
        """Better the best answer where it disagrees with some others."""
        search = self._search
        differs = np.zeros(self._core.n, dtype=bool)
        is_open = search.is_open.copy()
        for place in self._random.permutation(len(self._pool)).tolist():
            other = self._pool[place]
            more = differs | (search.assignment != other.assignment)
            if differs.any() and more.sum() > _CUSTOMERS:
                continue
            differs, is_open = more, is_open | other.is_open
        customers, fresh = np.flatnonzero(differs), np.flatnonzero(is_open & ~search.is_open)
        key = 0, search.assignment.tobytes() + customers.tobytes() + fresh.tobytes()
        if self._watch.over or key in self._done or not customers.size:
            return
        self._done.add(key)
        best_of_part(self._core, search, self._watch, customers, fresh, _EFFORT, self._solve)
