"""Groups of clients whose service costs per unit of demand are alike."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LANDMARKS = 12
_SAMPLE = 2_000
_ROWS_AT_ONCE = 4_000_000


def groups(source: Distances, demand: FloatArray, count: int, seed: int) -> IntArray:
    """Divide clients into about ``count`` groups, (n,) int from 0.

    Parameters
    ----------
    source : Distances
        Costs of serving all of a client from a site, (n, m).
    demand : (n,) float
        Demand of the clients.
    count : int
        Groups wanted.
    seed : int
        Of the sample that the landmarks are chosen on.

    Notes
    -----
    A client is placed by its costs per unit from a few sites far from each other. The group of
    largest variance, weighted by demand, is cut at its mean until there are enough. Clients that
    reach different landmarks are apart from the beginning, if need be in more groups than asked.
    """
    places = _places(source, demand, seed)
    mean = float(demand.mean())
    weight = np.where(demand > 0, demand, 1e-3 * mean if mean > 0 else 1.0)
    reached = np.isfinite(places)
    pattern = np.unique(reached, axis=0, return_inverse=True)[1].ravel()
    places = np.where(reached, places, 0.0)
    heap: list[tuple[float, int, int, IntArray]] = [
        _rated(places, weight, np.flatnonzero(pattern == kind)) for kind in np.unique(pattern)
    ]
    heapq.heapify(heap)
    while len(heap) < count and heap[0][0] < 0:
        _, _, axis, members = heapq.heappop(heap)
        where = places[members, axis]
        low = where <= np.average(where, weights=weight[members])
        if low.all() or not low.any():  # the mean is outside, for rounding
            low = where < where.max()
        for part in (members[low], members[~low]):
            heapq.heappush(heap, _rated(places, weight, part))
    member = np.empty(demand.size, dtype=np.int64)
    for number, (_, _, _, members) in enumerate(sorted(heap, key=lambda item: item[1])):
        member[members] = number
    return member


def _rated(
    places: FloatArray, weight: FloatArray, members: IntArray
) -> tuple[float, int, int, IntArray]:
    """Group with −variance, first member and axis of the variance, for a heap."""
    own, mass = places[members], weight[members]
    mean = np.average(own, axis=0, weights=mass)
    variance = mass @ (own - mean) ** 2
    axis = int(np.argmax(variance))
    if own[:, axis].min() == own[:, axis].max():
        return 0.0, int(members[0]), axis, members
    return -float(variance[axis]), int(members[0]), axis, members


def _places(source: Distances, demand: FloatArray, seed: int) -> FloatArray:
    """Cost per unit of each client from some sites far from each other; ``inf``: out of reach."""
    n, m = source.shape
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(n, min(n, _SAMPLE), replace=False))
    unit = 1 / np.where(demand > 0, demand, 1.0)
    sample = np.concatenate([source.rows(int(i), int(i) + 1) for i in chosen]) * unit[chosen, None]
    finite = np.isfinite(sample)
    far = 3.0 * float(sample.max(initial=0.0, where=finite)) + 1.0
    sample = np.where(finite, sample, far)
    apart, site, marks = np.full(m, np.inf), 0, []
    for _ in range(min(_LANDMARKS, m)):
        marks.append(site)
        apart = np.minimum(apart, np.abs(sample - sample[:, [site]]).mean(axis=0))
        site = int(np.argmax(apart))
    return source.columns(np.array(marks, dtype=np.int64)) * unit[:, None]
