"""What the traffic is built on, for reports: roads by class, and the fit to counts."""

from __future__ import annotations

import numpy as np

from logistique.evaluation.traffic import CountedRoad, CountPeriod, RoadSupply
from logistique.network.graph import FloatArray, RoadClass
from logistique.network.roads import RoadNetwork
from logistique.pipeline.stages import Prepared
from logistique.pipeline.traffic_counts import PeriodFit
from logistique.pipeline.traffic_world import TrafficWorld
from logistique.traffic.background import local_scale, mean_load
from logistique.traffic.calibration import daytime
from logistique.traffic.counts import geh, rmse

GOOD_GEH = 5.0
"""Modelled flows below it are usually called met."""


def road_supply(world: TrafficWorld, ready: Prepared) -> tuple[RoadSupply, ...]:
    """Lanes, capacities, speeds and loads by class of road; classes without roads left out."""
    graph, state = world.graph, world.background
    capacity = world.street.capacity(graph)
    stated = _stated(ready)
    targets = {check.target.road_class: check.target for check in world.loads}
    hours = [world.street.free_hours(graph, by_day=day) for day in (False, True)]
    daily = daytime(state.periods)
    span = np.array([state.periods[number].hours for number in daily])
    local = float(span @ local_scale(state.periods)[daily] / span.sum())
    found = []
    for road_class in RoadClass:
        links = (graph.road_class == int(road_class)) & ~state.access
        km = graph.length_m[links] / 1000
        if km.sum() == 0:
            continue
        target = targets.get(road_class)
        lanes = float(km @ graph.lanes[links])
        room = float(km @ capacity[links])
        found.append(
            RoadSupply(
                road_class.name,
                km=float(km.sum()),
                lanes=lanes / float(km.sum()),
                lane_veh_h=float(km @ graph.capacity_veh_h[links]) / lanes,
                lanes_stated_percent=stated[road_class][0],
                capacity_stated_percent=stated[road_class][1],
                capacity_percent=100 * room / float(km @ graph.capacity_veh_h[links]),
                free_kmh=float(km.sum() / hours[0][links].sum()),
                empty_day_kmh=float(km.sum() / hours[1][links].sum()),
                load_percent=100 * mean_load(state, daily, road_class, capacity),
                local_percent=100 * local * float(km @ state.local[links]) / room,
                target_load_percent=float("nan") if target is None else 100 * target.load,
                target_grade="" if target is None else target.grade,
            )
        )
    return tuple(found)


def _stated(ready: Prepared) -> dict[RoadClass, tuple[float, float]]:
    """Percent of km whose lanes, and whose capacity, the file of the network states."""
    if not isinstance(ready.roads, RoadNetwork):
        return dict.fromkeys(RoadClass, (0.0, 0.0))
    graph, streets = ready.roads.graph, ready.roads.streets
    lanes = ~np.isnan(streets.lanes[ready.roads.street])
    capacity = ~np.isnan(streets.capacity_veh_h[ready.roads.street])
    return {
        kind: (
            _share(graph.length_m, graph.road_class == int(kind), lanes),
            _share(graph.length_m, graph.road_class == int(kind), capacity),
        )
        for kind in RoadClass
    }


def _share(km: FloatArray, of: np.ndarray, where: np.ndarray) -> float:
    total = float(km[of].sum())
    return 100 * float(km[of & where].sum()) / total if total > 0 else 0.0


def count_period(item: PeriodFit) -> CountPeriod:
    """Fit of one period in a few figures."""
    fit = item.fit
    before, after = geh(fit.before, fit.counted), geh(fit.after, fit.counted)
    return CountPeriod(
        item.period,
        counters=len(item.rows),
        rounds=fit.rounds,
        rmse_before=rmse(fit.before, fit.counted),
        rmse_after=rmse(fit.after, fit.counted),
        geh_before=float(before.mean()),
        geh_after=float(after.mean()),
        under_5_before=100 * float((before < GOOD_GEH).mean()),
        under_5_after=100 * float((after < GOOD_GEH).mean()),
        trips_before=fit.trips_before,
        trips_after=fit.trips_after,
    )


def counted_roads(item: PeriodFit) -> list[CountedRoad]:
    """Every counter of a period."""
    fit = item.fit
    before, after = geh(fit.before, fit.counted), geh(fit.after, fit.counted)
    return [
        CountedRoad(
            row.id,
            item.period,
            float(fit.counted[c]),
            float(fit.before[c]),
            float(fit.after[c]),
            float(before[c]),
            float(after[c]),
            row.grade,
            row.source,
        )
        for c, row in enumerate(item.rows)
    ]
