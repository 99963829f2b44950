"""The vehicles of a patch of stops, as a tour solver is asked about them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import Drops, Haul, haul_minutes, stop_speed_kmh
from logistique.scenario.schema.money import ToursSection
from logistique.scenario.schema.rows import Vehicle
from logistique.tours.foreseen import Ways
from logistique.tours.patches import Patch
from logistique.tours.question import Kind, Van

FloatArray = NDArray[np.float64]


def kind_by_circuity(
    patch: Patch, ways: Ways, number: int, drops: Drops, vehicle: Vehicle, tours: ToursSection
) -> Kind:
    """Measure the ways of a patch where the network has no streets inside the zones.

    Stops are apart by the straight line times the circuity, at the local speed, and so are they
    from the depot, which counts as lying where the ways say; what is nearer or further than the
    middle of the patch takes less or more time at the local speed.
    """
    circuity = tours.circuity_percent / 100
    speed = float(stop_speed_kmh(vehicle, drops.local_kmh[[patch.consumer]])[0])
    middle = patch.middle_km
    points = np.column_stack([patch.x_km - middle[0], patch.y_km - middle[1]])
    between = circuity * np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    to_depot = np.array([ways.east_km[number], ways.north_km[number]])
    way_km, way_min = float(ways.km[number]), float(ways.minutes[number])
    from_depot = circuity * np.hypot(*(points - to_depot).T)
    haul = Haul(np.array([[way_km]]), np.array([[way_min]]))
    minutes = float(haul_minutes(vehicle, haul)[0, 0])
    time = np.maximum(0.0, minutes + 60 * (from_depot - way_km) / speed)
    return kind_of(
        patch,
        with_depot(between, from_depot),
        with_depot(60 * between / speed, time),
        drops,
        vehicle,
        tours,
    )


def kind_of(
    patch: Patch,
    km: FloatArray,
    minutes: FloatArray,
    drops: Drops,
    vehicle: Vehicle,
    tours: ToursSection,
) -> Kind:
    """Put together the vehicle and its ways, (s + 1, s + 1) with the depot first."""
    return Kind(
        Van(
            int(vehicle.capacity_parcels),
            tours.shift_h,
            vehicle.reload_min,
            vehicle.range_km or float("inf"),
            vehicle.eur_per_km,
            vehicle.eur_per_h,
        ),
        km,
        minutes,
        np.full(patch.n_stops, drops.stop_min[patch.consumer] * vehicle.stop_time_percent / 100),
    )


def with_depot(between: FloatArray, from_depot: FloatArray) -> FloatArray:
    """Put the ways from the depot before those between stops, the same in both directions."""
    whole = np.zeros((from_depot.size + 1, from_depot.size + 1))
    whole[1:, 1:] = between
    whole[0, 1:] = from_depot
    whole[1:, 0] = from_depot
    return whole
