"""Equilibrium of traffic on a network whose link times depend on the traffic."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.traffic.bush_kernels import (
    Bushes,
    Commodities,
    Costs,
    Scratch,
    measure,
    scratch,
    set_costs,
    volumes,
)
from logistique.traffic.bush_kernels import plant as plant_kernel
from logistique.traffic.equilibrium_result import (
    AssignmentLimits,
    AssignmentProgress,
    Equilibrium,
    Listener,
    Objective,
    WarmState,
)
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.shift_kernels import improve
from logistique.traffic.summary import summarised
from logistique.traffic.vehicles import VehicleClass, commodities, link_costs
from logistique.traffic.volume_delay import VolumeDelay
from logistique.traffic.warm_kernels import REPLANT, REVIVED, revive
from logistique.traffic.warm_start import transplanted

FloatArray = NDArray[np.float64]

MOST_SWEEPS = 8
SWEPT = 0.1
"""Sweeps within the bushes go on until their excess is this share of what the last pass met."""


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
    Memory: 8 bytes per origin and node, and 12 per link into a merge.
    """
    begun = time.perf_counter()
    classes = (demand,) if isinstance(demand, VehicleClass) else tuple(demand)
    _check(network, classes, delay, gap, objective, start)
    search = _Search(network, classes, delay, objective, preload)
    search.begin(start)
    limits = limits or AssignmentLimits()
    iterations, excess = search.run(gap, limits, begun, progress)
    state = WarmState(network, search.bushes, search.trips)
    return summarised(
        network, classes, delay, objective, search.preload, search.flows, excess, state,
        gap=gap, iterations=iterations, seconds=time.perf_counter() - begun,
    )  # fmt: skip


class _Search:
    """Arrays of one assignment in the layout of the kernels."""

    def __init__(
        self, network: TrafficNetwork, classes: Sequence[VehicleClass], delay: VolumeDelay,
        objective: Objective, preload: FloatArray | None,
    ) -> None:  # fmt: skip
        self.network = network
        self.classes = classes
        layout = network.layout
        self.links = layout.links
        self.delay = delay.take(layout.link).arrays
        self.system = objective == "system"
        self.trips: Commodities = commodities(network, classes)
        self.preload = _preload(network, preload)
        extra = link_costs(network, classes)
        _refuse_overflow(delay, self.preload + self.trips.volume.sum())
        self.fixed: FloatArray = self.preload[layout.link]
        self.costs = Costs(self.fixed.copy(), extra, np.zeros_like(extra), np.zeros(extra.shape[1]))
        self.scratch: Scratch = scratch(network.n_nodes, network.n_links)
        self.bushes: Bushes = transplanted(None, network, self.trips)
        self.flows = np.zeros_like(extra)

    def begin(self, start: WarmState | None) -> None:
        """Bushes of ``start`` where it has them, else shortest paths, one origin after another."""
        set_costs(self.delay, self.system, self.costs)
        to_plant = list(range(len(self.trips.origin)))
        if start is not None:
            self.bushes = transplanted(start, self.network, self.trips)
            codes = [self._revived(k) for k in to_plant]
            to_plant = [k for k, code in enumerate(codes) if code == REPLANT]
            self._renew()
        for k in to_plant:
            missed = plant_kernel(
                self.links, self.delay, self.trips, self.bushes, k, self.system, self.costs,
                self.scratch,
            )  # fmt: skip
            if missed >= 0:
                raise self._unreachable(k, missed)

    def _revived(self, k: int) -> int:
        if self.bushes.used[k] == 0:
            return REPLANT
        cost = self.costs.cost[self.trips.vehicle[k]]
        code = revive(self.links, self.trips, self.bushes, k, cost, self.scratch)
        if code == REPLANT:
            self.bushes.used[k] = 0
        elif code != REVIVED:
            raise self._unreachable(k, code)
        return int(code)

    def _renew(self) -> float:
        """Flows, volumes and costs anew from the bushes; returns the total excess cost and total."""
        self.flows[:] = 0.0
        volumes(self.links, self.trips, self.bushes, self.scratch, self.flows)
        self.costs.volume[:] = self.fixed + self.flows.sum(axis=0)
        set_costs(self.delay, self.system, self.costs)
        return float(self.costs.volume.sum())

    def run(
        self, gap: float, limits: AssignmentLimits, begun: float, progress: Listener | None
    ) -> tuple[int, tuple[float, float]]:
        """Pass until the measured gap is small enough or a limit is met.

        Returns the passes and the cost of all trips, as they go and on shortest paths.
        """
        before = np.inf
        for iteration in range(1, limits.iterations + 1):
            total, least = self._pass()
            met = _relative(total, least)
            if progress is not None:
                progress(AssignmentProgress(time.perf_counter() - begun, iteration, met))
            expected = met * min(1.0, met / before)
            over = time.perf_counter() - begun >= limits.time_s
            if expected <= gap or over or iteration == limits.iterations:
                total, least = self._measured()
                if _relative(total, least) <= gap or over or iteration == limits.iterations:
                    break
            before = met
        return iteration, (total, least)

    def _pass(self) -> tuple[float, float]:
        """One pass that finds new paths, then sweeps; cost of all trips before, and the least."""
        total, least, excess = self._improved(grow=True)
        for _ in range(MOST_SWEEPS):
            _, _, excess = self._improved(grow=False)
            if excess <= SWEPT * (total - least):
                break
        return total, least

    def _improved(self, *, grow: bool) -> tuple[float, float, float]:
        self.bushes, total, least, excess = improve(
            self.links, self.delay, self.trips, self.bushes, self.system, self.costs,
            self.scratch, grow, self.flows[0],
        )  # fmt: skip
        return total, least, excess

    def _measured(self) -> tuple[float, float]:
        self._renew()
        return measure(
            self.links, self.trips, self.bushes, self.costs, self.scratch, np.zeros_like(self.flows)
        )

    def _unreachable(self, k: int, node: int) -> InvalidInputError:
        old = np.argsort(self.network.layout.node)
        vehicles = self.classes[self.trips.vehicle[k]]
        begin, end = self.trips.first[k], self.trips.first[k + 1]
        trips = self.trips.volume[begin:end][self.trips.destination[begin:end] == node].sum()
        message = (
            f"{trips / vehicles.pcu:g} trips from node {old[self.trips.origin[k]]} to node "
            f"{old[node]} have no path"
        )
        hint = "connect the nodes, open a link to this class, or leave these trips out"
        finding = Finding("unreachable", f"trips of {vehicles.name}", "", message, hint)
        return InvalidInputError([finding])


def _relative(total: float, least: float) -> float:
    return (total - least) / total if total > 0 else 0.0


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


def _preload(network: TrafficNetwork, preload: FloatArray | None) -> FloatArray:
    if preload is None:
        return np.zeros(network.n_links)
    values = np.array(preload, dtype=np.float64)
    if values.shape != (network.n_links,):
        message = f"got {values.shape}; allowed: ({network.n_links},), one flow per link"
        raise InvalidInputError([Finding("assignment", "assignment", "preload", message)])
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if bad.size:
        message = f"link {bad[0]} has {values[bad[0]]!s}; allowed: finite and ≥ 0"
        raise InvalidInputError([Finding("assignment", "assignment", "preload", message)])
    return values


def _refuse_overflow(delay: VolumeDelay, most: FloatArray) -> None:
    """Raise when a link's time is not finite under all traffic at once."""
    delay.marginal_cost(most)
