"""Which consumer–depot and storage–depot pairs a plan may use at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from logistique.model.problem import Problem


def largest_capacity(problem: Problem) -> NDArray[np.float64]:
    """Capacity of the largest option of each site, 0 for a forbidden site or one without.

    Returns
    -------
    (k,) float
        Demand units per day.
    """
    largest = np.zeros(problem.n_sites)
    np.maximum.at(largest, problem.option_site, problem.option_capacity)
    largest[problem.site_forbidden] = 0.0
    return largest


def usable_feeds(problem: Problem) -> NDArray[np.bool_]:
    """Storage–depot pairs with a finite cost between places that may open.

    Returns
    -------
    (p, k) bool
    """
    allowed: NDArray[np.bool_] = np.isfinite(problem.feed_cost)
    allowed &= ~problem.storage_forbidden[:, None]
    allowed &= np.greater(largest_capacity(problem), 0)[None, :]
    return allowed


def usable_services(problem: Problem) -> NDArray[np.bool_]:
    """Consumer–depot pairs that some plan can use.

    The cost is finite, the site may open at some size and, with two levels, can be fed; with
    single sourcing the consumer alone fits the largest size.

    Returns
    -------
    (n, k) bool
    """
    largest = largest_capacity(problem)
    usable: NDArray[np.bool_] = np.isfinite(problem.service_cost)
    usable &= np.greater(largest, 0)[None, :]
    if problem.n_storages:
        fed = np.any(usable_feeds(problem), axis=0)
        usable &= np.logical_or.outer(problem.demand == 0, fed)
    if problem.single_sourcing:
        usable &= problem.demand[:, None] <= largest[None, :] * (1 + 1e-9)
    return usable
