"""Location-routing as a file states it, and routes as a method answers them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FirstLevel:
    """Platforms that feed the depots.

    Parameters
    ----------
    distance : (m + k, m + k) float
        Depots first.
    lorry_capacity, lorry_cost : float
        Load and cost of a tour.
    platform_capacity, platform_cost : (k,) float
    max_lorries : int, optional
        Tours at most.
    """

    distance: FloatArray
    lorry_capacity: float
    lorry_cost: float
    platform_capacity: FloatArray
    platform_cost: FloatArray
    max_lorries: int | None = None


@dataclass(frozen=True, eq=False)
class Routing:
    """Customers, depots and vehicles.

    Parameters
    ----------
    distance : (n + m, n + m) float
        Customers first.
    demand : (n,) float
    vehicle_capacity, vehicle_cost : float
        Load and cost of a route.
    depot_capacity, opening_cost : (m,) float
    first_level : FirstLevel, optional
    unit_cost : (m,) float, optional
        Cost of a unit of load that a depot sends out.
    max_vehicles : int, optional
        Routes at most.
    """

    distance: FloatArray
    demand: FloatArray
    vehicle_capacity: float
    vehicle_cost: float
    depot_capacity: FloatArray
    opening_cost: FloatArray
    first_level: FirstLevel | None = None
    unit_cost: FloatArray | None = None
    max_vehicles: int | None = None


@dataclass(frozen=True)
class AnsweredRoutes:
    """Routes (depot, customers in order) and lorry tours (platform, depots in order, loads)."""

    routes: tuple[tuple[int, tuple[int, ...]], ...]
    feed_routes: tuple[tuple[int, tuple[int, ...], tuple[float, ...]], ...] = ()


def euclid(points: FloatArray, factor: float, rounding: str) -> FloatArray:
    """Distances between points times a factor, ``"up"``, ``"nearest"`` or not rounded (``"no"``).

    Sums of squares that are exact in doubles keep whole roots whole; products with the factor are
    rounded to nine digits before going up.
    """
    squares = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    apart: FloatArray = np.sqrt(squares) * factor
    if rounding == "up":
        apart = np.ceil(np.round(apart, 9))
    elif rounding == "nearest":
        apart = np.floor(apart + 0.5)
    return apart
