"""Compiles the kernels of a search before its clock starts.

Numba compiles a kernel for the types it is first called with and keeps the result on disk: the
first call on a machine takes up to half a minute longer than later ones, and the first in a
process a fraction of a second. Time limits are about searching, so that neither counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from logistique.location.watch import Watch
from logistique.model.limits import Limits

_ready: set[str] = set()


@dataclass(frozen=True)
class _Interrupted:
    """Stops a rehearsal when somebody wants the search behind it to end."""

    watch: Watch

    def is_set(self) -> bool:
        """Whether somebody does."""
        return self.watch.interrupted


def rehearse(name: str, watch: Watch, search: Callable[[Watch], object]) -> None:
    """Run a search on a tiny question, once per process; the time does not count.

    Parameters
    ----------
    name : str
        Name of the search.
    watch : Watch
        Clock of the search to come; told of the phase, keeps the time as ``compilation``.
    search : callable
        Calls every kernel of the search, with arrays of the types it will meet.
    """
    if name in _ready:
        return
    with watch.uncounted("compilation"):
        watch.tell(np.inf, -np.inf, "compilation")
        search(Watch(Limits(3600.0, 0.0, 0, 1), interrupter=_Interrupted(watch)))
    if not watch.interrupted:
        _ready.add(name)
