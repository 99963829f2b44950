"""The engine: one graph, one set of costs, all questions about shortest paths."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike
from scipy.sparse import csr_array

from logistique.shortest_paths.arrays import FloatArray, Int32Array
from logistique.shortest_paths.checks import (
    checked_costs,
    checked_ends,
    checked_flow,
    checked_nodes,
    checked_number,
    problem,
    refuse,
)
from logistique.shortest_paths.choice import Choice, Method
from logistique.shortest_paths.chunks import available
from logistique.shortest_paths.search import Nearest, Paths

SLACK = 1e-12  # a distance is within a limit in spite of rounding


class ShortestPaths:
    """Shortest paths on a directed graph whose costs may change.

    Parameters
    ----------
    n_nodes : int
        Number of nodes; they are named 0 … n − 1.
    tail, head : (a,) int
        Ends of the arcs, in any order. Parallel arcs (the cheapest counts) and self-loops (never
        used) are allowed.
    cost : (a,) float
        Cost of each arc, ≥ 0; ``inf`` closes it.
    method : {"auto", "dijkstra", "hierarchy"}
        Dijkstra's algorithm, which prepares nothing; a customizable contraction hierarchy, which
        is prepared once (seconds per million nodes) and then answers about a hundred times
        faster; or whichever pays, judged by the questions so far (see :attr:`choice`).
    threads : int, optional
        Processors used; all available when absent. Answers do not depend on it.

    Raises
    ------
    InvalidInputError
        For ends outside the graph, costs that are negative or NaN, wrong shapes.

    Notes
    -----
    An engine never changes: :meth:`customise` makes a new one for new costs, which shares what was
    prepared. Every distance is exact: equal to Dijkstra's up to the rounding of sums
    (about 1e-15 relative), whatever the method.

    Examples
    --------
    >>> roads = ShortestPaths(3, [0, 1, 2], [1, 2, 0], [1.0, 2.0, 4.0])
    >>> roads.distances([0, 1], [2])
    array([[3.],
           [2.]])
    >>> roads.customise([1.0, 5.0, 4.0]).distances([0], [2])
    array([[6.]])
    """

    def __init__(
        self,
        n_nodes: int,
        tail: ArrayLike,
        head: ArrayLike,
        cost: ArrayLike,
        *,
        method: Method = "auto",
        threads: int | None = None,
    ) -> None:
        first, second = checked_ends(n_nodes, tail, head)
        if threads is not None:
            checked_number("threads", threads, whole=True)
        self.n_nodes, self.n_arcs = int(n_nodes), len(first)
        self.cost = checked_costs("cost", cost, self.n_arcs)
        self._choice = Choice(self.n_nodes, first, second, method, threads or available())
        self._searches = self._choice.searches(self.cost)

    def customise(self, cost: ArrayLike) -> ShortestPaths:
        """Return an engine on the same graph with other costs, (a,) float ≥ 0."""
        other = object.__new__(ShortestPaths)
        other.__dict__.update(self.__dict__)
        other.cost = checked_costs("cost", cost, self.n_arcs)
        other._searches = self._choice.searches(other.cost)
        return other

    def prepare(self) -> ShortestPaths:
        """Build and customise the hierarchy now, not on first use; returns this engine.

        ``method="dijkstra"`` has nothing to prepare.
        """
        self._searches.prepare()
        return self

    @property
    def choice(self) -> str:
        """Which method answered last, and why, in words."""
        return self._choice.reason

    def distances(
        self, sources: ArrayLike, targets: ArrayLike, *, dtype: DTypeLike = np.float64
    ) -> FloatArray:
        """Least cost from each source to each target.

        Parameters
        ----------
        sources, targets : (s,), (t,) int
            Nodes; may repeat.
        dtype : float64 or float32
            Type of the answer; sums are made in 64 bits.

        Returns
        -------
        (s, t) float
            ``inf`` where there is no path, 0 from a node to itself.
        """
        here, there = self._nodes(sources, targets)
        if np.dtype(dtype) not in (np.float64, np.float32):
            refuse([problem("dtype", f"is {dtype!r}; allowed: float64, float32")])
        out = np.empty((len(here), len(there)), dtype)
        if out.size:
            self._searches.pick(min(len(here), len(there))).distances(here, there, out)
        return out

    def distances_along(
        self, sources: ArrayLike, targets: ArrayLike, *metrics: ArrayLike
    ) -> tuple[FloatArray, ...]:
        """Least costs, and the sums of other metrics along those very paths.

        Parameters
        ----------
        sources, targets : (s,), (t,) int
        *metrics : (a,) float
            For example lengths (m) when costs are times; finite and ≥ 0.

        Returns
        -------
        tuple of (s, t) float
            The distances, then one matrix per metric; ``inf`` where there is no path.

        Notes
        -----
        Of several shortest paths one is taken; which one depends on graph and costs alone.
        """
        here, there = self._nodes(sources, targets)
        checked = [
            checked_costs(f"metric {k}", metric, self.n_arcs, closed=False)
            for k, metric in enumerate(metrics)
        ]
        if not checked or not (len(here) and len(there)):
            empty = self.distances(here, there)
            return (empty, *(empty.copy() for _ in checked))
        search = self._searches.pick(len(here) * len(checked))
        pairs = [search.along(here, there, metric) for metric in checked]
        return (pairs[0][0], *(along for _, along in pairs))

    def within(self, sources: ArrayLike, targets: ArrayLike, limit: float) -> csr_array:
        """Distances up to a limit, (s, t) sparse; absent entries are beyond it.

        Stored zeros are distances of 0. Memory: 12 bytes for each entry, and during the search for
        each target as many as it has nodes above it within the limit.
        """
        here, there = self._nodes(sources, targets)
        checked_number("limit", limit, whole=False)
        if not (len(here) and len(there)):
            return csr_array((len(here), len(there)))
        return self._searches.pick(len(here)).within(here, there, limit * (1 + SLACK))

    def nearest(self, sources: ArrayLike, targets: ArrayLike, k: int) -> Nearest:
        """Return the ``k`` nearest targets of each source, nearest first.

        ``k`` beyond the number of targets means all of them. Which of equally near targets are
        taken depends on graph and costs alone.
        """
        here, there = self._nodes(sources, targets)
        most = min(int(checked_number("k", k, whole=True)), len(there))
        if not (len(here) and most):
            return Nearest(np.empty((len(here), most), np.int32), np.empty((len(here), most)))
        return self._searches.pick(len(here)).nearest(here, there, most)

    def paths(self, sources: ArrayLike, targets: ArrayLike) -> Paths:
        """One shortest path for each pair (``sources[i]``, ``targets[i]``), as arcs."""
        here, there = self._nodes(sources, targets)
        if len(here) != len(there):
            message = f"has {len(there)} entries, sources {len(here)}; allowed: pairs, one to one"
            refuse([problem("targets", message)])
        return self._searches.pick(len(here)).paths(here, there)

    def link_flows(self, sources: ArrayLike, targets: ArrayLike, flow: Any) -> FloatArray:
        """Load flows between nodes on shortest paths (all-or-nothing).

        Parameters
        ----------
        sources, targets : (s,), (t,) int
        flow : (s, t) float, dense or sparse
            Flow from each source to each target, finite and ≥ 0, any unit.

        Returns
        -------
        (a,) float
            Flow on each arc, in the unit of ``flow``.

        Raises
        ------
        InvalidInputError
            When a pair with flow has no path.
        """
        here, there = self._nodes(sources, targets)
        rows = checked_flow(flow, len(here), len(there))
        loaded = np.zeros(self.n_arcs)
        if not rows.nnz:
            return loaded
        s, t = self._searches.pick(len(here)).load(here, there, rows, loaded)
        if s >= 0:
            message = f"goes from node {here[s]} to node {there[t]}, between which there is no path"
            refuse([problem("flow", message, "drop the pair, or open arcs with infinite cost")])
        return loaded

    def _nodes(self, sources: ArrayLike, targets: ArrayLike) -> tuple[Int32Array, Int32Array]:
        return (
            checked_nodes("sources", sources, self.n_nodes),
            checked_nodes("targets", targets, self.n_nodes),
        )
