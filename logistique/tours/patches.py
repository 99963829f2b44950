"""Samples of stops at their true density, small enough to be routed, for every open depot.

A depot serves thousands of stops. Of each depot, consumers are drawn with a chance in proportion to
the kilometres foreseen for them; of each consumer drawn, a *patch*: so many of its stops, as close
together as they are in truth, around a random point of its zone: as many as fill some trips, because half-empty trips would be an
effect of the sample and not of the plan. The zone counts as a disc, the
streets inside a patch as the straight line times the circuity: assumptions, as in the surrogate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import Drops
from logistique.scenario.schema.rows import Zone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_KM_PER_DEGREE = 111.32


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
    km : (c,) float
        Kilometres foreseen for those parts.
    stops_per_trip : (c,) float
        Stops of a full trip, by capacity, shift and range.
    """

    depot: int
    consumers: IntArray
    share: FloatArray
    vehicle: IntArray
    km: FloatArray
    stops_per_trip: FloatArray


@dataclass(frozen=True, eq=False)
class Patch:
    """Stops of one consumer that lie together.

    Parameters
    ----------
    depot, consumer, vehicle : int
        Positions of depot site, consumer and vehicle.
    zone : Zone
        The zone, moved to the middle of the patch and as large as it.
    east_km, north_km : (s,) float
        Where the stops lie, from the middle.
    parcels : (s,) int
        Handed over at each.
    """

    depot: int
    consumer: int
    vehicle: int
    zone: Zone
    east_km: FloatArray
    north_km: FloatArray
    parcels: IntArray

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return int(self.parcels.size)


def draw_patches(
    service: Service,
    zones: Sequence[Zone],
    drops: Drops,
    *,
    patches: int,
    trips: int,
    rng: np.random.Generator,
) -> list[Patch]:
    """Draw patches of one depot.

    Parameters
    ----------
    service : Service
    zones : sequence of Zone
        Zone of every consumer of the demand.
    drops : Drops
        Drops of every consumer.
    patches, trips : int
        Patches of the depot, and full trips of each; a consumer with fewer stops has all of them.
    rng : Generator

    Returns
    -------
    list of Patch
        Consumers are drawn systematically: one with a large part of the kilometres several times.
    """
    chance = service.km / service.km.sum()
    marks = (np.arange(patches) + rng.random()) / patches
    picked = np.minimum(np.searchsorted(np.cumsum(chance), marks), chance.size - 1)
    return [
        _patch(
            service.depot,
            int(service.consumers[c]),
            int(service.vehicle[c]),
            _stops(service, int(c), drops, trips),
            zones[int(service.consumers[c])],
            drops,
            rng,
        )
        for c in picked
    ]


_FILLED = 0.98
"""Part of the stops of full trips: whole parcels rarely fill a vehicle to the last."""
_MOST_STOPS = 700
"""Stops of a patch at most, so that it can be routed in seconds."""


def _stops(service: Service, c: int, drops: Drops, trips: int) -> int:
    """Count the stops of whole trips, at most as many as the consumer has."""
    whole = float(drops.stops[service.consumers[c]] * service.share[c])
    each = float(service.stops_per_trip[c])
    full = max(1, min(trips, int(_MOST_STOPS / each), int(whole / each)))
    return max(1, min(round(whole), int(full * each * _FILLED)))


def _patch(
    depot: int,
    consumer: int,
    vehicle: int,
    count: int,
    zone: Zone,
    drops: Drops,
    rng: np.random.Generator,
) -> Patch:
    area = min(zone.area_km2, count / float(drops.density_per_km2[consumer]))
    room = max(0.0, np.sqrt(zone.area_km2 / np.pi) - np.sqrt(area / np.pi))
    east, north = _in_disc(room, 1, rng)
    lat = zone.centroid_lat + float(north[0]) / _KM_PER_DEGREE
    lon = zone.centroid_lon + float(east[0]) / (_KM_PER_DEGREE * np.cos(np.radians(lat)))
    moved = zone.model_copy(
        update={
            "id": f"patch-{depot}-{consumer}-{rng.integers(2**31)}",
            "lon": lon,
            "lat": lat,
            "centroid_lon": lon,
            "centroid_lat": lat,
            "area_km2": area,
        }
    )
    mean = max(1.0, float(drops.parcels[consumer] / drops.stops[consumer]))
    parcels = np.floor(mean + rng.random(count)).astype(np.int64)
    return Patch(
        depot, consumer, vehicle, moved, *_in_disc(np.sqrt(area / np.pi), count, rng), parcels
    )


def _in_disc(radius: float, count: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Points spread evenly over a disc."""
    away = radius * np.sqrt(rng.random(count))
    angle = 2 * np.pi * rng.random(count)
    return away * np.cos(angle), away * np.sin(angle)
