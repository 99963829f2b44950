"""What the surrogate foresees for patches of stops from where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import Drops, Haul, plan_tours
from logistique.scenario.schema.money import ToursSection
from logistique.scenario.schema.rows import Vehicle
from logistique.tours.patches import Patch

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Effort:
    """What tours take, foreseen or driven.

    Parameters
    ----------
    line_km, inner_km : float
        Between the depot and the stops, and between stops.
    hours, eur : float
        Paid, stops and reloading included; cost of vehicle and driver.
    """

    line_km: float
    inner_km: float
    hours: float
    eur: float

    @property
    def km(self) -> float:
        """All kilometres."""
        return self.line_km + self.inner_km


@dataclass(frozen=True, eq=False)
class Ways:
    """Way from the depot of each patch to its middle, and straight offset.

    Parameters
    ----------
    km, minutes : (p,) float
        On the roads of the vehicle, one way.
    east_km, north_km : (p,) float
        Straight, from the middle of the patch to the depot, or to where it counts as lying.
    """

    km: FloatArray
    minutes: FloatArray
    east_km: FloatArray
    north_km: FloatArray

    def part(self, chosen: slice) -> Ways:
        """Return the ways of some patches."""
        return Ways(*(getattr(self, each.name)[chosen] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Ways]) -> Ways:
        """Put ways one after the other."""
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def foresee(
    patches: Sequence[Patch],
    ways: Ways,
    drops: Drops,
    vehicles: Sequence[Vehicle],
    tours: ToursSection,
) -> list[Effort]:
    """Apply the surrogate to patches: their stops on their area, at the density of their zone.

    Infinite where no trip fits in vehicle, shift and range.
    """
    consumer = np.array([patch.consumer for patch in patches], dtype=np.int64)
    vehicle = np.array([patch.vehicle for patch in patches], dtype=np.int64)
    stops = np.array([float(patch.n_stops) for patch in patches])
    density = drops.density_per_km2[consumer]
    own = Drops(
        parcels=stops * drops.parcels[consumer] / drops.stops[consumer],
        stops=stops,
        density_per_km2=density,
        stop_min=drops.stop_min[consumer],
        area_km2=np.minimum(stops / density, drops.area_km2[consumer]),
        local_kmh=drops.local_kmh[consumer],
    )
    haul = Haul(ways.km[:, None], ways.minutes[:, None])
    found = np.empty((4, stops.size))
    for position in np.unique(vehicle):
        row, chosen = vehicles[int(position)], vehicle == position
        plan = plan_tours(own, haul, row, tours)
        line, inner, hours = plan.line_km[:, 0], plan.inner_km[:, 0], plan.hours[:, 0]
        eur = hours * row.eur_per_h + (line + inner) * row.eur_per_km
        found[:, chosen] = np.stack([line, inner, hours, eur])[:, chosen]
    return [Effort(*(float(v) for v in found[:, p])) for p in range(stops.size)]
