"""The search for an equilibrium: passes, sweeps, corrections, measurement."""

from __future__ import annotations

import time
from collections.abc import Sequence

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
    plant,
    scratch,
    set_costs,
    volumes,
)
from logistique.traffic.equilibrium_result import (
    AssignmentLimits,
    AssignmentProgress,
    Listener,
    Objective,
    WarmState,
)
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.segment_kernels import balance, pairs_of, shares_after
from logistique.traffic.shift_kernels import improve
from logistique.traffic.vehicles import VehicleClass, commodities, link_costs
from logistique.traffic.volume_delay import VolumeDelay
from logistique.traffic.warm_kernels import REPLANT, REVIVED, revive
from logistique.traffic.warm_start import transplanted

FloatArray = NDArray[np.float64]

MOST_SWEEPS = 4
SWEPT = 0.1
"""Sweeps within the bushes go on until their excess is this share of what the last pass met."""
CORRECTIONS = 2
"""Corrections across all bushes after a sweep that leaves more than the share ``SLOW``."""
SLOW = 0.5
BALANCING = 60
"""Most sweeps over the pairs of segments in a correction."""
BALANCED = 1e-3
"""A correction is balanced when a sweep gains less than this part of what the first did."""
SHORTER = 0.5
MOST_SHORTENINGS = 4


class Search:
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
            missed = plant(
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

    def _renew(self) -> None:
        """Flows, volumes and costs anew from the bushes."""
        self.flows = self._flows_of(self.bushes)
        self._price(self.flows)

    def run(
        self, gap: float, limits: AssignmentLimits, begun: float, progress: Listener | None
    ) -> tuple[int, tuple[float, float]]:
        """Pass until the measured gap is small enough or a limit is met.

        Returns the passes and the cost of all trips, as they go and on shortest paths.
        """
        before = np.inf
        for iteration in range(1, limits.iterations + 1):
            total, least, excess = self._improved(grow=True)
            met = _relative(total, least)
            if progress is not None:
                progress(AssignmentProgress(time.perf_counter() - begun, iteration, met))
            if met <= gap:  # of the flows before this pass; those after it are better
                costs = self._measured()
                if _relative(*costs) <= gap:
                    break
            self._sweep(excess, SWEPT * (total - least))
            expected = met * min(1.0, met / before) if before > 0 else met
            over = time.perf_counter() - begun >= limits.time_s
            if expected <= gap or over or iteration == limits.iterations:
                costs = self._measured()
                if _relative(*costs) <= gap or over or iteration == limits.iterations:
                    break
            before = met
        return iteration, costs

    def _sweep(self, excess: float, enough: float) -> None:
        """Shift within the bushes until their excess is small enough or sweeps are many."""
        for _ in range(MOST_SWEEPS):
            before = excess
            _, _, excess = self._improved(grow=False)
            if excess <= enough:
                break
            if excess > SLOW * before:
                self.correct()

    def _improved(self, *, grow: bool) -> tuple[float, float, float]:
        self.bushes, total, least, excess = improve(
            self.links, self.delay, self.trips, self.bushes, self.system, self.costs,
            self.scratch, grow, self.flows[0],
        )  # fmt: skip
        return total, least, excess

    def correct(self) -> bool:
        """Move traffic of all bushes at once across the pairs of segments they share.

        By convexity Z(v) ≤ Z(u) whenever c(v) · (v − u) ≤ 0; the move is shortened until that
        holds, so that it never raises the objective. Returns whether one was made.
        """
        reached = self._flows_of(self.bushes)
        self._price(reached)
        moved = False
        for _ in range(CORRECTIONS):
            pairs = pairs_of(self.links, self.trips, self.bushes, self.costs, self.scratch)
            shift = balance(pairs, self.costs, BALANCING, BALANCED)
            for _ in range(MOST_SHORTENINGS):
                share = shares_after(
                    self.links, self.trips, self.bushes, pairs, shift, self.scratch
                )
                trial = self.bushes._replace(share=share)
                flows = self._flows_of(trial)
                self._price(flows)
                if self._paid(flows - reached) <= 0.0:
                    break
                shift *= SHORTER
            else:
                self._price(reached)
                break
            self.bushes, reached, moved = trial, flows, True
        return moved

    def _paid(self, move: FloatArray) -> float:
        """Cost of a move at the costs now; closed links stay without flow."""
        paid = np.multiply(self.costs.cost, move, where=move != 0.0, out=np.zeros_like(move))
        return float(paid.sum())

    def _flows_of(self, bushes: Bushes) -> FloatArray:
        flows = np.zeros_like(self.flows)
        volumes(self.links, self.trips, bushes, self.scratch, flows)
        return flows

    def _price(self, flows: FloatArray) -> None:
        """Volumes and costs of links under the flows of all classes."""
        self.costs.volume[:] = self.fixed + flows.sum(axis=0)
        set_costs(self.delay, self.system, self.costs)

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
