"""Equilibrium of traffic on a network whose link times depend on the traffic."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.equilibrium_result import (
    AssignmentLimits,
    Equilibrium,
    Listener,
    Objective,
    WarmState,
)
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.search import Search
from logistique.traffic.summary import summarised
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]


def equilibrium(
    network: TrafficNetwork,
    demand: VehicleClass | Sequence[VehicleClass],
    delay: VolumeDelay,
    *,
    gap: float = 1e-6,
    objective: Objective = "user",
    preload: FloatArray | None = None,
    start: WarmState | None = None,
    limits: AssignmentLimits | None = None,
    progress: Listener | None = None,
) -> Equilibrium:
    """Flows under which nobody gains by another path, or the sum of all costs is least.

    Parameters
    ----------
    network : TrafficNetwork
    demand : VehicleClass or sequence of them
        Classes share the times of the links and have their own link costs.
    delay : VolumeDelay
        One function per link, of the traffic in passenger-car units.
    gap : float
        Relative gap to reach, ≥ 0; 1e-4 for stable link flows, 1e-6 to compare scenarios. Below
        some 1e-14 rounding prevails.
    objective : {"user", "system"}
        Wardrop's first or second principle.
    preload : (m,) float, optional
        Traffic that keeps its links, passenger-car units ≥ 0.
    start : WarmState, optional
        ``state`` of an earlier equilibrium on the same network object; demand, delay, preload
        and link costs may differ.
    limits : AssignmentLimits, optional
    progress : callable, optional
        Receives an :class:`AssignmentProgress` after every pass.

    Returns
    -------
    Equilibrium

    Raises
    ------
    InvalidInputError
        For trips between nodes without a path, arrays of other lengths, times that overflow
        when all traffic takes one link, or a state of another network.

    Notes
    -----
    Algorithm B (Dial 2006): per class and origin the links in use form an acyclic bush; passes
    find exact shortest paths, let links in, and shift traffic from the longest used to the
    shortest path into each merge by Newton's method; cheap sweeps within the bushes lie between.
    Where these converge slowly, the pairs of segments that many bushes choose between are made
    equal for all of them together, by a quadratic model of the objective (pairs of alternative
    segments: Bar-Gera 2010), and the move is shortened until the objective falls.
    Memory: 8 bytes per origin and node, 12 per link into a merge, and some 50 more for it in
    those corrections.
    """
    begun = time.perf_counter()
    classes = (demand,) if isinstance(demand, VehicleClass) else tuple(demand)
    _check(network, classes, delay, gap, objective, start)
    search = Search(network, classes, delay, objective, preload)
    search.begin(start)
    limits = limits or AssignmentLimits()
    iterations, excess = search.run(gap, limits, begun, progress)
    state = WarmState(network, search.bushes, search.trips)
    return summarised(
        network, classes, delay, objective, search.preload, search.flows, excess, state,
        gap=gap, iterations=iterations, seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _check(
    network: TrafficNetwork, classes: Sequence[VehicleClass], delay: VolumeDelay, gap: float,
    objective: str, start: WarmState | None,
) -> None:  # fmt: skip
    rules = (
        ("demand", len(classes) > 0, "no class", "at least one class of vehicles"),
        (
            "delay", len(delay) == network.n_links, f"{len(delay)} functions",
            f"{network.n_links}, one per link",
        ),
        ("gap", 0 <= gap < 1, repr(gap), "0 to below 1, for example 1e-6"),
        ("objective", objective in get_args(Objective), repr(objective), "user, system"),
        (
            "start", start is None or start.network is network, "a state of another network",
            "the state of an equilibrium on this very network object",
        ),
    )  # fmt: skip
    findings = [
        Finding("assignment", "assignment", name, f"got {value}; allowed: {allowed}")
        for name, holds, value, allowed in rules
        if not holds
    ]
    if findings:
        raise InvalidInputError(findings)
