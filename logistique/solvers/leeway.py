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
    missing. Answers keep to this; bounds do not. Where all sites together have no room to spare, none is left free.
    """
    if not problem.single_sourcing:
        return problem.option_capacity
    asking = problem.demand[problem.demand > 0]
    mean = float(asking.mean()) if asking.size else 0.0
    whole = problem.option_capacity
    room = np.where(whole > _MANY * mean, np.maximum(whole - mean, problem.option_floor), whole)
    most = np.zeros(problem.n_sites)
    np.maximum.at(most, problem.option_site, room)
    enough = most[~problem.site_forbidden].sum() >= problem.total_demand
    return room if enough else whole
