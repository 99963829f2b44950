"""A first use of the kernels, on a tiny question."""

from __future__ import annotations

import math

import numpy as np

from logistique.location.distances import as_distances
from logistique.location.stages.core import Arcs, Side, Stages
from logistique.location.stages.feed_ascent import FeedAscent
from logistique.location.stages.link_ascent import LinkAscent
from logistique.location.stages.search import first_prices
from logistique.location.stages.wide import Wide
from logistique.location.stages.wide_ascent import WideAscent, prolonged
from logistique.location.watch import Watch

_STEPS = 3


def rehearse_stages(watch: Watch) -> None:
    """Call every kernel once, on two sites of two sizes each."""
    n, m, s = 4, 2, 2
    nothing = np.zeros(0, dtype=np.int64)
    stages = Stages(
        demand=np.ones(n),
        product=np.zeros(n, dtype=np.int64),
        option_site=np.repeat(np.arange(m), 2),
        option_cost=np.array([3.0, 5.0, 3.0, 4.0]),
        option_capacity=np.array([[2.0], [4.0], [2.0], [3.0]]),
        option_floor=np.zeros(2 * m),
        storage_cost=np.full(s, 2.0),
        storage_floor=np.zeros(s),
        storage_capacity=np.full((s, 1), 3.0),
        feed=np.array([[[1.0, 2.0], [2.0, 1.0]]]),
        arcs=Arcs.of(nothing, nothing, np.zeros(0), m),
        unserved=np.full(n, np.inf),
        sites=Side.free(m),
        storages=Side.free(s),
        single=False,
    )
    source = as_distances(np.arange(1.0, n * m + 1).reshape(n, m))
    wide = Wide.of(stages, source, np.zeros(m), m)
    member = np.arange(n)
    for kind in (FeedAscent, LinkAscent):
        ascent = kind(wide.stages)
        found = ascent.raise_bound(first_prices(ascent), math.inf, _STEPS, watch)
        units = ascent.units(found.prices.point, stages.storages)
        thrift = ascent.capacity_prices(found.prices)
        prolonged(source, stages.demand, wide.stages, found, member, units, thrift)
        WideAscent(wide, kind).raise_bound(found.prices.point, math.inf, _STEPS, watch)
