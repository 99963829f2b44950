"""Customizable contraction hierarchy: topology once, costs as often as they change.

Dibbelt, Strasser and Wagner (2016), *Customizable contraction hierarchies*, ACM J. Exp.
Algorithmics 21. The topology depends on the graph alone; customisation fits it to any costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from logistique.shortest_paths import hierarchy_kernels as kernels
from logistique.shortest_paths.adjacency_kernels import undirected
from logistique.shortest_paths.arrays import FloatArray, Int32Array, IntArray
from logistique.shortest_paths.ordering import contraction_order

MOST_PER_NODE = 40
MOST_EDGES = 2**30 - 1  # twice an edge, plus one, is a 32-bit integer


@dataclass(frozen=True, eq=False)
class Topology:
    """The contracted graph without costs; nodes are named by rank.

    Parameters
    ----------
    rank : (n,) int
        Rank of each node of the graph; every subtree of the elimination tree is a run of ranks.
    parent : (n,) int
        Parent in the elimination tree, −1 for roots.
    up_start, up_head : (n + 1,), (e,) int
        Edges by lower end, with their upper ends ascending.
    down_start, down_tail, down_edge : (n + 1,), (e,), (e,) int
        Lower neighbours of each node and the edges to them.
    place : (a,) int
        Twice the edge of each arc, plus one when it runs downwards; −1 for self-loops.
    """

    rank: Int32Array
    parent: Int32Array
    up_start: IntArray
    up_head: Int32Array
    down_start: IntArray
    down_tail: Int32Array
    down_edge: Int32Array
    place: Int32Array


def contract(n: int, tail: Int32Array, head: Int32Array, threads: int = 1) -> Topology | None:
    """Contract a graph of ``n`` nodes and the arcs ``tail`` → ``head``.

    Returns ``None`` where that needs more than ``MOST_PER_NODE`` edges per node: the graph is no
    road network, which has about four, and contraction would take more than it gives.
    """
    rank = contraction_order(n, tail, head, threads)
    start, neighbour = undirected(n, rank[tail], rank[head])
    rank = kernels.postorder(kernels.elimination_tree(start, neighbour))[rank]
    start, neighbour = undirected(n, rank[tail], rank[head])
    parent = kernels.elimination_tree(start, neighbour)
    most = min(MOST_PER_NODE * n + 1_000_000, MOST_EDGES)
    up_start, down_start, many = kernels.count_fill(start, neighbour, parent, most)
    if many > most:
        return None
    edges = kernels.fill(start, neighbour, parent, up_start, down_start)
    place = kernels.edge_of_arcs(edges[0], edges[1], rank, tail, head)
    return Topology(rank, parent, *edges, place)


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A topology with costs.

    Parameters
    ----------
    topology : Topology
    weight : (e, 2) float
        Cost of each edge upwards and downwards, no more than that of any path below it.
    via : (e, 2) int
        Lower node it goes through; −2 − a where it is arc ``a``; −1 where there is no path.
    """

    topology: Topology
    weight: FloatArray
    via: Int32Array


def customise(topology: Topology, cost: FloatArray) -> Hierarchy:
    """Fit a topology to costs of the arcs, (a,) float ≥ 0."""
    edges = len(topology.up_head)
    weight, via = np.empty((edges, 2)), np.empty((edges, 2), np.int32)
    kernels.lay_costs(topology.place, cost, weight, via)
    kernels.customise(
        topology.up_start, topology.up_head,
        topology.down_start, topology.down_tail, topology.down_edge,
        weight, via, 0, len(topology.rank),
    )  # fmt: skip
    return Hierarchy(topology, weight, via)
