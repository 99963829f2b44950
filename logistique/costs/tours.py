"""How far and how long one vehicle drives to serve a zone: the tour-length surrogate.

For a zone with stops of density ρ on an area A, served from a depot at network distance d::

    km    = trips · a · 2 r  +  stops · b · δ          trips = parcels / Q
    hours = trips · (a · 2 t + reload)  +  stops · (stop time + b · δ / v)

* ``r = √(d² + s²)``, ``t = √(minutes² + (s / v)²)`` with the spread ``s = circuity·√(A / 2π)``:
  the root mean square distance to points spread evenly over a disc of area A whose centre is at
  distance d (its second moment about the centre is A / 2π). A depot inside the zone still
  drives; far away the spread does not matter.
* ``δ = circuity · 0.729 / √ρ``: mean distance to the three nearest of points scattered at
  random (Poisson), whose k-th nearest neighbour is at ``Γ(k + ½) / (Γ(k) √(πρ))`` on average:
  0.5, 0.75 and 0.9375 / √ρ. With few stops it would leave the zone, so it is capped by the mean
  distance of two random points of the disc, ``circuity · 128 √(A / π) / 45π``.
* Q is the least of the vehicle's capacity, what fits in a shift and what fits in the range.

a and b come from the scenario (fitted to routed instances, design §5), multiplied by the corrections
of the vehicle and the density where routing found the tours to be longer or shorter. Trips are not rounded: a
vehicle that is not full goes on to other zones, which keeps the cost linear in the assignment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logistique.costs.local_speed import BIKE_KMH
from logistique.scenario.schema.money import ToursSection
from logistique.scenario.schema.rows import Vehicle

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

NEIGHBOURS = (0.5 + 0.75 + 0.9375) / 3
"""Mean distance to the three nearest points of a Poisson process of density 1."""

RANDOM_PAIR = 128 / (45 * math.pi) / math.sqrt(math.pi)
"""Mean distance of two random points of a disc of area 1."""


@dataclass(frozen=True, eq=False)
class Drops:
    """What is handed over in each zone, n consumers.

    Parameters
    ----------
    parcels, stops : (n,) float
        Per day, > 0.
    density_per_km2 : (n,) float
        Stops per km² among which a tour finds its neighbours, > 0.
    stop_min : (n,) float
        Time at one stop with a van, minutes.
    area_km2 : (n,) float
        Area of the zone, > 0.
    local_kmh : (n,) float
        Speed of a van between stops, > 0.
    """

    parcels: FloatArray
    stops: FloatArray
    density_per_km2: FloatArray
    stop_min: FloatArray
    area_km2: FloatArray
    local_kmh: FloatArray

    def part(self, share: float, *, density_factor: float) -> Drops:
        """Return a share of the parcels and stops, among ``density_factor`` times the density."""
        return replace(
            self,
            parcels=self.parcels * share,
            stops=self.stops * share,
            density_per_km2=self.density_per_km2 * density_factor,
        )


@dataclass(frozen=True, eq=False)
class Haul:
    """Way from origin to zone on the roads of one vehicle.

    Parameters
    ----------
    km, minutes : (n, k) float
        One way, to the zone's point; ``inf`` without path.
    """

    km: FloatArray
    minutes: FloatArray


@dataclass(frozen=True, eq=False)
class Tours:
    """Tours of one vehicle serving all of each consumer, (n, k) per day.

    Parameters
    ----------
    load_parcels : (n, k) float
        Effective load Q of a full trip; 0 where not possible.
    trips : (n, k) float
        Number of trips, not rounded.
    line_km, line_kmh : (n, k) float
        Driven between depot and zone, and at what speed.
    inner_km, inner_kmh : (n, 1) float
        Driven between stops, and at what speed.
    hours : (n, k) float
        Paid hours: driving, stops, reloading.
    possible : (n, k) bool
        Whether a trip with at least one stop fits in vehicle, shift and range. Elsewhere trips,
        km and hours are ``inf``.
    """

    load_parcels: FloatArray
    trips: FloatArray
    line_km: FloatArray
    line_kmh: FloatArray
    inner_km: FloatArray
    inner_kmh: FloatArray
    hours: FloatArray
    possible: BoolArray


def neighbour_km(density_per_km2: FloatArray, area_km2: FloatArray, circuity: float) -> FloatArray:
    """Mean network distance δ from a stop to its three nearest, km.

    Parameters
    ----------
    density_per_km2 : (n,) float
        Stops per km², > 0.
    area_km2 : (n,) float
        Area of the zone, > 0.
    circuity : float
        Street distance over straight distance, ≥ 1.
    """
    free = NEIGHBOURS / np.sqrt(density_per_km2)
    return circuity * np.minimum(free, RANDOM_PAIR * np.sqrt(area_km2))


def spread_km(area_km2: FloatArray, circuity: float) -> FloatArray:
    """Root mean square network distance from the middle of a zone to its points, km."""
    return circuity * np.sqrt(area_km2 / (2 * np.pi))


def stop_speed_kmh(vehicle: Vehicle, local_kmh: FloatArray) -> FloatArray:
    """Speed between stops: traffic holds up cars, a bike keeps its own pace."""
    if vehicle.profile == "bike":
        return np.full(local_kmh.shape, vehicle.max_speed_kmh or BIKE_KMH)
    return np.minimum(local_kmh, vehicle.max_speed_kmh or np.inf)


def haul_minutes(vehicle: Vehicle, haul: Haul) -> FloatArray:
    """Minutes of one way, no faster than the vehicle goes; a bike at its own speed."""
    if vehicle.max_speed_kmh is None:
        return haul.minutes
    own = 60 * haul.km / vehicle.max_speed_kmh
    return own if vehicle.profile == "bike" else np.maximum(haul.minutes, own)


def fitted_percent(
    tours: ToursSection, vehicle: str, density_per_km2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Corrections of a and b at stop densities (n,) for a vehicle, percent; 100 without any."""
    rows = sorted(
        (row for row in tours.fit.values() if row.vehicle == vehicle),
        key=lambda row: row.from_stops_per_km2,
    )
    line = np.array([100.0, *(row.line_haul_percent for row in rows)])
    neighbour = np.array([100.0, *(row.neighbour_percent for row in rows)])
    edges = np.array([row.from_stops_per_km2 for row in rows])
    at = np.searchsorted(edges, density_per_km2, side="right")
    return line[at], neighbour[at]


def plan_tours(drops: Drops, haul: Haul, vehicle: Vehicle, tours: ToursSection) -> Tours:
    """Tours of one vehicle from every origin to every consumer.

    Parameters
    ----------
    drops : Drops
        n consumers.
    haul : Haul
        (n, k) ways on the roads of the vehicle's profile.
    vehicle : Vehicle
        Capacity, range, speed, stop and reload times.
    tours : ToursSection
        Coefficients a and b with their corrections, circuity, shift.

    Returns
    -------
    Tours
        As the module says. Service radius and access rules are not applied here.
    """
    circuity = tours.circuity_percent / 100
    speed = stop_speed_kmh(vehicle, drops.local_kmh)
    line_percent, hop_percent = fitted_percent(tours, vehicle.id, drops.density_per_km2)
    hop_km = (
        tours.neighbour_coefficient
        * (hop_percent / 100)
        * neighbour_km(drops.density_per_km2, drops.area_km2, circuity)
    )
    stop_min = drops.stop_min * vehicle.stop_time_percent / 100 + 60 * hop_km / speed
    spread = spread_km(drops.area_km2, circuity)
    a = tours.line_haul_coefficient * line_percent[:, None] / 100
    round_km = 2 * a * np.hypot(haul.km, spread[:, None])
    round_min = 2 * a * np.hypot(haul_minutes(vehicle, haul), (60 * spread / speed)[:, None])
    load = _effective_load(drops, vehicle, tours, round_km, round_min, hop_km, stop_min)
    possible = load > 0
    trips = np.where(possible, drops.parcels[:, None] / np.where(possible, load, 1.0), np.inf)
    on_way = np.where(possible, round_min, 1.0)
    hours = trips * (round_min + vehicle.reload_min) / 60 + (drops.stops * stop_min / 60)[:, None]
    return Tours(
        load_parcels=load,
        trips=trips,
        line_km=trips * round_km,
        line_kmh=60 * np.where(possible, round_km, 0.0) / on_way,
        inner_km=(drops.stops * hop_km)[:, None],
        inner_kmh=speed[:, None],
        hours=hours,
        possible=possible,
    )


def _effective_load(
    drops: Drops,
    vehicle: Vehicle,
    tours: ToursSection,
    round_km: FloatArray,
    round_min: FloatArray,
    hop_km: FloatArray,
    stop_min: FloatArray,
) -> FloatArray:
    """Parcels of a full trip, (n, k); 0 where not even one stop fits."""
    per_stop = (drops.parcels / drops.stops)[:, None]
    in_shift = (60 * tours.shift_h - round_min) / stop_min[:, None]
    in_range = ((vehicle.range_km or np.inf) - np.minimum(round_km, 1e9)) / hop_km[:, None]
    stops = np.minimum(np.minimum(in_shift, in_range), vehicle.capacity_parcels / per_stop)
    # A round that exactly fills the shift must not fail by rounding.
    return np.where(stops >= 1 - 1e-9, stops * per_stop, 0.0)
