"""A patch of stops as a question to a tour solver, and what the surrogate foresees for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import Drops, Haul, haul_minutes, plan_tours, stop_speed_kmh
from logistique.scenario.schema.money import ToursSection
from logistique.scenario.schema.rows import Vehicle
from logistique.tours.patches import Patch
from logistique.tours.question import TourQuestion, Van

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """Way from a depot to the middle of a patch.

    Parameters
    ----------
    km, minutes : float
        On the roads of the vehicle, one way.
    east_km, north_km : float
        Straight, from the middle of the patch to the depot.
    """

    km: float
    minutes: float
    east_km: float
    north_km: float


@dataclass(frozen=True)
class Foreseen:
    """Kilometres, paid hours and cost of a patch by the surrogate."""

    km: float
    hours: float
    eur: float


def patch_drops(patch: Patch, drops: Drops) -> Drops:
    """Give the drops of the patch alone: its stops on its area, at the density of its consumer."""
    i = patch.consumer
    return Drops(
        parcels=np.array([float(patch.parcels.sum())]),
        stops=np.array([float(patch.n_stops)]),
        density_per_km2=drops.density_per_km2[[i]],
        stop_min=drops.stop_min[[i]],
        area_km2=np.array([patch.zone.area_km2]),
        local_kmh=drops.local_kmh[[i]],
    )


def foresee(
    patch: Patch, way: Way, drops: Drops, vehicle: Vehicle, tours: ToursSection
) -> Foreseen:
    """Apply the surrogate to the patch from where it lies.

    Infinite where no trip fits in vehicle, shift and range.
    """
    haul = Haul(np.array([[way.km]]), np.array([[way.minutes]]))
    plan = plan_tours(patch_drops(patch, drops), haul, vehicle, tours)
    km, hours = float((plan.line_km + plan.inner_km)[0, 0]), float(plan.hours[0, 0])
    return Foreseen(km, hours, hours * vehicle.eur_per_h + km * vehicle.eur_per_km)


def ask(
    patch: Patch, way: Way, drops: Drops, vehicle: Vehicle, tours: ToursSection
) -> TourQuestion:
    """Put ways between the depot and the stops into matrices.

    Stops are apart by the straight line times the circuity, at the local speed. From the depot a
    stop is as far as the middle of the patch, more or less what the straight line to it is longer
    or shorter.

    Raises
    ------
    InfeasibleError
        When a stop cannot be served by the vehicle at all.
    """
    circuity = tours.circuity_percent / 100
    speed = float(stop_speed_kmh(vehicle, drops.local_kmh[[patch.consumer]])[0])
    points = np.column_stack([patch.east_km, patch.north_km])
    between = circuity * np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    straight = np.hypot(way.east_km, way.north_km)
    longer = np.hypot(patch.east_km - way.east_km, patch.north_km - way.north_km) - straight
    from_depot = np.maximum(0.0, way.km + circuity * longer)
    haul = Haul(np.array([[way.km]]), np.array([[way.minutes]]))
    minutes = float(haul_minutes(vehicle, haul)[0, 0])
    time = np.maximum(0.0, minutes + 60 * (from_depot - way.km) / speed)
    return TourQuestion(
        _with_depot(between, from_depot),
        _with_depot(60 * between / speed, time),
        patch.parcels,
        np.full(patch.n_stops, drops.stop_min[patch.consumer] * vehicle.stop_time_percent / 100),
        Van(
            int(vehicle.capacity_parcels),
            tours.shift_h,
            vehicle.reload_min,
            vehicle.range_km or float("inf"),
            vehicle.eur_per_km,
            vehicle.eur_per_h,
        ),
    )


def _with_depot(between: FloatArray, from_depot: FloatArray) -> FloatArray:
    whole = np.zeros((from_depot.size + 1, from_depot.size + 1))
    whole[1:, 1:] = between
    whole[0, 1:] = from_depot
    whole[1:, 0] = from_depot
    return whole
