"""Search on a customised hierarchy: sweeps for matrices and loads, buckets for near targets."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from logistique.shortest_paths import near_kernels, sweep_kernels, unpack_kernels
from logistique.shortest_paths.along_kernels import distances_along
from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray
from logistique.shortest_paths.chunks import in_chunks
from logistique.shortest_paths.hierarchy import Hierarchy
from logistique.shortest_paths.load_kernels import load_edges
from logistique.shortest_paths.rows import join_rows
from logistique.shortest_paths.search import Float, Nearest, Paths
from logistique.shortest_paths.sweep_kernels import LANES

Part = tuple[Int32Array, Int32Array, IntArray, Int32Array, FloatArray, Int32Array]
LOAD_CHUNK = 8 * LANES  # fixed, so that sums do not depend on the number of processors


class HierarchySearch:
    """Shortest paths on a hierarchy, with ``threads`` processors."""

    def __init__(self, hierarchy: Hierarchy, threads: int) -> None:
        self.hierarchy, self.threads = hierarchy, threads
        top = hierarchy.topology
        self._rank = top.rank
        self._climb = top.parent, top.up_start, top.up_head, hierarchy.weight

    def _above(self, targets: Int32Array) -> tuple[Int32Array, Int32Array, int]:
        """Nodes above targets, their positions, and the number of edges that leave them."""
        parent, up_start, _, _ = self._climb
        nodes, where = sweep_kernels.above(parent, targets)
        return nodes, where, int((up_start[nodes + 1] - up_start[nodes]).sum())

    def _part(self, nodes: Int32Array, where: Int32Array, down: int) -> Part:
        _, up_start, up_head, weight = self._climb
        return (
            nodes,
            where,
            *sweep_kernels.arcs_into(nodes, where, up_start, up_head, weight, down),
        )

    def distances(self, sources: Int32Array, targets: Int32Array, out: Float) -> None:
        """Fill ``out``; sweeps over the side that makes for less work."""
        here, there = self._rank[sources], self._rank[targets]
        over_targets, over_sources = self._above(there), self._above(here)
        flip = over_sources[2] * len(there) < over_targets[2] * len(here)
        if flip:
            here, there = there, here
        nodes, where, _ = over_sources if flip else over_targets
        down, up = (0, 1) if flip else (1, 0)
        nodes, where, begin, upper, cost, _ = self._part(nodes, where, down)

        def work(first: int, last: int) -> None:
            sweep_kernels.distances(
                here[first:last], where[there], nodes, where, begin, upper, cost,
                *self._climb, up, out[:, first:last] if flip else out[first:last], flip,
            )  # fmt: skip

        list(in_chunks(work, len(here), self.threads, unit=LANES))

    def along(
        self, sources: Int32Array, targets: Int32Array, metric: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Distances, and sums of ``metric`` along the same paths."""
        here, there = self._rank[sources], self._rank[targets]
        top = self.hierarchy.topology
        other = unpack_kernels.sum_along(top.up_start, top.up_head, self.hierarchy.via, metric)
        nodes, where, _ = self._above(there)
        part = self._part(nodes, where, 1)
        out = np.empty((len(here), len(there)))
        sums = np.empty_like(out)

        def work(first: int, last: int) -> None:
            distances_along(
                here[first:last], where[there], *part, *self._climb, other,
                out[first:last], sums[first:last],
            )  # fmt: skip

        list(in_chunks(work, len(here), self.threads, unit=LANES))
        return out, sums

    def within(self, sources: Int32Array, targets: Int32Array, limit: float) -> csr_array:
        """Distances up to ``limit``."""
        here = self._rank[sources]
        start, target, distance = near_kernels.buckets_within(
            self._rank[targets], *self._climb, limit
        )
        nearest_first = np.lexsort((distance, np.repeat(np.arange(len(start) - 1), np.diff(start))))
        buckets = start, target[nearest_first], distance[nearest_first]

        def work(first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            rows: tuple[np.ndarray, np.ndarray, np.ndarray] = near_kernels.rows_within(
                here[first:last], len(targets), *self._climb, *buckets, limit
            )
            return rows

        found = join_rows(in_chunks(work, len(here), self.threads), len(targets))
        found.sort_indices()
        return found

    def nearest(self, sources: Int32Array, targets: Int32Array, k: int) -> Nearest:
        """Answer the ``k`` nearest targets of each source."""
        here, there = self._rank[sources], self._rank[targets]
        nodes, where, _ = self._above(there)
        buckets = near_kernels.buckets_nearest(there, where, len(nodes), *self._climb, k)
        answer = Nearest(np.empty((len(here), k), np.int32), np.empty((len(here), k)))

        def work(first: int, last: int) -> None:
            near_kernels.rows_nearest(
                here[first:last], where, *self._climb, *buckets,
                answer.target[first:last], answer.distance[first:last],
            )  # fmt: skip

        list(in_chunks(work, len(here), self.threads))
        return answer

    def paths(self, sources: Int32Array, targets: Int32Array) -> Paths:
        """Answer one path for each pair."""
        return Paths(
            *unpack_kernels.pair_paths(
                self._rank[sources], self._rank[targets], *self._climb, self.hierarchy.via
            )
        )

    def load(
        self, sources: Int32Array, targets: Int32Array, flow: csr_array, loaded: FloatArray
    ) -> tuple[int, int]:
        """Add flows to arcs; the first pair without a path, or (−1, −1)."""
        here, there = self._rank[sources], self._rank[targets]
        nodes, where, _ = self._above(there)
        part = self._part(nodes, where, 1)

        def work(first: int, last: int) -> tuple[FloatArray, tuple[int, int]]:
            amount = np.zeros_like(self.hierarchy.weight)
            failed = load_edges(
                here[first:last], where[there], flow.indptr[first : last + 1], flow.indices,
                flow.data, *part, *self._climb, amount,
            )  # fmt: skip
            return amount, (failed[0] + first if failed[0] >= 0 else -1, failed[1])

        total = np.zeros_like(self.hierarchy.weight)
        for amount, failed in in_chunks(work, len(here), self.threads, size=LOAD_CHUNK):
            if failed[0] >= 0:
                return failed
            total += amount
        top = self.hierarchy.topology
        unpack_kernels.spread(top.up_start, top.up_head, self.hierarchy.via, total, loaded)
        return -1, -1
