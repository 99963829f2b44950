"""The p-centre problem without its fixed sites, and the rows of it that a search has looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.location.distances import Distances

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_BLOCK = 1 << 23
"""Entries of distances made at once (64 MiB)."""

WHOLE = 30_000_000
"""Largest number of distances that are held whole."""


@dataclass(frozen=True, eq=False)
class CentreProblem:
    """Open at most ``p`` candidates so that the farthest customer is as near as possible.

    Parameters
    ----------
    distances : Distances
        From every customer to every site.
    candidates : (m,) int
        Numbers of the sites that are neither forbidden nor open anyway.
    standing : (n,) float
        Distance of each customer to the nearest site that is open anyway; ``inf`` without one.
    p : int
        Number of candidates that may open, at most m.
    """

    distances: Distances
    candidates: IntArray
    standing: FloatArray
    p: int

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.standing.size)

    @property
    def whole(self) -> bool:
        """Whether all distances are held at once."""
        return self.n * self.candidates.size <= WHOLE

    def rows(self, customers: IntArray) -> FloatArray:
        """Distances of some customers to all candidates, (k, m)."""
        block = np.empty((customers.size, self.candidates.size))
        for at, customer in enumerate(customers.tolist()):
            block[at] = self.distances.rows(customer, customer + 1)[0, self.candidates]
        return block

    def all_rows(self) -> FloatArray:
        """All distances to candidates, (n, m)."""
        return self.distances.rows(0, self.n)[:, self.candidates]

    def nearest(self, places: IntArray) -> tuple[FloatArray, IntArray]:
        """Distance and place of the nearest open candidate; place −1 where a standing one is."""
        return nearest_of(self.distances, self.candidates[places], places, self.standing)


def nearest_of(
    distances: Distances, sites: IntArray, labels: IntArray, start: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Distance to the nearest of some sites and its label, given a distance to start from.

    Memory: 64 MiB beside the results.
    """
    best, label = start.copy(), np.full(start.size, -1, dtype=np.int64)
    step = max(1, _BLOCK // max(1, start.size))
    for at in range(0, sites.size, step):
        block = distances.columns(sites[at : at + step])
        place = block.argmin(axis=1)
        value = block[np.arange(start.size), place]
        closer = value < best
        best[closer], label[closer] = value[closer], labels[at + place[closer]]
    return best, label


class RowPool:
    """Customers whose distances are held; all of them where memory allows.

    Parameters
    ----------
    problem : CentreProblem
        Where rows come from.
    """

    def __init__(self, problem: CentreProblem) -> None:
        self.problem = problem
        self.complete = problem.whole
        self.customers = np.arange(problem.n if self.complete else 0)
        m = problem.candidates.size
        self._matrix = problem.all_rows() if self.complete else np.empty((0, m))

    @property
    def matrix(self) -> FloatArray:
        """Distances of the pool's customers, (k, m)."""
        return self._matrix[: self.customers.size]

    @property
    def standing(self) -> FloatArray:
        """Their distances to sites that are open anyway, (k,)."""
        return self.problem.standing[self.customers]

    def add(self, customers: IntArray) -> IntArray:
        """Take customers in; their positions in the pool."""
        known = np.full(self.problem.n, -1, dtype=np.int64)
        known[self.customers] = np.arange(self.customers.size)
        fresh = np.unique(customers[known[customers] < 0])
        size = self.customers.size
        if size + fresh.size > self._matrix.shape[0]:
            room = max(2 * self._matrix.shape[0], size + fresh.size, 64)
            grown = np.empty((min(room, self.problem.n), self._matrix.shape[1]))
            grown[:size] = self.matrix
            self._matrix = grown
        self._matrix[size : size + fresh.size] = self.problem.rows(fresh)
        known[fresh] = size + np.arange(fresh.size)
        self.customers = np.concatenate([self.customers, fresh])
        return known[customers]

    def value_below(self, limit: float, *, above: float) -> float:
        """Largest distance of the pool in (above, limit]; ``-inf`` without one."""
        return max(_largest(self.matrix, above, limit), _largest(self.standing, above, limit))

    def value_above(self, radius: float, positions: IntArray) -> float:
        """Least distance of some of the pool's customers above a radius; ``inf`` without one."""
        return min(_least(self.matrix[positions], radius), _least(self.standing[positions], radius))


def _largest(values: FloatArray, above: float, limit: float) -> float:
    return float(np.max(values, where=(values <= limit) & (values > above), initial=-np.inf))


def _least(values: FloatArray, radius: float) -> float:
    return float(np.min(values, where=values > radius, initial=np.inf))
