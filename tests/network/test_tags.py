"""Tags of OpenStreetMap: values as numbers, access by vehicle, directions."""

from __future__ import annotations

import math

import pytest

from logistique.network.highway import EVERY, MOTOR, Mode
from logistique.network.tag_values import count, size_m, speed_kmh, weight_t
from logistique.network.tags import arc_facts, decode


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("FR:urban", 50), ("FR:rural", 80),
        ("FR:zone30", 30), ("FR:30", 30), ("walk", 6), ("50;30", 30), ("['50', '30']", 30),
        ("none", None), ("signals", None), ("", None), ("0", None), ("12,5", 12.5),
        ("['50','70']", 50), ("FR:motorway", 130),
    ],
)  # fmt: skip
def test_speeds(text: str, kmh: float | None) -> None:
    found = speed_kmh(text)
    assert math.isnan(found) if kmh is None else found == pytest.approx(kmh)


def test_weights_sizes_and_lanes() -> None:
    assert weight_t("3.5") == weight_t("3,5 t") == weight_t("3500 kg") == 3.5
    assert weight_t("none") == weight_t("default") == math.inf
    assert weight_t("10 st") == pytest.approx(9.07, abs=0.01)
    assert size_m("3.5 m") == size_m("3,5") == size_m("350 cm") == 3.5
    assert size_m("12'6\"") == pytest.approx(3.81)
    assert size_m("below_default") == math.inf
    assert count("2") == count("3;2") == 2
    assert math.isnan(count("0"))
    assert math.isnan(count("many"))


def modes(**tags: str) -> tuple[int, int]:
    facts = decode({key.replace("__", ":"): value for key, value in tags.items()})
    return (0, 0) if facts is None else (facts.forward, facts.backward)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"highway": "residential"}, EVERY, EVERY),
        ({"highway": "residential", "oneway": "yes"}, EVERY, 0),
        ({"highway": "residential", "oneway": "-1"}, 0, EVERY),
        ({"highway": "residential", "oneway": "reversible"}, 0, 0),
        ({"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"}, EVERY, Mode.BIKE),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, EVERY, 8),
        ({"highway": "residential", "oneway": "yes", "cycleway__left__oneway": "-1"}, EVERY, 8),
        ({"highway": "residential", "junction": "roundabout"}, EVERY, 0),
        ({"highway": "motorway"}, MOTOR, 0),
        ({"highway": "motorway", "oneway": "no"}, MOTOR, MOTOR),
        ({"highway": "trunk", "motorroad": "yes"}, MOTOR, MOTOR),
        ({"highway": "residential", "access": "private"}, 0, 0),
        ({"highway": "residential", "access": "no", "bicycle": "yes"}, 8, 8),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, MOTOR, MOTOR),
        ({"highway": "residential", "motor_vehicle": "destination"}, EVERY, EVERY),
        ({"highway": "residential", "hgv": "no"}, 1 | 2 | 8, 1 | 2 | 8),
        ({"highway": "residential", "motor_vehicle": "no", "goods": "delivery"}, 2 | 8, 2 | 8),
        ({"highway": "cycleway"}, 8, 8),
        ({"highway": "cycleway", "access": "yes"}, 8, 8),
        ({"highway": "path"}, 0, 0),
        ({"highway": "path", "bicycle": "designated"}, 8, 8),
        ({"highway": "footway", "bicycle": "yes"}, 8, 8),
        ({"highway": "pedestrian"}, 0, 0),
        ({"highway": "steps"}, 0, 0),
        ({"highway": "service", "service": "driveway"}, 0, 0),
        ({"highway": "service"}, EVERY, EVERY),
        ({"highway": "residential", "area": "yes"}, 0, 0),
        ({"highway": "busway"}, 0, 0),
        ({"highway": "residential", "motor_vehicle": "psv;no"}, 8, 8),
    ],
)
def test_who_may_drive_which_way(tags: dict[str, str], forward: int, backward: int) -> None:
    assert modes(**tags) == (int(forward), int(backward))


def test_speeds_and_lanes_by_direction() -> None:
    tags = {"highway": "primary", "maxspeed": "50", "maxspeed:backward": "30", "lanes": "4"}
    facts = decode(tags)
    assert facts is not None
    assert (facts.kmh_forward, facts.kmh_backward) == (50, 30)
    assert (facts.lanes_forward, facts.lanes_backward) == (2, 2)
    one_way = decode({**tags, "oneway": "yes"})
    assert one_way is not None
    assert one_way.lanes_forward == 4
    uneven = decode({**tags, "lanes:forward": "3", "lanes:backward": "1"})
    assert uneven is not None
    assert (uneven.lanes_forward, uneven.lanes_backward) == (3, 1)


def test_ring_roads_by_their_name() -> None:
    name = "Boulevard Périphérique Intérieur"
    for highway, ring in (("trunk", True), ("motorway", True), ("secondary", False)):
        facts = decode({"highway": highway, "name": name})
        assert facts is not None
        assert facts.ring_road is ring


def test_an_arc_has_its_direction_already() -> None:
    back = arc_facts({"highway": "residential", "oneway": "-1"})
    assert back is not None
    assert back.forward == int(EVERY)
    ring = arc_facts({"highway": "motorway", "lanes": "3", "oneway": "True"})
    assert ring is not None
    assert (ring.forward, ring.lanes_forward) == (int(MOTOR), 3)
    bare = arc_facts({})
    assert bare is not None
    assert bare.forward == int(EVERY)
    assert arc_facts({"access": "no"}) is None
