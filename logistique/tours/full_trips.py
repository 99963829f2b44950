"""What tours of a sample cost where its neighbours fill the vehicles up.

A patch of stops rarely comes out in whole trips, and the plan is not charged for that: at the
depot the next stops fill the vehicle. A trip whose room is used to the part f (of its load, of what
the way leaves of the shift, or of the range, whichever is fullest) counts its way to the first
stop, from the last one and its loading to the part f; what it drives and does between its stops
counts whole.
"""

from __future__ import annotations

import numpy as np

from logistique.tours.foreseen import Effort
from logistique.tours.question import Kind, RoutedTours, TourQuestion


def with_full_trips(question: TourQuestion, routed: RoutedTours) -> Effort:
    """Kilometres, hours and cost of routed tours with every vehicle filled up."""
    line_km = inner = all_min = eur = 0.0
    for tour in routed.tours:
        kind = question.kinds[tour.kind]
        van = kind.van
        for trip in tour.trips:
            stops = np.array(trip)
            way, time, inner_km, inner_min = _parts(kind, stops)
            filled = max(
                float(question.parcels[stops].sum()) / van.capacity_parcels,
                _part(inner_min, 60 * van.shift_h - time),
                _part(inner_km, van.range_km - way),
            )
            minutes = inner_min + filled * (time + van.reload_min)
            line_km += filled * way
            inner += inner_km
            all_min += minutes
            eur += van.eur_per_km * (filled * way + inner_km) + van.eur_per_h * minutes / 60
    return Effort(line_km, inner, all_min / 60, eur)


def _part(used: float, room: float) -> float:
    """Part of the room that is used; 1 where rounding left none."""
    return min(1.0, used / room) if room > 0 else 1.0


def _parts(kind: Kind, stops: np.ndarray) -> tuple[float, float, float, float]:
    """Way and time from and to the depot, and between and at the stops."""
    first, last = stops[0] + 1, stops[-1] + 1
    way = float(kind.km[0, first] + kind.km[last, 0])
    time = float(kind.minutes[0, first] + kind.minutes[last, 0])
    a, b = stops[:-1] + 1, stops[1:] + 1
    inner_min = float(kind.minutes[a, b].sum() + kind.stop_min[stops].sum())
    return way, time, float(kind.km[a, b].sum()), inner_min
