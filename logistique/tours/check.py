"""Predicted against routed, depot by depot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.tours.foreseen import Effort
from logistique.tours.patches import Patch, Service
from logistique.tours.question import RoutedTours
from logistique.tours.sampling import Drawn, ratio, stands_for

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RoutedPatch:
    """A routed patch of a depot.

    Parameters
    ----------
    patch : Patch
    tours : RoutedTours
        As driven.
    driven : Effort
        The same with every vehicle filled up by the stops of its neighbourhood.
    foreseen : Effort
        By the surrogate from where the patch lies.
    """

    patch: Patch
    tours: RoutedTours
    driven: Effort
    foreseen: Effort


@dataclass(frozen=True)
class Estimate:
    """A quantity of a depot: predicted by the plan, routed, and the standard error of the latter.

    ``error`` is 0 where all stops were routed, NaN where a single patch was.
    """

    predicted: float
    routed: float
    error: float

    @property
    def difference_percent(self) -> float:
        """How much more is routed than predicted, percent of what is predicted."""
        return 100 * (self.routed / self.predicted - 1) if self.predicted > 0 else 0.0

    @property
    def error_percent(self) -> float:
        """Standard error in percent of what is predicted."""
        return 100 * self.error / self.predicted if self.predicted > 0 else 0.0


@dataclass(frozen=True)
class DepotCheck:
    """Predicted against routed for one depot, per working day.

    Parameters
    ----------
    depot : int
        Position of the depot site.
    n_patches, of_patches : int
        Routed, and into how many the stops of its zones were cut.
    n_stops, of_stops : int
        Stops routed, and how many it serves.
    n_trips : int
        Trips routed.
    km, hours, eur : Estimate
        Driven; paid; cost of vehicles and drivers.
    """

    depot: int
    n_patches: int
    of_patches: int
    n_stops: int
    of_stops: int
    n_trips: int
    km: Estimate
    hours: Estimate
    eur: Estimate


@dataclass(frozen=True, eq=False)
class DepotSample:
    """The patches of a depot, those drawn, and what was routed.

    Parameters
    ----------
    service : Service
    patches : tuple of Patch, length c
        All stops of the depot.
    foreseen : tuple of Effort, length c
        By the surrogate from where each patch lies.
    drawn : Drawn
    routed : tuple of RoutedPatch, length d
        One for each draw.
    predicted : tuple of Effort
        By the plan, for each consumer of the service.
    """

    service: Service
    patches: tuple[Patch, ...]
    foreseen: tuple[Effort, ...]
    drawn: Drawn
    routed: tuple[RoutedPatch, ...]
    predicted: tuple[Effort, ...]

    @property
    def parts(self) -> FloatArray:
        """How much each patch counts, (c,)."""
        return np.array([patch.part for patch in self.patches])

    @property
    def sizes(self) -> FloatArray:
        """What the patches are drawn by: kilometres foreseen, (c,)."""
        return drawn_by(self.patches, self.foreseen)

    def total(self, name: str) -> float:
        """Total over all patches of what was foreseen of one kind."""
        return float(
            sum(
                patch.part * getattr(effort, name)
                for patch, effort in zip(self.patches, self.foreseen, strict=True)
            )
        )


def drawn_by(patches: Sequence[Patch], foreseen: Sequence[Effort]) -> FloatArray:
    """Kilometres foreseen for patches, their part counted, (c,)."""
    return np.array(
        [patch.part * effort.km for patch, effort in zip(patches, foreseen, strict=True)]
    )


def check_depot(sample: DepotSample) -> DepotCheck:
    """Carry what was routed over to the whole depot."""
    foreseen, routed, drawn = sample.foreseen, sample.routed, sample.drawn
    stands = stands_for(drawn, sample.sizes, sample.parts)

    def estimate(name: str) -> Estimate:
        measured = np.array([getattr(patch.driven, name) for patch in routed])
        expected = np.array([getattr(patch.foreseen, name) for patch in routed])
        whole = sample.total(name)
        found = ratio(drawn, stands, measured, expected)
        predicted = sum(getattr(effort, name) for effort in sample.predicted)
        return Estimate(predicted, found.value * whole, found.error * whole)

    once = {int(p): patch for p, patch in zip(drawn.patch, routed, strict=True)}.values()
    return DepotCheck(
        sample.service.depot,
        len(once),
        len(foreseen),
        sum(patch.patch.n_stops for patch in once),
        round(sum(patch.part * patch.n_stops for patch in sample.patches)),
        sum(patch.tours.n_trips for patch in once),
        estimate("km"),
        estimate("hours"),
        estimate("eur"),
    )
