"""What the tags of an OpenStreetMap way mean for vehicles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from logistique.network.highway import EVERY, MOTOR, USUAL, Highway, Mode
from logistique.network.tag_values import INF, NAN, count, parts, size_m, speed_kmh, weight_t

KEYS = (
    "highway", "oneway", "oneway:bicycle", "junction", "motorroad", "area", "service", "name", "maxspeed", "maxspeed:forward", "maxspeed:backward", "lanes", "lanes:forward",
    "lanes:backward", "access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "bicycle",
    "maxweight", "maxheight", "maxlength", "cycleway", "cycleway:left", "cycleway:right",
    "cycleway:both", "cycleway:left:oneway", "cycleway:right:oneway",
)  # fmt: skip
"""Tags that are read; all others are left aside."""

_KEYS = frozenset(KEYS)

RING_ROAD = "périphérique"
"""Name of an urban ring road, in lower case."""

NO_ROAD = ("parking_aisle", "driveway", "drive-through", "emergency_access", "slipway")
"""Kinds of ``service`` that lead nowhere but to one property."""

_CLOSED = frozenset(
    [
        "no",
        "private",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "emergency",
        "military",
        "psv",
        "bus",
        "use_sidepath",
        "dismount",
        "permit",
        "discouraged_no",
    ]
)
_DESTINATION = frozenset(["destination", "delivery", "customers"])
_CHAIN = {
    Mode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
    Mode.VAN: ("goods", "motor_vehicle", "vehicle", "access"),
    Mode.LORRY: ("hgv", "motor_vehicle", "vehicle", "access"),
    Mode.BIKE: ("bicycle", "vehicle", "access"),
}
_FORWARD = ("yes", "true", "1")
_BACKWARD = ("-1", "reverse")


class WayFacts(NamedTuple):
    """What a way is to vehicles, in both directions.

    ``forward`` and ``backward`` say which :class:`Mode` may use it; speeds (km/h) and lanes are
    NaN and limits infinite where no tag states them; ``destination`` marks ways open only to
    traffic that ends there; ``ring_road`` an urban ring by its name.
    """

    highway: int
    forward: int
    backward: int
    kmh_forward: float = NAN
    kmh_backward: float = NAN
    lanes_forward: float = NAN
    lanes_backward: float = NAN
    max_weight_t: float = INF
    max_height_m: float = INF
    max_length_m: float = INF
    destination: bool = False
    ring_road: bool = False


def decode(tags: Mapping[str, str]) -> WayFacts | None:
    """Read the tags of a way; None when no vehicle of the library may use it.

    Parameters
    ----------
    tags : mapping
        Keys and values as in OpenStreetMap; keys other than :data:`KEYS` do not matter.

    Notes
    -----
    Access follows the hierarchy of OpenStreetMap: the most specific of for example ``hgv``,
    ``motor_vehicle``, ``vehicle`` and ``access`` decides. Conditional tags are not read.
    """
    highway = highway_of(tags.get("highway", ""))
    if highway is None or tags.get("area") == "yes" or tags.get("service") in NO_ROAD:
        return None
    modes = permitted(tags, highway)
    forward, backward = _directions(tags, highway, modes)
    if not forward | backward:
        return None
    both = bool(forward & MOTOR) and bool(backward & MOTOR)
    speed = speed_kmh(tags.get("maxspeed", ""))
    lanes = count(tags.get("lanes", "")) / (2 if both else 1)
    return WayFacts(
        highway=int(highway),
        forward=int(forward),
        backward=int(backward),
        kmh_forward=_else(speed_kmh(tags.get("maxspeed:forward", "")), speed),
        kmh_backward=_else(speed_kmh(tags.get("maxspeed:backward", "")), speed),
        lanes_forward=_else(count(tags.get("lanes:forward", "")), lanes),
        lanes_backward=_else(count(tags.get("lanes:backward", "")), lanes),
        max_weight_t=weight_t(tags.get("maxweight", "")),
        max_height_m=size_m(tags.get("maxheight", "")),
        max_length_m=size_m(tags.get("maxlength", "")),
        destination=any(tags.get(key) in _DESTINATION for key in _CHAIN[Mode.VAN]),
        ring_road=highway <= Highway.TRUNK_LINK and RING_ROAD in tags.get("name", "").lower(),
    )


def telling(key: str, value: str) -> bool:
    """Whether a tag can change what :func:`decode` says; of names only those of ring roads."""
    return key in _KEYS and (key != "name" or RING_ROAD in value.lower())


def highway_of(value: str) -> Highway | None:
    """Class of a value of ``highway``; the first that is a road when it lists several."""
    if not value:
        return None
    for part in parts(value):
        name = part.upper()
        if name in Highway.__members__ and name != "UNKNOWN":
            return Highway[name]
    return Highway.PATH if {"footway", "bridleway"} & set(parts(value)) else None


def permitted(tags: Mapping[str, str], highway: Highway) -> Mode:
    """Vehicles that may use a way in at least one direction."""
    modes = USUAL[highway].modes
    if tags.get("motorroad") == "yes":
        modes &= ~Mode.BIKE
    for mode, chain in _CHAIN.items():
        value = next((tags[key] for key in chain if key in tags), None)
        if value is None:
            continue
        # Access alone opens nothing that the class closes: "access=yes" on a cycleway.
        stated = any(key in tags for key in chain[:-1])
        if any(part in _CLOSED for part in [value, *parts(value)]):
            modes &= ~mode
        elif stated and value != "unknown":
            modes |= mode
    return modes


def _directions(tags: Mapping[str, str], highway: Highway, modes: Mode) -> tuple[Mode, Mode]:
    value = tags.get("oneway", "").lower()
    ring = tags.get("junction") in ("roundabout", "circular")
    nothing = Mode(0)
    forward, backward = modes, modes
    if value in _BACKWARD:
        forward = nothing
    elif value in _FORWARD or (value != "no" and (ring or highway == Highway.MOTORWAY)):
        backward = nothing
    elif value == "reversible":
        return nothing, nothing
    if forward != backward and _bikes_both_ways(tags):
        forward |= modes & Mode.BIKE
        backward |= modes & Mode.BIKE
    return forward, backward


def _bikes_both_ways(tags: Mapping[str, str]) -> bool:
    if "oneway:bicycle" in tags:
        return tags["oneway:bicycle"] == "no"
    lanes = [tags.get(key, "") for key in ("cycleway", "cycleway:left", "cycleway:right")]
    against = [tags.get(f"cycleway:{side}:oneway") for side in ("left", "right")]
    return any(lane.startswith("opposite") for lane in lanes) or bool({"-1", "no"} & set(against))


def arc_facts(tags: Mapping[str, str]) -> WayFacts | None:
    """Read the tags of one direction of a street, whose direction the source has settled.

    A street without ``highway`` is of unknown class and open to every vehicle its other tags
    do not refuse.
    """
    settled = {k: v for k, v in tags.items() if k not in ("oneway", "junction", "oneway:bicycle")}
    if not settled.get("highway"):
        modes = permitted(settled, Highway.UNKNOWN) & EVERY
        found = decode({**settled, "highway": "residential"})
        if found is None or not modes:
            return None
        return found._replace(highway=int(Highway.UNKNOWN), forward=int(modes))
    if settled["highway"] in ("motorway", "motorway_link"):
        settled["oneway"] = "yes"
    elif "lanes" in settled and tags.get("oneway", "").lower() in (*_FORWARD, "true"):
        settled["lanes:forward"] = settled["lanes"]
    return decode(settled)


def _else(value: float, other: float) -> float:
    return value if value == value else other
