"""What routing says about a plan: predicted against driven, and the rounds that led to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.tours.check import DepotCheck
from logistique.tours.refit import ClassFactor

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """A plan, routed.

    Parameters
    ----------
    objective, lower_bound, gap : float
        Of the plan, EUR per day by the surrogate of this round.
    depots : tuple of DepotCheck
    opened, closed : tuple of str
        Sites the plan opens and no longer opens, against the round before.
    moved_percent : float
        Share of parcels served from another depot than in the round before.
    factors : tuple of ClassFactor
        Correction that this round led to; empty at the last one.
    seconds : float
        Of routing.
    """

    objective: float
    lower_bound: float
    gap: float
    depots: tuple[DepotCheck, ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    moved_percent: float
    factors: tuple[ClassFactor, ...]
    seconds: float

    def beyond(self, limit_percent: float) -> int:
        """Count the depots whose kilometres differ by more than the limit."""
        return sum(abs(depot.km.difference_percent) > limit_percent for depot in self.depots)

    @property
    def largest_percent(self) -> float:
        """Largest difference of kilometres, absolute."""
        return max((abs(depot.km.difference_percent) for depot in self.depots), default=0.0)


@dataclass(frozen=True, eq=False)
class DrivenTrip:
    """A routed trip on the map.

    Parameters
    ----------
    depot, consumer, vehicle : int
        Positions.
    period : str
        Of the day, whose times it drives at.
    patch, tour, trip : int
        Which sample of the depot, which vehicle of it, which of its trips.
    parcels : (s,) int
        Handed over at each stop.
    service_min : (s,) float
        Time at each stop.
    arrival_min : (s,) float
        From the begin of the tour, loading included.
    stop_x_m, stop_y_m : (s,) float
        Stops in the order driven, EPSG:2154.
    line_x_m, line_y_m : (l,) float
        The way along the network, from the depot and back.
    start_min : float
        When it leaves the depot, from the begin of the tour.
    km, minutes : float
        Of the trip, stops and loading included.
    """

    depot: int
    consumer: int
    vehicle: int
    period: str
    patch: int
    tour: int
    trip: int
    parcels: NDArray[np.int64]
    service_min: FloatArray
    arrival_min: FloatArray
    stop_x_m: FloatArray
    stop_y_m: FloatArray
    line_x_m: FloatArray
    line_y_m: FloatArray
    start_min: float
    km: float
    minutes: float


@dataclass(frozen=True, eq=False)
class RoutingOutcome:
    """Routing part of a run.

    Parameters
    ----------
    mode, solver : str
        As asked.
    limit_percent : float
        Difference that matters.
    rounds : tuple of Round
        The plan as first solved, then after each correction; the last one is the run's.
    trips : tuple of DrivenTrip
        Of the last round.
    interrupted : bool
        Whether Ctrl-C ended it: the last round may then lack depots.
    stopped : str
        Why it ended: ``within``, ``rounds``, ``interrupted``, what a correction made of the plan
        (``no plan: …``), or why the plan could not be routed (``not routed: …``; ``rounds`` then
        ends with the plan before).
    """

    mode: str
    solver: str
    limit_percent: float
    rounds: tuple[Round, ...]
    trips: tuple[DrivenTrip, ...]
    interrupted: bool
    stopped: str
