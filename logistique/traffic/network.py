"""The network traffic is assigned to: directed links, parallel ones allowed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import depth_first_order

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import RoadGraph
from logistique.traffic.path_kernels import BoolArray, IntArray, LinkArrays


@dataclass(frozen=True, eq=False)
class TrafficNetwork:
    """Directed links between nodes 0 to ``n_nodes`` − 1.

    Parameters
    ----------
    n_nodes : int
    tail, head : (m,) int
        Links may be parallel; a link from a node to itself is refused.
    through : (n,) bool, optional
        Whether traffic may pass a node; all when absent. Trips begin and end at any node (the
        centroids of a zoning system are often barred to the trips of others).

    Raises
    ------
    InvalidInputError
        For nodes outside the range, loops, or arrays of other shapes.
    """

    n_nodes: int
    tail: IntArray
    head: IntArray
    through: BoolArray | None = None

    def __post_init__(self) -> None:
        for name in ("tail", "head"):
            object.__setattr__(self, name, _nodes(name, getattr(self, name), self.n_nodes))
        if self.tail.shape != self.head.shape:
            raise _error("head", f"got {len(self.head)} heads for {len(self.tail)} tails")
        loops = np.flatnonzero(self.tail == self.head)
        if loops.size:
            raise _error("head", f"link {loops[0]} goes from node {self.tail[loops[0]]} to itself")
        if self.through is not None:
            through = np.asarray(self.through)
            if through.dtype != np.bool_ or through.shape != (self.n_nodes,):
                raise _error(
                    "through",
                    f"got {through.dtype} {through.shape}; allowed: ({self.n_nodes},) bool",
                )

    @classmethod
    def of(cls, graph: RoadGraph) -> TrafficNetwork:
        """Links of a road graph, in its order of arcs."""
        return cls(graph.n_nodes, graph.tail, graph.head)

    @property
    def n_links(self) -> int:
        """Number of links."""
        return len(self.tail)

    @cached_property
    def layout(self) -> Layout:
        """Links as the kernels read them."""
        return _laid_out(self)


@dataclass(frozen=True, eq=False)
class Layout:
    """Nodes renumbered so that neighbours lie close in memory, links sorted by tail.

    Parameters
    ----------
    links : LinkArrays
    node : (n,) int
        New number of each node.
    link : (m,) int
        Old number of each new link.
    """

    links: LinkArrays
    node: IntArray
    link: IntArray


def _laid_out(network: TrafficNetwork) -> Layout:
    n, m = network.n_nodes, network.n_links
    adjacency = coo_array((np.ones(m), (network.tail, network.head)), shape=(n, n)).tocsr()
    adjacency = adjacency + adjacency.T
    seen = np.zeros(n, dtype=bool)
    parts = []
    for root in range(n):
        if not seen[root]:
            part = depth_first_order(adjacency, root, directed=False, return_predecessors=False)
            seen[part] = True
            parts.append(part)
    sequence = np.concatenate([*parts, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    node = np.empty(n, dtype=np.int64)
    node[sequence] = np.arange(n)
    tail, head = node[network.tail], node[network.head]
    link = np.lexsort((head, tail))
    through = np.ones(n, dtype=bool) if network.through is None else network.through[sequence]
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int64)
    arrays = LinkArrays(
        first, tail[link].astype(np.int32), head[link].astype(np.int32), np.array(through)
    )
    return Layout(arrays, node, link)


def _nodes(name: str, values: ArrayLike, n_nodes: int) -> NDArray[np.int64]:
    array = np.array(values)
    if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        raise _error(name, f"got {array.dtype} {array.shape}; allowed: a vector of integers")
    bad = np.flatnonzero((array < 0) | (array >= n_nodes))
    if bad.size:
        raise _error(name, f"link {bad[0]} has node {array[bad[0]]}; allowed: 0 to {n_nodes - 1}")
    array = array.astype(np.int64)
    array.flags.writeable = False
    return array


def _error(subject: str, message: str) -> InvalidInputError:
    return InvalidInputError([Finding("traffic-network", "traffic network", subject, message)])
