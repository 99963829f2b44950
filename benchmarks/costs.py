"""Costs between customers and sites, as the instances give them.

Independent of the product: these classes are what answers are recomputed with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Costs(Protocol):
    """Costs of serving each customer from each site; ``inf`` where it is not possible."""

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        ...

    def columns(self, sites: IntArray) -> FloatArray:
        """Costs from some sites, (n, len(sites))."""
        ...


@dataclass(frozen=True, eq=False)
class MatrixCosts:
    """A whole matrix, (n customers, m sites)."""

    matrix: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        n, m = self.matrix.shape
        return n, m

    def columns(self, sites: IntArray) -> FloatArray:
        """Costs from some sites."""
        return self.matrix[:, sites]


@dataclass(frozen=True, eq=False)
class SparseCosts:
    """Only the listed pairs are possible; zeros are stored."""

    matrix: sparse.csr_array

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        n, m = self.matrix.shape
        return int(n), int(m)

    def columns(self, sites: IntArray) -> FloatArray:
        """Costs from some sites, ``inf`` for pairs that are not listed."""
        return self.whole()[:, sites]

    def whole(self) -> FloatArray:
        """Make the matrix, with ``inf`` for pairs that are not listed."""
        pairs = self.matrix.tocoo()
        matrix = np.full(self.shape, np.inf)
        matrix[pairs.row, pairs.col] = pairs.data
        return matrix


@dataclass(frozen=True, eq=False)
class PointCosts:
    """Euclidean distances between points of the plane.

    ``rounding`` is ``"none"``, ``"floor"`` or ``"nearest"`` (halves to even, as ``rint``).
    """

    customers: FloatArray
    sites: FloatArray
    rounding: Literal["none", "floor", "nearest"] = "none"

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        return len(self.customers), len(self.sites)

    def columns(self, sites: IntArray) -> FloatArray:
        """Distances from some sites."""
        # Not hypot: on whole coordinates the root of a whole square must be exact before floor.
        apart = np.square(self.customers[:, None, 0] - self.sites[None, sites, 0])
        apart += np.square(self.customers[:, None, 1] - self.sites[None, sites, 1])
        np.sqrt(apart, out=apart)
        if self.rounding == "floor":
            return np.floor(apart, out=apart)
        return np.rint(apart, out=apart) if self.rounding == "nearest" else apart


@dataclass(frozen=True, eq=False)
class NetworkCosts:
    """Shortest paths from demand nodes to candidate nodes of a directed network."""

    graph: sparse.csr_array
    demand_nodes: IntArray
    candidate_nodes: IntArray

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        return self.demand_nodes.size, self.candidate_nodes.size

    def columns(self, sites: IntArray) -> FloatArray:
        """Path lengths to some sites."""
        chosen = self.candidate_nodes[sites]
        reached = csgraph.dijkstra(sparse.csr_array(self.graph.T), indices=chosen)
        return np.ascontiguousarray(reached[:, self.demand_nodes].T)


def whole_matrix(costs: Costs) -> FloatArray:
    """All costs at once, (n, m); 8 n m bytes."""
    if isinstance(costs, MatrixCosts):
        return costs.matrix
    if isinstance(costs, SparseCosts):
        return costs.whole()
    if isinstance(costs, PointCosts):
        return costs.columns(np.arange(costs.shape[1]))
    matrix = np.empty(costs.shape)
    for start in range(0, costs.shape[1], 64):
        sites = np.arange(start, min(start + 64, costs.shape[1]))
        matrix[:, sites] = costs.columns(sites)
    return matrix


def assigned_costs(costs: Costs, assignment: IntArray) -> FloatArray:
    """Cost of each customer from the site that serves it, (n,)."""
    result = np.empty(assignment.size)
    sites, position = np.unique(assignment, return_inverse=True)
    for start in range(0, sites.size, 16):
        block = costs.columns(sites[start : start + 16])
        here = (position >= start) & (position < start + 16)
        result[here] = block[here, position[here] - start]
    return result


def nearest_costs(costs: Costs, open_sites: IntArray) -> FloatArray:
    """Cost of each customer from the cheapest open site, (n,)."""
    result = np.full(costs.shape[0], np.inf)
    for start in range(0, open_sites.size, 16):
        np.minimum(result, costs.columns(open_sites[start : start + 16]).min(axis=1), out=result)
    return result
