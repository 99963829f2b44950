"""Greedy choice and best-improvement swaps for the weight that q sites cover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.watch import Watch

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_STARTS = 12


class CoverGain:
    """Classes of customers and the local search over them.

    Parameters
    ----------
    covers : (k, f) sparse bool
        Which site covers which class.
    weight : (k,) float
        Weight of each class.
    """

    def __init__(self, covers: sparse.csr_array, weight: FloatArray) -> None:
        self.covers = covers.astype(float)
        self.by_site = sparse.csr_array(self.covers.T)
        self.weight = weight

    def search(self, q: int, watch: Watch, seed: int) -> IntArray:
        """Best of several starts, each improved by swaps; the first start is greedy."""
        rng = np.random.default_rng(seed)
        best, value = np.zeros(0, dtype=np.int64), -1.0
        for start in range(_STARTS):
            if start and watch.over:
                break
            noise = 0.3 * start / _STARTS
            places = self.improved(self._greedy(q, rng, noise), watch)
            found = self._value(places)
            if found > value:
                best, value = places, found
        return best

    def _value(self, places: IntArray) -> float:
        return float(self.weight[self.by_site[places].sum(axis=0) > 0].sum())

    def _greedy(self, q: int, rng: np.random.Generator, noise: float) -> IntArray:
        left = self.weight.copy()
        chosen: list[int] = []
        for _ in range(q):
            gain = self.by_site @ left
            gain *= 1.0 - noise * rng.random(gain.size)
            gain[chosen] = -1.0
            chosen.append(int(gain.argmax()))
            row = self.by_site
            left[row.indices[row.indptr[chosen[-1]] : row.indptr[chosen[-1] + 1]]] = 0.0
        return np.array(chosen, dtype=np.int64)

    def improved(self, places: IntArray, watch: Watch) -> IntArray:
        """Swap one place for another while the covered weight rises.

        Notes
        -----
        A swap of i for r gains ``new(i) − lost(r) + back(i, r)``: weight newly covered by i,
        weight covered by r alone, and the part of the latter that i covers.
        """
        places = places.copy()
        while places.size and not watch.over:
            inside = self.by_site[places]
            times = np.asarray(inside.sum(axis=0)).ravel()
            new = self.by_site @ (self.weight * (times == 0))
            alone = inside.multiply((self.weight * (times == 1))[None, :]).tocsr()
            lost = np.asarray(alone.sum(axis=1)).ravel()
            back = (self.by_site @ alone.T).toarray()
            profit = new[:, None] - lost[None, :] + back
            profit[places] = -np.inf
            site, at = np.unravel_index(int(profit.argmax()), profit.shape)
            if profit[site, at] <= 1e-9 * self.weight.sum():
                break
            places[at] = site
        return places
