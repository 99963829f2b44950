"""Small networks with known answers, and random ones."""

from __future__ import annotations

import numpy as np

from logistique.traffic.network import TrafficNetwork
from logistique.traffic.vehicles import VehicleClass
from logistique.traffic.volume_delay import VolumeDelay, choose


def pigou(power=1.0):
    """Two links from 0 to 1: one takes 1, the other takes its flow to a power; one unit goes."""
    network = TrafficNetwork(2, np.array([0, 0]), np.array([1, 1]))
    delay = choose(
        [0, 1],
        VolumeDelay.bpr([1.0, 1.0], 1.0, 0.0, 1.0),
        linear([1e-300, 1e-300], [1.0, 1.0]) if power == 1.0 else power_only(2, power),
    )
    return network, VehicleClass(np.array([0]), np.array([1]), np.array([1.0])), delay


def linear(constant, slope):
    """t = constant + slope · v."""
    constant = np.asarray(constant, dtype=float)
    return VolumeDelay.bpr(constant, constant, np.asarray(slope, dtype=float), 1.0)


def power_only(m, power):
    """T = v^power, by a negligible constant: t0 α = 1 with t0 = 1e-12."""
    return VolumeDelay.bpr(np.full(m, 1e-12), 1.0, 1e12, power)


def braess(*, bridge):
    """Braess 1968 as in Sheffi 1985: t = 10 v, 50 + v, 50 + v, 10 v and a bridge of 10 + v; 6 go."""
    tail, head = [0, 0, 1, 2], [1, 2, 3, 3]
    constant, slope = [1e-9, 50.0, 50.0, 1e-9], [10.0, 1.0, 1.0, 10.0]
    if bridge:
        tail, head = [*tail, 1], [*head, 2]
        constant, slope = [*constant, 10.0], [*slope, 1.0]
    constant, slope = np.array(constant), np.array(slope)
    network = TrafficNetwork(4, np.array(tail), np.array(head))
    delay = VolumeDelay.bpr(constant, constant, slope, 1.0)
    return network, VehicleClass(np.array([0]), np.array([3]), np.array([6.0])), delay


def random_network(seed, n=12, extra=30, zones=5):
    """Strongly connected network with congested BPR links, some parallel, some of constant time."""
    rng = np.random.default_rng(seed)
    ring = rng.permutation(n)
    tail = np.concatenate([ring, rng.integers(0, n, extra)])
    head = np.concatenate([np.roll(ring, 1), rng.integers(0, n, extra)])
    keep = tail != head
    tail, head = tail[keep], head[keep]
    m = len(tail)
    free = rng.uniform(1, 10, m).round(1)
    free[rng.random(m) < 0.1] = 0.0
    capacity = rng.uniform(20, 80, m).round()
    power = rng.choice([0.0, 1.0, 1.5, 2.0, 4.0, 8.0], m)
    where = rng.choice(n, zones, replace=False)
    trips = [
        (int(o), int(d), round(float(rng.uniform(5, 40)), 1))
        for o in where
        for d in where
        if o != d
    ]
    parameters = {"free_time": free, "capacity": capacity, "alpha": 0.5, "power": power}
    return TrafficNetwork(n, tail, head), trips, parameters


def vehicles(trips, **keywords):
    """Class of vehicles from a list of (origin, destination, trips)."""
    o, d, q = zip(*trips, strict=True)
    return VehicleClass(np.array(o), np.array(d), np.array(q, dtype=float), **keywords)


def bpr_time(v, free_time, capacity, alpha, power):
    """The formula itself."""
    return free_time * (1 + alpha * (v / capacity) ** power)
