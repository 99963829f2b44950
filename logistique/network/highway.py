"""Classes of OpenStreetMap roads, and what is assumed of each where the map is silent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np

from logistique.network.graph import FloatArray, IntArray
from logistique.network.road_class import RoadClass


class Mode(IntFlag):
    """Kinds of vehicles that traffic signs tell apart."""

    CAR = 1
    VAN = 2
    """Goods vehicles up to 3.5 t."""
    LORRY = 4
    """Goods vehicles above 3.5 t."""
    BIKE = 8


MOTOR = Mode.CAR | Mode.VAN | Mode.LORRY
EVERY = MOTOR | Mode.BIKE


class Highway(IntEnum):
    """Values of the tag ``highway`` that a vehicle of the library can use."""

    MOTORWAY = 0
    MOTORWAY_LINK = 1
    TRUNK = 2
    TRUNK_LINK = 3
    PRIMARY = 4
    PRIMARY_LINK = 5
    SECONDARY = 6
    SECONDARY_LINK = 7
    TERTIARY = 8
    TERTIARY_LINK = 9
    UNCLASSIFIED = 10
    RESIDENTIAL = 11
    LIVING_STREET = 12
    SERVICE = 13
    ROAD = 14
    TRACK = 15
    PEDESTRIAN = 16
    CYCLEWAY = 17
    PATH = 18
    UNKNOWN = 19
    """The source has no class of road."""


@dataclass(frozen=True)
class Usual:
    """What a class of road is assumed to be where the source does not say.

    Parameters
    ----------
    kmh : float
        Free speed, km/h: the French limit of the class, or below it where bends and crossings
        do not allow it (assumed).
    lanes : float
        Lanes per direction (assumed).
    lane_veh_h : float
        Capacity of a lane, vehicles per hour (assumed; green time included on streets).
    modes : Mode
        Vehicles that may use it when no tag says otherwise.
    road_class : RoadClass
        Class in the road graph; streets count as outer ones until their place is known.
    """

    kmh: float
    lanes: float
    lane_veh_h: float
    modes: Mode = EVERY
    road_class: RoadClass = RoadClass.STREET_OUTER


_NONE = Mode(0)

USUAL: dict[Highway, Usual] = {
    Highway.MOTORWAY: Usual(110, 3, 1900, MOTOR, RoadClass.MOTORWAY),
    Highway.MOTORWAY_LINK: Usual(60, 1, 1500, MOTOR, RoadClass.MOTORWAY),
    Highway.TRUNK: Usual(90, 2, 1700, EVERY, RoadClass.NATIONAL),
    Highway.TRUNK_LINK: Usual(50, 1, 1300, EVERY, RoadClass.NATIONAL),
    Highway.PRIMARY: Usual(50, 2, 900),
    Highway.PRIMARY_LINK: Usual(40, 1, 900),
    Highway.SECONDARY: Usual(50, 1, 800),
    Highway.SECONDARY_LINK: Usual(40, 1, 800),
    Highway.TERTIARY: Usual(45, 1, 700),
    Highway.TERTIARY_LINK: Usual(40, 1, 700),
    Highway.UNCLASSIFIED: Usual(40, 1, 600),
    Highway.RESIDENTIAL: Usual(30, 1, 500),
    Highway.LIVING_STREET: Usual(15, 1, 300),
    Highway.SERVICE: Usual(15, 1, 300),
    Highway.ROAD: Usual(30, 1, 500),
    Highway.TRACK: Usual(15, 1, 200, Mode.BIKE),
    Highway.PEDESTRIAN: Usual(10, 1, 200, _NONE),
    Highway.CYCLEWAY: Usual(15, 1, 200, Mode.BIKE),
    Highway.PATH: Usual(10, 1, 200, _NONE),
    Highway.UNKNOWN: Usual(30, 1, 600),
}


def usual_kmh(highway: IntArray) -> FloatArray:
    """Return the assumed free speed of each class, km/h."""
    return np.array([USUAL[item].kmh for item in Highway])[highway]


def usual_lanes(highway: IntArray) -> FloatArray:
    """Return the assumed lanes per direction of each class."""
    return np.array([USUAL[item].lanes for item in Highway])[highway]


def usual_lane_capacity(highway: IntArray) -> FloatArray:
    """Return the assumed capacity of a lane of each class, vehicles per hour."""
    return np.array([USUAL[item].lane_veh_h for item in Highway])[highway]


def usual_road_class(highway: IntArray) -> IntArray:
    """Return the class in the road graph, values of :class:`RoadClass`."""
    return np.array([int(USUAL[item].road_class) for item in Highway], dtype=np.int64)[highway]
