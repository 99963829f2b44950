"""Speed of tours inside a zone, where stops and lights count more than the class of the road."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logistique.metropole.rings import Place
from logistique.places import zone_place
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Zone

FREE_STREET_KMH = {Place.INNER: 25.0, Place.OUTER: 30.0}
"""Mean street speed without traffic, lights included, by place (grade: assumed, in the order of
the 20.1 km/h observed at night in Paris and of signed speeds of 30 and 50 km/h)."""

BIKE_KMH = 15.0
"""Mean speed of a cargo bike that states none (domain_defaults speed.cargo_bike, 12 to 18;
grade: assumed)."""


def local_speed_kmh(place: Place, network: NetworkSection) -> float:
    """Mean speed between two stops in the scenario's period, km/h.

    Parameters
    ----------
    place : Place
        Paris, inside the A86, outside.
    network : NetworkSection
        Period, observed speeds of Paris streets, factor of other roads by day.

    Returns
    -------
    float
        Paris: the observed speeds; by night they stand for free flow too, as no other was
        observed. Elsewhere :data:`FREE_STREET_KMH`, by day times the factor of other roads.
    """
    by_day = network.period == "day"
    if place == Place.PARIS:
        return network.paris_street_day_kmh if by_day else network.paris_street_night_kmh
    return FREE_STREET_KMH[place] * (network.other_day_factor_percent / 100 if by_day else 1.0)


def local_speeds_kmh(zones: Sequence[Zone], network: NetworkSection) -> NDArray[np.float64]:
    """Local speed of each zone, (len(zones),), km/h."""
    return np.array([local_speed_kmh(zone_place(zone), network) for zone in zones])
