"""Docks of a problem as the convex functions of the location core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.location.congestion_costs import (
    BprCongestion,
    Congestion,
    PiecewiseCongestion,
    QuadraticCongestion,
    QueueCongestion,
)
from logistique.model.docks import Docks
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def throughput_cost(docks: Docks) -> Congestion:
    """Functions of the loads of all options, (m,)."""
    price, capacity = docks.price, docks.capacity
    if docks.kind == "quadratic":
        return QuadraticCongestion(np.zeros_like(price), price / capacity)
    if docks.kind == "bpr":
        return BprCongestion(price, capacity, docks.alpha, docks.beta)
    if docks.kind == "queue":
        return QueueCongestion(price * capacity / 2, capacity)
    load = np.append(0.0, docks.table_load)
    cost = np.append(0.0, docks.table_load * docks.table_price)
    return PiecewiseCongestion(
        load[None, :] * capacity[:, None], cost[None, :] * (price * capacity)[:, None]
    )


def dock_eur(problem: Problem, open_option: BoolArray, assignment: FloatArray) -> float:
    """Cost of the docks of a plan, EUR per day; infinite beyond what docks can handle."""
    if problem.docks is None:
        return 0.0
    load = (problem.demand @ assignment)[problem.option_site]
    kept = np.where(open_option, load, 0.0)
    limit = throughput_cost(problem.docks).limit
    # Rounding of the loads must not make a full hub impossible.
    kept = np.where(kept > limit, np.where(kept <= limit * (1 + 1e-9), limit, kept), kept)
    return float(throughput_cost(problem.docks).value(kept)[open_option].sum())
