"""From split to single sources: few clients are split by flows, and these find a site whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from logistique.location.lp import LpModel
from logistique.location.stages.core import Stages
from logistique.location.stages.flow import Flows, costed

FloatArray = NDArray[np.float64]

_SPLIT = 1e-9


def one_site_each(stages: Stages, flows: Flows) -> Flows | None:
    """Give every split client one site with room, dearest regret first; None if one finds none.

    Parameters
    ----------
    stages : Stages
        One product.
    flows : Flows
        Split flows within all capacities.
    """
    arcs = stages.arcs
    room = np.zeros(stages.n_sites)
    opened = flows.option >= 0
    room[opened] = stages.option_capacity[flows.option[opened], 0]
    share = np.where(flows.share > 1 - _SPLIT, 1.0, 0.0)
    np.subtract.at(room, arcs.pair, share * stages.demand[arcs.client])
    served = np.bincount(arcs.client, weights=share, minlength=stages.n) > 0.5
    waiting = np.flatnonzero(~served)
    by_client = np.argsort(arcs.client, kind="stable")
    first = np.searchsorted(arcs.client[by_client], np.arange(stages.n + 1))
    for client in waiting[np.argsort(-stages.demand[waiting], kind="stable")]:
        own = by_client[first[client] : first[client + 1]]
        fits = own[room[arcs.pair[own]] >= stages.demand[client] * (1 - 1e-12)]
        if fits.size == 0:
            return None
        best = fits[np.argmin(arcs.cost[fits])]
        share[best] = 1.0
        room[arcs.pair[best]] -= stages.demand[client]
    load = np.bincount(
        arcs.pair, weights=share * stages.demand[arcs.client], minlength=stages.n_pairs
    )
    floor = np.zeros(stages.n_sites)
    floor[opened] = stages.option_floor[flows.option[opened]]
    if (load < floor * (1 - 1e-12)).any():
        return None
    feed = _fed(stages, flows, load.astype(float))
    return None if feed is None else costed(stages, flows.option, flows.storage, share, feed)


def _fed(stages: Stages, flows: Flows, load: FloatArray) -> FloatArray | None:
    """Cheapest feeds of these loads, a transport problem."""
    if stages.n_storages == 0:
        return flows.feed
    storage, site = np.flatnonzero(flows.storage), np.flatnonzero(load > 0)
    if site.size == 0:
        return np.zeros_like(stages.feed)
    s, j = np.nonzero(np.isfinite(stages.feed[0][np.ix_(storage, site)]))
    count = s.size
    model = LpModel(stages.feed[0][storage[s], site[j]], np.zeros(count), np.full(count, np.inf))
    one = np.ones(count)
    into = sparse.csr_array((one, (j, np.arange(count))), shape=(site.size, count))
    out = sparse.csr_array((one, (s, np.arange(count))), shape=(storage.size, count))
    model.add_rows(into, load[site], load[site])
    model.add_rows(out, stages.storage_floor[storage], stages.storage_capacity[storage, 0])
    answer = model.solve()
    if answer.values is None:
        return None
    feed = np.zeros_like(stages.feed)
    feed[0][storage[s], site[j]] = np.maximum(answer.values, 0.0)
    return feed
