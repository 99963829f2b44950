"""Tabu search with row weights for a cover by a given number of sites, compiled.

Vertex-weighting tabu search of Zhang, Lü, Su, Li, Xu, "Vertex weighting-based tabu search for
p-center problem" (IJCAI 2020): swap one site for another so that the weight of uncovered rows
falls most; where no swap helps, the uncovered rows gain weight.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]


@numba.njit(cache=True)
def _open(
    site: int,
    row_starts: IntArray,
    row_sites: IntArray,
    starts: IntArray,
    rows: IntArray,
    weight: LongArray,
    times: LongArray,
    by: LongArray,
    gain: LongArray,
    loss: LongArray,
) -> int:
    """Open a site; the number of rows it covers for the first time."""
    fresh = 0
    loss[site] = 0
    for at in range(starts[site], starts[site + 1]):
        row = rows[at]
        if times[row] == 0:
            fresh += 1
            loss[site] += weight[row]
            for k in range(row_starts[row], row_starts[row + 1]):
                gain[row_sites[k]] -= weight[row]
        elif times[row] == 1:
            loss[by[row]] -= weight[row]
        times[row] += 1
        by[row] += site
    return fresh


@numba.njit(cache=True)
def _close(
    site: int,
    row_starts: IntArray,
    row_sites: IntArray,
    starts: IntArray,
    rows: IntArray,
    weight: LongArray,
    times: LongArray,
    by: LongArray,
    gain: LongArray,
    loss: LongArray,
) -> int:
    """Close a site; the number of rows that nobody covers any more."""
    bare = 0
    for at in range(starts[site], starts[site + 1]):
        row = rows[at]
        times[row] -= 1
        by[row] -= site
        if times[row] == 0:
            bare += 1
            for k in range(row_starts[row], row_starts[row + 1]):
                gain[row_sites[k]] += weight[row]
        elif times[row] == 1:
            loss[by[row]] += weight[row]
    return bare


@numba.njit(cache=True)
def search_cover(  # noqa: C901
    row_starts: IntArray,
    row_sites: IntArray,
    starts: IntArray,
    rows: IntArray,
    weight: LongArray,
    chosen: LongArray,
    swaps: int,
    seed: int,
) -> tuple[int, LongArray]:
    """Look for ``len(chosen)`` sites that cover all rows.

    Parameters
    ----------
    row_starts, row_sites : (n + 1,), (e,) int32
        Sites that cover each row (CSR).
    starts, rows : (m + 1,), (e,) int32
        Rows that each site covers (the transpose).
    weight : (n,) int
        Weights of rows, changed in place: rows that stay uncovered grow heavy.
    chosen : (q,) int
        Sites to start from, all different, q ≥ 1; −1 for a place that greedy choice fills.
    swaps : int
        Largest number of swaps.
    seed : int
        Seed of the choice among equals.

    Returns
    -------
    left : int
        Number of rows the returned sites leave uncovered.
    sites : (q,) int
        The sites with the fewest uncovered rows that were met; −1 for a place not needed.
    """
    np.random.seed(seed)  # noqa: NPY002
    n, m, q = row_starts.size - 1, starts.size - 1, chosen.size
    times = np.zeros(n, dtype=np.int64)
    by = np.zeros(n, dtype=np.int64)
    gain = np.zeros(m, dtype=np.int64)
    loss = np.zeros(m, dtype=np.int64)
    place = chosen.copy()
    for row in range(n):
        for k in range(row_starts[row], row_starts[row + 1]):
            gain[row_sites[k]] += weight[row]
    left = n
    for at in range(q):
        if place[at] >= 0:
            left -= _open(
                place[at], row_starts, row_sites, starts, rows, weight, times, by, gain, loss
            )
    for at in range(q):
        if place[at] < 0 and left > 0:
            site, ties = -1, 0
            for k in range(m):
                if site < 0 or gain[k] > gain[site]:
                    site, ties = k, 1
                elif gain[k] == gain[site]:
                    ties += 1
                    if np.random.randint(ties) == 0:  # noqa: NPY002
                        site = k
            place[at] = site
            left -= _open(site, row_starts, row_sites, starts, rows, weight, times, by, gain, loss)
    best, kept = left, place.copy()
    if left == 0 or m <= q:
        return best, kept
    bare = np.empty(n, dtype=np.int64)
    saved = np.zeros(m, dtype=np.int64)
    last_in, last_out = -1, -1
    for _ in range(swaps):
        count = 0
        for row in range(n):
            if times[row] == 0:
                bare[count] = row
                count += 1
        row = bare[np.random.randint(count)]  # noqa: NPY002
        best_delta, best_in, best_at, ties = np.int64(2**62), -1, -1, 0
        for k in range(row_starts[row], row_starts[row + 1]):
            site = row_sites[k]
            if site == last_out:
                continue
            for at in range(starts[site], starts[site + 1]):
                if times[rows[at]] == 1:
                    saved[by[rows[at]]] += weight[rows[at]]
            for at in range(q):
                other = place[at]
                if other == last_in:
                    continue
                delta = loss[other] - saved[other] - gain[site]
                if delta < best_delta:
                    best_delta, best_in, best_at, ties = delta, site, at, 1
                elif delta == best_delta:
                    ties += 1
                    if np.random.randint(ties) == 0:  # noqa: NPY002
                        best_in, best_at = site, at
            for at in range(starts[site], starts[site + 1]):
                if times[rows[at]] == 1:
                    saved[by[rows[at]]] = 0
        if best_in < 0:
            last_in, last_out = -1, -1
            continue
        if best_delta >= 0:
            for b in range(count):
                weight[bare[b]] += 1
                for k in range(row_starts[bare[b]], row_starts[bare[b] + 1]):
                    gain[row_sites[k]] += 1
        gone = place[best_at]
        place[best_at] = best_in
        left -= _open(best_in, row_starts, row_sites, starts, rows, weight, times, by, gain, loss)
        left += _close(gone, row_starts, row_sites, starts, rows, weight, times, by, gain, loss)
        last_in, last_out = best_in, gone
        if left < best:
            best = left
            kept[:] = place
            if best == 0:
                break
    return best, kept
