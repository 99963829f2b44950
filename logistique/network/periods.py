"""Travel times by period of the day: free flow, night, working day."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.graph import FloatArray, RoadClass, RoadGraph

Period = Literal["free", "night", "day"]
PERIODS: tuple[Period, ...] = ("free", "night", "day")


@dataclass(frozen=True)
class PeriodSpeeds:
    """Observed mean speeds where there are some, a factor on free speed elsewhere.

    Parameters
    ----------
    paris_day_kmh, paris_night_kmh : float
        Mean speed on the streets of Paris, km/h: weekdays 8-20 h and 23-5 h (observed,
        TomTom September 2021 as quoted by the press).
    ring_day_kmh : float
        Mean speed on the ring road by day, km/h (observed, same).
    other_day_factor : float
        Speed by day over free speed on every other road (assumed; the Lyon study of the LEAD
        project uses 0.7 at peak hours).
    other_night_factor : float
        Speed by night over free speed on every other road and on the ring road (assumed).
    """

    paris_day_kmh: float = 13.1
    paris_night_kmh: float = 20.1
    ring_day_kmh: float = 32.2
    other_day_factor: float = 0.7
    other_night_factor: float = 1.0

    def __post_init__(self) -> None:
        findings = []
        for item in fields(self):
            value = getattr(self, item.name)
            top = 1.0 if item.name.endswith("factor") else 200.0
            if not 0 < value <= top:
                message = f"is {value}; allowed above 0 and up to {top:g}"
                findings.append(Finding("out-of-range", "period speeds", item.name, message))
        if findings:
            raise InvalidInputError(findings)


def arc_times(graph: RoadGraph, period: Period, speeds: PeriodSpeeds | None = None) -> FloatArray:
    """Time of each arc in a period.

    Parameters
    ----------
    graph : RoadGraph
    period : {"free", "night", "day"}
    speeds : PeriodSpeeds, optional
        Defaults to the published ones.

    Returns
    -------
    (a,) float
        Seconds, never below the free-flow time.

    Raises
    ------
    InvalidInputError
        For an unknown period.

    Notes
    -----
    Where a mean speed is observed, all arcs of the class are slowed by one factor such that
    total length over total time of the class is that speed; the terminal times at the ends of
    a trip are slowed with them. Arcs never become faster than free flow.
    """
    return np.asarray(graph.free_time_s * class_factors(graph, period, speeds)[graph.road_class])


def class_factors(
    graph: RoadGraph, period: Period, speeds: PeriodSpeeds | None = None
) -> FloatArray:
    """Period time over free-flow time by road class, (number of classes,) float, ≥ 1."""
    if period not in PERIODS:
        message = f"{period!r} is not a period; allowed: {', '.join(PERIODS)}"
        raise InvalidInputError([Finding("unknown-period", "network", "period", message)])
    speeds = PeriodSpeeds() if speeds is None else speeds
    factors = np.ones(len(RoadClass))
    if period == "free":
        return factors
    day = period == "day"
    factors[:] = 1 / (speeds.other_day_factor if day else speeds.other_night_factor)
    observed = {RoadClass.STREET_PARIS: speeds.paris_day_kmh if day else speeds.paris_night_kmh}
    if day:
        observed[RoadClass.RING_ROAD] = speeds.ring_day_kmh
    for road_class, kmh in observed.items():
        arcs = graph.road_class == road_class
        if np.any(arcs):
            free = graph.length_m[arcs].sum() / graph.free_time_s[arcs].sum() * 3.6
            factors[road_class] = free / kmh
    return np.maximum(factors, 1.0)
