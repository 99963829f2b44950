"""Kernels made ready before the clock of a search starts.

An installation compiles them once, in the first search, which takes about a minute of processor; later
processes read them from disk. Compiling is no search, so that it does not count against the time limit
and is reported; reading is quick and counts.
"""

from __future__ import annotations

import time

import numpy as np

from logistique.location.watch import Watch
from logistique.model.limits import Limits
from logistique.routing.bound import lower_bound
from logistique.routing.question import Feeding, RoutingQuestion, ask
from logistique.routing.route_bound import relaxed_route_bound
from logistique.routing.ruin_kernels import anneal
from logistique.routing.search import search


def _tight() -> RoutingQuestion:
    """Capacities and opening costs that bounds have to work for."""
    rng = np.random.default_rng(1)
    places = rng.uniform(0.0, 100.0, (38, 2))
    ways = np.linalg.norm(places[:, None] - places, axis=2)
    demand, capacity = rng.integers(1, 20, 30).astype(float), rng.uniform(60.0, 120.0, 8)
    opening = rng.uniform(50.0, 200.0, 8)
    return ask(ways, demand, 50.0, capacity, opening, 1.0, None, None, None, None)


def compile_kernels() -> float:
    """Solve questions of a few customers where this process has searched for none yet.

    Returns
    -------
    float
        Wall time that compilation took; 0 where the kernels were in memory or on disk.
    """
    if anneal.signatures:
        return 0.0
    begun = time.perf_counter()
    places = np.arange(7.0)
    ways = np.abs(places[:, None] - places)
    feeding = Feeding(ways[3:, 3:], 2.0, platform_cost=1.0)
    question = ask(ways[:5, :5], np.ones(3), 2.0, None, 1.0, 1.0, feeding, None, None, None)
    watch = Watch(Limits(3600.0, 0.0, 0, 1))
    for bounded in (question, _tight()):
        lower_bound(bounded, watch)
    found = search(question, watch, lambda routes: float(len(routes)), 1)
    relaxed_route_bound(question, found.routes, found.value, watch, 1)
    return time.perf_counter() - begun if anneal.stats.cache_misses else 0.0
