"""Answers of congested location: shares on open sites, their cost, and the result of a caller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.congested_core import LOAD_TOLERANCE, CongestedCore
from logistique.location.congested_kernels import balance, fill

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_SWEEPS = 30
_ENOUGH = 1e-10
"""Gain of a sweep relative to the cost at which the loads count as balanced."""


@dataclass(frozen=True, eq=False)
class Split:
    """Open sites and what they serve.

    Parameters
    ----------
    cost : float
        Cost of the answer; ``inf`` if it is none.
    sites : (k,) int
        Open sites.
    shares : (n, k) float
        Part of each customer served from each of them; rows sum to 1.
    """

    cost: float
    sites: IntArray
    shares: FloatArray


def split_cost(core: CongestedCore, sites: IntArray, shares: FloatArray) -> float:
    """Cost of shares on open sites; ``inf`` where they break a capacity or serve nobody."""
    load = core.demand @ shares
    room = core.capacity[sites]
    if (load > room * (1.0 + LOAD_TOLERANCE)).any():
        return float("inf")
    used = shares > 0.0
    linear = float((np.where(used, core.cost[:, sites], 0.0) * shares).sum())
    congested = core.congestion.value(sites, np.minimum(load, room))
    return float(core.opening[sites].sum()) + linear + float(congested.sum())


def best_split(core: CongestedCore, sites: IntArray, start: FloatArray | None = None) -> Split:
    """Serve everybody from these sites at little cost: no proof, but mostly near the optimum.

    Parameters
    ----------
    core : CongestedCore
        The question.
    sites : (k,) int
        Sites to open.
    start : (n, k) float, optional
        A split to begin with, taken where it is one; otherwise customers choose in turn.
    """
    cost = np.ascontiguousarray(core.cost[:, sites])
    part = core.congestion.at(sites)
    capacity = core.capacity[sites]
    nothing = Split(float("inf"), sites, np.zeros((core.n, sites.size)))
    if sites.size == 0:
        return nothing
    shares = None if start is None else _cleaned(core, sites, start)
    if shares is None:
        order = _choosing_order(cost, core.demand)
        shares, left = fill(cost, core.demand, order, capacity, part.kind, part.parameters)
        if left > 1e-9:
            return nothing
        shares /= shares.sum(axis=1, keepdims=True)
    worth = split_cost(core, sites, shares)
    balance(
        cost, core.demand, capacity, part.kind, part.parameters, shares, _SWEEPS, _ENOUGH * worth
    )
    return Split(split_cost(core, sites, shares), sites, shares)


def _cleaned(core: CongestedCore, sites: IntArray, start: FloatArray) -> FloatArray | None:
    """Shares without dust whose rows sum to 1, or None where they are no answer."""
    shares = np.where(start > 1e-9, start, 0.0)
    total = shares.sum(axis=1, keepdims=True)
    if (total < 0.5).any():
        return None
    shares /= total
    return shares if np.isfinite(split_cost(core, sites, shares)) else None


def _choosing_order(cost: FloatArray, demand: FloatArray) -> IntArray:
    """Order customers: those that reach few sites first, then the large ones."""
    reach = np.isfinite(cost).sum(axis=1)
    return np.lexsort((-demand, reach)).astype(np.int64)


def sparse_shares(split: Split, allowed: IntArray, n_sites: int) -> sparse.csr_array:
    """Shares over all sites of a caller, (n, n_sites)."""
    rows, columns = np.nonzero(split.shares)
    return sparse.csr_array(
        (split.shares[rows, columns], (rows, allowed[split.sites[columns]])),
        shape=(split.shares.shape[0], n_sites),
    )
