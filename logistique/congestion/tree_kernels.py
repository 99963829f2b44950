"""Compiled loading of trees of paths, and sums along them."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True)
def load_trees(
    order: NDArray[np.int64],
    link: NDArray[np.int64],
    before: NDArray[np.int64],
    at_node: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> None:
    """Add what ends at each node to the links of its path, tree by tree.

    Parameters
    ----------
    order : (h, n) int
        Nodes of each tree from the farthest to the hub. With links of no length a node may come
        before its successor; amounts are then carried on by following the path at once.
    link : (h, n) int
        Link between a node and its predecessor; −1 at the hub.
    before : (a,) int
        The end of each link that is nearer to the hub.
    at_node : (h, n) float
        Amounts; used up.
    flow : (h, a) float
        Added to in place.
    """
    trees, nodes = link.shape
    done = np.zeros(nodes, dtype=np.bool_)
    for tree in range(trees):
        done[:] = False
        for position in range(nodes):
            node = order[tree, position]
            amount = at_node[tree, node]
            done[node] = True
            if amount == 0.0:
                continue
            # Follow the path up to the first node whose turn is still to come.
            arc = link[tree, node]
            while arc >= 0:
                flow[tree, arc] += amount
                node = before[arc]
                if not done[node]:
                    at_node[tree, node] += amount
                    break
                arc = link[tree, node]


@numba.njit(cache=True)
def sum_trees(
    link: NDArray[np.int64],
    before: NDArray[np.int64],
    value: NDArray[np.float64],
    total: NDArray[np.float64],
) -> None:
    """Sum values of links along the path between the hub of each tree and every node.

    Parameters
    ----------
    link : (h, n) int
        Link between a node and its predecessor; −1 at the hub and where there is no path.
    before : (a,) int
        The end of each link that is nearer to the hub.
    value : (a,) float
    total : (h, n) float
        Filled; 0 where there is no path.
    """
    trees, nodes = link.shape
    done = np.zeros(nodes, dtype=np.bool_)
    stack = np.empty(nodes, dtype=np.int64)
    for tree in range(trees):
        done[:] = False
        for root in range(nodes):
            node = root
            depth = 0
            while not done[node]:
                done[node] = True
                total[tree, node] = 0.0
                if link[tree, node] < 0:
                    break
                stack[depth] = node
                depth += 1
                node = before[link[tree, node]]
            while depth > 0:
                depth -= 1
                node = stack[depth]
                arc = link[tree, node]
                total[tree, node] = total[tree, before[arc]] + value[arc]
