"""What the traffic says about a plan: its delay, who gains and suffers, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Speed:
    """A modelled mean speed and the one it should meet.

    Parameters
    ----------
    road_class, periods : str
    target_kmh, modelled_kmh : float
    grade : str
        ``observed`` or ``assumed``.
    """

    road_class: str
    periods: str
    target_kmh: float
    modelled_kmh: float
    grade: str


@dataclass(frozen=True)
class Judged:
    """A state of the world under traffic.

    Parameters
    ----------
    base_eur : float
        Cost without delay, EUR per day (NaN for today and for no goods traffic).
    frozen_delay_h : float
        Delay when all other traffic keeps its routes and the plan's vehicles take the best ones.
    delay_h : float
        Delay when everybody chooses routes (user equilibrium).
    local_h, kerb_h : float
        Of both: in the streets of the zones; of which vehicles standing on a lane.
    vehicle_hours : float
        Of everybody on the network a day, the streets of the zones left out.
    relative_gap, node_imbalance : float
        Of the equilibrium, the largest of the periods.
    """

    base_eur: float
    frozen_delay_h: float
    delay_h: float
    local_h: float
    kerb_h: float
    vehicle_hours: float
    relative_gap: float
    node_imbalance: float

    def eur(self, value_of_time: float) -> float:
        """Cost with the delay under equilibrium, EUR per day."""
        return self.base_eur + value_of_time * self.delay_h

    def frozen_eur(self, value_of_time: float) -> float:
        """Cost with the delay at frozen routes, EUR per day."""
        return self.base_eur + value_of_time * self.frozen_delay_h


@dataclass(frozen=True, eq=False)
class LinkTraffic:
    """The roads in one period, for the map; a links without those that tie places to roads.

    Parameters
    ----------
    period : str
    x_m, y_m : (a, 2) float
        Ends, EPSG:2154.
    road_class : (a,) int
    km : (a,) float
    load_percent : (a,) float
        Traffic with the plan over capacity.
    kmh : (a,) float
        Speed with the plan.
    change_kmh : (a,) float
        Speed with the plan less that of today's deliveries (of no deliveries, without today).
    goods_pcu_h : (a,) float
        Traffic with the plan less that of the cars alone.
    commune : (a,) int
        Zone that holds the middle of the link (the nearest centre).
    vehicle_hours_change : (a,) float
        Vehicle·hours a day, all periods, with the plan less today.
    """

    period: str
    x_m: FloatArray
    y_m: FloatArray
    road_class: IntArray
    km: FloatArray
    load_percent: FloatArray
    kmh: FloatArray
    change_kmh: FloatArray
    goods_pcu_h: FloatArray
    commune: IntArray
    vehicle_hours_change: FloatArray


@dataclass(frozen=True, eq=False)
class TrafficOutcome:
    """Traffic part of a run.

    Parameters
    ----------
    mode : str
    value_of_time : float
        EUR per vehicle·hour.
    objective, lower_bound, gap, target_gap : float
        Of the certified plan with delay at frozen routes; no plan costs less than the bound.
    rounds : tuple of mapping
        Phase, seconds, bound and value of each round.
    reason : str
    seconds : float
    recommended, certified, naive, today, nothing : Judged
        The plan recommended; the one of the certificate; the one chosen without looking at
        traffic; today's deliveries (None without them); no deliveries. Without equilibria
        (mode ``fixed``) ``delay_h`` is the delay at frozen routes.
    same_plan : bool
        Whether the recommended plan is the certified one.
    short_list : tuple of Judged
        Plans judged, in the order of their cost at frozen routes.
    links : LinkTraffic or None
    near_hubs_over_percent, near_hubs_over_without_percent : float
        Share of road km within 500 m of open depots above 90 % of capacity in the worst period,
        with the plan and without deliveries.
    speeds : tuple of Speed
    car_trips_per_day : float
    periods : tuple of (str, float)
        Names and hours.
    """

    mode: str
    value_of_time: float
    objective: float
    lower_bound: float
    gap: float
    target_gap: float
    rounds: tuple[Mapping[str, float | str], ...]
    reason: str
    seconds: float
    recommended: Judged
    certified: Judged
    naive: Judged
    today: Judged | None
    nothing: Judged
    same_plan: bool
    short_list: tuple[Judged, ...]
    links: LinkTraffic | None
    near_hubs_over_percent: float
    near_hubs_over_without_percent: float
    speeds: tuple[Speed, ...]
    car_trips_per_day: float
    periods: tuple[tuple[str, float], ...]
