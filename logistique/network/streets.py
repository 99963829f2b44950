"""Streets as a source states them: directed arcs with gaps, before anything is trusted."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from logistique.network.graph import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class BannedTurn:
    """Arcs that may not be driven one after the other, and by whom.

    Parameters
    ----------
    arcs : tuple of int
        Positions in :class:`Streets`, two or more (more where the rule spans whole ways).
    modes : int
        :class:`~logistique.network.highway.Mode` bits the rule holds for.
    """

    arcs: tuple[int, ...]
    modes: int


@dataclass(frozen=True, eq=False)
class Streets:
    """Directed arcs between junctions, for all vehicles together.

    Parameters
    ----------
    node_id : tuple of str, length n
    lon, lat : (n,) float
        WGS84 degrees.
    tail, head : (a,) int
        Node positions.
    length_m, time_s, kmh, lanes, capacity_veh_h : (a,) float
        As stated; NaN where the source is silent. ``kmh`` is a posted limit or a stated speed.
    highway, modes : (a,) int
        :class:`~logistique.network.highway.Highway`, and bits of
        :class:`~logistique.network.highway.Mode` that may use the arc.
    max_weight_t, max_height_m, max_length_m : (a,) float
        Limits; infinite where there is none.
    destination, ring_road : (a,) bool
        Open only to traffic that ends there; part of an urban ring by its name.
    line : (a,) int
        Line of the arc's shape, −1 where the source gives none (a straight street).
    backward : (a,) bool
        Whether the arc runs against its line.
    line_start : (l + 1,) int
        Points ``line_start[i]:line_start[i + 1]`` are those of line i.
    line_lon, line_lat : (p,) float
        WGS84 degrees.
    banned : tuple of BannedTurn
    """

    node_id: tuple[str, ...]
    lon: FloatArray
    lat: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    time_s: FloatArray
    kmh: FloatArray
    lanes: FloatArray
    capacity_veh_h: FloatArray
    highway: IntArray
    modes: IntArray
    max_weight_t: FloatArray
    max_height_m: FloatArray
    max_length_m: FloatArray
    destination: BoolArray
    ring_road: BoolArray
    line: IntArray
    backward: BoolArray
    line_start: IntArray
    line_lon: FloatArray
    line_lat: FloatArray
    banned: tuple[BannedTurn, ...] = ()

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_arcs(self) -> int:
        """Number of directed arcs."""
        return len(self.tail)

    def only(self, keep: BoolArray) -> Streets:
        """Return the streets with some of their arcs, nodes as before.

        A banned turn goes with the first of its arcs that goes.
        """
        position = np.cumsum(keep) - 1
        banned = tuple(
            BannedTurn(tuple(int(position[arc]) for arc in turn.arcs), turn.modes)
            for turn in self.banned
            if all(keep[arc] for arc in turn.arcs)
        )
        columns = {name: getattr(self, name)[keep] for name in ARC_COLUMNS}
        return replace(self, **columns, banned=banned)


NODE_COLUMNS = ("lon", "lat")
LINE_COLUMNS = ("line_start", "line_lon", "line_lat")
ARC_COLUMNS = tuple(
    item.name
    for item in fields(Streets)
    if item.name not in (*NODE_COLUMNS, *LINE_COLUMNS, "node_id", "banned")
)


def no_lines() -> dict[str, Any]:
    """Return the columns of shapes for a source that has none."""
    empty = np.empty(0)
    return {"line_start": np.zeros(1, dtype=np.int64), "line_lon": empty, "line_lat": empty}
