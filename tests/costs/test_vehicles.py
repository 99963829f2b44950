"""Which vehicle may go where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand_rows import depot, storage, vehicle, zone

from logistique.costs.local_speed import local_speed_kmh, local_speeds_kmh
from logistique.costs.vehicles import may_serve, sites_inside, zones_inside
from logistique.metropole.rings import Place
from logistique.places import commune_places
from logistique.scenario.schema.money import RulesSection
from logistique.scenario.schema.place import NetworkSection

DISTANCE = np.array([[1.0, 6.0], [5.0, 5.1]])
ZONE_INSIDE = np.array([True, False])
ORIGIN_INSIDE = np.array([False, True])


@pytest.mark.parametrize(
    ("changes", "rules", "allowed"),
    [
        ({}, {}, [[True, False], [True, False]]),
        ({"service_radius_km": 9}, {}, [[True, True], [True, True]]),
        ({"critair": 3}, {}, [[True, False], [True, False]]),
        ({"critair": 2}, {"low_emission_zone": "a86"}, [[True, False], [True, False]]),
        ({"critair": 3}, {"low_emission_zone": "a86"}, [[False, False], [True, False]]),
        (
            {"critair": 2},
            {"low_emission_zone": "a86", "critair_banned_from": 2},
            [[False, False], [True, False]],
        ),
        ({"length_m": 12}, {"max_length_m": 12}, [[True, False], [True, False]]),
        ({"length_m": 12.1}, {"max_length_m": 12}, [[False, False], [False, False]]),
    ],
)
def test_rules(changes: dict[str, Any], rules: dict[str, Any], allowed: list[list[bool]]) -> None:
    van = vehicle(**({"service_radius_km": 5} | changes))
    found = may_serve(van, DISTANCE, ZONE_INSIDE, ORIGIN_INSIDE, RulesSection(**rules))
    assert found.tolist() == allowed


def test_inside_the_a86() -> None:
    zones = [
        zone("75104", commune="75056", a86_area_share_percent=0),
        zone("92001"),
        zone("93001", a86_area_share_percent=20),
    ]
    places = commune_places(zones)
    assert zones_inside(zones).tolist() == [True, True, False]
    depots = [depot("a", commune="75104"), depot("b"), depot("c", commune="93001")]
    assert sites_inside(depots, places).tolist() == [True, True, False]
    assert sites_inside([storage("s", commune=None)], places).tolist() == [False]


@pytest.mark.parametrize(
    ("period", "speeds"),
    [("day", [13.1, 17.5, 21.0]), ("night", [20.1, 25.0, 30.0]), ("free", [20.1, 25.0, 30.0])],
)
def test_local_speeds(period: str, speeds: list[float]) -> None:
    network = NetworkSection(period=period)
    assert [local_speed_kmh(place, network) for place in Place] == pytest.approx(speeds)
    zones = [zone("93001", a86_area_share_percent=0), zone("92001")]
    assert local_speeds_kmh(zones, network) == pytest.approx(speeds[:0:-1])
