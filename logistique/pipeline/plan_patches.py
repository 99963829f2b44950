"""The stops of a plan's depots, cut into patches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logistique.costs.tours import Drops, Haul, plan_tours
from logistique.costs.travel import Place
from logistique.network.projection import lambert_93
from logistique.tours.foreseen import Effort
from logistique.tours.patches import (
    Patch,
    Service,
    Streets,
    by_distance,
    cut,
    in_disc,
    part_of,
    patch_size,
    whole_parcels,
)

if TYPE_CHECKING:
    from logistique.costs.table import CostTable
    from logistique.demand import Demand
    from logistique.model.plan import Plan
    from logistique.scenario.schema.money import ToursSection

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LEAST = 1e-6


def services_of(plan: Plan, costs: CostTable, drops: Drops, tours: ToursSection) -> list[Service]:
    """Who is served from each depot site the plan uses."""
    found = []
    for depot in range(plan.assignment.shape[1]):
        share = plan.assignment[:, depot]
        served = np.flatnonzero(share > _LEAST)
        if served.size:
            vehicle = costs.service_vehicle[served, depot]
            full = _stops_per_trip(costs, drops, tours, depot, served, vehicle)
            found.append(Service(depot, served, share[served], vehicle, full))
    return found


def _stops_per_trip(
    costs: CostTable,
    drops: Drops,
    tours: ToursSection,
    depot: int,
    served: IntArray,
    vehicle: IntArray,
) -> FloatArray:
    """Estimate the stops of a full trip to each consumer by the surrogate on the way of a car."""
    haul = Haul(costs.distance_km[:, [depot]], costs.minutes[:, [depot]])
    full = np.ones(served.size)
    for position in np.unique(vehicle):
        of_it = vehicle == position
        plan = plan_tours(drops, haul, costs.vehicles[int(position)], tours)
        parcels = plan.load_parcels[served[of_it], 0]
        full[of_it] = parcels * drops.stops[served[of_it]] / drops.parcels[served[of_it]]
    return np.maximum(1.0, full)


def predicted(
    service: Service, costs: CostTable, drops: Drops, tours: ToursSection
) -> tuple[Effort, ...]:
    """List what the plan counts for each consumer of a service."""
    found = []
    i, k = service.consumers, service.depot
    inner = np.zeros(i.size)
    nowhere = Haul(np.zeros((drops.stops.size, 1)), np.zeros((drops.stops.size, 1)))
    for position in np.unique(service.vehicle):
        of_it = service.vehicle == position
        plan = plan_tours(drops, nowhere, costs.vehicles[int(position)], tours)
        inner[of_it] = plan.inner_km[i[of_it], 0]
    for share, km, hours, between, vehicle in zip(
        service.share, costs.service.km[i, k], costs.service.hours[i, k], inner, service.vehicle,
        strict=True,
    ):  # fmt: skip
        row = costs.vehicles[int(vehicle)]
        eur = share * (hours * row.eur_per_h + km * row.eur_per_km)
        found.append(
            Effort(
                float(share * (km - between)),
                float(share * between),
                float(share * hours),
                float(eur),
            )
        )
    return tuple(found)


class StopDrawer:
    """Draws the stops of each consumer once, the same for every plan.

    Parameters
    ----------
    demand : Demand
    drops : Drops
        Of its n consumers.
    streets : Streets or None
        Where stops lie along streets.
    sites : sequence of places
        Depot sites.
    seed : int
    """

    def __init__(
        self,
        demand: Demand,
        drops: Drops,
        streets: Streets | None,
        sites: Sequence[Place],
        seed: int,
    ) -> None:
        self._demand, self._drops, self._streets, self._seed = demand, drops, streets, seed
        depots = lambert_93([site.lon for site in sites], [site.lat for site in sites])
        self._depot_km = np.column_stack(depots) / 1000
        x_m, y_m = lambert_93(
            [zone.centroid_lon for zone in demand.zones],
            [zone.centroid_lat for zone in demand.zones],
        )
        self.middle_km = np.column_stack([x_m, y_m]) / 1000

    def patches(
        self, services: Sequence[Service], trips: int, *, own_only: bool
    ) -> Mapping[int, tuple[Patch, ...]]:
        """Cut the stops of every service, by depot.

        Parameters
        ----------
        services : sequence of Service
        trips : int
            Full trips of a patch, about.
        own_only : bool
            Whether a depot that serves a part of a zone has whole patches of its own, not all
            patches for its part.
        """
        return {
            service.depot: tuple(
                patch
                for position in range(service.consumers.size)
                for patch in self._cut(service, position, trips, own_only=own_only)
            )
            for service in services
        }

    def _cut(
        self, service: Service, position: int, trips: int, *, own_only: bool
    ) -> Iterator[Patch]:
        """Draw the stops of a consumer and cut those of one depot."""
        drops, consumer = self._drops, int(service.consumers[position])
        rng = np.random.default_rng([self._seed, consumer, service.depot])
        east, north = self.middle_km[self._demand.zone[consumer]]
        middle, area = (float(east), float(north)), float(drops.area_km2[consumer])
        among = max(1, round(float(drops.density_per_km2[consumer]) * area))
        x, y = (
            in_disc(middle, area, among, rng)
            if self._streets is None
            else self._streets.points(middle, area, among, rng)
        )
        own = float(drops.stops[consumer]) * float(service.share[position])
        size = patch_size(float(service.stops_per_trip[position]), trips)
        mean = float(drops.parcels[consumer] / drops.stops[consumer])
        groups: Iterable[IntArray] = list(cut(x, y, size))
        part = 1.0 if own_only else own / among
        if own_only:
            depot = self._depot_km[service.depot]
            sorted_groups = by_distance(list(groups), x, y, (float(depot[0]), float(depot[1])))
            groups = part_of(sorted_groups, min(max(1, round(own)), among))
        for group in groups:
            yield Patch(
                service.depot,
                consumer,
                int(service.vehicle[position]),
                x[group],
                y[group],
                whole_parcels(group.size, mean, rng),
                part,
            )
