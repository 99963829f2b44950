"""Predicted against routed: what a plan's depots drive when samples of their stops are routed.

For each depot, the ratio of routed to foreseen kilometres over its patches carries over to the
depot (ratio estimator, with the standard error of sampling): the surrogate foresees each patch from
where it lies, so that the ratio shows what the surrogate gets wrong, not where the patch happened
to fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.tours.patch_question import Foreseen

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RoutedPatch:
    """A patch with what was foreseen for it and what routing it took, vehicles filled up."""

    depot: int
    consumer: int
    vehicle: int
    n_stops: int
    density_per_km2: float
    foreseen: Foreseen
    n_trips: int
    routed: Foreseen


@dataclass(frozen=True)
class Estimate:
    """A quantity of a depot: foreseen, routed (estimated), and the standard error of the latter."""

    foreseen: float
    routed: float
    error: float

    @property
    def difference_percent(self) -> float:
        """How much more is routed than foreseen, percent of what is foreseen."""
        return 100 * (self.routed / self.foreseen - 1) if self.foreseen > 0 else 0.0


@dataclass(frozen=True)
class DepotCheck:
    """Predicted against routed for one depot, per working day."""

    depot: int
    n_patches: int
    n_stops: int
    n_trips: int
    km: Estimate
    hours: Estimate
    eur: Estimate


def check_depot(
    depot: int, patches: Sequence[RoutedPatch], km: float, hours: float, eur: float
) -> DepotCheck:
    """Carry the ratios of the patches over to the depot.

    Parameters
    ----------
    patches : sequence of RoutedPatch
        Patches of this depot, at least one.
    km, hours, eur : float
        Foreseen for the whole depot.
    """
    routed = [patch.routed for patch in patches]
    foreseen = [patch.foreseen for patch in patches]
    return DepotCheck(
        depot,
        len(patches),
        sum(patch.n_stops for patch in patches),
        sum(patch.n_trips for patch in patches),
        _estimate(km, [f.km for f in foreseen], [r.km for r in routed]),
        _estimate(hours, [f.hours for f in foreseen], [r.hours for r in routed]),
        _estimate(eur, [f.eur for f in foreseen], [r.eur for r in routed]),
    )


def _estimate(whole: float, foreseen: Sequence[float], routed: Sequence[float]) -> Estimate:
    """Ratio of sums times the whole; the error from the residuals (Cochran 1977, §6.3)."""
    x, y = np.array(foreseen), np.array(routed)
    ratio = float(y.sum() / x.sum())
    if x.size < 2:
        return Estimate(whole, whole * ratio, float("nan"))
    spread = float(np.sqrt(((y - ratio * x) ** 2).sum() / (x.size - 1) / x.size) / x.mean())
    return Estimate(whole, whole * ratio, whole * spread)
