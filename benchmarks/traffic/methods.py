"""Assignments to compare: this project's bushes and AequilibraE's bi-conjugate Frank–Wolfe."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.traffic.problem import FloatArray, Problem

LEAST_TIME = 1e-8
MOST_ITERATIONS = 100_000


@dataclass(frozen=True)
class Assigned:
    """Link flows of a method, and what it took.

    Parameters
    ----------
    flows : list of (m,) float
        One per problem.
    seconds, cpu_seconds : float
        Assignment alone: reading, building of the method's own graph and compilation apart.
    own_gap : float
        Last relative gap the method reports.
    iterations : int
    path : list of (seconds, own gap)
        One per iteration where the method tells.
    """

    flows: list[FloatArray]
    seconds: float
    cpu_seconds: float
    own_gap: float
    iterations: int
    path: list[tuple[float, float]]


def bushes(problems: Sequence[Problem], gap: float, limit_s: float) -> Assigned:
    """Equilibria of this project; problems after the first start from it and share its network."""
    from logistique.traffic.assignment import equilibrium
    from logistique.traffic.equilibrium_result import AssignmentLimits
    from logistique.traffic.network import TrafficNetwork
    from logistique.traffic.search import Search
    from logistique.traffic.vehicles import VehicleClass
    from logistique.traffic.volume_delay import VolumeDelay

    def question(p: Problem) -> tuple[Any, Any]:
        trips = VehicleClass(p.origin, p.destination, p.trips, link_cost=p.fixed)
        return trips, VolumeDelay.bpr(p.free_time, p.capacity, p.b, p.power)

    def network_of(p: Problem) -> TrafficNetwork:
        return TrafficNetwork(p.n_nodes, p.tail, p.head, np.arange(p.n_nodes) >= p.first_through)

    base = problems[0]
    limits = AssignmentLimits(time_s=limit_s)
    tiny = network_of(base)
    few = VehicleClass(base.origin[:1], base.destination[:1], base.trips[:1])
    warm = equilibrium(tiny, few, question(base)[1])  # compiles, or reads compiled kernels
    search = Search(tiny, [few], question(base)[1], "user", None)
    search.begin(warm.state)
    search.correct()
    path: list[tuple[float, float]] = []
    clock, cpu = time.perf_counter(), time.process_time()
    network = network_of(base)
    found = equilibrium(
        network, *question(base), gap=gap, limits=limits,
        progress=lambda p: path.append((p.seconds, p.relative_gap)),
    )  # fmt: skip
    flows = [found.flow[0]]
    if len(problems) > 1:
        clock, cpu = time.perf_counter(), time.process_time()
    for other in problems[1:]:
        again = equilibrium(network, *question(other), gap=gap, limits=limits, start=found.state)
        flows.append(again.flow[0])
    seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    return Assigned(flows, seconds, cpu, found.relative_gap, found.iterations, path)


def aequilibrae(problems: Sequence[Problem], gap: float, limit_s: float) -> Assigned:
    """Bi-conjugate Frank–Wolfe, one thread, of one problem.

    What it needs: times above 0, powers of 1 and more, and no dead ends (version 1.7 lets traffic
    pass where links meet head to head at one); links that no path can use are left out for it.
    """
    (p,) = problems
    kept = _alive(p)
    assignment = _peer(p, kept, gap)
    inner = assignment.assignment

    def give_up(*_: object) -> None:
        inner.rgap_target = np.inf

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    clock, cpu = time.perf_counter(), time.process_time()
    assignment.execute()
    seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    flow = np.zeros(len(p.tail))
    flow[kept] = assignment.classes[0].results.get_load_results()["car_ab"].to_numpy()
    report = inner.convergence_report
    path = list(zip(report["time"], report["rgap"], strict=True))
    return Assigned([flow], seconds, cpu, float(inner.rgap), int(inner.iter), path)


def _peer(p: Problem, kept: np.ndarray[Any, Any], gap: float) -> Any:
    import pandas as pd
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

    constant = (p.b == 0) | (p.power == 0)
    time_ = np.where(p.power == 0, p.free_time * (1 + p.b), p.free_time)
    links = pd.DataFrame(
        {
            "link_id": np.arange(1, len(p.tail) + 1), "a_node": p.tail + 1, "b_node": p.head + 1,
            "direction": 1, "free_flow_time": np.maximum(time_, LEAST_TIME),
            "capacity": p.capacity, "b": np.where(constant, 0.0, p.b),
            "power": np.where(constant, 1.0, p.power), "fixed": p.fixed,
        }
    )[kept]  # fmt: skip
    zones = np.union1d(p.origin, p.destination)
    graph = Graph()
    graph.network = links.reset_index(drop=True)
    graph.prepare_graph(zones + 1)
    graph.set_graph("free_flow_time")
    graph.set_blocked_centroid_flows(p.first_through > 0)
    graph.set_skimming([])
    trips = np.zeros((len(zones), len(zones)))
    np.add.at(
        trips, (np.searchsorted(zones, p.origin), np.searchsorted(zones, p.destination)), p.trips
    )
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=len(zones), matrix_names=["car"], memory_only=True)
    matrix.index[:] = zones + 1
    matrix.matrices[:, :, 0] = trips
    matrix.computational_view(["car"])
    cars = TrafficClass("car", graph, matrix)
    if p.fixed.any():
        cars.set_fixed_cost("fixed")
    assignment = TrafficAssignment()
    assignment.set_classes([cars])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("free_flow_time")
    assignment.set_cores(1)  # before the algorithm, or it keeps all cores
    assignment.set_algorithm("bfw")
    assignment.max_iter = MOST_ITERATIONS
    assignment.rgap_target = gap
    return assignment


def _alive(p: Problem) -> np.ndarray[Any, Any]:
    """Links that a path between zones can use: no source or sink but the zones at their ends."""
    kept = np.ones(len(p.tail), dtype=bool)
    zone = np.zeros(p.n_nodes, dtype=bool)
    zone[p.origin] = zone[p.destination] = True
    while True:
        ends = np.bincount(p.head[kept], minlength=p.n_nodes) > 0
        starts = np.bincount(p.tail[kept], minlength=p.n_nodes) > 0
        still = kept & (ends | zone)[p.tail] & (starts | zone)[p.head]
        if (still == kept).all():
            return kept
        kept = still


METHODS: dict[str, Callable[[Sequence[Problem], float, float], Assigned]] = {
    "logistique": bushes,
    "aequilibrae-bfw": aequilibrae,
}
