"""Correct the surrogate by what was routed: one pair of factors for a vehicle and a stop density.

The kilometres driven in the routed patches are regressed on the two parts the surrogate foresees
for them, the way between depot and stops and the way between stops, class by class. As a class has
few patches, it is a Bayesian regression with normal errors and priors (Gelman et al., *Bayesian
Data Analysis*, 3rd ed., §14.8): the factors of all patches together lie around 1, those of a
vehicle around those of all, those of a class around those of its vehicle. A class without patches
takes its vehicle's factors and a vehicle without any those of all, so that a plan does not flee to
where nothing was measured. The way between depot and stops is besides corrected for what the
middle of a zone says wrongly about its patches, which is known without routing.

A depot has no factor of its own: what is left at it after the refit is an error of the surrogate,
and reported as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import fitted_percent
from logistique.scenario.schema.money import TourFit, ToursSection
from logistique.tours.check import DepotSample

FloatArray = NDArray[np.float64]

DENSITY_FROM = (0.0, 100.0, 316.0, 1000.0, 3160.0)
"""Stops per km² from which the classes begin: half decades."""
NOISE = 0.03
"""Standard deviation of a patch from its class, relative."""
SPREAD_ALL, SPREAD_VEHICLE, SPREAD_CLASS = 0.2, 0.1, 0.05
"""Standard deviations of factors: of all around 1, of a vehicle around all, of a class around its
vehicle."""

Group = tuple[int, int]
"""Vehicle and class of density."""


@dataclass(frozen=True)
class ClassFactor:
    """What one refit found for a class.

    Parameters
    ----------
    vehicle : str
    from_stops_per_km2 : float
    patches : int
        Draws it rests on; 0 where it was taken over from a larger group.
    line, neighbour : float
        Routed over predicted, of the ways between depot and stops and between stops.
    """

    vehicle: str
    from_stops_per_km2: float
    patches: int
    line: float
    neighbour: float


@dataclass
class _Class:
    """Patches of a class: parts of what was foreseen, and what was driven, both over the former.

    ``seen`` and ``predicted`` are the totals of the way between depot and stops over all patches
    from where they lie, and from the middles of their zones.
    """

    parts: list[tuple[float, float]] = field(default_factory=list)
    driven: list[float] = field(default_factory=list)
    seen: float = 0.0
    predicted: float = 0.0

    @property
    def geometry(self) -> float:
        return self.seen / self.predicted if self.predicted > 0 else 1.0


def class_factors(
    samples: Sequence[DepotSample], density_per_km2: FloatArray, vehicles: Sequence[str]
) -> list[ClassFactor]:
    """Estimate the factors of every vehicle and class of density.

    Parameters
    ----------
    samples : sequence of DepotSample
    density_per_km2 : (n,) float
        Of every consumer.
    vehicles : sequence of str
        Identifiers, in the order the samples number them.
    """
    of_density = np.searchsorted(DENSITY_FROM, density_per_km2, side="right") - 1
    classes = _classes(samples, of_density)
    whole = _merged(list(classes.values()))
    of_all = _regressed(whole, np.ones(2), SPREAD_ALL)
    found = []
    for v, name in enumerate(vehicles):
        own = [one for (w, _), one in classes.items() if w == v]
        merged = _merged(own) if own else _Class(seen=whole.seen, predicted=whole.predicted)
        of_vehicle = _regressed(merged, of_all, SPREAD_VEHICLE)
        for c, edge in enumerate(DENSITY_FROM):
            here = classes.get((v, c), _Class(seen=merged.seen, predicted=merged.predicted))
            line, neighbour = _regressed(here, of_vehicle, SPREAD_CLASS)
            found.append(
                ClassFactor(
                    name, edge, len(here.driven), float(line * here.geometry), float(neighbour)
                )
            )
    return found


def refitted(tours: ToursSection, factors: Sequence[ClassFactor]) -> Mapping[str, TourFit]:
    """Multiply the factors onto the corrections in force; names say vehicle and density."""
    rows = {}
    for factor in factors:
        at = np.array([factor.from_stops_per_km2])
        line, neighbour = fitted_percent(tours, factor.vehicle, at)
        rows[f"{factor.vehicle}-{factor.from_stops_per_km2:.0f}"] = TourFit(
            vehicle=factor.vehicle,
            from_stops_per_km2=factor.from_stops_per_km2,
            line_haul_percent=round(float(line[0]) * factor.line, 3),
            neighbour_percent=round(float(neighbour[0]) * factor.neighbour, 3),
        )
    return rows


def _regressed(one: _Class, around: FloatArray, spread: float) -> FloatArray:
    """Posterior mean of both factors."""
    x, y = np.array(one.parts).reshape(-1, 2), np.array(one.driven)
    precision = x.T @ x / NOISE**2 + np.eye(2) / spread**2
    return np.asarray(np.linalg.solve(precision, x.T @ y / NOISE**2 + around / spread**2))


def _merged(classes: Sequence[_Class]) -> _Class:
    return _Class(
        [part for one in classes for part in one.parts],
        [driven for one in classes for driven in one.driven],
        sum(one.seen for one in classes),
        sum(one.predicted for one in classes),
    )


def _classes(samples: Sequence[DepotSample], of_density: NDArray[np.int64]) -> dict[Group, _Class]:
    found: dict[Group, _Class] = {}
    for sample in samples:
        for patch, effort in zip(sample.patches, sample.foreseen, strict=True):
            group = patch.vehicle, int(of_density[patch.consumer])
            found.setdefault(group, _Class()).seen += patch.part * effort.line_km
        for routed in sample.routed:
            one = found[routed.patch.vehicle, int(of_density[routed.patch.consumer])]
            whole = routed.foreseen.km
            one.parts.append((routed.foreseen.line_km / whole, routed.foreseen.inner_km / whole))
            one.driven.append(routed.driven.km / whole)
        for consumer, vehicle, effort in zip(
            sample.service.consumers.tolist(),
            sample.service.vehicle.tolist(),
            sample.predicted,
            strict=True,
        ):
            one = found.setdefault((vehicle, int(of_density[consumer])), _Class())
            one.predicted += effort.line_km
    return found
