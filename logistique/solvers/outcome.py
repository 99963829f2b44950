"""What a search ends with, before it becomes a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.solvers.highs import Status

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """End of a search.

    Parameters
    ----------
    status : Status
        ``INFEASIBLE`` is proved; ``OPTIMAL`` and ``LIMIT`` are judged by the gap.
    values : (c,) float or None
        Best decisions.
    bound : float
        Proved lower bound.
    interrupted : bool
        The user stopped it.
    """

    status: Status
    values: FloatArray | None
    bound: float
    interrupted: bool = False
