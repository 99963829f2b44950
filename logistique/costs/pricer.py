"""Prices the tours of each vehicle from a set of origins: depots, or today's agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.costs.emissions import EmissionCurve
from logistique.costs.local_speed import local_speeds_kmh
from logistique.costs.service import service_burden
from logistique.costs.table import Burden
from logistique.costs.tours import Drops, Haul
from logistique.costs.travel import Travel
from logistique.costs.vehicles import may_serve, zones_inside
from logistique.demand import Demand
from logistique.scenario.schema.money import CostsSection, RulesSection, ToursSection
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Vehicle

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def drops_of(demand: Demand, network: NetworkSection) -> Drops:
    """Return the drops of all consumers, with the local speed of their zones."""
    return Drops(
        parcels=demand.parcels,
        stops=demand.stops,
        density_per_km2=demand.stop_density_per_km2,
        stop_min=demand.stop_min,
        area_km2=np.array([zone.area_km2 for zone in demand.zones])[demand.zone],
        local_kmh=local_speeds_kmh(demand.zones, network)[demand.zone],
    )


def haul_of(demand: Demand, travel: Travel, vehicle: Vehicle) -> Haul:
    """Ways to all consumers on the roads of the vehicle, (n, k)."""
    if vehicle.profile == "bike":
        return Haul(travel.bike_km[demand.zone], travel.bike_minutes[demand.zone])
    return Haul(travel.distance_km[demand.zone], travel.minutes[demand.zone])


@dataclass(frozen=True, eq=False)
class TourPricer:
    """Prices the tours of one vehicle from a set of origins to all consumers.

    Parameters
    ----------
    demand : Demand
        n consumers.
    travel : Travel
        Ways from k origins to the zones of the demand.
    origin_inside : (k,) bool
        Origins inside the A86 (see :func:`~logistique.costs.vehicles.sites_inside`).
    vehicles : sequence of Vehicle
    curves : mapping of str to EmissionCurve
        By vehicle identifier.
    costs, tours, rules, network : sections of the scenario
    """

    demand: Demand
    travel: Travel
    origin_inside: BoolArray
    vehicles: Sequence[Vehicle]
    curves: Mapping[str, EmissionCurve]
    costs: CostsSection
    tours: ToursSection
    rules: RulesSection
    network: NetworkSection

    def __call__(
        self, vehicle: int, *, share: float = 1.0, density_factor: float = 1.0, rules: bool = True
    ) -> tuple[Burden, BoolArray]:
        """Burden of serving a share of every consumer, without handling, and where it works.

        Parameters
        ----------
        vehicle : int
            Position among the vehicles.
        share : float
            Part of each consumer's parcels and stops, > 0.
        density_factor : float
            Multiplies the stop density, > 0; below 1 when carriers deliver apart.
        rules : bool
            Whether access rules and service radii apply besides physical limits.

        Returns
        -------
        Burden of (n, k) arrays
            ``inf`` where a trip does not fit in vehicle, shift and range.
        (n, k) bool
            Whether the vehicle can, and with ``rules`` may, serve.
        """
        row = self.vehicles[vehicle]
        haul = haul_of(self.demand, self.travel, row)
        drops = drops_of(self.demand, self.network).part(share, density_factor=density_factor)
        burden, possible = service_burden(
            drops, haul, row, self.curves[row.id], tours=self.tours, costs=self.costs
        )
        if rules:
            inside = zones_inside(self.demand.zones)[self.demand.zone]
            possible = possible & may_serve(row, haul.km, inside, self.origin_inside, self.rules)
        return burden, possible
