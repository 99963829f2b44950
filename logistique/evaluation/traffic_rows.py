"""Block ``traffic`` of the summary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from logistique.evaluation.plain import Row, number, ratio
from logistique.evaluation.run import Run
from logistique.evaluation.traffic import (
    CountedRoad,
    CountPeriod,
    Judged,
    LinkTraffic,
    RoadSupply,
    TrafficOutcome,
)
from logistique.network.graph import RoadClass
from logistique.scenario.schema.rows import Zone

_LISTED = 10


def traffic_block(run: Run, today_eur: float | None) -> Row | None:
    """Everything reports say about traffic; None when it is off.

    Parameters
    ----------
    run : Run
    today_eur : float or None
        Cost of today's deliveries without delay, EUR per day.
    """
    found = run.traffic
    if found is None:
        return None
    return {
        "mode": found.mode,
        "value_of_time_eur_per_h": number(found.value_of_time),
        "objective_eur_per_day": number(found.objective),
        "lower_bound_eur_per_day": number(found.lower_bound),
        "gap_percent": number(100 * found.gap),
        "target_gap_percent": number(100 * found.target_gap),
        "reason": found.reason,
        "same_plan": found.same_plan,
        "neighbours_judged": found.neighbours,
        "rounds": [
            {k: v if isinstance(v, str) else number(v) for k, v in item.items()}
            for item in found.rounds
        ],
        "states": _states(found, today_eur),
        "answer": _answer(found),
        "short_list": [
            {"rank": rank, **_judged(item, found.value_of_time, item.base_eur)}
            for rank, item in enumerate(found.short_list, start=1)
        ],
        "near_hubs_over_90_percent": number(found.near_hubs_over_percent),
        "near_hubs_over_90_percent_without": number(found.near_hubs_over_without_percent),
        "speeds": [
            {
                "road_class": speed.road_class,
                "periods": speed.periods,
                "target_kmh": number(speed.target_kmh),
                "modelled_kmh": number(speed.modelled_kmh),
                "error_percent": number(100 * (speed.modelled_kmh / speed.target_kmh - 1)),
                "grade": speed.grade,
            }
            for speed in found.speeds
        ],
        "roads": [_plain(item) for item in found.roads],
        "trips_from": found.trips_from,
        "count_periods": [_plain(item) for item in found.count_periods],
        "counted_roads": [_plain(item) for item in found.counted_roads],
        "car_trips_per_day": number(found.car_trips_per_day),
        "communes": _communes(found.links, run.demand.zones),
        "links": _links(found.links, run.demand.zones),
    }


def _plain(item: RoadSupply | CountPeriod | CountedRoad) -> Row:
    """Fields of an item, numbers rounded and NaN as None."""
    return {
        name: number(value) if isinstance(value, float) else value
        for name, value in vars(item).items()
    }


def _states(found: TrafficOutcome, today_eur: float | None) -> list[Row]:
    """One row for each state of the world, cars alone last."""
    rows: list[Row] = []
    for key in ("recommended", "certified", "naive", "today", "nothing"):
        state: Judged | None = getattr(found, key)
        if state is None or (key == "certified" and found.same_plan):
            continue
        base = today_eur if key == "today" else None if key == "nothing" else state.base_eur
        rows.append({"state": key, **_judged(state, found.value_of_time, base)})
    return rows


def _judged(state: Judged, price: float, base: float | None) -> Row:
    return {
        "base_eur_per_day": number(base),
        "delay_h_per_day": number(state.delay_h),
        "frozen_delay_h_per_day": number(state.frozen_delay_h),
        "local_h_per_day": number(state.local_h),
        "kerb_h_per_day": number(state.kerb_h),
        "delay_eur_per_day": number(price * state.delay_h),
        "total_eur_per_day": number(None if base is None else base + price * state.delay_h),
        "network_h_per_day": number(state.vehicle_hours),
        "relative_gap": state.relative_gap,
        "node_imbalance": state.node_imbalance,
    }


def _answer(found: TrafficOutcome) -> Row:
    """How much of what looking at traffic gains is left when drivers have answered."""
    price = found.value_of_time
    expected = found.naive.frozen_eur(price) - found.certified.frozen_eur(price)
    real = found.naive.eur(price) - found.recommended.eur(price)
    certified = found.certified.eur(price) - found.recommended.eur(price)
    return {
        "expected_gain_eur_per_day": number(expected),
        "gain_eur_per_day": number(real),
        "surviving_percent": ratio(100 * real, expected) if expected > 0 else None,
        "delay_saved_h_per_day": number(found.naive.delay_h - found.recommended.delay_h),
        "certified_dearer_eur_per_day": number(certified),
    }


def _communes(links: LinkTraffic | None, zones: Sequence[Zone]) -> list[Row]:
    """Vehicle·hours gained or lost on the roads of each zone, the largest changes first."""
    if links is None:
        return []
    change = np.bincount(links.commune, weights=links.vehicle_hours_change, minlength=len(zones))
    order = np.argsort(change, kind="stable")
    return [
        {
            "zone": zones[int(k)].id,
            "name": zones[int(k)].name,
            "network_h_change_per_day": number(change[k]),
        }
        for k in order
    ]


def _links(links: LinkTraffic | None, zones: Sequence[Zone]) -> list[Row]:
    """List all roads: where they are, how loaded, how much slower or faster than today."""
    if links is None:
        return []
    names = {int(kind): kind.name for kind in RoadClass}
    return [
        {
            "x1_m": round(float(links.x_m[a, 0]), 1),
            "y1_m": round(float(links.y_m[a, 0]), 1),
            "x2_m": round(float(links.x_m[a, 1]), 1),
            "y2_m": round(float(links.y_m[a, 1]), 1),
            "road_class": names[int(links.road_class[a])],
            "zone": zones[int(links.commune[a])].id,
            "load_percent": round(float(links.load_percent[a]), 1),
            "kmh": round(float(links.kmh[a]), 2),
            "change_kmh": round(float(links.change_kmh[a]), 3) + 0.0,
            "straight": bool(links.straight[a]),
            "goods_pcu_h": round(float(links.goods_pcu_h[a]), 1) + 0.0,
            "h_change_per_day": round(float(links.vehicle_hours_change[a]), 3) + 0.0,
        }
        for a in range(len(links.km))
    ]
