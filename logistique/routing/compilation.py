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
from logistique.routing.question import Feeding, ask
from logistique.routing.route_bound import relaxed_route_bound
from logistique.routing.ruin_kernels import anneal
from logistique.routing.search import search


def compile_kernels() -> float:
    """Run a search for three customers where this process has none yet.

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
    found = search(question, watch, lambda routes: float(len(routes)), 1)
    relaxed_route_bound(question, found.routes, found.value, watch, 1)
    return time.perf_counter() - begun if anneal.stats.cache_misses else 0.0
