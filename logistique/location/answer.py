"""From open sites to the answer a caller gets, recomputed from the distances themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.errors import NoSolutionError
from logistique.location.distances import Distances
from logistique.location.siting import Siting
from logistique.location.uncapacitated import Proof
from logistique.location.watch import Watch

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PROOF_TOLERANCE = 1e-7
"""Relative error of a bound out of floating-point linear programming."""


def true_cost(
    source: Distances, weight: FloatArray, opening: FloatArray, open_sites: IntArray
) -> float:
    """Cost of a set of sites, from the distances themselves; ``inf`` if it leaves anyone out."""
    if open_sites.size == 0:
        return float("inf")
    served = source.columns(open_sites).min(axis=1)
    if not np.isfinite(served).all():
        return float("inf")
    return float(weight @ served + opening[open_sites].sum())


def siting_of(
    kind: str,
    source: Distances,
    weight: FloatArray,
    opening: FloatArray,
    allowed: IntArray,
    proof: Proof,
    watch: Watch,
) -> Siting:
    """Answer with its cost recomputed from the distances themselves.

    Raises
    ------
    NoSolutionError
        If the search ended without an answer that serves everybody.
    """
    open_sites = allowed[proof.is_open]
    distances = source.columns(open_sites)
    nearest = np.argmin(distances, axis=1) if open_sites.size else np.zeros(0, dtype=np.int64)
    served = distances[np.arange(nearest.size), nearest]
    if open_sites.size == 0 or not np.isfinite(served).all():
        raise NoSolutionError(
            f"no answer that serves every customer found within {watch.limits.time_s:g} s",
            hint="give more time, or sites that reach more customers",
        )
    objective = float(weight @ served + opening[open_sites].sum())
    bound = min(proof.bound, objective)
    gap = (objective - bound) / max(abs(objective), 1e-9)
    return Siting(
        kind=kind,
        termination=watch.verdict(proved=gap <= watch.limits.gap + PROOF_TOLERANCE),
        objective=objective,
        bound=bound,
        open_sites=open_sites,
        assignment=open_sites[nearest],
        seconds=watch.seconds(),
        method=proof.method,
        reason=proof.reason,
        seed=watch.limits.seed,
    )
