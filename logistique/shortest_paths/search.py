"""What every way of searching shortest paths answers, and the shapes of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scipy.sparse import csr_array

from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray

Float = FloatArray  # float64 or float32


@dataclass(frozen=True, eq=False)
class Paths:
    """One shortest path for each pair asked.

    Parameters
    ----------
    start : (p + 1,) int
        Arcs ``arc[start[i]:start[i + 1]]`` are the path of pair ``i``, in the order driven.
    arc : (k,) int
        Positions of arcs; parallel arcs count as the cheapest of them.
    distance : (p,) float
        Cost of the path; ``inf`` (and no arcs) where there is none.
    """

    start: IntArray
    arc: Int32Array
    distance: FloatArray

    def __len__(self) -> int:
        return len(self.distance)

    def __getitem__(self, pair: int) -> Int32Array:
        """Arcs of the path of one pair."""
        if not 0 <= pair < len(self):
            raise IndexError(f"pair {pair} of {len(self)}")
        return self.arc[self.start[pair] : self.start[pair + 1]]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest targets of each source, nearest first.

    Parameters
    ----------
    target : (s, k) int
        Positions in the list of targets; −1 where fewer can be reached.
    distance : (s, k) float
        Their distances; ``inf`` where fewer can be reached.
    """

    target: Int32Array
    distance: FloatArray


class Search(Protocol):
    """A way of searching: arrays are checked before they get here."""

    def distances(self, sources: Int32Array, targets: Int32Array, out: Float) -> None:
        """Fill ``out`` (sources × targets)."""

    def along(
        self, sources: Int32Array, targets: Int32Array, metric: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Distances, and sums of ``metric`` along the same paths, (s, t) each."""

    def within(self, sources: Int32Array, targets: Int32Array, limit: float) -> csr_array:
        """Distances up to ``limit``, (s, t) sparse."""

    def nearest(self, sources: Int32Array, targets: Int32Array, k: int) -> Nearest:
        """Answer the ``k`` nearest targets of each source, 1 ≤ k ≤ t."""

    def paths(self, sources: Int32Array, targets: Int32Array) -> Paths:
        """Answer one path for each pair."""

    def load(
        self, sources: Int32Array, targets: Int32Array, flow: csr_array, loaded: FloatArray
    ) -> tuple[int, int]:
        """Add flows to arcs; the first pair without a path, or (−1, −1)."""
