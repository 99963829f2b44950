"""Directed arcs one after the other, as readers of graphs meet them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from logistique.errors import InvalidInputError
from logistique.findings import Finding
from logistique.network.geodesy import degrees
from logistique.network.streets import Streets
from logistique.network.tags import KEYS, WayFacts, arc_facts, telling

MOST_SHOWN = 10
"""Bad values listed one by one; the rest is counted."""

NUMBERS = ("length", "travel_time", "speed_kph", "capacity", "lanes")
"""Attributes of an arc that are numbers: metres, seconds, km/h, vehicles per hour."""

_OPEN: tuple[tuple[str, str], ...] = ()


class ArcRows:
    """Collects nodes and directed arcs with their attributes.

    Parameters
    ----------
    where : str
        Source named in messages.

    Attributes
    ----------
    text_numbers : int
        Numbers that were given as text.
    closed : int
        Arcs no vehicle may use; left out.
    """

    def __init__(self, where: str) -> None:
        self.text_numbers = self.closed = 0
        self._where = where
        self._position: dict[str, int] = {}
        self._xy: list[tuple[float, float]] = []
        self._ends: list[tuple[int, int]] = []
        self._values: list[tuple[float, ...]] = []
        self._facts: list[WayFacts] = []
        self._shapes: list[Any] = []
        self._findings: list[Finding] = []
        self._known: dict[tuple[tuple[str, str], ...], WayFacts | None] = {_OPEN: arc_facts({})}

    def node(self, name: object, x: object, y: object) -> None:
        """Add a node; names are kept as text."""
        label = str(name)
        if label in self._position:
            self._find(label, "node identifier appears more than once")
            return
        self._position[label] = len(self._xy)
        self._xy.append((self._number(label, "x", x), self._number(label, "y", y)))

    def arc(self, tail: object, head: object, attributes: Mapping[str, Any]) -> None:
        """Add an arc with attributes named as osmnx and OpenStreetMap name them."""
        label = f"{tail} -> {head}"
        ends = self._position.get(str(tail), -1), self._position.get(str(head), -1)
        if min(ends) < 0:
            self._find(label, f"node {str(tail if ends[0] < 0 else head)!r} is not in the source")
            return
        stated = ((key, _text(attributes[key])) for key in KEYS if key in attributes)
        tags = tuple(tag for tag in stated if tag[1] and telling(*tag))
        if tags not in self._known:
            self._known[tags] = arc_facts(dict(tags))
        facts = self._known[tags]
        if facts is None or not facts.forward:
            self.closed += 1
            return
        self._ends.append(ends)
        self._facts.append(facts)
        self._values.append(
            tuple(
                self._number(label, key, attributes.get(key)) if key != "lanes" else math.nan
                for key in NUMBERS
            )
        )
        self._shapes.append(attributes.get("geometry"))

    def streets(self, crs: str) -> Streets:
        """Return everything collected; nodes and shapes are in ``crs``.

        Raises
        ------
        InvalidInputError
            For values that are not numbers, unknown or repeated nodes, shapes that cannot be
            read, a source without arcs or a wrong coordinate system; all together.
        """
        self._check()
        xy = np.array(self._xy)
        lon, lat = degrees(xy[:, 0], xy[:, 1], crs, where=self._where)
        length, time, speed, capacity, _ = np.array(self._values).T
        columns: dict[str, Any] = {
            name: np.array([getattr(facts, name) for facts in self._facts])
            for name in WayFacts._fields
        }
        with np.errstate(invalid="ignore", divide="ignore"):
            time = np.where(np.isnan(time), length / (speed / 3.6), time)
        ends = np.array(self._ends, dtype=np.int64)
        same = ("highway", "max_weight_t", "max_height_m", "max_length_m")
        return Streets(
            node_id=tuple(self._position),
            lon=lon,
            lat=lat,
            tail=ends[:, 0],
            head=ends[:, 1],
            length_m=length,
            time_s=time,
            capacity_veh_h=capacity,
            kmh=columns["kmh_forward"],
            lanes=columns["lanes_forward"],
            modes=columns["forward"],
            destination=columns["destination"],
            ring_road=columns["ring_road"],
            backward=np.zeros(len(ends), dtype=bool),
            **{name: columns[name] for name in same},
            **self._lines(crs),
        )

    def _check(self) -> None:
        if not self._findings and not self._ends:
            closed = f" ({self.closed} arcs are closed to all vehicles)" if self.closed else ""
            self._find("arcs", f"holds no road a vehicle may use{closed}")
        if self._findings:
            shown = self._findings[:MOST_SHOWN]
            if len(self._findings) > MOST_SHOWN:
                message = f"{len(self._findings) - MOST_SHOWN} more problems of this kind"
                shown.append(Finding("network-file", self._where, "arcs", message))
            raise InvalidInputError(shown)

    def _lines(self, crs: str) -> dict[str, Any]:
        """Columns of shapes; arcs without one are straight."""
        with_shape = [i for i, shape in enumerate(self._shapes) if shape is not None]
        line = np.full(len(self._shapes), -1, dtype=np.int64)
        line[with_shape] = np.arange(len(with_shape))
        shapes = [self._shapes[i] for i in with_shape]
        try:
            lines = np.array(
                [shapely.from_wkt(s) if isinstance(s, str) else s for s in shapes], dtype=object
            )
            points, index = shapely.get_coordinates(lines, return_index=True)
        except (shapely.errors.ShapelyError, TypeError) as error:
            message = f"a shape cannot be read: {error}"
            raise InvalidInputError(
                [Finding("network-file", self._where, "geometry", message)]
            ) from error
        size = np.bincount(index, minlength=len(lines))
        lon, lat = degrees(points[:, 0], points[:, 1], crs, where=self._where)
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        return {"line": line, "line_start": start, "line_lon": lon, "line_lat": lat}

    def _number(self, subject: str, key: str, value: Any) -> float:
        """Return the number of an attribute; NaN where it is absent."""
        if value is None or value == "":
            return math.nan
        if isinstance(value, str):
            self.text_numbers += 1
        try:
            number = float(value)
        except (TypeError, ValueError):
            self._find(subject, f"{key} {value!r} is not a number")
            return math.nan
        return number

    def _find(self, subject: str, message: str) -> None:
        self._findings.append(Finding("network-file", self._where, subject, message))


def _text(value: Any) -> str:
    """Text of a tag, several values joined by semicolons; empty where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ";".join(str(item) for item in value)
    return str(value)
