"""The periods of the day in which tours drive, and the roads as they find them.

``traffic.night.service_percent`` of the tours drive by night, the others by day, each at the speeds
of its period; a scenario of the night or of empty roads has no other period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from logistique.costs.local_speed import local_speeds_kmh
from logistique.costs.pricer import drops_of
from logistique.costs.tours import Drops
from logistique.costs.travel import Travel, measure_travel
from logistique.network.roads import RoadNetwork
from logistique.pipeline.stop_ways import Zones, kinds, ways_to_patches
from logistique.tours.foreseen import Effort, Ways, foresee
from logistique.tours.patches import Patch
from logistique.tours.question import Kind, TourQuestion

if TYPE_CHECKING:
    from logistique.demand import Demand
    from logistique.network.graph import RoadGraph
    from logistique.scenario.scenario import Scenario
    from logistique.scenario.schema.money import ToursSection
    from logistique.scenario.schema.settings import Settings
    from logistique.sites import Sites

IntArray = NDArray[np.int64]
T = TypeVar("T")

_GOLDEN, _SILVER = 5**0.5 / 2 - 0.5, 2**0.5 - 1
"""Their multiples fill the unit interval evenly, wherever they start, and do not repeat one
another: inverse of the golden ratio, and of the silver one."""


def allotted(consumer: IntArray, shares: Sequence[float], phase: float) -> IntArray:
    """Give each patch of a depot a period, in proportion to the shares and spread over its zones.

    A patch keeps its period whatever other consumers the depot serves.

    Parameters
    ----------
    consumer : (p,) int
        Position of the consumer of each patch; those of one follow one another.
    shares : sequence of float
        Of each period; their sum is 1.
    phase : float
        Where to start, 0 to 1.

    Returns
    -------
    (p,) int
        Position of the period of each patch.
    """
    rank = np.arange(consumer.size) - np.searchsorted(consumer, consumer)
    at = (phase + _GOLDEN * consumer + _SILVER * rank) % 1.0
    edges = np.cumsum(shares)
    return np.minimum(np.searchsorted(edges, at, side="right"), len(edges) - 1)


@dataclass(frozen=True, eq=False)
class TourPeriod:
    """One period of the day.

    Parameters
    ----------
    name : str
        ``day``, ``night`` or ``free``.
    share : float
        Part of the tours.
    settings : Settings
        The scenario's, of this period.
    drops : Drops
    zones : Zones
    """

    name: str
    share: float
    settings: Settings
    drops: Drops
    zones: Zones


def tour_periods(
    scenario: Scenario,
    demand: Demand,
    sites: Sites,
    roads: RoadGraph | RoadNetwork,
    travel: Travel,
    middle_km: NDArray[np.float64],
) -> tuple[TourPeriod, ...]:
    """List the periods of a scenario in which tours drive, the period of its costs first.

    Parameters
    ----------
    scenario, demand, sites, roads
    travel : Travel
        In the scenario's period.
    middle_km : (z, 2) float
        Middles of the zones, EPSG:2154.
    """
    settings = scenario.settings

    def period(name: str, share: float) -> TourPeriod:
        network = settings.network.model_copy(update={"period": name})
        own = travel
        if name != settings.network.period and not isinstance(roads, RoadNetwork):
            own = measure_travel(roads, demand.zones, sites.depots, (), (), network)
        return TourPeriod(
            name,
            share,
            settings.model_copy(update={"network": network}),
            drops_of(demand, network),
            Zones(middle_km, local_speeds_kmh(demand.zones, network), own),
        )

    night = settings.traffic.night.service_percent / 100
    if settings.network.period != "day" or night == 0:
        return (period(settings.network.period, 1.0),)
    return period("day", 1 - night), period("night", night)


@dataclass(frozen=True, eq=False)
class TourRoads:
    """Answers for patches, each on the roads of its period.

    Parameters
    ----------
    periods : tuple of TourPeriod
    roads : RoadGraph or RoadNetwork
    demand, sites
    scenario : Scenario
        Whose vehicles drive.
    """

    periods: tuple[TourPeriod, ...]
    roads: RoadGraph | RoadNetwork
    demand: Demand
    sites: Sites
    scenario: Scenario

    def ways(self, patches: Sequence[Patch]) -> Ways:
        """Ways from the depot of each patch to its middle."""
        vehicles = self.scenario.tables.vehicles

        def of(period: TourPeriod, chosen: Sequence[Patch], at: IntArray) -> list[Ways]:
            del at
            zone = self.demand.zone[np.array([patch.consumer for patch in chosen], dtype=np.int64)]
            found = ways_to_patches(
                self.roads, self.sites.depots, chosen, zone, period.zones, vehicles, period.settings
            )
            return [found.part(slice(k, k + 1)) for k in range(len(chosen))]

        return Ways.joined(self._by_period(patches, of))

    def foresee(self, patches: Sequence[Patch], ways: Ways, tours: ToursSection) -> list[Effort]:
        """Apply a surrogate to each patch in its period."""

        def of(period: TourPeriod, chosen: Sequence[Patch], at: IntArray) -> list[Effort]:
            vehicles = self.scenario.tables.vehicles
            return foresee(chosen, _at(ways, at), period.drops, vehicles, tours)

        return self._by_period(patches, of)

    def questions(self, patches: Sequence[Patch]) -> list[TourQuestion]:
        """Put patches as questions, for all vehicles of their fleets."""
        each = [
            replace(patch, vehicle=vehicle)
            for patch in patches
            for vehicle in (patch.vehicle, *patch.others)
        ]
        ways = self.ways(each)

        def of(period: TourPeriod, chosen: Sequence[Patch], at: IntArray) -> list[Kind]:
            return list(
                kinds(
                    self.roads, self.sites.depots, chosen, _at(ways, at), period.drops,
                    self.scenario.tables.vehicles, period.settings,
                )
            )  # fmt: skip

        found = iter(self._by_period(each, of))
        return [
            TourQuestion(patch.parcels, tuple(next(found) for _ in range(1 + len(patch.others))))
            for patch in patches
        ]

    def _by_period(
        self,
        patches: Sequence[Patch],
        of: Callable[[TourPeriod, Sequence[Patch], IntArray], list[T]],
    ) -> list[T]:
        """Ask for the patches of each period together; answers in the order of the patches."""
        numbers = np.array([patch.period for patch in patches], dtype=np.int64)
        found: dict[int, T] = {}
        for number, period in enumerate(self.periods):
            at = np.flatnonzero(numbers == number)
            if at.size:
                chosen = [patches[int(k)] for k in at]
                found.update(zip(at.tolist(), of(period, chosen, at), strict=True))
        return [found[k] for k in range(len(patches))]


def _at(ways: Ways, at: IntArray) -> Ways:
    return Ways(*(getattr(ways, each.name)[at] for each in fields(ways)))
