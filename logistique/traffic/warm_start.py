"""Bushes of an earlier equilibrium put where the new demand's origins expect them."""

from __future__ import annotations

import numpy as np

from logistique.traffic.bush_kernels import Bushes, Commodities
from logistique.traffic.equilibrium_result import WarmState
from logistique.traffic.network import TrafficNetwork


def transplanted(start: WarmState | None, network: TrafficNetwork, trips: Commodities) -> Bushes:
    """Own copies of the bushes of the same class and origin; ``used`` is 0 where there are none.

    Parameters
    ----------
    start : WarmState or None
    network : TrafficNetwork
    trips : Commodities
        The new demand.
    """
    k, n = len(trips.origin), network.n_nodes
    bushes = _empty(k, n)
    if start is None:
        return bushes
    old = start.commodities
    row = {key: i for i, key in enumerate(zip(old.vehicle, old.origin, strict=True))}
    rows = [row.get(key, -1) for key in zip(trips.vehicle, trips.origin, strict=True)]
    merge, counts, parts = [0], [np.zeros(0, dtype=np.int64)], [slice(0, 0)]
    for new, i in enumerate(rows):
        if i >= 0:
            bushes.order[new] = start.bushes.order[i]
            bushes.pred[new] = start.bushes.pred[i]
            bushes.used[new] = start.bushes.used[i]
            begin, end = start.bushes.merge[i], start.bushes.merge[i + 1]
            counts.append(np.diff(start.bushes.first[begin : end + 1]))
            parts.append(slice(start.bushes.first[begin], start.bushes.first[end]))
        merge.append(merge[-1] + (len(counts[-1]) if i >= 0 else 0))
    return bushes._replace(
        merge=np.array(merge, dtype=np.int64),
        first=np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64),
        link=np.concatenate([start.bushes.link[part] for part in parts]),
        share=np.concatenate([start.bushes.share[part] for part in parts]),
    )


def _empty(k: int, n: int) -> Bushes:
    return Bushes(
        np.zeros((k, n), dtype=np.int32), np.zeros(k, dtype=np.int64),
        np.full((k, n), -1, dtype=np.int32), np.zeros(k + 1, dtype=np.int64),
        np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0),
    )  # fmt: skip
