"""Which other vehicles of a depot may serve a group of stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from logistique.costs.pricer import haul_of
from logistique.costs.travel import Travel
from logistique.costs.vehicles import may_serve, sites_inside, zones_inside
from logistique.places import commune_places
from logistique.tours.patches import Patch

if TYPE_CHECKING:
    from logistique.demand import Demand
    from logistique.scenario.scenario import Scenario
    from logistique.sites import Sites


class TourFleets:
    """Access rules and service radii of all vehicles.

    Parameters
    ----------
    scenario : Scenario
    demand : Demand
    sites : Sites
    travel : Travel
        Between the zones of the demand and the depots.
    """

    def __init__(self, scenario: Scenario, demand: Demand, sites: Sites, travel: Travel) -> None:
        inside = zones_inside(demand.zones)[demand.zone]
        depots_inside = sites_inside(sites.depots, commune_places(scenario.tables.zones))
        self._allowed = np.stack(
            [
                may_serve(
                    vehicle,
                    haul_of(demand, travel, vehicle).km,
                    inside,
                    depots_inside,
                    scenario.settings.rules,
                )
                for vehicle in scenario.tables.vehicles
            ]
        )

    def others(self, patch: Patch, vehicles: Sequence[int]) -> tuple[int, ...]:
        """Which of a depot's vehicles may serve a patch besides its own."""
        allowed = self._allowed[:, patch.consumer, patch.depot]
        return tuple(v for v in vehicles if v != patch.vehicle and allowed[v])
