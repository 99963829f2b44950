"""Roads as arrays, cheapest round trips between hubs and places, and their loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from logistique.congestion.tree_kernels import load_trees
from logistique.traffic.network import TrafficNetwork

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Roads:
    """Directed links and the kinds of vehicles that may use them.

    Parameters
    ----------
    n_nodes : int
        Number of nodes.
    tail, head : (a,) int
        Ends of each link; parallel links are allowed.
    open_to : tuple of (a,) bool
        Links each kind of vehicle may use; one entry per kind.
    """

    n_nodes: int
    tail: IntArray
    head: IntArray
    open_to: tuple[BoolArray, ...]

    @property
    def n_links(self) -> int:
        """Number of links a."""
        return int(self.tail.size)

    @cached_property
    def has_loops(self) -> bool:
        """Whether a link ends where it starts."""
        return bool((self.tail == self.head).any())

    @cached_property
    def arcs(self) -> dict[tuple[int, bool], IntArray]:
        """Links of each kind of vehicle by start and end, then by end and start (``False``).

        Only where no two links join the same nodes: the lightest of them depends on weights.
        """
        ends = {True: (self.tail, self.head), False: (self.head, self.tail)}
        still = np.zeros(self.n_links)
        found = {
            (kind, outward): _lightest(*pair, still, allowed)
            for kind, allowed in enumerate(self.open_to)
            for outward, pair in ends.items()
        }
        loops = self.tail == self.head
        whole = [int((allowed & ~loops).sum()) for allowed in self.open_to]
        return {key: links for key, links in found.items() if links.size == whole[key[0]]}

    @cached_property
    def network(self) -> TrafficNetwork:
        """The same links for assignments; there must be no loops."""
        return TrafficNetwork(self.n_nodes, self.tail, self.head)

    @classmethod
    def of(cls, n_nodes: int, tail: IntArray, head: IntArray) -> Roads:
        """Roads on which every vehicle may go everywhere."""
        ends = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
        return cls(n_nodes, *ends, (np.ones(ends[0].size, dtype=np.bool_),))


@dataclass(frozen=True, eq=False)
class Trees:
    """Cheapest paths from hubs to all nodes (``outward``) or back.

    Parameters
    ----------
    cost : (h, n) float
        ``inf`` where there is no path.
    link : (h, n) int
        Link by which the path from (or to) the hub reaches (leaves) the node; −1 at the hub and
        where there is no path.
    outward : bool
    """

    cost: FloatArray
    link: IntArray
    outward: bool


def cheapest(
    roads: Roads, weight: FloatArray, kind: int, hubs: IntArray, *, outward: bool
) -> Trees:
    """Cheapest paths between hubs and all nodes.

    Parameters
    ----------
    roads : Roads
    weight : (a,) float
        Cost of each link, ≥ 0.
    kind : int
        Kind of vehicle.
    hubs : (h,) int
        Nodes; may repeat.
    outward : bool
        From the hubs, or to them.
    """
    start, end = (roads.tail, roads.head) if outward else (roads.head, roads.tail)
    links = roads.arcs.get((kind, outward))
    if links is None:
        links = _lightest(start, end, weight, roads.open_to[kind])
    # Dijkstra drops stored zeros; the smallest positive number stands for them.
    stored = np.maximum(weight[links], np.finfo(np.float64).tiny)
    shape = (roads.n_nodes, roads.n_nodes)
    first = np.searchsorted(start[links], np.arange(roads.n_nodes + 1))
    matrix = csr_array((stored, end[links], first), shape=shape)
    distinct, row = np.unique(hubs, return_inverse=True)
    if distinct.size == 0:
        empty = np.empty((0, roads.n_nodes))
        return Trees(empty, empty.astype(np.int64), outward)
    cost, before = dijkstra(matrix, indices=distinct, return_predecessors=True)
    link = np.full(cost.shape, -1, dtype=np.int64)
    reached = before >= 0
    if links.size:
        pair = start[links] * roads.n_nodes + end[links]
        wanted = before.astype(np.int64) * roads.n_nodes + np.arange(roads.n_nodes)[None, :]
        link[reached] = links[np.searchsorted(pair, wanted[reached])]
    return Trees(cost[row], link[row], outward)


def _lightest(start: IntArray, end: IntArray, weight: FloatArray, allowed: BoolArray) -> IntArray:
    """Lightest allowed link of each pair of nodes, sorted by start, then end; no loops."""
    order = np.lexsort((weight, end, start))
    order = order[allowed[order] & (start[order] != end[order])]
    same = (start[order][1:] == start[order][:-1]) & (end[order][1:] == end[order][:-1])
    first = np.ones(order.size, dtype=bool)
    first[1:] = ~same
    return np.asarray(order[first], dtype=np.int64)


def loads(roads: Roads, trees: Trees, places: IntArray, amounts: FloatArray) -> FloatArray:
    """Send amounts along the paths between every hub and every place.

    Parameters
    ----------
    roads : Roads
    trees : Trees
        h hubs.
    places : (t,) int
        Nodes.
    amounts : (h, t) float
        ≥ 0; positive only where there is a path.

    Returns
    -------
    (h, a) float
        What each hub sends over each link.
    """
    flow = np.zeros((len(amounts), roads.n_links))
    busy = np.flatnonzero(amounts.any(axis=1))
    if busy.size == 0:
        return flow
    summed = csr_array(
        (np.ones(places.size), (np.arange(places.size), places)), (places.size, roads.n_nodes)
    )
    at_node = np.ascontiguousarray(amounts[busy] @ summed)
    cost = np.where(np.isfinite(trees.cost[busy]), trees.cost[busy], -1.0)
    order = np.argsort(-cost, axis=1, kind="stable")
    before = roads.tail if trees.outward else roads.head
    part = np.zeros((busy.size, roads.n_links))
    load_trees(order, np.ascontiguousarray(trees.link[busy]), before, at_node, part)
    flow[busy] = part
    return flow
