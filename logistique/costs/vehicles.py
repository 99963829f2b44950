"""Which vehicle may go where: service radius, low-emission zone, length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from logistique.metropole.rings import Place
from logistique.places import place_of, zone_place
from logistique.scenario.schema.money import RulesSection
from logistique.scenario.schema.rows import Depot, Storage, Vehicle, Zone

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def banned_inside(vehicle: Vehicle, rules: RulesSection) -> bool:
    """Whether the low-emission zone is closed to the vehicle."""
    return rules.low_emission_zone == "a86" and vehicle.critair >= rules.critair_banned_from


def too_long(vehicle: Vehicle, rules: RulesSection) -> bool:
    """Whether the vehicle exceeds the admitted length."""
    return rules.max_length_m is not None and vehicle.length_m > rules.max_length_m


def zones_inside(zones: Sequence[Zone]) -> BoolArray:
    """Whether each zone lies mostly inside the A86, (len(zones),)."""
    return np.array([zone_place(zone) != Place.OUTER for zone in zones], dtype=np.bool_)


def sites_inside(
    sites: Sequence[Depot] | Sequence[Storage], places: Mapping[str, Place]
) -> BoolArray:
    """Whether the commune of each site lies mostly inside the A86, (len(sites),).

    Parameters
    ----------
    sites : sequence of Depot or of Storage
    places : mapping
        From :func:`logistique.places.commune_places` of all zones of the scenario.
    """
    return np.array([place_of(site.commune, places) != Place.OUTER for site in sites], np.bool_)


def may_serve(
    vehicle: Vehicle,
    distance_km: FloatArray,
    zone_inside: BoolArray,
    origin_inside: BoolArray,
    rules: RulesSection,
) -> BoolArray:
    """Whether the vehicle may serve each consumer from each origin.

    Parameters
    ----------
    vehicle : Vehicle
    distance_km : (n, k) float
        Network distance on the vehicle's roads.
    zone_inside, origin_inside : (n,), (k,) bool
        Inside the low-emission zone.
    rules : RulesSection

    Returns
    -------
    (n, k) bool
        False beyond the service radius, for a vehicle that is too long, and for one that is
        banned and would go to, or start from, the low-emission zone. Driving through the zone
        is not looked at.
    """
    allowed: BoolArray = distance_km <= vehicle.service_radius_km
    if too_long(vehicle, rules):
        return np.zeros_like(allowed)
    if banned_inside(vehicle, rules):
        allowed = allowed & ~zone_inside[:, None] & ~origin_inside[None, :]
    return allowed
