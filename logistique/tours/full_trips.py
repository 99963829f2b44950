"""What tours of a sample cost where its neighbours fill the vehicles up.

A sample of a depot's stops rarely comes out in whole trips, and the plan is not charged for that:
at the depot the next stops fill the vehicle. A trip that is full to the part f (of its load, of
the shift, or of the range, whichever is fullest) counts its way to the first stop, from the last
one and its reloading to the part f; what it drives and does between its stops counts whole.
"""

from __future__ import annotations

import numpy as np

from logistique.tours.patch_question import Foreseen
from logistique.tours.question import RoutedTours, TourQuestion


def with_full_trips(question: TourQuestion, routed: RoutedTours) -> Foreseen:
    """Kilometres, hours and cost of routed tours with every vehicle filled up."""
    van = question.van
    km = minutes = 0.0
    for tour in routed.tours:
        for trip in tour.trips:
            stops = np.array(trip)
            way, time, inner_km, inner_min = _parts(question, stops)
            alone = time + inner_min + van.reload_min
            filled = max(
                float(question.parcels[stops].sum()) / van.capacity_parcels,
                alone / (60 * van.shift_h),
                (way + inner_km) / van.range_km,
            )
            km += inner_km + filled * way
            minutes += inner_min + filled * (time + van.reload_min)
    hours = minutes / 60
    return Foreseen(km, hours, van.eur_per_km * km + van.eur_per_h * hours)


def _parts(question: TourQuestion, stops: np.ndarray) -> tuple[float, float, float, float]:
    """Way and time from and to the depot, and between and at the stops."""
    first, last = stops[0] + 1, stops[-1] + 1
    way = float(question.km[0, first] + question.km[last, 0])
    time = float(question.minutes[0, first] + question.minutes[last, 0])
    a, b = stops[:-1] + 1, stops[1:] + 1
    inner_min = float(question.minutes[a, b].sum() + question.stop_min[stops].sum())
    return way, time, float(question.km[a, b].sum()), inner_min
