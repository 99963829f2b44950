"""Colours and symbols of maps, distinguishable without colour vision (Okabe and Ito 2008)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from logistique.reports.guides import GuideKind
from logistique.reports.map_scene import Shape

RAMP = ("#f1f0f5", "#dcdbe8", "#c4c3d8", "#a8a8c6", "#8988b0")
"""Parcels per km², from few to many: pale, so that symbols and lines stay in front."""

NOT_SERVED = "#fafafa"
BORDER = "#ffffff"
FAINT_BORDER = "#dcdce4"
COMMUNE_BORDER = "#6f6f8f"
OUTLINE = "#4b4b63"
INK = "#1d1d2b"
MUTED = "#5d5d70"
FLOW = "#1d1d2b"
TOUR = "#009e73"
"""Routed tours."""
STORAGE = "#f0c419"
CANDIDATE = "#6b6b80"
AGENCY = "#6b6b80"


@dataclass(frozen=True)
class Symbol:
    """How a hub type is drawn."""

    shape: Shape
    colour: str


_SYMBOLS = (
    Symbol("circle", "#0072b2"),
    Symbol("square", "#d55e00"),
    Symbol("diamond", "#007a5a"),
    Symbol("triangle", "#a8326e"),
    Symbol("hexagon", "#4b4b63"),
    Symbol("pentagon", "#8a5a00"),
)


@dataclass(frozen=True)
class Stroke:
    """How a guide line is drawn."""

    colour: str
    width: float


GUIDES: Mapping[GuideKind, Stroke] = {
    "river": Stroke("#7fb6dd", 4.0),
    "national": Stroke("#ffffff", 1.4),
    "motorway": Stroke("#e39d9d", 1.6),
    "a86": Stroke("#cf6f6f", 2.2),
    "ring": Stroke("#b84a4a", 2.6),
}


def symbols(hub_types: Iterable[str]) -> Mapping[str, Symbol]:
    """Symbol of each hub type: the same for the same set of types, whatever is open.

    Parameters
    ----------
    hub_types : iterable of str
        Types of all candidates; beyond six types symbols repeat.
    """
    ordered = sorted(set(hub_types))
    return {kind: _SYMBOLS[k % len(_SYMBOLS)] for k, kind in enumerate(ordered)}


def class_breaks(values: Iterable[float]) -> tuple[float, ...]:
    """Round upper limits of the colour classes but the last, at the quintiles.

    Parameters
    ----------
    values : iterable of float
        Positive values; fewer limits come back when they are few or alike.
    """
    array = np.array([value for value in values if value > 0])
    if not array.size:
        return ()
    steps = np.linspace(0, 1, len(RAMP) + 1)[1:-1]
    rounded = [float(f"{limit:.2g}") for limit in np.quantile(array, steps)]
    return tuple(sorted(set(rounded)))


def ramp_colour(value: float, breaks: tuple[float, ...]) -> str:
    """Colour of a value among classes limited by ``breaks``; the darkest is always used."""
    position = int(np.searchsorted(np.array(breaks), value, side="left"))
    return RAMP[position + len(RAMP) - len(breaks) - 1]


CHANGE_RAMP = ("#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b")
"""Change against today from large savings (blue) to large increases (red); readable with any
colour vision (ColorBrewer RdBu, Harrower and Brewer 2003)."""

CHANGE_LIMITS = (-40.0, -20.0, -5.0, 5.0, 20.0, 40.0)
"""Limits of the classes of change, percent."""

CATCHMENTS = ("#cfe3f3", "#f6dcc0", "#d3ead9", "#eed5e4", "#e9e5b8", "#d9d6ee", "#f3d1cb")
"""Pale fills that tell neighbouring catchments apart; their borders are drawn as well."""

CATCHMENT_BORDER = "#3a3a52"


LOAD_LIMITS = (50.0, 70.0, 90.0, 100.0)
"""Limits of the classes of load, percent of capacity."""

LOADS = (
    ("#4575b4", 1.1),
    ("#6fb1d2", 1.5),
    ("#e0a81c", 2.0),
    ("#e8602c", 2.6),
    ("#a50026", 3.2),
)
"""Colour and width of a road by class of load: told apart by width as well as by colour."""

SLOWER = ("#ef8a62", "#b2182b")
FASTER = ("#67a9cf", "#2166ac")
"""Roads that become slower or faster than today, a little or much."""


def load_class(percent: float) -> int:
    """Class of a load in percent of capacity, 0 to 4."""
    return int(np.searchsorted(np.array(LOAD_LIMITS), percent, side="right"))


def change_class(percent: float) -> int:
    """Class of a change in percent, 0 to 6."""
    return int(np.searchsorted(np.array(CHANGE_LIMITS), percent, side="left"))


def ramp_class(value: float, breaks: tuple[float, ...]) -> int:
    """Class of a value among the colours of :data:`RAMP`."""
    return RAMP.index(ramp_colour(value, breaks))
