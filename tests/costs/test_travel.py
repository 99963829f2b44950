"""Travel on a road of two zones, by hand, and on the built-in network, against itself.

One straight street, zones za and zb 3 km apart, 3.6 km of road in 240 s (54 km/h). The depot
stands 1 km before za: a connector of 1.3 km at 54 km/h takes 86.7 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hand_rows import zone

from logistique.costs.travel import Travel, measure_travel
from logistique.errors import InvalidInputError
from logistique.metropole import build_roads
from logistique.network.graph import RoadClass, RoadGraph
from logistique.network.projection import lonlat
from logistique.scenario.schema.place import NetworkSection
from logistique.scenario.schema.rows import Zone

X, Y = 652_000.0, 6_862_000.0
FREE = NetworkSection(period="free")


@dataclass(frozen=True)
class Spot:
    id: str
    lon: float
    lat: float


def spot(name: str, east_m: float, north_m: float = 0.0) -> Spot:
    lon, lat = lonlat([X + east_m], [Y + north_m])
    return Spot(name, float(lon[0]), float(lat[0]))


def zone_at(name: str, east_m: float) -> Zone:
    at = spot(name, east_m)
    return zone(name, lon=at.lon, lat=at.lat, centroid_lon=at.lon, centroid_lat=at.lat)


def street() -> RoadGraph:
    return RoadGraph(
        node_id=("za", "zb"),
        x_m=np.array([X, X + 3000]),
        y_m=np.array([Y, Y]),
        tail=np.array([0, 1]),
        head=np.array([1, 0]),
        length_m=np.array([3600.0, 3600.0]),
        free_time_s=np.array([240.0, 240.0]),
        capacity_veh_h=np.array([800.0, 800.0]),
        lanes=np.array([1.0, 1.0]),
        road_class=np.array([RoadClass.STREET_OUTER] * 2),
        crs="EPSG:2154",
        source="one street",
    )


ZONES = [zone_at("za", 0), zone_at("zb", 3000)]


def measured(network: NetworkSection = FREE, zones: list[Zone] | None = None) -> Travel:
    return measure_travel(
        street(),
        ZONES if zones is None else zones,
        [spot("d", -1000)],
        [spot("s", 4000)],
        [spot("g", 3000, 8000)],
        network,
    )


def test_ways_by_hand() -> None:
    """Storage 1 km beyond zb: feeding 1.3 + 3.6 + 1.3 km in 86.7 + 240 + 86.7 s.

    Gateway 8 km off zb: 10.4 + 1.3 km at 54 km/h.
    """
    found = measured()
    assert found.distance_km[:, 0] == pytest.approx([1.3, 4.9], rel=1e-6)
    assert found.minutes[:, 0] == pytest.approx([86.667 / 60, 326.667 / 60], rel=1e-4)
    assert found.bike_km[:, 0] == pytest.approx([1.3, 4.9], rel=1e-6)
    assert found.bike_minutes[:, 0] == pytest.approx([5.2, 19.6], rel=1e-6)
    assert found.feed_km == pytest.approx(np.array([[6.2]]), rel=1e-6)
    assert found.feed_minutes == pytest.approx(np.array([[413.333 / 60]]), rel=1e-4)
    assert found.feed_straight_km == pytest.approx(np.array([[5.0]]), rel=1e-6)
    assert found.gateway_km == pytest.approx(np.array([[11.7]]), rel=1e-6)


def test_by_day_other_roads_are_slower() -> None:
    day = measured(NetworkSection(period="day", other_day_factor_percent=50))
    assert day.minutes == pytest.approx(2 * measured().minutes)
    assert day.bike_minutes == pytest.approx(measured().bike_minutes)


def test_a_zone_that_moved_from_its_node_gets_its_own() -> None:
    """Zone za now has its centroid, and its road point, 2 km east of the node of that name."""
    found = measured(zones=[zone_at("za", 2000), ZONES[1]])
    assert found.distance_km[0, 0] > 3.0
    assert found.distance_km[1, 0] == pytest.approx(4.9, rel=1e-6)


def test_places_far_from_roads_are_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match=r"depot:far: is 6\.0 km from the nearest road"):
        measure_travel(street(), ZONES, [spot("far", -6000)], [], [], FREE)
    with pytest.raises(InvalidInputError, match="gateway:far"):
        measure_travel(street(), ZONES, [], [], [spot("far", -16_000)], FREE)


def test_agencies_may_stand_for_depots_and_storages_at_once() -> None:
    agencies = [spot("x", -1000), spot("y", 4000)]
    found = measure_travel(street(), ZONES, agencies, agencies, [], FREE)
    assert found.distance_km.shape == (2, 2)
    assert np.diag(found.feed_km) == pytest.approx([0, 0])
    assert found.gateway_km.shape == (0, 2)


def test_on_the_built_in_network() -> None:
    """A depot in the 10th arrondissement: near its zone, slower by day, never below a straight
    line, reaching everybody."""
    depot = Spot("d", 2.36, 48.875)
    rows = [
        zone("75110", centroid_lon=2.360728, centroid_lat=48.87613),
        zone("92002", centroid_lon=2.29667, centroid_lat=48.75064),
    ]
    graph = build_roads(2024)
    free = measure_travel(graph, rows, [depot], [], [], FREE)
    day = measure_travel(graph, rows, [depot], [], [], NetworkSection(period="day"))
    assert free.distance_km[0, 0] < 2.5
    assert 13.7 <= free.distance_km[1, 0] <= 25
    assert np.all(day.minutes > free.minutes)
    assert np.all(np.isfinite(free.bike_km))
    assert np.all(free.bike_km <= free.distance_km + 1e-9)
