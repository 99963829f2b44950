"""Signs and zones by vehicle: weight, height, length, low emissions, speed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from small_maps import LAT, LON, write_osm

from logistique.errors import InvalidInputError
from logistique.network import BIKE, CAR, LORRY, VAN, LowEmissionZone, read
from logistique.network.highway import Mode
from logistique.network.vehicle import Vehicle

NODES = {1: (0, 0), 2: (2, 0), 3: (2, 2), 4: (0, 2)}
AROUND = {11: ([2, 3, 4, 1], {"highway": "residential"})}


def direct(folder: Path, vehicle: Vehicle, **tags: str) -> bool:
    """Whether a vehicle may use the street from 1 to 2, which the tags are on."""
    ways = {**AROUND, 10: ([1, 2], {"highway": "trunk", **tags})}
    graph = read(write_osm(folder, NODES, ways), vehicle=vehicle).graph
    return graph.n_arcs > 2


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"maxweight": "3.5"}, {"lorry"}),
        ({"maxweight": "3.4"}, {"lorry", "van"}),
        ({"maxheight": "2.6"}, {"lorry", "van"}),
        ({"maxlength": "9"}, {"lorry"}),
        ({"hgv": "no"}, {"lorry"}),
        ({"motorroad": "yes"}, {"bike"}),
        ({"goods": "no"}, {"van"}),
    ],
)
def test_signs(tmp_path: Path, tags: dict[str, str], closed: set[str]) -> None:
    found = {v.name for v in (CAR, VAN, LORRY, BIKE) if not direct(tmp_path, v, **tags)}
    assert found == closed


def test_low_emission_zones_close_what_lies_inside(tmp_path: Path) -> None:
    ways = {**AROUND, 10: ([1, 2], {"highway": "trunk"})}
    path = write_osm(tmp_path, NODES, ways)
    zone = LowEmissionZone(
        "zone", shapely.box(LON + 0.001, LAT - 0.001, LON + 0.002, LAT + 0.001), 2
    )
    with pytest.raises(InvalidInputError, match="states no crit_air"):
        read(path, vehicle=VAN, zones=[zone])
    clean, dirty = replace(VAN, crit_air=2), replace(VAN, crit_air=3)
    assert read(path, vehicle=clean, zones=[zone]).graph.n_arcs == 4
    network = read(path, vehicle=dirty, zones=[zone])
    assert (
        network.graph.n_arcs == 2
    )  # the street from 1 to 2 crosses the zone, the way around does not
    assert network.for_vehicle(clean).graph.n_arcs == 4


def test_free_speed_is_the_limit_or_the_vehicle_s(tmp_path: Path) -> None:
    ways = {**AROUND, 10: ([1, 2], {"highway": "trunk", "maxspeed": "110"})}
    path = write_osm(tmp_path, NODES, ways)
    for vehicle, kmh in ((CAR, 110), (LORRY, 90), (BIKE, 15)):
        graph = read(path, vehicle=vehicle).graph
        speed = 3.6 * graph.length_m / graph.free_time_s
        assert max(speed) == pytest.approx(kmh)
    with pytest.raises(InvalidInputError, match="weight_t"):
        Vehicle("x", Mode.CAR, weight_t=0)


def test_no_street_open_to_a_vehicle(tmp_path: Path) -> None:
    path = write_osm(tmp_path, NODES, {10: ([1, 2, 3, 1], {"highway": "trunk", "hgv": "no"})})
    with pytest.raises(InvalidInputError, match="no street is open to the vehicle 'lorry'"):
        read(path, vehicle=LORRY)
