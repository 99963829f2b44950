"""The section on traffic: who else is on the roads, and what delaying them costs."""

from __future__ import annotations

from typing import Literal

from logistique.scenario.schema.section import Section, choice, given

_COUNTERS = "Weekday medians of 2023 on three Paris streets (City of Paris counters, ODbL)"
_WINDOW = "Assumed: most deliveries between 7 and 16 h, feeding by night and early morning"
_SURVEYS = "Order of household travel surveys, trips of visitors and at work included"
_RING = "Trips between zones hold nearly all of it"
_OTHERS = "Three in ten vehicles of the street load"
_LOADS = (
    "Mean weekday flow 7-21 h over the 99th percentile of hourly flows, three Paris streets 2023 "
    "(City of Paris counters, ODbL): 63, 65 and 65 %"
)
_CALIBRATED = "Fitted by logistique.pipeline.calibrate_traffic to the observed and assumed speeds"


class NightTraffic(Section):
    """From 21 to 7 h."""

    hours: float = choice(10.0, gt=0, le=24)
    """Length of the period."""
    car_trips_percent: float = given(26.3, "derived", _COUNTERS, ge=0, le=100)
    """Part of the day's car trips."""
    service_percent: float = given(5.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's delivery tours."""
    feed_percent: float = given(45.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's feeding lorries."""


class MorningTraffic(Section):
    """From 7 to 10 h."""

    hours: float = choice(3.0, gt=0, le=24)
    """Length of the period."""
    car_trips_percent: float = given(13.3, "derived", _COUNTERS, ge=0, le=100)
    """Part of the day's car trips."""
    service_percent: float = given(35.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's delivery tours."""
    feed_percent: float = given(30.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's feeding lorries."""


class DayTraffic(Section):
    """From 10 to 16 h."""

    hours: float = choice(6.0, gt=0, le=24)
    """Length of the period."""
    car_trips_percent: float = given(33.1, "derived", _COUNTERS, ge=0, le=100)
    """Part of the day's car trips."""
    service_percent: float = given(50.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's delivery tours."""
    feed_percent: float = given(20.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's feeding lorries."""


class EveningTraffic(Section):
    """From 16 to 21 h."""

    hours: float = choice(5.0, gt=0, le=24)
    """Length of the period."""
    car_trips_percent: float = given(27.3, "derived", _COUNTERS, ge=0, le=100)
    """Part of the day's car trips."""
    service_percent: float = given(10.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's delivery tours."""
    feed_percent: float = given(5.0, "assumed", _WINDOW, ge=0, le=100)
    """Part of the day's feeding lorries."""


class RoadsTraffic(Section):
    """What turns the built-in roads into traffic, by class of road."""

    paris_free_time_percent: float = given(214.3, "derived", _CALIBRATED, ge=100)
    """Time of an empty Paris street in percent of the free-flow time: lights and crossings."""
    paris_day_time_percent: float = given(113.7, "derived", _CALIBRATED, ge=100)
    """Time of an empty Paris street by day in percent of that at night: people who cross, stops,
    turns, buses; what slows the day whatever the number of cars."""
    paris_capacity_percent: float = given(14.4, "derived", _CALIBRATED, gt=0)
    """Capacity of a Paris street for traffic in percent of that of the network: a link of the
    built-in one stands for all streets between two zones, of which few are driven through."""
    inner_capacity_percent: float = given(23.0, "derived", _CALIBRATED, gt=0)
    """The same inside the A86."""
    outer_capacity_percent: float = given(13.8, "derived", _CALIBRATED, gt=0)
    """The same outside the A86."""
    ring_road_capacity_percent: float = given(133.8, "derived", _CALIBRATED, gt=0)
    """The same of the ring road; its link stands for the boulevards beside it as well."""
    local_street_capacity_percent: float = given(
        50.0, "assumed", "Streets beside the main ones have half their lanes", gt=0, le=100
    )
    """Capacity of the built-in network's local streets, which run from zone to zone, in percent
    of that of the main streets of their class."""
    motorway_local_load_percent: float = given(48.5, "derived", _CALIBRATED, ge=0)
    """Traffic on motorways that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""
    ring_road_local_load_percent: float = given(5.0, "assumed", _RING, ge=0)
    """Traffic on the ring road that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""
    national_local_load_percent: float = given(58.2, "derived", _CALIBRATED, ge=0)
    """Traffic on national roads that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""
    paris_local_load_percent: float = given(19.2, "assumed", _OTHERS, ge=0)
    """Traffic on Paris streets that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""
    inner_local_load_percent: float = given(19.2, "assumed", _OTHERS, ge=0)
    """Traffic on streets inside the A86 that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""
    outer_local_load_percent: float = given(19.2, "assumed", _OTHERS, ge=0)
    """Traffic on streets outside the A86 that the car trips do not hold (inside the zones, taxis, buses,
    visitors, through traffic), mean of the daytime, in percent of capacity."""


class TrafficSection(Section):
    """Delay that the plan's vehicles impose on everybody."""

    mode: Literal["off", "fixed", "system"] = choice("off")
    """``off``: no delay is priced. ``fixed``: each vehicle pays what one more costs the traffic
    of today, once. ``system``: the delay of all together, with a proved gap, then drivers
    re-route and the best plan of a short list is recommended."""
    gap_percent: float = choice(0.5, gt=0, le=100)
    """Proved gap at which the loop ends, delay included."""
    time_limit_s: float = choice(150.0, gt=0)
    """Wall time of the loop."""
    short_list: int = choice(4, ge=1, le=50)
    """Plans of the loop that are judged by user equilibrium."""
    neighbours: int = choice(4, ge=0, le=50)
    """Plans beside the best of them (one depot more, one less, one exchanged) judged as well."""
    equilibrium_gap: float = choice(1e-6, gt=0, lt=1)
    """Relative gap of every user equilibrium: hours of all traffic are known to this part of them."""
    value_of_time_eur_per_h: float = given(
        15.6, "assumed", "13 EUR/h and 1.2 people per car (domain_defaults, evidence K)", ge=0
    )
    """Price of an hour lost by a car and who is in it."""
    bpr_alpha: float = given(
        1.0, "assumed", "Capacity is the flow at which speed is half that of the empty road "
        "(Spiess 1990)", ge=0,
    )  # fmt: skip
    """Time at capacity over time of the empty road, less one."""
    bpr_beta: float = given(4.0, "assumed", "Bureau of Public Roads 1964", ge=1)
    """Power of the volume-delay function."""
    paris_car_trips_per_inhabitant: float = given(0.35, "assumed", _SURVEYS, ge=0)
    """Car trips of drivers to other zones per inhabitant of Paris and working day."""
    inner_car_trips_per_inhabitant: float = given(0.7, "assumed", _SURVEYS, ge=0)
    """The same inside the A86."""
    outer_car_trips_per_inhabitant: float = given(0.85, "assumed", _SURVEYS, ge=0)
    """The same outside the A86."""
    mean_trip_min: float = given(25.0, "assumed", "Order of household travel surveys", gt=0)
    """Mean duration of a car trip by day; fits the gravity model."""
    count_rounds: int = choice(20, ge=1, le=1000)
    """Most rounds that correct the car trips to the table `link_counts`; each assigns them anew."""
    count_reach_m: float = choice(2000.0, gt=0)
    """Furthest a road may lie from the points of a counter."""
    obstructive_stop_percent: float = given(
        46.0, "observed", "Île-de-France goods survey 2010-13, lofficieldestransporteurs 2775",
        ge=0, le=100,
    )  # fmt: skip
    """Stops of vans and lorries that obstruct a lane."""
    kerb_block_m: float = given(100.0, "assumed", "Street between two crossings", gt=0)
    """Length of street that loses a lane during such a stop."""
    kerb_load_percent: float = given(
        60.0, "assumed", "Deliveries stop on quieter streets than the main ones", ge=0, le=100
    )
    """Load ratio of the streets of stops and of tours between them, in percent of that of the
    main streets of the zone."""
    paris_load_percent: float = given(64.0, "derived", _LOADS, gt=0, le=150)
    """Traffic on Paris streets by day in percent of capacity: the calibration fits their capacity to it."""
    night: NightTraffic = NightTraffic()
    morning: MorningTraffic = MorningTraffic()
    day: DayTraffic = DayTraffic()
    evening: EveningTraffic = EveningTraffic()
    roads: RoadsTraffic = RoadsTraffic()
