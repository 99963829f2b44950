"""From the arrays of a capacitated question to its answer with single sourcing, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.errors import InfeasibleError
from logistique.location.capacitated_answer import Allocation
from logistique.location.capacitated_core import LOAD_TOLERANCE, CapacitatedCore
from logistique.location.single_source import solve_single_source
from logistique.location.single_source_core import SourcingCore
from logistique.location.single_source_model import solve_sized
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def sourcing_core(
    cost: FloatArray,
    demand: FloatArray,
    opening: FloatArray,
    capacity: FloatArray,
    fixed_open: NDArray[np.bool_],
    count: tuple[int, int],
) -> SourcingCore:
    """Question without the pairs that do not fit.

    Raises
    ------
    InfeasibleError
        If some customer is larger than every site that can serve it.
    """
    room = np.minimum(capacity, float(demand.sum()))
    fits = demand[:, None] <= room * (1 + LOAD_TOLERANCE)
    left = np.where(fits, cost, np.inf)
    lonely = np.flatnonzero(~np.isfinite(left).any(axis=1))
    if lonely.size:
        i = int(lonely[0])
        raise InfeasibleError(
            f"customer {i} has a demand of {demand[i]:g}, more than the capacity of every site "
            "that can serve it; with single sourcing it must be served whole by one site",
            hint="allow larger sites, split the customer into smaller ones, or allow splitting",
        )
    return SourcingCore(
        np.ascontiguousarray(left), demand, opening, room, fixed_open, count[0], count[1]
    )


def solve_sourcing(core: CapacitatedCore, watch: Watch) -> Allocation:
    """Best sizes and sites of customers served whole.

    Raises
    ------
    InfeasibleError
        If no answer meets all rules.
    NoSolutionError
        If time is up before any answer is known.
    """
    if core.n_sizes > 1 or core.has_floors:
        sized = solve_sized(core, watch)
        shares = _whole(core, sized.assignment)
        return Allocation(sized.size, shares, sized.bound, "mixed-integer model", "sizes or floors")
    question = sourcing_core(
        core.cost,
        core.demand,
        core.opening[:, 0],
        core.capacity[:, 0],
        core.fixed_open,
        (core.lowest, core.highest),
    )
    found = solve_single_source(question, watch)
    return Allocation(
        np.where(found.is_open, 0, -1),
        _whole(core, found.assignment),
        found.bound,
        found.method,
        found.reason,
    )


def _whole(core: CapacitatedCore, assignment: IntArray) -> sparse.csr_array:
    customers = np.arange(core.n)
    return sparse.csr_array((np.ones(core.n), (customers, assignment)), shape=(core.n, core.m))
