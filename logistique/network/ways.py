"""Ways of a map cut at their junctions into streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from logistique.network.geodesy import geodesic_m
from logistique.network.graph import BoolArray, FloatArray, IntArray
from logistique.network.streets import Streets
from logistique.network.tags import WayFacts
from logistique.network.turn_rules import TurnRule, banned_turns


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways as rows of points, each with what it is to vehicles.

    Parameters
    ----------
    node : (n,) int
        Identifiers of all points used, ascending.
    lon, lat : (n,) float
        WGS84 degrees.
    refs : (r,) int
        Positions in ``node`` of the points of all ways, one way after the other.
    start : (w + 1,) int
        Way i has the points ``refs[start[i]:start[i + 1]]``, at least two.
    way_id : (w,) int
        Identifiers; parts of one way share theirs.
    facts : sequence of WayFacts
    rules : sequence of TurnRule
    """

    node: IntArray
    lon: FloatArray
    lat: FloatArray
    refs: IntArray
    start: IntArray
    way_id: IntArray
    facts: Sequence[WayFacts]
    rules: Sequence[TurnRule] = ()


@dataclass(frozen=True, eq=False)
class CutWays:
    """Streets, and the turn rules that could not be tied to them."""

    streets: Streets
    unusable_rules: int


def cut(ways: Ways) -> CutWays:
    """Cut ways wherever they meet another way, themselves or a turn rule.

    Streets keep their shape; a loop that meets nothing else is cut once more in the middle.
    Lengths are sums along the points on the WGS84 ellipsoid.
    """
    firsts, lasts, way = _pieces(ways)
    step = np.zeros(len(ways.refs))
    here, there = ways.refs[:-1], ways.refs[1:]
    step[:-1] = geodesic_m(ways.lon[here], ways.lat[here], ways.lon[there], ways.lat[there])
    step[ways.start[1:] - 1] = 0.0
    length = np.add.reduceat(step, firsts) if firsts.size else np.empty(0)
    facts = _fact_columns(ways.facts)
    forward, backward = facts["forward"][way], facts["backward"][way]
    line = np.arange(len(firsts))
    against = np.concatenate([np.zeros(len(line), dtype=bool), np.ones(len(line), dtype=bool)])
    line = np.concatenate([line, line])
    open_ = np.concatenate([forward, backward]) > 0
    # Both directions of a street side by side, streets in the order of the file.
    order = np.lexsort((against, line))
    order = order[open_[order]]
    line, against = line[order], against[order]
    junction, node_of = np.unique(
        np.concatenate([ways.refs[firsts], ways.refs[lasts]]), return_inverse=True
    )
    first_node, last_node = node_of[: len(firsts)], node_of[len(firsts) :]
    arcs = _Arcs(line, against, way[line])
    streets = Streets(
        node_id=tuple(str(name) for name in ways.node[junction].tolist()),
        lon=ways.lon[junction],
        lat=ways.lat[junction],
        tail=np.where(against, last_node[line], first_node[line]).astype(np.int64),
        head=np.where(against, first_node[line], last_node[line]).astype(np.int64),
        length_m=length[line],
        time_s=np.full(len(line), np.nan),
        capacity_veh_h=np.full(len(line), np.nan),
        line=line,
        backward=against,
        **_line_columns(ways, firsts, lasts),
        **_arc_columns(facts, arcs),
    )
    banned, unusable = banned_turns(
        ways.rules, streets.tail, streets.head, ways.way_id[arcs.way], ways.node[junction]
    )
    return CutWays(replace(streets, banned=banned), unusable)


@dataclass(frozen=True, eq=False)
class _Arcs:
    line: IntArray
    against: BoolArray
    way: IntArray


def _pieces(ways: Ways) -> tuple[IntArray, IntArray, IntArray]:
    """Positions in ``refs`` where streets begin and end, and the way of each."""
    met = np.bincount(ways.refs, minlength=len(ways.node)) > 1
    met[ways.refs[ways.start[:-1]]] = True
    met[ways.refs[ways.start[1:] - 1]] = True
    via = {node for rule in ways.rules for node in rule.via_nodes}
    met[np.isin(ways.node, np.array(sorted(via), dtype=np.int64))] = True
    is_end = met[ways.refs]
    while True:
        ends = np.flatnonzero(is_end)
        way_of = np.searchsorted(ways.start, ends, side="right") - 1
        same = way_of[:-1] == way_of[1:]
        firsts, lasts, way = ends[:-1][same], ends[1:][same], way_of[:-1][same]
        loop = (ways.refs[firsts] == ways.refs[lasts]) & (lasts - firsts > 1)
        if not loop.any():
            return firsts, lasts, way
        is_end[(firsts[loop] + lasts[loop]) // 2] = True


def _line_columns(ways: Ways, firsts: IntArray, lasts: IntArray) -> dict[str, Any]:
    size = lasts - firsts + 1
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    position = np.arange(start[-1]) - np.repeat(start[:-1] - firsts, size)
    points = ways.refs[position]
    return {"line_start": start, "line_lon": ways.lon[points], "line_lat": ways.lat[points]}


def _fact_columns(facts: Sequence[WayFacts]) -> dict[str, Any]:
    """One column per field; ways share few distinct facts."""
    place: dict[WayFacts, int] = {}
    which = np.array([place.setdefault(item, len(place)) for item in facts], dtype=np.int64)
    distinct = list(place)
    return {
        name: np.array([getattr(item, name) for item in distinct])[which]
        for name in WayFacts._fields
    }


def _arc_columns(facts: dict[str, Any], arcs: _Arcs) -> dict[str, Any]:
    def either(name: str) -> FloatArray:
        forward, backward = facts[f"{name}forward"], facts[f"{name}backward"]
        return np.asarray(np.where(arcs.against, backward[arcs.way], forward[arcs.way]))

    same = ("highway", "max_weight_t", "max_height_m", "max_length_m", "destination", "ring_road")
    columns = {name: facts[name][arcs.way] for name in same}
    return columns | {"modes": either(""), "kmh": either("kmh_"), "lanes": either("lanes_")}
