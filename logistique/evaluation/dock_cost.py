"""Cost of the docks of a plan, from their definition alone (shares no code with solvers)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.model.docks import Docks
from logistique.model.plan import Plan
from logistique.model.problem import Problem

FloatArray = NDArray[np.float64]


def dock_costs(problem: Problem, plan: Plan) -> FloatArray:
    """EUR per day at the docks of each depot site, (k,); zero without docks."""
    found = np.zeros(problem.n_sites)
    if problem.docks is None:
        return found
    load = problem.demand @ plan.assignment
    for option in np.flatnonzero(plan.open_option):
        site = int(problem.option_site[option])
        found[site] += _cost(problem.docks, int(option), float(load[site]))
    return found


def dock_use(problem: Problem, plan: Plan) -> FloatArray:
    """Throughput over the capacity of the docks by depot site, (k,); NaN where closed."""
    found = np.full(problem.n_sites, np.nan)
    if problem.docks is not None:
        load = problem.demand @ plan.assignment
        for option in np.flatnonzero(plan.open_option):
            site = problem.option_site[option]
            found[site] = load[site] / problem.docks.capacity[option]
    return found


def _cost(docks: Docks, option: int, load: float) -> float:
    price, capacity = float(docks.price[option]), float(docks.capacity[option])
    ratio = load / capacity
    if load <= 0 or price == 0:
        return 0.0
    if docks.kind == "quadratic":
        return price * load * ratio
    if docks.kind == "bpr":
        return float(price * load * (1 + docks.alpha * ratio**docks.beta))
    if docks.kind == "queue":
        return price * capacity / 2 * ratio / (1 - ratio) if ratio < 1 else float("inf")
    loads = [0.0, *docks.table_load.tolist()]
    costs = [0.0, *(docks.table_load * docks.table_price).tolist()]
    if ratio > loads[-1] * (1 + 1e-9):
        return float("inf")
    return price * capacity * float(np.interp(ratio, loads, costs))
