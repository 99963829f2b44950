"""Who travels: trips by class of vehicle between nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.bush_kernels import Commodities
from logistique.traffic.network import TrafficNetwork

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VehicleClass:
    """Trips of one class of vehicles.

    Parameters
    ----------
    origin, destination : (r,) int
        Nodes; a pair may repeat. Trips from a node to itself load no link.
    trips : (r,) float
        Vehicles per period, ≥ 0.
    name : str
    pcu : float
        Passenger-car units of one vehicle, > 0.
    link_cost : (m,) float, optional
        What a link costs this class beside the time, in units of time, ≥ 0 (tolls, distance);
        ``inf`` closes the link to it.

    Raises
    ------
    InvalidInputError
        For other shapes, negative or unfinite trips, ``pcu`` ≤ 0.
    """

    origin: IntArray
    destination: IntArray
    trips: FloatArray
    name: str = "cars"
    pcu: float = 1.0
    link_cost: FloatArray | None = None

    def __post_init__(self) -> None:
        origin, destination = np.asarray(self.origin), np.asarray(self.destination)
        trips = np.asarray(self.trips, dtype=np.float64)
        if not (origin.shape == destination.shape == trips.shape and trips.ndim == 1):
            raise _error(
                self.name,
                f"got shapes {origin.shape}, {destination.shape}, {trips.shape} for origin, "
                "destination and trips; allowed: three vectors of one length",
            )
        bad = np.flatnonzero(~(np.isfinite(trips) & (trips >= 0)))
        if bad.size:
            raise _error(
                self.name, f"trips of row {bad[0]} are {trips[bad[0]]!s}; allowed: finite and ≥ 0"
            )
        if not (np.isfinite(self.pcu) and self.pcu > 0):
            raise _error(self.name, f"pcu is {self.pcu!r}; allowed: > 0, for example 2 for a lorry")

    @classmethod
    def from_matrix(
        cls, trips: ArrayLike, nodes: ArrayLike, name: str = "cars", pcu: float = 1.0,
        link_cost: FloatArray | None = None,
    ) -> VehicleClass:  # fmt: skip
        """Trips of a matrix (z, z) between ``nodes`` (z,)."""
        matrix, nodes = np.asarray(trips, dtype=np.float64), np.asarray(nodes)
        if matrix.shape != (len(nodes), len(nodes)):
            raise _error(name, f"matrix is {matrix.shape}; allowed: {len(nodes)} rows and columns")
        i, j = np.nonzero(matrix)
        return cls(nodes[i], nodes[j], matrix[i, j], name, pcu, link_cost)

    def scaled(self, factor: float) -> VehicleClass:
        """All trips times ``factor``."""
        trips = np.asarray(self.trips) * factor
        return VehicleClass(
            self.origin, self.destination, trips, self.name, self.pcu, self.link_cost
        )


def commodities(network: TrafficNetwork, classes: Sequence[VehicleClass]) -> Commodities:
    """Trips by class and origin, in passenger-car units and the layout's numbers of nodes.

    Raises
    ------
    InvalidInputError
        For nodes outside the network.
    """
    parts = [_sorted_trips(network, vehicle, c) for vehicle, c in enumerate(classes)]
    origin, vehicle, destination, volume = (
        np.concatenate([part[i] for part in parts]) for i in range(4)
    )
    change = np.ones(len(origin), dtype=bool)
    change[1:] = (np.diff(origin) != 0) | (np.diff(vehicle) != 0)
    first = np.flatnonzero(change)
    return Commodities(
        origin[first].astype(np.int64), vehicle[first].astype(np.int64),
        np.append(first, len(origin)).astype(np.int64), destination.astype(np.int32),
        volume.astype(np.float64),
    )  # fmt: skip


def link_costs(network: TrafficNetwork, classes: Sequence[VehicleClass]) -> FloatArray:
    """Costs of links beside the time, (classes, m), in the layout's order of links.

    Raises
    ------
    InvalidInputError
        For vectors of another length, negative values or NaN.
    """
    out = np.zeros((len(classes), network.n_links))
    for row, vehicles in zip(out, classes, strict=True):
        if vehicles.link_cost is None:
            continue
        cost = np.asarray(vehicles.link_cost, dtype=np.float64)
        if cost.shape != row.shape:
            raise _error(vehicles.name, f"link_cost is {cost.shape}; allowed: ({network.n_links},)")
        bad = np.flatnonzero(~(cost >= 0))
        if bad.size:
            raise _error(
                vehicles.name,
                f"link_cost of link {bad[0]} is {cost[bad[0]]!s}; allowed: ≥ 0 or inf",
            )
        row[:] = cost[network.layout.link]
    return out


def _sorted_trips(
    network: TrafficNetwork, number: int, vehicles: VehicleClass
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], FloatArray]:
    n = network.n_nodes
    pair = []
    for side in (vehicles.origin, vehicles.destination):
        nodes = np.asarray(side)
        bad = np.flatnonzero((nodes < 0) | (nodes >= n))
        if bad.size:
            raise _error(
                vehicles.name, f"row {bad[0]} has node {nodes[bad[0]]}; allowed: 0 to {n - 1}"
            )
        pair.append(network.layout.node[nodes.astype(np.int64)])
    trips = np.asarray(vehicles.trips, dtype=np.float64) * vehicles.pcu
    travels = (pair[0] != pair[1]) & (trips > 0)
    key, inverse = np.unique(pair[0][travels] * n + pair[1][travels], return_inverse=True)
    volume = np.bincount(inverse, weights=trips[travels], minlength=len(key))
    number_of = np.full(len(key), number, dtype=np.int64)
    return key // n, number_of, key % n, volume.astype(np.float64)


def _error(name: str, message: str) -> InvalidInputError:
    return InvalidInputError([Finding("trips", f"trips of {name}", "", message)])
