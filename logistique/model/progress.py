"""What a solve reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """State of a running solve.

    Parameters
    ----------
    seconds : float
        Wall time since the solve began.
    incumbent : float
        Cost of the best plan so far, ``inf`` before the first.
    bound : float
        Proved lower bound so far, ``-inf`` before the first.
    phase : str
        What is being done, for example ``"relaxation"`` or ``"branch and bound"``.
    """

    seconds: float
    incumbent: float
    bound: float
    phase: str


Listener = Callable[[Progress], None]
