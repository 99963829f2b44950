"""Links and surroundings of hubs under the traffic of a plan."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from logistique.congestion import Visited
from logistique.evaluation.traffic import LinkTraffic
from logistique.pipeline.reroute import Loaded
from logistique.pipeline.stages import Prepared
from logistique.pipeline.traffic_world import TrafficWorld

SHOWN = 1
"""Period of the map: the morning peak."""

NEAR_M = 500.0
FULL = 0.9


def link_traffic(world: TrafficWorld, plan: Loaded, before: Loaded, alone: Loaded) -> LinkTraffic:
    """Collect loads and speeds of the morning peak, and hours of the whole day.

    Parameters
    ----------
    world : TrafficWorld
    plan : Loaded
        Traffic with the plan.
    before : Loaded
        Traffic that speeds and hours are compared with: today's.
    alone : Loaded
        Cars alone.
    """
    graph, state = world.graph, world.background
    kept = np.flatnonzero(~state.access)
    capacity = world.street.capacity(graph)[kept]
    km = graph.length_m[kept] / 1000
    kmh, old = km / plan.time[SHOWN][kept], km / before.time[SHOWN][kept]
    hours = sum(
        period.hours * (plan.load[p] * plan.time[p] - before.load[p] * before.time[p])[kept]
        for p, period in enumerate(state.periods)
    )
    ends = np.stack([graph.tail[kept], graph.head[kept]], axis=1)
    x, y = graph.x_m[ends], graph.y_m[ends]
    zones = world.places.zones
    tree = cKDTree(np.column_stack([graph.x_m[zones], graph.y_m[zones]]))
    nearest = tree.query(np.column_stack([x.mean(axis=1), y.mean(axis=1)]))[1]
    return LinkTraffic(
        period=state.periods[SHOWN].name,
        x_m=x,
        y_m=y,
        road_class=graph.road_class[kept],
        km=km,
        load_percent=100 * plan.load[SHOWN][kept] / capacity,
        kmh=kmh,
        change_kmh=kmh - old,
        goods_pcu_h=plan.load[SHOWN][kept] - alone.load[SHOWN][kept],
        straight=world.straight[kept],
        commune=np.asarray(nearest, dtype=np.int64),
        vehicle_hours_change=np.asarray(hours, dtype=np.float64),
    )


def over_near_hubs(world: TrafficWorld, ready: Prepared, plan: Visited, loaded: Loaded) -> float:
    """Percent of road km within 500 m of open depots above 90 % of capacity at some time.

    NaN when no road of the network comes that near.
    """
    graph, state = world.graph, world.background
    kept = np.flatnonzero(~state.access)
    opened = np.unique(ready.sites.option_site[plan.open_option])
    at = world.places.depots[opened]
    share = np.max([loads[kept] for loads in loaded.load], axis=0)
    share = share / world.street.capacity(graph)[kept]
    start = np.column_stack([graph.x_m[graph.tail[kept]], graph.y_m[graph.tail[kept]]])
    end = np.column_stack([graph.x_m[graph.head[kept]], graph.y_m[graph.head[kept]]])
    near = np.zeros(kept.size, dtype=bool)
    for x, y in zip(graph.x_m[at], graph.y_m[at], strict=True):
        near |= _distance(start, end, np.array([x, y])) <= NEAR_M
    km = graph.length_m[kept][near]
    if km.size == 0:
        return float("nan")
    return float(100 * km[share[near] > FULL].sum() / km.sum())


def _distance(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Distance of a point to straight links, (a,) metres."""
    along = end - start
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((point - start) * along).sum(axis=1) / length, 0, 1)
    return np.asarray(np.hypot(*(point - start - share[:, None] * along).T))
