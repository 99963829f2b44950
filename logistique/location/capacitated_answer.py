"""From decisions on sites and shares to the answer of a capacitated question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.capacitated_core import CapacitatedCore
from logistique.location.siting import Siting
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PROOF_TOLERANCE = 1e-7
"""Relative error of a bound out of floating-point linear programming."""


@dataclass(frozen=True, eq=False)
class Allocation:
    """An answer and what is proved, over the sites of a :class:`CapacitatedCore`.

    Parameters
    ----------
    size : (m,) int
        Size taken at each site; −1: closed.
    shares : (n, m) sparse
        Part of each customer served from each site; rows sum to 1.
    bound : float
        Lower bound on the cost of every answer.
    method, reason : str
        Method that gave the proof, and why.
    """

    size: IntArray
    shares: sparse.csr_array
    bound: float
    method: str
    reason: str


def allocation_cost(core: CapacitatedCore, size: IntArray, shares: sparse.csr_array) -> float:
    """Cost of sizes and shares, from the arrays themselves."""
    opened = np.flatnonzero(size >= 0)
    parts = shares.tocoo()
    served = float(core.cost[parts.coords] @ parts.data)
    return float(core.opening[opened, size[opened]].sum()) + served


def capacitated_siting(
    core: CapacitatedCore,
    allowed: IntArray,
    n_sites: int,
    found: Allocation,
    watch: Watch,
    kind: str = "capacitated facility location",
) -> Siting:
    """Answer with its cost and loads recomputed from the shares.

    Parameters
    ----------
    core : CapacitatedCore
        The question.
    allowed : (m,) int
        Numbers of its sites among all ``n_sites``.
    n_sites : int
        Number of sites the caller gave.
    found : Allocation
        Outcome of the search.
    watch : Watch
        Its clock.
    kind : str
        The question in words.
    """
    opened = np.flatnonzero(found.size >= 0)
    objective = allocation_cost(core, found.size, found.shares)
    bound = min(found.bound, objective)
    gap = (objective - bound) / max(abs(objective), 1e-9)
    parts = found.shares.tocoo()
    shares = sparse.csr_array(
        (parts.data, (parts.coords[0], allowed[parts.coords[1]])), shape=(core.n, n_sites)
    )
    loads = np.asarray(core.demand @ found.shares).ravel()
    return Siting(
        kind=kind,
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=objective,
        bound=bound,
        open_sites=allowed[opened],
        assignment=allowed[_main_site(found.shares)],
        seconds=watch.seconds(),
        method=found.method,
        reason=found.reason,
        seed=watch.limits.seed,
        shares=shares,
        loads=loads[opened],
        sizes=found.size[opened],
    )


def _main_site(shares: sparse.csr_array) -> IntArray:
    """Site with the largest share of each customer; the first of equals."""
    parts = shares.tocoo()
    customer, site = (np.asarray(axis, dtype=np.int64) for axis in parts.coords)
    order = np.lexsort((site, -parts.data, customer))
    first = np.concatenate([[True], np.diff(customer[order]) > 0])
    return np.asarray(site[order][first])
