"""A search for answers beside another one, each with an answer of its own that they exchange."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from logistique.location.assignment_search import AssignmentSearch
from logistique.location.single_source_core import SourcingCore
from logistique.location.watch import Watch

Meet = Callable[[], None]
"""Gives the best answer of a search to the other one, or takes that of the other if it is better."""

Job = Callable[[AssignmentSearch, Watch], None]
"""Betters the answer of a search until a clock is over; meets the other one whenever it tells."""


@dataclass(frozen=True)
class _Ending:
    """Ends the search beside when the other one has ended, or when its time is up."""

    ended: threading.Event
    watch: Watch

    def is_set(self) -> bool:
        return self.ended.is_set() or self.watch.over


class _Exchange:
    """The best answer of both; each search touches its own answer only."""

    def __init__(self, core: SourcingCore, watch: Watch) -> None:
        self._lock = threading.Lock()
        self._best = AssignmentSearch(core, watch)

    def meet(self, search: AssignmentSearch) -> None:
        with self._lock:
            best = self._best
            if search.value < best.value:
                best.offer(search.is_open, search.assignment)
            elif best.value < search.value:
                search.offer(best.is_open, best.assignment)


@contextmanager
def answers_beside(
    core: SourcingCore, search: AssignmentSearch, watch: Watch, job: Job
) -> Iterator[Meet]:
    """Run a job in a thread of its own while the body runs; it ends with the body.

    Which answers the body sees depends on which of the two is faster, so that a search that has
    to be the same every time does without.

    Parameters
    ----------
    core, search, watch
        The question, the best answer of the body and its clock.
    job : callable
        What to run; called with a search that starts from the same answer, and a clock. Each time
        it tells the clock how it stands, it meets the body.

    Yields
    ------
    callable
        By which the body meets the job.
    """
    exchange, ended = _Exchange(core, watch), threading.Event()
    exchange.meet(search)
    limits = replace(watch.limits, time_s=max(watch.left, 1e-3), threads=1)
    own = AssignmentSearch(core, watch)
    clock = Watch(limits, lambda _: exchange.meet(own), _Ending(ended, watch))
    exchange.meet(own)
    with ThreadPoolExecutor(1) as executor:
        beside = executor.submit(job, own, clock)
        try:
            yield lambda: exchange.meet(search)
        finally:
            ended.set()
        beside.result()
    exchange.meet(own)
    exchange.meet(search)
