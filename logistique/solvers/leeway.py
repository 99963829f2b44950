"""Room that is left free while consumers are split, so that each finds one site afterwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]

_MANY = 10.0
"""Consumers of mean demand that a room holds, at least, where some of it is left free."""


def split_room(problem: Problem) -> FloatArray:
    """Give the capacity of each option that split consumers may fill, (m,).

    With single sourcing the last consumer of a site fits only by chance: about one of mean demand is
    missing. Answers keep to this; bounds do not.
    """
    if not problem.single_sourcing:
        return problem.option_capacity
    asking = problem.demand[problem.demand > 0]
    mean = float(asking.mean()) if asking.size else 0.0
    large = problem.option_capacity > _MANY * mean
    return np.where(
        large, np.maximum(problem.option_capacity - mean, problem.option_floor),
        problem.option_capacity,
    )  # fmt: skip
