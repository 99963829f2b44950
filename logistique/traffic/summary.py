"""Figures of an assignment from its flows: objective, bound, delay, conservation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logistique.traffic.equilibrium_result import Equilibrium, Objective, WarmState
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]

CONSERVED = 1e-6
ROUNDING = 1e-12


def summarised(
    network: TrafficNetwork, classes: Sequence[VehicleClass], delay: VolumeDelay,
    objective: Objective, preload: FloatArray, flows: FloatArray, spent: tuple[float, float],
    state: WarmState, *, gap: float, iterations: int, seconds: float,
) -> Equilibrium:  # fmt: skip
    """Compute the result of an assignment.

    Parameters
    ----------
    preload : (m,) float
    flows : (classes, m) float
        Passenger-car units, in the layout's order of links.
    spent : (float, float)
        Cost of all trips, as they go and on shortest paths.
    """
    units = np.empty_like(flows)
    units[:, network.layout.link] = flows
    pcu = np.array([vehicles.pcu for vehicles in classes])
    load = preload + units.sum(axis=0)
    time = delay.time(load)
    excess = max(spent[0] - spent[1], 0.0)
    relative = excess / spent[0] if spent[0] > 0 else 0.0
    value = (load * time if objective == "system" else delay.integral(load)).sum()
    value += sum(_paid(v.link_cost, row) for v, row in zip(classes, units, strict=True))
    trips = state.commodities.volume.sum()
    flow = units / pcu[:, None]
    off = max(imbalance(network, v, row) for v, row in zip(classes, flow, strict=True))
    conserved = off <= max(CONSERVED, ROUNDING * trips)
    return Equilibrium(
        flow=flow, load=load, time=time, relative_gap=relative,
        average_excess_cost=excess / trips if trips > 0 else 0.0,
        objective=float(value), lower_bound=float(value - excess),
        total_time=float(load @ time),
        total_delay=float(load @ (time - delay.time(np.zeros(len(load))))),
        node_imbalance=off,
        iterations=iterations, seconds=seconds, reached=relative <= gap and bool(conserved), state=state,
    )  # fmt: skip


def imbalance(network: TrafficNetwork, vehicles: VehicleClass, flow: FloatArray) -> float:
    """Largest |in + departing − out − arriving| of a node, vehicles.

    Parameters
    ----------
    flow : (m,) float
        Vehicles of the class on each link.
    """
    n = network.n_nodes
    balance = np.bincount(network.head, flow, n) - np.bincount(network.tail, flow, n)
    origin, destination = np.asarray(vehicles.origin), np.asarray(vehicles.destination)
    if origin.size:
        balance += np.bincount(origin, vehicles.trips, n)
        balance -= np.bincount(destination, vehicles.trips, n)
    return float(np.abs(balance).max(initial=0.0))


def _paid(cost: FloatArray | None, units: FloatArray) -> float:
    if cost is None:
        return 0.0
    used = units > 0  # closed links cost inf and carry nothing
    return float(units[used] @ np.asarray(cost)[used])
