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
class RoadSupply:
    """What one class of roads offers, and how it is filled by day.

    Parameters
    ----------
    road_class : str
    km : float
        Of all links, directions apart, without those that tie places to roads.
    lanes, lane_veh_h : float
        Mean lanes of a link and capacity of a lane, by km.
    lanes_stated_percent, capacity_stated_percent : float
        Km whose lanes and capacity the network file states; the rest is assumed by class.
    capacity_percent : float
        Capacity in use over that of the network.
    free_kmh, empty_day_kmh : float
        Mean speeds of the empty roads at night and by day.
    load_percent, local_percent : float
        Mean traffic by day over capacity; of which on fixed links.
    target_load_percent : float
        That the load should meet; NaN without.
    target_grade : str
        ``derived``, ``assumed``; empty without target.
    """

    road_class: str
    km: float
    lanes: float
    lane_veh_h: float
    lanes_stated_percent: float
    capacity_stated_percent: float
    capacity_percent: float
    free_kmh: float
    empty_day_kmh: float
    load_percent: float
    local_percent: float
    target_load_percent: float
    target_grade: str


@dataclass(frozen=True)
class CountPeriod:
    """Counters of one period, and how the car trips meet them.

    Parameters
    ----------
    period : str
    counters, rounds : int
    rmse_before, rmse_after : float
        Car units per hour.
    geh_before, geh_after : float
        Mean GEH statistic.
    under_5_before, under_5_after : float
        Percent of the counters with a GEH below 5.
    trips_before, trips_after : float
        Car trips per hour between zones.
    """

    period: str
    counters: int
    rounds: int
    rmse_before: float
    rmse_after: float
    geh_before: float
    geh_after: float
    under_5_before: float
    under_5_after: float
    trips_before: float
    trips_after: float


@dataclass(frozen=True)
class CountedRoad:
    """One counter in one period; flows in car units per hour."""

    counter: str
    period: str
    counted: float
    before: float
    after: float
    geh_before: float
    geh_after: float
    grade: str
    source: str


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
    straight : (a,) bool
        Links that stand for no single course: they run straight from zone to zone.
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
    straight: BoolArray
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
    neighbours : int
        Plans judged, the last of the list, that lie beside the best of the loop.
    short_list : tuple of Judged
        Plans judged: of the loop, then their neighbours, each by cost at frozen routes.
    links : LinkTraffic or None
    near_hubs_over_percent, near_hubs_over_without_percent : float
        Share of road km within 500 m of open depots above 90 % of capacity in the worst period,
        with the plan and without deliveries.
    speeds : tuple of Speed
    roads : tuple of RoadSupply
    trips_from : str
        ``gravity`` or ``table``.
    count_periods : tuple of CountPeriod
    counted_roads : tuple of CountedRoad
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
    neighbours: int
    short_list: tuple[Judged, ...]
    links: LinkTraffic | None
    near_hubs_over_percent: float
    near_hubs_over_without_percent: float
    speeds: tuple[Speed, ...]
    roads: tuple[RoadSupply, ...]
    trips_from: str
    count_periods: tuple[CountPeriod, ...]
    counted_roads: tuple[CountedRoad, ...]
    car_trips_per_day: float
    periods: tuple[tuple[str, float], ...]
