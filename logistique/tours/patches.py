"""The stops of a plan, drawn at their true density and cut into patches small enough to route.

A depot serves thousands of stops. The stops of every zone are drawn (along its streets where the
network has streets, else anywhere in a disc of its area) and cut into *patches* of neighbouring
stops that fill some vehicles: half-empty trips would be an effect of the cut and not of the plan. Where
several depots serve a zone, the part of each is supposed to be like the whole, as the surrogate
does: each has all patches of the zone, every one for its part; or, where everything is to be
routed, its own patches spread evenly over the zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FILLED = 0.98
"""Part of the stops of full trips: whole parcels rarely fill a vehicle to the last."""
FEWEST, MOST = 150, 400
"""Stops of a patch: fewer are mostly edge, more take long to route."""


@dataclass(frozen=True, eq=False)
class Service:
    """Who is served from one depot.

    Parameters
    ----------
    depot : int
        Position of the depot site.
    consumers : (c,) int
        Positions of its consumers.
    share : (c,) float
        Part of each consumer it serves, > 0.
    vehicle : (c,) int
        Position of the vehicle that serves each of them.
    stops_per_trip : (c,) float
        Stops of a full trip, by capacity, shift and range.
    """

    depot: int
    consumers: IntArray
    share: FloatArray
    vehicle: IntArray
    stops_per_trip: FloatArray


@dataclass(frozen=True, eq=False)
class Patch:
    """Neighbouring stops of one consumer, served from one depot.

    Parameters
    ----------
    depot, consumer, vehicle : int
        Positions of depot site, consumer and vehicle.
    x_km, y_km : (s,) float
        Where the stops lie, EPSG:2154 in kilometres.
    parcels : (s,) int
        Handed over at each, ≥ 1.
    part : float
        Part of such patches the depot serves, 0 to 1: below 1 where others serve the zone too.
    period : int
        Position of the period of the day its tours drive in.
    others : tuple of int
        Positions of further vehicles of the depot that may serve it.
    """

    depot: int
    consumer: int
    vehicle: int
    x_km: FloatArray
    y_km: FloatArray
    parcels: IntArray
    part: float = 1.0
    period: int = 0
    others: tuple[int, ...] = ()

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return int(self.parcels.size)

    @property
    def middle_km(self) -> tuple[float, float]:
        """Mean of the stops, EPSG:2154."""
        return float(self.x_km.mean()), float(self.y_km.mean())


def in_disc(
    middle_km: tuple[float, float], area_km2: float, count: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Points spread evenly over a disc."""
    away = np.sqrt(area_km2 / np.pi * rng.random(count))
    angle = 2 * np.pi * rng.random(count)
    return middle_km[0] + away * np.cos(angle), middle_km[1] + away * np.sin(angle)


@dataclass(frozen=True, eq=False)
class Streets:
    """Straight pieces of streets one may stop at, EPSG:2154 in kilometres, (a, 2) ends each."""

    x_km: FloatArray
    y_km: FloatArray

    def points(
        self,
        middle_km: tuple[float, float],
        area_km2: float,
        count: int,
        rng: np.random.Generator,
    ) -> tuple[FloatArray, FloatArray]:
        """Points spread evenly along the pieces with their middle in a disc.

        In a disc without streets, points spread evenly over it.
        """
        away = np.hypot(
            self.x_km.mean(axis=1) - middle_km[0], self.y_km.mean(axis=1) - middle_km[1]
        )
        near = np.flatnonzero(away <= np.sqrt(area_km2 / np.pi))
        if not near.size:
            return in_disc(middle_km, area_km2, count, rng)
        x, y = self.x_km[near], self.y_km[near]
        length = np.hypot(x[:, 1] - x[:, 0], y[:, 1] - y[:, 0])
        along = np.cumsum(length)
        at = along[-1] * rng.random(count)
        piece = np.minimum(np.searchsorted(along, at, side="right"), length.size - 1)
        part = 1 - (along[piece] - at) / length[piece]
        return (
            x[piece, 0] + part * (x[piece, 1] - x[piece, 0]),
            y[piece, 0] + part * (y[piece, 1] - y[piece, 0]),
        )


def by_distance(
    groups: list[IntArray], x_km: FloatArray, y_km: FloatArray, depot_km: tuple[float, float]
) -> list[IntArray]:
    """Sort groups of points by how far from the depot their middles lie."""
    away = [
        float(np.hypot(x_km[group].mean() - depot_km[0], y_km[group].mean() - depot_km[1]))
        for group in groups
    ]
    return [groups[n] for n in np.argsort(away, kind="stable").tolist()]


def part_of(groups: list[IntArray], stops: int) -> Iterator[IntArray]:
    """Take groups spread evenly over the list until they hold ``stops``; the last is trimmed.

    Parameters
    ----------
    groups : list of (·,) int
        Sorted by distance from the depot: groups from the middles of as many equal parts of the
        list are on the mean about as far from it as all are.
    stops : int
        At least 1, at most those of all groups.
    """
    size = max(group.size for group in groups)
    count = min(len(groups), -(-stops // size))
    left = stops
    taken = [(2 * n + 1) * len(groups) // (2 * count) for n in range(count)]
    others = [n for n in range(len(groups)) if n not in taken]
    for n in taken + others:  # the others only where the smaller last group was taken
        yield groups[n][:left]
        left -= groups[n].size
        if left <= 0:
            return


def cut(x_km: FloatArray, y_km: FloatArray, size: int) -> Iterator[IntArray]:
    """Cut points into compact groups of ``size``, the last of which may be smaller.

    Yields
    ------
    (·,) int
        Positions of the points of a group: halves along the longer side, again and again.
    """
    stack = [np.arange(x_km.size)]
    while stack:
        points = stack.pop()
        groups = -(-points.size // size)
        if groups <= 1:
            yield points
            continue
        x, y = x_km[points], y_km[points]
        side = x if np.ptp(x) >= np.ptp(y) else y
        order = points[np.argsort(side, kind="stable")]
        left = groups // 2 * size
        stack += [order[left:], order[:left]]


def patch_size(stops_per_trip: float, trips: int) -> int:
    """Count the stops of whole trips: ``trips`` of them, more or fewer to stay within the limits."""
    least = int(np.ceil(FEWEST / stops_per_trip))
    most = max(1, int(MOST / stops_per_trip))
    whole = min(max(trips, least), most)
    return max(1, int(whole * stops_per_trip * FILLED))


def whole_parcels(count: int, mean: float, rng: np.random.Generator) -> IntArray:
    """Whole parcels of ``count`` stops, as even as can be, their sum within 1 of the mean's."""
    steps = np.floor(np.arange(count + 1) * max(1.0, mean) + rng.random())
    return rng.permutation(np.diff(steps)).astype(np.int64)
