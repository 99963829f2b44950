"""Wall time, phases and interruption of one search."""

from __future__ import annotations

import dataclasses
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from logistique.model.limits import Limits
from logistique.model.plan import Termination
from logistique.model.progress import Listener, Progress


class Interrupter(Protocol):
    """Anything that says whether to stop, for example a :class:`threading.Event`."""

    def is_set(self) -> bool:
        """Whether the search should stop."""
        ...


_LEAST = 1e-3
"""Seconds of the shortest search inside another."""


class Watch:
    """Clock of a search: what is left, where the time went, whether somebody wants it to end.

    Parameters
    ----------
    limits : Limits
        Time, gap, seed and threads of the search.
    progress : callable, optional
        Receives a :class:`~logistique.model.progress.Progress` at every improvement.
    interrupter : Interrupter, optional
        Stops the search when set.
    """

    def __init__(
        self,
        limits: Limits,
        progress: Listener | None = None,
        interrupter: Interrupter | None = None,
    ) -> None:
        self.limits = limits
        self._stopped = False
        self._interrupter = interrupter
        self._started = time.perf_counter()
        self._spent: dict[str, float] = {}
        self._progress = progress

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self._started

    @property
    def interrupted(self) -> bool:
        """Whether somebody wants the search to end."""
        return self._stopped or (self._interrupter is not None and self._interrupter.is_set())

    @property
    def left(self) -> float:
        """Seconds until the limit; 0 when it is reached or the search was interrupted."""
        return 0.0 if self.interrupted else max(0.0, self.limits.time_s - self.elapsed)

    @property
    def over(self) -> bool:
        """Whether the search must stop now."""
        return self.left <= 0.0

    def within(self, time_s: float) -> Watch:
        """Clock of a search inside this one, which ends after ``time_s`` or with this one."""
        limits = dataclasses.replace(self.limits, time_s=max(time_s, _LEAST))
        return Watch(limits, None, Until(self))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time inside under ``name``."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + time.perf_counter() - begun

    @contextmanager
    def uncounted(self, name: str) -> Iterator[None]:
        """Count the time inside under ``name`` but not towards the limit."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self._spent[name] = self._spent.get(name, 0.0) + spent
            self._started += spent

    def tell(self, incumbent: float, bound: float, phase: str) -> None:
        """Report the state of the search to whoever listens."""
        if self._progress is not None:
            self._progress(Progress(self.elapsed, incumbent, bound, phase))

    def seconds(self) -> dict[str, float]:
        """Time by part, and in total; the total leaves out what is not counted."""
        return {**self._spent, "total": self.elapsed}

    def verdict(self, *, proved: bool) -> Termination:
        """Why the search ended."""
        if proved:
            return Termination.OPTIMAL
        return Termination.INTERRUPTED if self.interrupted else Termination.LIMIT

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Turn Ctrl-C into a flag that ends the search, so that its incumbent is kept.

        Only the main thread receives signals; elsewhere nothing changes. A second Ctrl-C raises
        ``KeyboardInterrupt`` as usual.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def stop(number: int, frame: FrameType | None) -> None:
            if self._stopped and callable(before):
                before(number, frame)
            self._stopped = True

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@dataclasses.dataclass(frozen=True)
class Until:
    """Ends a search inside another when the outer one is over."""

    watch: Watch

    def is_set(self) -> bool:
        """Whether the outer search is over."""
        return self.watch.over
