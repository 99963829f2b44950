"""All trips on their shortest paths at given link costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.loading_kernels import load_all
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass, commodities

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Loading:
    """Flows of one class when everybody takes a shortest path.

    Parameters
    ----------
    flow : (m,) float
        Vehicles.
    total_cost : float
        Vehicles × cost over all trips: no flows cost less at these link costs.
    """

    flow: FloatArray
    total_cost: float


def all_or_nothing(network: TrafficNetwork, trips: VehicleClass, cost: FloatArray) -> Loading:
    """Load all trips of a class on shortest paths.

    Parameters
    ----------
    network : TrafficNetwork
    trips : VehicleClass
        Its ``link_cost`` is not looked at.
    cost : (m,) float
        ≥ 0; ``inf`` closes a link.

    Raises
    ------
    InvalidInputError
        For costs of another shape, negative or NaN, or trips without a path.
    """
    values = np.asarray(cost, dtype=np.float64)
    if values.shape != (network.n_links,) or not (values >= 0).all():
        message = (
            f"got {values.shape}, least {values.min(initial=np.inf)!s}; allowed: one ≥ 0 per link"
        )
        raise InvalidInputError([Finding("loading", "loading", "cost", message)])
    layout = network.layout
    flow = np.zeros(network.n_links)
    demand = commodities(network, [trips])
    total, k, missed = load_all(layout.links, demand, values[layout.link], flow)
    if missed >= 0:
        old = np.argsort(layout.node)
        message = f"no path from node {old[demand.origin[k]]} to node {old[missed]}"
        raise InvalidInputError([Finding("unreachable", f"trips of {trips.name}", "", message)])
    out = np.empty_like(flow)
    out[layout.link] = flow / trips.pcu
    return Loading(out, float(total / trips.pcu))
