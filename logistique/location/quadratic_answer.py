"""From open sites to the answer of a quadratic question, recomputed from the costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.siting import Siting
from logistique.location.uncapacitated import Proof
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_COST = 1e-5
"""What a cost of 0 counts as, after Fischetti, Ljubić and Sinnl (2017)."""

PROOF_TOLERANCE = 1e-9
"""Relative gap within which rounding errors lie."""


def raised(cost: FloatArray) -> FloatArray:
    """Costs with zeros raised to :data:`LEAST_COST`."""
    return np.where(cost == 0.0, LEAST_COST, cost)


def best_shares(cost: FloatArray, open_sites: IntArray) -> sparse.csr_array:
    """Split every customer between the open sites in proportion to 1/c, (n, m)."""
    n, m = cost.shape
    inverse = 1.0 / cost[:, open_sites]
    inverse /= inverse.sum(axis=1, keepdims=True)
    rows, columns = np.nonzero(inverse)
    return sparse.csr_array((inverse[rows, columns], (rows, open_sites[columns])), shape=(n, m))


def quadratic_siting(
    cost: FloatArray,
    weight: FloatArray,
    opening: FloatArray,
    allowed: IntArray,
    proof: Proof,
    watch: Watch,
) -> Siting:
    """Answer with shares, and its cost recomputed from them.

    Parameters
    ----------
    cost : (n, m) float
        Costs of all sites, zeros raised, without weights.
    weight, opening : (n,), (m,) float
        Weights and opening costs.
    allowed : (k,) int
        Numbers of the sites the proof speaks of.
    proof : Proof
        Outcome of the search.
    watch : Watch
        Its clock.
    """
    open_sites = allowed[proof.is_open]
    shares = best_shares(cost, open_sites)
    part = shares[:, open_sites].toarray()
    reachable = part > 0.0
    served = np.where(reachable, cost[:, open_sites], 0.0) * part**2
    objective = float(weight @ served.sum(axis=1) + opening[open_sites].sum())
    bound = min(proof.bound, objective)
    gap = (objective - bound) / max(abs(objective), 1e-9)
    return Siting(
        kind="quadratic facility location",
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=objective,
        bound=bound,
        open_sites=open_sites,
        assignment=open_sites[np.argmax(part, axis=1)],
        seconds=watch.seconds(),
        method=proof.method,
        reason=proof.reason,
        seed=watch.limits.seed,
        shares=shares,
    )
