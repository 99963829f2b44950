"""Generated questions: candidate hubs among the zones of a network with its traffic."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from logistique.congestion import CongestedProblem, Flows, Period, Roads, Traffic
from logistique.congestion.drivers import Drivers
from logistique.metropole.roads import build_roads
from logistique.metropole.territory import zones as metropole_zones
from logistique.model.problem import Problem
from logistique.model.requirements import count
from logistique.network.paths import many_to_many
from logistique.network.periods import arc_times
from logistique.network.tntp import read_tntp, read_tntp_trips
from logistique.traffic.assignment import equilibrium
from logistique.traffic.background import CarPeriod, car_trips
from logistique.traffic.network import TrafficNetwork
from logistique.traffic.streets import access_links
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay

NETWORKS = ("SiouxFalls", "Anaheim", "Barcelona", "ChicagoSketch", "Lyon63V", "Metropole")
_SCALE = {"Lyon63V": 10.0}
"""Lyon's trips are a sample; ten times as many load its streets."""


@dataclass(frozen=True, eq=False)
class World:
    """A network in user equilibrium; zones carry no through traffic where the source says so.

    Every zone has a node where vehicles leave and one where they arrive.
    """

    name: str
    network: TrafficNetwork
    delay: VolumeDelay
    trips: VehicleClass
    leave: np.ndarray
    arrive: np.ndarray
    attraction: np.ndarray
    load: np.ndarray
    total: float


def world(name: str, folder: Path | None = None) -> World:
    """Read a network of a folder (default: the shared one) and load its traffic (gap 1e-9)."""
    if name == "Metropole":
        return _metropole()
    shared = Path(os.environ.get("LOGISTIQUE_SHARED", "../shared")) / "instances" / "tntp"
    return _tntp(name, folder or shared)


def _tntp(name: str, folder: Path) -> World:
    net = read_tntp(_file(folder, f"{name}_net.tntp"))
    matrix = read_tntp_trips(_file(folder, f"{name}_trips.tntp")) * _SCALE.get(name, 1.0)
    np.fill_diagonal(matrix, 0.0)
    tail, head, n = net.tail.copy(), net.head.copy(), net.n_nodes
    # A zone without through traffic becomes two nodes: one to leave from, one to arrive at.
    barred = max(net.first_through, 0)
    arrive = np.arange(net.n_zones)
    into = head < barred
    head[into] += n
    arrive[:barred] += n
    network = TrafficNetwork(n + barred, tail, head)
    delay = VolumeDelay.bpr(net.free_flow_time, net.capacity, net.b, net.power)
    origin, destination = np.nonzero(matrix)
    cars = VehicleClass(origin, arrive[destination], matrix[origin, destination])
    attraction = matrix.sum(axis=0)
    return _loaded(name, network, delay, cars, np.arange(net.n_zones), arrive, attraction)


def _file(folder: Path, name: str) -> Path:
    plain = folder / name
    return plain if plain.is_file() else folder / f"{name}.gz"


def _metropole() -> World:
    table = metropole_zones(2024)
    graph = build_roads(2024)
    ids = list(table["insee"])
    at = graph.positions(ids)
    people = table["population_2022"].to_numpy(dtype=float)
    jobs = table["jobs_2022"].to_numpy(dtype=float)
    minutes = many_to_many(graph, at, at, weight=arc_times(graph, "day")) / 60
    trips = car_trips(
        at, people, jobs, np.full(len(ids), 1.0), minutes,
        [CarPeriod("morning", 3.0, 0.14)], mean_minutes=25,
    )  # fmt: skip
    access = access_links(graph, ids)
    delay = VolumeDelay.bpr(
        graph.free_time_s / 60, graph.capacity_veh_h, np.where(access, 0.0, 0.5), 4.0
    )
    cars = VehicleClass.from_matrix(trips.matrix[0], at)
    return _loaded("Metropole", TrafficNetwork.of(graph), delay, cars, at, at, people + jobs)


def _loaded(
    name: str,
    network: TrafficNetwork,
    delay: VolumeDelay,
    cars: VehicleClass,
    leave: np.ndarray,
    arrive: np.ndarray,
    attraction: np.ndarray,
) -> World:
    found = equilibrium(network, cars, delay, gap=1e-9)
    return World(
        name, network, delay, cars, leave, arrive, attraction, found.load, float(cars.trips.sum())
    )


def question(
    place: World,
    seed: int,
    *,
    sites: int,
    consumers: int,
    goods: float = 0.03,
    p: int | None = None,
) -> CongestedProblem:
    """Draw candidate sites and consumers among the zones with traffic.

    Parameters
    ----------
    place : World
    seed : int
    sites, consumers : int
        At most; small networks have fewer.
    goods : float
        Goods vehicles (round trips, car units) over all car trips.
    p : int, optional
        Exactly so many sites, at no opening cost; opening costs without.
    """
    rng = np.random.default_rng([seed, sites, consumers])
    zones = np.flatnonzero(place.attraction > 0)
    at_sites = np.sort(rng.choice(zones, min(sites, zones.size), replace=False))
    at_consumers = np.sort(rng.choice(zones, min(consumers, zones.size), replace=False))
    weight = place.attraction[at_consumers] * rng.uniform(0.5, 1.5, at_consumers.size)
    trips = goods * place.total * weight / weight.sum()
    k, n = at_sites.size, at_consumers.size
    flows = Flows(
        hub=np.column_stack([place.leave[at_sites], place.arrive[at_sites]]),
        place=np.column_stack([place.leave[at_consumers], place.arrive[at_consumers]]),
        pcu=np.where(at_sites[:, None] == at_consumers[None, :], 0.0, trips[None, :]),
        kind=np.zeros((k, n), dtype=np.int64),
        share=np.ones(1),
    )
    roads = Roads.of(place.network.n_nodes, place.network.tail, place.network.head)
    period = Period("peak", 1.0, place.delay, place.load)
    traffic = Traffic(roads, (period,), flows, None, 1.0)
    free = place.delay.time(np.zeros(place.load.size))
    distance = (flows.pcu * flows.round_trip(flows.trees(roads, free))).T
    opening = distance.mean(axis=1).sum() / 12 * rng.uniform(0.6, 1.4, k)
    rules = (
        ()
        if p is None
        else (count("p", np.ones(k, bool), np.zeros(0, bool), at_least=p, at_most=p),)
    )
    problem = Problem.of(
        demand=np.ones(n),
        service_cost=distance,
        option_cost=opening if p is None else np.zeros(k),
        requirements=rules,
    )
    return CongestedProblem(problem, traffic)


def drivers(place: World, gap: float = 1e-8) -> Drivers:
    """Cars of the network, ready to answer."""
    return Drivers(place.network, (place.delay,), (place.trips,), gap)


def as_split(base: CongestedProblem) -> CongestedProblem:
    """Return the question with consumers that may be split."""
    return replace(base, problem=base.problem.replace(single_sourcing=False))
