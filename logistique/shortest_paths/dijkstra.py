"""Search by Dijkstra's algorithm, one source at a time: nothing to prepare."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from logistique.shortest_paths import dijkstra_kernels as kernels
from logistique.shortest_paths.arrays import FloatArray, Int32Array
from logistique.shortest_paths.chunks import in_chunks
from logistique.shortest_paths.rows import join_rows, padded
from logistique.shortest_paths.search import Float, Nearest, Paths

NOTHING = np.empty(0)
WORTH_THREADS = 200_000  # nodes times searches, some 20 ms


class Dijkstra:
    """Dijkstra's algorithm on compressed rows.

    Parameters
    ----------
    n : int
        Number of nodes.
    tail, head : (a,) int32
        Ends of the arcs.
    cost : (a,) float
        Costs ≥ 0; ``inf`` closes an arc.
    threads : int
        Processors used.
    """

    def __init__(
        self, n: int, tail: Int32Array, head: Int32Array, cost: FloatArray, threads: int
    ) -> None:
        self.n, self.tail, self.head, self.threads = n, tail, head, threads
        self.start, self.to, self.arc = kernels.rows_of(n, tail, head)
        self.cost, self.placed = cost, cost[self.arc]

    def with_cost(self, cost: FloatArray) -> Dijkstra:
        """Search the same graph with other costs."""
        other = object.__new__(Dijkstra)
        other.__dict__.update(self.__dict__, cost=cost, placed=cost[self.arc])
        return other

    def distances(self, sources: Int32Array, targets: Int32Array, out: Float) -> None:
        """Fill ``out``; searches start at the fewer of both."""
        if len(targets) < len(sources):
            back = Dijkstra(self.n, self.head, self.tail, self.cost, self.threads)
            turned = np.empty((len(targets), len(sources)))
            back._fill(targets, sources, NOTHING, turned, turned)
            out[:] = turned.T
        elif out.dtype == np.float64:
            self._fill(sources, targets, NOTHING, out, out)
        else:
            out[:] = self.along(sources, targets, NOTHING)[0]

    def along(
        self, sources: Int32Array, targets: Int32Array, metric: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Distances, and sums of ``metric`` along the same paths."""
        out = np.empty((len(sources), len(targets)))
        other = np.empty_like(out)
        self._fill(sources, targets, metric, out, other)
        return out, other

    def _fill(
        self,
        sources: Int32Array,
        targets: Int32Array,
        metric: FloatArray,
        out: FloatArray,
        other: FloatArray,
    ) -> None:
        def work(begin: int, end: int) -> None:
            kernels.distance_rows(
                sources[begin:end], targets, self.start, self.to, self.arc,
                self.tail, self.placed, metric is not NOTHING, metric, out[begin:end], other[begin:end],
            )  # fmt: skip

        list(in_chunks(work, len(sources), self._threads_for(sources)))

    def _threads_for(self, sources: Int32Array) -> int:
        return self.threads if self.n * len(sources) > WORTH_THREADS else 1

    def _near(self, sources: Int32Array, targets: Int32Array, k: int, limit: float) -> csr_array:
        def work(begin: int, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            rows: tuple[np.ndarray, np.ndarray, np.ndarray] = kernels.near_rows(
                sources[begin:end], targets, self.start, self.to, self.arc,
                self.placed, k, limit,
            )  # fmt: skip
            return rows

        return join_rows(in_chunks(work, len(sources), self._threads_for(sources)), len(targets))

    def within(self, sources: Int32Array, targets: Int32Array, limit: float) -> csr_array:
        """Distances up to ``limit``."""
        found = self._near(sources, targets, len(targets), limit)
        found.sort_indices()
        return found

    def nearest(self, sources: Int32Array, targets: Int32Array, k: int) -> Nearest:
        """Answer the nearest targets of each source."""
        return padded(self._near(sources, targets, k, np.inf), k)

    def paths(self, sources: Int32Array, targets: Int32Array) -> Paths:
        """Answer one path for each pair."""
        return Paths(
            *kernels.pair_paths(
                sources, targets, self.start, self.to, self.arc, self.tail, self.placed
            )
        )

    def load(
        self, sources: Int32Array, targets: Int32Array, flow: csr_array, loaded: FloatArray
    ) -> tuple[int, int]:
        """Add flows to arcs; the first pair without a path, or (−1, −1)."""
        failed: tuple[int, int] = kernels.load_rows(
            sources, targets, flow.indptr, flow.indices, flow.data,
            self.start, self.to, self.arc, self.tail, self.placed, loaded,
        )  # fmt: skip
        return failed
