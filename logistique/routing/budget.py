"""Slices of wall time or of turns: the first for those who wait, the second for equal answers."""

from __future__ import annotations

import time

from logistique.location.watch import Watch


class Slice:
    """A part of the budget of a search.

    Parameters
    ----------
    watch : Watch
        Ends the slice when the whole search must end.
    seconds : float
        Wall time of the slice, unless ``turns`` is given.
    turns : int, optional
        Number of turns of the slice; then the clock plays no part, except for the watch.
    """

    def __init__(self, watch: Watch, seconds: float, turns: int | None = None) -> None:
        self._watch = watch
        self._turns = turns
        self._seconds = seconds
        self._begun = time.perf_counter()
        self._done = 0

    def _share(self) -> float:
        if self._turns is not None:
            return min(1.0, self._done / max(1, self._turns))
        return min(1.0, (time.perf_counter() - self._begun) / max(1e-9, self._seconds))

    def goes_on(self) -> bool:
        """Whether something of the slice is left; the first turns are always granted."""
        return self._done == 0 or (self._share() < 1.0 and not self._watch.over)

    def step(self, chunk: int) -> tuple[float, float, int]:
        """Share of the slice spent now, share after the next turns, and how many they are."""
        now = self._share()
        if self._turns is not None:
            turns = min(chunk, self._turns - self._done)
            self._done += turns
            return now, self._share(), turns
        self._done += chunk
        pace = now / self._done * chunk if now > 0.0 else 0.01
        return now, min(1.0, now + pace), chunk
