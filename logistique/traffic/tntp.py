"""Assignment problems in TNTP files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from logistique.network.tntp import TntpNetwork, read_tntp, read_tntp_trips
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import FloatArray, VehicleClass
from logistique.traffic.volume_delay import VolumeDelay


@dataclass(frozen=True, eq=False)
class TntpProblem:
    """Network, trips and volume-delay functions of one problem, in the units of its files."""

    network: TrafficNetwork
    trips: VehicleClass
    delay: VolumeDelay


def read_problem(
    network: Path | str, trips: Path | str, *, per_toll: float = 0.0, per_length: float = 0.0
) -> TntpProblem:
    """Read ``*_net.tntp`` and ``*_trips.tntp``, plain or compressed.

    Parameters
    ----------
    network, trips : path
    per_toll, per_length : float
        Time that one unit of toll and of length are worth.

    Raises
    ------
    InvalidInputError
        As the readers of :mod:`logistique.network.tntp`.
    """
    links = read_tntp(network)
    return problem(links, read_tntp_trips(trips), per_toll=per_toll, per_length=per_length)


def problem(
    links: TntpNetwork, trips: FloatArray, *, per_toll: float = 0.0, per_length: float = 0.0
) -> TntpProblem:
    """Make a problem of a network and a matrix of trips between its first zones, (z, z)."""
    through = np.arange(links.n_nodes) >= links.first_through
    extra = per_toll * links.toll + per_length * links.length
    zones = np.arange(len(trips))
    return TntpProblem(
        TrafficNetwork(links.n_nodes, links.tail, links.head, through),
        VehicleClass.from_matrix(trips, zones, link_cost=extra if extra.any() else None),
        VolumeDelay.bpr(links.free_flow_time, links.capacity, links.b, links.power),
    )
