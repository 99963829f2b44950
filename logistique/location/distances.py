"""Distances between customers and sites, whole or made row by row where memory is short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.shortest_paths import ShortestPaths

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SMALLEST, LARGEST = 1e-6, 1e12
"""Range of the largest distance, cost or weight that searches accept."""

Rounding = Literal["none", "floor", "nearest"]


@runtime_checkable
class Distances(Protocol):
    """What a search asks of distances: rows of customers, columns of sites.

    ``inf`` means that the site cannot serve the customer.
    """

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        ...

    def rows(self, start: int, stop: int) -> FloatArray:
        """Distances of customers ``start`` … ``stop − 1``, (stop − start, m)."""
        ...

    def columns(self, sites: IntArray) -> FloatArray:
        """Distances of all customers to some sites, (n, len(sites))."""
        ...


@dataclass(frozen=True, eq=False)
class DenseDistances:
    """A matrix, (n, m) float; ``inf`` forbids. Held, not copied."""

    matrix: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        n, m = self.matrix.shape
        return n, m

    def rows(self, start: int, stop: int) -> FloatArray:
        """Rows of the matrix."""
        return self.matrix[start:stop]

    def columns(self, sites: IntArray) -> FloatArray:
        """Columns of the matrix."""
        return self.matrix[:, sites]


@dataclass(frozen=True, eq=False)
class SparseDistances:
    """A sparse matrix whose absent entries are unreachable; stored zeros are distances of 0."""

    matrix: sparse.csr_array

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        n, m = self.matrix.shape
        return int(n), int(m)

    def rows(self, start: int, stop: int) -> FloatArray:
        """Rows as a dense block, ``inf`` where absent."""
        return _filled(self.matrix[start:stop])

    def columns(self, sites: IntArray) -> FloatArray:
        """Columns as a dense block, ``inf`` where absent."""
        return _filled(sparse.csr_array(self.matrix[:, sites]))


@dataclass(frozen=True, eq=False)
class PointDistances:
    """Euclidean distances between points, made when they are asked for.

    Parameters
    ----------
    customers, sites : (n, 2), (m, 2) float
        Coordinates in a projected system, any unit of length.
    rounding : str
        ``"none"``, ``"floor"`` (the convention of the p-median literature on TSPLIB points) or
        ``"nearest"`` (that of the p-centre literature).
    """

    customers: FloatArray
    sites: FloatArray
    rounding: Rounding = "none"

    def __post_init__(self) -> None:
        for name in ("customers", "sites"):
            points = np.ascontiguousarray(getattr(self, name), dtype=float)
            if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
                message = f"has shape {points.shape}; allowed: finite coordinates of shape (k, 2)"
                raise InvalidInputError([Finding("points", "distances", name, message)])
            object.__setattr__(self, name, points)
        if self.rounding not in ("none", "floor", "nearest"):
            message = f"got {self.rounding!r}; allowed: 'none', 'floor', 'nearest'"
            raise InvalidInputError([Finding("points", "distances", "rounding", message)])

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        return len(self.customers), len(self.sites)

    def rows(self, start: int, stop: int) -> FloatArray:
        """Distances of some customers to all sites."""
        return self._between(self.customers[start:stop], self.sites)

    def columns(self, sites: IntArray) -> FloatArray:
        """Distances of all customers to some sites."""
        return self._between(self.customers, self.sites[sites])

    def _between(self, first: FloatArray, second: FloatArray) -> FloatArray:
        squares = (first[:, None, 0] - second[None, :, 0]) ** 2
        squares += (first[:, None, 1] - second[None, :, 1]) ** 2
        lengths: FloatArray = np.sqrt(squares, out=squares)
        if self.rounding == "floor":
            np.floor(lengths, out=lengths)
        elif self.rounding == "nearest":
            np.rint(lengths, out=lengths)
        return lengths


@dataclass(frozen=True, eq=False)
class NetworkDistances:
    """Shortest paths over a network from demand nodes to candidate nodes.

    Parameters
    ----------
    graph : (v, v) sparse
        Length of the arc from each node to each; absent: no arc. Directed.
    demand_nodes : (n,) int
        Node of each customer.
    candidate_nodes : (m,) int
        Node of each site.

    Notes
    -----
    Computed once, on first use, by the way of searching that suits the size (see
    :class:`~logistique.shortest_paths.ShortestPaths`). Memory: 8 bytes × n m. Stored zeros are arcs
    of length 0.
    """

    graph: sparse.csr_array
    demand_nodes: IntArray
    candidate_nodes: IntArray

    def __post_init__(self) -> None:
        graph = sparse.csr_array(self.graph)
        if graph.shape[0] != graph.shape[1] or not (graph.data >= 0).all():
            message = f"has shape {graph.shape}; allowed: a square matrix of lengths ≥ 0"
            raise InvalidInputError([Finding("network", "distances", "graph", message)])
        object.__setattr__(self, "graph", graph)
        for name in ("demand_nodes", "candidate_nodes"):
            given = np.asarray(getattr(self, name))
            if given.dtype.kind not in "iu":
                message = f"holds {given.dtype}; allowed: a list of node numbers"
                raise InvalidInputError([Finding("network", "distances", name, message)])
            nodes = given.astype(np.int64)
            if nodes.ndim != 1 or ((nodes < 0) | (nodes >= graph.shape[0])).any():
                message = f"allowed: node numbers from 0 to {graph.shape[0] - 1}"
                raise InvalidInputError([Finding("network", "distances", name, message)])
            object.__setattr__(self, name, nodes)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of customers and sites."""
        return self.demand_nodes.size, self.candidate_nodes.size

    def rows(self, start: int, stop: int) -> FloatArray:
        """Distances of some customers to all sites."""
        return np.ascontiguousarray(self._by_site()[:, start:stop].T)

    def columns(self, sites: IntArray) -> FloatArray:
        """Distances of all customers to some sites."""
        return np.ascontiguousarray(self._by_site()[sites].T)

    def _by_site(self) -> FloatArray:
        """Distances from every customer to every site, (m, n), kept after the first call."""
        known: FloatArray | None = self.__dict__.get("_matrix")
        if known is None:
            arcs = self.graph.tocoo()
            head, tail = arcs.coords  # searched backwards, from the sites
            backwards = ShortestPaths(arcs.shape[0], tail, head, arcs.data)
            known = backwards.distances(self.candidate_nodes, self.demand_nodes)
            object.__setattr__(self, "_matrix", known)
        return known


def as_distances(given: ArrayLike | sparse.sparray | sparse.spmatrix | Distances) -> Distances:
    """Distances from what a caller gives: a matrix, a sparse matrix, or a source of rows.

    Raises
    ------
    InvalidInputError
        For NaN or negative entries, fewer than two dimensions, or an empty matrix.
    """
    if isinstance(given, (sparse.sparray, sparse.spmatrix)):
        _check_real(given.dtype)
        matrix = sparse.csr_array(given, dtype=float, copy=True)
        stored = matrix.nnz
        matrix.sum_duplicates()
        if matrix.nnz != stored:
            _refuse("holds the same pair more than once; give each pair of customer and site once")
        _check_values(matrix.data, matrix.shape)
        return SparseDistances(matrix)
    if isinstance(given, Distances):
        _check_values(np.zeros(1), given.shape)
        return given
    try:
        raw = np.asarray(given)
        _check_real(raw.dtype)
        dense = np.ascontiguousarray(raw, dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            [Finding("distances", "distances", "matrix", str(error))]
        ) from error
    _check_values(dense, dense.shape)
    return DenseDistances(dense)


def _check_values(values: FloatArray, shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or 0 in shape:
        _refuse(f"has shape {shape}; allowed: (customers, sites), neither of them 0")
    if np.isnan(values).any():
        _refuse(f"holds NaN at {np.argwhere(np.isnan(values))[0].tolist()}")
    if (values < 0).any():
        _refuse(f"holds negative values, the least is {values.min():g}; allowed: ≥ 0, inf")
    largest = float(values.max(initial=0.0, where=np.isfinite(values)))
    if largest and not SMALLEST <= largest <= LARGEST:
        _refuse(
            f"its largest finite value is {largest:g}; allowed: {SMALLEST:g} to {LARGEST:g}, so "
            "that rounding errors stay far below; choose another unit"
        )


def _check_real(dtype: np.dtype[Any]) -> None:
    if dtype.kind == "c":
        _refuse("holds complex numbers; allowed: real numbers ≥ 0, inf")


def _refuse(message: str) -> NoReturn:
    raise InvalidInputError([Finding("distances", "distances", "matrix", message)])


def _filled(matrix: sparse.csr_array) -> FloatArray:
    coordinates = matrix.tocoo()
    block = np.full(matrix.shape, np.inf)
    block[coordinates.coords] = coordinates.data
    return block
