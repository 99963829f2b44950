"""Car trips of a scenario: by its gravity model, or of its table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from logistique.costs.travel import period_speeds
from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.metropole.rings import Place
from logistique.metropole.territory import PARIS
from logistique.metropole.territory import zones as metropole_zones
from logistique.network.graph import FloatArray, IntArray, RoadGraph
from logistique.network.paths import many_to_many
from logistique.network.periods import arc_times
from logistique.pipeline.stages import MERGED_IN_2025, Prepared
from logistique.places import MOSTLY_PERCENT, in_commune, zone_place
from logistique.scenario.checks.traffic import WHOLE_DAY
from logistique.scenario.scenario import Scenario
from logistique.scenario.schema.traffic import TrafficSection
from logistique.traffic.background import CarPeriod, CarTrips, car_trips

PERIODS = ("night", "morning", "day", "evening")


def car_periods(section: TrafficSection) -> tuple[CarPeriod, ...]:
    """Periods of the day with their share of the car trips."""
    shares = period_shares(section, "car_trips_percent")
    hours = [getattr(section, name).hours for name in PERIODS]
    if abs(sum(hours) - 24) > 1e-6:
        message = f"the periods last {sum(hours):g} hours together"
        raise InvalidInputError(
            [Finding("traffic", "traffic", "hours", message, "make them add up to 24")]
        )
    return tuple(
        CarPeriod(name, hour, float(share))
        for name, hour, share in zip(PERIODS, hours, shares, strict=True)
    )


def period_shares(section: TrafficSection, key: str) -> FloatArray:
    """Parts of a day's vehicles in each period, (periods,); they add up to 1."""
    values = np.array([getattr(getattr(section, name), key) for name in PERIODS])
    if abs(values.sum() - 100) > 1e-6:
        message = f"the periods add up to {values.sum():g} percent"
        raise InvalidInputError(
            [Finding("traffic", "traffic", key, message, "make them add up to 100")]
        )
    return np.asarray(values / values.sum(), dtype=np.float64)


@dataclass(frozen=True)
class _Others:
    """Zones of the Métropole that a scenario does not list."""

    id: tuple[str, ...]
    population: tuple[float, ...]
    jobs: tuple[float, ...]
    place: tuple[Place, ...]


def _other_zones(scenario: Scenario, ready: Prepared) -> _Others:
    if not isinstance(ready.roads, RoadGraph):
        return _Others((), (), (), ())
    listed = {zone.id for zone in scenario.tables.zones}
    table = metropole_zones(2024 if MERGED_IN_2025 in set(ready.graph.node_id) else 2025)
    table = table[~table["insee"].isin(listed) & table["insee"].isin(set(ready.graph.node_id))]
    inside = table["a86_area_share"] >= MOSTLY_PERCENT / 100
    return _Others(
        tuple(table["insee"]),
        tuple(table["population_2022"]),
        tuple(table["jobs_2022"]),
        tuple(
            Place.PARIS if in_commune(code, PARIS) else Place.INNER if inner else Place.OUTER
            for code, inner in zip(table["insee"], inside, strict=True)
        ),
    )


def gravity_trips(
    scenario: Scenario,
    ready: Prepared,
    graph: RoadGraph,
    served: IntArray,
    periods: tuple[CarPeriod, ...],
) -> CarTrips:
    """Car trips between all zones of the scenario, served or not.

    On the built-in network the zones of the Métropole that the scenario leaves out send and
    receive theirs as well: everybody else's traffic is not that of the scenario's zones alone.
    """
    settings = scenario.settings
    section, zones = settings.traffic, scenario.tables.zones
    others = _other_zones(scenario, ready)
    at = np.concatenate([_zone_nodes(scenario, ready, graph, served), graph.positions(others.id)])
    rate = {
        Place.PARIS: section.paris_car_trips_per_inhabitant,
        Place.INNER: section.inner_car_trips_per_inhabitant,
        Place.OUTER: section.outer_car_trips_per_inhabitant,
    }
    seconds = arc_times(graph, "day", period_speeds(settings.network))
    minutes = many_to_many(graph, at, at, weight=seconds) / 60
    return car_trips(
        at,
        np.array([*(zone.population for zone in zones), *others.population], dtype=np.float64),
        np.array([*(zone.jobs for zone in zones), *others.jobs], dtype=np.float64),
        np.array([rate[place] for place in (*map(zone_place, zones), *others.place)]),
        minutes,
        periods,
        mean_minutes=section.mean_trip_min,
    )


def table_trips(
    scenario: Scenario,
    ready: Prepared,
    graph: RoadGraph,
    served: IntArray,
    gateways: IntArray,
    periods: tuple[CarPeriod, ...],
) -> CarTrips:
    """Car trips of the user's table between zones and gateways; those within a zone left out."""
    tables = scenario.tables
    ids = [*(z.id for z in tables.zones), *(g.id for g in tables.gateways)]
    number = {name: position for position, name in enumerate(ids)}
    node = np.concatenate([_zone_nodes(scenario, ready, graph, served), gateways])
    hourly = np.zeros((len(periods), len(ids), len(ids)))
    for row in tables.car_trips:
        start, end = number[row.origin], number[row.destination]
        for p, period in enumerate(periods):
            share = 1.0 if row.period == period.name else 0.0
            share = period.share if row.period == WHOLE_DAY else share
            hourly[p, start, end] += share * row.trips / period.hours
    diagonal = np.arange(len(ids))
    hourly[:, diagonal, diagonal] = 0.0
    return CarTrips(node, tuple(hourly), float("nan"))


def _zone_nodes(
    scenario: Scenario, ready: Prepared, graph: RoadGraph, served: IntArray
) -> IntArray:
    """Nodes of all zones of the scenario, served or not."""
    zones = scenario.tables.zones
    if tuple(z.id for z in zones) == tuple(z.id for z in ready.demand.zones):
        return served
    return graph.positions([z.id for z in zones])
